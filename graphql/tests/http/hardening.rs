//! Clients that are slow, half closed, many or broken.

use std::time::Duration;

use querschnitt_graphql::http::HttpOptions;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{options, read_answer, request, start};

const HEADERS: [(&str, &str); 2] = [
    ("authorization", "Bearer correct-horse"),
    ("content-type", "application/json"),
];

#[tokio::test]
async fn a_slow_body_is_408_and_slow_headers_are_cut_off() {
    let server = start(HttpOptions {
        body_timeout: Duration::from_millis(200),
        ..options()
    })
    .await;
    let whole = request("POST", "/graphql", &HEADERS, br#"{"query":"{hello}"}"#);
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(&whole[..whole.len() - 3]).await.unwrap();
    let answer = read_answer(socket).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (408, "REQUEST_TIMEOUT")
    );

    for head in [
        &b""[..],
        b"POST /graphql HTT",
        b"POST /graphql HTTP/1.1\r\nhost: x\r\n",
    ] {
        let mut socket = TcpStream::connect(server.address).await.unwrap();
        socket.write_all(head).await.unwrap();
        let started = std::time::Instant::now();
        let answer = read_answer(socket).await;
        assert!(
            matches!(answer.status, 0 | 408) && started.elapsed() < Duration::from_secs(3),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn a_half_closed_connection_gets_its_answer() {
    let server = start(options()).await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let body = br#"{"query":"{ slow(millis: 100) }"}"#;
    socket
        .write_all(&request("POST", "/graphql", &HEADERS, body))
        .await
        .unwrap();
    socket.shutdown().await.unwrap();
    assert_eq!(read_answer(socket).await.status, 200);
    // And one that is closed in the middle of its body harms nobody.
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket
        .write_all(b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{")
        .await
        .unwrap();
    drop(socket);
    assert_eq!(server.query("{ hello }").await.status, 200);
}

#[tokio::test]
async fn nonsense_is_refused() {
    let server = start(options()).await;
    for bytes in [
        &b"\0\0\0\0\r\n\r\n"[..],
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET /graphql HTTP/9.9\r\nhost: x\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\nconnection: close\r\n\r\n{}",
    ] {
        assert_eq!(server.raw(bytes).await.status, 400, "{:?}", String::from_utf8_lossy(bytes));
    }
    let long = format!("/graphql?query={}", "x".repeat(70_000));
    let answer = server.send("GET", &long, &[], b"").await;
    assert!((400..500).contains(&answer.status), "{answer:?}");
    assert_eq!(server.send("GET", "/elsewhere", &[], b"").await.status, 404);
}

#[tokio::test]
async fn a_thousand_idle_streams_leave_room_for_work() {
    let server = start(options()).await;
    let mut accept = HEADERS.to_vec();
    accept.push(("accept", "text/event-stream"));
    let open = request(
        "POST",
        "/graphql/stream",
        &accept,
        br#"{"query":"subscription{events{text}}"}"#,
    );
    let mut idle = Vec::new();
    for _ in 0..1_000 {
        let mut socket = TcpStream::connect(server.address).await.unwrap();
        socket.write_all(&open).await.unwrap();
        idle.push(socket);
    }
    let started = std::time::Instant::now();
    for _ in 0..20 {
        assert_eq!(server.query("{ hello }").await.status, 200);
    }
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
}
