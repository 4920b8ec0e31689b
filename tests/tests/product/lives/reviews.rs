//! Reviews: one from the request to the funder's decision with every step there is, and one for each other end. More
//! than 400 lines: every step is done once, with everything it changes.
//!
//! What follows from the steps (who is waited for, how much of the term is left) is in the snapshots of `reviews.rs`.

use querschnitt_tests::upload;
use serde_json::{Value, json};

use crate::life::{Kind, Life, Office};
use crate::words::{self, account};

static KIND: Kind = Kind {
    query: "projectReview",
    payload: "review",
    selection: "actionAreas advice { number unit { name } organisation { name } askedOn dueOn question givenOn outcome text }
        applicant { name } applicantName applicantType attachments { number } centre { key } channel
        clarifications { number askedOn dueOn question receivedOn answer } conflicts cosigner
        deadline { dueOn extendedFrom termWorkingDays } department { name } draft { draftedBy outcome recipient signedBy text }
        ending { occurredOn outcome reason } fundingDecision { decision decidedOn grantedCents note }
        interimStatements { issuedOn outcome text } municipality note open plannedOn programme receivedAt receivedOn
        reference requestedCents requester retracted reviewer scores { criterion note score } state
        statement { issuedOn outcome text }
        steps { check completedAt completedOn name number startedAt unit { name } } newVersion { state } supersededBy { state }
        supersedes { state } title unit { name } visibility withdrawnAfter { occurredOn outcome reason }",
};

pub(super) fn live(office: &mut Office) {
    whole(office);
    corrected(office);
    superseded(office);
    ended(office);
    taken_back(office);
    out_of_conflict(office);
}

/// A request with what is always known, and what it says then.
fn requested(office: &mut Office) -> Life {
    let asked = json!({
        "centre": "05711", "receivedOn": "2026-03-02", "title": "Elterncafé", "requester": "MINISTRY",
        "applicantType": "ASSOCIATION", "applicantName": "Elternverein", "actionAreas": ["X_WORK"],
        "dueOn": "2026-04-01",
    });
    let expected = json!({
        "centre": { "key": "05711" }, "receivedOn": "2026-03-02", "title": "Elterncafé",
        "requester": "MINISTRY", "applicantType": "ASSOCIATION", "applicantName": "Elternverein",
        "actionAreas": ["X_WORK"], "deadline": { "dueOn": "2026-04-01", "extendedFrom": [], "termWorkingDays": null },
        "state": "REQUESTED", "open": true,
    });
    let (mutation, event) = ("requestReview", "review.requested");
    Life::begin(office, &KIND, mutation, asked, event, expected)
}

/// A request that the officer works on and the head signs.
fn assigned(office: &mut Office) -> Life {
    let mut life = requested(office);
    let reviewer = account(&office.officer);
    life.step_by_head(
        office,
        "assignReview",
        json!({ "reviewer": reviewer }),
        "review.assigned",
        json!({ "reviewer": reviewer, "state": "ASSIGNED" }),
    );
    life
}

