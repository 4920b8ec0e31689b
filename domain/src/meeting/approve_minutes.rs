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
