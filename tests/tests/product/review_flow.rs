//! What is asked about many project reviews: the list, the board of deadlines, the flow between units.

use querschnitt_tests::{App, Client};
use serde_json::{Value, json};

use crate::words::{account, command, request, requested, sorted, unit, with};

/// Records a request with this title and these fields, does the steps, and gives its id.
fn review(office: &Client, title: &str, fields: &Value, steps: &[(&str, Value)]) -> String {
    let input = with(with(request(), &json!({ "title": title })), fields);
    let id = requested(office, &input);
    for (mutation, input) in steps {
        let input = with(input.clone(), &json!({ "commandId": command(), "id": id }));
        office.done(mutation, &input, "review { id }");
    }
    id
}

fn step(unit: &str, at: &str) -> (&'static str, Value) {
    ("completeStep", json!({ "unit": unit, "completedAt": at }))
}

/// The code and the field of the only error of a query that is refused.
fn refused(client: &Client, document: &str) -> (String, String) {
    let (_, body) = client.post(document, &json!({})).expect("an answer");
    let errors = body["errors"].as_array().expect("errors");
    assert_eq!(errors.len(), 1, "{body:#}");
    let text = |name: &str| {
        errors[0]["extensions"][name]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    (text("code"), text("field"))
}

const BOARD: &str = "query($on: Date!, $first: Int!, $after: String) { reviewBoard(on: $on) {
    centre { name } on urgencies { urgency count }
    waiting { waitingFor { kind unit { name } organisation { name } } count overdue }
    entries(first: $first, after: $after) { totalCount
        nodes { urgency workingDaysLeft waitingFor { kind unit { name } } review { title state deadline { dueOn } } }
        pageInfo { hasNextPage endCursor } } } }";

fn open_reviews(app: &App, office: &Client) {
    let youth = unit(&app.with_role("KI_HEAD", "05711"), "Jugendamt");
    let assigned = ("assignReview", json!({ "reviewer": account(office) }));
    let form = ("completeStep", json!({ "check": "FORMAL" }));
    let scored = (
        "scoreReview",
        json!({ "scores": [{ "criterion": "NEED", "score": 3 }] }),
    );
    review(office, "Überfällig", &json!({ "termWorkingDays": 5 }), &[]);
    let advice = json!({ "unit": youth, "occurredOn": "2026-03-03" });
    review(
        office,
        "Beteiligt",
        &json!({}),
        &[assigned.clone(), ("askAdvice", advice)],
    );
    let late = json!({ "termWorkingDays": null, "dueOn": "2026-06-30" });
    let question = json!({ "occurredOn": "2026-03-05", "question": "Wo?" });
    review(
        office,
        "Rückfrage",
        &late,
        &[assigned.clone(), ("askClarification", question)],
    );
    // Entered late, as is what follows: the board of a day goes by when it happened.
    let drafted = json!({ "outcome": "SUPPORTED", "occurredOn": "2026-03-06" });
    let draft = ("draftStatement", drafted);
    let endless = json!({ "termWorkingDays": null });
    review(
        office,
        "Ohne Frist",
        &endless,
        &[assigned, form, scored, draft],
    );
    review(
        office,
        "Später",
        &json!({ "receivedOn": "2026-03-23" }),
        &[],
    );
    review(
        office,
        "Zurückgezogen",
        &json!({}),
        &[("withdrawReview", json!({ "occurredOn": "2026-03-10" }))],
    );
}

