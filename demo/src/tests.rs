//! What an invented history has in it, that it comes again, and that it goes on after an interruption.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use querschnitt_domain::agreement::AgreementEvent;
use querschnitt_domain::review::{Phase, Progress, ReviewEvent, ReviewState};
use querschnitt_domain::{AgreementId, CentreKey, EventData, Query, Recorded, ReviewId};
use querschnitt_store::{Executor, Keys, Log as _, ManualClock, MemoryLog, Vault, berlin_date};
use time::Date;
use time::macros::date;

use crate::{Plan, in_memory, invent};

const UNTIL: Date = date!(2026 - 11 - 21);

fn plan(centres: u16, years: u16, seed: u64) -> Plan {
    Plan::new(centres, years, seed, UNTIL).unwrap()
}

fn made(plan: &Plan) -> Vec<Recorded> {
    runtime().block_on(in_memory(plan)).unwrap()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
}

/// Everything but the ids of the single events, which the log draws.
fn told(events: &[Recorded]) -> Vec<Recorded> {
    let mut events = events.to_vec();
    for event in &mut events {
        event.id = querschnitt_domain::EventId(uuid::Uuid::nil());
    }
    events
}

#[test]
fn the_same_plan_gives_the_same_history() {
    let first = made(&plan(3, 1, 7));
    assert_eq!(told(&first), told(&made(&plan(3, 1, 7))));
    assert_ne!(told(&first), told(&made(&plan(3, 1, 8))));
}

/// What a centre records, without when within the day and under which ids.
fn of_centre(events: &[Recorded], centre: CentreKey) -> Vec<(Date, &'static str, Date)> {
    events
        .iter()
        .filter(|recorded| recorded.event.centre == centre)
        .map(|recorded| {
            let kind = recorded.event.data.kind().wire_name();
            (
                berlin_date(recorded.recorded_at),
                kind,
                recorded.event.occurred_on,
            )
        })
        .collect()
}

#[test]
fn a_centre_has_its_history_whoever_else_there_is() {
    let (alone, among) = (made(&plan(1, 1, 3)), made(&plan(4, 1, 3)));
    let bielefeld = crate::CENTRE.parse().unwrap();
    assert_eq!(of_centre(&alone, bielefeld), of_centre(&among, bielefeld));
    let centres: BTreeSet<_> = among.iter().map(|recorded| recorded.event.centre).collect();
    assert_eq!(centres.len(), 4);
}

#[test]
fn an_interrupted_history_goes_on_as_it_would_have() {
    let plan = plan(2, 1, 5);
    let whole = made(&plan);
    let runtime = runtime();
    let begin = || Arc::new(ManualClock::at(plan.first().midnight().assume_utc()));
    let clock = begin();
    let log = Arc::new(MemoryLog::with_clock(clock.clone()));
    let (vault, keys) = (Arc::new(Vault::in_memory()), Keys::ephemeral().unwrap());
    let executor = Executor::new(log.clone(), vault, Arc::new(keys), clock.clone());
    for days in [1, 40, 200] {
        let (executor, clock, plan) = (executor.clone(), clock.clone(), plan.clone());
        let ended = runtime.block_on(async move {
            let task = async move {
                let mut stop = |done| assert!(done < days, "interrupted");
                invent(&executor, clock, &plan, &mut stop).await
            };
            tokio::spawn(task).await
        });
        assert!(ended.is_err_and(|error| error.is_panic()));
    }
    let before = log.head();
    assert!(before > 300 && before < whole.len() as u64, "{before}");
    let ended = runtime.block_on(invent(&executor, clock, &plan, &mut |_| {}));
    ended.unwrap();
    let all = runtime
        .block_on(log.read(&Query::all(), 0, usize::MAX))
        .unwrap();
    assert_eq!(told(&all.events), told(&whole));
}

