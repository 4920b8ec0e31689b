//! Attacks by documents.

use querschnitt_tests::{App, Client, EventStream, ServerOptions, Socket};
use serde_json::{Value, json};

use super::{JSON, MUTATION, code, encoded, send, start, untouched};
use crate::words::{consultation, organisation, recorded};

/// The answer to a document that has to be refused before it runs.
fn refused(client: &Client, document: &str) -> Value {
    let (status, body) = client.post(document, &json!({})).expect("an answer");
    let shown: String = document.chars().take(80).collect();
    assert_eq!(status, 400, "{shown}: {body}");
    assert!(body.get("data").is_none(), "{shown}: {body}");
    body
}

#[test]
fn overloads_are_refused_before_anything_runs() {
    let (_app, officer) = start();
    let aliases: String = (0..101).map(|n| format!("a{n}: __typename ")).collect();
    let spread = |number: usize| "...F ".repeat(number);
    for (what, document, expected) in [
        ("aliases", format!("{{ {aliases} }}"), "TOO_MANY_ALIASES"),
        ("aliases in a fragment", format!("{{ ...F }} fragment F on Query {{ {aliases} }}"), "TOO_MANY_ALIASES"),
        ("a field again and again", format!("{{ {} }}", "__typename ".repeat(500)), "TOO_MANY_ROOT_FIELDS"),
        ("a field below", format!("{{ log {{ {} }} }}", "size ".repeat(2_100)), "TOO_MANY_FIELDS"),
        ("unknown directives", format!("{{ __typename {} }}", "@aa ".repeat(30)), "TOO_MANY_DIRECTIVES"),
        ("directives", format!("{{ __typename {} }}", "@include(if: true) ".repeat(30)), "TOO_MANY_DIRECTIVES"),
        ("directives of the operation", format!("query {} {{ __typename }}", "@aa ".repeat(30)), "TOO_MANY_DIRECTIVES"),
        ("a fragment in itself", "{ ...A } fragment A on Query { ...A }".into(), "FRAGMENT_CYCLE"),
        ("two fragments in each other", "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }".into(), "FRAGMENT_CYCLE"),
        ("a cycle nobody uses", "{ __typename } fragment A on Query { ...A }".into(), "FRAGMENT_CYCLE"),
        ("fragments that multiply", format!(
            "{{ {} }} fragment F on Query {{ {} }} fragment G on Query {{ {} }} fragment H on Query {{ log {{ size }} }}",
            spread(20), "...G ".repeat(40), "...H ".repeat(40),
        ), "TOO_MANY_ROOT_FIELDS"),
        ("depth", format!("{}log {{ size }}{}", "{ ... on Query ".repeat(60), " }".repeat(60)), "TOO_DEEP"),
        ("open brackets", "[".repeat(10_000), "TOO_DEEP"),
        ("tokens", format!("{{ {} }}", "a ".repeat(10_000)), "TOO_MANY_TOKENS"),
        ("a page of all", "{ organisations(first: 100000) { nodes { id } } }".into(), "PAGE_SIZE"),
        ("no page", "{ organisations { nodes { id } } }".into(), "PAGE_SIZE"),
        ("a negative page", "{ organisations(first: -1) { nodes { id } } }".into(), "PAGE_SIZE"),
        ("pages in pages", "{ networks(first: 100) { nodes { meetings(first: 100) { nodes { agreements(first: 100) { nodes { id } } } } } } }".into(), ""),
        ("many operations", format!("query A {{ __typename }} {}", (0..50).map(|n| format!("query B{n} {{ {aliases} }} ")).collect::<String>()), ""),
    ] {
        let body = refused(&officer, &document);
        let found = code(&body);
        assert!(!found.is_empty() && (expected.is_empty() || found == expected), "{what}: {body}");
    }
    untouched(&officer);
}

/// A socket is no way around the rate of an account.
#[test]
fn operations_on_a_socket_count_like_requests() {
    let app = App::start_with(ServerOptions {
        arguments: Vec::new(),
        environment: vec![("QUERSCHNITT_RATES_PER_ACCOUNT".into(), "8".into())],
    });
    let officer = app.officer();
    let mut socket = Socket::open(&officer).expect("a socket");
    let mut ask = || {
        socket
            .subscribe("{ __typename }", &json!({}))
            .expect("sent");
        let message = socket.receive().expect("a message");
        if message["type"] == "next" {
            assert_eq!(socket.receive().expect("a message")["type"], "complete");
        }
        message
    };
    assert_eq!(
        [ask()["type"].take(), ask()["type"].take()],
        ["next", "next"]
    );
    let refused = ask();
    assert_eq!(
        refused["payload"][0]["extensions"]["code"], "TOO_MANY_REQUESTS",
        "{refused}"
    );
    let (status, _) = officer.post("{ __typename }", &json!({})).unwrap();
    assert_eq!(status, 429);
    // Another account has its own.
    assert_eq!(
        app.officer().post("{ __typename }", &json!({})).unwrap().0,
        200
    );
}

