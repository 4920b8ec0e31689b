//! Until when a query or mutation may run.
//!
//! A timer alone fires only where something waits: what computes has to look at the clock itself. So whatever reads
//! the book looks before it starts, and a long computation looks again and again.

use std::time::{Duration, Instant};

use async_graphql::{Context, Error, ErrorExtensions as _, Response, ServerError};

use super::shown::code;
use crate::limits;

const TEXT: &str =
    "Das hat zu lange gedauert und wurde abgebrochen. Bitte später erneut versuchen.";

/// When the time of a request is up; resolvers find it in their context. Subscriptions have none.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    pub(super) fn after(limit: Duration) -> Self {
        let now = Instant::now();
        // A limit beyond what the clock can say is none; a day is as good.
        let day = Duration::from_secs(24 * 60 * 60);
        Self(now + limit.min(day))
    }

    /// The end of the request's time, if it has one.
    pub(crate) fn of(context: &Context<'_>) -> Option<Instant> {
        context.data_opt::<Self>().map(|deadline| deadline.0)
    }

    /// For a resolver, before it starts something and while it computes.
    ///
    /// # Errors
    /// `TIMEOUT` when the time is up.
    pub fn check(context: &Context<'_>) -> Result<(), Error> {
        match Self::of(context) {
            Some(end) if end <= Instant::now() => Err(Self::error()),
            Some(_) | None => Ok(()),
        }
    }

    /// What a resolver says that was stopped.
    pub(crate) fn error() -> Error {
        Error::new(TEXT).extend_with(|_, extensions| extensions.set("code", "TIMEOUT"))
    }
}

/// The answer to a request whose time was up.
pub(super) fn timed_out() -> Response {
    Response::from_errors(vec![limits::error("TIMEOUT", TEXT, None)])
}

/// Whether a resolver was stopped. What the others found is not the answer that was asked for.
pub(super) fn was_stopped(response: &Response) -> bool {
    let stopped = |error: &ServerError| code(error) == Some("TIMEOUT");
    response.errors.iter().any(stopped)
}
