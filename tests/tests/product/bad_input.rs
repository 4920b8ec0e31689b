//! Bad input: each refusal has a code, a field and a German sentence, and records nothing.

use querschnitt_tests::App;
use serde_json::{Value, json};

use crate::words::{command, consultation, network, refusal, with};

#[test]
fn a_consultation_refuses_what_can_not_be() {
    let app = App::start();
    let office = app.officer();
    let long = "x".repeat(20_001);
    let cases: Vec<(Value, &str, &str)> = vec![
        (json!({ "centre": "05774" }), "WRONG_CENTRE", "centre"),
        (json!({ "centre": "99999" }), "UNKNOWN_VALUE", "centre"),
        (
            json!({ "occurredOn": "2199-01-01" }),
            "DATE_IN_FUTURE",
            "occurredOn",
        ),
        (
            json!({ "occurredOn": "1890-01-01" }),
            "DATE_OUT_OF_RANGE",
            "occurredOn",
        ),
        (json!({ "type": "PROFESIONAL" }), "UNKNOWN_VALUE", "type"),
        (
            json!({ "durationMinutes": 0 }),
            "NUMBER_OUT_OF_RANGE",
            "durationMinutes",
        ),
        (
            json!({ "durationMinutes": -5 }),
            "NUMBER_OUT_OF_RANGE",
            "durationMinutes",
        ),
        (
            json!({ "durationMinutes": 100_000 }),
            "NUMBER_OUT_OF_RANGE",
            "durationMinutes",
        ),
        (
            json!({ "numberAdvised": 2_000_000 }),
            "NUMBER_OUT_OF_RANGE",
            "numberAdvised",
        ),
        (json!({ "actionAreas": [] }), "MISSING", "actionAreas"),
        (
            json!({ "actionAreas": ["X_WORK", "X_WORK"] }),
            "DUPLICATE",
            "actionAreas[1]",
        ),
        (
            json!({ "actionAreas": ["X_WORK", "NIX"] }),
            "UNKNOWN_VALUE",
            "actionAreas[1]",
        ),
        (
            json!({ "programme": "KOMM_AN_II" }),
            "VALUE_NOT_VALID_ON_DATE",
            "programme",
        ),
        (
            json!({ "municipality": "123" }),
            "MALFORMED",
            "municipality",
        ),
        (
            json!({ "organisations": ["x"] }),
            "UNKNOWN_ID",
            "organisations[0]",
        ),
        (json!({ "note": long }), "TEXT_TOO_LONG", "note"),
        (json!({ "note": "   " }), "TEXT_EMPTY", "note"),
        (json!({ "note": "a\u{0}b" }), "CONTROL_CHARACTER", "note"),
        (
            json!({ "subject": "a\u{202e}b" }),
            "CONTROL_CHARACTER",
            "subject",
        ),
    ];
    for (change, code, field) in cases {
        let payload = office.send(
            "recordConsultation",
            &with(consultation(), &change),
            "consultation { id }",
        );
        let shown: String = change.to_string().chars().take(60).collect();
        assert_eq!(
            refusal(&payload),
            (code.to_owned(), field.to_owned()),
            "{shown}"
        );
        assert_eq!(payload["consultation"], json!(null));
    }
    let list = office.ask("{ events(first: 5) { nodes { type } } }", &json!({}));
    assert_eq!(list["events"]["nodes"], json!([]));
}

