//! Gremien: the bodies in the book of the centre.

use async_graphql::{Context, Enum, Error, InputObject, Object};
use querschnitt_projections::views::{NetworkFilter as Filter, NetworkOrder as Order};

use super::filters;
use super::{Asked, SortDirection, page};
use crate::objects::Network;
use crate::page::{PageArguments, Records};
use crate::scalars::{ActionArea, AsOf, BodyType, Date, Position};
use crate::viewer::Readable;

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

/// The list.
#[derive(Default)]
pub(super) struct NetworkList;

#[Object]
impl NetworkList {
    /// Gremien: the bodies in the book of the centre.
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the arguments of the GraphQL field"
    )]
    async fn networks(
        &self,
        context: &Context<'_>,
        filter: Option<NetworkFilter>,
        #[graphql(desc = "What it is sorted by.")] order: Option<NetworkOrder>,
        #[graphql(desc = "Which way it is sorted; ascending when absent.")] direction: Option<
            SortDirection,
        >,
        #[graphql(desc = "As the book knew it then.")] as_of: Option<AsOf>,
        #[graphql(desc = "Wait for this position first.")] at_least: Option<Position>,
        #[graphql(desc = "1 to 100; one of first and last is required.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "1 to 100; one of first and last is required.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Records<Network>, Error> {
        let filter = filter.unwrap_or_default().view()?;
        let order: Order = order.map(Into::into).unwrap_or_default();
        let asked = Asked {
            class: Readable::Meetings,
            page: PageArguments {
                first,
                after,
                last,
                before,
            },
            direction: direction.unwrap_or(SortDirection::Ascending),
            as_of,
            at_least,
        };
        page(
            context,
            asked,
            |state, seen, slice| state.networks(seen, &filter, order, slice),
            |state, seen| state.count_networks(seen, &filter),
            |row, at| Network {
                row: row.clone(),
                at,
            },
        )
        .await
    }
}
