//! Lists: pages both ways, filters, search in the form of DIN 91379, the stream of events.

use querschnitt_tests::App;
use serde_json::{Value, json};

use crate::words::{consultation, organisation, recorded, with};

#[test]
fn pages_in_both_directions_hold_every_entry_once() {
    let app = App::start();
    let office = app.officer();
    let mut all = Vec::new();
    for day in 10..17 {
        let input = with(
            consultation(),
            &json!({ "occurredOn": format!("2026-03-{day}") }),
        );
        all.push(recorded(&office, &input).0);
    }
    all.reverse();
    let page = |arguments: Value| {
        office.ask(
            "query($first: Int, $after: String, $last: Int, $before: String) {
                consultations(first: $first, after: $after, last: $last, before: $before) {
                    totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }",
            &arguments,
        )["consultations"]
            .take()
    };
    let ids = |page: &Value| -> Vec<String> {
        page["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let one = page(json!({ "first": 4 }));
    assert_eq!(one["totalCount"], 7);
    let two = page(json!({ "first": 4, "after": one["pageInfo"]["endCursor"] }));
    assert_eq!([ids(&one), ids(&two)].concat(), all);
    assert_eq!(
        (
            &two["pageInfo"]["hasNextPage"],
            &two["pageInfo"]["hasPreviousPage"]
        ),
        (&json!(false), &json!(true))
    );
    let back = page(json!({ "last": 3 }));
    assert_eq!(ids(&back), all[4..]);
    let further = page(json!({ "last": 3, "before": back["pageInfo"]["startCursor"] }));
    assert_eq!(ids(&further), all[1..4]);
}

#[test]
fn a_cursor_is_good_for_its_list_and_its_order_only() {
    let app = App::start();
    let office = app.officer();
    for day in ["2026-03-10", "2026-03-11", "2026-03-12"] {
        recorded(
            &office,
            &with(consultation(), &json!({ "occurredOn": day })),
        );
    }
    let page = office.ask(
        "{ consultations(first: 1, order: OCCURRED_ON) { pageInfo { endCursor } } }",
        &json!({}),
    );
    let cursor = &page["consultations"]["pageInfo"]["endCursor"];
    let variables = json!({ "c": cursor });
    let same = office.ask(
        "query($c: String) { consultations(first: 5, after: $c) { nodes { occurredOn } } }",
        &variables,
    );
    assert_eq!(
        same["consultations"]["nodes"],
        json!([{ "occurredOn": "2026-03-11" }, { "occurredOn": "2026-03-10" }])
    );
    for (name, call) in [
        (
            "after",
            "consultations(first: 1, after: $c, order: RECORDED)",
        ),
        (
            "after",
            "consultations(first: 1, after: $c, direction: ASCENDING)",
        ),
        (
            "before",
            "consultations(last: 1, before: $c, order: RECORDED)",
        ),
        ("after", "networkMeetings(first: 1, after: $c, order: DATE)"),
        ("after", "organisations(first: 1, after: $c)"),
        ("after", "history(recordId: \"x\", first: 1, after: $c)"),
        ("before", "history(recordId: \"x\", last: 1, before: $c)"),
        (
            "after",
            "figureRecords(key: \"B1\", period: \"2026\", first: 1, after: $c)",
        ),
    ] {
        let document = format!("query($c: String) {{ {call} {{ pageInfo {{ endCursor }} }} }}");
        let (_, body) = office.post(&document, &variables).unwrap();
        let error = &body["errors"][0];
        assert_eq!(error["extensions"]["field"], name, "{call} {body:#}");
        let message = error["message"].as_str().unwrap();
        assert!(
            message.starts_with(&format!("Die Angabe „{name}“ ")),
            "{message}"
        );
    }
}

#[test]
fn a_name_is_found_however_it_is_written() {
    let app = App::start();
    let office = app.officer();
    organisation(&office, "Çağdaş Yaşam Derneği Køln-Süd", "MIGRANT_ORG", &[]);
    organisation(&office, "Sportverein Straße", "SPORT", &[]);
    let found = |words: &str| {
        office.ask(
            "query($w: String) { organisations(first: 5, filter: { search: $w }) { nodes { name } } }",
            &json!({ "w": words }),
        )["organisations"]["nodes"]
            .as_array()
            .map_or(0, Vec::len)
    };
    assert_eq!(found("cagdas yasam"), 1);
    assert_eq!(found("sued koeln"), 1);
    assert_eq!(found("STRASSE"), 1);
    assert_eq!(found("trasse"), 0);
    assert_eq!(found("gibtesnicht"), 0);
}

#[test]
fn events_go_on_where_they_stopped() {
    let app = App::start();
    let office = app.officer();
    for _ in 0..5 {
        recorded(&office, &consultation());
    }
    let mut after = json!(null);
    let mut seen = 0;
    loop {
        let page = office.ask(
            "query($a: Position) { events(first: 2, after: $a) { nodes { type } pageInfo { hasNextPage endCursor } } }",
            &json!({ "a": after }),
        )["events"]
            .take();
        seen += page["nodes"].as_array().map_or(0, Vec::len);
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(seen, 5);
}

#[test]
fn value_lists_know_what_was_valid_when() {
    let app = App::start();
    let codes = |on: &str| {
        let answer = app.officer().ask(
            "query($on: Date) { vocabulary(name: \"programme\", on: $on) { code label } }",
            &json!({ "on": on }),
        );
        answer["vocabulary"].to_string()
    };
    assert!(codes("2024-06-01").contains("KOMM_AN_II\""));
    assert!(!codes("2025-06-01").contains("KOMM_AN_II\""));
    let centres = app.officer().ask("{ centres { key name } }", &json!({}));
    assert_eq!(centres["centres"].as_array().map(Vec::len), Some(54));
}
