//! Arguments that can't be read: named with their path, and nothing of the document runs.

use querschnitt_tests::{App, Client};
use serde_json::{Value, json};

use crate::words::{consultation, log_head, with};

const TWO: &str = "mutation($a: RecordConsultationInput!, $b: RecordConsultationInput!) {
    a: recordConsultation(input: $a) { position }
    b: recordConsultation(input: $b) { position } }";

fn size(client: &Client) -> u64 {
    log_head(client)
}

/// The code of the only error, the field it names and its sentence.
fn refused(client: &Client, document: &str, variables: &Value) -> (String, String, String) {
    let (status, body) = client.post(document, variables).expect("an answer");
    assert_eq!(status, 400, "{body:#}");
    assert!(body.get("data").is_none(), "{body:#}");
    let errors = body["errors"].as_array().expect("errors");
    assert_eq!(errors.len(), 1, "{body:#}");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let extensions = &errors[0]["extensions"];
    let message = text(&errors[0]["message"]);
    (
        text(&extensions["code"]),
        text(&extensions["field"]),
        message,
    )
}

#[test]
fn of_two_mutations_none_runs_when_one_can_not_be_read() {
    let app = App::start();
    let office = app.officer();
    let before = size(&office);
    for (change, field) in [
        (json!({ "occurredOn": "2026-02-31" }), "input.occurredOn"),
        (json!({ "commandId": "nein" }), "input.commandId"),
        (
            json!({ "durationMinutes": 99_999_999_999_u64 }),
            "input.durationMinutes",
        ),
        (
            json!({ "actionAreas": ["X_WORK", 5] }),
            "input.actionAreas[1]",
        ),
        (json!({ "erfunden": "x" }), "input.erfunden"),
        (json!({ "targetGroup": null }), "input.targetGroup"),
    ] {
        let variables = json!({ "a": consultation(), "b": with(consultation(), &change) });
        let (code, named, message) = refused(&office, TWO, &variables);
        assert_eq!(
            (code.as_str(), named.as_str()),
            ("BAD_ARGUMENT", field),
            "{message}"
        );
        assert!(
            message.contains(field) && message.ends_with('.'),
            "{message}"
        );
    }
    assert_eq!(size(&office), before, "something was recorded");
    let both = json!({ "a": consultation(), "b": consultation() });
    let recorded = office.ask(TWO, &both);
    assert!(recorded["b"]["position"].is_string(), "{recorded}");
    assert_ne!(size(&office), before);
}

#[test]
fn of_two_mutations_none_runs_when_a_literal_can_not_be_read() {
    let app = App::start();
    let office = app.officer();
    let before = size(&office);
    let document = "mutation($a: RecordConsultationInput!) {
        recordConsultation(input: $a) { position }
        scheduleMeeting(input: { commandId: \"018f0000-0000-7000-8000-000000000001\", network: \"x\",
            date: \"2026-03-01\", startsAt: \"morgens\" }) { position } }";
    let (code, field, message) = refused(&office, document, &json!({ "a": consultation() }));
    assert_eq!(
        (code.as_str(), field.as_str()),
        ("BAD_ARGUMENT", "input.startsAt")
    );
    assert_eq!(
        message,
        "Die Angabe „input.startsAt“ ist so nicht lesbar. Erlaubt ist hier ein Zeitpunkt mit Zeitzone, zum Beispiel 2026-11-20T09:00:00+01:00."
    );
    assert_eq!(size(&office), before, "something was recorded");
}
