//! What happens before an answer leaves: somebody outside of this layer may have to record who is shown
//! what, and refuse the answer when that does not work.

use std::fmt;
use std::sync::Arc;

use async_graphql::parser::types::{OperationType, SelectionSet};
use async_graphql::{Request, ServerError};
use axum::http::HeaderMap;
use futures_util::future::BoxFuture;

use super::Viewer;
use super::selection::Selected;
use crate::limits::lookup::{self, Followed};

/// The header, and the key of the payload of `connection_init`, in which a request names its purpose.
pub(crate) const PURPOSE: &str = "Querschnitt-Purpose";

/// The names of the root fields of an operation, each once, in the words of the schema. Asked for only where
/// they are needed.
pub type Fields<'a> = &'a (dyn Fn() -> Vec<Box<str>> + Send + Sync);

/// Watches the operations of one API.
pub trait Witness: fmt::Debug + Send + Sync + 'static {
    /// Begins to watch an operation of a viewer, if this viewer is of interest.
    ///
    /// # Errors
    /// When the purpose it names is none. Nothing is executed then.
    fn watch(
        self: Arc<Self>,
        viewer: &Viewer,
        purpose: Option<&str>,
    ) -> Result<Option<Arc<dyn Watch>>, ServerError>;
}

/// One operation under way.
pub trait Watch: Send + Sync + 'static {
    /// Gives the resolvers what they need for it.
    fn attach(&self, request: Request) -> Request;

    /// Called when an answer is made and before it leaves; for a subscription with each of its events.
    ///
    /// # Errors
    /// What is answered instead.
    fn seal<'a>(
        &'a self,
        kind: OperationType,
        fields: Fields<'a>,
    ) -> BoxFuture<'a, Result<(), ServerError>>;
}

/// The purpose a request names. What can't be read, or more than one, is a purpose there is none of.
pub(crate) fn purpose(headers: &HeaderMap) -> Option<String> {
    let mut all = headers.get_all(PURPOSE).iter();
    let first = all.next()?;
    let only = match all.next() {
        None => first.to_str().unwrap_or("?"),
        Some(_) => "?",
    };
    Some(only.to_owned())
}

/// The root fields of an operation, each once.
pub(super) fn root_fields(selected: &Selected<'_>) -> Vec<Box<str>> {
    let mut names = Vec::new();
    add(
        selected,
        &selected.operation.selection_set.node,
        selected.root(),
        &mut names,
    );
    names
}

fn add(
    selected: &Selected<'_>,
    set: &SelectionSet,
    parent: Option<&str>,
    names: &mut Vec<Box<str>>,
) {
    for selection in &set.items {
        match lookup::follow(selected.document, &selection.node, parent) {
            Followed::Field(field) => {
                let known = parent.and_then(|parent| {
                    lookup::field(selected.registry, parent, &field.node.name.node)
                });
                if let Some(known) = known
                    && !names.iter().any(|name| **name == *known.name)
                {
                    names.push(known.name.as_str().into());
                }
            }
            Followed::Set(set, on) => add(selected, set, on, names),
            Followed::Nothing => {}
        }
    }
}
