//! Gremien: the bodies in the book of the centre.

use async_graphql::{Enum, Error, InputObject};
use querschnitt_projections::State;
use querschnitt_projections::views::NetworkFilter as Filter;

use super::filters;
use crate::objects::Network;
use crate::scalars::{ActionArea, BodyType, Date};

/// Which entries of the list are shown; every field given narrows it.
#[derive(InputObject, Default)]
struct NetworkFilter {
    /// Words the name has to have, in any order; beginnings of words are enough.
    search: Option<String>,
    /// Gremienart.
    body_type: Option<BodyType>,
    /// Handlungsfeld.
    action_area: Option<ActionArea>,
    /// Only bodies that exist on this day.
    open_on: Option<Date>,
}

impl NetworkFilter {
    fn view(&self) -> Result<Filter, Error> {
        Ok(Filter {
            search: self.search.clone(),
            body_type: filters::code("bodyType", self.body_type.as_ref())?,
            action_area: filters::code("actionArea", self.action_area.as_ref())?,
            open_on: self.open_on.map(|day| day.0),
        })
    }
}

/// What the list is sorted by.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "querschnitt_projections::views::NetworkOrder")]
enum NetworkOrder {
    /// By name, in search form.
    Name,
    /// By when it was recorded.
    Recorded,
}

list! {
    /// Gremien: the bodies in the book of the centre.
    NetworkList { networks: [Network] }
    filter: NetworkFilter,
    order: NetworkOrder,
    direction: Ascending ("Which way it is sorted; ascending when absent."),
    cell: Meeting,
    rows: State::networks,
    count: State::count_networks,
}
