//! The flow against a plain slow computation over the same events, and against the real municipal log
//! computed apart from everything here. More than 400 lines: it says everything again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use querschnitt_domain::review::{Phase, Progress, ReviewEvent};
use querschnitt_domain::{CENTRES, CentreKey, EventData, Recorded, ReviewId};
use querschnitt_store::berlin_date;
use time::macros::date;
use time::{Duration, OffsetDateTime};

use super::*;
use crate::testing::{History, invented};
use crate::views::Scope;

/// A step by plain words.
#[derive(Clone, Debug)]
struct Step {
    number: u32,
    unit: Option<String>,
    day: Date,
    at: Option<OffsetDateTime>,
    started_at: Option<OffsetDateTime>,
}

#[derive(Clone, Debug)]
struct Review {
    centre: CentreKey,
    progress: Progress,
    unit: Option<String>,
    advice: BTreeMap<u16, Option<String>>,
    steps: Vec<Step>,
}

fn reviews(history: &[Recorded]) -> BTreeMap<ReviewId, Review> {
    let mut all = BTreeMap::new();
    for recorded in history {
        let EventData::Review(event) = &recorded.event.data else {
            continue;
        };
        let name = |unit: &Option<Unit>| unit.as_ref().map(ToString::to_string);
        if let ReviewEvent::Requested(requested) = event {
            let new = Review {
                centre: recorded.event.centre,
                progress: Progress::new(requested.supersedes.is_some()),
                unit: name(&requested.facts.unit),
                advice: BTreeMap::new(),
                steps: Vec::new(),
            };
            all.insert(event.review(), new);
        }
        if let ReviewEvent::Retracted(_) = event {
            all.remove(&event.review());
        }
        let Some(review) = all.get_mut(&event.review()) else {
            continue;
        };
        review.progress.follow(event);
        if let ReviewEvent::Corrected(corrected) = event {
            review.unit = name(&corrected.facts.unit);
        }
        if let ReviewEvent::AdviceAsked(asked) = event {
            review.advice.insert(asked.advice, name(&asked.unit));
        }
        if let ReviewEvent::AdviceGiven(given) = event {
            review.advice.remove(&given.advice);
        }
        if let ReviewEvent::AdviceRetracted(retracted) = event {
            review.advice.remove(&retracted.advice);
        }
        if let ReviewEvent::StepRetracted(step) = event {
            review.steps.retain(|other| other.number != step.step);
        }
        if let ReviewEvent::StepCompleted(step) = event {
            let at = recorded.event.occurred_at;
            review.steps.push(Step {
                number: step.step,
                unit: name(&step.unit),
                day: at.map_or(recorded.event.occurred_on, berlin_date),
                at,
                started_at: step.started_at,
            });
        }
    }
    all
}

/// Whether one step comes before the other: by instant, else by day, else by number.
fn comes_before(a: &Step, b: &Step) -> bool {
    if a.day != b.day {
        return a.day < b.day;
    }
    match (a.at, b.at) {
        (Some(x), Some(y)) if x != y => x < y,
        (None, Some(at)) => {
            // Midnight itself is as early as the day.
            let midnight = berlin_date(at - Duration::NANOSECOND) < b.day;
            !midnight || a.number < b.number
        }
        (Some(at), None) => {
            let midnight = berlin_date(at - Duration::NANOSECOND) < a.day;
            midnight && a.number < b.number
        }
        (Some(_), Some(_)) | (None, None) => a.number < b.number,
    }
}

fn between(a: &Step, b: &Step) -> f64 {
    match (a.at, b.at) {
        (Some(x), Some(y)) => (y - x).as_seconds_f64() / 86_400.0,
        _ => (b.day - a.day).whole_days() as f64,
    }
}

/// Type 7 by its formula over sorted values.
fn type7(values: &[f64], p: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let h = (sorted.len() - 1) as f64 * p;
    let (below, above) = (h.floor() as usize, h.ceil() as usize);
    sorted[below] + (h - h.floor()) * (sorted[above] - sorted[below])
}

type Pairs = BTreeMap<(Option<String>, Option<String>), Vec<f64>>;
type Units = BTreeMap<Option<String>, (usize, Vec<f64>, usize)>;

