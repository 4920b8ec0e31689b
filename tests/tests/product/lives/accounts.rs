//! Accounts with roles, deputies and tokens, requests and orders, and break-glass: with everything they have, and read back
//! by those who may.

use querschnitt_tests::Client;
use serde_json::{Value, json};

use crate::life::Office;
use crate::words::{command, network, organisation, today};

pub(super) fn live(office: &mut Office) {
    let head = office.head.clone();
    let anna = person(office, "Anna Beispiel");
    let ben = person(office, "Ben Muster");
    let renamed = json!({ "id": anna, "name": "Anna Neumann", "login": "anna.neumann" });
    office.send(&head, "account", "renameAccount", renamed);
    for mutation in ["lockAccount", "unlockAccount"] {
        let input = json!({ "id": anna, "reason": "Gerät verloren" });
        office.send(&head, "account", mutation, input);
    }
    roles(office, &anna, &ben);
    tokens(office);
    exceptions(office);
    let list = head.ask(
        "{ accounts(first: 100, filter: { kind: PERSON, locked: false }) { totalCount nodes { id name login kind origin locked } } }",
        &json!({}),
    );
    let persons = |id: &str, name: &str, login: &str| {
        json!({
            "id": id, "name": name, "login": login, "kind": "PERSON", "origin": "LOCAL", "locked": false,
        })
    };
    assert_eq!(
        list["accounts"],
        json!({ "totalCount": 3, "nodes": [
            persons(&crate::words::account(&office.person), "Name von leitung", "leitung"),
            persons(&anna, "Anna Neumann", "anna.neumann"),
            persons(&ben, "Ben Muster", "ben.muster"),
        ] })
    );
    // Who reads no accounts learns not even that there are some.
    let officer = office.officer.clone();
    let none = officer.ask(
        "query($id: ID!) { account(id: $id) { id } }",
        &json!({ "id": anna }),
    );
    assert_eq!(none["account"], Value::Null);
    let (_, refused) = officer
        .post("{ accounts(first: 1) { totalCount } }", &json!({}))
        .expect("an answer");
    assert_eq!(refused["errors"][0]["extensions"]["code"], "NOT_ALLOWED");
}

fn person(office: &mut Office, name: &str) -> String {
    let head = office.head.clone();
    let login = name.to_lowercase().replace(' ', ".");
    let input = json!({ "kind": "PERSON", "name": name, "login": login });
    office.send(&head, "account", "registerAccount", input).0
}

/// The first day of the next year: after today and within a year.
fn end(office: &Office) -> String {
    let today = today(&office.officer);
    let year: u32 = today.as_str().expect("a day")[..4].parse().expect("a year");
    format!("{}-01-01", year + 1)
}

/// A part of an account as it says itself: its last entry.
fn last(head: &Client, account: &str, part: &str, selection: &str) -> Value {
    let document = format!("query($id: ID!) {{ account(id: $id) {{ {part} {{ {selection} }} }} }}");
    let read = head.ask(&document, &json!({ "id": account }));
    let parts = read["account"][part].as_array().expect("a list");
    parts.last().expect("one").clone()
}

fn roles(office: &mut Office, anna: &str, ben: &str) {
    let head = office.head.clone();
    let (first, end) = (today(&office.officer), end(office));
    let club = organisation(&office.officer, "Kulturverein", "MIGRANT_ORG", &[]);
    let body = network(&office.officer, "Lenkungsgruppe", "STEERING_GROUP");
    let partner = json!({
        "id": anna, "role": "PARTNER_OFFICE", "organisation": club, "validFrom": first, "validTo": end,
    });
    office.send(&head, "account", "grantRole", partner);
    let selection =
        "id role validFrom validTo revoked holds origin organisation { id } body { id }";
    let mut grant = last(&head, anna, "grants", selection);
    let id = grant["id"].take();
    let shown = |revoked: bool| {
        json!({
            "id": null, "role": "PARTNER_OFFICE", "validFrom": first, "validTo": end, "revoked": revoked,
            "holds": !revoked, "origin": "LOCAL", "organisation": { "id": club }, "body": null,
        })
    };
    assert_eq!(grant, shown(false));
    let member = json!({ "id": ben, "role": "STEERING_MEMBER", "body": body });
    office.send(&head, "account", "grantRole", member);

    let deputy = json!({
        "id": ben, "represents": anna, "grant": id, "validFrom": first, "validTo": end,
    });
    office.send(&head, "account", "appointDeputy", deputy);
    let selection = "id represents { name } grant validFrom validTo ended";
    let mut deputy = last(&head, ben, "deputies", selection);
    let deputy_id = deputy["id"].take();
    let expected = json!({
        "id": null, "represents": { "name": "Anna Neumann" }, "grant": id, "validFrom": first,
        "validTo": end, "ended": false,
    });
    assert_eq!(deputy, expected);
    let input = json!({ "id": ben, "deputy": deputy_id });
    office.send(&head, "account", "endDeputy", input);
    assert_eq!(
        last(&head, ben, "deputies", "ended"),
        json!({ "ended": true })
    );

    let input = json!({ "id": anna, "grant": id, "reason": "Projekt beendet" });
    office.send(&head, "account", "revokeRole", input);
    let selection = "role validFrom validTo revoked holds origin organisation { id } body { id }";
    let mut grant = last(&head, anna, "grants", selection);
    grant["id"] = Value::Null;
    assert_eq!(grant, shown(true));
}

