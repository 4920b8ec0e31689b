//! A meeting took place (long: it takes the most input, and each refusal has its test).
//!
//! More than 400 lines: it takes the most input of all decisions, and each refusal has its test.

use time::Date;

use super::input::{self, Agenda, AttendanceInput, PlanInput, empty_plan};
use super::minutes::MinutesInput;
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
    /// The organisations that came, at most 300 entries; one in several functions has one for each.
    pub attendances: Vec<AttendanceInput>,
    /// People who came for no registered organisation, 0 to 10,000.
    pub other_head_count: i64,
    /// Results or minutes.
    pub results: Option<Text>,
    /// Who led it, who was excused, what was handed on, when the next one is.
    pub minutes: MinutesInput,
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
        self.minutes.query(query)
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
        let known = (&facts.organisations, subject);
        self.minutes.apply(held, content.date, known, context)?;
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

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;
    use crate::Change;
    use crate::agreement::AgreementFacts;
    use crate::agreement::samples::{agreement, facts as agreed, made, made_with};
    use crate::meeting::samples::{
        attendance, attendance_input, cancelled, facts, held, item, meeting, plan, planned_item,
        retracted, scheduled,
    };
    use crate::meeting::{AgendaInput, AgendaItem, MeetingFacts, Plan, Vote, VoteInput};
    use crate::network::samples::{closed, founded, founded_statutory, network, registered_number};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, event, first_id, given, other_centre, sealed, text};

    const DAY: Date = date!(2026 - 11 - 10);

    /// Held without having been scheduled.
    fn hold() -> HoldMeeting {
        HoldMeeting {
            network: network(),
            meeting: None,
            date: Some(DAY),
            plan: PlanInput::default(),
            attendances: Vec::new(),
            other_head_count: 0,
            results: None,
            minutes: MinutesInput::default(),
            expected_version: None,
        }
    }

    fn hold_scheduled() -> HoldMeeting {
        HoldMeeting {
            meeting: Some(meeting(1)),
            date: None,
            ..hold()
        }
    }

    fn was_held(id: MeetingId, facts: MeetingFacts) -> Event {
        event(MeetingEvent::Held(Held {
            meeting: id,
            facts,
            source: None,
        }))
        .on(DAY)
    }

    #[test]
    fn a_meeting_nobody_had_scheduled() {
        let command = HoldMeeting {
            attendances: vec![attendance_input(2), attendance_input(1)],
            other_head_count: 7,
            results: Some(text("Alle sind sich einig.")),
            ..hold()
        };
        given([founded(), registered_number(1), registered_number(2)])
            .when(command)
            .then([was_held(
                MeetingId(first_id()),
                MeetingFacts {
                    attendances: vec![attendance(1), attendance(2)],
                    other_head_count: 7,
                    results: Some(sealed("Alle sind sich einig.")),
                    ..facts(plan())
                },
            )]);
    }

    #[test]
    fn a_scheduled_meeting_keeps_its_plan() {
        let mut planned = scheduled(1, DAY);
        planned.occurred_at = Some(datetime!(2026-11-10 18:00 +1));
        if let crate::EventData::Meeting(MeetingEvent::Scheduled(event)) = &mut planned.data {
            event.plan.title = Some(sealed("Novembersitzung"));
            event.plan.agenda = vec![item("Begrüßung")];
        }
        let with_title = Plan {
            title: Some(sealed("Novembersitzung")),
            ..plan()
        };
        let mut expected = was_held(
            meeting(1),
            facts(Plan {
                agenda: vec![item("Begrüßung")],
                ..with_title.clone()
            }),
        );
        expected.occurred_at = planned.occurred_at;
        given([founded(), planned.clone()])
            .when(hold_scheduled())
            .then([expected]);

        let otherwise = HoldMeeting {
            date: Some(date!(2026 - 11 - 11)),
            plan: PlanInput {
                starts_at: Change::Clear,
                agenda: Some(vec![AgendaInput {
                    result: Some(text("zur Kenntnis genommen")),
                    ..planned_item("Bericht")
                }]),
                ..PlanInput::default()
            },
            ..hold_scheduled()
        };
        let expected = was_held(
            meeting(1),
            facts(Plan {
                agenda: vec![AgendaItem {
                    result: Some(sealed("zur Kenntnis genommen")),
                    ..item("Bericht")
                }],
                ..with_title
            }),
        );
        given([founded(), planned])
            .when(otherwise)
            .then([expected.on(date!(2026 - 11 - 11))]);
    }

    #[test]
    fn what_was_agreed_before_is_carried_over_but_not_what_this_meeting_agreed() {
        let here = AgreementFacts {
            meeting: Some(meeting(1)),
            ..agreed()
        };
        given([
            founded(),
            scheduled(1, DAY),
            made(1),
            made_with(2, here),
            made(3).on(date!(2026 - 11 - 11)),
        ])
        .when(hold_scheduled())
        .then([was_held(
            meeting(1),
            facts(Plan {
                carried_over: vec![agreement(1)],
                ..plan()
            }),
        )]);
    }

    #[test]
    fn only_statutory_bodies_vote() {
        let voted = |yes| HoldMeeting {
            plan: PlanInput {
                agenda: Some(vec![AgendaInput {
                    vote: Some(VoteInput {
                        yes,
                        no: 0,
                        abstained: 3,
                    }),
                    ..planned_item("Satzung")
                }]),
                ..PlanInput::default()
            },
            ..hold()
        };
        given([founded()])
            .when(voted(15))
            .then_rejected(Code::StateForbids, "agenda[0].vote");
        for yes in [-1, 1_001, i64::MAX] {
            given([founded_statutory()])
                .when(voted(yes))
                .then_rejected(Code::NumberOutOfRange, "agenda[0].vote.yes");
        }
        given([founded_statutory()]).when(voted(15)).then([was_held(
            MeetingId(first_id()),
            facts(Plan {
                agenda: vec![AgendaItem {
                    vote: Some(Vote {
                        yes: 15,
                        no: 0,
                        abstained: 3,
                    }),
                    ..item("Satzung")
                }],
                ..plan()
            }),
        )]);
    }

    #[test]
    fn who_came_is_known_and_counted_once() {
        let refused = |attendances, code, field| {
            let command = HoldMeeting {
                attendances,
                ..hold()
            };
            given([
                founded(),
                registered_number(1),
                registered_number(2).in_centre(other_centre()),
            ])
            .when(command)
            .then_rejected(code, field)
        };
        refused(
            vec![attendance_input(1), attendance_input(3)],
            Code::UnknownId,
            "attendances[1].organisation",
        );
        refused(
            vec![attendance_input(2)],
            Code::UnknownId,
            "attendances[0].organisation",
        );
        refused(
            vec![attendance_input(1), attendance_input(1)],
            Code::Duplicate,
            "attendances[1].organisation",
        );
        refused(vec![attendance_input(1); 301], Code::TooMany, "attendances");
        for head_count in [0, -3, 10_001, 65_537] {
            let some = AttendanceInput {
                head_count,
                ..attendance_input(1)
            };
            refused(
                vec![some],
                Code::NumberOutOfRange,
                "attendances[0].headCount",
            );
        }
        let function = AttendanceInput {
            function: Some(text(&"x".repeat(301))),
            ..attendance_input(1)
        };
        refused(vec![function], Code::TextTooLong, "attendances[0].function");
    }

    #[test]
    fn many_came() {
        let history = std::iter::once(founded()).chain((0..300).map(registered_number));
        let command = HoldMeeting {
            attendances: (0..300).map(attendance_input).collect(),
            ..hold()
        };
        let events = given(history).when(command).0.unwrap();
        assert!(events.len() > 1, "300 organisations fit into one event");
        let tags: std::collections::BTreeSet<_> = events.iter().flat_map(Event::tags).collect();
        assert_eq!(tags.len(), 302, "each organisation finds the meeting");
    }

    #[test]
    fn only_what_is_planned_is_held() {
        let refused = |more: Event, wanted: &str| {
            let message = given([founded(), scheduled(1, DAY), more])
                .when(hold_scheduled())
                .then_rejected(Code::StateForbids, "meeting");
            assert!(message.contains(wanted), "{message}");
        };
        refused(held(1, DAY), "schon als durchgeführt");
        refused(cancelled(1), "abgesagt");
        refused(retracted(1, DAY), "zurückgezogen");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([])
            .when(hold())
            .then_rejected(Code::UnknownId, "network");
        given([founded()])
            .when(hold_scheduled())
            .then_rejected(Code::UnknownId, "meeting");
        given([founded()])
            .acting_as(Role::Auditor)
            .when(hold())
            .then_rejected(Code::NotAllowed, "");
        given([founded(), scheduled(1, date!(2026 - 12 - 01))])
            .when(hold_scheduled())
            .then_rejected(Code::DateInFuture, "date");
        given([founded(), closed(date!(2026 - 11 - 09))])
            .when(hold())
            .then_rejected(Code::StateForbids, "date");
        let refused =
            |command, code, field| given([founded()]).when(command).then_rejected(code, field);
        let date = |date| HoldMeeting { date, ..hold() };
        refused(date(None), Code::Missing, "date");
        refused(
            date(Some(date!(2026 - 11 - 21))),
            Code::DateInFuture,
            "date",
        );
        refused(
            date(Some(date!(2020 - 01 - 14))),
            Code::DateOutOfRange,
            "date",
        );
        let others = |other_head_count| HoldMeeting {
            other_head_count,
            ..hold()
        };
        refused(others(-1), Code::NumberOutOfRange, "otherHeadCount");
        refused(others(10_001), Code::NumberOutOfRange, "otherHeadCount");
        let stale = HoldMeeting {
            expected_version: Some(2),
            ..hold_scheduled()
        };
        given([founded(), scheduled(1, DAY)])
            .when(stale)
            .then_rejected(Code::Malformed, "expectedVersion");
    }
}