#[test]
fn a_batch_is_refused_on_every_way_in() {
    let (_app, officer) = start();
    let one = json!({ "query": "{ __typename }" });
    for batch in [json!([one, one]), json!([one]), json!([])] {
        let answer = send(&officer, "POST", "/graphql", &[JSON], &batch.to_string());
        assert_eq!(answer.status, 400, "{answer:?}");
        let events = [JSON, ("accept", "text/event-stream")];
        let answer = send(
            &officer,
            "POST",
            "/graphql/stream",
            &events,
            &batch.to_string(),
        );
        assert_eq!(answer.status, 400, "{answer:?}");
    }
}

#[test]
fn the_schema_is_not_told_by_any_document() {
    let (_app, officer) = start();
    let circular = format!(
        "{{ __schema {{ types {{ fields {{ type {} name {} }} }} }} }}",
        "{ fields { type".repeat(6),
        "} }".repeat(6)
    );
    let documents = [
        "{ __schema { types { name } } }".to_owned(),
        "{ __type(name: \"Organisation\") { fields { name } } }".into(),
        "{ nothing: __schema { queryType { name } } }".into(),
        "{ ...F } fragment F on Query { x: __schema { queryType { name } } }".into(),
        "{ ... on Query { ... on Query { __type(name: \"Query\") { name } } } }".into(),
        "query A { __typename } query B { __schema { queryType { name } } }".into(),
        "query($off: Boolean = false) { __schema @include(if: $off) { queryType { name } } }"
            .into(),
        "mutation { __schema { queryType { name } } }".into(),
        "subscription { __schema { queryType { name } } }".into(),
        "{ __typename __schema\u{feff} { queryType { name } } }".into(),
        circular,
    ];
    for document in &documents {
        let accept = ("accept", "application/graphql-response+json");
        let body = json!({ "query": document, "operationName": document.contains("query A").then_some("A") });
        let answer = send(
            &officer,
            "POST",
            "/graphql",
            &[JSON, accept],
            &body.to_string(),
        );
        let text = answer.body;
        assert!(
            answer.status == 400 && !text.contains("\"data\""),
            "{document}: {text}"
        );
        assert!(!text.contains("queryType\":{"), "{document}: {text}");
        let path = format!("/graphql?query={}", encoded(document));
        let answer = send(&officer, "GET", &path, &[accept], "");
        assert!(matches!(answer.status, 400 | 405), "{document}: {answer:?}");
        let stream = EventStream::open(&officer, document, &json!({}));
        if let Ok(mut stream) = stream {
            let event = stream.receive().expect("an event");
            assert!(
                event.get("data").is_none() && event["errors"][0].is_object(),
                "{event}"
            );
        }
        let mut socket = Socket::open(&officer).expect("a socket");
        socket.subscribe(document, &json!({})).expect("sent");
        let message = socket.receive().expect("a message");
        assert_eq!(message["type"], "error", "{document}: {message}");
    }
    // Names of types are no secret: clients need them for their caches.
    assert_eq!(
        officer.ask("{ __typename }", &json!({})),
        json!({ "__typename": "Query" })
    );
    let anonymous = Client::new(format!("http://{}", officer.address()), None);
    assert_eq!(anonymous.get("/graphql/schema.graphql").unwrap().0, 401);
    for path in [
        "/graphiql",
        "/graphiql/graphiql.js",
        "/playground",
        "/altair",
        "/voyager",
        "/console",
    ] {
        assert_eq!(officer.get(path).unwrap().0, 404, "{path}");
    }
}

#[test]
fn wrong_names_are_not_put_right() {
    // The values of an enum are named on purpose: people get an error that says what is allowed.
    let (_app, officer) = start();
    for (document, real) in [
        ("{ centre { key } }", "centres"),
        ("{ centres { keys } }", "\"key\""),
        (
            "{ organisations(first: 5, aftr: \"x\") { totalCount } }",
            "after",
        ),
        (
            "{ organisations(first: 5, filter: { serch: \"x\" }) { totalCount } }",
            "search",
        ),
        (
            "{ node(id: \"x\") { ... on Organisatio { name } } }",
            "Organisation\"",
        ),
        ("{ log { size @skp(if: true) } }", "skip"),
        (
            "mutation { registerOrganisatio(input: {}) { position } }",
            "registerOrganisation\"",
        ),
        (
            "mutation { registerOrganisation(input: { nam: \"x\" }) { position } }",
            "\"name\"",
        ),
        ("subscription { event { type } }", "events"),
    ] {
        let text = refused(&officer, document).to_string();
        assert!(
            !text.to_lowercase().contains("did you mean"),
            "{document}: {text}"
        );
        assert!(!text.contains(real), "{document} is told {real}: {text}");
    }
}