fn tokens(office: &mut Office) {
    let head = office.head.clone();
    let club = organisation(&office.officer, "Elternverein", "MIGRANT_ORG", &[]);
    let body = network(&office.officer, "Beirat", "STEERING_GROUP");
    let all = json!(["READ", "WRITE"]);
    let of_partner = json!({
        "name": "Schnittstelle", "role": "PARTNER_OFFICE", "organisation": club, "scopes": all, "days": 30,
    });
    let (machine, _) = office.send(&head, "account", "issueMachineToken", of_partner);
    let of_member = json!({
        "id": machine, "name": "Abruf", "role": "STEERING_MEMBER", "body": body, "scopes": ["READ"], "days": 1,
    });
    office.send(&head, "account", "issueMachineToken", of_member);
    let token = last(
        &head,
        &machine,
        "tokens",
        "id name role scopes revoked body { id }",
    );
    let expected = json!({
        "id": token["id"], "name": "Abruf", "role": "STEERING_MEMBER", "scopes": ["READ"],
        "revoked": false, "body": { "id": body },
    });
    assert_eq!(token, expected);
    let input = json!({ "id": machine, "token": token["id"] });
    office.send(&head, "account", "revokeMachineToken", input);
    let revoked = last(&head, &machine, "tokens", "revoked");
    assert_eq!(revoked, json!({ "revoked": true }));
}

/// Somebody in this role, by a token that the head issued. It is shown once.
fn with_token(head: &Client, role: &str, scopes: &[&str]) -> Client {
    let input = json!({
        "commandId": command(), "name": "Zugang", "role": role, "scopes": scopes, "days": 1,
    });
    let selection = "secret token { id role scopes expiresAt }";
    let issued = head.done("issueMachineToken", &input, selection);
    let secret = issued["secret"].as_str().expect("a secret").to_owned();
    assert!(secret.starts_with("qst_"), "{secret}");
    let again = head.done("issueMachineToken", &input, selection);
    assert_eq!(again["secret"], Value::Null);
    assert_eq!(again["token"], issued["token"]);
    let url = format!("http://{}", head.address());
    Client::new(url, Some(secret))
}

