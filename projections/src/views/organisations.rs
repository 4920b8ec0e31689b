//! The list of organisations.

use querschnitt_domain::RecordKind;
use querschnitt_domain::values::{CentreRelation, LegalArea, OrganisationKind};

use super::lists::Source;
use super::page::{Page, Seen, Slice, SortKey};
use crate::facts::OrganisationRow;
use crate::search_form::search_form;
use crate::state::State;

/// Which organisations; what is not set does not narrow.
#[derive(Clone, Debug, Default)]
pub struct OrganisationFilter {
    /// Beginnings of words of the name, in any spelling the search form knows.
    pub search: Option<String>,
    /// Organisationsart.
    pub kind: Option<OrganisationKind>,
    /// Stands for this legal area.
    pub legal_area: Option<LegalArea>,
    /// Stands so to the centre.
    pub relation: Option<CentreRelation>,
    /// Also the entries that were found to be the same as another.
    pub include_same: bool,
}

/// What the list is ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum OrganisationOrder {
    /// By name, in search form.
    #[default]
    Name,
    /// By when it was registered.
    Recorded,
}

impl OrganisationFilter {
    fn keeps(&self, row: &OrganisationRow) -> bool {
        (self.include_same || row.same_as.is_none())
            && self.kind.is_none_or(|kind| row.kind == kind)
            && self
                .legal_area
                .is_none_or(|area| row.legal_areas.contains(&area))
            && self
                .relation
                .is_none_or(|relation| row.relation == Some(relation))
    }
}

impl State {
    /// A page of the organisations.
    #[must_use]
    pub fn organisations(
        &self,
        seen: Seen<'_>,
        filter: &OrganisationFilter,
        order: OrganisationOrder,
        slice: &Slice,
    ) -> Page<'_, OrganisationRow> {
        let keeps = self.organisation_keeper(filter);
        let source = self.organisation_source(seen);
        match order {
            OrganisationOrder::Recorded => source.page_by_recorded(seen, slice, keeps),
            OrganisationOrder::Name => Page::of_unordered(
                source.rows(seen).filter(|row| keeps(row)),
                |row| SortKey::Name(self.names().form(&row.name).into()),
                slice,
            ),
        }
    }

    /// How many organisations the filter keeps.
    #[must_use]
    pub fn count_organisations(&self, seen: Seen<'_>, filter: &OrganisationFilter) -> usize {
        let keeps = self.organisation_keeper(filter);
        self.organisation_source(seen)
            .rows(seen)
            .filter(|row| keeps(row))
            .count()
    }

    fn organisation_keeper<'a>(
        &'a self,
        filter: &'a OrganisationFilter,
    ) -> impl Fn(&OrganisationRow) -> bool + 'a {
        let search = filter.search.as_deref().map(search_form);
        move |row| {
            filter.keeps(row)
                && search
                    .as_deref()
                    .is_none_or(|search| self.names().matches(&row.name, search))
        }
    }

    fn organisation_source(&self, seen: Seen<'_>) -> Source<'_, OrganisationRow> {
        Source::new(
            (self.facts().organisations(), &self.lists().organisations),
            RecordKind::Organisation,
            || None,
            seen,
        )
    }
}
