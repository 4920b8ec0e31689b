//! How a WebSocket ends when a limit is reached, and what does not end it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use querschnitt_graphql::http::HttpOptions;
use querschnitt_graphql::limits::Limits;
use serde_json::json;

use crate::support::{options, start};
use crate::ws_client::Client;

#[tokio::test]
async fn revoking_the_token_closes_the_socket() {
    let server = start(HttpOptions {
        recheck: Duration::from_millis(50),
        ..options()
    })
    .await;
    let mut client = Client::ready(&server).await;
    client
        .subscribe("a", "subscription { events { text } }")
        .await;
    server.revoked.store(true, Ordering::SeqCst);
    assert_eq!(client.closed().await, 4403);
}

#[tokio::test]
async fn operations_and_messages_have_their_limits() {
    let limits = Limits {
        body_bytes: 2_000,
        ..Limits::default()
    };
    let server = start(HttpOptions {
        limits: limits.into(),
        operations_per_socket: 2,
        ..options()
    })
    .await;
    let mut client = Client::ready(&server).await;
    for id in ["a", "b", "c"] {
        client
            .subscribe(id, "subscription { events { text } }")
            .await;
    }
    let message = client.hear().await;
    assert_eq!(
        (&message["id"], &message["type"]),
        (&json!("c"), &json!("error"))
    );
    assert_eq!(
        message["payload"][0]["extensions"]["code"],
        "TOO_MANY_OPERATIONS"
    );
    client
        .say(json!({ "type": "ping", "payload": { "x": "y".repeat(3_000) } }))
        .await;
    assert_eq!(client.closed().await, 1009);
}

#[tokio::test]
async fn a_slow_query_is_given_up_and_the_socket_lives() {
    let server = start(HttpOptions {
        time_limit: Duration::from_millis(100),
        ..options()
    })
    .await;
    let mut client = Client::ready(&server).await;
    client.subscribe("a", "{ slow(millis: 60000) }").await;
    assert_eq!(
        client.hear().await["payload"][0]["extensions"]["code"],
        "TIMEOUT"
    );
    client.subscribe("a", "{ hello }").await;
    assert_eq!(client.hear().await["type"], "next");
}

#[tokio::test]
async fn a_reader_that_takes_nothing_is_cut_off() {
    let server = start(HttpOptions {
        write_timeout: Duration::from_millis(300),
        ..options()
    })
    .await;
    let mut client = Client::ready(&server).await;
    client
        .subscribe("a", "subscription { flood(bytes: 100000) }")
        .await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(
        client.closed().await,
        1006,
        "what the kernel held comes, then the end"
    );
}

#[tokio::test]
async fn a_peer_that_went_silent_is_noticed() {
    let server = start(HttpOptions {
        keep_alive: Duration::from_millis(50),
        ..options()
    })
    .await;
    let client = Client::ready(&server).await;
    // Nobody reads, so nobody answers the pings; the socket itself stays open.
    tokio::time::sleep(Duration::from_millis(600)).await;
    let mut client = client;
    assert_eq!(client.closed().await, 1006);
}
