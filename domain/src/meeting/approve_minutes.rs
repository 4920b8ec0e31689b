//! The minutes of a meeting are approved.

use time::Date;

use super::state::{MeetingHistory, Stage};
use super::{MeetingEvent, MinutesApproved, parts};
use crate::may::{self, RecordClass};
use crate::{Context, Decision, Event, MeetingId, Query, Rejection, check};

/// Approves the minutes of a meeting that was held. Approved already: nothing happens.
#[derive(Clone, Debug)]
pub struct ApproveMinutes {
    /// Which meeting.
    pub meeting: MeetingId,
    /// When: today unless an earlier day is said, not before the meeting.
    pub occurred_on: Option<Date>,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

impl Decision for ApproveMinutes {
    type Facts = MeetingHistory;

    fn query(&self) -> Query {
        Query::none().or(MeetingHistory::item(self.meeting))
    }

    fn evolve(facts: &mut MeetingHistory, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, facts: &MeetingHistory, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Meeting, context)?;
        let meeting = facts.require(self.meeting, context)?;
        if meeting.stage != Stage::Held {
            return Err(meeting.forbids("ein Protokoll haben nur Sitzungen, die durchgeführt sind"));
        }
        if meeting.minutes_approved_on.is_some() {
            return Ok(Vec::new());
        }
        meeting.trail.expect(self.expected_version)?;
        let day = self.occurred_on.unwrap_or(context.today);
        check::past_or_today("occurredOn", day, context.today)?;
        check::not_before("occurredOn", day, meeting.content.date)?;
        let approved = MeetingEvent::MinutesApproved(MinutesApproved {
            meeting: self.meeting,
            network: meeting.content.network(),
        });
        Ok(parts::events(context, day, None, approved))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::meeting::samples::{
        cancelled, held, meeting, minutes_approved, retracted, scheduled,
    };
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, TODAY, given, other_centre};

    const DAY: Date = date!(2026 - 11 - 02);

    fn approve() -> ApproveMinutes {
        ApproveMinutes {
            meeting: meeting(1),
            occurred_on: None,
            expected_version: None,
        }
    }

    #[test]
    fn minutes_are_approved_once() {
        given([held(1, DAY)])
            .when(approve())
            .then([minutes_approved(1, TODAY)]);
        given([held(1, DAY), minutes_approved(1, date!(2026 - 11 - 05))])
            .when(approve())
            .then_nothing();
    }

    #[test]
    fn only_what_was_held_has_minutes() {
        for history in [
            vec![scheduled(1, DAY)],
            vec![scheduled(1, DAY), cancelled(1)],
            vec![held(1, DAY), retracted(1, DAY)],
        ] {
            given(history)
                .when(approve())
                .then_rejected(Code::StateForbids, "meeting");
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([])
            .when(approve())
            .then_rejected(Code::UnknownId, "meeting");
        given([held(1, DAY).in_centre(other_centre())])
            .when(approve())
            .then_rejected(Code::UnknownId, "meeting");
        given([held(1, DAY)])
            .acting_as(Role::Auditor)
            .when(approve())
            .then_rejected(Code::NotAllowed, "");
        let on = |day| ApproveMinutes {
            occurred_on: Some(day),
            ..approve()
        };
        given([held(1, DAY)])
            .when(on(date!(2026 - 11 - 21)))
            .then_rejected(Code::DateInFuture, "occurredOn");
        given([held(1, DAY)])
            .when(on(date!(2026 - 11 - 01)))
            .then_rejected(Code::DateOutOfRange, "occurredOn");
        let stale = ApproveMinutes {
            expected_version: Some(9),
            ..approve()
        };
        given([held(1, DAY)])
            .when(stale)
            .then_rejected(Code::Malformed, "expectedVersion");
    }
}
