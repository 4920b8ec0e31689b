//! No text of any record lies on the disk in the clear.

use std::path::Path;

use querschnitt_tests::App;
use serde_json::json;

use crate::words::{command, consultation, network, organisation, recorded, with};

fn contains(folder: &Path, needle: &[u8], found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            contains(&path, needle, found);
        } else if let Ok(bytes) = std::fs::read(&path)
            && bytes.windows(needle.len()).any(|window| window == needle)
        {
            found.push(path.display().to_string());
        }
    }
}

#[test]
fn no_text_lies_on_the_disk_in_the_clear() {
    const MARK: &str = "Zaunkoenig";
    let app = App::start();
    let office = app.officer();
    let club = organisation(&office, &format!("Verein {MARK}"), "MIGRANT_ORG", &[]);
    let body = network(&office, &format!("Kreis {MARK}"), "WORKING_CIRCLE");
    let texts = json!({ "subject": format!("Anliegen {MARK}"), "note": format!("Vermerk {MARK}"), "organisations": [club] });
    let (id, _) = recorded(&office, &with(consultation(), &texts));
    let reason = json!({ "commandId": command(), "id": id, "reason": format!("Grund {MARK}"), "durationMinutes": 5 });
    office.done("correctConsultation", &reason, "consultation { id }");
    let held = json!({
        "commandId": command(), "network": body, "date": "2026-02-02", "title": format!("Titel {MARK}"), "place": MARK,
        "results": MARK, "agenda": [{ "title": MARK, "result": MARK }],
        "attendances": [{ "organisation": club, "headCount": 1, "function": MARK }],
    });
    office.done("holdMeeting", &held, "meeting { id }");
    let agreed =
        json!({ "commandId": command(), "network": body, "madeOn": "2026-02-02", "subject": MARK });
    office.done("makeAgreement", &agreed, "agreement { id }");
    let mut found = Vec::new();
    contains(&app.data(), MARK.as_bytes(), &mut found);
    assert_eq!(found, Vec::<String>::new());
    assert!(!app.said().contains(MARK), "the server printed a text");
    let read = office.ask(
        "query($id: ID!) { consultation(id: $id) { note } }",
        &json!({ "id": id }),
    );
    assert_eq!(read["consultation"]["note"], format!("Vermerk {MARK}"));
}
