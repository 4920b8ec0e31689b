//! The access log: who was shown what is there before it is shown, and survives SIGKILL; the
//! data-protection officer asks for it, nobody else; without it nothing is shown.
//!
//! 4 rounds of SIGKILL here, 100 in `make campaign`.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use querschnitt_tests::{App, Client, EventStream};
use serde_json::{Value, json};

use crate::words::{command, consultation, organisation, recorded, with};

const READ: &str = "query Frau($id: ID!) { frau: consultation(id: $id) { durationMinutes } }";
const WITH_NOTE: &str = "query($id: ID!) { consultation(id: $id) { note } }";

/// Everything the log says about a record, the newest first.
fn entries(officer: &Client, record: &str) -> Vec<Value> {
    let query = "query($r: ID!, $a: String) { accessLog(record: $r, first: 100, after: $a) {
        nodes { role purpose operation operationFields cells } gaps { month }
        pageInfo { hasNextPage endCursor } } }";
    let mut all = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = officer.ask(query, &json!({ "r": record, "a": after }))["accessLog"].take();
        assert_eq!(page["gaps"], json!([]));
        all.extend(page["nodes"].as_array().unwrap().iter().cloned());
        if page["pageInfo"]["hasNextPage"] == false {
            return all;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

fn entry(role: &str, operation: &str, field: &str, cells: &[&str]) -> Value {
    json!({ "role": role, "purpose": "DUTIES", "operation": operation, "operationFields": [field], "cells": cells })
}

#[test]
fn who_was_shown_a_record_is_told_to_the_data_protection_officer_alone() {
    let app = App::start();
    let officer = app.officer();
    let dpo = app.with_role("DATA_PROTECTION_OFFICER", "05711");
    let note = json!({ "note": "vertraulich" });
    let advised = organisation(&officer, "Elternverein", "MUNICIPAL_OFFICE", &[]);
    let (record, _) = recorded(&officer, &with(consultation(), &note));
    let (other, _) = recorded(
        &officer,
        &with(consultation(), &json!({ "organisations": [advised] })),
    );
    let ask = |query: &str| drop(officer.ask(query, &json!({ "id": record })));
    ask(READ);
    ask(WITH_NOTE);
    ask("{ consultations(first: 5) { nodes { id } } }");
    // Counts and figures show no record.
    ask(
        "{ consultations(first: 5) { totalCount } figures(period: \"2026\", keys: [\"B1\"]) { total { value } } }",
    );

    let coded = ["CONSULTATION_CODED"];
    let texts = ["CONSULTATION_CODED", "CONSULTATION_TEXT"];
    let office = |operation, field, cells| entry("KI_OFFICER", operation, field, cells);
    let mut expected = vec![
        office("QUERY", "consultations", &coded),
        office("QUERY", "consultation", &texts),
        office("QUERY", "consultation", &coded),
        office("MUTATION", "recordConsultation", &coded),
    ];
    assert_eq!(entries(&dpo, &record), expected);
    // That it was asked for is there from then on.
    let asking = entry(
        "DATA_PROTECTION_OFFICER",
        "QUERY",
        "accessLog",
        &["ACCESS_LOG_ENTRIES"],
    );
    expected.insert(0, asking);
    assert_eq!(entries(&dpo, &record), expected);
    // What an answer shows of another record is an entry of that one.
    ask("{ consultations(first: 5) { nodes { organisations { name } } } }");
    assert_eq!(
        entries(&dpo, &advised)[0],
        office("QUERY", "consultations", &["ORGANISATION_CODED"])
    );
    assert_eq!(entries(&dpo, &other)[0]["cells"], json!(coded));

    let query = "query($r: ID!) { accessLog(record: $r, first: 1) { nodes { role } } }";
    for client in [
        &officer,
        &app.with_role("KI_HEAD", "05711"),
        &app.with_role("AUDITOR", "05711"),
    ] {
        let (_, body) = client.post(query, &json!({ "r": record })).unwrap();
        assert_eq!(
            body["errors"][0]["extensions"]["code"], "NOT_ALLOWED",
            "{body}"
        );
    }
    let elsewhere = app.with_role("DATA_PROTECTION_OFFICER", "05315");
    assert_eq!(entries(&elsewhere, &record), Vec::<Value>::new());
    // Nobody asks by employee without an open request.
    let query = "query($r: ID!) { accessLogOfAccount(account: \"018f0000-0000-7000-8000-000000000001\", order: $r, first: 1) { nodes { role } } }";
    let (_, body) = dpo.post(query, &json!({ "r": record })).unwrap();
    assert_eq!(
        body["errors"][0]["extensions"]["code"], "NOT_ALLOWED",
        "{body}"
    );
}

#[test]
fn a_purpose_is_one_of_the_list() {
    let app = App::start();
    let officer = app.officer();
    let dpo = app.with_role("DATA_PROTECTION_OFFICER", "05711");
    let (record, _) = recorded(&officer, &consultation());
    let id = json!({ "id": record });
    let (status, body) = officer.post_for("AUDIT_ORDER", READ, &id).unwrap();
    assert_eq!(status, 200, "{body}");
    assert_eq!(entries(&dpo, &record)[0]["purpose"], "AUDIT_ORDER");
    let before = entries(&dpo, &record).len();
    for wrong in ["NEUGIER", "", "Aufgabenerfüllung"] {
        let (status, body) = officer.post_for(wrong, READ, &id).unwrap();
        assert_eq!(status, 400, "{body}");
        assert_eq!(
            body["errors"][0]["extensions"]["code"], "BAD_PURPOSE",
            "{body}"
        );
        let message = body["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains("DUTIES (Aufgabenerfüllung)"), "{message}");
    }
    assert_eq!(
        entries(&dpo, &record).len(),
        before + 1,
        "shown all the same"
    );
}

#[test]
fn events_of_a_subscription_are_there_as_they_are_shown() {
    let app = App::start();
    let officer = app.officer();
    let dpo = app.with_role("DATA_PROTECTION_OFFICER", "05711");
    let mut events =
        EventStream::open(&officer, "subscription { events { sentence } }", &json!({})).unwrap();
    let (record, _) = recorded(&officer, &consultation());
    let shown = events.receive().unwrap();
    assert!(shown["data"]["events"]["sentence"].is_string(), "{shown}");
    let kinds: Vec<Value> = entries(&dpo, &record)
        .iter()
        .map(|entry| entry["operation"].clone())
        .collect();
    assert!(kinds.contains(&json!("SUBSCRIPTION")), "{kinds:?}");
}

/// Waits for a condition that a server fulfils by itself.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn nothing_is_shown_that_cannot_be_recorded() {
    let mut app = App::start();
    let officer = app.officer();
    let (record, _) = recorded(
        &officer,
        &with(consultation(), &json!({ "note": "vertraulich" })),
    );
    app.stop();
    // Where the log should be is something else, as after a mistake of the operator.
    let folder = app.data().join("access-log");
    let away = app.data().join("access-log-away");
    std::fs::rename(&folder, &away).unwrap();
    std::fs::write(&folder, "im Weg").unwrap();
    app.launch();
    let officer = officer.at(app.url());
    let read = || officer.post(WITH_NOTE, &json!({ "id": record }));
    until("the server answers", || read().is_some());
    let (status, body) = read().unwrap();
    assert_eq!(status, 503, "{body}");
    assert_eq!(body["errors"][0]["extensions"]["code"], "ACCESS_LOG");
    assert!(!body.to_string().contains("vertraulich"), "{body}");
    let (status, ready) = app.anonymous().get("/readyz").unwrap();
    assert_eq!(status, 503, "{ready}");
    assert!(ready.contains("accessLog"), "{ready}");
    // What shows no record is answered.
    let _ = officer.ask(
        "{ viewer { role } consultations(first: 1) { totalCount } }",
        &json!({}),
    );

    std::fs::remove_file(&folder).unwrap();
    std::fs::rename(&away, &folder).unwrap();
    until("the log is found again", || {
        read().is_some_and(|(status, _)| status == 200)
    });
    let dpo = app.with_role("DATA_PROTECTION_OFFICER", "05711");
    let roles = entries(&dpo, &record);
    assert!(roles.len() >= 2, "the mutation and the read: {roles:?}");
    app.stop();
    let (code, out, err) = app.cli(&["audit", "verify"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("Zugriffsprotokoll 20") && out.contains("unversehrt"),
        "{out}"
    );
}

/// What a round of reading leaves: how often each record was asked for, and how often it was shown.
#[derive(Default)]
struct Reads {
    sent: BTreeMap<String, usize>,
    shown: BTreeMap<String, usize>,
}

fn rounds() -> u64 {
    match std::env::var_os("QUERSCHNITT_CAMPAIGN") {
        Some(_) => 100,
        None => 4,
    }
}

#[test]
fn whatever_was_shown_before_a_sigkill_is_in_the_log() {
    let mut app = App::start();
    let officer = app.officer();
    let dpo = app.with_role("DATA_PROTECTION_OFFICER", "05711");
    let records: Vec<String> = (0..16)
        .map(|_| recorded(&officer, &consultation()).0)
        .collect();
    let reads = Mutex::new(Reads::default());
    for round in 0..rounds() {
        let client = officer.at(app.url());
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for worker in 0..8 {
                let (client, over, records, reads) = (&client, &over, &records, &reads);
                scope.spawn(move || {
                    for count in 0.. {
                        if over.load(Ordering::Relaxed) {
                            break;
                        }
                        let record = &records[(worker * 5 + count) % records.len()];
                        *reads
                            .lock()
                            .unwrap()
                            .sent
                            .entry(record.clone())
                            .or_default() += 1;
                        let answered = client.post(READ, &json!({ "id": record }));
                        if answered.is_some_and(|(status, body)| {
                            status == 200 && body["data"]["frau"]["durationMinutes"] == 45
                        }) {
                            *reads
                                .lock()
                                .unwrap()
                                .shown
                                .entry(record.clone())
                                .or_default() += 1;
                        }
                    }
                });
            }
            std::thread::sleep(Duration::from_millis(300 + round * 37 % 200));
            app.kill();
            over.store(true, Ordering::Relaxed);
        });
        app.restart();
        let dpo = dpo.at(app.url());
        let reads = reads.lock().unwrap();
        for record in &records {
            let recorded = entries(&dpo, record)
                .iter()
                .filter(|entry| entry["operation"] == "QUERY" && entry["role"] == "KI_OFFICER")
                .count();
            let count = |counts: &BTreeMap<String, usize>| counts.get(record).copied().unwrap_or(0);
            let (sent, shown) = (count(&reads.sent), count(&reads.shown));
            assert!(
                (shown..=sent).contains(&recorded),
                "round {round}: shown {shown}, recorded {recorded}, sent {sent}"
            );
        }
        let shown: usize = reads.shown.values().sum();
        assert!(shown > 50, "hardly a read: {shown}");
    }
    app.kill();
    let (code, out, err) = app.cli(&["audit", "verify"]);
    assert_eq!(code, 0, "{out}{err}");
}

