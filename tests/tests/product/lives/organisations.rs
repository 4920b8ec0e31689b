//! An organisation of the register: entered, renamed, described, its relation, linked as a duplicate.

use serde_json::json;

use crate::life::{Kind, Life, Office};
use crate::words;

static KIND: Kind = Kind {
    query: "organisation",
    payload: "organisation",
    selection: "centre { key } kind legalAreas municipality name note relation sameAs { name }",
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
            "note": "Aus der Liste des Amts.", "occurredOn": "2026-01-05",
        }),
        "organisation.registered",
        json!({
            "centre": { "key": "05711" }, "name": "Begegnungshaus", "kind": "MIGRANT_ORG",
            "legalAreas": ["SGB_II", "SGB_VIII"], "municipality": "05711000", "relation": "CONTACT",
            "note": "Aus der Liste des Amts.",
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
            "note": "Zieht um.", "occurredOn": "2026-03-01", "reason": "Anruf",
        }),
        "organisation.described",
        json!({ "kind": "JOBCENTER", "legalAreas": ["SGB_III"], "note": "Zieht um." }),
    );
    life.step(
        office,
        "describeOrganisation",
        json!({ "municipality": null, "note": null, "legalAreas": [] }),
        "organisation.described",
        json!({ "municipality": null, "note": null, "legalAreas": [] }),
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
}
