//! The board against a plain computation over the events: which reviews were open at the end of a day, since
//! when, until when, and for whom they waited. It reads no rows; only what a step leads to is shared, which
//! has a table of its own.

use std::collections::BTreeMap;

use proptest::prelude::*;
use querschnitt_domain::review::{Phase, Progress, ReviewEvent, ReviewState};
use querschnitt_domain::working_day::is_working_day;
use querschnitt_domain::{ActorId, CentreKey, EventData, OrganisationId, Recorded, ReviewId};
use time::macros::date;
use time::{Date, Duration};

use super::super::{Urgency, WaitingFor};
use super::{LENGTH, Scope, Seen, few, fold, narrowed, seens};
use crate::dimension::CentreSet;
use crate::state::State;
use crate::testing::{History, invented};
use crate::until::Until;

/// Asked when, which unit, which organisation, answered when.
type Asked = (Date, Option<String>, Option<OrganisationId>, Option<Date>);

/// A review as its events tell it.
struct Told {
    centre: CentreKey,
    recorded: u64,
    received: Date,
    progress: Progress,
    /// Each state with the day it was reached.
    states: Vec<(Date, ReviewState)>,
    due: Option<Date>,
    extensions: Vec<(Date, Date)>,
    /// Who works on it and who signs, with the day it was said.
    people: Vec<(Date, Option<ActorId>, Option<ActorId>)>,
    /// Advice: asked when, of whom, answered when.
    advice: BTreeMap<u16, Asked>,
}

impl Told {
    fn follow(&mut self, day: Date, event: &ReviewEvent) {
        let before = self.progress.state;
        self.progress.follow(event);
        let after = self.progress.state;
        let people = self
            .people
            .last()
            .map_or((None, None), |last| (last.1, last.2));
        if let ReviewEvent::Corrected(corrected) = event {
            self.received = day;
            self.states[0].0 = day;
            if corrected.facts.due_on != self.due_now() {
                self.due = corrected.facts.due_on;
                self.extensions.clear();
            }
        } else if let ReviewEvent::DeadlineExtended(extended) = event {
            self.extensions.push((day, extended.due_on));
        } else if let ReviewEvent::Assigned(assigned) = event {
            let reviewer = Some(assigned.reviewer);
            self.people.push((day, reviewer, assigned.cosigner));
        } else if let ReviewEvent::ConflictDeclared(declared) = event {
            let other = |one: &ActorId| *one != declared.declared_by;
            let kept = (people.0.filter(other), people.1.filter(other));
            self.people.push((day, kept.0, kept.1));
        } else if let ReviewEvent::AdviceAsked(asked) = event {
            let unit = asked.unit.as_ref().map(ToString::to_string);
            let asked_for = (day, unit, asked.organisation, None);
            self.advice.insert(asked.advice, asked_for);
        } else if let ReviewEvent::AdviceGiven(given) = event {
            if let Some(advice) = self.advice.get_mut(&given.advice) {
                advice.3 = Some(day);
            }
        } else if let ReviewEvent::AdviceRetracted(retracted) = event {
            self.advice.remove(&retracted.advice);
        } else if let ReviewEvent::EndingCorrected(_) = event {
            for (on, state) in self.states.iter_mut().rev() {
                let decision = *state == ReviewState::FunderDecisionRecorded;
                if state.phase() != Phase::Open && !decision {
                    *on = day;
                    break;
                }
            }
        } else if let ReviewEvent::Reopened(_) = event {
            // What never ended was open all the time.
            while after != before && self.states.last().is_some_and(|(_, last)| *last != after) {
                let (_, last) = self.states[self.states.len() - 1];
                if last.phase() == Phase::Open {
                    break;
                }
                self.states.pop();
            }
            if self.states.last().is_none_or(|(_, last)| *last != after) {
                self.states.push((day, after));
            }
            return;
        }
        if after != before {
            self.states.push((day, after));
        }
    }

    fn due_now(&self) -> Option<Date> {
        self.extensions.last().map(|(_, due)| *due).or(self.due)
    }

