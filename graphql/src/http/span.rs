//! The trace of one operation: a span named by its type, with its cost and the codes of its errors.
//!
//! Names, documents and variables are the caller's and can hold anything, so they are not in it.

use async_graphql::parser::types::OperationType;
use async_graphql::{Response, ServerError};
use tracing::Span;
use tracing::field::Empty;

use super::shown;

/// The span in which an operation runs. Its `codes` are known later.
pub(super) fn of(kind: OperationType, cost: u64) -> Span {
    match kind {
        OperationType::Query => tracing::info_span!("query", cost, codes = Empty),
        OperationType::Mutation => tracing::info_span!("mutation", cost, codes = Empty),
        OperationType::Subscription => tracing::info_span!("subscription", cost, codes = Empty),
    }
}

/// Says in the span how an answer came out. Its errors are cleaned already.
pub(super) fn answered(response: &Response) {
    let mut codes: Vec<&str> = response.errors.iter().filter_map(shown::code).collect();
    codes.sort_unstable();
    codes.dedup();
    if !codes.is_empty() {
        Span::current().record("codes", codes.join(" "));
    }
    tracing::debug!("answered");
}

/// Says in the trace that an operation was refused before it ran.
pub(super) fn refused(error: &ServerError) {
    let code = shown::code(error).unwrap_or_default();
    tracing::debug!(code, "refused");
}
