//! A body plans a meeting.

use time::Date;

use super::input::{self, Agenda, PlanInput, empty_plan};
use super::state::Content;
use super::{MeetingEvent, Scheduled, parts};
use crate::agreement::OpenAgreements;
use crate::may::{self, RecordClass};
use crate::network::NetworkHistory;
use crate::{Context, Decision, Event, MeetingId, NetworkId, Query, Rejection};

/// Schedules a meeting. Always a new record. It takes up the body's open agreements again.
#[derive(Clone, Debug)]
pub struct ScheduleMeeting {
    /// The body that meets.
    pub network: NetworkId,
    /// The day: past or to come, at most five years ahead.
    pub date: Date,
    /// What is planned.
    pub plan: PlanInput,
}

/// What [`ScheduleMeeting`] reads.
#[derive(Clone, Default, Debug)]
pub struct ScheduleFacts {
    network: NetworkHistory,
    agreements: OpenAgreements,
}

impl Decision for ScheduleMeeting {
    type Facts = ScheduleFacts;

    fn query(&self) -> Query {
        Query::none()
            .or(NetworkHistory::item(self.network))
            .or(OpenAgreements::item(self.network))
    }

    fn evolve(facts: &mut ScheduleFacts, event: &Event) {
        facts.network.evolve(event);
        facts.agreements.evolve(event);
    }

    fn decide(&self, facts: &ScheduleFacts, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Meeting, context)?;
        let network = facts.network.require(self.network, context)?;
        input::day(self.date, context)?;
        network.require_existing_on("date", self.date)?;
        let meeting = MeetingId(context.new_id());
        let empty = Content::planned(self.date, None, empty_plan(self.network));
        let content = self
            .plan
            .apply(empty, Agenda::Planned, meeting.record(), context)?;
        let mut plan = content.facts.plan;
        plan.carried_over = facts.agreements.carried_over(meeting, self.date);
        let scheduled = MeetingEvent::Scheduled(Scheduled {
            meeting,
            plan,
            source: None,
        });
        Ok(parts::events(
            context,
            self.date,
            content.starts_at,
            scheduled,
        ))
    }
}