    fn due_on(&self, on: Date) -> Option<Date> {
        let mut due = self.due;
        for (agreed, to) in &self.extensions {
            if *agreed <= on {
                due = Some(*to);
            }
        }
        due
    }

    /// The state at the end of a day, if it had come in by then.
    fn state_on(&self, on: Date) -> Option<ReviewState> {
        let mut state = None;
        for (reached, one) in &self.states {
            if *reached <= on {
                state = Some(*one);
            }
        }
        state.filter(|_| self.received <= on)
    }

    fn waits_for(&self, state: ReviewState, on: Date) -> Vec<String> {
        let mut waits = Vec::new();
        if state == ReviewState::ClarificationRequested {
            waits.push("APPLICANT".to_owned());
        }
        for (asked, unit, organisation, given) in self.advice.values() {
            if *asked > on || given.is_some_and(|given| given <= on) {
                continue;
            }
            match (unit, organisation) {
                (Some(unit), of) => waits.push(format!("UNIT {unit} {of:?}")),
                (None, Some(of)) => waits.push(format!("ORGANISATION {of:?}")),
                (None, None) => {}
            }
        }
        if !waits.is_empty() {
            return waits;
        }
        let mut people = self.people.first();
        for one in &self.people {
            if one.0 <= on {
                people = Some(one);
            }
        }
        let (reviewer, cosigner) = people.map_or((None, None), |people| (people.1, people.2));
        vec![if state == ReviewState::Drafted {
            format!("SIGNATURE {cosigner:?}")
        } else if state == ReviewState::Cosigned {
            "DISPATCH".to_owned()
        } else if state == ReviewState::Requested || reviewer.is_none() {
            "ASSIGNMENT".to_owned()
        } else {
            format!("REVIEWER {reviewer:?}")
        }]
    }
}

fn told(events: &[Recorded]) -> BTreeMap<ReviewId, Told> {
    let mut all = BTreeMap::new();
    for recorded in events {
        let EventData::Review(event) = &recorded.event.data else {
            continue;
        };
        let (id, day) = (event.review(), recorded.event.occurred_on);
        if let ReviewEvent::Requested(requested) = event {
            let told = Told {
                centre: recorded.event.centre,
                recorded: recorded.position,
                received: day,
                progress: Progress::new(requested.supersedes.is_some()),
                states: vec![(day, ReviewState::Requested)],
                due: requested.facts.due_on,
                extensions: Vec::new(),
                people: Vec::new(),
                advice: BTreeMap::new(),
            };
            all.insert(id, told);
        } else if let ReviewEvent::Retracted(_) = event {
            all.remove(&id);
        } else if let Some(told) = all.get_mut(&id) {
            told.follow(day, event);
        }
    }
    all
}

/// Working days after `from` up to `to`, one by one.
fn working_days(from: Date, to: Date) -> i64 {
    let (mut day, mut count) = (from.min(to), 0);
    while day < from.max(to) {
        day = day.next_day().unwrap();
        count += i64::from(is_working_day(day));
    }
    if from <= to { count } else { -count }
}

fn urgency(received: Date, due: Option<Date>, on: Date) -> Urgency {
    let Some(due) = due else {
        return Urgency::NoDeadline;
    };
    if due < on {
        return Urgency::Overdue;
    }
    let term = working_days(received, due).max(0);
    // What is left of the term: its working days that have not passed on that day.
    let left = term - working_days(received, on);
    if (term == 0 && on < due) || left > term / 2 {
        Urgency::InTime
    } else if left > term / 5 {
        Urgency::HalfLeft
    } else {
        Urgency::FifthLeft
    }
}

fn word(waiting: &WaitingFor) -> String {
    match waiting {
        WaitingFor::Unit(unit, of) => format!("UNIT {} {of:?}", unit.record()),
        WaitingFor::Organisation(of) => format!("ORGANISATION {of:?}"),
        WaitingFor::Signature(cosigner) => format!("SIGNATURE {cosigner:?}"),
        WaitingFor::Reviewer(reviewer) => format!("REVIEWER {:?}", Some(*reviewer)),
        WaitingFor::Applicant | WaitingFor::Assignment | WaitingFor::Dispatch => {
            waiting.as_str().to_owned()
        }
    }
}

