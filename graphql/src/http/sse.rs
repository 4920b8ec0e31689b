//! `/graphql/stream`: server-sent events, one operation per connection (the distinct-connections mode of
//! `graphql-sse`).
//!
//! Nothing is buffered here: the next event is asked for when the connection took the one before.

use std::sync::Arc;

use async_graphql::Response as GraphQlResponse;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, BoxStream, StreamExt};
use tokio::time::{Interval, MissedTickBehavior};

use super::auth::Credentials;
use super::operation::Cost;
use super::problem::Problem;
use super::{Api, Viewer, accept, answer, auth, graphql, witness};

pub(super) async fn handle(State(api): State<Arc<Api>>, request: Request) -> Response {
    match answer(api, request).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn answer(api: Arc<Api>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    if !matches!(parts.method, Method::GET | Method::POST) {
        return Err(Problem::method("GET, POST"));
    }
    if !accept::takes_events(&parts.headers) {
        return Err(Problem::not_acceptable("text/event-stream"));
    }
    let credentials = Credentials::of(&parts.method, &parts.headers);
    let viewer = auth::viewer(api.auth.as_ref(), &credentials).await?;
    api.admit_request(&viewer)?;
    let params = graphql::read(&api, &parts, body, &viewer).await?;

    // A wrong document is told as an event: clients of this protocol do not read the body of an error status.
    let first = ":\n\n".to_owned();
    let purpose = witness::purpose(&parts.headers);
    let events = match api.prepare(params, &viewer, purpose.as_deref()) {
        Err(error) => {
            stream::iter([first, next(&answer::refusal(*error)), COMPLETE.into()]).boxed()
        }
        Ok(operation) => {
            if parts.method == Method::GET && !answer::is_safe(operation.kind) {
                return Err(Problem::mutation_over_get());
            }
            let open = Open {
                keep_alive: every(api.options.keep_alive),
                recheck: every(api.options.recheck),
                cost: operation.cost,
                responses: api.clone().stream(operation),
                going_on: credentials.going_on(),
                viewer,
                api,
                completed: false,
            };
            stream::iter([first])
                .chain(stream::unfold(open, Open::step))
                .boxed()
        }
    };
    let bytes = events.map(|event| Ok::<_, std::convert::Infallible>(Bytes::from(event)));
    let mut response = Body::from_stream(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

const COMPLETE: &str = "event: complete\ndata:\n\n";

fn next(json: &str) -> String {
    format!("event: next\ndata: {json}\n\n")
}

/// Ticks in equal distances, the first time after one of them.
pub(super) fn every(period: std::time::Duration) -> Interval {
    let mut interval = tokio::time::interval_at(tokio::time::Instant::now() + period, period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

/// A stream that is being read.
struct Open {
    api: Arc<Api>,
    responses: BoxStream<'static, GraphQlResponse>,
    cost: Cost,
    going_on: Credentials,
    viewer: Viewer,
    keep_alive: Interval,
    recheck: Interval,
    completed: bool,
}

impl Open {
    async fn may_go_on(&mut self) -> bool {
        auth::still(self.api.auth.as_ref(), &self.going_on, &self.viewer).await
    }

    /// The next piece of the body. Without `complete` at the end the client knows that it was cut off.
    async fn step(mut self) -> Option<(String, Self)> {
        if self.completed {
            return None;
        }
        loop {
            tokio::select! {
                response = self.responses.next() => {
                    // Whoever may not read any more gets nothing more, not even what is ready.
                    if !self.may_go_on().await {
                        return None;
                    }
                    let event = match response {
                        Some(response) => next(&answer::body(response, self.cost)),
                        None => {
                            self.completed = true;
                            COMPLETE.into()
                        }
                    };
                    self.keep_alive.reset();
                    return Some((event, self));
                }
                _ = self.keep_alive.tick() => return Some((":\n\n".into(), self)),
                _ = self.recheck.tick() => {
                    if !self.may_go_on().await {
                        return None;
                    }
                }
            }
        }
    }
}
