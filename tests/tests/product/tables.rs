//! A real municipal log of 8,577 steps comes in without loss, and what flows between its units
//! equals a plain computation over the file.

use std::collections::BTreeMap;
use std::path::Path;

use querschnitt_tests::{App, real_data};
use serde_json::{Value, json};

/// Imports the table into the running server's book, with the project's own mapping.
fn import(app: &App, table: &Path) -> (String, String) {
    let mapping = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/receipt.toml");
    let (table, mapping) = (
        table.canonicalize().unwrap(),
        mapping.canonicalize().unwrap(),
    );
    let (code, out, err) = app.cli(&[
        "import",
        "reviews",
        table.to_str().unwrap(),
        "--centre",
        "05711",
        "--mapping",
        mapping.to_str().unwrap(),
    ]);
    assert_eq!(code, 0, "{out}{err}");
    (out, err)
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

const ANSWER: &str = "{ log { size root } projectReviews(first: 1) { totalCount }
    flow(from: \"2010-01-01\", to: \"2013-01-01\") {
      handovers { from { name } to { name } count medianWaitingDays p90WaitingDays }
      units { unit { name } steps } } }";

#[test]
fn a_municipal_log_is_taken_over_and_its_flow_is_that_of_the_file() {
    let Some(data) = real_data() else { return };
    let table = data.join("receipt.csv");
    let app = App::start();
    let (out, err) = import(&app, &table);
    for line in [
        "Stellungnahmen: 1434 neu, 0 geändert, 0 unverändert",
        "Arbeitsschritte der neuen Stellungnahmen: 8577",
        "Abgelehnt: 0",
    ] {
        assert!(out.contains(line), "{line}\n{out}");
    }
    assert!(
        !err.contains("nicht übernommen"),
        "a column is neither taken over nor left out on purpose: {err}"
    );

    let rows = rows(&table);
    let expected = computed(&rows);
    let answer = app.officer().ask(ANSWER, &json!({}));
    assert_eq!(answer["projectReviews"]["totalCount"], 1_434);
    let handovers = answer["flow"]["handovers"].as_array().unwrap();
    assert_eq!(handovers.len(), expected.len());
    assert!(handovers.len() > 20, "{handovers:#?}");
    let name = |unit: &Value| unit["name"].as_str().map(str::to_owned);
    for handover in handovers {
        let pair = (name(&handover["from"]), name(&handover["to"]));
        let days = &expected[&pair];
        assert_eq!(handover["count"], days.len(), "{pair:?}");
        for (found, tenths) in [("medianWaitingDays", 5), ("p90WaitingDays", 9)] {
            let found = handover[found].as_f64().unwrap();
            let expected = quantile(days, tenths);
            assert!(
                (found - expected).abs() < 1e-9,
                "{pair:?}: {found}, {expected}"
            );
        }
    }
    let units = answer["flow"]["units"].as_array().unwrap();
    let steps: u64 = units.iter().filter_map(|unit| unit["steps"].as_u64()).sum();
    assert_eq!(steps, rows.len() as u64);

    let (out, _) = import(&app, &table);
    assert!(out.contains("0 neu, 0 geändert, 1434 unverändert"), "{out}");
    let again = app.officer().ask(ANSWER, &json!({}));
    assert_eq!(
        again["log"], answer["log"],
        "the same again added something"
    );
}