#[test]
fn the_board_of_a_day_says_what_is_due_and_for_whom_it_waits() {
    let app = App::start();
    let office = app.officer();
    open_reviews(&app, &office);
    let other = app.with_role("KI_OFFICER", "05774");
    review(&other, "Anderswo", &json!({ "centre": "05774" }), &[]);
    let board = |first: i32, after: Value| {
        let variables = json!({ "on": "2026-03-20", "first": first, "after": after });
        office.ask(BOARD, &variables)["reviewBoard"].take()
    };
    let whole = board(10, Value::Null);
    sorted(
        || insta::assert_json_snapshot!("board", whole, { ".entries.pageInfo.endCursor" => "…" }),
    );
    let first = board(3, Value::Null);
    assert_eq!(first["entries"]["pageInfo"]["hasNextPage"], true);
    let rest = board(3, first["entries"]["pageInfo"]["endCursor"].clone());
    assert_eq!(rest["entries"]["nodes"][0], whole["entries"]["nodes"][3]);
    assert_eq!(rest["entries"]["nodes"].as_array().map(Vec::len), Some(1));
    let overdue = office.ask(
        "{ reviewBoard(on: \"2026-03-20\") { entries(urgencies: [OVERDUE], last: 5) { totalCount nodes { review { title } } } } }",
        &json!({}),
    );
    assert_eq!(
        overdue["reviewBoard"]["entries"],
        json!({ "totalCount": 1, "nodes": [{ "review": { "title": "Überfällig" } }] })
    );
    let said = |code: &str, field: &str| (code.to_owned(), field.to_owned());
    let refused = |query: &str| refused(&office, query);
    assert_eq!(
        refused("{ reviewBoard(centre: \"05774\") { on } }"),
        said("NOT_ALLOWED", "centre")
    );
    assert_eq!(
        refused("{ reviewBoard(centre: \"99999\") { on } }"),
        said("BAD_INPUT", "centre")
    );
    assert_eq!(
        refused("{ reviewBoard { entries { totalCount } } }").0,
        "PAGE_SIZE"
    );
    assert_eq!(
        refused("{ reviewBoard { entries(first: 101) { totalCount } } }").0,
        "PAGE_SIZE"
    );
    assert_eq!(
        refused("{ reviewBoard { entries(first: 1, after: \"x\") { totalCount } } }"),
        said("BAD_PAGE", "after")
    );
}

const FLOW: &str = "query($from: Date!, $to: Date!, $subject: FlowSubject, $at: AsOf) {
    flow(from: $from, to: $to, subject: $subject, asOf: $at) {
        handovers { from { name } to { name } count medianWaitingDays p90WaitingDays }
        units { unit { name } steps medianHandlingDays waiting } } }";

#[test]
fn the_flow_says_who_hands_over_to_whom_and_how_long_that_waits() {
    let app = App::start();
    let office = app.officer();
    let head = app.with_role("KI_HEAD", "05711");
    let (youth, social) = (unit(&head, "Jugendamt"), unit(&head, "Amt 50"));
    let nobody = json!({ "completedAt": "2026-03-06T08:00:00+01:00" });
    let worked = json!({
        "unit": social, "startedAt": "2026-03-04T18:00:00+01:00", "completedAt": "2026-03-04T20:00:00+01:00",
    });
    review(
        &office,
        "Eins",
        &json!({ "unit": social }),
        &[
            step(&social, "2026-03-02T08:00:00+01:00"),
            step(&youth, "2026-03-04T08:00:00+01:00"),
            ("completeStep", worked),
        ],
    );
    let wrong = review(
        &office,
        "Zwei",
        &json!({}),
        &[
            step(&social, "2026-03-03T08:00:00+01:00"),
            step(&youth, "2026-03-04T08:00:00+01:00"),
            step(&youth, "2026-03-05T08:00:00+01:00"),
            ("completeStep", nobody),
        ],
    );
    let other = app.with_role("KI_OFFICER", "05774");
    let head = app.with_role("KI_HEAD", "05774");
    let (youth, social) = (unit(&head, "Jugendamt"), unit(&head, "Amt 50"));
    review(
        &other,
        "Drei",
        &json!({ "centre": "05774" }),
        &[
            step(&social, "2026-03-02T08:00:00+01:00"),
            step(&youth, "2026-03-30T08:00:00+01:00"),
        ],
    );
    let flow = |more: &Value| {
        let variables = with(json!({ "from": "2026-03-01", "to": "2026-04-01" }), more);
        office.ask(FLOW, &variables)["flow"].take()
    };
    let before = app.log()["position"].take();
    let whole = flow(&json!({}));
    sorted(|| insta::assert_json_snapshot!("flow", whole));
    assert_eq!(flow(&json!({ "subject": "REVIEW" })), whole);
    assert_eq!(
        flow(&json!({ "subject": "CASE" })),
        json!({ "handovers": [], "units": [] })
    );
    let day = flow(&json!({ "from": "2026-03-05", "to": "2026-03-06" }));
    assert_eq!(day["handovers"], json!([]));
    assert_eq!(day["units"][1]["steps"], 1);
    let retract = json!({ "commandId": command(), "id": wrong, "step": 1, "reason": "falsch" });
    office.done("retractStep", &retract, "review { id }");
    assert_eq!(flow(&json!({}))["handovers"][0]["count"], 1);
    assert_eq!(flow(&json!({ "at": before })), whole);
    let said = |code: &str, field: &str| (code.to_owned(), field.to_owned());
    let refused = |query: &str| refused(&office, query);
    let period = "from: \"2026-03-01\", to: \"2026-04-01\"";
    assert_eq!(
        refused(&format!(
            "{{ flow({period}, centres: [\"05711\", \"05774\"]) {{ units {{ steps }} }} }}"
        )),
        said("NOT_ALLOWED", "centres[1]")
    );
    let backwards = "{ flow(from: \"2026-04-01\", to: \"2026-04-01\") { units { steps } } }";
    assert_eq!(refused(backwards), said("BAD_INPUT", "to"));
}

