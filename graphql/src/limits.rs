//! What one request may ask for: checked before anything is resolved, each limit with a stable code.
//!
//! This is not an async-graphql extension on purpose: with any extension registered, async-graphql leaves its
//! fast path and does extra work for every single field of every answer.
//!
//! A little over 400 lines: the limits are read in one go, and so are their tests.

mod arguments;
mod conflicts;
mod cost;
mod documents;
mod lexer;
pub(crate) mod lookup;
mod prices;
mod readable;
mod roles;
pub(crate) mod rows;
mod shape;
mod values;

use std::sync::Arc;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType,
};
use async_graphql::registry::Registry;
use async_graphql::{Pos, ServerError, Variables};

pub(crate) use documents::Documents;
pub use roles::{RoleLimits, is_outside};
use values::Values;

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
    /// Selections in a document, fragments followed: in all its operations and fragments together, because all of
    /// them are validated.
    pub selections: usize,
    /// Values in the arguments of a document, variables put in and fragments followed, all together; 64 bytes of a
    /// text count as one more.
    pub values: usize,
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
            selections: 10_000,
            values: 50_000,
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

/// Checks a parsed document against `limits`. An error here means that nothing was executed.
pub(crate) fn check(
    document: Arc<ExecutableDocument>,
    operation_name: Option<&str>,
    variables: &Variables,
    registry: &Registry,
    limits: &Limits,
    introspection: bool,
) -> Result<Checked, ServerError> {
    let operation = choose(&document, operation_name)?;
    let values = Values::new(&document, variables);
    let root_fields = shape::check(operation, &document, &values, limits, introspection)?;
    conflicts::check(&document)?;
    let cost = cost::check(
        operation,
        root_fields,
        &document,
        variables,
        &values,
        registry,
        limits,
    )?;
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

    /// From a text to what can run, as every request goes.
    fn check(
        documents: &Documents,
        query: &str,
        operation_name: Option<&str>,
        variables: &Variables,
        registry: &Registry,
        limits: &Limits,
        introspection: bool,
    ) -> Result<Checked, ServerError> {
        let document = documents.parse(query, limits)?;
        super::check(
            document,
            operation_name,
            variables,
            registry,
            limits,
            introspection,
        )
    }

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

    /// A document whose fragments spread fragments that come later, known or not, or any at all.
    fn fragments() -> impl Strategy<Value = String> {
        let spread = (0..4_usize, 1..4_usize, prop::bool::weighted(0.02));
        let set = prop::collection::vec((spread, 0..6_usize), 1..12);
        (prop::collection::vec(set, 1..26), 1..4_usize).prop_map(|(sets, operations)| {
            let mut text = String::new();
            for number in 0..operations {
                text += &format!("query Q{number} {{ ...F{number} }} ");
            }
            for (at, set) in sets.iter().enumerate() {
                text += &format!("fragment F{at} on Query {{ ");
                for ((kind, further, anywhere), times) in set {
                    let to = if *anywhere {
                        at + 1 - further.min(&(at + 1))
                    } else {
                        at + further
                    };
                    let one = match kind {
                        0 => format!("...F{to} "),
                        1 => format!("... {{ ...F{to} }} "),
                        2 => format!("... on Query {{ log {{ size }} ...F{to} }} "),
                        _ => "log { size } ".to_owned(),
                    };
                    text += &one.repeat(*times);
                }
                text += "log { root } } ";
            }
            text
        })
    }

    fn registry() -> &'static Registry {
        static REGISTRY: std::sync::LazyLock<Registry> = std::sync::LazyLock::new(|| {
            let mut registry = Registry::default();
            <crate::Query as async_graphql::OutputType>::create_type_info(&mut registry);
            "Query".clone_into(&mut registry.query_type);
            registry
        });
        &REGISTRY
    }

    /// Selections that a walk meets which remembers nothing, counted up to `most`.
    fn met(document: &ExecutableDocument, most: usize) -> usize {
        let mut open: Vec<_> = document
            .operations
            .iter()
            .map(|(_, operation)| &operation.node.selection_set.node)
            .collect();
        let mut met = 0;
        while let Some(set) = open.pop() {
            for selection in &set.items {
                met += 1;
                if met > most {
                    return met;
                }
                match lookup::follow(document, &selection.node, None) {
                    lookup::Followed::Field(field) => open.push(&field.node.selection_set.node),
                    lookup::Followed::Set(set, _) => open.push(set),
                    lookup::Followed::Nothing => {}
                }
            }
        }
        met
    }

    proptest! {
        /// A document costs as many steps as it has tokens, and four times the selections that are allowed at most:
        /// for its conflicts (twice, because of inline fragments), its cost and its arguments. What is let through is as small for whatever walks it later.
        #[test]
        fn fragments_never_make_a_check_run_on(query in fragments(), large in any::<bool>()) {
            let all = Limits::default();
            let limits = match large {
                true => Limits { root_fields: 1_000, selections: 3_000, ..all },
                false => Limits { selections: 60, ..all },
            };
            let documents = Documents::default();
            let mut let_through = false;
            let steps = lookup::steps::of(|| {
                let variables = Variables::default();
                let checked = check(&documents, &query, Some("Q0"), &variables, registry(), &limits, true);
                let_through = checked.is_ok();
            });
            prop_assert!(steps <= limits.tokens + 4 * limits.selections, "{steps} steps");
            if let_through {
                let document = documents.parse(&query, &limits).unwrap();
                prop_assert!(met(&document, limits.selections) <= limits.selections);
            }
        }
    }

    #[test]
    fn a_document_may_stand_for_so_many_selections_in_all_its_operations() {
        let limits = Limits {
            selections: 12,
            ..Limits::default()
        };
        let code = |query: &str| {
            let (documents, variables) = (Documents::default(), Variables::default());
            let refused = check(
                &documents,
                query,
                Some("A"),
                &variables,
                registry(),
                &limits,
                true,
            )
            .err()?;
            Some(refused.extensions?.get("code")?.to_string())
        };
        let f = "fragment F on Query { log { size } }";
        // The fragment 2, each spread of it 3: 2 + 3 + 2 * 3 and one more.
        let fits = format!("query A {{ ...F }} query B {{ ...F ...F }} {f}");
        assert_eq!(code(&fits), None);
        let over = format!("query A {{ ...F }} query B {{ ...F ...F log {{ root }} }} {f}");
        assert_eq!(code(&over).as_deref(), Some("\"TOO_MANY_FIELDS\""));
    }

    #[test]
    fn values_count_in_every_place_a_variable_stands() {
        let limits = Limits {
            values: 40,
            ..Limits::default()
        };
        let code = |query: &str, values: usize| {
            let list = vec![serde_json::json!("B1"); values];
            let variables = Variables::from_json(serde_json::json!({ "v": list }));
            let refused = check(
                &Documents::default(),
                query,
                None,
                &variables,
                registry(),
                &limits,
                true,
            );
            Some(refused.err()?.extensions?.get("code")?.to_string())
        };
        let once = "query($v: [String!]) { figures(keys: $v, period: \"2026\") { key } }";
        assert_eq!(code(once, 38), None);
        assert_eq!(code(once, 39).as_deref(), Some("\"TOO_MANY_VALUES\""));
        let twice = "query($v: [String!]) { ...F ...F } fragment F on Query { figures(keys: $v, period: \"2026\") { key } }";
        assert_eq!(code(twice, 11), None);
        assert_eq!(code(twice, 12).as_deref(), Some("\"TOO_MANY_VALUES\""));
        let within =
            "query($v: [String!]) { figures(keys: [$v, $v, $v], period: \"2026\") { key } }";
        assert_eq!(code(within, 20).as_deref(), Some("\"TOO_MANY_VALUES\""));
        let skipped = "query($v: [String!]) { log { size @skip(if: $v) } }";
        assert_eq!(code(skipped, 40).as_deref(), Some("\"TOO_MANY_VALUES\""));
        let text = "x".repeat(64 * 40);
        let long = format!("{{ figures(keys: \"{text}\", period: \"2026\") {{ key }} }}");
        assert_eq!(code(&long, 0).as_deref(), Some("\"TOO_MANY_VALUES\""));
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
