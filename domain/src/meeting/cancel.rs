//! A meeting does not take place.

use super::state::{MeetingHistory, Stage};
use super::{Cancelled, MeetingEvent, parts};
use crate::may::{self, RecordClass};
use crate::{Context, Decision, Event, MeetingId, Query, Rejection, Text};

/// Cancels a meeting that was planned. Cancelled already: nothing happens.
#[derive(Clone, Debug)]
pub struct CancelMeeting {
    /// Which meeting.
    pub meeting: MeetingId,
    /// Why; only roles that write no texts of meetings leave it out.
    pub reason: Option<Text>,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

impl Decision for CancelMeeting {
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
        match meeting.stage {
            Stage::Scheduled => {}
            Stage::Cancelled => return Ok(Vec::new()),
            Stage::Held => {
                return Err(meeting.forbids(
                    "absagen können Sie nur geplante Sitzungen; war die Erfassung falsch, ziehen Sie sie zurück",
                ));
            }
            Stage::Retracted => {
                return Err(meeting.forbids("absagen können Sie nur geplante Sitzungen"));
            }
        }
        meeting.trail.expect(self.expected_version)?;
        let reason = may::reason_of_meeting(self.reason.as_ref(), context)?;
        let cancelled = MeetingEvent::Cancelled(Cancelled {
            meeting: self.meeting,
            network: meeting.content.network(),
            reason: context.seal_option(self.meeting.record(), reason),
            source: None,
        });
        Ok(parts::events(
            context,
            meeting.content.date,
            None,
            cancelled,
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

    const DAY: time::Date = date!(2026 - 12 - 01);

    fn cancel() -> CancelMeeting {
        CancelMeeting {
            meeting: meeting(1),
            reason: Some(text("zu wenige Zusagen")),
            expected_version: None,
        }
    }

    #[test]
    fn a_plan_is_called_off_once() {
        given([scheduled(1, DAY)])
            .when(cancel())
            .then([cancelled(1)]);
        given([scheduled(1, DAY), cancelled(1)])
            .when(cancel())
            .then_nothing();
    }

    #[test]
    fn only_who_writes_no_texts_calls_it_off_without_a_reason() {
        let without = CancelMeeting {
            reason: None,
            ..cancel()
        };
        given([scheduled(1, DAY)])
            .when(without.clone())
            .then_rejected(Code::Missing, "reason");
        let events = given([scheduled(1, DAY)])
            .acting_as(Role::Administration)
            .when(without)
            .0
            .unwrap();
        assert!(format!("{events:?}").contains("reason: None"), "{events:?}");
    }

    #[test]
    fn what_was_held_took_place() {
        let message = given([held(1, date!(2026 - 11 - 02))])
            .when(cancel())
            .then_rejected(Code::StateForbids, "meeting");
        assert!(message.contains("ziehen Sie sie zurück"), "{message}");
        given([scheduled(1, DAY), retracted(1, DAY)])
            .when(cancel())
            .then_rejected(Code::StateForbids, "meeting");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([])
            .when(cancel())
            .then_rejected(Code::UnknownId, "meeting");
        given([scheduled(1, DAY).in_centre(other_centre())])
            .when(cancel())
            .then_rejected(Code::UnknownId, "meeting");
        given([scheduled(1, DAY)])
            .acting_as(Role::Auditor)
            .when(cancel())
            .then_rejected(Code::NotAllowed, "");
        let stale = CancelMeeting {
            expected_version: Some(3),
            ..cancel()
        };
        given([scheduled(1, DAY)])
            .when(stale)
            .then_rejected(Code::Malformed, "expectedVersion");
    }
}