#[test]
fn the_list_is_filtered_and_searched_by_those_who_may_read_titles() {
    let app = App::start();
    let office = app.officer();
    open_reviews(&app, &office);
    let titles = |arguments: &str| {
        let query = format!("{{ projectReviews(first: 10{arguments}) {{ nodes {{ title }} }} }}");
        let answer = office.ask(&query, &json!({}))["projectReviews"]["nodes"].take();
        let nodes = answer.as_array().unwrap().clone();
        nodes
            .iter()
            .map(|node| node["title"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(titles("").len(), 6);
    assert_eq!(
        titles(", filter: { search: \"ueberfaellig\" }"),
        ["Überfällig"]
    );
    assert_eq!(
        titles(", filter: { states: [DRAFTED, WITHDRAWN] }, order: RECORDED"),
        ["Ohne Frist", "Zurückgezogen"]
    );
    assert_eq!(
        titles(", filter: { overdueOn: \"2026-03-20\" }"),
        ["Überfällig"]
    );
    assert_eq!(titles(", filter: { open: false }"), ["Zurückgezogen"]);
    let mine = format!(", filter: {{ reviewer: \"{}\" }}", account(&office));
    assert_eq!(titles(&mine), ["Beteiligt", "Rückfrage", "Ohne Frist"]);
    let said = |code: &str, field: &str| (code.to_owned(), field.to_owned());
    let malformed = "{ projectReviews(first: 1, filter: { reviewer: \"ich\" }) { totalCount } }";
    assert_eq!(
        refused(&office, malformed),
        said("MALFORMED", "filter.reviewer")
    );
    // Texts are not for the administration, so it can't find words in them either.
    let administration = app.with_role("ADMINISTRATION", "05711");
    let read = administration.ask(
        "{ projectReviews(first: 1) { totalCount nodes { title state } } }",
        &json!({}),
    );
    assert_eq!(read["projectReviews"]["totalCount"], 6);
    assert_eq!(read["projectReviews"]["nodes"][0]["title"], Value::Null);
    let search = "{ projectReviews(first: 1, filter: { search: \"x\" }) { totalCount } }";
    assert_eq!(refused(&administration, search).0, "NOT_ALLOWED");
    for role in ["STATE_LEVEL", "OPERATOR"] {
        let outside = app.with_role(role, "05711");
        for query in [
            "{ projectReviews(first: 1) { totalCount } }",
            "{ reviewBoard { on } }",
            "{ flow(from: \"2026-03-01\", to: \"2026-04-01\") { units { steps } } }",
        ] {
            assert_eq!(refused(&outside, query).0, "NOT_ALLOWED", "{role} {query}");
        }
    }
}
