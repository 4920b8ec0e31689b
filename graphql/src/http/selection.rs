//! What an operation selects, for the two repairs of an answer: nulls (`nulls.rs`) and order (`order.rs`).

use std::sync::Arc;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType,
};
use async_graphql::registry::Registry;
use async_graphql::{Value, Variables};

use crate::limits::lookup;

/// The document of an operation that runs, and what goes with it.
pub(super) struct Source {
    pub(super) document: Arc<ExecutableDocument>,
    pub(super) operation_name: Option<String>,
    pub(super) variables: Variables,
}

/// The chosen operation within its document.
pub(super) struct Selected<'a> {
    pub(super) document: &'a ExecutableDocument,
    pub(super) operation: &'a OperationDefinition,
    pub(super) registry: &'a Registry,
    variables: &'a Variables,
}

impl<'a> Selected<'a> {
    pub(super) fn new(source: &'a Source, registry: &'a Registry) -> Option<Self> {
        let document = &*source.document;
        let operation = match (&document.operations, source.operation_name.as_deref()) {
            (DocumentOperations::Single(only), _) => Some(only),
            (DocumentOperations::Multiple(all), Some(name)) => all.get(name),
            (DocumentOperations::Multiple(all), None) => all.values().next(),
        };
        Some(Self {
            document,
            operation: &operation?.node,
            registry,
            variables: &source.variables,
        })
    }

    /// The name of the type the root fields belong to.
    pub(super) fn root(&self) -> Option<&'a str> {
        match self.operation.ty {
            OperationType::Query => Some(&self.registry.query_type),
            OperationType::Mutation => self.registry.mutation_type.as_ref(),
            OperationType::Subscription => self.registry.subscription_type.as_ref(),
        }
        .map(String::as_str)
    }

    /// The type of a field as the registry writes it, for example `[Node!]!`.
    pub(super) fn field_type(&self, parent: &str, name: &str) -> Option<&'a str> {
        lookup::field(self.registry, parent, name).map(|field| field.ty.as_str())
    }

    /// The value of a variable: as sent, or its default.
    pub(super) fn variable(&self, name: &str) -> Option<Value> {
        lookup::variable(self.operation, self.variables, name)
    }
}