#[test]
fn a_log_of_something_else_is_left_alone() {
    let other = plan(1, 1, 2);
    let runtime = runtime();
    let clock = Arc::new(ManualClock::at(other.first().midnight().assume_utc()));
    let log = Arc::new(MemoryLog::with_clock(clock.clone()));
    let (vault, keys) = (Arc::new(Vault::in_memory()), Keys::ephemeral().unwrap());
    let executor = Executor::new(log.clone(), vault, Arc::new(keys), clock.clone());
    let ended = runtime.block_on(invent(&executor, clock.clone(), &other, &mut |_| {}));
    ended.unwrap();
    let head = log.head();
    let ended = runtime.block_on(invent(&executor, clock, &plan(1, 1, 3), &mut |_| {}));
    assert!(ended.unwrap_err().to_string().contains("gehört nicht"));
    assert_eq!(log.head(), head);
}

/// Of so many, these.
#[derive(Default, Debug)]
struct Share {
    these: usize,
    all: usize,
}

impl Share {
    fn add(&mut self, is: bool) {
        self.these += usize::from(is);
        self.all += 1;
    }

    #[track_caller]
    fn assert_between(&self, least: usize, most: usize) {
        let percent = self.these * 100 / self.all.max(1);
        assert!((least..=most).contains(&percent), "{self:?}: {percent} %");
    }
}

