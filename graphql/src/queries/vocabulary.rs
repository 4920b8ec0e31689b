//! The value lists and the centres.

use async_graphql::{Context, Error, Object, SimpleObject};
use querschnitt_domain::{CENTRES, Entry, values};

use crate::objects::Centre;
use crate::scalars::Date;
use crate::services::{coded_field, viewer};

/// Wert: one value of a value list.
#[derive(SimpleObject)]
struct VocabularyEntry {
    /// The stable code.
    code: &'static str,
    /// What people read.
    label: &'static str,
    /// The first day it may be used; null: always.
    valid_from: Option<Date>,
    /// The first day it may no longer be used; null: still valid.
    valid_to: Option<Date>,
    /// The code of the value above it, where the list has levels.
    parent: Option<&'static str>,
}

impl From<&'static Entry> for VocabularyEntry {
    fn from(entry: &'static Entry) -> Self {
        Self {
            code: entry.code,
            label: entry.label,
            valid_from: entry.valid_from.map(Date),
            valid_to: entry.valid_to.map(Date),
            parent: entry.parent,
        }
    }
}

/// Queries of the reference data.
#[derive(Default)]
pub(crate) struct VocabularyQueries;

#[Object]
impl VocabularyQueries {
    /// Zentren: the 54 Kommunale Integrationszentren.
    async fn centres(&self, context: &Context<'_>) -> Result<Vec<Centre>, Error> {
        viewer(context)?;
        Ok(CENTRES.iter().map(|centre| Centre(centre.key)).collect())
    }

    /// Werteliste: the values of a list; with `on`, only those that may be used for something that
    /// happens on that day.
    async fn vocabulary(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The list's name, for example consultation_type.")] name: String,
        on: Option<Date>,
    ) -> Result<Vec<VocabularyEntry>, Error> {
        viewer(context)?;
        let Some((_, entries)) = values::LISTS.iter().find(|(list, _)| *list == name) else {
            let known: Vec<&str> = values::LISTS.iter().map(|(list, _)| *list).collect();
            return Err(coded_field(
                "UNKNOWN_LIST",
                "name",
                format!(
                    "Diese Werteliste gibt es nicht; vorhanden sind: {}.",
                    known.join(", ")
                ),
            ));
        };
        Ok(entries()
            .iter()
            .filter(|entry| on.is_none_or(|day| entry.valid_on(day.0)))
            .map(Into::into)
            .collect())
    }
}