/// The board is what the events say.
fn assert_told(state: &State, events: &[Recorded], seen: Seen<'_>, on: Date) {
    let known: Vec<Recorded> = events
        .iter()
        .take_while(|recorded| recorded.position <= seen.position())
        .cloned()
        .collect();
    let told = told(&known);
    let mut expected = Vec::new();
    for (id, one) in &told {
        let Some(state) = one
            .state_on(on)
            .filter(|state| state.phase() == Phase::Open)
        else {
            continue;
        };
        if !seen.scope.contains(one.centre, id.record()) {
            continue;
        }
        let due = one.due_on(on);
        expected.push((
            (due.unwrap_or(Date::MAX), one.recorded),
            *id,
            state,
            urgency(one.received, due, on),
            due.map(|due| working_days(on, due)),
            one.waits_for(state, on),
        ));
    }
    expected.sort();
    let board = state.review_board(seen, on, &Until::whenever()).unwrap();
    let none = state.review_board(seen, on, &Until::after_rows(0));
    assert!(none.is_err() || board.entries.is_empty());
    let shown: Vec<_> = board
        .entries
        .iter()
        .map(|entry| {
            (
                (entry.due_on.unwrap_or(Date::MAX), entry.row.recorded),
                entry.row.id,
                entry.state,
                entry.urgency,
                entry.working_days_left,
                entry.waiting_for.iter().map(word).collect::<Vec<_>>(),
            )
        })
        .collect();
    assert_eq!(shown, expected);
    let all = [
        Urgency::Overdue,
        Urgency::FifthLeft,
        Urgency::HalfLeft,
        Urgency::InTime,
        Urgency::NoDeadline,
    ];
    let counted: usize = all.into_iter().map(|urgency| board.count(urgency)).sum();
    assert_eq!(counted, board.entries.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_board_of_any_day_is_what_the_events_say(
        seed in 0_u64..1000,
        seen in seens(),
        days in 0_i64..1100,
    ) {
        let history = History::with_reviews(seed, LENGTH);
        let on = date!(2024 - 01 - 01) + Duration::days(days);
        let state = fold(&history);
        let few = few(&state);
        assert_told(&state, history.events(), narrowed(seen, &few), on);
    }

    #[test]
    fn the_board_of_invented_offices_is_what_the_events_say(
        which in 0_usize..2,
        as_of in prop::option::weighted(0.8, 0.0..1.0_f64),
        all in any::<bool>(),
        days_before in 0_i64..760,
    ) {
        let history = invented::history(which);
        let scope = if all {
            CentreSet::all()
        } else {
            history.centres.iter().take(1).copied().collect()
        };
        let seen = Seen { scope: Scope::of(scope), as_of: as_of.map(|share| history.position_at(share)) };
        let on = history.until - Duration::days(days_before);
        assert_told(&history.state, &history.events, seen, on);
    }
}

/// The random days and histories show every urgency and every way of waiting.
#[test]
fn random_boards_show_everything() {
    let mut seen = std::collections::BTreeSet::new();
    let now = Seen::now(CentreSet::all());
    for seed in 0..60 {
        let state = fold(&History::with_reviews(seed, LENGTH));
        for days in [100, 300, 500, 700, 1000] {
            let on = date!(2024 - 01 - 01) + Duration::days(days);
            let board = state.review_board(now, on, &Until::whenever()).unwrap();
            for entry in board.entries {
                seen.insert(format!("{:?}", entry.urgency));
                seen.extend(entry.waiting_for.iter().map(|one| one.as_str().to_owned()));
            }
        }
    }
    let expected = [
        "APPLICANT",
        "ASSIGNMENT",
        "DISPATCH",
        "FifthLeft",
        "HalfLeft",
        "InTime",
        "NoDeadline",
        "ORGANISATION",
        "Overdue",
        "REVIEWER",
        "SIGNATURE",
        "UNIT",
    ];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), expected);
}
