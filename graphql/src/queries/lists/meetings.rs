//! Sitzungen: the meetings of the bodies of the centre that were not retracted.

use async_graphql::{Context, Enum, Error, ID, InputObject, Object};
use querschnitt_projections::views::{MeetingFilter as Filter, MeetingOrder as Order};

use super::filters;
use super::{Asked, SortDirection, page};
use crate::objects::Meeting;
use crate::page::{PageArguments, Records};
use crate::scalars::{AsOf, BodyType, Date, KiRole, Position};
use crate::viewer::Readable;

/// Which entries of the list are shown; every field given narrows it.
#[derive(InputObject, Default)]
struct MeetingFilter {
    /// Gremium.
    network: Option<ID>,
    /// How far it has come.
    state: Option<MeetingProgress>,
    /// From this day on.
    from: Option<Date>,
    /// Before this day.
    to: Option<Date>,
    /// Gremienart.
    body_type: Option<BodyType>,
    /// What the centre is in it.
    ki_role: Option<KiRole>,
    /// Held without approved minutes (true), or with (false).
    minutes_pending: Option<bool>,
}

impl MeetingFilter {
    fn view(&self) -> Result<Filter, Error> {
        Ok(Filter {
            network: filters::id("network", self.network.as_ref())?,
            state: self.state.map(Into::into),
            from: self.from.map(|day| day.0),
            to: self.to.map(|day| day.0),
            body_type: filters::code("bodyType", self.body_type.as_ref())?,
            ki_role: filters::code("kiRole", self.ki_role.as_ref())?,
            minutes_pending: self.minutes_pending,
        })
    }
}

/// How far a meeting has come; retracted ones are in no list.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "querschnitt_projections::facts::MeetingState")]
enum MeetingProgress {
    /// Geplant.
    Scheduled,
    /// Stattgefunden.
    Held,
    /// Abgesagt.
    Cancelled,
}

/// What the list is sorted by.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "querschnitt_projections::views::MeetingOrder")]
enum MeetingOrder {
    /// By its day.
    Date,
    /// By when it was recorded.
    Recorded,
}

/// The list.
#[derive(Default)]
pub(super) struct MeetingList;

#[Object]
impl MeetingList {
    /// Sitzungen: the meetings of the bodies of the centre that were not retracted.
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the arguments of the GraphQL field"
    )]
    async fn network_meetings(
        &self,
        context: &Context<'_>,
        filter: Option<MeetingFilter>,
        #[graphql(desc = "What it is sorted by.")] order: Option<MeetingOrder>,
        #[graphql(desc = "Which way it is sorted; descending when absent.")] direction: Option<
            SortDirection,
        >,
        #[graphql(desc = "As the book knew it then.")] as_of: Option<AsOf>,
        #[graphql(desc = "Wait for this position first.")] at_least: Option<Position>,
        #[graphql(desc = "1 to 100; one of first and last is required.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "1 to 100; one of first and last is required.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Records<Meeting>, Error> {
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
            direction: direction.unwrap_or(SortDirection::Descending),
            as_of,
            at_least,
        };
        page(
            context,
            asked,
            |state, seen, slice| state.meetings(seen, &filter, order, slice),
            |state, seen| state.count_meetings(seen, &filter),
            |row, at| Meeting {
                row: row.clone(),
                at,
            },
        )
        .await
    }
}
