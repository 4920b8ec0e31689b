//! Agreements: made, changed, fulfilled; and one that is dropped.

use serde_json::{Value, json};

use crate::life::{Kind, Life, Office};
use crate::words;

static KIND: Kind = Kind {
    query: "agreement",
    payload: "agreement",
    selection:
        "centre { key } dueOn madeOn meeting { id } network { id } overdue(on: \"2026-06-01\")
        responsible { name } retracted settledNote settledOn state subject",
};

pub(super) fn live(office: &mut Office) {
    let officer = office.officer.clone();
    let jobcenter = words::organisation(&officer, "Jobcenter", "JOBCENTER", &[]);
    let school = words::organisation(&officer, "Schulamt", "MUNICIPAL_OFFICE", &[]);
    let body = words::network(&officer, "Arbeitskreis Arbeit", "WORKING_CIRCLE");
    let held = json!({ "network": body, "date": "2026-02-03" });
    let (meeting, _) = office.send(&officer, "meeting", "holdMeeting", held);
    let made = json!({
        "network": body, "meeting": meeting, "madeOn": "2026-02-03", "subject": "Ansprechperson benennen",
        "responsible": jobcenter, "dueOn": "2026-03-01",
    });
    let expected = json!({
        "centre": { "key": "05711" }, "network": { "id": body }, "meeting": { "id": meeting },
        "madeOn": "2026-02-03", "subject": "Ansprechperson benennen", "responsible": { "name": "Jobcenter" },
        "dueOn": "2026-03-01", "overdue": true, "state": "OPEN",
    });
    let begin = |office: &mut Office, made: &Value| {
        let (made, expected) = (made.clone(), expected.clone());
        Life::begin(
            office,
            &KIND,
            "makeAgreement",
            made,
            "agreement.made",
            expected,
        )
    };
    let mut life = begin(office, &made);
    life.step(
        office,
        "changeAgreement",
        json!({
            "subject": "Zwei Ansprechpersonen benennen", "responsible": school, "dueOn": "2026-07-01",
            "reason": "Umzug",
        }),
        "agreement.changed",
        json!({
            "subject": "Zwei Ansprechpersonen benennen", "responsible": { "name": "Schulamt" },
            "dueOn": "2026-07-01", "overdue": false,
        }),
    );
    life.step(
        office,
        "changeAgreement",
        json!({ "responsible": null, "dueOn": null, "reason": "offen" }),
        "agreement.changed",
        json!({ "responsible": null, "dueOn": null }),
    );
    life.step(
        office,
        "fulfilAgreement",
        json!({ "occurredOn": "2026-05-20", "note": "Steht im Netz." }),
        "agreement.fulfilled",
        json!({ "state": "FULFILLED", "settledOn": "2026-05-20", "settledNote": "Steht im Netz." }),
    );

    life.step(
        office,
        "correctAgreement",
        json!({
            "madeOn": "2026-02-04", "subject": "Drei Ansprechpersonen benennen", "responsible": jobcenter,
            "dueOn": "2026-08-01", "reason": "Falsches Protokoll",
        }),
        "agreement.corrected",
        json!({
            "madeOn": "2026-02-04", "subject": "Drei Ansprechpersonen benennen",
            "responsible": { "name": "Jobcenter" }, "dueOn": "2026-08-01",
        }),
    );
    life.step(
        office,
        "correctAgreement",
        json!({ "responsible": null, "dueOn": null, "reason": "Stand nicht darin" }),
        "agreement.corrected",
        json!({ "responsible": null, "dueOn": null }),
    );
    life.step(
        office,
        "reopenAgreement",
        json!({ "reason": "Stimmt nicht" }),
        "agreement.reopened",
        json!({ "state": "OPEN", "settledOn": null, "settledNote": null }),
    );
    life.step(
        office,
        "retractAgreement",
        json!({ "reason": "Nie getroffen" }),
        "agreement.retracted",
        json!({ "retracted": true }),
    );

    let mut other = begin(office, &made);
    let today = words::today(&officer);
    other.step(
        office,
        "dropAgreement",
        json!({ "reason": "Kein Geld" }),
        "agreement.dropped",
        json!({
            "state": "DROPPED", "settledOn": today, "settledNote": "Kein Geld", "overdue": false,
        }),
    );
}
