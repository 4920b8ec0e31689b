//! The list of networks.

use querschnitt_domain::RecordKind;
use querschnitt_domain::values::{ActionArea, BodyType};
use time::Date;

use super::lists::Source;
use super::page::{Page, Seen, Slice, SortKey};
use crate::facts::NetworkRow;
use crate::search_form::search_form;
use crate::state::State;

/// Which networks; what is not set does not narrow.
#[derive(Clone, Debug, Default)]
pub struct NetworkFilter {
    /// Beginnings of words of the name, in any spelling the search form knows.
    pub search: Option<String>,
    /// Gremienart.
    pub body_type: Option<BodyType>,
    /// Has this action area.
    pub action_area: Option<ActionArea>,
    /// Exists on this day.
    pub open_on: Option<Date>,
}

/// What the list is ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum NetworkOrder {
    /// By name, in search form.
    #[default]
    Name,
    /// By when it was recorded.
    Recorded,
}

impl NetworkFilter {
    fn keeps(&self, row: &NetworkRow) -> bool {
        self.body_type
            .is_none_or(|body_type| row.body_type == body_type)
            && self
                .action_area
                .is_none_or(|area| row.action_areas.contains(area))
            && self.open_on.is_none_or(|day| row.open_on(day))
    }
}

impl State {
    /// A page of the networks.
    #[must_use]
    pub fn networks(
        &self,
        seen: Seen<'_>,
        filter: &NetworkFilter,
        order: NetworkOrder,
        slice: &Slice,
    ) -> Page<'_, NetworkRow> {
        let keeps = self.network_keeper(filter);
        let source = self.network_source(seen);
        match order {
            NetworkOrder::Recorded => source.page_by_recorded(seen, slice, keeps),
            NetworkOrder::Name => Page::of_unordered(
                source.rows(seen).filter(|row| keeps(row)),
                |row| SortKey::Name(self.names().form(&row.name).into()),
                slice,
            ),
        }
    }

    /// How many networks the filter keeps.
    #[must_use]
    pub fn count_networks(&self, seen: Seen<'_>, filter: &NetworkFilter) -> usize {
        let keeps = self.network_keeper(filter);
        self.network_source(seen)
            .rows(seen)
            .filter(|row| keeps(row))
            .count()
    }

    fn network_keeper<'a>(
        &'a self,
        filter: &'a NetworkFilter,
    ) -> impl Fn(&NetworkRow) -> bool + 'a {
        let search = filter.search.as_deref().map(search_form);
        move |row| {
            filter.keeps(row)
                && search
                    .as_deref()
                    .is_none_or(|search| self.names().matches(&row.name, search))
        }
    }

    fn network_source(&self, seen: Seen<'_>) -> Source<'_, NetworkRow> {
        Source::new(
            (self.facts().networks(), &self.lists().networks),
            RecordKind::Network,
            || None,
            seen,
        )
    }
}
