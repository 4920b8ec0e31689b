//! A real municipal log of 8,577 steps comes in without loss, and what flows between its units
//! equals a plain computation over the file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use querschnitt_domain::review::Unit;
use querschnitt_projections::flow::{FlowQuery, flow};
use querschnitt_projections::{CentreSet, State};
use querschnitt_store::{EmbeddedLog, Log as _, Options};
use time::macros::date;

use crate::real_data::real;
use crate::support::Office;

fn mapping() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../samples/receipt.toml")
}

fn import(office: &Office, table: &Path, more: &[&str]) -> crate::support::Ended {
    let (table, mapping) = (table.to_str().unwrap(), mapping());
    let mut arguments = vec!["import", "reviews", table, "--centre", "05711"];
    arguments.extend(["--mapping", mapping.to_str().unwrap()]);
    arguments.extend(more);
    office.done(&arguments)
}

/// The rows of the file; no cell of it has quotes.
fn rows(table: &Path) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(table).unwrap();
    assert!(!text.contains('"'));
    let mut lines = text.lines();
    let headings: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines
        .map(|line| {
            let cells = line.split(',').map(str::to_owned);
            headings
                .iter()
                .map(|heading| (*heading).to_owned())
                .zip(cells)
                .collect()
        })
        .collect()
}

/// Microseconds since 1970 of `2011-10-11 13:45:40.276000+02:00`.
fn micros(text: &str) -> i64 {
    let number = |from: usize, to: usize| text[from..to].parse::<i64>().unwrap();
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let mut days = 0;
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    for before in 1970..year {
        days += if leap(before) { 366 } else { 365 };
    }
    let february = if leap(year) { 29 } else { 28 };
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        .iter()
        .take(usize::try_from(month).unwrap() - 1)
    {
        days += length;
    }
    days += day - 1;
    let offset = number(27, 29) * 60 + number(30, 32);
    let offset = if &text[26..27] == "-" {
        -offset
    } else {
        offset
    };
    let minutes = (days * 24 + number(11, 13)) * 60 + number(14, 16) - offset;
    (minutes * 60 + number(17, 19)) * 1_000_000 + number(20, 26)
}

/// The type-7 quantile of sorted numbers.
fn quantile(sorted: &[f64], tenths: usize) -> f64 {
    let place = (sorted.len() - 1) * tenths;
    let (below, part) = (place / 10, place % 10);
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * f64::from(u8::try_from(part).unwrap()) / 10.0
}

/// When, on which row, and by which unit.
type Step = (i64, usize, Option<String>);
/// From which unit to which.
type Pair = (Option<String>, Option<String>);

/// Every hand-over with its waiting times, from the file alone.
fn computed(rows: &[BTreeMap<String, String>]) -> BTreeMap<Pair, Vec<f64>> {
    let mut cases: BTreeMap<&str, Vec<Step>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        let unit = Some(row["org:group"].clone()).filter(|unit| unit != "EMPTY");
        let step = (micros(&row["time:timestamp"]), at, unit);
        cases
            .entry(&row["case:concept:name"])
            .or_default()
            .push(step);
    }
    let mut handovers: BTreeMap<Pair, Vec<f64>> = BTreeMap::new();
    for steps in cases.values_mut() {
        steps.sort_by_key(|(at, row, _)| (*at, *row));
        for two in steps.windows(2) {
            let [(from_at, _, from), (to_at, _, to)] = two else {
                continue;
            };
            if from != to {
                #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
                let days = (to_at - from_at) as f64 / 86_400_000_000.0;
                handovers
                    .entry((from.clone(), to.clone()))
                    .or_default()
                    .push(days);
            }
        }
    }
    for days in handovers.values_mut() {
        days.sort_by(f64::total_cmp);
    }
    handovers
}

/// The state at the end of the log of a closed folder.
fn state(office: &Office) -> State {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let log = EmbeddedLog::open(&office.data(), Options::default()).unwrap();
    let state = runtime.block_on(State::rebuild(&*log, log.head())).unwrap();
    log.close();
    state
}

#[test]
fn a_municipal_log_is_taken_over_and_its_flow_is_that_of_the_file() {
    let Some(table) = real("receipt.csv") else {
        return;
    };
    let office = Office::new();
    let ended = import(&office, &table, &[]);
    assert!(
        ended
            .out
            .contains("Stellungnahmen: 1434 neu, 0 geändert, 0 unverändert"),
        "{ended:?}"
    );
    assert_eq!(
        ended.count("Arbeitsschritte der neuen Stellungnahmen:"),
        8_577
    );
    assert_eq!(ended.count("Abgelehnt:"), 0);
    assert!(
        !ended.err.contains("nicht übernommen"),
        "a column is neither taken over nor left out on purpose: {ended:?}"
    );
    let (size, root) = office.verified();

    let rows = rows(&table);
    let expected = computed(&rows);
    let state = state(&office);
    let query = FlowQuery::now(
        CentreSet::all(),
        date!(2010 - 01 - 01),
        date!(2013 - 01 - 01),
    );
    let answer = flow(state.facts(), &query);
    let name = |unit: Option<&Unit>| unit.map(|unit| unit.as_str().to_owned());
    let pairs: Vec<Pair> = answer
        .handovers
        .iter()
        .map(|handover| (name(handover.from.as_deref()), name(handover.to.as_deref())))
        .collect();
    assert_eq!(pairs.len(), expected.len());
    assert!(pairs.len() > 20, "{pairs:?}");
    for (pair, handover) in pairs.iter().zip(&answer.handovers) {
        let days = &expected[pair];
        assert_eq!(handover.count, days.len(), "{pair:?}");
        for (found, tenths) in [
            (handover.median_waiting_days, 5),
            (handover.p90_waiting_days, 9),
        ] {
            let expected = quantile(days, tenths);
            assert!(
                (found - expected).abs() < 1e-9,
                "{pair:?}: {found}, {expected}"
            );
        }
    }
    let steps: usize = answer.units.iter().map(|unit| unit.steps).sum();
    assert_eq!(steps, rows.len());

    let again = import(&office, &table, &[]);
    assert!(
        again.out.contains("0 neu, 0 geändert, 1434 unverändert"),
        "{again:?}"
    );
    assert_eq!(office.verified(), (size, root));
}
