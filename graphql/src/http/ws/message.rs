//! The messages of `graphql-transport-ws` and its close codes.

use axum::extract::ws::CloseFrame;
use serde_json::{Map, Value, json};

/// What a client says.
pub(super) enum FromClient {
    Init(Map<String, Value>),
    Ping,
    Pong,
    Subscribe { id: String, payload: Value },
    Complete { id: String },
}

/// Ids are chosen by the client and kept while the operation runs.
const LONGEST_ID: usize = 200;

impl FromClient {
    pub(super) fn parse(text: &str) -> Result<Self, Close> {
        let Ok(Value::Object(mut message)) = serde_json::from_str(text) else {
            return Err(Close::InvalidMessage);
        };
        let payload = message.remove("payload").unwrap_or_default();
        let id = match message.remove("id") {
            Some(Value::String(id)) if !id.is_empty() && id.len() <= LONGEST_ID => Ok(id),
            _ => Err(Close::InvalidMessage),
        };
        let kind = message
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or_default();
        match (kind, payload) {
            ("connection_init", Value::Object(payload)) => Ok(Self::Init(payload)),
            ("connection_init", Value::Null) => Ok(Self::Init(Map::new())),
            ("ping", Value::Object(_) | Value::Null) => Ok(Self::Ping),
            ("pong", Value::Object(_) | Value::Null) => Ok(Self::Pong),
            ("subscribe", payload @ Value::Object(_)) => Ok(Self::Subscribe { id: id?, payload }),
            ("complete", _) => Ok(Self::Complete { id: id? }),
            _ => Err(Close::InvalidMessage),
        }
    }
}

pub(super) const ACK: &str = r#"{"type":"connection_ack"}"#;
pub(super) const PONG: &str = r#"{"type":"pong"}"#;

/// `payload` is JSON already.
pub(super) fn next(id: &str, payload: &str) -> String {
    format!(
        r#"{{"id":{},"type":"next","payload":{payload}}}"#,
        json!(id)
    )
}

/// `errors` is a list in JSON already.
pub(super) fn error(id: &str, errors: &str) -> String {
    format!(
        r#"{{"id":{},"type":"error","payload":{errors}}}"#,
        json!(id)
    )
}

pub(super) fn complete(id: &str) -> String {
    format!(r#"{{"id":{},"type":"complete"}}"#, json!(id))
}

/// Why the server ends a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Close {
    InvalidMessage,
    Unauthorized,
    Forbidden,
    NoCommonProtocol,
    InitTimeout,
    DuplicateId,
    SecondInit,
    TooLarge,
    TryAgain,
}

impl Close {
    pub(super) fn frame(self) -> CloseFrame {
        let (code, reason) = match self {
            Self::InvalidMessage => (4400, "Invalid message received"),
            Self::Unauthorized => (4401, "Unauthorized"),
            Self::Forbidden => (4403, "Forbidden"),
            Self::NoCommonProtocol => (4406, "Subprotocol not acceptable"),
            Self::InitTimeout => (4408, "Connection initialisation timeout"),
            Self::DuplicateId => (4409, "Subscriber for this id already exists"),
            Self::SecondInit => (4429, "Too many initialisation requests"),
            Self::TooLarge => (1009, "Message too large"),
            Self::TryAgain => (1013, "Try again later"),
        };
        CloseFrame {
            code,
            reason: reason.into(),
        }
    }
}
