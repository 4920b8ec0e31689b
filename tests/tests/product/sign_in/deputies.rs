//! What a deputy records is of the person represented.

use querschnitt_tests::App;
use serde_json::{Value, json};

use super::browser::{Browser, ready};
use crate::words::{command, today};

const RECORD: &str = "centre: \"05711\", occurredOn: \"2026-03-10\", type: PROFESSIONAL, mode: PHONE, durationMinutes: 45, targetGroup: MIGRANT_ORG, actionAreas: [X_PARTICIPATION], note: \"in Vertretung\"";

fn sends(browser: &mut Browser, grant: &str, mutation: &str, input: &str) -> Value {
    let command = command();
    let document = format!(
        "mutation {{ {mutation}(input: {{ commandId: \"{command}\", {input} }}) {{ consultation {{ id }} errors {{ code }} }} }}"
    );
    let headers = [("querschnitt-grant", grant)];
    let answer = browser.graphql(&document, &headers).json();
    answer["data"][mutation].clone()
}

fn own_grant(browser: &mut Browser) -> String {
    let grant = browser.session()["acting"]["grant"].clone();
    grant.as_str().expect("a grant").to_owned()
}

#[test]
fn what_a_deputy_records_is_read_and_corrected_by_whom_she_represents() {
    let app = App::start();
    let mut erika = ready(&app, "erika", "CASE_MANAGER");
    let mut max = ready(&app, "max", "CASE_MANAGER");
    let mut ida = ready(&app, "ida", "CASE_MANAGER");
    let head = app.with_role("KI_HEAD", "05711");
    let (hers, his, idas) = (
        own_grant(&mut erika),
        own_grant(&mut max),
        own_grant(&mut ida),
    );
    let year: u32 = today(&head).as_str().unwrap()[..4].parse().unwrap();
    let input = json!({
        "commandId": command(), "id": max.session()["account"], "represents": erika.session()["account"],
        "grant": hers, "validTo": format!("{}-01-01", year + 1),
    });
    head.done("appointDeputy", &input, "account { id }");

    let done = sends(&mut max, &hers, "recordConsultation", RECORD);
    let id = done["consultation"]["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{done}"));
    let event = json!({
        "type": "consultation.recorded", "actor": max.session()["account"],
        "onBehalfOf": erika.session()["account"], "role": "CASE_MANAGER",
    });
    for (browser, grant, is_own) in [(&mut erika, &hers, true), (&mut ida, &idas, false)] {
        let document = format!(
            "{{ consultation(id: \"{id}\") {{ durationMinutes note }} history(recordId: \"{id}\", first: 1) {{ nodes {{ type actor onBehalfOf role }} }} }}"
        );
        let answer = browser
            .graphql(&document, &[("querschnitt-grant", grant)])
            .json();
        let note = if is_own {
            json!("in Vertretung")
        } else {
            Value::Null
        };
        let expected = json!({ "durationMinutes": 45, "note": note });
        assert_eq!(answer["data"]["consultation"], expected, "{answer}");
        assert_eq!(answer["data"]["history"]["nodes"][0], event, "{answer}");
        let input = format!("id: \"{id}\", note: \"ergänzt\", reason: \"Nachtrag\"");
        let corrected = sends(browser, grant, "correctConsultation", &input);
        let errors = if is_own {
            json!([])
        } else {
            json!([{ "code": "NOT_ALLOWED" }])
        };
        assert_eq!(corrected["errors"], errors, "{corrected}");
    }
    // In a role of his own the deputy is a colleague like any other.
    let document = format!("{{ consultation(id: \"{id}\") {{ note }} }}");
    for (grant, note) in [(&hers, json!("ergänzt")), (&his, Value::Null)] {
        let answer = max
            .graphql(&document, &[("querschnitt-grant", grant)])
            .json();
        assert_eq!(answer["data"]["consultation"]["note"], note, "{answer}");
    }
}
