//! A meeting does not take place.

use super::state::{MeetingHistory, Stage};
use super::{Cancelled, MeetingEvent, parts};
use crate::may::{self, RecordClass};
use crate::{Context, Decision, Event, MeetingId, Query, Rejection, Text, check};

/// Cancels a meeting that was planned. Cancelled already: nothing happens.
#[derive(Clone, Debug)]
pub struct CancelMeeting {
    /// Which meeting.
    pub meeting: MeetingId,
    /// Why.
    pub reason: Text,
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
        check::text("reason", self.reason.as_str(), Text::NOTE)?;
        let cancelled = MeetingEvent::Cancelled(Cancelled {
            meeting: self.meeting,
            network: meeting.content.network(),
            reason: context.seal(self.meeting.record(), &self.reason),
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
