//! Trusted documents: named by their hash on every transport, and nothing else where the installation says so.

use querschnitt_graphql::http::{HttpOptions, Trust, Trusted, TrustedDocuments};
use querschnitt_graphql::limits::Limits;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{Server, options, start};
use crate::ws_client::Client;

const HELLO: &str = "query Hello($name: String) { hello(name: $name) }";
const RECORD: &str = "mutation { record(text: \"x\") { position } }";
const COUNT: &str = "subscription { count(to: 1) }";
const DEEP: &str = "{ branch { child { child { name } } } }";
const SCHEMA: &str = "{ ...F } fragment F on Query { s: __schema { queryType { name } } }";

fn id(document: &str) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(document)))
}

async fn with(trust: Trust, limits: Limits) -> Server {
    let all = [HELLO, RECORD, COUNT, DEEP, SCHEMA];
    let map: serde_json::Map<String, Value> = all
        .map(|text| (id(text), json!(text)))
        .into_iter()
        .collect();
    let mut documents = TrustedDocuments::default();
    documents.add(&Value::from(map).to_string()).unwrap();
    start(HttpOptions {
        trusted: Trusted::new(trust, documents),
        introspection: false,
        limits: limits.into(),
        ..options()
    })
    .await
}

async fn get(server: &Server, query: &str) -> crate::support::Answer {
    let accept = [("accept", "application/graphql-response+json")];
    server
        .send("GET", &format!("/graphql?{query}"), &accept, b"")
        .await
}

#[tokio::test]
async fn a_document_is_named_by_its_hash() {
    for trust in [Trust::Also, Trust::Only] {
        let server = with(trust, Limits::default()).await;
        let body = json!({ "documentId": id(HELLO), "operationName": "Hello", "variables": { "name": "Ada" } });
        let answer = server.post(body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.json()["data"], json!({ "hello": "hello Ada" }));
        assert_eq!(answer.json()["extensions"]["cost"]["requested"], 1);
        let query = format!(
            "documentId={}&variables=%7B%22name%22:%22Ada%22%7D",
            id(HELLO)
        );
        assert_eq!(
            get(&server, &query).await.json()["data"],
            json!({ "hello": "hello Ada" })
        );
        // A mutation is none over GET, whatever names it.
        let answer = get(&server, &format!("documentId={}", id(RECORD))).await;
        assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));

        let stream = format!("/graphql/stream?documentId={}", id(COUNT));
        let events = [("accept", "text/event-stream")];
        let answer = server.send("GET", &stream, &events, b"").await;
        assert!(answer.body.contains(r#"{"data":{"count":1}"#), "{answer:?}");

        let mut client = Client::ready(&server).await;
        let payload = json!({ "documentId": id(COUNT) });
        client
            .say(json!({ "id": "a", "type": "subscribe", "payload": payload }))
            .await;
        let message = client.hear().await;
        assert_eq!(
            message["payload"]["data"],
            json!({ "count": 1 }),
            "{message}"
        );
    }
}

#[tokio::test]
async fn a_text_is_refused_where_only_trusted_documents_are_taken() {
    let server = with(Trust::Only, Limits::default()).await;
    let answer = server.query(HELLO).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (400, "TRUSTED_DOCUMENTS_ONLY")
    );
    assert!(answer.json().get("data").is_none());
    let answer = get(&server, "query=%7Bhello%7D").await;
    assert_eq!(answer.code(), "TRUSTED_DOCUMENTS_ONLY");
    let events = [("accept", "text/event-stream")];
    let answer = server
        .send("GET", "/graphql/stream?query=%7Bhello%7D", &events, b"")
        .await;
    assert!(answer.body.contains("TRUSTED_DOCUMENTS_ONLY"), "{answer:?}");
    let mut client = Client::ready(&server).await;
    client.subscribe("a", "{ hello }").await;
    let message = client.hear().await;
    assert_eq!(message["type"], "error");
    assert_eq!(
        message["payload"][0]["extensions"]["code"],
        "TRUSTED_DOCUMENTS_ONLY"
    );

    let also = with(Trust::Also, Limits::default()).await;
    assert_eq!(also.query(HELLO).await.status, 200);
}

#[tokio::test]
async fn wrong_and_unknown_ids_are_named() {
    let off = with(Trust::Off, Limits::default()).await;
    let server = with(Trust::Only, Limits::default()).await;
    let upper = id(HELLO).to_uppercase().replace("SHA", "sha");
    for (server, body, code) in [
        (
            &off,
            json!({ "documentId": id(HELLO) }),
            "TRUSTED_DOCUMENTS_OFF",
        ),
        (
            &server,
            json!({ "documentId": id("{ unknown }") }),
            "DOCUMENT_UNKNOWN",
        ),
        (
            &server,
            json!({ "documentId": &id(HELLO)[7..] }),
            "DOCUMENT_ID",
        ),
        (&server, json!({ "documentId": upper }), "DOCUMENT_ID"),
        (
            &server,
            json!({ "documentId": "sha256:../../etc/passwd" }),
            "DOCUMENT_ID",
        ),
        (&server, json!({ "documentId": 7 }), "BAD_REQUEST"),
        (
            &server,
            json!({ "documentId": id(HELLO), "query": HELLO }),
            "BAD_REQUEST",
        ),
        (
            &server,
            json!({ "documentId": id(HELLO), "query": "" }),
            "BAD_REQUEST",
        ),
        (&server, json!({}), "BAD_REQUEST"),
    ] {
        let answer = server.post(body.clone()).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, code),
            "{body}"
        );
        assert!(answer.json().get("data").is_none());
    }
}

#[tokio::test]
async fn the_limits_hold_for_trusted_documents_too() {
    let limits = Limits {
        depth: 3,
        ..Limits::default()
    };
    let server = with(Trust::Only, limits).await;
    let answer = server.post(json!({ "documentId": id(DEEP) })).await;
    assert_eq!(answer.code(), "TOO_DEEP");
    let answer = server.post(json!({ "documentId": id(SCHEMA) })).await;
    assert_eq!(answer.code(), "INTROSPECTION_OFF");
}
