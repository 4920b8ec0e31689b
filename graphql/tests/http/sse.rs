//! `/graphql/stream`: server-sent events.

use std::sync::atomic::Ordering;
use std::time::Duration;

use querschnitt_graphql::http::HttpOptions;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Server, options, request, start};

const EVENTS: (&str, &str) = ("accept", "text/event-stream");
const JSON: (&str, &str) = ("content-type", "application/json");

/// The events of an answer, chunk heads and comments left out.
fn events(body: &str) -> Vec<&str> {
    body.lines()
        .filter(|line| line.starts_with("event: ") || line.starts_with("data: "))
        .collect()
}

async fn stream(server: &Server, query: &str) -> crate::support::Answer {
    let body = serde_json::json!({ "query": query }).to_string();
    server
        .send("POST", "/graphql/stream", &[EVENTS, JSON], body.as_bytes())
        .await
}

#[tokio::test]
async fn a_subscription_is_a_row_of_next_and_then_complete() {
    let server = start(options()).await;
    let answer = stream(&server, "subscription { count(to: 2) }").await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/event-stream; charset=utf-8")
    );
    let cost = r#""extensions":{"cost":{"requested":1,"maximum":50000}}"#;
    assert_eq!(
        events(&answer.body),
        [
            "event: next",
            &format!(r#"data: {{"data":{{"count":1}},{cost}}}"#),
            "event: next",
            &format!(r#"data: {{"data":{{"count":2}},{cost}}}"#),
            "event: complete",
        ]
    );
    assert!(
        answer
            .body
            .ends_with("event: complete\ndata:\n\n\r\n0\r\n\r\n"),
        "{:?}",
        answer.body
    );
}

#[tokio::test]
async fn get_works_too_and_queries_and_wrong_documents_are_events() {
    let server = start(options()).await;
    let answer = server
        .send("GET", "/graphql/stream?query=%7Bhello%7D", &[EVENTS], b"")
        .await;
    assert!(
        events(&answer.body)[1].contains(r#""data":{"hello":"hello you"}"#),
        "{answer:?}"
    );
    let answer = server
        .send(
            "GET",
            "/graphql/stream?query=mutation%7Brecord(text:%22x%22)%7Bposition%7D%7D",
            &[EVENTS],
            b"",
        )
        .await;
    assert_eq!(answer.status, 405);
    let answer = stream(&server, "{ nothing }").await;
    assert_eq!(
        (answer.status, events(&answer.body).len()),
        (200, 3),
        "{answer:?}"
    );
    assert!(!answer.body.contains("\"data\":"), "{answer:?}");
}

#[tokio::test]
async fn the_request_itself_has_to_be_right() {
    let server = start(options()).await;
    let body = br#"{"query":"{hello}"}"#;
    let path = "/graphql/stream";
    assert_eq!(
        server
            .send_bare("POST", path, &[EVENTS, JSON], body)
            .await
            .status,
        401
    );
    assert_eq!(
        server
            .send("POST", path, &[JSON, ("accept", "application/json")], body)
            .await
            .status,
        406
    );
    assert_eq!(server.send("POST", path, &[EVENTS], body).await.status, 415);
    assert_eq!(
        server.send("PUT", path, &[EVENTS, JSON], body).await.status,
        405
    );
    assert_eq!(
        server
            .send("POST", path, &[EVENTS, JSON], b"{")
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn a_panic_in_a_stream_is_an_error_without_words() {
    let server = start(options()).await;
    let answer = stream(&server, "subscription { explodes }").await;
    assert!(
        answer.body.contains("\"INTERNAL\"") && !answer.body.contains("secret"),
        "{answer:?}"
    );
}

/// Opens a stream and leaves it open.
async fn open(server: &Server, query: &str) -> TcpStream {
    let body = serde_json::json!({ "query": query }).to_string();
    let token = ("authorization", "Bearer correct-horse");
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket
        .write_all(&request(
            "POST",
            "/graphql/stream",
            &[EVENTS, JSON, token],
            body.as_bytes(),
        ))
        .await
        .unwrap();
    socket
}

async fn read_until(socket: &mut TcpStream, wanted: &str) -> String {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    while !text.contains(wanted) {
        let read = tokio::time::timeout(Duration::from_secs(5), socket.read(&mut buffer));
        let count = read
            .await
            .unwrap_or_else(|_| panic!("{wanted:?} did not come: {text}"))
            .unwrap();
        assert!(count > 0, "closed before {wanted:?}: {text}");
        text.push_str(&String::from_utf8_lossy(&buffer[..count]));
    }
    text
}

#[tokio::test]
async fn events_arrive_as_they_happen_and_idle_streams_give_signs_of_life() {
    let server = start(HttpOptions {
        keep_alive: Duration::from_millis(50),
        ..options()
    })
    .await;
    let mut socket = open(
        &server,
        "subscription { events(after: \"0\") { position text } }",
    )
    .await;
    read_until(&mut socket, "200 OK").await;
    assert!(
        !read_until(&mut socket, "\n:\n\n\r\n")
            .await
            .contains("event:")
    );
    server
        .query("mutation { record(text: \"first\") { position } }")
        .await;
    read_until(&mut socket, r#"{"position":"1","text":"first"}"#).await;
}

#[tokio::test]
async fn revoking_the_token_ends_the_stream_without_complete() {
    let server = start(HttpOptions {
        recheck: Duration::from_millis(50),
        ..options()
    })
    .await;
    let mut socket = open(&server, "subscription { events { position } }").await;
    read_until(&mut socket, "200 OK").await;
    server.revoked.store(true, Ordering::SeqCst);
    let mut rest = String::new();
    let ended =
        tokio::time::timeout(Duration::from_secs(5), socket.read_to_string(&mut rest)).await;
    assert!(ended.is_ok() && !rest.contains("complete"), "{rest}");
}

#[tokio::test]
async fn a_reader_that_takes_nothing_is_cut_off() {
    let server = start(HttpOptions {
        write_timeout: Duration::from_millis(300),
        ..options()
    })
    .await;
    let mut socket = open(&server, "subscription { flood(bytes: 100000) }").await;
    // The kernel's buffers fill up, then nothing moves for longer than allowed.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut taken = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(5), socket.read_to_end(&mut taken)).await;
    assert!(ended.is_ok(), "the server closed");
    assert!(!taken.ends_with(b"0\r\n\r\n"), "and not in order");
}
