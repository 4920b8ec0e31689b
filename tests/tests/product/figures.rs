//! Figures through the API: values, breakdowns, what was known when, and the records behind.

use querschnitt_tests::{App, Client};
use serde_json::{Value, json};

use crate::words::{
    account, command, consultation, network, organisation, recorded, request, requested, with,
};

const B1: &str = "query($at: AsOf, $by: [Dimension!]) {
    figures(keys: [\"B1\"], period: \"2026\", by: $by, asOf: $at) {
        key unit version total { value numerator denominator }
        rows { keys { dimension code label } value numerator } compact } }";

#[test]
fn a_figure_by_quarter_as_known_at_any_point() {
    let app = App::start();
    let office = app.officer();
    for day in ["2026-01-15", "2026-02-15", "2026-05-04"] {
        recorded(
            &office,
            &with(consultation(), &json!({ "occurredOn": day })),
        );
    }
    let (last, before) = recorded(
        &office,
        &with(consultation(), &json!({ "occurredOn": "2026-08-01" })),
    );
    let retract = json!({ "commandId": command(), "id": last, "reason": "doppelt" });
    office.done("retractConsultation", &retract, "consultation { id }");
    let now = office.ask(B1, &json!({ "by": ["QUARTER"] }));
    assert_eq!(
        now["figures"][0]["total"],
        json!({ "value": 3.0, "numerator": 3, "denominator": null })
    );
    assert_eq!(values(&now), [2.0, 1.0, 0.0, 0.0]);
    assert_eq!(
        now["figures"][0]["rows"][0]["keys"][0]["label"],
        "1. Quartal 2026"
    );
    let then = office.ask(B1, &json!({ "by": ["QUARTER"], "at": before }));
    assert_eq!(values(&then), [2.0, 1.0, 1.0, 0.0]);
    let behind = office.ask(
        r#"{ figureRecords(key: "B1", period: "2026", cell: [{ dimension: QUARTER, code: "2026-Q1" }], first: 10) {
            totalCount nodes { id ... on Consultation { occurredOn } } } }"#,
        &json!({}),
    );
    assert_eq!(behind["figureRecords"]["totalCount"], 2);
}

fn values(answer: &Value) -> Vec<f64> {
    let rows = answer["figures"][0]["rows"].as_array().expect("rows");
    rows.iter()
        .filter_map(|row| row["value"].as_f64())
        .collect()
}

