//! Documents parsed before: a client sends the same few again and again, with other variables, and reading one takes
//! longer than answering it.

use std::sync::Arc;

use async_graphql::ServerError;
use async_graphql::parser::types::ExecutableDocument;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::{Limits, lexer, syntax_error};

/// Bytes of text of all documents that are kept. Parsed, a document takes some twenty times its text.
const TEXT_BYTES: u64 = 1024 * 1024;
/// About how many documents that is.
const DOCUMENTS: usize = 1_000;

/// The documents used lately, by their text. Only what depends on nothing else than the text is kept.
pub(crate) struct Documents {
    kept: Cache<Box<str>, Arc<ExecutableDocument>, Length>,
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            kept: Cache::with_weighter(DOCUMENTS, TEXT_BYTES, Length),
        }
    }
}

impl Documents {
    /// Parses `query`, or gives what was parsed of the same text before. What is looked at here (tokens and nesting) is
    /// the same for all roles, so one role's document may be another's.
    pub(crate) fn parse(
        &self,
        query: &str,
        limits: &Limits,
    ) -> Result<Arc<ExecutableDocument>, ServerError> {
        if let Some(known) = self.kept.get(query) {
            return Ok(known);
        }
        lexer::check(query, limits)?;
        let document = async_graphql::parser::parse_query(query).map_err(syntax_error)?;
        let document = Arc::new(document);
        if is_reusable(query) {
            self.kept.insert(query.into(), Arc::clone(&document));
        }
        Ok(document)
    }
}

/// What stands in quotes is one request's own: such a document does not come again, and a text about people has no
/// business in a cache.
fn is_reusable(query: &str) -> bool {
    !query.contains('"')
}

#[derive(Clone)]
struct Length;

impl Weighter<Box<str>, Arc<ExecutableDocument>> for Length {
    fn weight(&self, query: &Box<str>, _: &Arc<ExecutableDocument>) -> u64 {
        query.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(documents: &Documents, query: &str) -> Arc<ExecutableDocument> {
        documents.parse(query, &Limits::default()).unwrap()
    }

    #[test]
    fn the_same_text_is_parsed_once() {
        let documents = Documents::default();
        let first = parse(&documents, "{ centres { key } }");
        let again = parse(&documents, "{ centres { key } }");
        assert!(Arc::ptr_eq(&first, &again));
        let other = parse(&documents, "{ centres { name } }");
        assert!(!Arc::ptr_eq(&first, &other));
    }

    #[test]
    fn a_document_with_a_text_of_its_own_is_not_kept() {
        let documents = Documents::default();
        parse(
            &documents,
            "{ organisations(search: \"Frau B.\") { totalCount } }",
        );
        assert_eq!(documents.kept.len(), 0);
    }

    #[test]
    fn what_is_refused_is_refused_again() {
        let documents = Documents::default();
        for query in ["{ centres", "{ a ".repeat(60).as_str()] {
            for _ in 0..2 {
                assert!(documents.parse(query, &Limits::default()).is_err());
            }
        }
    }

    #[test]
    fn what_is_kept_stays_small_whatever_is_sent() {
        let documents = Documents::default();
        for number in 0..20_000 {
            let field = "a".repeat(100);
            parse(&documents, &format!("{{ {field}{number} }}"));
        }
        assert!(documents.kept.weight() <= TEXT_BYTES);
        assert!(!documents.kept.is_empty());
    }
}