fn whole(office: &mut Office) {
    let officer = office.officer.clone();
    let (me, head) = (account(&officer), account(&office.head));
    let mso = words::organisation(&officer, "Bildungsbrücke", "MIGRANT_ORG", &[]);
    let library = words::organisation(&officer, "Bibliothek", "MUNICIPAL_OFFICE", &[]);
    let unit = |name: &str| words::unit(&office.head, name);
    let (office_50, team, youth) = (unit("Amt 50"), unit("50.2 Integration"), unit("Jugendamt"));
    // Either the term or the day, either the organisation or its name: the rest is in `corrected`.
    let mut life = Life::begin(
        office,
        &KIND,
        "requestReview",
        json!({
            "centre": "05711", "receivedOn": "2026-03-02", "receivedAt": "2026-03-02T09:30:00+01:00",
            "title": "Elterncafé im Quartier", "requester": "FUNDING_AUTHORITY", "applicantType": "MSO",
            "applicant": mso, "actionAreas": ["X_PARTICIPATION"], "termWorkingDays": 20,
            "programme": "KOMM_AN_III", "requestedCents": 5_000_000, "plannedOn": "2026-03-20",
            "municipality": "05711000", "channel": "EMAIL", "department": office_50, "unit": team,
            "visibility": "INTERNAL", "reference": "36.02-17/26", "note": "Zweiter Antrag",
        }),
        "review.requested",
        json!({
            "centre": { "key": "05711" }, "receivedOn": "2026-03-02", "receivedAt": "2026-03-02T09:30:00+01:00",
            "title": "Elterncafé im Quartier", "requester": "FUNDING_AUTHORITY", "applicantType": "MSO",
            "applicant": { "name": "Bildungsbrücke" }, "actionAreas": ["X_PARTICIPATION"],
            "deadline": { "dueOn": "2026-03-30", "extendedFrom": [], "termWorkingDays": 20 }, "programme": "KOMM_AN_III",
            "requestedCents": 5_000_000, "plannedOn": "2026-03-20", "municipality": "05711000",
            "channel": "EMAIL", "department": { "name": "Amt 50" }, "unit": { "name": "50.2 Integration" },
            "visibility": "INTERNAL",
            "reference": "36.02-17/26", "note": "Zweiter Antrag", "state": "REQUESTED", "open": true,
        }),
    );
    life.step_by_head(
        office,
        "assignReview",
        json!({ "reviewer": me, "cosigner": head }),
        "review.assigned",
        json!({ "reviewer": me, "cosigner": head, "state": "ASSIGNED" }),
    );
    let step = json!({
        "unit": youth, "check": "FORMAL", "name": "Satzung geprüft", "completedOn": "2026-03-03",
        "startedAt": "2026-03-03T08:00:00+01:00", "completedAt": "2026-03-03T10:30:00+01:00",
    });
    life.step(
        office,
        "completeStep",
        step.clone(),
        "review.step_completed",
        json!({ "steps": [words::with(step, &json!({ "number": 1, "unit": { "name": "Jugendamt" } }))], "state": "FORMAL_CHECK" }),
    );
    life.step(
        office,
        "retractStep",
        json!({ "step": 1, "reason": "Anderes Vorhaben" }),
        "review.step_retracted",
        json!({ "steps": [], "state": "ASSIGNED" }),
    );
    let asked = json!({
        "number": 1, "unit": { "name": "Jugendamt" }, "organisation": null, "askedOn": "2026-03-04",
        "dueOn": "2026-03-11", "question": "Gibt es das schon?", "givenOn": null, "outcome": null, "text": null,
    });
    life.step(
        office,
        "askAdvice",
        json!({
            "unit": youth, "occurredOn": "2026-03-04", "dueOn": "2026-03-11",
            "question": "Gibt es das schon?",
        }),
        "review.advice_asked",
        json!({ "advice": [asked.clone()] }),
    );
    let of_library = json!({
        "number": 2, "unit": null, "organisation": { "name": "Bibliothek" }, "askedOn": "2026-03-05",
        "dueOn": null, "question": null, "givenOn": null, "outcome": null, "text": null,
    });
    life.step(
        office,
        "askAdvice",
        json!({ "organisation": library, "occurredOn": "2026-03-05" }),
        "review.advice_asked",
        json!({ "advice": [asked.clone(), of_library.clone()] }),
    );
    let given =
        json!({ "givenOn": "2026-03-10", "outcome": "SUPPORTED", "text": "Nein, und es fehlt." });
    life.step(
        office,
        "giveAdvice",
        json!({
            "advice": 1, "occurredOn": "2026-03-10", "outcome": "SUPPORTED", "text": "Nein, und es fehlt.",
        }),
        "review.advice_given",
        json!({ "advice": [words::with(asked, &given), of_library] }),
    );
    let clarification = |received: Value, answer: Value| {
        json!([{
            "number": 1, "askedOn": "2026-03-11", "dueOn": "2026-03-18", "question": "Wo ist der Finanzplan?",
            "receivedOn": received, "answer": answer,
        }])
    };
    life.step(
        office,
        "askClarification",
        json!({ "occurredOn": "2026-03-11", "dueOn": "2026-03-18", "question": "Wo ist der Finanzplan?" }),
        "review.clarification_asked",
        json!({
            "clarifications": clarification(Value::Null, Value::Null), "state": "CLARIFICATION_REQUESTED",
        }),
    );
    life.step(
        office,
        "receiveClarification",
        json!({ "occurredOn": "2026-03-16", "note": "Liegt bei." }),
        "review.clarification_received",
        json!({
            "clarifications": clarification(json!("2026-03-16"), json!("Liegt bei.")),
            "state": "CLARIFICATION_RECEIVED",
        }),
    );
    life.step(
        office,
        "extendDeadline",
        json!({ "dueOn": "2026-04-15", "occurredOn": "2026-03-17", "reason": "Finanzplan nachgereicht" }),
        "review.deadline_extended",
        json!({ "deadline": {
            "dueOn": "2026-04-15", "extendedFrom": ["2026-03-30"], "termWorkingDays": null,
        } }),
    );
    life.step(
        office,
        "extendDeadline",
        json!({ "byWorkingDays": 2, "occurredOn": "2026-03-17", "reason": "Urlaub" }),
        "review.deadline_extended",
        json!({ "deadline": {
            "dueOn": "2026-04-17", "extendedFrom": ["2026-03-30", "2026-04-15"], "termWorkingDays": null,
        } }),
    );
    checked(office, &mut life, 2);
    let scores = json!([
        { "criterion": "NEED", "score": 4, "note": "Kein Angebot im Quartier" },
        { "criterion": "CONCEPT_FIT", "score": 0, "note": "Passt nicht" },
    ]);
    life.step(
        office,
        "scoreReview",
        json!({ "scores": scores }),
        "review.scored",
        json!({ "scores": scores, "state": "CONTENT_CHECK" }),
    );
    let draft = |signed: Value| {
        json!({
            "outcome": "NOT_SUPPORTED", "text": "Ohne Konzept.", "recipient": "Bezirksregierung Arnsberg\n59821 Arnsberg",
            "draftedBy": me, "signedBy": signed,
        })
    };
    life.step(
        office,
        "draftStatement",
        json!({
            "outcome": "NOT_SUPPORTED", "text": "Ohne Konzept.", "occurredOn": "2026-03-18",
            "recipient": "Bezirksregierung Arnsberg\n59821 Arnsberg",
        }),
        "review.drafted",
        json!({ "draft": draft(Value::Null), "state": "DRAFTED" }),
    );
    life.step_by_head(
        office,
        "signStatement",
        json!({ "occurredOn": "2026-03-19" }),
        "review.signed",
        json!({ "draft": draft(json!(head)), "state": "COSIGNED" }),
    );
    life.step(
        office,
        "issueStatement",
        json!({ "occurredOn": "2026-03-20", "outcome": "NOT_SUPPORTED" }),
        "review.issued",
        json!({
            "state": "ISSUED", "open": false,
            "statement": { "outcome": "NOT_SUPPORTED", "issuedOn": "2026-03-20", "text": "Ohne Konzept." },
        }),
    );
    let decision = json!({
        "decision": "PARTLY_APPROVED", "decidedOn": "2026-05-04", "grantedCents": 2_000_000, "note": "Nur Räume",
    });
    life.step(
        office,
        "recordFundingDecision",
        decision.clone(),
        "review.funding_decided",
        json!({ "fundingDecision": decision, "state": "FUNDER_DECISION_RECORDED" }),
    );
}

