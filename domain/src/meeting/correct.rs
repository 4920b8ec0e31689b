//! What was recorded of a meeting was wrong.

use time::Date;

use super::input::{self, Agenda, AttendanceInput, PlanInput};
use super::minutes::MinutesInput;
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
    /// All organisations that came, at most 300 entries; one in several functions has one for each.
    pub attendances: Option<Vec<AttendanceInput>>,
    /// People who came for no registered organisation, 0 to 10,000.
    pub other_head_count: Option<i64>,
    /// Results or minutes.
    pub results: Change<Text>,
    /// Who led it, who was excused, what was handed on, when the next one is.
    pub minutes: MinutesInput,
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
        self.minutes.query(query)
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
        let known = (&facts.organisations, subject);
        self.minutes.apply(held, content.date, known, context)?;
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

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;
    use crate::meeting::samples::{
        attendance, attendance_input, cancelled, facts, held, item, meeting, plan, planned_item,
        retracted, scheduled,
    };
    use crate::meeting::{AgendaInput, AgendaItem, MeetingFacts, Plan, Vote, VoteInput};
    use crate::network::samples::{closed, founded, founded_statutory, network, registered_number};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, event, given, other_centre, sealed, text};

    const DAY: Date = date!(2026 - 11 - 10);

    /// A correction that names no field.
    fn correct() -> CorrectMeeting {
        CorrectMeeting {
            network: network(),
            meeting: meeting(1),
            date: None,
            plan: PlanInput::default(),
            attendances: None,
            other_head_count: None,
            results: Change::Keep,
            minutes: MinutesInput::default(),
            reason: text("Liste war falsch"),
            expected_version: None,
        }
    }

    fn corrected(facts: MeetingFacts, fields: &[&str]) -> Event {
        event(MeetingEvent::Corrected(Corrected {
            meeting: meeting(1),
            facts,
            changed: fields.iter().map(|field| (*field).into()).collect(),
            reason: sealed("Liste war falsch"),
            source: None,
        }))
        .on(DAY)
    }

    fn more_came() -> CorrectMeeting {
        CorrectMeeting {
            attendances: Some(vec![attendance_input(1)]),
            other_head_count: Some(4),
            ..correct()
        }
    }

    #[test]
    fn what_was_wrong_is_put_right_and_the_rest_stays() {
        let first = corrected(
            MeetingFacts {
                attendances: vec![attendance(1)],
                other_head_count: 4,
                ..facts(plan())
            },
            &["attendances", "otherHeadCount"],
        );
        let history = [founded_statutory(), held(1, DAY), registered_number(1)];
        given(history.clone())
            .when(more_came())
            .then([first.clone()]);

        let command = CorrectMeeting {
            date: Some(date!(2026 - 11 - 09)),
            plan: PlanInput {
                starts_at: Change::Set(datetime!(2026-11-09 17:00 +1)),
                agenda: Some(vec![AgendaInput {
                    vote: Some(VoteInput {
                        yes: 9,
                        no: 1,
                        abstained: 0,
                    }),
                    ..planned_item("Satzung")
                }]),
                ..PlanInput::default()
            },
            results: Change::Set(text("beschlossen")),
            ..correct()
        };
        let mut second = corrected(
            MeetingFacts {
                attendances: vec![attendance(1)],
                other_head_count: 4,
                results: Some(sealed("beschlossen")),
                ..facts(Plan {
                    agenda: vec![AgendaItem {
                        vote: Some(Vote {
                            yes: 9,
                            no: 1,
                            abstained: 0,
                        }),
                        ..item("Satzung")
                    }],
                    ..plan()
                })
            },
            &["date", "startsAt", "agenda", "results"],
        )
        .on(date!(2026 - 11 - 09));
        second.occurred_at = Some(datetime!(2026-11-09 17:00 +1));
        given(history.into_iter().chain([first]))
            .when(command)
            .then([second]);
    }

    #[test]
    fn what_is_already_so_changes_nothing() {
        given([founded(), held(1, DAY)])
            .when(correct())
            .then_nothing();
        let same = CorrectMeeting {
            date: Some(DAY),
            other_head_count: Some(0),
            results: Change::Clear,
            ..correct()
        };
        given([founded(), held(1, DAY)]).when(same).then_nothing();
    }

    #[test]
    fn only_what_was_held_is_corrected() {
        let refused = |more: Vec<Event>, wanted: &str| {
            let message = given(std::iter::once(founded()).chain(more))
                .when(more_came())
                .then_rejected(Code::StateForbids, "meeting");
            assert!(message.contains(wanted), "{message}");
        };
        refused(
            vec![scheduled(1, DAY)],
            "ändern Sie statt dessen ihren Plan",
        );
        refused(vec![scheduled(1, DAY), cancelled(1)], "abgesagt");
        refused(vec![held(1, DAY), retracted(1, DAY)], "zurückgezogen");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([held(1, DAY)])
            .when(correct())
            .then_rejected(Code::UnknownId, "network");
        given([founded()])
            .when(correct())
            .then_rejected(Code::UnknownId, "meeting");
        given([founded(), held(1, DAY).in_centre(other_centre())])
            .when(correct())
            .then_rejected(Code::UnknownId, "meeting");
        given([founded(), held(1, DAY)])
            .acting_as(Role::Auditor)
            .when(correct())
            .then_rejected(Code::NotAllowed, "");
        let refused = |command, code, field| {
            given([founded(), held(1, DAY), closed(date!(2026 - 11 - 15))])
                .when(command)
                .then_rejected(code, field)
        };
        let date = |date| CorrectMeeting {
            date: Some(date),
            ..correct()
        };
        refused(date(date!(2026 - 11 - 21)), Code::DateInFuture, "date");
        refused(date(date!(2020 - 01 - 14)), Code::DateOutOfRange, "date");
        refused(date(date!(2026 - 11 - 16)), Code::StateForbids, "date");
        refused(more_came(), Code::UnknownId, "attendances[0].organisation");
        let others = CorrectMeeting {
            other_head_count: Some(-1),
            ..correct()
        };
        refused(others, Code::NumberOutOfRange, "otherHeadCount");
        let voted = CorrectMeeting {
            plan: PlanInput {
                agenda: Some(vec![AgendaInput {
                    vote: Some(VoteInput {
                        yes: 1,
                        no: 1,
                        abstained: 1,
                    }),
                    ..planned_item("TOP")
                }]),
                ..PlanInput::default()
            },
            ..correct()
        };
        refused(voted, Code::StateForbids, "agenda[0].vote");
    }

    #[test]
    fn who_read_an_old_version_learns_what_changed() {
        let stale = CorrectMeeting {
            expected_version: Some(1),
            other_head_count: Some(2),
            ..correct()
        };
        let meanwhile = corrected(
            MeetingFacts {
                other_head_count: 4,
                ..facts(plan())
            },
            &["otherHeadCount"],
        );
        let message = given([founded(), held(1, DAY), meanwhile])
            .when(stale)
            .then_rejected(Code::ChangedMeanwhile, "expectedVersion");
        assert!(message.contains("(otherHeadCount)"), "{message}");
    }
}