fn slow(history: &[Recorded], scope: CentreSet, from: Date, to: Date) -> (Pairs, Units) {
    let (mut pairs, mut units) = (Pairs::new(), Units::new());
    for review in reviews(history).values() {
        if !scope.contains(review.centre) {
            continue;
        }
        let mut steps = review.steps.clone();
        // Insertion by pairwise comparison: no key, no sort.
        let mut ordered: Vec<Step> = Vec::new();
        while let Some(step) = steps.pop() {
            let place = ordered
                .iter()
                .position(|other| comes_before(&step, other))
                .unwrap_or(ordered.len());
            ordered.insert(place, step);
        }
        for (index, step) in ordered.iter().enumerate() {
            if step.day < from || step.day >= to {
                continue;
            }
            let before = index.checked_sub(1).map(|index| &ordered[index]);
            let of_unit = units.entry(step.unit.clone()).or_default();
            of_unit.0 += 1;
            let known = step.started_at.zip(step.at);
            let handled = match (known, before) {
                (Some((begun, done)), _) => {
                    (begun <= done).then(|| (done - begun).as_seconds_f64() / 86_400.0)
                }
                (None, Some(before)) if before.unit == step.unit => Some(between(before, step)),
                (None, _) => None,
            };
            of_unit.1.extend(handled);
            if let Some(before) = before.filter(|before| before.unit != step.unit) {
                let pair = (before.unit.clone(), step.unit.clone());
                pairs.entry(pair).or_default().push(between(before, step));
            }
        }
        if review.progress.state.phase() == Phase::Open {
            let mut asked: BTreeSet<Option<String>> = review
                .advice
                .values()
                .flatten()
                .cloned()
                .map(Some)
                .collect();
            if asked.is_empty() {
                let last = ordered.last().and_then(|step| step.unit.clone());
                asked.insert(review.unit.clone().or(last));
            }
            for unit in asked {
                units.entry(unit).or_default().2 += 1;
            }
        }
    }
    (pairs, units)
}

fn name(unit: Option<UnitId>) -> Option<String> {
    unit.map(|unit| unit.record().to_string())
}

fn assert_same(flow: &Flow, pairs: &Pairs, units: &Units) {
    let close = |a: f64, b: f64| (a - b).abs() < 1e-6;
    assert_eq!(flow.handovers.len(), pairs.len());
    for found in &flow.handovers {
        let waited = &pairs[&(name(found.from), name(found.to))];
        assert_eq!(found.count, waited.len());
        assert!(
            close(found.median_waiting_days, type7(waited, 0.5)),
            "{found:?}"
        );
        assert!(
            close(found.p90_waiting_days, type7(waited, 0.9)),
            "{found:?}"
        );
    }
    assert_eq!(flow.units.len(), units.len());
    for found in &flow.units {
        let (steps, handled, waiting) = &units[&name(found.unit)];
        assert_eq!(
            (found.steps, found.waiting),
            (*steps, *waiting),
            "{found:?}"
        );
        match found.median_handling_days {
            None => assert!(handled.is_empty()),
            Some(days) => assert!(close(days, type7(handled, 0.5)), "{found:?}"),
        }
    }
}

fn fold(history: &[Recorded]) -> Facts {
    let mut facts = Facts::default();
    for recorded in history {
        facts.apply(recorded);
    }
    facts
}

