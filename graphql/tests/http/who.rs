//! Who is let in: tokens, cookies with what protects them, chosen roles, and streams whose viewer changes.

use std::sync::atomic::Ordering;
use std::time::Duration;

use querschnitt_graphql::http::HttpOptions;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Answer, Server, TOKEN, options, request, start};
use crate::ws_client::{Client, PROTOCOL, connect};

const COOKIE: (&str, &str) = ("cookie", "session=ada");
const CSRF: (&str, &str) = ("querschnitt-csrf", "right");

async fn post(server: &Server, headers: &[(&str, &str)]) -> Answer {
    let mut all = vec![("content-type", "application/json")];
    all.extend_from_slice(headers);
    let body = json!({ "query": "{ __typename }" }).to_string();
    server
        .send_bare("POST", "/graphql", &all, body.as_bytes())
        .await
}

#[tokio::test]
async fn a_cookie_is_enough_to_read_and_needs_its_token_to_write() {
    let server = start(options()).await;
    let answer = server
        .send_bare("GET", "/graphql?query={__typename}", &[COOKIE], b"")
        .await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("vary").unwrap().contains("cookie"));
    let answer = post(&server, &[COOKIE]).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (403, "FOREIGN_REQUEST")
    );
    assert_eq!(post(&server, &[COOKIE, CSRF]).await.status, 200);
    assert_eq!(post(&server, &[CSRF]).await.status, 401);
}

#[tokio::test]
async fn who_sends_a_wrong_token_is_nobody_even_with_a_cookie() {
    let server = start(options()).await;
    for wrong in ["Bearer wrong", "Basic YTpi", "Bearer"] {
        let answer = post(&server, &[COOKIE, CSRF, ("authorization", wrong)]).await;
        assert_eq!(answer.status, 401, "{wrong}");
    }
    let right = format!("Bearer {TOKEN}");
    assert_eq!(
        post(&server, &[("authorization", &right)]).await.status,
        200
    );
}

#[tokio::test]
async fn a_role_that_somebody_does_not_have_is_refused() {
    let server = start(options()).await;
    let grant = |grant| [COOKIE, CSRF, ("querschnitt-grant", grant)];
    assert_eq!(post(&server, &grant("other")).await.status, 200);
    for wrong in ["third", "", "\u{fc}"] {
        let answer = post(&server, &grant(wrong)).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (403, "NO_GRANT"),
            "{wrong}"
        );
    }
}

/// Long enough that nothing is looked at only because time passed.
fn patient() -> HttpOptions {
    HttpOptions {
        recheck: Duration::from_secs(3_600),
        keep_alive: Duration::from_secs(3_600),
        ..options()
    }
}

#[tokio::test]
async fn an_open_event_stream_ends_before_the_next_event_once_its_viewer_is_gone() {
    let server = start(patient()).await;
    let body = json!({ "query": "subscription { events { text } }" }).to_string();
    let headers = [
        COOKIE,
        CSRF,
        ("accept", "text/event-stream"),
        ("content-type", "application/json"),
    ];
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let bytes = request("POST", "/graphql/stream", &headers, body.as_bytes());
    socket.write_all(&bytes).await.unwrap();
    let mut heard = vec![0; 4_096];
    let read = socket.read(&mut heard).await.unwrap();
    assert!(String::from_utf8_lossy(&heard[..read]).contains("200 OK"));
    server
        .query("mutation { record(text: \"before\") { position } }")
        .await;
    let mut seen = String::new();
    while !seen.contains("before") {
        let read = socket.read(&mut heard).await.unwrap();
        seen.push_str(&String::from_utf8_lossy(&heard[..read]));
    }
    server.ended.store(true, Ordering::SeqCst);
    let recorded = server
        .query("mutation { record(text: \"after\") { position } }")
        .await;
    assert_eq!(recorded.status, 200);
    let mut rest = String::new();
    let ended = tokio::time::timeout(Duration::from_secs(10), socket.read_to_string(&mut rest));
    assert!(ended.await.is_ok(), "the stream ends");
    assert!(
        !rest.contains("after") && !rest.contains("complete"),
        "{rest}"
    );
}

#[tokio::test]
async fn an_open_socket_ends_before_the_next_event_once_its_viewer_is_gone() {
    let server = start(patient()).await;
    let mut client = connect(&server, &[PROTOCOL, COOKIE]).await.unwrap();
    client.say(json!({ "type": "connection_init" })).await;
    assert_eq!(client.hear().await["type"], "connection_ack");
    client
        .subscribe("a", "subscription { events { text } }")
        .await;
    server
        .query("mutation { record(text: \"before\") { position } }")
        .await;
    let message = client.hear().await;
    assert_eq!(message["payload"]["data"]["events"]["text"], "before");
    server.ended.store(true, Ordering::SeqCst);
    server
        .query("mutation { record(text: \"after\") { position } }")
        .await;
    assert_eq!(client.closed_silently().await, 4403);
}

#[tokio::test]
async fn every_operation_of_a_socket_is_looked_at_anew() {
    let server = start(patient()).await;
    let mut client = Client::ready(&server).await;
    server.revoked.store(true, Ordering::SeqCst);
    client.subscribe("a", "{ __typename }").await;
    assert_eq!(client.closed_silently().await, 4403);
}

#[tokio::test]
async fn the_first_message_of_a_socket_chooses_a_role() {
    let server = start(options()).await;
    for (grant, code) in [("third", Some(4403)), ("other", None)] {
        let mut client = connect(&server, &[PROTOCOL, COOKIE]).await.unwrap();
        let payload = json!({ "Querschnitt-Grant": grant });
        client
            .say(json!({ "type": "connection_init", "payload": payload }))
            .await;
        match code {
            Some(code) => assert_eq!(client.closed_silently().await, code),
            None => assert_eq!(client.hear().await["type"], "connection_ack"),
        }
    }
}