#[test]
fn get_changes_nothing() {
    let (_app, officer) = start();
    let query = format!("/graphql?query={}", encoded(MUTATION));
    let both = format!(
        "query A {{ __typename }} {}",
        MUTATION.replacen("mutation", "mutation B", 1)
    );
    let named = format!("/graphql?operationName=B&query={}", encoded(&both));
    let overrides = [
        ("x-http-method-override", "POST"),
        ("x-http-method", "POST"),
        ("x-method-override", "POST"),
    ];
    for path in [&query, &named, &format!("{query}&_method=POST")] {
        for more in [&[][..], &overrides] {
            let answer = send(&officer, "GET", path, more, "");
            assert_eq!(answer.status, 405, "{path}: {answer:?}");
        }
    }
    let stream = query.replace("/graphql", "/graphql/stream");
    let answer = send(
        &officer,
        "GET",
        &stream,
        &[("accept", "text/event-stream")],
        "",
    );
    assert_eq!(answer.status, 405, "{answer:?}");
    // And no header makes a POST something else.
    let body = json!({ "query": "{ __typename }" }).to_string();
    let answer = send(
        &officer,
        "POST",
        "/graphql",
        &[JSON, ("x-http-method-override", "DELETE")],
        &body,
    );
    assert_eq!(answer.status, 200, "{answer:?}");
    untouched(&officer);
}

#[test]
fn nothing_of_the_inside_is_in_an_answer() {
    let (_app, officer) = start();
    let ask = [
        "x-apollo-tracing",
        "apollo-federation-include-trace",
        "x-debug",
        "x-hasura-admin-secret",
    ];
    let more: Vec<(&str, &str)> = ask.iter().map(|name| (*name, "1")).chain([JSON]).collect();
    let body =
        json!({ "query": "{ __typename }", "extensions": { "tracing": true, "debug": true } });
    let answer = send(
        &officer,
        "POST",
        "/graphql?debug=1&trace=1",
        &more,
        &body.to_string(),
    );
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let extensions: Vec<&String> = body["extensions"].as_object().unwrap().keys().collect();
    assert_eq!(extensions, ["cost"], "{body}");
    for body in [
        "",
        "{",
        "null",
        "5",
        "\"x\"",
        "{}",
        "{\"query\": 5}",
        "{\"query\": null}",
        "{\"query\": \"{\"}",
        "{\"query\": \"{ a }\", \"variables\": []}",
        "{\"query\": \"{ a }\", \"query\": \"{ b }\"}",
        "{\"query\":\"\\ud800\"}",
        "{\"query\": \"{ organisation(id: \\\"' OR 1=1 --\\\") { id } }\"}",
        "{\"query\": \"query($a: Int!) { __typename }\", \"variables\": {\"a\": 1e999}}",
        &"[".repeat(100_000),
        &format!(
            "{{\"variables\": {}1{}, \"query\": \"{{ a }}\"}}",
            "{\"a\":".repeat(20_000),
            "}".repeat(20_000)
        ),
    ] {
        let answer = send(&officer, "POST", "/graphql", &[JSON], body);
        let shown: String = body.chars().take(60).collect();
        assert!(answer.status < 500, "{shown}: {answer:?}");
        let text = answer.body.to_lowercase();
        for word in [
            "panick",
            ".rs",
            "backtrace",
            "serde",
            "async-graphql",
            "/root/",
            "/work/",
            "sled",
            "expected `",
        ] {
            assert!(!text.contains(word), "{shown}: {word} in {text}");
        }
    }
}

/// What exists elsewhere is answered, word for word, as what exists nowhere: there is no second way through the
/// program that could take another time.
#[test]
fn foreign_ids_are_answered_like_unknown_ones() {
    let (app, officer) = start();
    let there = app.with_role("KI_HEAD", "05774");
    let (foreign, _) = recorded(&officer, &consultation());
    let club = organisation(&officer, "Kulturverein", "MIGRANT_ORG", &[]);
    // The same kind of id with other bits.
    let unknown = |id: &str| {
        let turned: String = id[2..].chars().rev().collect();
        format!("{}{turned}", &id[..2])
    };
    for (id, field) in [(&foreign, "consultation"), (&club, "organisation")] {
        let document = format!(
            "query($id: ID!) {{ {field}(id: $id) {{ id }} node(id: $id) {{ id }} history(recordId: $id, first: 5) {{ totalCount nodes {{ type }} }} }}"
        );
        let [real, other] = [id.clone(), unknown(id)]
            .map(|id| there.post(&document, &json!({ "id": id })).unwrap());
        if other.1["errors"].is_null() {
            assert_eq!(real, other, "{field}");
        }
        assert!(real.1["data"][field].is_null(), "{real:?}");
    }
}
