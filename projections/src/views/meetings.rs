//! The list of meetings.

use querschnitt_domain::values::{BodyType, KiRole};
use querschnitt_domain::{MeetingId, NetworkId, RecordKind};
use time::Date;

use super::lists::Source;
use super::page::{Page, Seen, Slice};
use crate::facts::{MeetingRow, MeetingState};
use crate::state::State;

/// Which meetings; what is not set does not narrow.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MeetingFilter {
    /// Of this body.
    pub network: Option<NetworkId>,
    /// How far it has come.
    pub state: Option<MeetingState>,
    /// The first day.
    pub from: Option<Date>,
    /// The first day after it.
    pub to: Option<Date>,
    /// Gremienart of the body.
    pub body_type: Option<BodyType>,
    /// What the centre is in it, or else in its body.
    pub ki_role: Option<KiRole>,
    /// Held, and its minutes are (`true`) or are not (`false`) still to be approved.
    pub minutes_pending: Option<bool>,
}

/// What the list is ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum MeetingOrder {
    /// By its day.
    #[default]
    Date,
    /// By when it was recorded.
    Recorded,
}

impl State {
    /// A page of the meetings.
    #[must_use]
    pub fn meetings(
        &self,
        seen: Seen<'_>,
        filter: &MeetingFilter,
        order: MeetingOrder,
        slice: &Slice,
    ) -> Page<'_, MeetingRow> {
        let source = self.meeting_source(filter, seen);
        let keeps = |row: &MeetingRow| self.keeps_meeting(row, filter, seen);
        match order {
            MeetingOrder::Date => source.page_by_day(
                &self.lists().meetings_by_day,
                (filter.from, filter.to),
                seen,
                slice,
                |row| row.date,
                keeps,
            ),
            MeetingOrder::Recorded => source.page_by_recorded(seen, slice, keeps),
        }
    }

    /// How many meetings the filter keeps.
    #[must_use]
    pub fn count_meetings(&self, seen: Seen<'_>, filter: &MeetingFilter) -> usize {
        if seen.is_whole(RecordKind::Meeting) && *filter == MeetingFilter::default() {
            return self.lists().meetings_by_day.count(seen.scope.centres);
        }
        self.meeting_source(filter, seen).count_by_day(
            &self.lists().meetings_by_day,
            (filter.from, filter.to),
            seen,
            |row| self.keeps_meeting(row, filter, seen),
        )
    }

    fn keeps_meeting(&self, row: &MeetingRow, filter: &MeetingFilter, seen: Seen<'_>) -> bool {
        let position = seen.position();
        let network = || self.facts().networks().at(row.network, position);
        filter.network.is_none_or(|id| row.network == id)
            && filter.state.is_none_or(|state| row.state == state)
            && filter.from.is_none_or(|from| from <= row.date)
            && filter.to.is_none_or(|to| row.date < to)
            && filter
                .minutes_pending
                .is_none_or(|pending| row.minutes_pending() == pending)
            && filter
                .body_type
                .is_none_or(|of| network().is_some_and(|network| network.body_type == of))
            && filter
                .ki_role
                .is_none_or(|role| self.facts().ki_role_of(row, position) == Some(role))
    }

    fn meeting_source(&self, filter: &MeetingFilter, seen: Seen<'_>) -> Source<'_, MeetingRow> {
        let named = || {
            let network = filter.network?;
            Some(self.records_naming([network.record()], RecordKind::Meeting, MeetingId))
        };
        Source::new(
            (self.facts().meetings(), &self.lists().meetings),
            RecordKind::Meeting,
            named,
            seen,
        )
    }
}
