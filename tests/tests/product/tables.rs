//! A real municipal log of 8,577 steps comes in without loss, and what flows between its units
//! equals a plain computation over the file.
//!
//! More than 400 lines: the file is read a second time here, apart from the product.

use std::collections::BTreeMap;
use std::path::Path;

use querschnitt_tests::{App, real_data};
use serde_json::{Value, json};

use crate::words::{account, command, log_head};

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

/// Microseconds since 1970 of an instant as the API and the log write it.
fn instant(text: &str) -> i64 {
    let (day, rest) = text.split_once('T').unwrap();
    let at = rest.find(['Z', '+', '-']).unwrap();
    let (clock, offset) = rest.split_at(at);
    let (seconds, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let offset = if offset == "Z" { "+00:00" } else { offset };
    micros(&format!("{day} {seconds}.{fraction:0<6}{offset}"))
}

/// Everything of the applications and their steps that the API gives.
const EVERYTHING: &str = "query($after: String) { projectReviews(first: 100, after: $after) {
    pageInfo { endCursor hasNextPage }
    nodes { title reference receivedOn receivedAt deadline { dueOn } plannedOn channel department { name } unit { name } note
      state ending { occurredOn } steps { completedAt completedOn unit { name } name } } } }";

/// What the mapping makes of the channels of the file.
const CHANNELS: [(&str, &str); 5] = [
    ("Internet", "ONLINE"),
    ("Desk", "IN_PERSON"),
    ("Post", "POST"),
    ("e-mail", "EMAIL"),
    ("Intern", "INTERNAL"),
];

/// Each application of the file with each of its steps, compared with what the API answers; and the
/// instants at which they ended, which only the log has.
fn every_row_is_there(app: &App, rows: &[BTreeMap<String, String>]) {
    let office = app.officer();
    let mut found: BTreeMap<String, Value> = BTreeMap::new();
    let mut after = Value::Null;
    loop {
        let page = office.ask(EVERYTHING, &json!({ "after": after }));
        for node in page["projectReviews"]["nodes"].as_array().unwrap() {
            let reference = node["reference"].as_str().unwrap().to_owned();
            assert!(found.insert(reference, node.clone()).is_none());
        }
        if page["projectReviews"]["pageInfo"]["hasNextPage"] != true {
            break;
        }
        after = page["projectReviews"]["pageInfo"]["endCursor"].clone();
    }
    let mut cases: BTreeMap<&str, Vec<&BTreeMap<String, String>>> = BTreeMap::new();
    for row in rows {
        cases
            .entry(&row["case:concept:name"])
            .or_default()
            .push(row);
    }
    assert_eq!(found.len(), cases.len());
    let mut steps_found = 0;
    for (case, steps) in &cases {
        let (review, head) = (&found[*case], steps[0]);
        let day = |heading: &str| match head[heading].as_str() {
            "" => Value::Null,
            at => json!(at[..10]),
        };
        let text = |heading: &str| match head[heading].as_str() {
            "" => Value::Null,
            text => json!(text),
        };
        let channel = CHANNELS
            .iter()
            .find(|(of_file, _)| *of_file == head["case:channel"]);
        let (_, channel) = channel.unwrap();
        assert_eq!(review["title"], json!(format!("Antrag {case}")));
        assert_eq!(review["receivedOn"], day("case:startdate"), "{case}");
        let received = instant(review["receivedAt"].as_str().unwrap());
        assert_eq!(received, micros(&head["case:startdate"]), "{case}");
        assert_eq!(review["deadline"]["dueOn"], day("case:deadline"), "{case}");
        assert_eq!(review["plannedOn"], day("case:enddate_planned"), "{case}");
        assert_eq!(review["channel"], *channel, "{case}");
        assert_eq!(
            review["department"]["name"],
            text("case:department"),
            "{case}"
        );
        assert_eq!(review["unit"]["name"], text("case:group"), "{case}");
        let note = review["note"].as_str().unwrap();
        assert!(note.contains(&head["case:deadline"]), "{case}: {note}");
        assert!(
            note.contains(&head["case:enddate_planned"]),
            "{case}: {note}"
        );
        assert_eq!(
            review["ending"]["occurredOn"],
            day("case:enddate"),
            "{case}"
        );
        let closed = if head["case:enddate"].is_empty() {
            "REQUESTED"
        } else {
            "CLOSED"
        };
        assert_eq!(review["state"], closed, "{case}");
        let mut of_file: Vec<(i64, Option<&str>, &str)> = steps
            .iter()
            .map(|row| {
                let unit = Some(row["org:group"].as_str()).filter(|unit| *unit != "EMPTY");
                (
                    micros(&row["time:timestamp"]),
                    unit,
                    row["concept:name"].as_str(),
                )
            })
            .collect();
        let mut of_book: Vec<(i64, Option<&str>, &str)> = review["steps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| {
                let at = instant(step["completedAt"].as_str().unwrap());
                (
                    at,
                    step["unit"]["name"].as_str(),
                    step["name"].as_str().unwrap(),
                )
            })
            .collect();
        of_file.sort_unstable();
        of_book.sort_unstable();
        assert_eq!(of_book, of_file, "{case}");
        steps_found += of_book.len();
    }
    assert_eq!(steps_found, rows.len());

    let mut ends = Vec::new();
    for segment in std::fs::read_dir(app.data().join("log")).unwrap() {
        let text = std::fs::read_to_string(segment.unwrap().path()).unwrap_or_default();
        for line in text
            .lines()
            .filter(|line| line.contains("\"review.closed\""))
        {
            let (_, at) = line.split_once("\"occurred_at\":\"").unwrap();
            ends.push(instant(&at[..at.find('"').unwrap()]));
        }
    }
    let mut of_file: Vec<i64> = cases
        .values()
        .map(|steps| &steps[0]["case:enddate"])
        .filter(|end| !end.is_empty())
        .map(|end| micros(end))
        .collect();
    ends.sort_unstable();
    of_file.sort_unstable();
    assert_eq!(ends, of_file);
}

