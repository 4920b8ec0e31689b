//! A network: founded, changed, with members that come and go, closed.

use serde_json::json;

use crate::life::{Kind, Life, Office};
use crate::words;

static KIND: Kind = Kind {
    query: "network",
    payload: "network",
    selection: "centre { key } actionAreas bodyType closedOn foundedOn kiRole legalNature
        members { function joinedOn leftOn organisation { name } } name note retracted",
};

pub(super) fn live(office: &mut Office) {
    let club = words::organisation(&office.officer, "Kulturverein", "MIGRANT_ORG", &[]);
    let mut life = Life::begin(
        office,
        &KIND,
        "foundNetwork",
        json!({
            "centre": "05711", "name": "Arbeitskreis Schule", "bodyType": "WORKING_CIRCLE",
            "legalNature": "VOLUNTARY", "foundedOn": "2025-01-01", "kiRole": "HOST",
            "actionAreas": ["X_WORK"], "note": "Tagt im Rathaus.",
        }),
        "network.founded",
        json!({
            "centre": { "key": "05711" }, "name": "Arbeitskreis Schule", "bodyType": "WORKING_CIRCLE",
            "legalNature": "VOLUNTARY", "foundedOn": "2025-01-01", "kiRole": "HOST",
            "actionAreas": ["X_WORK"], "note": "Tagt im Rathaus.",
        }),
    );
    life.step(
        office,
        "changeNetwork",
        json!({
            "name": "Arbeitskreis Bildung", "bodyType": "DISTRICT_CONFERENCE",
            "legalNature": "STATUTORY_PUBLIC", "kiRole": "CO_HOST", "actionAreas": ["X_PARTICIPATION"],
            "note": "Tagt online.", "occurredOn": "2025-06-01", "reason": "Beschluss",
        }),
        "network.changed",
        json!({
            "name": "Arbeitskreis Bildung", "bodyType": "DISTRICT_CONFERENCE",
            "legalNature": "STATUTORY_PUBLIC", "kiRole": "CO_HOST", "actionAreas": ["X_PARTICIPATION"],
            "note": "Tagt online.",
        }),
    );
    life.step(
        office,
        "changeNetwork",
        json!({ "legalNature": null, "kiRole": null, "actionAreas": [], "note": null }),
        "network.changed",
        json!({ "legalNature": null, "kiRole": null, "actionAreas": [], "note": null }),
    );
    let member = |left: serde_json::Value| {
        json!([{
            "function": "Vorsitz", "joinedOn": "2025-07-01", "leftOn": left,
            "organisation": { "name": "Kulturverein" },
        }])
    };
    life.step(
        office,
        "addNetworkMember",
        json!({ "organisation": club, "function": "Vorsitz", "occurredOn": "2025-07-01" }),
        "network.member_joined",
        json!({ "members": member(json!(null)) }),
    );
    life.step(
        office,
        "removeNetworkMember",
        json!({ "organisation": club, "occurredOn": "2025-12-01", "reason": "Aufgelöst" }),
        "network.member_left",
        json!({ "members": member(json!("2025-12-01")) }),
    );
    life.step(
        office,
        "correctNetworkMember",
        json!({
            "organisation": club, "membership": "2025-07-01", "joinedOn": "2025-08-01",
            "leftOn": "2025-11-01", "function": "Kasse", "reason": "Falsches Jahr",
        }),
        "network.member_corrected",
        json!({ "members": [{
            "function": "Kasse", "joinedOn": "2025-08-01", "leftOn": "2025-11-01",
            "organisation": { "name": "Kulturverein" },
        }] }),
    );
    life.step(
        office,
        "correctNetworkMember",
        json!({ "organisation": club, "leftOn": null, "function": null, "reason": "Ist noch dabei" }),
        "network.member_corrected",
        json!({ "members": [{
            "function": null, "joinedOn": "2025-08-01", "leftOn": null,
            "organisation": { "name": "Kulturverein" },
        }] }),
    );
    life.step(
        office,
        "retractNetworkMember",
        json!({ "organisation": club, "membership": "2025-08-01", "reason": "War nie dabei" }),
        "network.member_retracted",
        json!({ "members": [] }),
    );
    life.step(
        office,
        "correctNetwork",
        json!({
            "name": "Bildungskreis", "bodyType": "WORKING_CIRCLE", "legalNature": "VOLUNTARY",
            "kiRole": "PARTICIPANT", "actionAreas": ["X_WORK"], "note": "Tagt im Amt.",
            "foundedOn": "2024-06-01", "reason": "Altes Blatt",
        }),
        "network.corrected",
        json!({
            "name": "Bildungskreis", "bodyType": "WORKING_CIRCLE", "legalNature": "VOLUNTARY",
            "kiRole": "PARTICIPANT", "actionAreas": ["X_WORK"], "note": "Tagt im Amt.",
            "foundedOn": "2024-06-01",
        }),
    );
    life.step(
        office,
        "closeNetwork",
        json!({ "occurredOn": "2026-01-31", "reason": "Auftrag erfüllt" }),
        "network.closed",
        json!({ "closedOn": "2026-01-31" }),
    );
    life.step(
        office,
        "reopenNetwork",
        json!({ "reason": "Tagt weiter" }),
        "network.reopened",
        json!({ "closedOn": null }),
    );
    life.step(
        office,
        "retractNetwork",
        json!({ "reason": "Doppelt angelegt" }),
        "network.retracted",
        json!({ "retracted": true }),
    );
}
