//! The units of a centre: declared and renamed with everything there is, and read back.

use serde_json::json;

use crate::life::Office;

pub(super) fn live(office: &mut Office) {
    let (head, officer) = (office.head.clone(), office.officer.clone());
    let units = || officer.ask("{ units { name declared version } }", &json!({}))["units"].take();
    let before = units().as_array().map_or(0, Vec::len);
    let declared = json!({ "centre": "05711", "name": "Zuwanderungsstelle" });
    let (id, _) = office.send(&head, "unit", "declareUnit", declared);
    let renamed = json!({
        "id": id, "name": "Zentrum für Zuwanderung", "reason": "Neue Gliederung", "expectedVersion": 1,
    });
    office.send(&head, "unit", "renameUnit", renamed);
    let shown = json!({ "name": "Zentrum für Zuwanderung", "declared": true, "version": 2 });
    let all = units();
    assert_eq!(all.as_array().map(Vec::len), Some(before + 1));
    assert!(
        all.as_array().is_some_and(|all| all.contains(&shown)),
        "{all:#}"
    );
    let read = officer.ask(
        "query($id: ID!) {
            node(id: $id) { ... on Unit { name } }
            history(recordId: $id, first: 5) { nodes { type sentence reason } } }",
        &json!({ "id": id }),
    );
    assert_eq!(
        read,
        json!({
            "node": { "name": "Zentrum für Zuwanderung" },
            "history": { "nodes": [
                { "type": "unit.declared", "sentence": "Organisationseinheit eingetragen", "reason": null },
                {
                    "type": "unit.renamed", "sentence": "Organisationseinheit umbenannt",
                    "reason": "Neue Gliederung",
                },
            ] },
        })
    );
}
