//! Sitzungen: the meetings of the bodies of the centre that were not retracted.

use async_graphql::{Enum, Error, ID, InputObject};
use querschnitt_projections::State;
use querschnitt_projections::views::MeetingFilter as Filter;

use super::filters;
use crate::objects::Meeting;
use crate::scalars::{BodyType, Date, KiRole};

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

list! {
    /// Sitzungen: the meetings of the bodies of the centre that were not retracted.
    MeetingList { network_meetings: [Meeting] }
    filter: MeetingFilter,
    order: MeetingOrder,
    direction: Descending ("Which way it is sorted; descending when absent."),
    cell: Meeting,
    rows: State::meetings,
    count: State::count_meetings,
}