const ANSWER: &str = "{ projectReviews(first: 1) { totalCount }
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

    every_row_is_there(&app, &rows);

    let before = app.log();
    let (out, _) = import(&app, &table);
    assert!(out.contains("0 neu, 0 geändert, 1434 unverändert"), "{out}");
    assert_eq!(app.log(), before, "the same again added something");
}

/// A table of one row, the mapping of its columns, and what is changed in it later.
struct Corrected {
    kind: &'static str,
    table: &'static str,
    mapping: &'static str,
    /// What the source says otherwise at the second import.
    later: (&'static str, &'static str),
    /// The list of the API, and what is read of its only entry.
    read: (&'static str, &'static str),
    /// What the office corrects.
    mutation: &'static str,
    correction: Value,
    selection: &'static str,
    /// What is read after the second import.
    expected: Value,
}

fn corrected() -> Vec<Corrected> {
    vec![
        Corrected {
            kind: "consultations",
            table: "Nr.;Datum;Dauer;Notiz;Beratene\n7;03.06.2024;45;Erstgespräch;1\n",
            mapping: "key = \"Nr.\"\n[fields]\noccurredOn = \"Datum\"\ntype = { value = \"PROFESSIONAL\" }\nmode = { value = \"PHONE\" }\ndurationMinutes = \"Dauer\"\ntargetGroup = { value = \"SCHOOL\" }\nactionAreas = { value = \"EDU_SCHOOL\" }\nnote = \"Notiz\"\nnumberAdvised = \"Beratene\"\n",
            later: (";1\n", ";3\n"),
            read: ("consultations", "durationMinutes note numberAdvised"),
            mutation: "correctConsultation",
            correction: json!({ "reason": "nachgesehen", "durationMinutes": 90, "note": "Zweitgespräch" }),
            selection: "consultation { id }",
            expected: json!({ "durationMinutes": 90, "note": "Zweitgespräch", "numberAdvised": 3 }),
        },
        Corrected {
            kind: "organisations",
            table: "Nr.;Name;Ort;Notiz\n7;Brücke e. V.;05711000;alt\n",
            mapping: "key = \"Nr.\"\n[fields]\nname = \"Name\"\nkind = { value = \"MIGRANT_ORG\" }\nmunicipality = \"Ort\"\nnote = \"Notiz\"\n",
            later: ("05711000", "05315000"),
            read: ("organisations", "name kind note municipality"),
            mutation: "describeOrganisation",
            correction: json!({ "kind": "SPORT", "note": "neu" }),
            selection: "organisation { id }",
            expected: json!({ "name": "Brücke e. V.", "kind": "SPORT", "note": "neu", "municipality": "05315000" }),
        },
        Corrected {
            kind: "meetings",
            table: "Nr.;Gremium;Tag;Ort;Titel;Weitere\n7;AK Schule;03.06.2024;Saal 1;Erste Sitzung;4\n",
            mapping: "key = \"Nr.\"\n[fields]\nnetwork = \"Gremium\"\ndate = \"Tag\"\nplace = \"Ort\"\ntitle = \"Titel\"\notherHeadCount = \"Weitere\"\n",
            later: ("Erste", "Zweite"),
            read: ("networkMeetings", "place title otherHeadCount"),
            mutation: "correctMeeting",
            correction: json!({ "reason": "nachgesehen", "place": "Saal 9", "otherHeadCount": 12 }),
            selection: "meeting { id }",
            expected: json!({ "place": "Saal 9", "title": "Zweite Sitzung", "otherHeadCount": 12 }),
        },
        Corrected {
            kind: "reviews",
            table: "Nr.;Eingang;Projekt;Abteilung;Notiz\n7;03.06.2024;Viertel;Soziales;alt\n",
            mapping: "key = \"Nr.\"\n[fields]\nreceivedOn = \"Eingang\"\ntitle = \"Projekt\"\nrequester = { value = \"MINISTRY\" }\napplicantType = { value = \"ASSOCIATION\" }\ndepartment = { column = \"Abteilung\", declare = true }\nnote = \"Notiz\"\n",
            later: (";Soziales;", ";Kultur;"),
            read: ("projectReviews", "title department { name } note"),
            mutation: "correctReview",
            correction: json!({ "reason": "nachgesehen", "title": "Mitten im Viertel", "note": "neu" }),
            selection: "review { id }",
            expected: json!({ "title": "Mitten im Viertel", "department": { "name": "Kultur" }, "note": "neu" }),
        },
    ]
}

