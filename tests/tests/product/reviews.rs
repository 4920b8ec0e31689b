//! Project reviews as an office works on them: from the request to the funder's decision, with what is
//! refused on the way. More than 400 lines: each step of the work is done and refused once.

use querschnitt_tests::{App, Client};
use serde_json::{Value, json};

use crate::words::{
    account, command, organisation, refusal, request, requested, sorted, unit, with,
};

/// A review and whoever works on it.
struct Work {
    officer: Client,
    head: Client,
    review: String,
}

impl Work {
    /// A review that was asked for.
    fn begun(app: &App) -> Self {
        let officer = app.officer();
        let review = requested(&officer, &request());
        Self {
            head: app.with_role("KI_HEAD", "05711"),
            officer,
            review,
        }
    }

    /// A review that the officer works on.
    fn assigned(app: &App) -> Self {
        let work = Self::begun(app);
        work.does(
            &work.head,
            "assignReview",
            json!({ "reviewer": account(&work.officer) }),
        );
        work
    }

    /// A review whose content is checked, so that the statement can be drafted.
    fn checked(app: &App) -> Self {
        let work = Self::assigned(app);
        work.does(&work.officer, "completeStep", json!({ "check": "FORMAL" }));
        let scores = json!({ "scores": [{ "criterion": "NEED", "score": 3 }] });
        work.does(&work.officer, "scoreReview", scores);
        work
    }

    /// Does a step that has to succeed.
    fn does(&self, who: &Client, mutation: &str, input: Value) -> Value {
        let input = with(input, &json!({ "commandId": command(), "id": self.review }));
        who.done(mutation, &input, "review { id state }")
    }

    /// Tries a step that has to be refused: its code, its field, its sentence.
    fn refused(&self, who: &Client, mutation: &str, input: Value) -> (String, String, String) {
        let input = with(input, &json!({ "commandId": command(), "id": self.review }));
        let payload = who.send(mutation, &input, "review { id }");
        assert_eq!(payload["review"], Value::Null, "{mutation}: {payload:#}");
        assert_eq!(payload["position"], Value::Null, "{mutation}");
        let (code, field) = refusal(&payload);
        let sentence = payload["errors"][0]["message"].as_str().unwrap().to_owned();
        (code, field, sentence)
    }

    fn state(&self) -> Value {
        self.read("state")["state"].take()
    }

    fn read(&self, selection: &str) -> Value {
        let query = format!("query($id: ID!) {{ projectReview(id: $id) {{ {selection} }} }}");
        self.officer.ask(&query, &json!({ "id": self.review }))["projectReview"].take()
    }
}

const EVERYTHING: &str = "state stateSince open receivedOn title requester applicantType
    applicant { name } applicantName programme actionAreas requestedCents municipality channel
    department { name } unit { name } visibility reference note plannedOn retracted version
    deadline { dueOn halfLeftOn fifthLeftOn extendedFrom workingDaysLeft }
    waitingFor { kind unit { name } organisation { name } account } conflicts
    steps { number unit { name } check name completedOn completedAt startedAt }
    advice { number unit { name } organisation { name } askedOn dueOn question givenOn outcome text }
    clarifications { askedOn dueOn question receivedOn answer }
    scores { criterion score note } attachments { number }
    draft { outcome text } statement { outcome issuedOn text } interimStatements { outcome issuedOn text }
    ending { occurredOn outcome reason }
    fundingDecision { decision decidedOn grantedCents note asRecommended }
    supersedes { id } supersededBy { id } versions { state }";

