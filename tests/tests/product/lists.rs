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
