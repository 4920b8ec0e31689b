//! From parameters to a checked operation that can run; the same for every transport.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response, ServerError};
use futures_util::stream::{self, BoxStream, StreamExt};

use super::params::Params;
use super::{Api, Viewer, nulls};
use crate::limits;

/// An operation that keeps to the limits.
pub(super) struct Operation {
    pub(super) kind: OperationType,
    pub(super) cost: u64,
    request: Request,
}

impl Api {
    /// Parses and checks. An error means that nothing was executed.
    pub(super) fn prepare(
        &self,
        params: Params,
        viewer: &Viewer,
    ) -> Result<Operation, Box<ServerError>> {
        let Params {
            query,
            operation_name,
            variables,
        } = params;
        let checking = || {
            let name = operation_name.as_deref();
            let options = &self.options;
            limits::check(
                &query,
                name,
                &variables,
                &self.engine.registry,
                &options.limits,
                options.introspection,
            )
        };
        let checked = std::panic::catch_unwind(AssertUnwindSafe(checking))
            .unwrap_or_else(|_| Err(limits::error("SYNTAX", "the document can't be read", None)))?;
        let mut request = Request::new(query).variables(variables);
        request.operation_name = operation_name;
        request.set_parsed_query(checked.document);
        Ok(Operation {
            kind: checked.operation,
            cost: checked.cost,
            request: viewer.attach(request),
        })
    }

    /// Runs a query or mutation within the time limit.
    pub(super) async fn run(&self, operation: Operation) -> Response {
        let (query, name) = (
            operation.request.query.clone(),
            operation.request.operation_name.clone(),
        );
        let running = self.engine.execute(operation.request);
        match tokio::time::timeout(self.options.time_limit, running).await {
            Ok(mut response) => {
                nulls::propagate(
                    &mut response,
                    &query,
                    name.as_deref(),
                    &self.engine.registry,
                );
                response
            }
            Err(_) => Response::from_errors(vec![limits::error(
                "TIMEOUT",
                "this took too long and was given up",
                None,
            )]),
        }
    }

    /// Runs any operation as a stream; that of a query or mutation has one item.
    pub(super) fn stream(self: Arc<Self>, operation: Operation) -> BoxStream<'static, Response> {
        if operation.kind != OperationType::Subscription {
            return stream::once(async move { self.run(operation).await }).boxed();
        }
        let (query, name) = (
            operation.request.query.clone(),
            operation.request.operation_name.clone(),
        );
        let responses = self.engine.stream(operation.request);
        let settled = responses.map(move |mut response| {
            nulls::propagate(
                &mut response,
                &query,
                name.as_deref(),
                &self.engine.registry,
            );
            response
        });
        settled.boxed()
    }
}
