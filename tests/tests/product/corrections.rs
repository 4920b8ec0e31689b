//! What was recorded wrongly: corrected, reopened, retracted, with a reason, and counted as it should be.

use querschnitt_tests::{App, Client};
use serde_json::{Value, json};

use crate::words::{command, consultation, network, organisation, recorded, refusal, with};

/// The command about a record with its reason.
fn about(id: &str, more: &Value) -> Value {
    let input =
        json!({ "commandId": command(), "id": id, "reason": "versehentlich so eingetragen" });
    with(input, more)
}

fn agreement(office: &Client, body: &str, due: &str) -> String {
    let input = json!({
        "commandId": command(), "network": body, "madeOn": "2026-02-03",
        "subject": "Ansprechperson benennen", "dueOn": due,
    });
    let payload = office.done("makeAgreement", &input, "agreement { id }");
    payload["agreement"]["id"].as_str().unwrap().to_owned()
}

/// N4 and N5 of 2026.
fn figures(office: &Client) -> (Value, Value) {
    let answer = office.ask(
        r#"{ figures(keys: ["N4", "N5"], period: "2026") { total { value } } }"#,
        &json!({}),
    );
    let total = |at: usize| answer["figures"][at]["total"]["value"].clone();
    (total(0), total(1))
}

fn history(office: &Client, id: &str) -> Vec<(String, Value)> {
    let answer = office.ask(
        "query($id: ID!) { history(recordId: $id, first: 20) { nodes { type reason } } }",
        &json!({ "id": id }),
    );
    let nodes = answer["history"]["nodes"].as_array().unwrap();
    nodes
        .iter()
        .map(|node| {
            (
                node["type"].as_str().unwrap().to_owned(),
                node["reason"].clone(),
            )
        })
        .collect()
}

#[test]
fn an_agreement_is_corrected_reopened_and_retracted() {
    let app = App::start();
    let office = app.officer();
    let body = network(&office, "AK Arbeit", "WORKING_CIRCLE");
    let first = agreement(&office, &body, "2026-03-01");
    let second = agreement(&office, &body, "2026-03-01");
    let fulfil = json!({ "commandId": command(), "id": first, "occurredOn": "2026-02-20" });
    office.done("fulfilAgreement", &fulfil, "agreement { id }");
    assert_eq!(figures(&office), (json!(2.0), json!(0.5)));

    // It was made in the year before, and is not done after all.
    let earlier = about(&first, &json!({ "madeOn": "2025-12-10" }));
    let payload = office.done("correctAgreement", &earlier, "agreement { madeOn version }");
    assert_eq!(
        payload["agreement"],
        json!({ "madeOn": "2025-12-10", "version": 3 })
    );
    let reopened = office.done(
        "reopenAgreement",
        &about(&first, &json!({})),
        "agreement { state settledOn }",
    );
    assert_eq!(
        reopened["agreement"],
        json!({ "state": "OPEN", "settledOn": null })
    );
    assert_eq!(figures(&office), (json!(1.0), json!(0.0)));

    let payload = office.done(
        "retractAgreement",
        &about(&second, &json!({})),
        "agreement { retracted }",
    );
    assert_eq!(payload["agreement"]["retracted"], true);
    assert_eq!(figures(&office), (json!(0.0), json!(0.0)));
    let list = office.ask("{ agreements(first: 5) { totalCount } }", &json!({}));
    assert_eq!(list["agreements"]["totalCount"], 1);
    let told = history(&office, &second);
    assert_eq!(
        told[1],
        (
            "agreement.retracted".to_owned(),
            json!("versehentlich so eingetragen")
        )
    );
    let next = json!({ "commandId": command(), "network": body, "date": "2027-01-15" });
    let next = office.done("scheduleMeeting", &next, "meeting { carriedOver { id } }");
    assert_eq!(next["meeting"]["carriedOver"], json!([{ "id": first }]));
    let change = about(&second, &json!({ "dueOn": "2026-05-01" }));
    let refused = office.send("changeAgreement", &change, "agreement { id }");
    assert_eq!(
        refusal(&refused),
        ("STATE_FORBIDS".to_owned(), "id".to_owned())
    );
}