/// The formal check as it is done at least.
fn checked(office: &mut Office, life: &mut Life, number: u32) {
    let step = json!({ "check": "FORMAL", "completedOn": "2026-03-17" });
    let shown = json!({
        "number": number, "unit": null, "name": null, "startedAt": null, "completedAt": null,
    });
    let steps = json!([words::with(step.clone(), &shown)]);
    let changes = json!({ "steps": steps, "state": "FORMAL_CHECK" });
    life.step(
        office,
        "completeStep",
        step,
        "review.step_completed",
        changes,
    );
}

fn corrected(office: &mut Office) {
    let officer = office.officer.clone();
    let mso = words::organisation(&officer, "Väterverein", "MIGRANT_ORG", &[]);
    let department = words::unit(&office.head, "Amt 51");
    let unit = words::unit(&office.head, "51.1 Jugend");
    let mut life = Life::begin(
        office,
        &KIND,
        "requestReview",
        json!({
            "centre": "05711", "receivedOn": "2026-03-02", "title": "Elterncafé", "requester": "MINISTRY",
            "applicantType": "ASSOCIATION", "applicantName": "Elternverein", "actionAreas": ["X_WORK"],
            "dueOn": "2026-04-01",
        }),
        "review.requested",
        json!({
            "centre": { "key": "05711" }, "receivedOn": "2026-03-02", "title": "Elterncafé",
            "requester": "MINISTRY", "applicantType": "ASSOCIATION", "applicantName": "Elternverein",
            "actionAreas": ["X_WORK"], "deadline": { "dueOn": "2026-04-01", "extendedFrom": [], "termWorkingDays": null },
            "state": "REQUESTED", "open": true,
        }),
    );
    life.step(
        office,
        "correctReview",
        json!({
            "receivedOn": "2026-03-03", "receivedAt": "2026-03-03T09:00:00+01:00", "title": "Väterrunde",
            "requester": "BAMF_FEDERAL", "applicantType": "MSO", "applicant": mso,
            "actionAreas": ["X_PARTICIPATION"], "dueOn": "2026-04-02", "plannedOn": "2026-03-30",
            "programme": "KOMM_AN_I", "requestedCents": 100_000, "municipality": "05711000",
            "channel": "POST", "department": department, "unit": unit, "visibility": "CONFIDENTIAL",
            "reference": "51-26", "note": "Dritter Antrag", "reason": "Akte verwechselt",
        }),
        "review.corrected",
        json!({
            "receivedOn": "2026-03-03", "receivedAt": "2026-03-03T09:00:00+01:00", "title": "Väterrunde",
            "requester": "BAMF_FEDERAL", "applicantType": "MSO", "applicant": { "name": "Väterverein" },
            "applicantName": null, "actionAreas": ["X_PARTICIPATION"],
            "deadline": { "dueOn": "2026-04-02", "extendedFrom": [], "termWorkingDays": null }, "plannedOn": "2026-03-30",
            "programme": "KOMM_AN_I", "requestedCents": 100_000, "municipality": "05711000",
            "channel": "POST", "department": { "name": "Amt 51" }, "unit": { "name": "51.1 Jugend" },
            "visibility": "CONFIDENTIAL",
            "reference": "51-26", "note": "Dritter Antrag",
        }),
    );
    life.step(
        office,
        "correctReview",
        json!({ "termWorkingDays": 10, "reason": "Steht im Anschreiben" }),
        "review.corrected",
        json!({ "deadline": { "dueOn": "2026-03-17", "extendedFrom": [], "termWorkingDays": 10 } }),
    );
    life.step(
        office,
        "correctReview",
        json!({
            "receivedAt": null, "applicantName": "Runde e. V.", "dueOn": null, "plannedOn": null,
            "programme": null, "requestedCents": null, "municipality": null, "channel": null,
            "department": null, "unit": null, "visibility": null, "reference": null, "note": null,
            "reason": "Stand nicht im Antrag",
        }),
        "review.corrected",
        json!({
            "receivedAt": null, "applicant": null, "applicantName": "Runde e. V.", "deadline": null,
            "plannedOn": null, "programme": null, "requestedCents": null, "municipality": null,
            "channel": null, "department": null, "unit": null, "visibility": null, "reference": null,
            "note": null,
        }),
    );
    life.step(
        office,
        "retractReview",
        json!({ "reason": "Doppelt angelegt" }),
        "review.retracted",
        json!({ "retracted": true, "open": false }),
    );
}

