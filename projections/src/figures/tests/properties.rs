//! Every figure says what the second computation says, over generated histories with corrections,
//! retractions and links, at any position, for any reader; and a kept table is the computed one.
//!
//! More than 400 lines: all say what one oracle says, in one form.

use std::collections::HashSet;

use proptest::prelude::*;
use querschnitt_domain::{CENTRES, EventData, Recorded};

use super::oracle::{Oracle, Wanted};
use crate::dimension::{CentreSet, Dimension, DimensionValue};
use crate::facts::Facts;
use crate::figures::{FIGURES, Figure, FigureError, FigureMemo, FigureQuery, FigureValue};
use crate::period::Period;
use crate::testing::{History, invented};
use crate::until::{TimeUp, Until};

const PERIODS: [&str; 8] = [
    "2024",
    "2025-H1",
    "2024-Q3",
    "2025-11",
    "2024/25",
    "2024-01-01/2026-01-01",
    "2024-05-10/2025-03-02",
    "2030",
];

#[derive(Clone, Debug)]
struct Case {
    seed: u64,
    length: usize,
    figure: usize,
    period: &'static str,
    by: Vec<Dimension>,
    centres: [bool; 4],
    as_of: Option<u64>,
}

fn cases() -> impl Strategy<Value = Case> {
    (
        any::<u64>(),
        50_usize..700,
        0..FIGURES.len(),
        proptest::sample::select(PERIODS.as_slice()),
        proptest::sample::subsequence(Dimension::ALL.to_vec(), 0..9).prop_shuffle(),
        proptest::array::uniform4(proptest::bool::weighted(0.8)),
        proptest::option::of(0_u64..800),
    )
        .prop_map(|(seed, length, figure, period, by, centres, as_of)| {
            let mut case = Case {
                seed,
                length,
                figure,
                period,
                by: Vec::new(),
                centres,
                as_of,
            };
            // As many of the columns as the figure allows together, at most three.
            for dimension in by {
                case.by.push(dimension);
                if case.by.len() > 3 || case.figure().columns(&case.by).is_err() {
                    case.by.pop();
                }
            }
            case
        })
}

impl Case {
    fn figure(&self) -> &'static Figure {
        FIGURES[self.figure]
    }

    /// A history that has much of what the figure counts.
    fn history(&self) -> History {
        if self.figure().key.starts_with('S') {
            History::with_reviews(self.seed, self.length)
        } else {
            History::generate(self.seed, self.length)
        }
    }

    fn visible(&self) -> CentreSet {
        CENTRES
            .iter()
            .zip(self.centres)
            .filter(|(_, seen)| *seen)
            .map(|(centre, _)| centre.key)
            .collect()
    }

    fn query(&self) -> FigureQuery {
        FigureQuery {
            period: self.period.parse().unwrap(),
            centres: CentreSet::all(),
            by: self.by.clone(),
            as_of: self.as_of,
        }
    }
}

fn facts(events: &[Recorded]) -> Facts {
    let mut facts = Facts::default();
    for event in events {
        facts.apply(event);
    }
    facts
}

fn parts(value: FigureValue) -> (u64, u64) {
    (value.numerator, value.denominator.unwrap_or_default())
}

/// What the second computation says of a row.
fn expected(
    oracle: &Oracle,
    case: &Case,
    columns: &[Dimension],
    keys: &[DimensionValue],
) -> (u64, u64) {
    expected_of(oracle, case, case.visible(), columns, keys)
}

/// The same for a reader who sees these centres.
fn expected_of(
    oracle: &Oracle,
    case: &Case,
    visible: CentreSet,
    columns: &[Dimension],
    keys: &[DimensionValue],
) -> (u64, u64) {
    let mut period: Period = case.period.parse().unwrap();
    let mut wanted = Vec::new();
    for (dimension, key) in columns.iter().zip(keys) {
        match key {
            DimensionValue::Period(piece) => period = *piece,
            DimensionValue::Centre(_)
            | DimensionValue::Listed(_)
            | DimensionValue::Municipality(_)
            | DimensionValue::Network(_)
            | DimensionValue::NotStated => {
                wanted.push((*dimension, key.code().map(std::borrow::Cow::into_owned)));
            }
        }
    }
    let wanted = Wanted {
        from: period.from(),
        to: period.to(),
        visible,
        columns: wanted,
    };
    oracle.value(case.figure().key, &wanted)
}

