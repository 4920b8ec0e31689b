//! A WebSocket client that says what the test wants, also what the protocol forbids.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::support::Server;

pub(crate) struct Client(pub(crate) WebSocketStream<TcpStream>);

pub(crate) async fn connect(
    server: &Server,
    headers: &[(&'static str, &str)],
) -> Result<Client, tungstenite::Error> {
    let mut request = format!("ws://{}/graphql/ws", server.address).into_client_request()?;
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    let socket = TcpStream::connect(server.address).await?;
    client_async(request, socket)
        .await
        .map(|(socket, _)| Client(socket))
}

pub(crate) const PROTOCOL: (&str, &str) = ("sec-websocket-protocol", "graphql-transport-ws");

impl Client {
    /// Connected, with `connection_init` sent and answered.
    pub(crate) async fn ready(server: &Server) -> Self {
        let mut client = connect(server, &[PROTOCOL]).await.unwrap();
        client.init().await;
        assert_eq!(client.hear().await, json!({ "type": "connection_ack" }));
        client
    }

    pub(crate) async fn init(&mut self) {
        self.say(json!({ "type": "connection_init", "payload": { "Authorization": "Bearer correct-horse" } })).await;
    }

    pub(crate) async fn say(&mut self, message: Value) {
        self.0
            .send(Message::text(message.to_string()))
            .await
            .unwrap();
    }

    pub(crate) async fn subscribe(&mut self, id: &str, query: &str) {
        self.say(json!({ "id": id, "type": "subscribe", "payload": { "query": query } }))
            .await;
    }

    pub(crate) async fn message(&mut self) -> Option<Result<Message, tungstenite::Error>> {
        loop {
            let message = tokio::time::timeout(Duration::from_secs(10), self.0.next());
            match message.await.expect("a message in time") {
                Some(Ok(Message::Ping(_))) => {}
                other => return other,
            }
        }
    }

    pub(crate) async fn hear(&mut self) -> Value {
        match self.message().await {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
            other => panic!("no message but {other:?}"),
        }
    }

    /// The code with which the server closes, before it says anything more.
    pub(crate) async fn closed_silently(&mut self) -> u16 {
        match self.message().await {
            Some(Ok(Message::Close(frame))) => frame.map_or(1005, |frame| frame.code.into()),
            Some(Err(_)) | None => 1006,
            Some(Ok(other)) => panic!("something more: {other:?}"),
        }
    }

    /// Reads on until the server closes, and with which code.
    pub(crate) async fn closed(&mut self) -> u16 {
        loop {
            match self.message().await {
                Some(Ok(Message::Close(frame))) => {
                    return frame.map_or(1005, |frame| frame.code.into());
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return 1006,
            }
        }
    }
}
