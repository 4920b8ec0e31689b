//! Units are named by ids in the log and by their names in answers; their names stand nowhere in the log.

use querschnitt_tests::{App, Client};
use serde_json::{Value, json};

use crate::words::{account, command, refusal, request, requested, unit, with};

/// What no other text of these tests holds.
const MARKER: &str = "Fachstelle Xyzzy";
/// What it is called later.
const LATER: &str = "Dienst Plugh";

const READ: &str = "query($id: ID!) { projectReview(id: $id) {
    department { name declared } unit { name } steps { unit { name } } advice { unit { name } } }
    reviewBoard(on: \"2026-03-20\") { waiting { waitingFor { unit { name } } count } }
    flow(from: \"2026-03-01\", to: \"2026-04-01\") {
      handovers { from { name } to { name } count medianWaitingDays }
      units { unit { name } steps medianHandlingDays waiting } } }";

fn does(office: &Client, mutation: &str, review: &str, input: Value) {
    let input = with(input, &json!({ "commandId": command(), "id": review }));
    office.done(mutation, &input, "review { id }");
}

#[test]
fn no_name_of_a_unit_stands_in_the_log_and_every_answer_names_it() {
    let mut app = App::start();
    let (office, head) = (app.officer(), app.with_role("KI_HEAD", "05711"));
    let (marked, other) = (unit(&head, MARKER), unit(&head, "Jugendamt"));
    let review = requested(
        &office,
        &with(request(), &json!({ "department": other, "unit": marked })),
    );
    let reviewer = json!({ "reviewer": account(&office) });
    does(&head, "assignReview", &review, reviewer);
    for (unit, at) in [
        (&marked, "2026-03-03T08:00:00+01:00"),
        (&marked, "2026-03-03T20:00:00+01:00"),
        (&other, "2026-03-05T20:00:00+01:00"),
    ] {
        does(
            &office,
            "completeStep",
            &review,
            json!({ "unit": unit, "completedAt": at }),
        );
    }
    does(
        &office,
        "askAdvice",
        &review,
        json!({ "unit": marked, "occurredOn": "2026-03-06" }),
    );
    let read = |app: &App| app.officer().ask(READ, &json!({ "id": review }));
    let named = |name: &str| {
        json!({
            "projectReview": {
                "department": { "name": "Jugendamt", "declared": true },
                "unit": { "name": name },
                "steps": [
                    { "unit": { "name": name } }, { "unit": { "name": name } },
                    { "unit": { "name": "Jugendamt" } },
                ],
                "advice": [{ "unit": { "name": name } }],
            },
            "reviewBoard": { "waiting": [{ "waitingFor": { "unit": { "name": name } }, "count": 1 }] },
            "flow": {
                "handovers": [{
                    "from": { "name": name }, "to": { "name": "Jugendamt" }, "count": 1,
                    "medianWaitingDays": 2.0,
                }],
                "units": [
                    { "unit": { "name": name }, "steps": 2, "medianHandlingDays": 0.5, "waiting": 1 },
                    { "unit": { "name": "Jugendamt" }, "steps": 1, "medianHandlingDays": null, "waiting": 0 },
                ],
            },
        })
    };
    assert_eq!(read(&app), named(MARKER));
    let rename = json!({ "commandId": command(), "id": marked, "name": LATER });
    head.done("renameUnit", &rename, "unit { name }");
    assert_eq!(
        read(&app),
        named(LATER),
        "a name changes, nothing that was counted"
    );
    app.restart();
    assert_eq!(read(&app), named(LATER));
    for file in std::fs::read_dir(app.data().join("log")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        for name in [MARKER, "Xyzzy", LATER, "Plugh", "Jugendamt"] {
            assert!(!text.contains(name), "{name} stands in the log");
        }
    }
}

#[test]
fn only_the_head_declares_a_unit_and_only_once() {
    let app = App::start();
    let (office, head) = (app.officer(), app.with_role("KI_HEAD", "05711"));
    let declared = |who: &Client, name: &str| {
        let input = json!({ "commandId": command(), "centre": "05711", "name": name });
        let answer = who.ask(
            "mutation($input: DeclareUnitInput!) { declareUnit(input: $input) {
                unit { name } errors { code field message } } }",
            &json!({ "input": input }),
        );
        answer["declareUnit"].clone()
    };
    assert_eq!(
        refusal(&declared(&office, "Amt 50")),
        ("NOT_ALLOWED".into(), String::new())
    );
    assert_eq!(declared(&head, "Amt 50")["unit"]["name"], "Amt 50");
    assert_eq!(
        refusal(&declared(&head, "amt  50")),
        ("DUPLICATE".into(), "name".into())
    );
    let there = app.with_role("KI_HEAD", "05774");
    let foreign = unit(&there, "Amt 50");
    let step =
        json!({ "commandId": command(), "id": requested(&office, &request()), "unit": foreign });
    let answer = office.ask(
        "mutation($input: CompleteStepInput!) { completeStep(input: $input) { errors { code field message } } }",
        &json!({ "input": step }),
    );
    assert_eq!(
        refusal(&answer["completeStep"]),
        ("UNKNOWN_ID".into(), "unit".into())
    );
    let node = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(
        office.ask(node, &json!({ "id": foreign }))["node"],
        Value::Null
    );
}
