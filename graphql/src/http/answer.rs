//! A GraphQL response as JSON: with or without `data`, with the cost, without internals.

use std::collections::BTreeMap;

use async_graphql::parser::types::OperationType;
use async_graphql::{Response, ServerError, Value};
use serde::Serialize;

use super::operation::Cost;
use super::shown::{code, internal, shown};
use crate::limits;

/// Whether `response` says that nothing was executed: whatever comes from a field carries the field's path.
pub(super) fn is_request_error(response: &Response) -> bool {
    response.data == Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty())
}

/// Whether the answer is an error of the server's making, and which status says so.
pub(super) fn server_fault(response: &Response) -> Option<u16> {
    let codes = response
        .errors
        .iter()
        .filter(|error| error.path.is_empty())
        .filter_map(code);
    codes.into_iter().find_map(|code| match code {
        "TIMEOUT" | "ACCESS_LOG" => Some(503),
        "INTERNAL" => Some(500),
        _ => None,
    })
}

/// A body in the order the specification asks for: errors first.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ServerError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: BTreeMap<String, Value>,
}

impl Body<'_> {
    fn to_json(&self) -> String {
        serde_json::to_string(self)
            .unwrap_or_else(|_| format!(r#"{{"errors":{}}}"#, errors(vec![internal()])))
    }
}

/// The body of an answer, as JSON.
pub(super) fn body(mut response: Response, cost: Cost) -> String {
    let data = (!is_request_error(&response)).then_some(&response.data);
    let errors = std::mem::take(&mut response.errors);
    let mut extensions = std::mem::take(&mut response.extensions);
    extensions.insert(
        "cost".into(),
        async_graphql::value!({ "requested": cost.requested, "maximum": cost.maximum }),
    );
    Body {
        errors,
        data,
        extensions,
    }
    .to_json()
}

/// The body for an operation that was refused before it ran.
pub(super) fn refusal(error: ServerError) -> String {
    Body {
        errors: vec![shown(error)],
        data: None,
        extensions: BTreeMap::new(),
    }
    .to_json()
}

/// The same as a bare list of errors.
pub(super) fn errors(errors: Vec<ServerError>) -> String {
    let errors: Vec<ServerError> = errors.into_iter().map(shown).collect();
    serde_json::to_string(&errors).unwrap_or_else(|_| "[]".into())
}

/// What each transport says to an operation it does not carry.
pub(super) fn subscription_elsewhere() -> ServerError {
    let text = "subscriptions are served at /graphql/stream and /graphql/ws";
    limits::error("SUBSCRIPTION_ELSEWHERE", text, None)
}

/// Whether `GET` may run this.
pub(super) fn is_safe(kind: OperationType) -> bool {
    match kind {
        OperationType::Query | OperationType::Subscription => true,
        OperationType::Mutation => false,
    }
}