fn superseded(office: &mut Office) {
    let officer = office.officer.clone();
    let (me, head) = (account(&officer), account(&office.head));
    let mut life = assigned(office);
    checked(office, &mut life, 1);
    let scores = json!([{ "criterion": "NEED", "score": 4, "note": null }]);
    life.step(
        office,
        "scoreReview",
        json!({ "scores": [{ "criterion": "NEED", "score": 4 }] }),
        "review.scored",
        json!({ "scores": scores, "state": "CONTENT_CHECK" }),
    );
    let draft = |signed: Value| {
        json!({
            "outcome": "SUPPORTED", "text": null, "recipient": null, "draftedBy": me, "signedBy": signed,
        })
    };
    life.step(
        office,
        "draftStatement",
        json!({ "outcome": "SUPPORTED", "occurredOn": "2026-03-18" }),
        "review.drafted",
        json!({ "draft": draft(Value::Null), "state": "DRAFTED" }),
    );
    life.step_by_head(
        office,
        "signStatement",
        json!({ "occurredOn": "2026-03-19" }),
        "review.signed",
        json!({ "draft": draft(json!(head)), "state": "COSIGNED" }),
    );
    life.step(
        office,
        "issueStatement",
        json!({ "occurredOn": "2026-03-20" }),
        "review.issued",
        json!({
            "state": "ISSUED", "open": false,
            "statement": { "outcome": "SUPPORTED", "issuedOn": "2026-03-20", "text": null },
        }),
    );
    life.step_by_head(
        office,
        "correctEnding",
        json!({ "occurredOn": "2026-03-23", "reason": "Poststempel" }),
        "review.ending_corrected",
        json!({ "statement": { "outcome": "SUPPORTED", "issuedOn": "2026-03-23", "text": null } }),
    );
    // The payload is the new review; what it says is in `reviews.rs`.
    let input =
        json!({ "id": life.id, "expectedVersion": life.version(), "reason": "Neue Auflagen" });
    let (new, _) = office.send(&officer, "review", "supersedeStatement", input);
    let query =
        "query($id: ID!) { projectReview(id: $id) { state supersedes { id newVersion { id } } } }";
    let answer = officer.ask(query, &json!({ "id": new }));
    let expected = json!({
        "state": "ASSIGNED", "supersedes": { "id": life.id, "newVersion": { "id": new } },
    });
    assert_eq!(answer["projectReview"], expected);
}