#[test]
fn the_messiness_of_real_offices_is_in_it() {
    let events = made(&plan(6, 3, 1));
    let kinds: BTreeSet<_> = events
        .iter()
        .map(|recorded| recorded.event.data.kind().wire_name())
        .collect();
    // Everything a decision can lead to but minutes that fill several events, what only an import records,
    // the newest ways to put right what was taken or entered by mistake, letterheads, accounts and their rights,
    // what only the access log holds, and other names of units.
    let missing: Vec<_> = querschnitt_domain::EventKind::ALL
        .into_iter()
        .map(querschnitt_domain::EventKind::wire_name)
        .filter(|kind| !kinds.contains(kind))
        .collect();
    assert_eq!(
        missing,
        [
            "organisation.corrected",
            "organisation.retracted",
            "network.reopened",
            "network.corrected",
            "network.member_corrected",
            "network.member_retracted",
            "network.retracted",
            "meeting.continued",
            "meeting.reinstated",
            "meeting.approval_withdrawn",
            "agreement.corrected",
            "agreement.reopened",
            "agreement.retracted",
            "review.closed",
            "review.ending_corrected",
            "review.reopened",
            "review.attachment_retracted",
            "review.advice_retracted",
            "review.clarification_retracted",
            "source.seen",
            "letterhead.set",
            "account.registered",
            "account.renamed",
            "account.locked",
            "account.unlocked",
            "account.role_granted",
            "account.role_revoked",
            "account.deputy_appointed",
            "account.deputy_ended",
            "account.token_issued",
            "account.token_revoked",
            "exception.order_opened",
            "exception.order_closed",
            "exception.glass_broken",
            "exception.glass_closed",
            "access.read",
            "access.month_removed",
            "unit.renamed",
        ]
    );

    let (mut late, mut in_time, mut matched) =
        (Share::default(), Share::default(), Share::default());
    let mut on_the_day = 0;
    let mut states: BTreeMap<ReviewId, Progress> = BTreeMap::new();
    let mut reached = BTreeSet::new();
    let mut due: BTreeMap<ReviewId, Option<Date>> = BTreeMap::new();
    let mut voted = BTreeMap::new();
    let mut agreed: BTreeMap<AgreementId, Option<Date>> = BTreeMap::new();
    let mut done_in_time = Share::default();
    let mut by_month: BTreeMap<u8, usize> = BTreeMap::new();
    for recorded in &events {
        let (day, event) = (recorded.event.occurred_on, &recorded.event.data);
        let recorded_on = berlin_date(recorded.recorded_at);
        match event {
            EventData::Consultation(event) if event_is_first(event) => {
                late.add((recorded_on - day).whole_days() > 14);
            }
            EventData::Agreement(event) => match event {
                AgreementEvent::Made(event) => {
                    agreed.insert(event.agreement, event.facts.due_on);
                }
                AgreementEvent::Fulfilled(event) => {
                    done_in_time.add(agreed[&event.agreement].is_some_and(|due| day <= due));
                }
                AgreementEvent::Changed(event) => {
                    agreed.insert(event.agreement, event.facts.due_on);
                }
                AgreementEvent::Dropped(_)
                | AgreementEvent::Corrected(_)
                | AgreementEvent::Reopened(_)
                | AgreementEvent::Retracted(_) => {}
            },
            EventData::Review(event) => {
                let id = event.review();
                let progress = states.entry(id).or_insert_with(|| Progress::new(false));
                progress.follow(event);
                reached.insert(progress.state.as_str());
                if let ReviewEvent::Requested(event) = event {
                    due.insert(id, event.facts.due_on);
                    *by_month.entry(day.month() as u8).or_default() += 1;
                } else if let ReviewEvent::DeadlineExtended(event) = event {
                    due.insert(id, Some(event.due_on));
                } else if let ReviewEvent::Corrected(event) = event {
                    due.insert(id, event.facts.due_on);
                } else if let ReviewEvent::Issued(event) = event {
                    voted.insert(id, event.outcome);
                    if let Some(due) = due[&id] {
                        in_time.add(day <= due);
                        on_the_day += usize::from(day == due);
                    }
                } else if let ReviewEvent::FundingDecided(event) = event {
                    let outcome = voted[&id];
                    let decision = event.decision;
                    if let Some(same) =
                        querschnitt_domain::review::outcome::matches_decision(outcome, decision)
                    {
                        matched.add(same);
                    }
                }
            }
            EventData::Consultation(_)
            | EventData::Organisation(_)
            | EventData::Network(_)
            | EventData::Meeting(_)
            | EventData::Seen(_)
            | EventData::Letterhead(_)
            | EventData::Unit(_)
            | EventData::Account(_)
            | EventData::Exception(_)
            | EventData::Access(_) => {}
        }
    }
    late.assert_between(8, 16);
    in_time.assert_between(60, 85);
    matched.assert_between(75, 95);
    done_in_time.assert_between(50, 80);
    assert!(on_the_day > 20, "{on_the_day} statements on their last day");
    let october = by_month[&10];
    assert!(
        october > 3 * by_month[&7] && october > 3 * by_month[&5],
        "{by_month:?}"
    );
    // Only an import knows of a review no more than that it is closed.
    let all = ReviewState::ALL.map(ReviewState::as_str);
    let all = all.into_iter().filter(|state| *state != "CLOSED");
    assert_eq!(reached, all.collect());
    // Work goes on where the history ends.
    let open = states.values().map(|progress| progress.state);
    let open = open.filter(|state| state.phase() == Phase::Open);
    let open: BTreeSet<_> = open.map(|state| state.as_str()).collect();
    assert!(open.len() >= 4, "{open:?}");
}

fn event_is_first(event: &querschnitt_domain::consultation::ConsultationEvent) -> bool {
    matches!(
        event,
        querschnitt_domain::consultation::ConsultationEvent::Recorded(_)
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    /// Every command of every history is accepted, and changes something.
    #[test]
    fn every_seed_makes_a_history(seed in any::<u64>(), days in 0_i64..3_000, centres in 1..4_u16, years in 1..4_u16) {
        let until = date!(2018 - 01 - 01) + time::Duration::days(days);
        let plan = Plan::new(centres, years, seed, until).unwrap();
        let events = made(&plan);
        prop_assert!(events.len() > 150 * usize::from(centres));
        prop_assert!(events.is_sorted_by_key(|recorded| recorded.recorded_at));
        let last = events.last().map(|recorded| berlin_date(recorded.recorded_at));
        prop_assert!(last <= Some(until), "{:?}", last);
    }
}
