//! A meeting should not have been recorded.

use super::state::{MeetingHistory, Stage};
use super::{MeetingEvent, Retracted, parts};
use crate::may::{self, RecordClass};
use crate::{Context, Decision, Event, MeetingId, Query, Rejection, Text, check};

/// Retracts a meeting: it counts nowhere from now on. Retracted already: nothing happens.
#[derive(Clone, Debug)]
pub struct RetractMeeting {
    /// Which meeting.
    pub meeting: MeetingId,
    /// Why.
    pub reason: Text,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

impl Decision for RetractMeeting {
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
        if meeting.stage == Stage::Retracted {
            return Ok(Vec::new());
        }
        meeting.trail.expect(self.expected_version)?;
        check::text("reason", self.reason.as_str(), Text::NOTE)?;
        let retracted = MeetingEvent::Retracted(Retracted {
            meeting: self.meeting,
            network: meeting.content.network(),
            reason: context.seal(self.meeting.record(), &self.reason),
        });
        Ok(parts::events(
            context,
            meeting.content.date,
            None,
            retracted,
        ))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::meeting::samples::{cancelled, held, meeting, retracted, scheduled};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, given, other_centre, text};

    const DAY: time::Date = date!(2026 - 11 - 02);

    fn retract() -> RetractMeeting {
        RetractMeeting {
            meeting: meeting(1),
            reason: text("doppelt erfasst"),
            expected_version: None,
        }
    }

    #[test]
    fn whatever_became_of_it_it_is_retracted_once() {
        for history in [
            vec![held(1, DAY)],
            vec![scheduled(1, DAY)],
            vec![scheduled(1, DAY), cancelled(1)],
        ] {
            given(history).when(retract()).then([retracted(1, DAY)]);
        }
        given([held(1, DAY), retracted(1, DAY)])
            .when(retract())
            .then_nothing();
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([])
            .when(retract())
            .then_rejected(Code::UnknownId, "meeting");
        given([held(1, DAY).in_centre(other_centre())])
            .when(retract())
            .then_rejected(Code::UnknownId, "meeting");
        given([held(1, DAY)])
            .acting_as(Role::Auditor)
            .when(retract())
            .then_rejected(Code::NotAllowed, "");
        let stale = RetractMeeting {
            expected_version: Some(2),
            ..retract()
        };
        given([held(1, DAY)])
            .when(stale)
            .then_rejected(Code::Malformed, "expectedVersion");
    }
}