#[test]
fn an_organisation_is_retracted_when_nothing_names_it_any_more() {
    let app = App::start();
    let office = app.officer();
    let club = organisation(&office, "Kulturverein", "MIGRANT_ORG", &[]);
    let corrected = about(
        &club,
        &json!({ "name": "Kulturverein e. V.", "kind": "COMMUNITY_ORG", "relation": "PARTNER" }),
    );
    let payload = office.done(
        "correctOrganisation",
        &corrected,
        "organisation { name kind relation }",
    );
    assert_eq!(
        payload["organisation"],
        json!({ "name": "Kulturverein e. V.", "kind": "COMMUNITY_ORG", "relation": "PARTNER" })
    );
    let advised = with(consultation(), &json!({ "organisations": [club] }));
    let (advice, _) = recorded(&office, &advised);
    let retract = || about(&club, &json!({}));
    let refused = office.send("retractOrganisation", &retract(), "organisation { id }");
    assert_eq!(
        refusal(&refused),
        ("STATE_FORBIDS".to_owned(), "id".to_owned())
    );
    let message = refused["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("Beratungen"), "{message}");

    // The consultation was with nobody; then the entry can go.
    let correct = about(&advice, &json!({ "organisations": [] }));
    office.done("correctConsultation", &correct, "consultation { id }");
    let payload = office.done(
        "retractOrganisation",
        &retract(),
        "organisation { retracted name }",
    );
    assert_eq!(payload["organisation"]["retracted"], true);
    let found = office.ask(
        r#"{ organisations(first: 5, filter: { search: "Kultur" }) { totalCount } }"#,
        &json!({}),
    );
    assert_eq!(found["organisations"]["totalCount"], 0);
    let told: Vec<_> = history(&office, &club)
        .into_iter()
        .map(|(kind, _)| kind)
        .collect();
    assert!(
        told.contains(&"organisation.retracted".to_owned()),
        "{told:?}"
    );
    let again = with(consultation(), &json!({ "organisations": [club] }));
    let refused = office.send("recordConsultation", &again, "consultation { id }");
    assert_eq!(refusal(&refused).0, "STATE_FORBIDS");
    let again = office.done(
        "retractOrganisation",
        &retract(),
        "organisation { version }",
    );
    assert_eq!(
        again["organisation"]["version"],
        payload_version(&office, &club)
    );
}

fn payload_version(office: &Client, id: &str) -> Value {
    let answer = office.ask(
        "query($id: ID!) { organisation(id: $id) { version } }",
        &json!({ "id": id }),
    );
    answer["organisation"]["version"].clone()
}

#[test]
fn a_body_is_corrected_reopened_and_retracted() {
    let app = App::start();
    let office = app.officer();
    let club = organisation(&office, "Kulturverein", "MIGRANT_ORG", &[]);
    let body = network(&office, "AK Arbeit", "WORKING_CIRCLE");
    let close = json!({ "commandId": command(), "id": body, "occurredOn": "2026-03-01" });
    office.done("closeNetwork", &close, "network { closedOn }");
    let payload = office.done(
        "reopenNetwork",
        &about(&body, &json!({})),
        "network { closedOn }",
    );
    assert_eq!(payload["network"]["closedOn"], json!(null));
    let correct = about(
        &body,
        &json!({ "foundedOn": "2024-05-01", "name": "AK Arbeit und Beruf" }),
    );
    let payload = office.done("correctNetwork", &correct, "network { foundedOn name }");
    assert_eq!(
        payload["network"],
        json!({ "foundedOn": "2024-05-01", "name": "AK Arbeit und Beruf" })
    );

    let add = json!({
        "commandId": command(), "id": body, "organisation": club, "occurredOn": "2026-01-10",
    });
    office.done("addNetworkMember", &add, "network { id }");
    let member = about(
        &body,
        &json!({
            "organisation": club, "joinedOn": "2025-01-10", "leftOn": "2025-12-31", "function": "Vorsitz",
        }),
    );
    let members = "network { members { joinedOn leftOn function } }";
    let payload = office.done("correctNetworkMember", &member, members);
    assert_eq!(
        payload["network"]["members"],
        json!([{ "joinedOn": "2025-01-10", "leftOn": "2025-12-31", "function": "Vorsitz" }])
    );
    let never = about(&body, &json!({ "organisation": club }));
    let payload = office.done("retractNetworkMember", &never, members);
    assert_eq!(payload["network"]["members"], json!([]));

    let meeting = json!({ "commandId": command(), "network": body, "date": "2026-02-03" });
    let held = office.done("holdMeeting", &meeting, "meeting { id }");
    let held = held["meeting"]["id"].as_str().unwrap().to_owned();
    let refused = office.send(
        "retractNetwork",
        &about(&body, &json!({})),
        "network { id }",
    );
    assert_eq!(
        refusal(&refused),
        ("STATE_FORBIDS".to_owned(), "id".to_owned())
    );
    office.done(
        "retractMeeting",
        &about(&held, &json!({})),
        "meeting { state }",
    );
    let payload = office.done(
        "retractNetwork",
        &about(&body, &json!({})),
        "network { retracted }",
    );
    assert_eq!(payload["network"]["retracted"], true);
    let list = office.ask("{ networks(first: 5) { totalCount } }", &json!({}));
    assert_eq!(list["networks"]["totalCount"], 0);
    let refused = office.send(
        "scheduleMeeting",
        &with(meeting, &json!({ "commandId": command() })),
        "meeting { id }",
    );
    assert_eq!(
        refusal(&refused),
        ("STATE_FORBIDS".to_owned(), "network".to_owned())
    );
}

#[test]
fn a_cancellation_and_an_approval_are_taken_back() {
    let app = App::start();
    let office = app.officer();
    let body = network(&office, "AK Arbeit", "WORKING_CIRCLE");
    let plan = json!({ "commandId": command(), "network": body, "date": "2027-01-15", "title": "Auftakt" });
    let planned = office.done("scheduleMeeting", &plan, "meeting { id }");
    let planned = planned["meeting"]["id"].as_str().unwrap().to_owned();
    office.done(
        "cancelMeeting",
        &about(&planned, &json!({})),
        "meeting { id }",
    );
    let payload = office.done(
        "reinstateMeeting",
        &about(&planned, &json!({})),
        "meeting { state title cancelledBecause }",
    );
    assert_eq!(
        payload["meeting"],
        json!({ "state": "SCHEDULED", "title": "Auftakt", "cancelledBecause": null })
    );

    let meeting = json!({ "commandId": command(), "network": body, "date": "2026-02-03" });
    let held = office.done("holdMeeting", &meeting, "meeting { id }");
    let held = held["meeting"]["id"].as_str().unwrap().to_owned();
    let approve = json!({ "commandId": command(), "id": held, "occurredOn": "2026-02-10" });
    office.done("approveMinutes", &approve, "meeting { minutesApprovedOn }");
    let payload = office.done(
        "withdrawMinutesApproval",
        &about(&held, &json!({})),
        "meeting { minutesApprovedOn }",
    );
    assert_eq!(payload["meeting"]["minutesApprovedOn"], json!(null));
    let pending = office.ask(
        "{ networkMeetings(first: 5, filter: { minutesPending: true }) { totalCount } }",
        &json!({}),
    );
    assert_eq!(pending["networkMeetings"]["totalCount"], 1);
    let without = json!({ "commandId": command(), "id": held, "reason": "  " });
    let refused = office.send("withdrawMinutesApproval", &without, "meeting { id }");
    assert_eq!(
        refusal(&refused),
        ("TEXT_EMPTY".to_owned(), "reason".to_owned())
    );
}