/// Every row a table could have without asking the table: each code that could stand in a column.
fn candidates(case: &Case, columns: &[Dimension], history: &History) -> Vec<Vec<DimensionValue>> {
    let period: Period = case.period.parse().unwrap();
    let mut rows = vec![Vec::new()];
    for dimension in columns {
        let mut values: Vec<_> = match dimension.grain() {
            Some(grain) => {
                let pieces = period.split(grain).into_iter();
                pieces.map(DimensionValue::Period).collect()
            }
            None => dimension
                .entries()
                .iter()
                .map(DimensionValue::Listed)
                .collect(),
        };
        if *dimension == Dimension::Centre {
            let centres = CENTRES.iter().take(4);
            values.extend(centres.map(|centre| DimensionValue::Centre(centre.key)));
        } else if *dimension == Dimension::Municipality {
            let keys = [5_711_000, 5_315_000, 5_334_002];
            values.extend(keys.map(DimensionValue::Municipality));
        } else if *dimension == Dimension::Network {
            let mut networks = HashSet::new();
            for recorded in history.events() {
                if let EventData::Network(event) = &recorded.event.data {
                    networks.insert(event.network());
                }
            }
            values.extend(networks.into_iter().map(DimensionValue::Network));
        }
        if dimension.grain().is_none() {
            values.push(DimensionValue::NotStated);
        }
        rows = rows
            .iter()
            .flat_map(|row| {
                values.iter().map(|value| {
                    let mut row = row.clone();
                    row.push(*value);
                    row
                })
            })
            .collect();
    }
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_figure_says_what_the_second_computation_says(case in cases()) {
        let history = case.history();
        let facts = facts(history.events());
        let oracle = Oracle::at(case.as_of.unwrap_or(u64::MAX), history.events());
        let table = case.figure().compute(&facts, &case.query(), case.visible()).unwrap();

        for row in &table.rows {
            let expected = expected(&oracle, &case, &table.columns, &row.keys);
            prop_assert_eq!(parts(row.value), expected, "{:?}", row.keys);
        }
        let total = match expected(&oracle, &case, &[], &[]) {
            (all, _) if matches!(case.figure().key, "B4" | "S3") => (all, all),
            total => total,
        };
        prop_assert_eq!(parts(table.total), total);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn no_row_is_missing(case in cases()) {
        let case = Case { length: case.length.min(200), by: case.by.into_iter().take(2).collect(), ..case };
        let history = case.history();
        let facts = facts(history.events());
        let oracle = Oracle::at(case.as_of.unwrap_or(u64::MAX), history.events());
        let table = case.figure().compute(&facts, &case.query(), case.visible()).unwrap();
        let mut missing = candidates(&case, &table.columns, &history);
        missing.retain(|keys| table.rows.iter().all(|row| row.keys != *keys));
        for keys in missing {
            let (numerator, denominator) = expected(&oracle, &case, &table.columns, &keys);
            prop_assert_eq!(numerator, 0, "{:?}", keys);
            let always = matches!(case.figure().key, "B3" | "B4" | "S3" | "S6");
            prop_assert!(always || denominator == 0, "{:?}", keys);
        }
    }

    #[test]
    fn a_kept_table_is_the_computed_one(
        seed in any::<u64>(),
        cases in proptest::collection::vec(cases(), 1..6),
        cuts in proptest::collection::vec(1_usize..60, 1..20),
    ) {
        let history = History::with_reviews(seed, 600);
        let memo = FigureMemo::default();
        let mut facts = Facts::default();
        let mut events = history.events().iter();
        for cut in cuts {
            for event in events.by_ref().take(cut) {
                facts.apply(event);
            }
            for case in &cases {
                let (query, visible) = (case.query(), case.visible());
                // What was given up is not kept.
                let given_up = memo.compute(&facts, case.figure(), &query, visible, &Until::after_rows(0));
                prop_assert!(matches!(given_up, Ok(_) | Err(FigureError::TimeUp(_))));
                let kept = memo.compute(&facts, case.figure(), &query, visible, &Until::whenever()).unwrap();
                let computed = case.figure().compute(&facts, &query, visible).unwrap();
                prop_assert_eq!(&kept.rows, &computed.rows);
                prop_assert_eq!(kept.total, computed.total);
                prop_assert!(kept.position <= computed.position);
                let again = memo.get(&facts, case.figure(), &query, visible);
                prop_assert!(again.is_some_and(|again| std::sync::Arc::ptr_eq(&again, &kept)));
            }
        }
    }

    #[test]
    fn the_records_behind_the_rows_are_those_behind_the_total(case in cases()) {
        let history = case.history();
        let facts = facts(history.events());
        let (query, visible) = (case.query(), case.visible());
        let behind = |keys: &[DimensionValue]| {
            case.figure().records_behind(&facts, &query, visible, keys, &Until::whenever()).unwrap()
        };
        let table = case.figure().compute(&facts, &query, visible).unwrap();
        let total: HashSet<_> = behind(&[]).into_iter().collect();
        let mut rows = HashSet::new();
        for row in table.rows.iter().take(30) {
            let records = behind(&row.keys);
            if matches!(case.figure().key, "B1" | "N1" | "N4" | "S1" | "S2") {
                prop_assert_eq!(records.len() as u64, row.value.numerator);
            }
            prop_assert!(row.value.numerator == 0 || !records.is_empty());
            rows.extend(records);
        }
        // N7 looks at other meetings for a part of the period than for the whole.
        if case.figure().key != "N7" {
            prop_assert!(rows.is_subset(&total));
            prop_assert!(table.rows.len() > 30 || rows == total);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    /// Offices as they are: late entries, corrections, deadlines met on their last day.
    #[test]
    fn a_figure_over_invented_offices_says_what_the_second_computation_says(
        case in cases(),
        which in 0_usize..2,
        share in proptest::option::of(0.0..1.0_f64),
    ) {
        let history = invented::history(which);
        let case = Case { as_of: share.map(|share| history.position_at(share)), ..case };
        let oracle = Oracle::at(case.as_of.unwrap_or(u64::MAX), &history.events);
        // The first centre is 05711, which `visible` never has.
        let visible = case.visible();
        let all: CentreSet = visible.iter().chain(history.centres.iter().copied()).collect();
        let visible = if case.centres[3] { all } else { visible };
        let facts = history.state.facts();
        let table = case.figure().compute(facts, &case.query(), visible).unwrap();
        for row in table.rows.iter().take(40) {
            let expected = expected_of(&oracle, &case, visible, &table.columns, &row.keys);
            prop_assert_eq!(parts(row.value), expected, "{:?}", row.keys);
        }
        let total = match expected_of(&oracle, &case, visible, &[], &[]) {
            (all, _) if matches!(case.figure().key, "B4" | "S3") => (all, all),
            total => total,
        };
        prop_assert_eq!(parts(table.total), total);
    }
}

/// No figure is left to chance: each, over several periods and positions; the first fault of each is
/// told.
#[test]
fn each_figure_over_invented_offices_is_that_of_the_second_computation() {
    let history = invented::history(1);
    let all: CentreSet = history.centres.iter().copied().collect();
    let mut wrong = Vec::new();
    for share in [0.45, 0.8, 1.0] {
        let position = history.position_at(share);
        let oracle = Oracle::at(position, &history.events);
        for (index, figure) in FIGURES.iter().enumerate() {
            for period in ["2025", "2024-Q4", "2024/25"] {
                let case = Case {
                    seed: 0,
                    length: 0,
                    figure: index,
                    period,
                    by: Vec::new(),
                    centres: [true; 4],
                    as_of: Some(position),
                };
                let query = case.query();
                let table = figure.compute(history.state.facts(), &query, all).unwrap();
                let mut expected = expected_of(&oracle, &case, all, &[], &[]);
                if matches!(figure.key, "B4" | "S3") {
                    expected = (expected.0, expected.0);
                }
                let found = parts(table.total);
                if found != expected {
                    wrong.push((figure.key, period, position, found, expected));
                }
            }
        }
    }
    wrong.dedup_by_key(|one| one.0);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn invented_offices_have_something_in_every_figure() {
    let history = invented::history(0);
    let query = FigureQuery {
        period: "2025".parse().unwrap(),
        centres: CentreSet::all(),
        by: Vec::new(),
        as_of: None,
    };
    for figure in FIGURES {
        let table = figure
            .compute(history.state.facts(), &query, CentreSet::all())
            .unwrap();
        let (numerator, denominator) = parts(table.total);
        assert!(numerator > 0, "{}", figure.key);
        if matches!(figure.key, "B5" | "N5" | "N7" | "S4" | "S7") {
            assert!(numerator < denominator, "{}", figure.key);
        }
    }
}

#[test]
fn generated_histories_have_something_in_every_figure_over_reviews() {
    let events = History::with_reviews(5, 3_000);
    let facts = facts(events.events());
    let query = FigureQuery {
        period: "2024-01-01/2026-01-01".parse().unwrap(),
        centres: CentreSet::all(),
        by: Vec::new(),
        as_of: None,
    };
    for figure in FIGURES.iter().filter(|figure| figure.key.starts_with('S')) {
        let table = figure.compute(&facts, &query, CentreSet::all()).unwrap();
        let (numerator, denominator) = parts(table.total);
        assert!(numerator > 0, "{}", figure.key);
        if matches!(figure.key, "S4" | "S7") {
            assert!(numerator < denominator, "{}", figure.key);
        }
    }
}

/// Every figure gives up, wherever in its rows the time ends.
#[test]
fn a_figure_that_takes_too_long_has_no_table() {
    let events = History::with_reviews(5, 3_000);
    let facts = facts(events.events());
    let query = FigureQuery {
        period: "2024-01-01/2026-01-01".parse().unwrap(),
        centres: CentreSet::all(),
        by: Vec::new(),
        as_of: None,
    };
    for figure in FIGURES {
        let within = |rows| {
            let until = Until::after_rows(rows);
            figure.compute_until(&facts, &query, CentreSet::all(), &until)
        };
        assert!(within(10_000).is_ok(), "{}", figure.key);
        for rows in [0, 1, 20] {
            let up = Err(FigureError::TimeUp(TimeUp));
            assert_eq!(within(rows), up, "{} after {rows}", figure.key);
        }
    }
}
