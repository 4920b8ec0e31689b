//! Through which operation something was read. Names are those of the schema or
//! the program, never a client's words.

use serde::{Deserialize, Serialize};

/// What was asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// What kind of request.
    pub kind: OperationKind,
    /// The fields it asked for at its root, each once, the path of the page or the name of the command; empty
    /// where the kind says it all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Box<str>>,
}

/// The kinds of requests that show records.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OperationKind {
    /// A GraphQL query.
    Query,
    /// A mutation: its answer shows the record it changed.
    Mutation,
    /// One event of a subscription.
    Subscription,
    /// A file of a review.
    Attachment,
    /// A letter.
    Letter,
    /// A page of the server.
    Page,
    /// A command on the command line.
    CommandLine,
}

impl OperationKind {
    /// The stable word, as stored and as clients see it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "QUERY",
            Self::Mutation => "MUTATION",
            Self::Subscription => "SUBSCRIPTION",
            Self::Attachment => "ATTACHMENT",
            Self::Letter => "LETTER",
            Self::Page => "PAGE",
            Self::CommandLine => "COMMAND_LINE",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_word_is_the_shown_one() {
        for kind in [
            OperationKind::Query,
            OperationKind::Mutation,
            OperationKind::Subscription,
            OperationKind::Attachment,
            OperationKind::Letter,
            OperationKind::Page,
            OperationKind::CommandLine,
        ] {
            let stored = serde_json::to_value(kind).unwrap();
            assert_eq!(stored, kind.as_str());
        }
    }
}
