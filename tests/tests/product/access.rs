//! Who sees what: nothing without a token, the own centre only with one.

use querschnitt_tests::{App, Client};
use serde_json::json;

use crate::words::{account, command, consultation, network, organisation, recorded, today};

#[test]
fn without_a_token_nothing_is_readable() {
    let app = App::start();
    for client in [
        app.anonymous(),
        Client::new(app.url(), Some("falsch".into())),
        Client::new(
            app.url(),
            Some(format!("{}x", app.token("KI_HEAD", "05711"))),
        ),
    ] {
        for document in [
            "{ centres { key } }",
            "{ __typename }",
            "{ __schema { types { name } } }",
        ] {
            let (status, body) = client.post(document, &json!({})).unwrap();
            assert_eq!(status, 401, "{document}: {body}");
            assert!(body.get("data").is_none(), "{document}: {body}");
        }
    }
}

#[test]
fn a_token_sees_its_own_centre_only() {
    let app = App::start();
    let bielefeld = app.officer();
    let paderborn = app.with_role("KI_HEAD", "05774");
    let club = organisation(&bielefeld, "Kulturverein", "MIGRANT_ORG", &[]);
    let body = network(&bielefeld, "Arbeitskreis", "WORKING_CIRCLE");
    let (id, _) = recorded(&bielefeld, &consultation());
    let answer = paderborn.ask(
        "query($c: ID!, $o: ID!, $n: ID!) {
            consultation(id: $c) { id } organisation(id: $o) { id } network(id: $n) { id } node(id: $c) { id }
            cooperation(organisationId: $o) { consultationCount }
            history(recordId: $c, first: 5) { nodes { type } }
            consultations(first: 5) { totalCount } organisations(first: 5) { totalCount }
            events(first: 5) { nodes { type } }
            figures(keys: [\"B1\"], period: \"2026\") { total { value } } }",
        &json!({ "c": id, "o": club, "n": body }),
    );
    let nothing = json!({
        "consultation": null, "organisation": null, "network": null, "node": null, "cooperation": null,
        "history": { "nodes": [] }, "consultations": { "totalCount": 0 }, "organisations": { "totalCount": 0 },
        // The own account and its token.
        "events": { "nodes": [{ "type": "account.registered" }, { "type": "account.token_issued" }] }, "figures": [{ "total": { "value": 0.0 } }],
    });
    assert_eq!(answer, nothing);
    // A record of another centre is refused as one that does not exist at all.
    let foreign =
        json!({ "commandId": command(), "id": id, "reason": "Versuch", "durationMinutes": 1 });
    let absent = json!({ "commandId": command(), "id": "Y_____________________w", "reason": "Versuch", "durationMinutes": 1 });
    let [one, two] = [foreign, absent]
        .map(|input| paderborn.send("correctConsultation", &input, "consultation { id }"));
    assert_eq!(one["errors"][0]["code"], "UNKNOWN_ID");
    assert_eq!(one["errors"][0]["code"], two["errors"][0]["code"]);
    assert_eq!(one["errors"][0]["field"], two["errors"][0]["field"]);
}

#[test]
fn roles_write_what_the_matrix_lets_them() {
    let app = App::start();
    for (role, allowed) in [
        ("KI_OFFICER", true),
        ("KI_HEAD", true),
        ("CASE_MANAGER", true),
        ("ADMINISTRATION", false),
        ("KIM_COORDINATOR", false),
        ("AUDITOR", false),
        ("STATE_LEVEL", false),
        ("OPERATOR", false),
    ] {
        let payload = app.with_role(role, "05711").send(
            "recordConsultation",
            &consultation(),
            "consultation { type }",
        );
        let refused = payload["errors"][0]["code"] == "NOT_ALLOWED";
        assert_eq!(refused, !allowed, "{role}: {payload}");
    }
}

#[test]
fn texts_of_consultations_are_for_roles_that_may_read_them() {
    let app = App::start();
    let office = app.officer();
    let mut input = consultation();
    input["note"] = json!("vertraulicher Vermerk");
    let (id, _) = recorded(&office, &input);
    let question = "query($id: ID!) { consultation(id: $id) { note durationMinutes } }";
    let note = |client: &Client| {
        client.ask(question, &json!({ "id": id }))["consultation"]["note"].clone()
    };
    assert_eq!(note(&office), "vertraulicher Vermerk");
    assert_eq!(note(&app.with_role("ADMINISTRATION", "05711")), json!(null));
    assert_eq!(note(&app.with_role("AUDITOR", "05711")), json!(null));
}

const WHO: &str = "{ viewer { account grants { grant role } } }";

/// A token for a machine that somebody issues, and its entry.
fn issued(who: &Client) -> (Client, serde_json::Value) {
    let input = json!({
        "commandId": command(), "name": "Abruf", "role": "KI_OFFICER", "scopes": ["READ"], "days": 366,
    });
    let mut done = who.done(
        "issueMachineToken",
        &input,
        "secret account { id } token { id expiresAt state }",
    );
    assert_eq!(done["token"]["state"], "COUNTS");
    let secret = done["secret"].as_str().unwrap().to_owned();
    let url = format!("http://{}", who.address());
    (Client::new(url, Some(secret)), done.take())
}

fn counts(token: &Client) -> bool {
    match token.post("{ viewer { role } }", &json!({})).unwrap().0 {
        200 => true,
        401 => false,
        other => panic!("{other}"),
    }
}

#[test]
fn a_token_ends_with_the_right_it_was_issued_in() {
    let app = App::start();
    // Issued on the command line: they go on, whatever becomes of people.
    let machine = app.with_role("KI_HEAD", "05711");
    let person = app.person("leitung", "KI_HEAD");
    let deputy = app.person("vertretung", "KI_OFFICER");
    let grant = person.ask(WHO, &json!({}))["viewer"]["grants"][0]["grant"].take();
    let grant = grant.as_str().unwrap().to_owned();
    let head = account(&person);
    let (own, entry) = issued(&person);
    let state = || {
        let query = "query($id: ID!) { account(id: $id) { tokens { state } } }";
        let id = &entry["account"]["id"];
        machine.ask(query, &json!({ "id": id }))["account"]["tokens"][0]["state"].take()
    };
    assert!(counts(&own));
    for (command, expected, says) in [
        (
            "lock",
            "ISSUER_LOCKED",
            "Konto gesperrt, das es ausgestellt hat",
        ),
        ("unlock", "COUNTS", "gilt"),
    ] {
        assert_eq!(app.cli(&["account", command, "leitung"]).0, 0);
        assert_eq!(counts(&own), expected == "COUNTS");
        assert_eq!(state(), expected);
        assert!(app.cli(&["token", "list"]).1.contains(says));
    }

    // A deputy's ends at the latest with the days of the deputy.
    let year = today(&machine).as_str().unwrap()[..4].to_owned();
    let next: u32 = year.parse::<u32>().unwrap() + 1;
    let input = json!({
        "commandId": command(), "id": account(&deputy), "represents": head, "grant": grant,
        "validTo": format!("{next}-01-01"),
    });
    let done = machine.done("appointDeputy", &input, "account { deputies { id } }");
    let (deputed, of_deputy) = issued(&deputy.acting(&grant));
    let midnight = format!("{year}-12-31T23:00:00Z");
    assert_eq!(of_deputy["token"]["expiresAt"], json!(midnight));
    assert!(counts(&deputed));
    let input = json!({
        "commandId": command(), "id": account(&deputy), "deputy": done["account"]["deputies"][0]["id"],
    });
    machine.done("endDeputy", &input, "position");
    assert!(!counts(&deputed));
    assert!(counts(&own));

    let input = json!({ "commandId": command(), "id": head, "grant": grant });
    machine.done("revokeRole", &input, "account { id }");
    assert!(!counts(&own));
    assert_eq!(state(), "ISSUER_WITHOUT_RIGHT");
    assert!(counts(&machine));
}