#[test]
fn meetings_and_agreements_refuse_what_can_not_be() {
    let app = App::start();
    let office = app.officer();
    let body = network(&office, "Arbeitskreis", "WORKING_CIRCLE");
    let future = json!({ "commandId": command(), "network": body, "date": "2199-01-01" });
    assert_ne!(
        office.send("scheduleMeeting", &future, "meeting { id }")["errors"],
        json!([])
    );
    let held = json!({ "commandId": command(), "network": body, "date": "2027-06-01" });
    assert_eq!(
        refusal(&office.send("holdMeeting", &held, "meeting { id }")).0,
        "DATE_IN_FUTURE"
    );
    let ends = json!({
        "commandId": command(), "network": body, "date": "2026-03-01",
        "startsAt": "2026-03-01T10:00:00+01:00", "endsAt": "2026-03-01T09:00:00+01:00",
    });
    assert_eq!(
        refusal(&office.send("scheduleMeeting", &ends, "meeting { id }")).0,
        "END_BEFORE_BEGINNING"
    );
    let vote = json!({
        "commandId": command(), "network": body, "date": "2026-03-01",
        "agenda": [{ "title": "Beschluss", "vote": { "yes": 5, "no": 0, "abstained": 1 } }],
    });
    assert_ne!(
        office.send("holdMeeting", &vote, "meeting { id }")["errors"],
        json!([]),
        "a vote in no statutory body"
    );
    let due = json!({
        "commandId": command(), "network": body, "madeOn": "2026-03-01", "subject": "Etwas tun", "dueOn": "2026-02-01",
    });
    assert_eq!(
        refusal(&office.send("makeAgreement", &due, "agreement { id }")),
        ("END_BEFORE_BEGINNING".into(), "dueOn".into())
    );
    let neither = json!({ "commandId": command() });
    assert_eq!(
        refusal(&office.send("holdMeeting", &neither, "meeting { id }")).0,
        "MISSING"
    );
    let twice = json!({ "commandId": command(), "network": body, "date": "2026-03-01" });
    let meeting = office.done("holdMeeting", &twice, "meeting { id }");
    let cancel =
        json!({ "commandId": command(), "id": meeting["meeting"]["id"], "reason": "zu spät" });
    assert_eq!(
        refusal(&office.send("cancelMeeting", &cancel, "meeting { id }")).0,
        "STATE_FORBIDS"
    );
}

#[test]
fn requests_that_are_none_are_refused_without_internals() {
    let app = App::start();
    let office = app.officer();
    let deep = format!("{{ {}a{} }}", "a { ".repeat(200), " }".repeat(200));
    let wide = format!(
        "{{ {} }}",
        (0..500)
            .map(|n| format!("a{n}: centres {{ key }}"))
            .collect::<Vec<_>>()
            .join(" ")
    );
    for document in [
        "{",
        "{ nix }",
        "query { centres }",
        deep.as_str(),
        wide.as_str(),
    ] {
        let (status, body) = office.post(document, &json!({})).unwrap();
        assert_eq!(status, 400, "{body}");
        assert!(body.get("data").is_none());
        let text = body.to_string();
        assert!(
            !text.contains("querschnitt_") && !text.contains(".rs"),
            "{text}"
        );
    }
    let page = office
        .post("{ consultations { nodes { id } } }", &json!({}))
        .unwrap()
        .1;
    assert_eq!(page["errors"][0]["extensions"]["code"], "PAGE_SIZE");
    let date = office.send_raw_date();
    assert!(date.to_string().contains("JJJJ-MM-TT"), "{date}");
}

trait RawDate {
    fn send_raw_date(&self) -> Value;
}

impl RawDate for querschnitt_tests::Client {
    /// A day that is none, which the schema refuses before the mutation runs.
    fn send_raw_date(&self) -> Value {
        let input = with(consultation(), &json!({ "occurredOn": "2026-02-31" }));
        let document =
            "mutation($i: RecordConsultationInput!) { recordConsultation(input: $i) { position } }";
        self.post(document, &json!({ "i": input }))
            .expect("an answer")
            .1
    }
}

#[test]
fn a_field_every_record_has_can_not_be_cleared() {
    let app = App::start();
    let office = app.officer();
    let (id, _) = crate::words::recorded(&office, &consultation());
    let clear =
        json!({ "commandId": command(), "id": id, "reason": "Versuch", "durationMinutes": null });
    let payload = office.send("correctConsultation", &clear, "consultation { id }");
    assert_eq!(
        refusal(&payload),
        ("MISSING".to_owned(), "durationMinutes".to_owned())
    );
    let absent = json!({ "commandId": command(), "id": id, "reason": "Versuch" });
    let payload = office.done("correctConsultation", &absent, "consultation { version }");
    assert_eq!(payload["consultation"]["version"], 1);
}