#[test]
fn a_review_goes_from_the_request_to_the_decision_of_the_funder() {
    let app = App::start();
    let officer = app.officer();
    let mso = organisation(&officer, "Bildungsbrücke e. V.", "MIGRANT_ORG", &[]);
    let library = organisation(&officer, "Stadtbibliothek", "CULTURE", &[]);
    let head = app.with_role("KI_HEAD", "05711");
    let [department, team, youth] =
        ["Amt 50", "50.2 Integration", "Jugendamt"].map(|name| unit(&head, name));
    let review = requested(
        &officer,
        &with(
            request(),
            &json!({
                "applicant": mso, "applicantName": null, "programme": "KOMM_AN_III",
                "requestedCents": 5_000_000_000_u64, "plannedOn": "2026-03-20", "municipality": "05711000",
                "channel": "EMAIL", "department": department, "unit": team,
                "reference": "36.02-17/26", "note": "Zweiter Antrag im Haushaltsjahr",
            }),
        ),
    );
    let work = Work {
        officer,
        head,
        review,
    };
    let (officer, head) = (&work.officer, &work.head);
    work.does(
        head,
        "assignReview",
        json!({ "reviewer": account(officer) }),
    );
    work.does(
        officer,
        "completeStep",
        json!({
            "unit": team, "check": "FORMAL", "name": "Satzung geprüft", "completedOn": "2026-03-03",
        }),
    );
    work.does(officer, "askAdvice", json!({
        "unit": youth, "occurredOn": "2026-03-04", "dueOn": "2026-03-11", "question": "Gibt es das schon?",
    }));
    work.does(
        officer,
        "askAdvice",
        json!({ "organisation": library, "occurredOn": "2026-03-04" }),
    );
    work.does(officer, "giveAdvice", json!({
        "advice": 1, "occurredOn": "2026-03-10", "outcome": "SUPPORTED", "text": "Nein, und es fehlt.",
    }));
    work.does(
        officer,
        "askClarification",
        json!({
            "occurredOn": "2026-03-11", "dueOn": "2026-03-18", "question": "Wo ist der Finanzplan?",
        }),
    );
    assert_eq!(work.state(), "CLARIFICATION_REQUESTED");
    work.does(
        officer,
        "receiveClarification",
        json!({ "occurredOn": "2026-03-16", "note": "Liegt bei." }),
    );
    work.does(
        officer,
        "extendDeadline",
        json!({
            "dueOn": "2026-04-15", "occurredOn": "2026-03-16", "reason": "Finanzplan nachgereicht",
        }),
    );
    work.does(
        officer,
        "scoreReview",
        json!({ "scores": [
        { "criterion": "NEED", "score": 4, "note": "Kein Angebot im Quartier" },
        { "criterion": "DATA_PROTECTION" },
    ] }),
    );
    work.does(
        officer,
        "completeStep",
        json!({
            "unit": youth, "check": "CONTENT",
            "startedAt": "2026-03-17T08:00:00+01:00", "completedAt": "2026-03-17T10:30:00+01:00",
        }),
    );
    work.does(
        officer,
        "draftStatement",
        json!({
            "outcome": "SUPPORTED_WITH_CONDITIONS", "text": "Mit Kinderbetreuung.",
            "occurredOn": "2026-03-18",
        }),
    );
    assert_eq!(
        work.read("draft { outcome text signedBy }")["draft"]["text"],
        "Mit Kinderbetreuung."
    );
    work.does(head, "signStatement", json!({ "occurredOn": "2026-03-19" }));
    work.does(
        officer,
        "issueStatement",
        json!({ "occurredOn": "2026-03-20" }),
    );
    work.does(
        officer,
        "recordFundingDecision",
        json!({
            "decision": "APPROVED", "decidedOn": "2026-05-04", "grantedCents": 4_900_000_000_u64,
        }),
    );
    sorted(|| insta::assert_json_snapshot!("whole_review", work.read(EVERYTHING)));
    let history = officer.ask(
        "query($id: ID!) { history(recordId: $id, first: 100) { nodes { type sentence } } }",
        &json!({ "id": work.review }),
    );
    sorted(|| insta::assert_json_snapshot!("whole_review_history", history["history"]["nodes"]));
}