#[test]
fn every_figure_answers_and_says_what_it_counts() {
    let app = App::start();
    let office = app.officer();
    let jobcenter = organisation(&office, "Jobcenter", "JOBCENTER", &["SGB_II"]);
    let youth = organisation(&office, "Jugendamt", "YOUTH_OFFICE", &["SGB_VIII"]);
    let body = network(&office, "Lenkungsgruppe", "STEERING_GROUP");
    recorded(
        &office,
        &with(
            consultation(),
            &json!({ "organisations": [jobcenter], "preparationMinutes": 15 }),
        ),
    );
    let held = json!({
        "commandId": command(), "network": body, "date": "2026-04-01", "otherHeadCount": 1,
        "attendances": [{ "organisation": jobcenter, "headCount": 2 }, { "organisation": youth, "headCount": 1 }],
    });
    office.done("holdMeeting", &held, "meeting { id }");
    let review = requested(
        &office,
        &with(request(), &json!({ "requestedCents": 250_000 })),
    );
    let head = app.with_role("KI_HEAD", "05711");
    for (who, step, input) in [
        (
            &office,
            "assignReview",
            json!({ "reviewer": account(&office) }),
        ),
        (
            &office,
            "completeStep",
            json!({ "check": "FORMAL", "completedOn": "2026-03-16" }),
        ),
        (
            &office,
            "scoreReview",
            json!({ "scores": [{ "criterion": "NEED", "score": 4 }] }),
        ),
        (
            &office,
            "draftStatement",
            json!({ "outcome": "SUPPORTED", "occurredOn": "2026-03-18" }),
        ),
        (
            &head,
            "signStatement",
            json!({ "occurredOn": "2026-03-19" }),
        ),
        (
            &office,
            "issueStatement",
            json!({ "occurredOn": "2026-03-20" }),
        ),
        (
            &office,
            "recordFundingDecision",
            json!({ "decision": "REJECTED", "decidedOn": "2026-05-04" }),
        ),
    ] {
        let input = with(input, &json!({ "commandId": command(), "id": review }));
        who.done(step, &input, "review { id }");
    }
    let answer = office.ask(
        r#"{ figures(period: "2026") { key title definition total { value numerator denominator } } }"#,
        &json!({}),
    );
    let shown: Vec<String> = answer["figures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|figure| {
            assert!(figure["definition"].as_str().unwrap().len() > 40);
            let total = &figure["total"];
            format!(
                "{} {} ({}/{})",
                figure["key"].as_str().unwrap(),
                total["value"],
                total["numerator"],
                total["denominator"]
            )
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn a_breakdown_a_figure_does_not_have_is_refused_in_german() {
    let app = App::start();
    let (_, body) = app
        .officer()
        .post(
            r#"{ figures(keys: ["B1"], period: "2026", by: [BODY_TYPE]) { key } }"#,
            &json!({}),
        )
        .unwrap();
    assert_eq!(body["errors"][0]["extensions"]["code"], "BAD_INPUT");
    assert!(
        body["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("lässt sich nicht")
    );
    let (_, body) = app
        .officer()
        .post(r#"{ figures(period: "2026-Q9") { key } }"#, &json!({}))
        .unwrap();
    assert_eq!(body["errors"][0]["extensions"]["code"], "BAD_INPUT");
}

/// The only error of a question to the figures.
fn refused(client: &Client, fields: &str) -> Value {
    let (_, mut body) = client.post(&format!("{{ {fields} }}"), &json!({})).unwrap();
    assert_eq!(body["errors"].as_array().map(Vec::len), Some(1), "{body:#}");
    body["errors"][0].take()
}

#[test]
fn a_figure_is_named_once_and_a_wrong_name_with_its_place() {
    let app = App::start();
    let office = app.officer();
    for (keys, place, said) in [
        (
            r#"["B1", "N1", "B1"]"#,
            "keys[2]",
            "die Kennzahl B1 ist schon genannt",
        ),
        (
            r#"["B1", "B9"]"#,
            "keys[1]",
            "die Kennzahl „B9“ gibt es nicht",
        ),
    ] {
        let error = refused(
            &office,
            &format!(r#"figures(keys: {keys}, period: "2026") {{ key }}"#),
        );
        assert_eq!(error["extensions"]["code"], "BAD_INPUT");
        assert_eq!(error["extensions"]["field"], place);
        let message = error["message"].as_str().unwrap();
        assert!(
            message.contains(place) && message.contains(said),
            "{message}"
        );
    }
}

#[test]
fn tables_with_too_many_rows_are_refused_before_they_are_computed() {
    let app = App::start();
    let office = app.officer();
    let by_month =
        |period: &str| format!(r#"figures(period: "{period}", by: [MONTH]) {{ compact }}"#);
    let error = refused(&office, &by_month("1900-01-01/2200-01-01"));
    assert_eq!(error["extensions"]["code"], "TOO_EXPENSIVE");
    assert_eq!(error["extensions"]["requested"], 12 * 300 * 20);
    assert_eq!(error["extensions"]["maximum"], 40_000);
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("72000 Zeilen") && message.contains("höchstens 40000"),
        "{message}"
    );

    // What several fields ask for counts together.
    let half = by_month("1900-01-01/2050-01-01");
    let error = refused(&office, &format!("a: {half} b: {half}"));
    assert_eq!(error["extensions"]["code"], "TOO_EXPENSIVE");

    let usual =
        r#"{ figures(period: "2022-01-01/2027-01-01", by: [CENTRE, QUARTER]) { key compact } }"#;
    let answer = office.ask(usual, &json!({}));
    assert_eq!(answer["figures"].as_array().map(Vec::len), Some(20));
}
