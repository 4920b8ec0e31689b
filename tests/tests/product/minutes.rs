//! What minutes say, and where organisations are, through the API.

use querschnitt_tests::App;
use serde_json::json;

use crate::words::{command, network, organisation, refusal};

const MINUTES: &str = "meeting { id version
    chair { organisation { name } function } excused { name } referred { to topic } nextOn
    headCount attendances { organisation { name } function headCount } }";

#[test]
fn minutes_say_who_led_who_was_excused_what_was_handed_on_and_when_the_next_one_is() {
    let app = App::start();
    let office = app.officer();
    let jobcenter = organisation(&office, "Jobcenter", "JOBCENTER", &["SGB_II"]);
    let club = organisation(&office, "Kulturverein", "MIGRANT_ORG", &[]);
    let body = network(&office, "AK Arbeit", "WORKING_CIRCLE");
    let input = json!({
        "commandId": command(), "network": body, "date": "2026-02-03",
        "chair": { "organisation": jobcenter, "function": "Bereichsleitung" },
        "excused": [club],
        "referred": [{ "to": "STEERING_GROUP", "topic": "Wartezeiten bei Sprachkursen" }],
        "nextOn": "2026-05-05",
        "attendances": [
            { "organisation": jobcenter, "headCount": 1, "function": "Bereichsleitung" },
            { "organisation": jobcenter, "headCount": 2, "function": "Beratung" },
        ],
    });
    let held = office.done("holdMeeting", &input, MINUTES);
    let meeting = &held["meeting"];
    assert_eq!(
        meeting["chair"],
        json!({ "organisation": { "name": "Jobcenter" }, "function": "Bereichsleitung" })
    );
    assert_eq!(meeting["excused"], json!([{ "name": "Kulturverein" }]));
    assert_eq!(
        meeting["referred"],
        json!([{ "to": "STEERING_GROUP", "topic": "Wartezeiten bei Sprachkursen" }])
    );
    assert_eq!(
        (&meeting["nextOn"], &meeting["headCount"]),
        (&json!("2026-05-05"), &json!(3))
    );
    assert_eq!(meeting["attendances"].as_array().map(Vec::len), Some(2));
    // One organisation came, whatever its functions.
    let figures = office.ask(
        r#"{ figures(keys: ["N2", "N3"], period: "2026") { total { value } } }"#,
        &json!({}),
    );
    let totals = [0, 1].map(|at| figures["figures"][at]["total"]["value"].clone());
    assert_eq!(totals, [json!(1.0), json!(3.0)]);

    let correct = json!({
        "commandId": command(), "id": meeting["id"], "reason": "anders gewesen",
        "chair": null, "excused": [], "nextOn": "2026-05-12",
    });
    let corrected = office.done("correctMeeting", &correct, MINUTES);
    assert_eq!(corrected["meeting"]["chair"], json!(null));
    assert_eq!(corrected["meeting"]["excused"], json!([]));
    assert_eq!(corrected["meeting"]["nextOn"], "2026-05-12");
    assert_eq!(corrected["meeting"]["referred"], meeting["referred"]);

    let twice = json!({
        "commandId": command(), "id": meeting["id"], "reason": "vergessen", "excused": [jobcenter],
    });
    let refused = office.send("correctMeeting", &twice, "meeting { id }");
    assert_eq!(
        refusal(&refused),
        ("DUPLICATE".to_owned(), "excused".to_owned())
    );
    let nobody =
        json!({ "commandId": command(), "id": meeting["id"], "reason": "leer", "chair": {} });
    let refused = office.send("correctMeeting", &nobody, "meeting { id }");
    assert_eq!(
        refusal(&refused),
        ("MISSING".to_owned(), "chair".to_owned())
    );

    // Who reads no texts of meetings sees that there is a chair, not its function.
    let auditor = app.with_role("AUDITOR", "05711");
    let seen = auditor.ask(
        "query($id: ID!) { networkMeeting(id: $id) { referred { to topic } nextOn } }",
        &json!({ "id": meeting["id"] }),
    );
    assert_eq!(
        seen["networkMeeting"]["referred"],
        json!([{ "to": "STEERING_GROUP", "topic": null }])
    );
    let log = std::fs::read_dir(app.data().join("log")).unwrap();
    for segment in log {
        let lines = std::fs::read(segment.unwrap().path()).unwrap();
        let lines = String::from_utf8_lossy(&lines);
        for word in ["Bereichsleitung", "Wartezeiten", "Beratung"] {
            assert!(!lines.contains(word), "{word} stands in the log");
        }
    }
}

#[test]
fn an_organisation_may_be_in_another_land_and_says_where_in_words() {
    let app = App::start();
    let office = app.officer();
    let input = json!({
        "commandId": command(), "centre": "05711", "name": "Bildungswerk Süd", "kind": "COMMUNITY_ORG",
        "municipality": "08212000", "place": "Markt 1, 76133 Karlsruhe", "district": "Innenstadt-West",
    });
    let place = "organisation { id municipality place district }";
    let payload = office.done("registerOrganisation", &input, place);
    assert_eq!(payload["organisation"]["municipality"], "08212000");
    assert_eq!(payload["organisation"]["place"], "Markt 1, 76133 Karlsruhe");
    let describe = json!({
        "commandId": command(), "id": payload["organisation"]["id"], "place": null, "district": "Südstadt",
    });
    let described = office.done("describeOrganisation", &describe, place);
    assert_eq!(described["organisation"]["place"], json!(null));
    assert_eq!(described["organisation"]["district"], "Südstadt");
    let nowhere = json!({
        "commandId": command(), "id": payload["organisation"]["id"], "municipality": "17001000",
    });
    let refused = office.send("describeOrganisation", &nowhere, "organisation { id }");
    assert_eq!(
        refusal(&refused),
        ("MALFORMED".to_owned(), "municipality".to_owned())
    );
}
