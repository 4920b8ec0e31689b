//! `/graphql/ws`: `graphql-transport-ws` with its close codes.

use std::time::Duration;

use futures_util::SinkExt;
use querschnitt_graphql::http::HttpOptions;
use serde_json::json;
use tokio_tungstenite::tungstenite::{self, Message};

use crate::support::{options, start};
use crate::ws_client::{Client, PROTOCOL, connect};

#[tokio::test]
async fn operations_of_all_kinds_share_a_socket() {
    let server = start(options()).await;
    let mut client = Client::ready(&server).await;
    client
        .subscribe("events", "subscription { events { position text } }")
        .await;
    client.subscribe("query", "{ me }").await;
    let answer = client.hear().await;
    assert_eq!(
        (&answer["id"], &answer["type"]),
        (&json!("query"), &json!("next"))
    );
    assert_eq!(answer["payload"]["data"], json!({ "me": "Ada" }));
    assert_eq!(
        client.hear().await,
        json!({ "id": "query", "type": "complete" })
    );

    client
        .subscribe("query", "mutation { record(text: \"x\") { position } }")
        .await;
    let mut kinds = Vec::new();
    for _ in 0..3 {
        let message = client.hear().await;
        kinds.push(format!(
            "{} {}",
            message["id"].as_str().unwrap(),
            message["type"].as_str().unwrap()
        ));
    }
    kinds.sort();
    assert_eq!(
        kinds,
        ["events next", "query complete", "query next"],
        "an id is free again after complete"
    );

    client
        .say(json!({ "id": "events", "type": "complete" }))
        .await;
    server
        .query("mutation { record(text: \"y\") { position } }")
        .await;
    client
        .say(json!({ "type": "ping", "payload": { "a": 1 } }))
        .await;
    assert_eq!(
        client.hear().await,
        json!({ "type": "pong" }),
        "nothing came after complete"
    );
    client
        .subscribe("events", "subscription { count(to: 1) }")
        .await;
    assert_eq!(
        client.hear().await["payload"]["data"],
        json!({ "count": 1 })
    );
}

#[tokio::test]
async fn errors_of_the_request_end_the_operation_and_errors_of_fields_do_not() {
    let server = start(options()).await;
    let mut client = Client::ready(&server).await;
    client.subscribe("a", "{ nothing }").await;
    let message = client.hear().await;
    assert_eq!(
        (&message["id"], &message["type"]),
        (&json!("a"), &json!("error"))
    );
    assert_eq!(message["payload"][0]["extensions"]["code"], "INVALID");
    client.subscribe("a", "{ maybe { strict } }").await;
    let message = client.hear().await;
    assert_eq!(
        (&message["type"], &message["payload"]["data"]),
        (&json!("next"), &json!({ "maybe": null }))
    );
    assert_eq!(client.hear().await["type"], "complete");
    client.subscribe("a", "subscription { explodes }").await;
    assert_eq!(
        client.hear().await["payload"]["data"],
        json!({ "explodes": 1 })
    );
    let message = client.hear().await;
    assert_eq!(
        (&message["type"], &message["payload"][0]["message"]),
        (
            &json!("error"),
            &json!("Die Anfrage konnte nicht beantwortet werden. Bitte später erneut versuchen.")
        )
    );
}

