//! Inputs the tests send, and what they take from answers.

use std::collections::BTreeMap;

use querschnitt_tests::Client;
use serde_json::{Value, json};
use uuid::Uuid;

/// A fresh command id.
pub(crate) fn command() -> String {
    Uuid::new_v4().to_string()
}

/// What `recordConsultation` needs at least.
pub(crate) fn consultation() -> Value {
    json!({
        "commandId": command(),
        "centre": "05711",
        "occurredOn": "2026-03-10",
        "type": "PROFESSIONAL",
        "mode": "PHONE",
        "durationMinutes": 45,
        "targetGroup": "MIGRANT_ORG",
        "actionAreas": ["X_PARTICIPATION"],
    })
}

/// `base` with the fields of `more` put over it.
pub(crate) fn with(mut base: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().expect("an object") {
        base[name] = value.clone();
    }
    base
}

/// Registers an organisation and gives its id.
pub(crate) fn organisation(client: &Client, name: &str, kind: &str, areas: &[&str]) -> String {
    let input = json!({
        "commandId": command(), "centre": "05711", "name": name, "kind": kind,
        "legalAreas": areas, "occurredOn": "2026-01-05",
    });
    let payload = client.done("registerOrganisation", &input, "organisation { id }");
    payload["organisation"]["id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

/// The id of the unit with this name, declared by the head where it is not there yet.
pub(crate) fn unit(head: &Client, name: &str) -> String {
    let answer = head.ask(
        "{ units { id name } viewer { centre { key } } }",
        &json!({}),
    );
    let units = answer["units"].as_array().expect("units");
    let id = |unit: &Value| unit["id"].as_str().expect("an id").to_owned();
    if let Some(unit) = units.iter().find(|unit| unit["name"] == name) {
        return id(unit);
    }
    let centre = &answer["viewer"]["centre"]["key"];
    let input = json!({ "commandId": command(), "centre": centre, "name": name });
    id(&head.done("declareUnit", &input, "unit { id }")["unit"])
}

/// Founds a network and gives its id.
pub(crate) fn network(client: &Client, name: &str, body_type: &str) -> String {
    let input = json!({
        "commandId": command(), "centre": "05711", "name": name, "bodyType": body_type,
        "foundedOn": "2025-01-01", "kiRole": "HOST", "actionAreas": ["X_WORK"],
    });
    let payload = client.done("foundNetwork", &input, "network { id }");
    payload["network"]["id"].as_str().expect("an id").to_owned()
}

/// Records a consultation and gives its id and position.
pub(crate) fn recorded(client: &Client, input: &Value) -> (String, String) {
    let payload = client.done("recordConsultation", input, "consultation { id }");
    (
        payload["consultation"]["id"]
            .as_str()
            .expect("an id")
            .to_owned(),
        payload["position"].as_str().expect("a position").to_owned(),
    )
}

/// What `requestReview` needs at least, with a due date.
pub(crate) fn request() -> Value {
    json!({
        "commandId": command(),
        "centre": "05711",
        "receivedOn": "2026-03-02",
        "title": "Elterncafé im Quartier",
        "requester": "FUNDING_AUTHORITY",
        "applicantType": "MSO",
        "applicantName": "Elternverein",
        "actionAreas": ["X_PARTICIPATION"],
        "termWorkingDays": 20,
    })
}

/// Requests a review and gives its id.
pub(crate) fn requested(client: &Client, input: &Value) -> String {
    let payload = client.done("requestReview", input, "review { id }");
    payload["review"]["id"].as_str().expect("an id").to_owned()
}

/// The account of a token.
pub(crate) fn account(client: &Client) -> String {
    let answer = client.ask("{ viewer { account } }", &json!({}));
    answer["viewer"]["account"]
        .as_str()
        .expect("an account")
        .to_owned()
}

/// How many events the log holds, as the server says to whoever watches over it.
pub(crate) fn log_head(client: &Client) -> u64 {
    let (_, metrics) = client.get("/metrics").expect("an answer");
    let line = |line: &str| line.strip_prefix("querschnitt_log_head ")?.parse().ok();
    metrics.lines().find_map(line).expect("the head of the log")
}

/// Compares snapshots whose fields come sorted, whatever order JSON keeps in this build of the tests.
pub(crate) fn sorted(compare: impl FnOnce()) {
    let mut settings = insta::Settings::clone_current();
    settings.set_sort_maps(true);
    settings.bind(compare);
}

/// Today as the server sees it.
pub(crate) fn today(client: &Client) -> Value {
    let board = client.ask("{ reviewBoard { on } }", &json!({}));
    board["reviewBoard"]["on"].clone()
}

/// The code of the only error of a payload, and its field.
pub(crate) fn refusal(payload: &Value) -> (String, String) {
    let errors = payload["errors"].as_array().expect("errors");
    assert_eq!(errors.len(), 1, "{payload:#}");
    let message = errors[0]["message"].as_str().expect("a message");
    assert!(
        message.ends_with('.') && message.len() > 20,
        "no sentence: {message}"
    );
    (
        errors[0]["code"].as_str().expect("a code").to_owned(),
        errors[0]["field"].as_str().unwrap_or_default().to_owned(),
    )
}

/// Every consultation of the centre, page by page: its id and its note.
pub(crate) fn everything(client: &Client) -> BTreeMap<String, Option<String>> {
    let mut all = BTreeMap::new();
    let mut after = Value::Null;
    loop {
        let answer = client.ask(
            "query($after: String) { consultations(first: 100, after: $after) {
                nodes { id note } pageInfo { hasNextPage endCursor } } }",
            &json!({ "after": after }),
        );
        let page = &answer["consultations"];
        for node in page["nodes"].as_array().expect("nodes") {
            let id = node["id"].as_str().expect("an id").to_owned();
            let note = node["note"].as_str().map(str::to_owned);
            assert!(all.insert(id, note).is_none(), "an id twice in one list");
        }
        if page["pageInfo"]["hasNextPage"] != json!(true) {
            return all;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

/// A small PNG file in Base64: 120 × 60 pixels with transparency.
pub(crate) const LOGO: &str = "iVBORw0KGgoAAAANSUhEUgAAAHgAAAA8CAYAAACtrX6oAAABTElEQVR42u3cwY3CQAwF0M2KPiiDYjhQGweKoQwqCQ2wCwmTGdt5v4FIfvrOKGiY5nn+kbr5NQLAAlii5tDjIdP5+vGLfr5dJiwNZ7/VIWsJKuwkwC1QYQcE3hIW9OBDVk/cEc/bNfCoYUPeeEVHGrCV3bjB0dqjzQ2Bow4TcgPg6EOEvNEpWgoAZ2mHFq8AzjY0yAuAsw4Lsncw4Owt0GINBiz58/JbdKX19u5b9f14LLfKT4/HpMFWtJQErnb63PtpWoMBC2ABLIAFsAAWwIAFsCQFrnZTYO83HzQYsGTOn5fPKvwK42KaBgOWosDZ15v1rMGAs7ZAexc0ONuw4K5Y0VmGBtc7GHDWdmhvgwZHHSLchis62jDh/p+v/qty5PdqsB0OWaOGDLfjKbr3sOF2XNE9VzbYAMCtsaEGBl6LDTUhsCQ+ZAlgGZgn/bKkS9WmiCQAAAAASUVORK5CYII=";