/// What was refused, one line each: mutation, code, field, sentence.
fn listed(refused: &[(&str, (String, String, String))]) -> String {
    let lines = refused.iter().map(|(mutation, (code, field, sentence))| {
        format!("{mutation}: {code} {field:?}\n    {sentence}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn steps_that_cannot_be_yet_are_refused_by_code_field_and_sentence() {
    let app = App::start();
    let work = Work::begun(&app);
    let (officer, head) = (&work.officer, &work.head);
    let refused = |who: &Client, mutation: &'static str, input: Value| {
        (mutation, work.refused(who, mutation, input))
    };
    let unassigned = [
        refused(
            officer,
            "askAdvice",
            json!({ "unit": unit(head, "Jugendamt") }),
        ),
        refused(
            officer,
            "scoreReview",
            json!({ "scores": [{ "criterion": "NEED", "score": 3 }] }),
        ),
        refused(officer, "draftStatement", json!({ "outcome": "SUPPORTED" })),
        refused(head, "signStatement", json!({})),
        refused(officer, "issueStatement", json!({})),
        refused(officer, "receiveClarification", json!({})),
        refused(officer, "supersedeStatement", json!({ "reason": "neu" })),
        refused(
            officer,
            "recordFundingDecision",
            json!({ "decision": "APPROVED", "decidedOn": "2026-05-04" }),
        ),
        refused(officer, "assignReview", json!({ "reviewer": "Frau Kaya" })),
        refused(
            officer,
            "assignReview",
            json!({ "reviewer": account(officer), "cosigner": account(head) }),
        ),
    ];
    work.does(
        head,
        "assignReview",
        json!({ "reviewer": account(officer) }),
    );
    let assigned = [
        refused(officer, "askAdvice", json!({})),
        refused(
            officer,
            "askAdvice",
            json!({ "unit": "Frau Müller <mueller@example.org>" }),
        ),
        refused(officer, "giveAdvice", json!({ "advice": 1, "text": "Ja." })),
        refused(
            officer,
            "giveAdvice",
            json!({ "advice": -1, "text": "Ja." }),
        ),
        refused(
            officer,
            "scoreReview",
            json!({ "scores": [{ "criterion": "NEED", "score": 5 }] }),
        ),
        refused(
            officer,
            "scoreReview",
            json!({ "scores": [{ "criterion": "NEED" }, { "criterion": "BEAUTY" }] }),
        ),
        refused(
            officer,
            "completeStep",
            json!({ "completedOn": "1989-12-31" }),
        ),
        refused(
            officer,
            "retractStep",
            json!({ "step": 7, "reason": "doppelt" }),
        ),
        refused(
            officer,
            "extendDeadline",
            json!({ "dueOn": "2026-03-03", "reason": "früher" }),
        ),
        refused(
            officer,
            "declineReview",
            json!({ "outcome": "SUPPORTED", "reason": "nein" }),
        ),
        refused(
            officer,
            "correctReview",
            json!({ "reason": "falsch", "title": null }),
        ),
        refused(officer, "askClarification", json!({ "expectedVersion": 1 })),
    ];
    work.does(officer, "completeStep", json!({ "check": "FORMAL" }));
    let scores = json!({ "scores": [{ "criterion": "NEED", "score": 3 }] });
    work.does(officer, "scoreReview", scores);
    let checked = [
        refused(
            officer,
            "scoreReview",
            json!({ "scores": [{ "criterion": "NEED", "score": 5 }] }),
        ),
        refused(
            officer,
            "draftStatement",
            json!({ "outcome": "WITHDRAWN", "text": "Zurück." }),
        ),
        refused(
            officer,
            "draftStatement",
            json!({ "outcome": "NOT_SUPPORTED" }),
        ),
    ];
    insta::assert_snapshot!("refused_checked", listed(&checked));
    insta::assert_snapshot!("refused_unassigned", listed(&unassigned));
    insta::assert_snapshot!("refused_assigned", listed(&assigned));
    assert_eq!(
        work.read("version state"),
        json!({ "version": 4, "state": "CONTENT_CHECK" })
    );
    let request = |more: &Value| {
        let payload = officer.send("requestReview", &with(request(), more), "review { id }");
        refusal(&payload)
    };
    let said = |code: &str, field: &str| (code.to_owned(), field.to_owned());
    assert_eq!(
        request(&json!({ "dueOn": "2026-04-01" })),
        said("DUPLICATE", "termWorkingDays")
    );
    assert_eq!(
        request(&json!({ "termWorkingDays": -1 })),
        said("NUMBER_OUT_OF_RANGE", "termWorkingDays")
    );
    assert_eq!(
        request(&json!({ "requestedCents": 100_000_000_001_u64 })),
        said("NUMBER_OUT_OF_RANGE", "requestedCents")
    );
    assert_eq!(
        request(&json!({ "applicantName": null })),
        said("MISSING", "applicant")
    );
    assert_eq!(request(&json!({ "centre": "05774" })).0, "WRONG_CENTRE");
    let administration = app.with_role("ADMINISTRATION", "05711");
    let (code, _, sentence) = work.refused(&administration, "withdrawReview", json!({}));
    assert_eq!(code, "NOT_ALLOWED");
    assert!(sentence.contains("Fachkraft, Leitung"), "{sentence}");
}

#[test]
fn two_pairs_of_eyes_see_every_statement() {
    let app = App::start();
    let work = Work::checked(&app);
    let (officer, head) = (&work.officer, &work.head);
    let colleague = app.officer();
    let draft = json!({ "outcome": "SUPPORTED" });
    // The author does not sign, not even the head.
    work.does(head, "draftStatement", draft.clone());
    let (code, _, sentence) = work.refused(head, "signStatement", json!({}));
    assert_eq!(code, "NOT_ALLOWED", "{sentence}");
    // Nor does a colleague whom the head has not named.
    work.does(officer, "draftStatement", draft.clone());
    assert_eq!(
        work.refused(officer, "signStatement", json!({})).0,
        "NOT_ALLOWED"
    );
    assert_eq!(
        work.refused(&colleague, "signStatement", json!({})).0,
        "NOT_ALLOWED"
    );
    assert_eq!(
        work.refused(officer, "issueStatement", json!({})).0,
        "STATE_FORBIDS"
    );
    let named = json!({ "reviewer": account(officer), "cosigner": account(&colleague) });
    work.does(head, "assignReview", named);
    work.does(&colleague, "signStatement", json!({}));
    assert_eq!(work.state(), "COSIGNED");
    // A new draft has to be signed anew.
    work.does(officer, "draftStatement", draft);
    assert_eq!(
        work.refused(officer, "issueStatement", json!({})).0,
        "STATE_FORBIDS"
    );
    work.does(&colleague, "signStatement", json!({}));
    let other = json!({ "outcome": "NEUTRAL" });
    let (code, field, _) = work.refused(officer, "issueStatement", other);
    assert_eq!(field, "outcome", "{code}");
    work.does(officer, "issueStatement", json!({ "outcome": "SUPPORTED" }));
    let signed = work.read("draft { draftedBy signedBy } cosigner");
    assert_eq!(signed["draft"]["draftedBy"], account(officer));
    assert_eq!(signed["draft"]["signedBy"], account(&colleague));
}

#[test]
fn who_declares_a_conflict_keeps_out() {
    let app = App::start();
    let work = Work::checked(&app);
    let (officer, head) = (&work.officer, &work.head);
    work.does(officer, "draftStatement", json!({ "outcome": "SUPPORTED" }));
    work.does(
        officer,
        "declareConflict",
        json!({ "reason": "Vorstand im Verein" }),
    );
    let read = work.read("conflicts reviewer draft { outcome } waitingFor { kind }");
    assert_eq!(
        read,
        json!({
            "conflicts": [account(officer)], "reviewer": null, "draft": null,
            "waitingFor": [{ "kind": "ASSIGNMENT" }],
        })
    );
    let again = json!({ "reviewer": account(officer) });
    let (code, field, sentence) = work.refused(head, "assignReview", again);
    assert_eq!(
        (code.as_str(), field.as_str()),
        ("STATE_FORBIDS", "reviewer")
    );
    assert!(
        sentence.contains("Befangenheit") || sentence.contains("befangen"),
        "{sentence}"
    );
    let draft = json!({ "outcome": "SUPPORTED" });
    let (code, _, sentence) = work.refused(officer, "draftStatement", draft);
    assert_eq!(code, "STATE_FORBIDS");
    assert!(sentence.contains("efang"), "{sentence}");
}

#[test]
fn a_review_ends_in_other_ways_too() {
    let app = App::start();
    let end = |mutation: &str, input: Value| {
        let work = Work::assigned(&app);
        work.does(&work.officer, mutation, input);
        work.read("state open waitingFor { kind } ending { outcome reason } statement { outcome }")
    };
    let declined = json!({ "outcome": "NOT_RESPONSIBLE", "reason": "An das Jugendamt abgegeben" });
    let ends = json!([
        end(
            "withdrawReview",
            json!({ "occurredOn": "2026-03-09", "reason": "Kein Eigenanteil" })
        ),
        end("declineReview", declined),
        end("lapseReview", json!({})),
    ]);
    sorted(|| insta::assert_json_snapshot!("other_ends", ends));
}

#[test]
fn a_new_version_takes_the_place_of_an_issued_statement() {
    let app = App::start();
    let work = Work::checked(&app);
    let (officer, head) = (&work.officer, &work.head);
    work.does(
        officer,
        "draftStatement",
        json!({ "outcome": "SUPPORTED", "text": "Gut." }),
    );
    work.does(head, "signStatement", json!({}));
    work.does(officer, "issueStatement", json!({}));
    let input = json!({ "commandId": command(), "id": work.review, "reason": "Neue Auflagen" });
    let selection = "review { id state title applicantName supersedes { id } }";
    let new = officer.done("supersedeStatement", &input, selection);
    assert_eq!(new["review"]["title"], "Elterncafé im Quartier");
    assert_eq!(new["review"]["applicantName"], "Elternverein");
    assert_eq!(new["review"]["state"], "ASSIGNED");
    assert_eq!(new["review"]["supersedes"]["id"], work.review);
    let old = work.read("statement { text } supersededBy { id } newVersion { id } versions { id }");
    assert_eq!(old["statement"]["text"], "Gut.");
    assert_eq!(old["newVersion"]["id"], new["review"]["id"]);
    // Until the new one has gone out the old statement stands.
    assert_eq!(old["supersededBy"], Value::Null);
    let both = json!([{ "id": work.review }, { "id": new["review"]["id"] }]);
    assert_eq!(old["versions"], both);
    // Sent again it is the same new version, not another one.
    let again = officer.done("supersedeStatement", &input, selection);
    assert_eq!(again["review"]["id"], new["review"]["id"]);
}

#[test]
fn what_was_wrong_is_corrected_and_what_should_not_be_is_taken_back() {
    let app = App::start();
    let work = Work::assigned(&app);
    let officer = &work.officer;
    let before = app.log()["position"].take();
    work.does(officer, "correctReview", json!({
        "reason": "Tippfehler", "title": "Väterrunde", "applicantName": "Väterverein", "dueOn": null,
    }));
    work.does(
        officer,
        "completeStep",
        json!({ "unit": unit(&work.head, "Jugendamt"), "completedOn": "2026-03-04" }),
    );
    work.does(
        officer,
        "retractStep",
        json!({ "step": 1, "reason": "anderes Vorhaben" }),
    );
    let read = work.read("title applicantName deadline { dueOn } steps { number } version");
    assert_eq!(
        read,
        json!({
            "title": "Väterrunde", "applicantName": "Väterverein", "deadline": null, "steps": [], "version": 5,
        })
    );
    work.does(
        officer,
        "retractReview",
        json!({ "reason": "doppelt angelegt" }),
    );
    assert_eq!(
        work.read("retracted waitingFor { kind }"),
        json!({ "retracted": true, "waitingFor": [] })
    );
    let (code, field, _) = work.refused(officer, "lapseReview", json!({}));
    assert_eq!((code.as_str(), field.as_str()), ("STATE_FORBIDS", "id"));
    let listed = officer.ask("{ projectReviews(first: 10) { totalCount } }", &json!({}));
    assert_eq!(listed["projectReviews"]["totalCount"], 0);
    let query =
        "query($id: ID!, $at: AsOf) { projectReview(id: $id, asOf: $at) { title retracted } }";
    let then = officer.ask(query, &json!({ "id": work.review, "at": before }));
    assert_eq!(
        then["projectReview"],
        json!({ "title": "Elterncafé im Quartier", "retracted": false })
    );
}
