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
    pub(super) network: NetworkHistory,
    pub(super) meeting: MeetingHistory,
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

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;
    use crate::Change;
    use crate::meeting::samples::{
        cancelled, held, item, meeting, plan, planned_item, retracted, scheduled,
    };
    use crate::meeting::{AgendaInput, Plan};
    use crate::network::samples::{closed, founded, network};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, event, given, other_centre, sealed, text};

    const DAY: Date = date!(2026 - 12 - 01);

    fn reschedule() -> RescheduleMeeting {
        RescheduleMeeting {
            network: network(),
            meeting: meeting(1),
            date: Some(date!(2026 - 12 - 08)),
            plan: PlanInput::default(),
            reason: None,
            expected_version: None,
        }
    }

    fn rescheduled(plan: Plan, fields: &[&str]) -> Event {
        event(MeetingEvent::Rescheduled(Rescheduled {
            meeting: meeting(1),
            plan,
            changed: fields.iter().map(|field| (*field).into()).collect(),
            reason: None,
            source: None,
        }))
        .on(date!(2026 - 12 - 08))
    }

    fn with(plan: PlanInput) -> RescheduleMeeting {
        RescheduleMeeting {
            plan,
            ..reschedule()
        }
    }

    #[test]
    fn the_day_moves_and_the_rest_stays() {
        given([founded(), scheduled(1, DAY)])
            .when(reschedule())
            .then([rescheduled(plan(), &["date"])]);
    }

    #[test]
    fn the_plan_is_patched() {
        let first = RescheduleMeeting {
            reason: Some(text("Saal belegt")),
            ..with(PlanInput {
                place: Change::Set(text("Bibliothek")),
                agenda: Some(vec![planned_item("Begrüßung")]),
                ..PlanInput::default()
            })
        };
        let with_place = Plan {
            place: Some(sealed("Bibliothek")),
            agenda: vec![item("Begrüßung")],
            ..plan()
        };
        let mut expected = rescheduled(with_place, &["date", "place", "agenda"]);
        if let crate::EventData::Meeting(MeetingEvent::Rescheduled(event)) = &mut expected.data {
            event.reason = Some(sealed("Saal belegt"));
        }
        let history = [founded(), scheduled(1, DAY)];
        given(history.clone()).when(first).then([expected.clone()]);
        let second = RescheduleMeeting {
            date: None,
            ..with(PlanInput {
                place: Change::Clear,
                ..PlanInput::default()
            })
        };
        let without_place = Plan {
            agenda: vec![item("Begrüßung")],
            ..plan()
        };
        given(history.into_iter().chain([expected]))
            .when(second)
            .then([rescheduled(without_place, &["place"])]);
    }

    #[test]
    fn what_is_already_so_changes_nothing() {
        let same = RescheduleMeeting {
            date: Some(DAY),
            ..reschedule()
        };
        given([founded(), scheduled(1, DAY)])
            .when(same)
            .then_nothing();
    }

    #[test]
    fn a_day_without_its_old_beginning() {
        let mut at_six = scheduled(1, DAY);
        at_six.occurred_at = Some(datetime!(2026-12-01 18:00 +1));
        given([founded(), at_six.clone()])
            .when(reschedule())
            .then_rejected(Code::DateOutOfRange, "startsAt");
        let cleared = with(PlanInput {
            starts_at: Change::Clear,
            ..PlanInput::default()
        });
        given([founded(), at_six])
            .when(cleared)
            .then([rescheduled(plan(), &["date", "startsAt"])]);
    }

    #[test]
    fn only_a_meeting_to_come_is_rescheduled() {
        let refused = |more: Event, wanted: &str| {
            let message = given([founded(), scheduled(1, DAY), more])
                .when(reschedule())
                .then_rejected(Code::StateForbids, "meeting");
            assert!(message.contains(wanted), "{message}");
        };
        refused(held(1, date!(2026 - 11 - 02)), "korrigieren");
        refused(cancelled(1), "neue Sitzung");
        refused(retracted(1, DAY), "neue Sitzung");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let base = || vec![founded(), scheduled(1, DAY)];
        given([founded()])
            .when(reschedule())
            .then_rejected(Code::UnknownId, "meeting");
        given([scheduled(1, DAY)])
            .when(reschedule())
            .then_rejected(Code::UnknownId, "network");
        given([founded(), scheduled(1, DAY).in_centre(other_centre())])
            .when(reschedule())
            .then_rejected(Code::UnknownId, "meeting");
        given(base())
            .acting_as(Role::Auditor)
            .when(reschedule())
            .then_rejected(Code::NotAllowed, "");
        given([founded(), scheduled(1, DAY), closed(date!(2026 - 12 - 02))])
            .when(reschedule())
            .then_rejected(Code::StateForbids, "date");
        let refused = |command, code, field| given(base()).when(command).then_rejected(code, field);
        let far = RescheduleMeeting {
            date: Some(date!(2032 - 01 - 01)),
            ..reschedule()
        };
        refused(far, Code::DateOutOfRange, "date");
        let result = with(PlanInput {
            agenda: Some(vec![AgendaInput {
                result: Some(text("vertagt")),
                ..planned_item("TOP")
            }]),
            ..PlanInput::default()
        });
        refused(result, Code::StateForbids, "agenda[0].result");
        let stale = RescheduleMeeting {
            expected_version: Some(1),
            ..reschedule()
        };
        let message = given([founded(), scheduled(1, DAY), rescheduled(plan(), &["date"])])
            .when(stale)
            .then_rejected(Code::ChangedMeanwhile, "expectedVersion");
        assert!(message.contains("(date)"), "{message}");
    }

    #[test]
    fn a_meeting_of_another_body_is_none_of_this() {
        let other = NetworkId(uuid::Uuid::from_u128(0x99));
        let mut theirs = scheduled(1, DAY);
        if let crate::EventData::Meeting(MeetingEvent::Scheduled(event)) = &mut theirs.data {
            event.plan.network = other;
        }
        given([founded(), theirs])
            .when(reschedule())
            .then_rejected(Code::UnknownId, "meeting");
    }
}
