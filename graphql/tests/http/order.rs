//! Fields stand in the order of the selection, whichever resolver comes to an end first.

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Server, options, start};
use crate::ws_client::Client;

/// The `data` of an answer as it was written; a parsed object would not keep its order.
fn data(body: &str) -> &str {
    let from = body.find(r#""data":"#).map_or(0, |at| at + 7);
    let to = body.rfind(r#","extensions""#).unwrap_or(body.len());
    body.get(from..to).unwrap_or(body)
}

async fn ordered(server: &Server, query: &str, expected: &str) {
    let answer = server.query(query).await;
    assert_eq!(data(&answer.body), expected, "{query}");
}

#[tokio::test]
async fn a_field_that_waits_keeps_its_place() {
    let server = start(options()).await;
    ordered(
        &server,
        "{ slow(millis: 20) hello branch { b: late(millis: 20) a: late(millis: 10) name } }",
        r#"{"slow":1,"hello":"hello you","branch":{"b":20,"a":10,"name":"b"}}"#,
    )
    .await;
}

#[tokio::test]
async fn fragments_and_equal_keys_are_merged_where_they_come_first() {
    let server = start(options()).await;
    let query = "
        query($no: Boolean = false, $yes: Boolean!) {
            branch { ...Late }
            hello
            branch {
                name @skip(if: $yes)
                child { late(millis: 10) ... @include(if: $yes) { name } }
                name
                never: name @include(if: $no)
            }
        }
        fragment Late on Branch { late(millis: 20) child { __typename } }";
    let answer = server
        .post(json!({ "query": query, "variables": { "yes": true } }))
        .await;
    assert_eq!(
        data(&answer.body),
        r#"{"branch":{"late":20,"child":{"__typename":"Branch","late":10,"name":"b."},"name":"b"},"hello":"hello you"}"#
    );
}

#[tokio::test]
async fn every_type_of_an_interface_has_its_own_order() {
    let server = start(options()).await;
    ordered(
        &server,
        "{ named { ... on Branch { late(millis: 10) } ... on Leaf { green } name ... on Named { n: name } } }",
        r#"{"named":[{"late":10,"name":"b","n":"b"},{"green":true,"name":"l","n":"l"}]}"#,
    )
    .await;
    ordered(
        &server,
        "{ slow(millis: 10) named { __typename ... on Branch { a: name b: name } ... on Leaf { b: name a: name } } }",
        r#"{"slow":1,"named":[{"__typename":"Branch","a":"b","b":"b"},{"__typename":"Leaf","b":"l","a":"l"}]}"#,
    )
    .await;
}

#[tokio::test]
async fn every_entry_of_a_list_is_put_in_order() {
    let server = start(options()).await;
    let query = "{ branches(first: 3) { edges { node { late(millis: 10) name } cursor } } }";
    let answer = server.query(query).await;
    let entry = |n: u32| format!(r#"{{"node":{{"late":10,"name":"{n}"}},"cursor":"{n}"}}"#);
    let edges = [entry(0), entry(1), entry(2)].join(",");
    assert_eq!(
        data(&answer.body),
        format!(r#"{{"branches":{{"edges":[{edges}]}}}}"#)
    );
}

#[tokio::test]
async fn a_null_that_an_error_left_stands_where_its_field_does() {
    let server = start(options()).await;
    ordered(
        &server,
        "{ branch { shaky name } maybe { name strict } hello }",
        r#"{"branch":{"shaky":null,"name":"b"},"maybe":null,"hello":"hello you"}"#,
    )
    .await;
}

#[tokio::test]
async fn streams_keep_the_order_too() {
    let server = start(options()).await;
    let query = "subscription { branch { late(millis: 20) name } }";
    let headers = [
        ("accept", "text/event-stream"),
        ("content-type", "application/json"),
    ];
    let body = json!({ "query": query }).to_string();
    let answer = server
        .send("POST", "/graphql/stream", &headers, body.as_bytes())
        .await;
    for name in ["a", "b"] {
        let event = format!(r#"{{"branch":{{"late":20,"name":"{name}"}}}}"#);
        assert!(answer.body.contains(&event), "{answer:?}");
    }

    let mut client = Client::ready(&server).await;
    for query in [query, "{ branch { late(millis: 20) name } }"] {
        client.subscribe(query, query).await;
        let Some(Ok(Message::Text(text))) = client.message().await else {
            panic!("no message");
        };
        assert!(text.contains(r#"{"late":20,"name":"#), "{text}");
        while client.hear().await["type"] != "complete" {}
    }
}
