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
