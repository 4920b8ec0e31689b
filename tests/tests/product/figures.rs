//! Figures through the API: values, breakdowns, what was known when, and the records behind.

use querschnitt_tests::App;
use serde_json::{Value, json};

use crate::words::{command, consultation, network, organisation, recorded, with};

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