#[test]
fn what_the_office_corrected_stays_when_its_table_changes() {
    let app = App::start();
    let office = app.officer();
    let folder = tempfile::tempdir().unwrap();
    for corrected in corrected() {
        let Corrected {
            kind,
            table,
            mapping,
            later,
            read: (list, fields),
            ..
        } = corrected;
        let import = |text: &str| {
            let (file, rules) = (folder.path().join("t.csv"), folder.path().join("t.toml"));
            std::fs::write(&file, text).unwrap();
            std::fs::write(&rules, mapping).unwrap();
            let (file, rules) = (file.to_str().unwrap(), rules.to_str().unwrap());
            let (code, out, err) = app.cli(&[
                "import",
                kind,
                file,
                "--centre",
                "05711",
                "--mapping",
                rules,
                "--source",
                kind,
            ]);
            assert_eq!(code, 0, "{out}{err}");
            out
        };
        // What the import recorded is read when the views have it.
        let ask = |until: &dyn Fn(&Value) -> bool| {
            let query = format!("{{ {list}(first: 2) {{ nodes {{ id {fields} }} }} }}");
            for _ in 0..500 {
                let answer = office.ask(&query, &json!({}));
                let nodes = answer[list]["nodes"].as_array().unwrap();
                let Some(mut node) = nodes.first().cloned() else {
                    continue;
                };
                assert_eq!(nodes.len(), 1, "{kind}: {answer}");
                let id = node.as_object_mut().unwrap().remove("id").unwrap();
                if until(&node) {
                    return (id, node, log_head(&office));
                }
            }
            unreachable!("{kind}: {}", office.ask(&query, &json!({})));
        };
        import(table);
        let mut input = corrected.correction;
        input["commandId"] = json!(command());
        input["id"] = ask(&|_| true).0;
        office.done(corrected.mutation, &input, corrected.selection);
        let changed = table.replace(later.0, later.1);
        assert_ne!(changed, table);
        let out = import(&changed);
        assert!(out.contains("0 neu, 1 geändert"), "{kind}: {out}");
        let (_, node, size) = ask(&|node| *node == corrected.expected);
        assert_eq!(node, corrected.expected, "{kind}");
        // The same again adds nothing, and the first table again is a change of the source only.
        import(&changed);
        assert_eq!(ask(&|_| true).2, size, "{kind}");
        import(table);
        let (_, back, _) = ask(&|node| *node != corrected.expected);
        for field in ["durationMinutes", "note", "kind", "place", "otherHeadCount"] {
            assert_eq!(back[field], corrected.expected[field], "{kind}: {field}");
        }
    }
}