#[test]
fn a_query_of_very_many_records_is_recorded_whole() {
    let app = App::start();
    let officer = app.officer();
    let dpo = app.with_role("DATA_PROTECTION_OFFICER", "05711");
    let organisations: Vec<String> = (0..30)
        .map(|n| organisation(&officer, &format!("Verein {n}"), "MUNICIPAL_OFFICE", &[]))
        .collect();
    let ids: Vec<String> = (0..120)
        .map(|n| {
            let some: Vec<&String> = (0..10).map(|k| &organisations[(n + k) % 30]).collect();
            let input = with(
                consultation(),
                &json!({ "commandId": command(), "organisations": some }),
            );
            recorded(&officer, &input).0
        })
        .collect();
    // The same hundred three times over, with all that hangs on them.
    let page = "nodes { id organisations { id name } note }";
    let query = format!(
        "{{ a: consultations(first: 100) {{ {page} }} b: consultations(first: 100) {{ {page} }} c: consultations(last: 100) {{ {page} }} }}"
    );
    let (status, body) = officer.post(&query, &json!({})).unwrap();
    assert_eq!(status, 200, "{body}");
    for record in ids.iter().chain(&organisations) {
        let found = entries(&dpo, record);
        let list = found
            .iter()
            .filter(|entry| entry["operationFields"] == json!(["consultations"]))
            .count();
        assert_eq!(list, 1, "{found:?}");
    }
}
