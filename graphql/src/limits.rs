//! What one request may ask for: checked before anything is resolved, each limit with a stable code.
//!
//! This is not an async-graphql extension on purpose: with any extension registered, async-graphql leaves its
//! fast path and does extra work for every single field of every answer.

mod arguments;
mod cost;
mod documents;
mod lexer;
pub(crate) mod lookup;
mod readable;
pub(crate) mod rows;
mod shape;

use std::sync::Arc;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType,
};
use async_graphql::registry::Registry;
use async_graphql::{Pos, ServerError, Variables};

pub(crate) use documents::Documents;

/// The limits of one request. The defaults suit a server that strangers with a token can reach.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of a request body, of a query string and of a WebSocket message.
    pub body_bytes: usize,
    /// Tokens of a document, counted before it is parsed.
    pub tokens: usize,
    /// Open brackets (`{`, `[`, `(`) at any place of a document, counted before it is parsed.
    pub nesting: usize,
    /// Fields above each other, fragments followed; introspection has a fixed limit of its own.
    pub depth: usize,
    /// Aliases in an operation, fragments followed.
    pub aliases: usize,
    /// Fields at the root of an operation.
    pub root_fields: usize,
    /// Directives in an operation, fragments followed.
    pub directives: usize,
    /// Fields in an operation, fragments followed.
    pub fields: usize,
    /// Entries one page of a connection may have; `first` and `last` are 1 to this.
    pub page_size: u64,
    /// Cost of an operation: one per field, a page of n entries costs n times what is asked of one entry.
    pub cost: u64,
    /// Rows of figures, flows and boards in one answer. Every figure for 54 centres and five years by quarter, with
    /// those that are always broken down, has fewer than 35,000.
    pub rows: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 256 * 1024,
            tokens: 5_000,
            nesting: 48,
            depth: 14,
            aliases: 30,
            root_fields: 20,
            directives: 20,
            fields: 2_000,
            page_size: 100,
            cost: 50_000,
            rows: 40_000,
        }
    }
}

/// A document that keeps to the limits.
pub(crate) struct Checked {
    pub(crate) document: Arc<ExecutableDocument>,
    pub(crate) operation: OperationType,
    /// Cost of the chosen operation.
    pub(crate) cost: u64,
}

/// Parses `query` and checks it against `limits`. An error here means that nothing was executed.
pub(crate) fn check(
    documents: &Documents,
    query: &str,
    operation_name: Option<&str>,
    variables: &Variables,
    registry: &Registry,
    limits: &Limits,
    introspection: bool,
) -> Result<Checked, ServerError> {
    let document = documents.parse(query, limits)?;
    let operation = choose(&document, operation_name)?;
    shape::check(operation, &document, limits, introspection)?;
    let cost = cost::check(operation, &document, variables, registry, limits)?;
    arguments::check(operation, &document, variables, registry)?;
    let operation = operation.ty;
    Ok(Checked {
        document,
        operation,
        cost,
    })
}

/// An error with a stable code in `extensions.code`.
pub(crate) fn error(code: &str, message: impl Into<String>, at: Option<Pos>) -> ServerError {
    let mut error = ServerError::new(message, at);
    error.extensions.get_or_insert_default().set("code", code);
    error
}

/// The parser's own text is a drawing over several lines; the position says enough.
fn syntax_error(problem: async_graphql::parser::Error) -> ServerError {
    let known = match &problem {
        async_graphql::parser::Error::Syntax { .. } => "the document is not valid GraphQL".into(),
        other => other.to_string(),
    };
    let mut refusal = error("SYNTAX", known, None);
    refusal.locations = problem.positions().collect();
    refusal
}

fn choose<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<&'a OperationDefinition, ServerError> {
    let found = match (&document.operations, name) {
        (DocumentOperations::Single(only), None) => Some(only),
        (DocumentOperations::Multiple(all), Some(name)) => all.get(name),
        (DocumentOperations::Multiple(all), None) if all.len() == 1 => all.values().next(),
        (DocumentOperations::Multiple(_), None) => {
            return Err(error(
                "OPERATION_NAME",
                "operationName must say which operation is meant",
                None,
            ));
        }
        (DocumentOperations::Single(_), Some(_)) => None,
    };
    found.map(|operation| &operation.node).ok_or_else(|| {
        error(
            "OPERATION_NAME",
            "the document has no operation of that name",
            None,
        )
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Pieces that mean something, so that many of the documents get past the parser.
    fn piece() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "{",
            "}",
            "{ ",
            " }",
            "(",
            ")",
            "[",
            "]",
            ":",
            "!",
            "=",
            "$",
            "@",
            "...",
            "\"",
            "\"\"\"",
            "\\",
            "#",
            "\n",
            "a",
            "b: ",
            "query ",
            "mutation ",
            "fragment F on Query ",
            "...F ",
            "... on Query ",
            "on ",
            "$v: Int ",
            "first: ",
            "last: ",
            "-1",
            "1e999",
            "0",
            "1.5",
            "true ",
            "null ",
            "@skip(if: true) ",
            "__schema ",
            "é",
            "\0",
            "{ a }",
            "{ ...F }",
            "(first: 5) ",
            "connection ",
        ])
    }

    proptest! {
        #[test]
        fn no_document_makes_the_check_panic_or_run_on(pieces in prop::collection::vec(piece(), 0..60)) {
            let limits = Limits { nesting: 10, depth: 5, ..Limits::default() };
            let _ = check(&Documents::default(), &pieces.concat(), None, &Variables::default(), &Registry::default(), &limits, true);
        }

        #[test]
        fn every_text_is_checked(text in ".*") {
            let _ = check(&Documents::default(), &text, Some(&text), &Variables::default(), &Registry::default(), &Limits::default(), false);
        }
    }
}
