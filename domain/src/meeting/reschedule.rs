//! The plan of a meeting changes: day, time, place or agenda.

use time::Date;

use super::input::{self, Agenda, PlanInput};
use super::state::{self, MeetingHistory, Stage};
use super::{MeetingEvent, Rescheduled, parts};
use crate::may::{self, RecordClass};
use crate::network::NetworkHistory;
use crate::network::state as network;
use crate::{Context, Decision, Event, MeetingId, NetworkId, Query, Rejection, Text};

/// Changes the plan of a meeting to come. What is not named stays; nothing named changes nothing.
#[derive(Clone, Debug)]
pub struct RescheduleMeeting {
    /// The body that meets, as the view of the meeting says.
    pub network: NetworkId,
    /// Which meeting.
    pub meeting: MeetingId,
    /// The new day.
    pub date: Option<Date>,
    /// What else changes.
    pub plan: PlanInput,
    /// Why.
    pub reason: Option<Text>,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

/// What decisions read that need a meeting and its body.
#[derive(Clone, Default, Debug)]
pub struct MeetingOfNetwork {
    network: NetworkHistory,
    meeting: MeetingHistory,
}

impl Decision for RescheduleMeeting {
    type Facts = MeetingOfNetwork;

    fn query(&self) -> Query {
        Query::none()
            .or(NetworkHistory::item(self.network))
            .or(MeetingHistory::item(self.meeting))
    }

    fn evolve(facts: &mut MeetingOfNetwork, event: &Event) {
        facts.network.evolve(event);
        facts.meeting.evolve(event);
    }

    fn decide(&self, facts: &MeetingOfNetwork, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Meeting, context)?;
        let network = facts.network.require(self.network, context)?;
        let meeting = facts
            .meeting
            .require_of(self.meeting, self.network, context)?;
        meeting.trail.expect(self.expected_version)?;
        match meeting.stage {
            Stage::Scheduled => {}
            Stage::Held => return Err(meeting.forbids("korrigieren Sie sie statt dessen")),
            Stage::Cancelled | Stage::Retracted => {
                return Err(meeting.forbids("planen Sie statt dessen eine neue Sitzung"));
            }
        }
        let mut before = meeting.content.clone();
        if let Some(date) = self.date {
            input::day(date, context)?;
            network.require_existing_on("date", date)?;
            before.date = date;
        }
        let subject = self.meeting.record();
        let content = self.plan.apply(before, Agenda::Planned, subject, context)?;
        network::note("reason", self.reason.as_ref())?;
        let changed = state::differences(&meeting.content, &content);
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let rescheduled = MeetingEvent::Rescheduled(Rescheduled {
            meeting: self.meeting,
            plan: content.facts.plan,
            changed,
            reason: context.seal_option(subject, self.reason.as_ref()),
            source: None,
        });
        Ok(parts::events(
            context,
            content.date,
            content.starts_at,
            rescheduled,
        ))
    }
}
