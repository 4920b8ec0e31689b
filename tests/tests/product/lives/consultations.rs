//! A consultation: recorded, corrected, linked, unlinked, retracted.

use serde_json::json;

use crate::life::{Kind, Life, Office};
use crate::words;

static KIND: Kind = Kind {
    query: "consultation",
    payload: "consultation",
    selection: "centre { key } actionAreas durationMinutes language links { id } mode municipality note numberAdvised
        occurredOn organisations { name } outcome preparationMinutes programme retracted subject targetGroup taskType type
        visibility",
};

pub(super) fn live(office: &mut Office) {
    let one = words::organisation(&office.officer, "Elternverein", "MIGRANT_ORG", &[]);
    let two = words::organisation(&office.officer, "Sportverein", "MIGRANT_ORG", &[]);
    let body = words::network(&office.officer, "Runder Tisch", "WORKING_CIRCLE");
    let mut life = Life::begin(
        office,
        &KIND,
        "recordConsultation",
        json!({
            "centre": "05711", "occurredOn": "2026-03-10", "type": "PROFESSIONAL", "mode": "PHONE",
            "durationMinutes": 45, "preparationMinutes": 30, "targetGroup": "SCHOOL",
            "actionAreas": ["X_WORK"], "taskType": "ADVICE", "organisations": [one],
            "numberAdvised": 3, "language": "ARA", "outcome": "INFORMED", "programme": "KOMM_AN_III",
            "municipality": "05711000", "visibility": "INTERNAL", "subject": "Antrag auf Räume",
            "note": "Ruft wieder an.", "links": [body],
        }),
        "consultation.recorded",
        json!({
            "centre": { "key": "05711" }, "occurredOn": "2026-03-10", "type": "PROFESSIONAL",
            "mode": "PHONE", "durationMinutes": 45, "preparationMinutes": 30, "targetGroup": "SCHOOL",
            "actionAreas": ["X_WORK"], "taskType": "ADVICE", "organisations": [{ "name": "Elternverein" }],
            "numberAdvised": 3, "language": "ARA", "outcome": "INFORMED", "programme": "KOMM_AN_III",
            "municipality": "05711000", "visibility": "INTERNAL", "subject": "Antrag auf Räume",
            "note": "Ruft wieder an.", "links": [{ "id": body }],
        }),
    );
    life.step(
        office,
        "correctConsultation",
        json!({
            "occurredOn": "2026-03-11", "type": "FUNDING", "mode": "HOME_VISIT",
            "durationMinutes": 60, "preparationMinutes": 15, "targetGroup": "KITA",
            "actionAreas": ["X_WORK", "X_PARTICIPATION"], "taskType": "SUPPORT", "organisations": [one, two],
            "numberAdvised": 4, "language": "KMR", "outcome": "REFERRED", "programme": "KOMM_AN_I",
            "municipality": "05711000", "visibility": "CONFIDENTIAL", "subject": "Antrag auf Zeiten",
            "note": "Hat angerufen.", "reason": "Falsches Gespräch",
        }),
        "consultation.corrected",
        json!({
            "occurredOn": "2026-03-11", "type": "FUNDING", "mode": "HOME_VISIT",
            "durationMinutes": 60, "preparationMinutes": 15, "targetGroup": "KITA",
            "actionAreas": ["X_WORK", "X_PARTICIPATION"], "taskType": "SUPPORT",
            "organisations": [{ "name": "Elternverein" }, { "name": "Sportverein" }],
            "numberAdvised": 4, "language": "KMR", "outcome": "REFERRED", "programme": "KOMM_AN_I",
            "visibility": "CONFIDENTIAL", "subject": "Antrag auf Zeiten", "note": "Hat angerufen.",
        }),
    );
    life.step(
        office,
        "correctConsultation",
        json!({
            "taskType": null, "organisations": [], "numberAdvised": null, "language": null, "outcome": null,
            "programme": null, "municipality": null, "visibility": null, "subject": null, "note": null,
            "reason": "Stand nicht im Protokoll",
        }),
        "consultation.corrected",
        json!({
            "taskType": null, "organisations": [], "numberAdvised": null, "language": null, "outcome": null,
            "programme": null, "municipality": null, "visibility": null, "subject": null, "note": null,
        }),
    );
    life.step(
        office,
        "linkConsultation",
        json!({ "to": two }),
        "consultation.linked",
        json!({ "links": [{ "id": body }, { "id": two }] }),
    );
    life.step(
        office,
        "unlinkConsultation",
        json!({ "to": body }),
        "consultation.unlinked",
        json!({ "links": [{ "id": two }] }),
    );
    life.step(
        office,
        "retractConsultation",
        json!({ "reason": "Doppelt erfasst" }),
        "consultation.retracted",
        json!({ "retracted": true }),
    );
}
