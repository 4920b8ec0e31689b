//! An organisation of the register: entered, renamed, described, its relation, linked as a duplicate.

use serde_json::json;

use crate::life::{Kind, Life, Office};
use crate::words;

static KIND: Kind = Kind {
    query: "organisation",
    payload: "organisation",
    selection: "centre { key } district kind legalAreas municipality name note place relation retracted sameAs { name }",
};

pub(super) fn live(office: &mut Office) {
    words::organisation(&office.officer, "Treffpunkt", "MIGRANT_ORG", &[]);
    let same = words::organisation(&office.officer, "Begegnungshaus e. V.", "MIGRANT_ORG", &[]);
    let mut life = Life::begin(
        office,
        &KIND,
        "registerOrganisation",
        json!({
            "centre": "05711", "name": "Begegnungshaus", "kind": "MIGRANT_ORG",
            "legalAreas": ["SGB_II", "SGB_VIII"], "municipality": "05711000", "relation": "CONTACT",
            "place": "Markt 1, Bielefeld", "district": "Mitte", "note": "Aus der Liste des Amts.", "occurredOn": "2026-01-05",
        }),
        "organisation.registered",
        json!({
            "centre": { "key": "05711" }, "name": "Begegnungshaus", "kind": "MIGRANT_ORG",
            "legalAreas": ["SGB_II", "SGB_VIII"], "municipality": "05711000", "relation": "CONTACT",
            "place": "Markt 1, Bielefeld", "district": "Mitte", "note": "Aus der Liste des Amts.",
        }),
    );
    life.step(
        office,
        "renameOrganisation",
        json!({ "name": "Haus der Begegnung", "occurredOn": "2026-02-01", "reason": "Neue Satzung" }),
        "organisation.renamed",
        json!({ "name": "Haus der Begegnung" }),
    );
    life.step(
        office,
        "describeOrganisation",
        json!({
            "kind": "JOBCENTER", "legalAreas": ["SGB_III"], "municipality": "05711000",
            "place": "Markt 2, Bielefeld", "district": "Senne", "note": "Zieht um.", "occurredOn": "2026-03-01", "reason": "Anruf",
        }),
        "organisation.described",
        json!({
            "kind": "JOBCENTER", "legalAreas": ["SGB_III"], "place": "Markt 2, Bielefeld",
            "district": "Senne", "note": "Zieht um.",
        }),
    );
    life.step(
        office,
        "describeOrganisation",
        json!({
            "municipality": null, "place": null, "district": null, "note": null, "legalAreas": [],
        }),
        "organisation.described",
        json!({
            "municipality": null, "place": null, "district": null, "note": null, "legalAreas": [],
        }),
    );
    life.step(
        office,
        "setOrganisationRelation",
        json!({ "relation": "PARTNER", "occurredOn": "2026-03-02" }),
        "organisation.relation_set",
        json!({ "relation": "PARTNER" }),
    );
    let named = json!({ "name": "Begegnungshaus e. V." });
    life.step(
        office,
        "linkOrganisations",
        json!({ "sameAs": same, "reason": "doppelt angelegt" }),
        "organisation.linked_as_same",
        json!({ "sameAs": named }),
    );
    life.step(
        office,
        "unlinkOrganisations",
        json!({ "sameAs": same, "reason": "doch zwei" }),
        "organisation.unlinked_as_same",
        json!({ "sameAs": null }),
    );
    life.step(
        office,
        "correctOrganisation",
        json!({
            "name": "Haus der Begegnungen", "kind": "MIGRANT_ORG", "legalAreas": ["SGB_IX"],
            "municipality": "05711000", "relation": "FUNDED", "place": "Markt 3, Bielefeld", "district": "Brake", "note": "Bleibt.", "reason": "Falsch gehört",
        }),
        "organisation.corrected",
        json!({
            "name": "Haus der Begegnungen", "kind": "MIGRANT_ORG", "legalAreas": ["SGB_IX"],
            "municipality": "05711000", "relation": "FUNDED", "place": "Markt 3, Bielefeld", "district": "Brake", "note": "Bleibt.",
        }),
    );
    life.step(
        office,
        "correctOrganisation",
        json!({
            "legalAreas": [], "municipality": null, "place": null, "district": null, "relation": null,
            "note": null, "reason": "Geraten",
        }),
        "organisation.corrected",
        json!({ "legalAreas": [], "municipality": null, "place": null, "district": null, "relation": null,
            "note": null }),
    );
    life.step(
        office,
        "retractOrganisation",
        json!({ "reason": "Gibt es nicht" }),
        "organisation.retracted",
        json!({ "retracted": true }),
    );
}
