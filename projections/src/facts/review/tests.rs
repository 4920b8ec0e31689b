//! Rows of reviews and steps against what the events plainly say.

use std::collections::BTreeMap;

use proptest::prelude::*;
use querschnitt_domain::EventData;
use querschnitt_domain::review::{Progress, ReviewEvent, VersionStatus};
use querschnitt_domain::unit::Unit;
use querschnitt_domain::{ReviewId, UnitId};
use time::{Date, OffsetDateTime};

use super::*;
use crate::testing::History;

/// A review by plain words: its events are folded one by one, and nothing is remembered.
#[derive(Clone, PartialEq, Debug)]
struct Plain {
    version: u32,
    progress: Progress,
    received_on: Date,
    due_on: Option<Date>,
    steps: BTreeMap<u32, (Option<OffsetDateTime>, Option<UnitId>)>,
    advice: BTreeMap<u16, bool>,
    ended_on: Option<Date>,
    superseded_by: Option<ReviewId>,
    next_version: Option<ReviewId>,
}

fn plain(history: &[Recorded]) -> BTreeMap<ReviewId, Plain> {
    let mut all: BTreeMap<ReviewId, Plain> = BTreeMap::new();
    for recorded in history {
        let EventData::Review(event) = &recorded.event.data else {
            continue;
        };
        let day = recorded.event.occurred_on;
        if let ReviewEvent::Requested(requested) = event {
            let new = Plain {
                version: 0,
                progress: Progress::new(requested.supersedes.is_some()),
                received_on: day,
                due_on: requested.facts.due_on,
                steps: BTreeMap::new(),
                advice: BTreeMap::new(),
                ended_on: None,
                superseded_by: None,
                next_version: None,
            };
            all.insert(event.review(), new);
        }
        if let ReviewEvent::Retracted(_) = event {
            all.remove(&event.review());
        }
        let Some(review) = all.get_mut(&event.review()) else {
            continue;
        };
        review.version += 1;
        review.progress.follow(event);
        if let ReviewEvent::StepCompleted(step) = event {
            let known = (recorded.event.occurred_at, step.unit.as_ref().map(Unit::id));
            review.steps.insert(step.step, known);
        }
        if let ReviewEvent::StepRetracted(step) = event {
            review.steps.remove(&step.step);
        }
        if let ReviewEvent::DeadlineExtended(extended) = event {
            review.due_on = Some(extended.due_on);
        }
        if let ReviewEvent::Corrected(corrected) = event {
            (review.received_on, review.due_on) = (day, corrected.facts.due_on);
        }
        if let ReviewEvent::Superseded(begun) = event {
            review.next_version = Some(begun.superseded_by);
        }
        if let ReviewEvent::VersionChanged(changed) = event {
            let version = Some(changed.version);
            (review.superseded_by, review.next_version) = match changed.status {
                VersionStatus::Issued => (version, version),
                VersionStatus::InWork => (None, version),
                VersionStatus::Ended => (None, None),
            };
        }
        if let ReviewEvent::AdviceAsked(asked) = event {
            review.advice.insert(asked.advice, true);
        }
        if let ReviewEvent::AdviceGiven(given) = event {
            review.advice.insert(given.advice, false);
        }
        if let ReviewEvent::AdviceRetracted(retracted) = event {
            review.advice.remove(&retracted.advice);
        }
        if let ReviewEvent::EndingCorrected(_) = event {
            review.ended_on = Some(day);
        }
        if review.progress.state.phase() == querschnitt_domain::review::Phase::Open {
            review.ended_on = None;
        }
        let ends = matches!(
            recorded.event.data.kind().wire_name(),
            "review.issued"
                | "review.withdrawn"
                | "review.declined"
                | "review.lapsed"
                | "review.closed"
        );
        let after_all = review.progress.withdrawn_after
            && recorded.event.data.kind().wire_name() == "review.withdrawn";
        if ends
            && !after_all
            && review.progress.state.phase() != querschnitt_domain::review::Phase::Open
        {
            review.ended_on = Some(day);
        }
    }
    all
}

fn shown(facts: &Facts, position: u64) -> BTreeMap<ReviewId, Plain> {
    facts
        .reviews()
        .all_at(position)
        .map(|row| {
            assert_eq!(row.state, row.details.progress.state);
            let steps = facts.steps().of(row.id, position);
            let plain = Plain {
                version: facts.review_version(row.id, position),
                progress: row.details.progress.clone(),
                received_on: row.received_on,
                due_on: row.facts.due_on,
                steps: steps
                    .map(|step| {
                        let unit = step.unit.and_then(|unit| facts.steps().unit(unit));
                        (step.number, (step.at, unit))
                    })
                    .collect(),
                advice: row
                    .details
                    .advice
                    .iter()
                    .map(|advice| (advice.asked.advice, advice.given_on.is_none()))
                    .collect(),
                ended_on: row.ended.map(|ended| ended.on),
                superseded_by: row.superseded_by,
                next_version: row.details.next_version,
            };
            (row.id, plain)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn rows_say_what_the_events_say_at_every_position(
        seed in any::<u64>(),
        cut in 0..=400_usize,
    ) {
        let history = History::with_reviews(seed, 400);
        let mut facts = Facts::default();
        for recorded in history.events() {
            facts.apply(recorded);
        }
        prop_assert_eq!(shown(&facts, u64::MAX), plain(history.events()));
        prop_assert_eq!(shown(&facts, cut as u64), plain(&history.events()[..cut]));
    }

    #[test]
    fn steps_come_in_the_order_in_which_they_happened(seed in any::<u64>()) {
        let history = History::with_reviews(seed, 400);
        let mut facts = Facts::default();
        for recorded in history.events() {
            facts.apply(recorded);
        }
        for row in facts.reviews().all() {
            let steps: Vec<_> = facts.steps().of(row.id, u64::MAX).collect();
            for pair in steps.windows(2) {
                prop_assert!(pair[0].day <= pair[1].day);
                if let (Some(first), Some(second)) = (pair[0].at, pair[1].at) {
                    let order = (first, pair[0].number) < (second, pair[1].number);
                    prop_assert!(order, "{first} {second}");
                }
            }
        }
    }
}

#[test]
fn generated_histories_hold_every_kind_of_event() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..40 {
        for recorded in History::with_reviews(seed, 400).events() {
            seen.insert(recorded.event.data.kind());
        }
    }
    let missing: Vec<_> = querschnitt_domain::EventKind::ALL
        .into_iter()
        .filter(|kind| kind.wire_name().starts_with("review.") && !seen.contains(kind))
        .collect();
    assert_eq!(missing, []);
}

#[test]
fn a_row_stays_small() {
    let size = size_of::<ReviewRow>();
    assert!(size <= 400, "{size}");
}
