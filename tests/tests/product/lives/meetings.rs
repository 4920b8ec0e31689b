//! Meetings: planned, moved, held, approved, corrected, retracted; one that is cancelled, one that was never planned.

use serde_json::{Value, json};

use crate::life::{Kind, Life, Office};
use crate::words;

static KIND: Kind = Kind {
    query: "networkMeeting",
    payload: "meeting",
    selection: "centre { key } actionAreas agenda { number public result title vote { yes no abstained } }
        attendances { function headCount organisation { name } } cancelledBecause carriedOver { subject }
        chair { function organisation { name } } date endsAt excused { name } headCount kiRole minutesApprovedOn mode
        network { name } nextOn otherHeadCount place referred { to topic } results startsAt state title",
};

fn item(number: &str, title: &str, public: bool) -> Value {
    json!({ "number": number, "title": title, "public": public })
}

fn voted(number: &str) -> Value {
    json!({
        "number": number, "title": "Räume", "public": true, "result": "Angenommen",
        "vote": { "yes": 9, "no": 2, "abstained": 1 },
    })
}

fn topic(topic: &str) -> Value {
    json!({ "to": "STEERING_GROUP", "topic": topic })
}

pub(super) fn live(office: &mut Office) {
    let officer = office.officer.clone();
    let club = words::organisation(&officer, "Kulturverein", "MIGRANT_ORG", &[]);
    let school = words::organisation(&officer, "Schulamt", "MUNICIPAL_OFFICE", &[]);
    let authority = words::organisation(&officer, "Amt", "MUNICIPAL_OFFICE", &[]);
    let library = words::organisation(&officer, "Bibliothek", "MUNICIPAL_OFFICE", &[]);
    let input = json!({
        "centre": "05711", "name": "Integrationsrat", "bodyType": "INTEGRATION_COUNCIL",
        "legalNature": "STATUTORY_PUBLIC", "foundedOn": "2025-01-01",
    });
    let (body, _) = office.send(&officer, "network", "foundNetwork", input);
    let mut life = Life::begin(
        office,
        &KIND,
        "scheduleMeeting",
        json!({
            "network": body, "date": "2026-03-10", "startsAt": "2026-03-10T17:00:00+01:00",
            "endsAt": "2026-03-10T19:00:00+01:00", "title": "März", "place": "Rathaus", "mode": "IN_PERSON",
            "kiRole": "HOST", "actionAreas": ["X_WORK"], "agenda": [item("1", "Begrüßung", true)],
        }),
        "meeting.scheduled",
        json!({
            "centre": { "key": "05711" }, "network": { "name": "Integrationsrat" }, "state": "SCHEDULED",
            "date": "2026-03-10", "startsAt": "2026-03-10T17:00:00+01:00",
            "endsAt": "2026-03-10T19:00:00+01:00", "title": "März", "place": "Rathaus", "mode": "IN_PERSON",
            "kiRole": "HOST", "actionAreas": ["X_WORK"], "otherHeadCount": 0, "headCount": 0,
            "agenda": [{ "number": "1", "title": "Begrüßung", "public": true, "result": null, "vote": null }],
        }),
    );
    life.step(
        office,
        "rescheduleMeeting",
        json!({
            "date": "2026-03-17", "startsAt": "2026-03-17T17:30:00+01:00",
            "endsAt": "2026-03-17T19:30:00+01:00", "title": "März, neu", "place": "Stadthalle",
            "mode": "HYBRID", "kiRole": "CO_HOST", "actionAreas": ["X_PARTICIPATION"],
            "agenda": [item("1", "Begrüßung", true), item("2", "Räume", false)], "reason": "Streik",
        }),
        "meeting.rescheduled",
        json!({
            "date": "2026-03-17", "startsAt": "2026-03-17T17:30:00+01:00",
            "endsAt": "2026-03-17T19:30:00+01:00", "title": "März, neu", "place": "Stadthalle",
            "mode": "HYBRID", "kiRole": "CO_HOST", "actionAreas": ["X_PARTICIPATION"],
            "agenda": [
                { "number": "1", "title": "Begrüßung", "public": true, "result": null, "vote": null },
                { "number": "2", "title": "Räume", "public": false, "result": null, "vote": null },
            ],
        }),
    );
    life.step(
        office,
        "holdMeeting",
        json!({
            "date": "2026-03-18", "startsAt": "2026-03-18T17:00:00+01:00",
            "endsAt": "2026-03-18T20:00:00+01:00", "title": "Märzsitzung", "place": "Aula", "mode": "VIDEO",
            "kiRole": "HOST", "actionAreas": ["X_WORK"], "agenda": [voted("1")],
            "attendances": [
                { "organisation": school, "headCount": 1, "function": "Leitung" },
                { "organisation": club, "headCount": 2, "function": "Vorstand" },
            ],
            "otherHeadCount": 5, "results": "Es geht los.",
            "chair": { "organisation": club, "function": "Vorsitz" }, "excused": [authority, library],
            "referred": [topic("Wohnen"), topic("Sprache")], "nextOn": "2026-05-05",
        }),
        "meeting.held",
        json!({
            "state": "HELD", "date": "2026-03-18", "startsAt": "2026-03-18T17:00:00+01:00",
            "endsAt": "2026-03-18T20:00:00+01:00", "title": "Märzsitzung", "place": "Aula", "mode": "VIDEO",
            "kiRole": "HOST", "actionAreas": ["X_WORK"], "agenda": [voted("1")],
            "attendances": [
                { "organisation": { "name": "Kulturverein" }, "headCount": 2, "function": "Vorstand" },
                { "organisation": { "name": "Schulamt" }, "headCount": 1, "function": "Leitung" },
            ],
            "otherHeadCount": 5, "headCount": 8, "results": "Es geht los.",
            "chair": { "organisation": { "name": "Kulturverein" }, "function": "Vorsitz" },
            "excused": [{ "name": "Amt" }, { "name": "Bibliothek" }],
            "referred": [topic("Wohnen"), topic("Sprache")], "nextOn": "2026-05-05",
        }),
    );
    life.step(
        office,
        "correctMeeting",
        json!({
            "date": "2026-03-19", "startsAt": "2026-03-19T17:00:00+01:00",
            "endsAt": "2026-03-19T20:00:00+01:00", "title": "Sitzung im März", "place": "Mensa",
            "mode": "HYBRID", "kiRole": "PARTICIPANT", "actionAreas": ["X_PARTICIPATION"],
            "agenda": [item("1", "Begrüßung", true), voted("2")],
            "attendances": [{ "organisation": club, "headCount": 3, "function": "Kasse" }],
            "otherHeadCount": 6, "results": "Es ging los.",
            "chair": { "organisation": library, "function": "Leitung" }, "excused": [authority],
            "referred": [topic("Arbeit")], "nextOn": "2026-05-12", "reason": "Falsches Blatt",
        }),
        "meeting.corrected",
        json!({
            "date": "2026-03-19", "startsAt": "2026-03-19T17:00:00+01:00",
            "endsAt": "2026-03-19T20:00:00+01:00", "title": "Sitzung im März", "place": "Mensa",
            "mode": "HYBRID", "kiRole": "PARTICIPANT", "actionAreas": ["X_PARTICIPATION"],
            "agenda": [
                { "number": "1", "title": "Begrüßung", "public": true, "result": null, "vote": null },
                voted("2"),
            ],
            "attendances": [{ "organisation": { "name": "Kulturverein" }, "headCount": 3, "function": "Kasse" }],
            "otherHeadCount": 6, "headCount": 9, "results": "Es ging los.",
            "chair": { "organisation": { "name": "Bibliothek" }, "function": "Leitung" },
            "excused": [{ "name": "Amt" }], "referred": [topic("Arbeit")], "nextOn": "2026-05-12",
        }),
    );
    life.step(
        office,
        "correctMeeting",
        json!({
            "startsAt": null, "endsAt": null, "title": null, "place": null, "mode": null, "kiRole": null,
            "actionAreas": [], "agenda": [], "attendances": [], "otherHeadCount": 0, "results": null,
            "chair": null, "excused": [], "referred": [], "nextOn": null, "reason": "Nichts davon ist belegt",
        }),
        "meeting.corrected",
        json!({
            "startsAt": null, "endsAt": null, "title": null, "place": null, "mode": null, "kiRole": null,
            "actionAreas": [], "agenda": [], "attendances": [], "otherHeadCount": 0, "headCount": 0,
            "results": null, "chair": null, "excused": [], "referred": [], "nextOn": null,
        }),
    );
    life.step(
        office,
        "approveMinutes",
        json!({ "occurredOn": "2026-04-14" }),
        "meeting.minutes_approved",
        json!({ "minutesApprovedOn": "2026-04-14" }),
    );
    life.step(
        office,
        "withdrawMinutesApproval",
        json!({ "reason": "Vertagt" }),
        "meeting.approval_withdrawn",
        json!({ "minutesApprovedOn": null }),
    );
    life.step(
        office,
        "retractMeeting",
        json!({ "reason": "Doppelt erfasst" }),
        "meeting.retracted",
        json!({ "state": "RETRACTED" }),
    );

    let mut cancelled = Life::begin(
        office,
        &KIND,
        "scheduleMeeting",
        json!({ "network": body, "date": "2026-05-05" }),
        "meeting.scheduled",
        json!({
            "centre": { "key": "05711" }, "network": { "name": "Integrationsrat" }, "state": "SCHEDULED",
            "date": "2026-05-05", "otherHeadCount": 0, "headCount": 0,
        }),
    );
    cancelled.step(
        office,
        "cancelMeeting",
        json!({ "reason": "Raum fehlt" }),
        "meeting.cancelled",
        json!({ "state": "CANCELLED", "cancelledBecause": "Raum fehlt" }),
    );
    cancelled.step(
        office,
        "reinstateMeeting",
        json!({ "reason": "Raum gefunden" }),
        "meeting.reinstated",
        json!({ "state": "SCHEDULED", "cancelledBecause": null }),
    );

    Life::begin(
        office,
        &KIND,
        "holdMeeting",
        json!({ "network": body, "date": "2026-06-02", "otherHeadCount": 4 }),
        "meeting.held",
        json!({
            "centre": { "key": "05711" }, "network": { "name": "Integrationsrat" }, "state": "HELD",
            "date": "2026-06-02", "otherHeadCount": 4, "headCount": 4,
        }),
    );
}
