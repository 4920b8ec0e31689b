//! Break-glass is shown to the data-protection officer without being asked for, and that it was shown is recorded.

use querschnitt_tests::App;
use serde_json::json;

use super::browser::ready;
use crate::words::command;

#[test]
fn the_data_protection_officer_is_shown_break_glass() {
    let app = App::start();
    let mut officer = ready(&app, "datenschutz", "DATA_PROTECTION_OFFICER");
    let heading = "Notzugriffe der letzten 30 Tage";
    assert!(!officer.get("/konto").body.contains(heading));
    let head = app.person("leitung", "KI_HEAD");
    let input = json!({ "commandId": command(), "hours": 1, "reason": "Gefahr <für> ein Kind" });
    let broken = head.done("breakGlass", &input, "glassBreak { id }");
    let glass = &broken["glassBreak"]["id"];

    let page = officer.get("/konto").body;
    assert!(page.contains(heading), "{page}");
    assert!(page.contains("Name von leitung, geöffnet am "), "{page}");
    assert!(
        page.contains("Grund: Gefahr &lt;für&gt; ein Kind"),
        "{page}"
    );
    assert!(!page.contains("vorher beendet"), "{page}");
    let asked = officer.graphql("{ viewer { recentGlassBreaks } }", &[]);
    assert_eq!(asked.json()["data"]["viewer"]["recentGlassBreaks"], 1);
    // Nobody else is, not even who broke it.
    let (_, page) = head.get("/konto").unwrap();
    assert!(!page.contains(heading), "{page}");
    let mut administration = ready(&app, "verwaltung", "ADMINISTRATION");
    assert!(!administration.get("/konto").body.contains(heading));
    // What the page showed is told like everything that is read.
    let protection = app.with_role("DATA_PROTECTION_OFFICER", "05711");
    let query = "query($r: ID!) { accessLog(record: $r, first: 9) { nodes { operation operationFields purpose cells } } }";
    let told = protection.ask(query, &json!({ "r": glass }));
    let shown = json!({
        "operation": "PAGE", "operationFields": ["/konto"], "purpose": "DATA_PROTECTION",
        "cells": ["ACCESS_LOG_ENTRIES"],
    });
    let entries = told["accessLog"]["nodes"].as_array().unwrap();
    assert!(entries.contains(&shown), "{told}");

    // Who broke it can end it; it goes on being shown.
    let input = json!({ "commandId": command(), "id": glass });
    let closed = head.done("closeBreakGlass", &input, "glassBreak { open }");
    assert_eq!(closed["glassBreak"]["open"], false);
    assert!(officer.get("/konto").body.contains("vorher beendet"));
}
