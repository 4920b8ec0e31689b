//! A meeting took place.

use time::Date;

use super::input::{self, Agenda, AttendanceInput, PlanInput, empty_plan};
use super::state::{Content, MeetingHistory, Stage};
use super::{Held, MeetingEvent, parts};
use crate::agreement::OpenAgreements;
use crate::check;
use crate::existing::Existing;
use crate::may::{self, RecordClass};
use crate::network::NetworkHistory;
use crate::network::state as network;
use crate::{Context, Decision, Event, MeetingId, NetworkId, Query, Rejection, Text};

/// Records that a scheduled meeting took place, or one that nobody had scheduled in the book.
#[derive(Clone, Debug)]
pub struct HoldMeeting {
    /// The body that met, as the view of the meeting says.
    pub network: NetworkId,
    /// The scheduled meeting; without it a new record.
    pub meeting: Option<MeetingId>,
    /// The day, past or today; without it the planned day.
    pub date: Option<Date>,
    /// Where it was otherwise than planned, and the agenda with results and votes.
    pub plan: PlanInput,
    /// The organisations that came, at most 300, each once.
    pub attendances: Vec<AttendanceInput>,
    /// People who came for no registered organisation, 0 to 10,000.
    pub other_head_count: i64,
    /// Results or minutes.
    pub results: Option<Text>,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

/// What [`HoldMeeting`] reads.
#[derive(Clone, Default, Debug)]
pub struct HoldFacts {
    network: NetworkHistory,
    meeting: MeetingHistory,
    agreements: OpenAgreements,
    organisations: Existing,
}

impl Decision for HoldMeeting {
    type Facts = HoldFacts;

    fn query(&self) -> Query {
        let mut query = Query::none()
            .or(NetworkHistory::item(self.network))
            .or(OpenAgreements::item(self.network));
        if let Some(meeting) = self.meeting {
            query = query.or(MeetingHistory::item(meeting));
        }
        for attendance in &self.attendances {
            query = query.or(Existing::item(attendance.organisation.record()));
        }
        query
    }

    fn evolve(facts: &mut HoldFacts, event: &Event) {
        facts.network.evolve(event);
        facts.meeting.evolve(event);
        facts.agreements.evolve(event);
        facts.organisations.evolve(event);
    }

    fn decide(&self, facts: &HoldFacts, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Meeting, context)?;
        let network = facts.network.require(self.network, context)?;
        let (meeting, planned) = self.planned(facts, context)?;
        check::past_or_today("date", planned.date, context.today)?;
        input::day(planned.date, context)?;
        network.require_existing_on("date", planned.date)?;

        let subject = meeting.record();
        let may_stand = Agenda::held(network);
        let mut content = self.plan.apply(planned, may_stand, subject, context)?;
        network::note("results", self.results.as_ref())?;
        let held = &mut content.facts;
        held.plan.carried_over = facts.agreements.carried_over(meeting, content.date);
        held.attendances =
            input::attendances(&self.attendances, &facts.organisations, subject, context)?;
        held.other_head_count = input::other_head_count(self.other_head_count)?;
        held.results = context.seal_option(subject, self.results.as_ref());
        let held = MeetingEvent::Held(Held {
            meeting,
            facts: content.facts,
            source: None,
        });
        Ok(parts::events(
            context,
            content.date,
            content.starts_at,
            held,
        ))
    }
}

impl HoldMeeting {
    /// Which meeting it is, and its plan on the day it took place.
    fn planned(
        &self,
        facts: &HoldFacts,
        context: &Context,
    ) -> Result<(MeetingId, Content), Rejection> {
        let Some(id) = self.meeting else {
            let date = check::required("date", self.date)?;
            let content = Content::planned(date, None, empty_plan(self.network));
            return Ok((MeetingId(context.new_id()), content));
        };
        let meeting = facts.meeting.require_of(id, self.network, context)?;
        meeting.trail.expect(self.expected_version)?;
        match meeting.stage {
            Stage::Scheduled => {}
            Stage::Held => return Err(meeting.forbids("korrigieren Sie sie statt dessen")),
            Stage::Cancelled | Stage::Retracted => {
                return Err(meeting.forbids("erfassen Sie statt dessen eine neue Sitzung"));
            }
        }
        let mut content = meeting.content.clone();
        content.date = self.date.unwrap_or(content.date);
        Ok((id, content))
    }
}
