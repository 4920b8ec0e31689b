//! The trace of one operation: a span named by its type, with its cost, its outline and the codes of its errors.
//!
//! Names, documents and variables are the caller's and can hold anything, so they are not in it; the outline has only
//! words of the schema.

use async_graphql::parser::types::OperationType;
use async_graphql::{Response, ServerError};
use tracing::Span;
use tracing::field::Empty;

use super::selection::Selected;
use super::{outline, shown};

/// The span in which an operation runs. Its `codes` are known later.
pub(super) fn of(kind: OperationType, cost: u64, selected: Option<&Selected<'_>>) -> Span {
    let span = match kind {
        OperationType::Query => {
            tracing::info_span!("query", cost, document = Empty, codes = Empty)
        }
        OperationType::Mutation => {
            tracing::info_span!("mutation", cost, document = Empty, codes = Empty)
        }
        OperationType::Subscription => {
            tracing::info_span!("subscription", cost, document = Empty, codes = Empty)
        }
    };
    // Only where somebody looks: making it takes some microseconds.
    if let Some(selected) = selected.filter(|_| !span.is_disabled()) {
        span.record("document", outline::of(selected));
    }
    span
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