#[tokio::test]
async fn what_breaks_the_protocol_closes_with_its_code() {
    let server = start(options()).await;
    let init = json!({ "type": "connection_init", "payload": { "authorization": "Bearer correct-horse" } });
    let forever = json!({ "id": "a", "type": "subscribe", "payload": { "query": "subscription { events { text } }" } });
    for (code, messages) in [
        (4400, vec![json!("text")]),
        (4400, vec![json!([])]),
        (4400, vec![json!({})]),
        (
            4400,
            vec![json!({ "type": "connection_init", "payload": "Bearer correct-horse" })],
        ),
        (
            4400,
            vec![
                init.clone(),
                json!({ "type": "subscribe", "payload": { "query": "{ hello }" } }),
            ],
        ),
        (
            4400,
            vec![
                init.clone(),
                json!({ "id": "", "type": "subscribe", "payload": { "query": "{ hello }" } }),
            ],
        ),
        (
            4400,
            vec![
                init.clone(),
                json!({ "id": 1, "type": "subscribe", "payload": { "query": "{ hello }" } }),
            ],
        ),
        (
            4400,
            vec![
                init.clone(),
                json!({ "id": "x".repeat(300), "type": "complete" }),
            ],
        ),
        (
            4400,
            vec![
                init.clone(),
                json!({ "id": "a", "type": "subscribe", "payload": {} }),
            ],
        ),
        (
            4400,
            vec![
                init.clone(),
                json!({ "id": "a", "type": "subscribe", "payload": { "query": 1 } }),
            ],
        ),
        (
            4400,
            vec![
                init.clone(),
                json!({ "id": "a", "type": "next", "payload": {} }),
            ],
        ),
        (4401, vec![forever.clone()]),
        (4403, vec![json!({ "type": "connection_init" })]),
        (
            4403,
            vec![
                json!({ "type": "connection_init", "payload": { "authorization": "Bearer wrong" } }),
            ],
        ),
        (
            4403,
            vec![json!({ "type": "connection_init", "payload": { "authorization": 1 } })],
        ),
        (4409, vec![init.clone(), forever.clone(), forever.clone()]),
        (4429, vec![init.clone(), init.clone()]),
    ] {
        let mut client = connect(&server, &[PROTOCOL]).await.unwrap();
        for message in &messages {
            client.say(message.clone()).await;
        }
        assert_eq!(client.closed().await, code, "{messages:?}");
    }
    let mut client = Client::ready(&server).await;
    client.0.send(Message::binary(vec![1, 2, 3])).await.unwrap();
    assert_eq!(client.closed().await, 4400);
}

#[tokio::test]
async fn the_protocol_has_to_be_agreed_on() {
    let server = start(options()).await;
    let mut client = connect(&server, &[]).await.unwrap();
    assert_eq!(client.closed().await, 4406);
    let refused = connect(&server, &[("sec-websocket-protocol", "graphql-ws")]).await;
    // The client notices that the server chose none of its protocols, or is told.
    if let Ok(mut client) = refused {
        assert_eq!(client.closed().await, 4406);
    }
}

#[tokio::test]
async fn a_client_that_never_says_who_it_is_is_cut_off() {
    let server = start(HttpOptions {
        init_timeout: Duration::from_millis(100),
        ..options()
    })
    .await;
    let mut client = connect(&server, &[PROTOCOL]).await.unwrap();
    client.say(json!({ "type": "ping" })).await;
    assert_eq!(client.hear().await["type"], "pong");
    assert_eq!(client.closed().await, 4408);
}

#[tokio::test]
async fn the_token_may_come_in_the_header() {
    let server = start(options()).await;
    let mut client = connect(
        &server,
        &[PROTOCOL, ("authorization", "Bearer correct-horse")],
    )
    .await
    .unwrap();
    client.say(json!({ "type": "connection_init" })).await;
    assert_eq!(client.hear().await["type"], "connection_ack");
    let refused = connect(&server, &[PROTOCOL, ("authorization", "Bearer wrong")]).await;
    assert!(matches!(refused, Err(tungstenite::Error::Http(response)) if response.status() == 401));
}

#[tokio::test]
async fn pages_of_other_origins_may_not_connect() {
    let options = HttpOptions {
        allowed_origins: vec!["https://ki.example".into()],
        ..options()
    };
    let server = start(options).await;
    let own = format!("http://{}", server.address);
    for origin in [own.as_str(), "https://ki.example"] {
        assert!(
            connect(&server, &[PROTOCOL, ("origin", origin)])
                .await
                .is_ok(),
            "{origin}"
        );
    }
    for origin in [
        "https://evil.example",
        "null",
        "",
        "https://ki.example.evil.example",
        "http://127.0.0.1",
    ] {
        let refused = connect(&server, &[PROTOCOL, ("origin", origin)]).await;
        assert!(
            matches!(refused, Err(tungstenite::Error::Http(response)) if response.status() == 403),
            "{origin}"
        );
    }
}

#[tokio::test]
async fn only_sockets_are_served() {
    let server = start(options()).await;
    assert_eq!(
        server.send("GET", "/graphql/ws", &[], b"").await.status,
        426
    );
    assert_eq!(
        server.send("POST", "/graphql/ws", &[], b"").await.status,
        405
    );
}