fn ended(office: &mut Office) {
    for (mutation, outcome, event, state) in [
        (
            "withdrawReview",
            json!("WITHDRAWN"),
            "review.withdrawn",
            "WITHDRAWN",
        ),
        (
            "declineReview",
            json!("NOT_RESPONSIBLE"),
            "review.declined",
            "DECLINED",
        ),
        ("lapseReview", Value::Null, "review.lapsed", "LAPSED"),
    ] {
        let mut life = assigned(office);
        let mut input = json!({ "reason": "So kam es" });
        let mut day = json!("2026-03-09");
        match mutation {
            "lapseReview" => day = words::today(&office.officer),
            _ => input["occurredOn"] = day.clone(),
        }
        if mutation == "declineReview" {
            input["outcome"] = outcome.clone();
        }
        life.step(
            office,
            mutation,
            input,
            event,
            json!({
                "state": state, "open": false,
                "ending": { "occurredOn": day, "outcome": outcome, "reason": "So kam es" },
            }),
        );
        if mutation == "declineReview" {
            life.step(
                office,
                "correctEnding",
                json!({
                    "occurredOn": "2026-03-10", "outcome": "CONFLICT_OF_INTEREST", "reason": "Anders begründet",
                }),
                "review.ending_corrected",
                json!({ "ending": {
                    "occurredOn": "2026-03-10", "outcome": "CONFLICT_OF_INTEREST", "reason": "So kam es",
                } }),
            );
        }
        life.step(
            office,
            "reopenReview",
            json!({ "reason": "Doch nicht" }),
            "review.reopened",
            json!({ "state": "ASSIGNED", "open": true, "ending": null }),
        );
    }
}

/// Parts of the work that were recorded wrongly.
fn taken_back(office: &mut Office) {
    let mut life = assigned(office);
    let unit = words::unit(&office.head, "Jugendamt");
    let asked = json!({
        "number": 1, "unit": { "name": "Jugendamt" }, "organisation": null, "askedOn": "2026-03-04", "dueOn": null,
        "question": null, "givenOn": null, "outcome": null, "text": null,
    });
    life.step(
        office,
        "askAdvice",
        json!({ "unit": unit, "occurredOn": "2026-03-04" }),
        "review.advice_asked",
        json!({ "advice": [asked] }),
    );
    life.step(
        office,
        "retractAdvice",
        json!({ "advice": 1, "reason": "Anderes Vorhaben" }),
        "review.advice_retracted",
        json!({ "advice": [] }),
    );
    life.step(
        office,
        "askClarification",
        json!({ "occurredOn": "2026-03-05", "question": "Wo ist der Finanzplan?" }),
        "review.clarification_asked",
        json!({ "state": "CLARIFICATION_REQUESTED", "clarifications": [{
            "number": 1, "askedOn": "2026-03-05", "dueOn": null, "question": "Wo ist der Finanzplan?",
            "receivedOn": null, "answer": null,
        }] }),
    );
    life.step(
        office,
        "retractClarification",
        json!({ "clarification": 1, "reason": "Lag schon bei" }),
        "review.clarification_retracted",
        json!({ "state": "ASSIGNED", "clarifications": [] }),
    );
    let path = format!(
        "/reviews/{}/attachments?kind=APPLICATION&commandId={}",
        life.id,
        words::command()
    );
    let pdf = [("content-type", "application/pdf")];
    let added = upload(&office.officer, &path, &pdf, b"%PDF-1.7\n");
    assert_eq!(added.status, 201, "{:#}", added.json());
    life.elsewhere(
        office,
        "upload",
        &json!({ "attachments": [{ "number": 1 }] }),
    );
    life.step(
        office,
        "retractAttachment",
        json!({ "attachment": 1, "reason": "Falsche Akte" }),
        "review.attachment_retracted",
        json!({ "attachments": [] }),
    );
}

fn out_of_conflict(office: &mut Office) {
    let mut life = assigned(office);
    let me = account(&office.officer);
    life.step(
        office,
        "declareConflict",
        json!({ "reason": "Vorstand im Verein" }),
        "review.conflict_declared",
        json!({ "conflicts": [me], "reviewer": null }),
    );
}