#[test]
fn an_import_ends_nothing_that_is_worked_on_and_names_it() {
    const MAPPING: &str = "source = \"Liste\"\nkey = \"Nr.\"\n[fields]\nreceivedOn = \"Eingang\"\ntitle = \"Projekt\"\nrequester = { value = \"MINISTRY\" }\napplicantType = { value = \"ASSOCIATION\" }\nendedOn = \"Erledigt\"\noutcome = \"Votum\"\n";
    let app = App::start();
    let office = app.officer();
    let folder = tempfile::tempdir().unwrap();
    let import = |rows: &str| {
        let (file, rules) = (folder.path().join("t.csv"), folder.path().join("t.toml"));
        std::fs::write(&file, format!("Nr.;Eingang;Projekt;Erledigt;Votum\n{rows}")).unwrap();
        std::fs::write(&rules, MAPPING).unwrap();
        let (file, rules) = (file.to_str().unwrap(), rules.to_str().unwrap());
        let (code, out, err) = app.cli(&[
            "import",
            "reviews",
            file,
            "--centre",
            "05711",
            "--mapping",
            rules,
        ]);
        assert_eq!(code, 0, "{out}{err}");
        out
    };
    // What the import recorded is read when the views have it.
    let states = |shown: &dyn Fn(&Value) -> bool| {
        let query = "{ projectReviews(first: 9, order: RECEIVED_ON) { nodes { id title state statement { outcome } } } }";
        for _ in 0..500 {
            let nodes = office.ask(query, &json!({}))["projectReviews"]["nodes"].take();
            if shown(&nodes) {
                return nodes;
            }
        }
        unreachable!("{}", office.ask(query, &json!({})));
    };
    import("1;03.06.2024;Eins;;\n2;04.06.2024;Zwei;;\n");
    let id = states(&|nodes| !nodes[1].is_null())[0]["id"].clone();
    let input = json!({ "commandId": command(), "id": id, "reviewer": account(&office) });
    office.done("assignReview", &input, "review { id }");
    // What nobody works on is ended; what somebody works on stays open.
    let ended =
        "1;03.06.2024;Eins;10.06.2024;befürwortet\n2;04.06.2024;Zwei;10.06.2024;befürwortet\n";
    for (rows, changed) in [(ended, 1), (ended, 0)] {
        let out = import(rows);
        assert!(out.contains(&format!("0 neu, {changed} geändert")), "{out}");
        let line = "abweichend: Zeile 2, Spalte D „Erledigt“: Laut Quelle ist der Vorgang abgegeben am 10.06.2024 („befürwortet“), im Buch wird er bearbeitet";
        assert!(out.contains(line), "{out}");
        assert!(
            out.contains("Abweichend und im Buch so gelassen: 1"),
            "{out}"
        );
        let states = states(&|nodes| nodes[1]["statement"]["outcome"] == "SUPPORTED");
        assert_eq!(states[0]["state"], "ASSIGNED");
    }
    // The source corrects its own Votum.
    let out = import(
        &ended
            .replace("10.06.2024;befürwortet\n2", ";\n2")
            .replace("befürwortet", "nicht befürwortet"),
    );
    assert!(out.contains("0 neu, 1 geändert"), "{out}");
    assert!(
        out.contains("Abweichend und im Buch so gelassen: 0"),
        "{out}"
    );
    states(&|nodes| nodes[1]["statement"]["outcome"] == "NOT_SUPPORTED");
}
