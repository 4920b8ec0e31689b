//! From parameters to a checked operation that can run; the same for every transport.

use std::future::{Future, poll_fn};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;

use async_graphql::parser::types::{ExecutableDocument, OperationType};
use async_graphql::{Request, Response, ServerError};
use futures_util::stream::{self, BoxStream, StreamExt};
use tracing::Instrument;

use super::deadline::{Deadline, timed_out, was_stopped};
use super::params::Params;
use super::selection::{Selected, Source};
use super::witness::{self, Watch};
use super::{Api, Viewer, nulls, order, shown, span};
use crate::limits::{self, rows::Rows};

/// What an operation costs and what it might have cost.
#[derive(Clone, Copy)]
pub(super) struct Cost {
    pub(super) requested: u64,
    pub(super) maximum: u64,
}

/// An operation that keeps to the limits.
pub(super) struct Operation {
    pub(super) kind: OperationType,
    pub(super) cost: Cost,
    document: Arc<ExecutableDocument>,
    request: Request,
    watch: Option<Arc<dyn Watch>>,
}

impl Operation {
    fn source(&self) -> Source {
        Source {
            document: Arc::clone(&self.document),
            operation_name: self.request.operation_name.clone(),
            variables: self.request.variables.clone(),
        }
    }
}

impl Api {
    /// Parses and checks. An error means that nothing was executed.
    pub(super) fn prepare(
        &self,
        params: Params,
        viewer: &Viewer,
        purpose: Option<&str>,
    ) -> Result<Operation, Box<ServerError>> {
        let Params {
            document,
            operation_name,
            variables,
        } = params;
        let limits = self.limits(viewer);
        let checking = || {
            let name = operation_name.as_deref();
            let options = &self.options;
            let (query, parsed) = options.trusted.find(document, &self.documents, limits)?;
            let checked = limits::check(
                parsed,
                name,
                &variables,
                &self.engine.registry,
                limits,
                options.introspection,
            )?;
            Ok((query, checked))
        };
        let (query, checked) = std::panic::catch_unwind(AssertUnwindSafe(checking))
            .unwrap_or_else(|_| Err(limits::error("SYNTAX", "the document can't be read", None)))
            .inspect_err(span::refused)?;
        let watch = match &self.options.witness {
            Some(witness) => Arc::clone(witness).watch(viewer, purpose)?,
            None => None,
        };
        let mut request = Request::new(query).variables(variables);
        request.operation_name = operation_name;
        request.set_parsed_query((*checked.document).clone());
        let request = viewer.attach(request).data(Rows::new(limits.rows));
        Ok(Operation {
            kind: checked.operation,
            cost: Cost {
                requested: checked.cost,
                maximum: limits.cost,
            },
            document: checked.document,
            request: match &watch {
                Some(watch) => watch.attach(request),
                None => request,
            },
            watch,
        })
    }

    /// Runs a query or mutation within the time limit, and writes its answer down with `write`.
    ///
    /// That comes before the witness is waited for: an answer is several times as large as its text, and as
    /// many of them as wait at a time would have to be fetched from memory again.
    pub(super) async fn run<T>(&self, operation: Operation, write: impl Fn(Response) -> T) -> T {
        let source = operation.source();
        let span = self.span(&operation, &source);
        let running = self.run_traced(operation, &source, write);
        running.instrument(span).await
    }

    fn span(&self, operation: &Operation, source: &Source) -> tracing::Span {
        let selected = Selected::new(source, &self.engine.registry);
        span::of(operation.kind, operation.cost.requested, selected.as_ref())
    }

    async fn run_traced<T>(
        &self,
        operation: Operation,
        source: &Source,
        write: impl Fn(Response) -> T,
    ) -> T {
        let limit = self.options.time_limit;
        let (kind, watch) = (operation.kind, operation.watch);
        let request = operation.request.data(Deadline::after(limit));
        let mut running = pin!(self.engine.execute(request));
        let mut waited = false;
        let watched = poll_fn(|context| {
            let polled = running.as_mut().poll(context);
            waited |= polled.is_pending();
            polled
        });
        let mut response = match tokio::time::timeout(limit, watched).await {
            Ok(response) if !was_stopped(&response) => response,
            Ok(_) | Err(_) => timed_out(),
        };
        if waited || failed_inside(&response) {
            self.repair(&mut response, source);
        }
        let answer = write(finished(response));
        match self.seal(watch.as_deref(), kind, source).await {
            Ok(()) => answer,
            Err(refusal) => write(finished(refusal)),
        }
    }

    /// Lets the witness do what has to come before an answer leaves, or gives what leaves instead.
    async fn seal(
        &self,
        watch: Option<&dyn Watch>,
        kind: OperationType,
        source: &Source,
    ) -> Result<(), Response> {
        let Some(watch) = watch else { return Ok(()) };
        let fields = || {
            let selected = Selected::new(source, &self.engine.registry);
            selected.map_or_else(Vec::new, |selected| witness::root_fields(&selected))
        };
        let sealed = tokio::time::timeout(self.options.time_limit, watch.seal(kind, &fields));
        match sealed.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Response::from_errors(vec![error])),
            Err(_) => Err(timed_out()),
        }
    }

    /// Runs any operation as a stream; that of a query or mutation has one item.
    pub(super) fn stream(self: Arc<Self>, operation: Operation) -> BoxStream<'static, Response> {
        if operation.kind != OperationType::Subscription {
            return stream::once(async move { self.run(operation, |response| response).await })
                .boxed();
        }
        let source = operation.source();
        let span = self.span(&operation, &source);
        let (kind, watch) = (operation.kind, operation.watch);
        let responses = self.engine.stream(operation.request);
        let source = Arc::new(source);
        let sealed = responses.then(move |mut response| {
            let (api, source, watch) = (Arc::clone(&self), Arc::clone(&source), watch.clone());
            let answered = async move {
                api.repair(&mut response, &source);
                match api.seal(watch.as_deref(), kind, &source).await {
                    Ok(()) => finished(response),
                    Err(refusal) => finished(refusal),
                }
            };
            answered.instrument(span.clone())
        });
        sealed.boxed()
    }

    /// Puts nulls where fields failed, and the fields into their order.
    fn repair(&self, response: &mut Response, source: &Source) {
        if let Some(selected) = Selected::new(source, &self.engine.registry) {
            nulls::propagate(response, &selected);
            order::restore(&mut response.data, &selected);
        }
    }
}

/// With errors to show; says in the trace how it came out.
fn finished(mut response: Response) -> Response {
    shown::clean(&mut response);
    span::answered(&response);
    response
}

fn failed_inside(response: &Response) -> bool {
    response.errors.iter().any(|error| !error.path.is_empty())
}
