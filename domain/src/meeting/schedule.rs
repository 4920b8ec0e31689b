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

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;
    use crate::agreement::samples::{agreement, dropped, facts, fulfilled, made, made_with};
    use crate::meeting::samples::{item, plan, planned_item};
    use crate::meeting::{AgendaInput, Plan, VoteInput};
    use crate::network::samples::{closed, founded, founded_statutory, network};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, event, first_id, given, other_centre, sealed, text};
    use crate::values::{ActionArea, KiRole, MeetingMode};
    use crate::{Change, Text};

    const DAY: Date = date!(2026 - 12 - 01);

    fn schedule() -> ScheduleMeeting {
        ScheduleMeeting {
            network: network(),
            date: DAY,
            plan: PlanInput::default(),
        }
    }

    fn with(plan: PlanInput) -> ScheduleMeeting {
        ScheduleMeeting { plan, ..schedule() }
    }

    fn with_item(item: AgendaInput) -> ScheduleMeeting {
        with(PlanInput {
            agenda: Some(vec![planned_item("TOP"), item]),
            ..PlanInput::default()
        })
    }

    fn scheduled(plan: Plan) -> Event {
        event(MeetingEvent::Scheduled(Scheduled {
            meeting: MeetingId(first_id()),
            plan,
            source: None,
        }))
        .on(DAY)
    }

    #[test]
    fn a_day_is_enough() {
        given([founded()])
            .when(schedule())
            .then([scheduled(plan())]);
    }

    #[test]
    fn everything_is_planned() {
        let command = with(PlanInput {
            starts_at: Change::Set(datetime!(2026-12-01 18:00 +1)),
            ends_at: Change::Set(datetime!(2026-12-01 20:30 +1)),
            title: Change::Set(text("Dezembersitzung")),
            place: Change::Set(text("Rathaus, Saal 3")),
            mode: Change::Set(MeetingMode::parse("HYBRID").unwrap()),
            ki_role: Change::Set(KiRole::parse("HOST").unwrap()),
            action_areas: Some(vec![ActionArea::parse("X_SPORT").unwrap()]),
            agenda: Some(vec![AgendaInput {
                number: Some("Ö 1.1".into()),
                public: Some(true),
                ..planned_item("Begrüßung")
            }]),
        });
        let mut expected = scheduled(Plan {
            title: Some(sealed("Dezembersitzung")),
            place: Some(sealed("Rathaus, Saal 3")),
            mode: Some(MeetingMode::parse("HYBRID").unwrap()),
            ends_at: Some(datetime!(2026-12-01 20:30 +1)),
            ki_role: Some(KiRole::parse("HOST").unwrap()),
            action_areas: vec![ActionArea::parse("X_SPORT").unwrap()],
            agenda: vec![crate::meeting::AgendaItem {
                number: Some("Ö 1.1".into()),
                public: Some(true),
                ..item("Begrüßung")
            }],
            ..plan()
        });
        expected.occurred_at = Some(datetime!(2026-12-01 18:00 +1));
        given([founded()]).when(command).then([expected]);
    }

    #[test]
    fn open_agreements_of_the_body_are_carried_over() {
        let elsewhere = crate::agreement::AgreementFacts {
            network: NetworkId(uuid::Uuid::from_u128(0x99)),
            ..facts()
        };
        given([
            founded(),
            made(4),
            made(2),
            made(1),
            made(3),
            fulfilled(1),
            dropped(4),
            made_with(5, elsewhere),
        ])
        .when(schedule())
        .then([scheduled(Plan {
            carried_over: vec![agreement(2), agreement(3)],
            ..plan()
        })]);
        let past = ScheduleMeeting {
            date: date!(2026 - 11 - 01),
            ..schedule()
        };
        given([founded(), made(1)])
            .when(past)
            .then([scheduled(plan()).on(date!(2026 - 11 - 01))]);
    }

    #[test]
    fn the_body_exists_on_that_day() {
        given([])
            .when(schedule())
            .then_rejected(Code::UnknownId, "network");
        given([founded().in_centre(other_centre())])
            .when(schedule())
            .then_rejected(Code::UnknownId, "network");
        given([founded()])
            .acting_as(Role::Auditor)
            .when(schedule())
            .then_rejected(Code::NotAllowed, "");
        let on = |date| ScheduleMeeting { date, ..schedule() };
        let history = || [founded(), closed(date!(2026 - 10 - 01))];
        given(history())
            .when(schedule())
            .then_rejected(Code::StateForbids, "date");
        given(history())
            .when(on(date!(2026 - 10 - 01)))
            .then([scheduled(plan()).on(date!(2026 - 10 - 01))]);
        given([founded()])
            .when(on(date!(2020 - 01 - 14)))
            .then_rejected(Code::DateOutOfRange, "date");
        given([founded()])
            .when(on(date!(2031 - 11 - 20)))
            .then([scheduled(plan()).on(date!(2031 - 11 - 20))]);
        let message = given([founded()])
            .when(on(date!(2031 - 11 - 21)))
            .then_rejected(Code::DateOutOfRange, "date");
        assert!(message.contains("spätestens der 20.11.2031"), "{message}");
    }

    #[test]
    fn times_fit_the_day() {
        let refused = |plan, code, field| {
            given([founded()])
                .when(with(plan))
                .then_rejected(code, field)
        };
        let times = |starts_at, ends_at| PlanInput {
            starts_at,
            ends_at,
            ..PlanInput::default()
        };
        refused(
            times(Change::Set(datetime!(2026-11-30 23:30 UTC)), Change::Keep),
            Code::DateOutOfRange,
            "startsAt",
        );
        let begin = Change::Set(datetime!(2026-12-01 18:00 +1));
        refused(
            times(begin, Change::Set(datetime!(2026-12-01 17:59 +1))),
            Code::EndBeforeBeginning,
            "endsAt",
        );
        refused(
            times(begin, Change::Set(datetime!(2027-01-02 00:00 +1))),
            Code::DateOutOfRange,
            "endsAt",
        );
        refused(
            times(Change::Keep, Change::Set(datetime!(2026-11-30 20:00 +1))),
            Code::EndBeforeBeginning,
            "endsAt",
        );
        let two_days = times(begin, Change::Set(datetime!(2026-12-02 16:00 +1)));
        given([founded()]).when(with(two_days)).0.unwrap();
    }

    #[test]
    fn texts_and_values_are_refused_with_their_field() {
        let refused = |plan, code, field| {
            given([founded()])
                .when(with(plan))
                .then_rejected(code, field)
        };
        let long = || Change::Set(text(&"x".repeat(Text::NAME + 1)));
        let title = PlanInput {
            title: long(),
            ..PlanInput::default()
        };
        refused(title, Code::TextTooLong, "title");
        let place = PlanInput {
            place: Change::Set(text("Saal\n3")),
            ..PlanInput::default()
        };
        refused(place, Code::ControlCharacter, "place");
        let sport = ActionArea::parse("X_SPORT").unwrap();
        let areas = PlanInput {
            action_areas: Some(vec![sport, sport]),
            ..PlanInput::default()
        };
        refused(areas, Code::Duplicate, "actionAreas[1]");
    }

    #[test]
    fn an_agenda_has_its_limits() {
        let refused = |item, code, field| {
            given([founded_statutory()])
                .when(with_item(item))
                .then_rejected(code, field)
        };
        let numbered = |number: &str| AgendaInput {
            number: Some(number.into()),
            ..planned_item("TOP")
        };
        refused(
            numbered(&"1".repeat(21)),
            Code::TextTooLong,
            "agenda[1].number",
        );
        refused(
            numbered("1\u{7}"),
            Code::ControlCharacter,
            "agenda[1].number",
        );
        for name in ["Frau Yıldız", "Müller"] {
            refused(numbered(name), Code::Malformed, "agenda[1].number");
        }
        refused(
            planned_item(&"x".repeat(2_001)),
            Code::TextTooLong,
            "agenda[1].title",
        );
        let result = AgendaInput {
            result: Some(text("vertagt")),
            ..planned_item("TOP")
        };
        refused(result, Code::StateForbids, "agenda[1].result");
        let vote = AgendaInput {
            vote: Some(VoteInput {
                yes: 1,
                no: 0,
                abstained: 0,
            }),
            ..planned_item("TOP")
        };
        refused(vote, Code::StateForbids, "agenda[1].vote");
        let agenda = |count| {
            with(PlanInput {
                agenda: Some(vec![planned_item("TOP"); count]),
                ..PlanInput::default()
            })
        };
        given([founded()])
            .when(agenda(501))
            .then_rejected(Code::TooMany, "agenda");
        let events = given([founded()]).when(agenda(500)).0.unwrap();
        assert!(events.len() > 1, "500 items fit into one event");
    }
}
