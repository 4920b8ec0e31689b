//! What was recorded of a meeting was wrong.

use time::Date;

use super::input::{self, Agenda, AttendanceInput, PlanInput};
use super::state::{self, MeetingHistory, Stage};
use super::{Corrected, MeetingEvent, parts};
use crate::check;
use crate::existing::Existing;
use crate::may::{self, RecordClass};
use crate::network::NetworkHistory;
use crate::network::state as network;
use crate::{Change, Context, Decision, Event, MeetingId, NetworkId, Query, Rejection, Text};

/// Corrects a meeting that was held. What is not named stays; nothing named changes nothing.
#[derive(Clone, Debug)]
pub struct CorrectMeeting {
    /// The body that met, as the view of the meeting says.
    pub network: NetworkId,
    /// Which meeting.
    pub meeting: MeetingId,
    /// The day, past or today.
    pub date: Option<Date>,
    /// What else of the plan and the agenda was otherwise.
    pub plan: PlanInput,
    /// All organisations that came, at most 300, each once.
    pub attendances: Option<Vec<AttendanceInput>>,
    /// People who came for no registered organisation, 0 to 10,000.
    pub other_head_count: Option<i64>,
    /// Results or minutes.
    pub results: Change<Text>,
    /// Why.
    pub reason: Text,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

/// What [`CorrectMeeting`] reads.
#[derive(Clone, Default, Debug)]
pub struct CorrectFacts {
    network: NetworkHistory,
    meeting: MeetingHistory,
    organisations: Existing,
}

impl Decision for CorrectMeeting {
    type Facts = CorrectFacts;

    fn query(&self) -> Query {
        let mut query = Query::none()
            .or(NetworkHistory::item(self.network))
            .or(MeetingHistory::item(self.meeting));
        for attendance in self.attendances.iter().flatten() {
            query = query.or(Existing::item(attendance.organisation.record()));
        }
        query
    }

    fn evolve(facts: &mut CorrectFacts, event: &Event) {
        facts.network.evolve(event);
        facts.meeting.evolve(event);
        facts.organisations.evolve(event);
    }

    fn decide(&self, facts: &CorrectFacts, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Meeting, context)?;
        let network = facts.network.require(self.network, context)?;
        let meeting = facts
            .meeting
            .require_of(self.meeting, self.network, context)?;
        meeting.trail.expect(self.expected_version)?;
        match meeting.stage {
            Stage::Held => {}
            Stage::Scheduled => return Err(meeting.forbids("ändern Sie statt dessen ihren Plan")),
            Stage::Cancelled | Stage::Retracted => {
                return Err(meeting.forbids("korrigieren können Sie nur durchgeführte Sitzungen"));
            }
        }
        let mut before = meeting.content.clone();
        if let Some(date) = self.date {
            check::past_or_today("date", date, context.today)?;
            input::day(date, context)?;
            network.require_existing_on("date", date)?;
            before.date = date;
        }
        let subject = self.meeting.record();
        let may_stand = Agenda::held(network);
        let mut content = self.plan.apply(before, may_stand, subject, context)?;
        let held = &mut content.facts;
        if let Some(given) = &self.attendances {
            held.attendances = input::attendances(given, &facts.organisations, subject, context)?;
        }
        if let Some(count) = self.other_head_count {
            held.other_head_count = input::other_head_count(count)?;
        }
        network::note("results", self.results.as_ref().apply(None))?;
        held.results = self
            .results
            .as_ref()
            .map(|text| context.seal(subject, text))
            .apply(held.results);
        check::text("reason", self.reason.as_str(), Text::NOTE)?;
        let changed = state::differences(&meeting.content, &content);
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let corrected = MeetingEvent::Corrected(Corrected {
            meeting: self.meeting,
            facts: content.facts,
            changed,
            reason: context.seal(subject, &self.reason),
            source: None,
        });
        Ok(parts::events(
            context,
            content.date,
            content.starts_at,
            corrected,
        ))
    }
}