fn exceptions(office: &mut Office) {
    let head = office.head.clone();
    let end = end(office);
    let officer = office.protection.clone();
    let who = officer.ask(
        "{ viewer { role scopes name grant grants { grant } } }",
        &json!({}),
    );
    let expected = json!({
        "role": "DATA_PROTECTION_OFFICER", "scopes": ["READ", "ACCOUNTS"], "name": "Befehlszeile", "grant": null, "grants": [],
    });
    assert_eq!(who["viewer"], expected);
    let club = organisation(&office.officer, "Sportverein", "MIGRANT_ORG", &[]);
    let audit = json!({
        "kind": "AUDIT", "records": [club], "validTo": end, "reason": "Prüfung der Förderung",
    });
    let (audit, _) = office.send(&head, "order", "openOrder", audit);
    let request = json!({
        "kind": "PERSON_REQUEST", "records": [club], "validTo": end, "reason": "Auskunft",
    });
    let (request, _) = office.send(&officer, "order", "openOrder", request);
    office.send(&officer, "order", "closeOrder", json!({ "id": request }));
    let broken = json!({ "hours": 2, "reason": "Kindeswohl" });
    let person = office.person.clone();
    let by_machine = crate::words::with(broken.clone(), &json!({ "commandId": command() }));
    let refused = crate::words::refusal(&head.send("breakGlass", &by_machine, "position"));
    assert_eq!(refused, ("NOT_ALLOWED".to_owned(), String::new()));
    let (glass, _) = office.send(&person, "glassBreak", "breakGlass", broken);
    let seen = |who: &Client| {
        let document = "{ orders(first: 5) { totalCount nodes { id kind reason open validTo records { id } } } }";
        who.ask(document, &json!({}))["orders"].take()
    };
    let order = |id: &str, kind: &str, reason: Option<&str>, open: bool, records: Value| {
        json!({
            "id": id, "kind": kind, "reason": reason, "open": open, "validTo": end, "records": records,
        })
    };
    let all = |request_reason: Option<&str>, about: Value| {
        json!({ "totalCount": 2, "nodes": [
            order(&audit, "AUDIT", Some("Prüfung der Förderung"), true, json!([{ "id": club }])),
            order(&request, "PERSON_REQUEST", request_reason, false, about),
        ] })
    };
    assert_eq!(
        seen(&officer),
        all(Some("Auskunft"), json!([{ "id": club }]))
    );
    // Who asked for what about whom is not for the head.
    assert_eq!(seen(&head), all(None, json!([])));
    let breaks = officer.ask(
        "{ glassBreaks(first: 5) { nodes { id reason account open } } }",
        &json!({}),
    );
    let by = crate::words::account(&person);
    let shown =
        |open: bool| json!([{ "id": glass, "reason": "Kindeswohl", "account": by, "open": open }]);
    assert_eq!(breaks["glassBreaks"]["nodes"], shown(true));
    office.send(
        &officer,
        "glassBreak",
        "closeBreakGlass",
        json!({ "id": glass }),
    );
    let breaks = officer.ask(
        "{ glassBreaks(first: 5) { nodes { id reason account open } } viewer { recentGlassBreaks } }",
        &json!({}),
    );
    assert_eq!(breaks["glassBreaks"]["nodes"], shown(false));
    assert_eq!(breaks["viewer"]["recentGlassBreaks"], 1);
    let none = head.ask("{ viewer { recentGlassBreaks } }", &json!({}));
    assert_eq!(none["viewer"]["recentGlassBreaks"], Value::Null);
    let (_, refused) = head
        .post("{ glassBreaks(first: 1) { totalCount } }", &json!({}))
        .expect("an answer");
    assert_eq!(refused["errors"][0]["extensions"]["code"], "NOT_ALLOWED");
    scopes_bind(&head, &office.keeper);
}

/// A token is good for what it was issued for, and nobody hands on more than that.
fn scopes_bind(head: &Client, keeper: &Client) {
    let refusal = |who: &Client, mutation: &str, input: Value| {
        let input = crate::words::with(input, &json!({ "commandId": command() }));
        crate::words::refusal(&who.send(mutation, &input, "position"))
    };
    let person = json!({ "kind": "PERSON", "name": "Niemand" });
    let reader = with_token(head, "KI_HEAD", &["READ"]);
    let code = |refusal: (String, String)| refusal.0;
    assert_eq!(
        code(refusal(&reader, "registerAccount", person)),
        "NOT_ALLOWED"
    );
    let club = json!({ "centre": "05711", "name": "Verein", "kind": "MIGRANT_ORG" });
    assert_eq!(
        code(refusal(keeper, "registerOrganisation", club)),
        "NOT_ALLOWED"
    );
    // Nobody hands on more than the own token is good for, or what would keep accounts, or another's eyes.
    for (who, role, scopes, field) in [
        (keeper, "KI_OFFICER", json!(["READ", "WRITE"]), "scopes"),
        (head, "KI_HEAD", json!(["READ", "ACCOUNTS"]), "scopes"),
        (head, "DATA_PROTECTION_OFFICER", json!(["READ"]), "role"),
    ] {
        let input = json!({ "name": "Mehr", "role": role, "scopes": scopes, "days": 1 });
        assert_eq!(
            refusal(who, "issueMachineToken", input),
            ("NOT_ALLOWED".to_owned(), field.to_owned())
        );
    }
}