fn computed(facts: &Facts, query: &FlowQuery) -> Flow {
    flow(facts, query, &Until::whenever()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_flow_is_what_a_plain_computation_gives(
        seed in any::<u64>(),
        centres in 0..3_usize,
        (from, days) in (0..700_i64, 0..800_i64),
        as_of in prop::option::of(0..=600_usize),
    ) {
        let history = History::with_reviews(seed, 600);
        let scope: CentreSet = CENTRES.iter().take(centres + 1).map(|it| it.key).collect();
        let from = date!(2024 - 01 - 01) + Duration::days(from);
        let to = from + Duration::days(days);
        let seen = Seen { scope: Scope::of(scope), as_of: as_of.map(|at| at as u64) };
        let facts = fold(history.events());
        let query = FlowQuery { seen, from, to, subject: FlowSubject::Review };
        let known = &history.events()[..as_of.unwrap_or(600)];
        let (pairs, units) = slow(known, scope, from, to);
        assert_same(&computed(&facts, &query), &pairs, &units);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_flow_of_invented_offices_is_what_a_plain_computation_gives(
        which in 0_usize..2,
        as_of in prop::option::weighted(0.8, 0.0..1.0_f64),
        centres in 1..4_usize,
        (before, days) in (0..760_i64, 0..800_i64),
    ) {
        let history = invented::history(which);
        let scope: CentreSet = history.centres.iter().take(centres).copied().collect();
        let from = history.until - Duration::days(before);
        let to = from + Duration::days(days);
        let as_of = as_of.map(|share| history.position_at(share));
        let seen = Seen { scope: Scope::of(scope), as_of };
        let query = FlowQuery { seen, from, to, subject: FlowSubject::Review };
        let known = as_of.map_or(history.events.len(), |at| usize::try_from(at).unwrap());
        let (pairs, units) = slow(&history.events[..known], scope, from, to);
        let found = flow(history.state.facts(), &query, &Until::whenever()).unwrap();
        assert_same(&found, &pairs, &units);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_kept_flow_is_the_computed_one(
        seed in any::<u64>(),
        cuts in prop::collection::vec(1..80_usize, 1..12),
        as_of in prop::option::of(0..=600_u64),
    ) {
        let history = History::with_reviews(seed, 600);
        let memo = FlowMemo::default();
        let mut facts = Facts::default();
        let mut events = history.events().iter();
        for cut in cuts {
            for recorded in events.by_ref().take(cut) {
                facts.apply(recorded);
            }
            for centres in [1, 54] {
                let scope: CentreSet = CENTRES.iter().take(centres).map(|it| it.key).collect();
                let seen = Seen { scope: Scope::of(scope), as_of };
                let query = FlowQuery {
                    seen,
                    ..FlowQuery::now(scope, date!(2024 - 06 - 01), date!(2025 - 06 - 01))
                };
                // What was given up is not kept.
                let given_up = memo.compute(&facts, &query, &Until::after_rows(0));
                let kept = memo.compute(&facts, &query, &Until::whenever()).unwrap();
                prop_assert!(given_up.is_err() || given_up.is_ok_and(|flow| Arc::ptr_eq(&flow, &kept)));
                prop_assert_eq!(&*kept, &computed(&facts, &query));
                let again = memo.compute(&facts, &query, &Until::whenever()).unwrap();
                prop_assert!(Arc::ptr_eq(&kept, &again));
            }
        }
    }
}

#[test]
fn units_come_by_id_and_the_unknown_one_last() {
    let history = History::with_reviews(3, 600);
    let facts = fold(history.events());
    let query = FlowQuery::now(
        CentreSet::all(),
        date!(2020 - 01 - 01),
        date!(2030 - 01 - 01),
    );
    let flow = computed(&facts, &query);
    let names: Vec<_> = flow
        .units
        .iter()
        .map(|of_unit| name(of_unit.unit))
        .collect();
    let mut sorted: Vec<_> = names.iter().flatten().cloned().collect();
    sorted.sort();
    let expected: Vec<_> = sorted.into_iter().map(Some).chain([None]).collect();
    assert_eq!(names, expected);
    assert!(flow.handovers.len() > 10, "{}", flow.handovers.len());
    assert!(flow.handovers.iter().all(|pair| pair.from != pair.to));
}

/// The rows of the real municipal log, if it is there; it must be where that is demanded.
fn receipt() -> Option<String> {
    let folder = std::env::var("QUERSCHNITT_REAL_DATA").unwrap_or("../../shared/data".into());
    let file = std::path::Path::new(&folder).join("receipt.csv");
    let found = std::fs::read_to_string(&file).ok();
    let required = std::env::var("QUERSCHNITT_REQUIRE_REAL_DATA").is_ok_and(|it| it == "1");
    assert!(
        found.is_some() || !required,
        "{} is missing",
        file.display()
    );
    found
}

fn instant(cell: &str) -> OffsetDateTime {
    let cell = cell.replacen(' ', "T", 1);
    let format = time::format_description::well_known::Rfc3339;
    OffsetDateTime::parse(&cell, &format).unwrap()
}

/// 8,577 steps of 1,434 applications: as events here, and from the file by themselves there.
#[test]
fn the_flow_of_the_real_municipal_log_is_that_of_its_file() {
    let Some(text) = receipt() else { return };
    let mut history = Vec::new();
    let mut by_case: BTreeMap<String, Vec<Step>> = BTreeMap::new();
    let sample = History::with_reviews(1, 200);
    let first = sample.events().iter();
    let mut first = first.filter(|event| event.event.data.kind().wire_name() == "review.requested");
    let first = first.next().unwrap();
    let centre = first.event.centre;
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (case, group, at) = (cells[1], cells[12], instant(cells[14]));
        let id = ReviewId(uuid::Uuid::new_v5(
            &uuid::Uuid::NAMESPACE_OID,
            case.as_bytes(),
        ));
        let steps = by_case.entry(case.to_owned()).or_default();
        let mut record = |event: ReviewEvent, at: OffsetDateTime| {
            let mut recorded = first.clone();
            recorded.position = history.len() as u64 + 1;
            recorded.event.occurred_on = at.date();
            recorded.event.occurred_at = Some(at);
            recorded.event.data = EventData::Review(event);
            history.push(recorded);
        };
        if steps.is_empty() {
            let EventData::Review(ReviewEvent::Requested(mut requested)) = first.event.data.clone()
            else {
                panic!("another event")
            };
            requested.review = id;
            requested.facts.unit = None;
            record(ReviewEvent::Requested(requested), instant(cells[8]));
        }
        let number = u32::try_from(steps.len()).unwrap() + 1;
        // Named as lines from before there was a register name it.
        let unit = (group != "EMPTY").then(|| Unit::labelled(group).unwrap());
        record(
            ReviewEvent::StepCompleted(querschnitt_domain::review::StepCompleted {
                review: id,
                step: number,
                unit: unit.clone(),
                check: None,
                started_at: None,
                name: None,
                reference: None,
                imported: true,
                recorded_by: None,
            }),
            at,
        );
        steps.push(Step {
            number,
            unit: unit.as_ref().map(ToString::to_string),
            day: berlin_date(at),
            at: Some(at),
            started_at: None,
        });
    }
    assert_eq!((by_case.len(), history.len()), (1_434, 1_434 + 8_577));
    let mut pairs = Pairs::new();
    for steps in by_case.values_mut() {
        // The instants decide, the order of the file among equal ones.
        steps.sort_by_key(|step| step.at);
        for pair in steps.windows(2).filter(|pair| pair[0].unit != pair[1].unit) {
            let (from, to) = (pair[0].unit.clone(), pair[1].unit.clone());
            let waited = between(&pair[0], &pair[1]);
            pairs.entry((from, to)).or_default().push(waited);
        }
    }
    let facts = fold(&history);
    let scope: CentreSet = [centre].into_iter().collect();
    let query = FlowQuery::now(scope, date!(2010 - 01 - 01), date!(2013 - 01 - 01));
    let flow = computed(&facts, &query);
    let units = Units::from_iter(flow.units.iter().map(|of_unit| {
        let steps = by_case.values().flatten();
        let steps = steps.filter(|step| step.unit == name(of_unit.unit)).count();
        (name(of_unit.unit), (steps, Vec::new(), of_unit.waiting))
    }));
    let without_handling = Flow {
        handovers: flow.handovers.clone(),
        units: flow
            .units
            .iter()
            .map(|of_unit| UnitFlow {
                median_handling_days: None,
                ..of_unit.clone()
            })
            .collect(),
    };
    assert_same(&without_handling, &pairs, &units);
    let total: usize = flow.units.iter().map(|of_unit| of_unit.steps).sum();
    assert_eq!(total, 8_577);
}

#[test]
fn a_flow_that_takes_too_long_is_none() {
    let history = History::with_reviews(3, 600);
    let facts = fold(history.events());
    let (from, to) = (date!(2020 - 01 - 01), date!(2030 - 01 - 01));
    let query = FlowQuery::now(CentreSet::all(), from, to);
    let reviews: usize = CENTRES
        .iter()
        .map(|centre| facts.steps().of_centre(centre.key).len())
        .sum();
    let reviews = u32::try_from(reviews).unwrap();
    assert!(flow(&facts, &query, &Until::after_rows(reviews)).is_ok());
    assert_eq!(
        flow(&facts, &query, &Until::after_rows(reviews - 1)),
        Err(TimeUp)
    );
}
