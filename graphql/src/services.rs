//! What every resolver can reach: the executor for commands, the runner for reads, the tokens.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Context, Error, ErrorExtensions as _};
use querschnitt_domain::{Commitment, RecordId};
use querschnitt_projections::figures::FigureMemo;
use querschnitt_projections::flow::FlowMemo;
use querschnitt_projections::{Runner, Until};
use querschnitt_store::{Executor, TreeFollower};

use crate::http::{Deadline, INTERNAL};
use crate::token::Tokens;
use crate::viewer::{Readable, Viewer};

/// Everything the schema stands on; put into the schema's data once.
#[derive(Clone)]
pub struct Services {
    /// Commands go through here.
    pub executor: Executor,
    /// Reads come from here.
    pub runner: Arc<Runner>,
    /// The Merkle tree over the log.
    pub tree: Arc<TreeFollower>,
    /// Figures that were computed before.
    pub figures: Arc<FigureMemo>,
    /// Flows that were computed before.
    pub flows: Arc<FlowMemo>,
    /// Position tokens and cursors.
    pub tokens: Tokens,
}

/// How long a query waits for a position it asks for, and a mutation for its own.
pub(crate) const WAIT: Duration = Duration::from_secs(5);

/// The services of this request, for a resolver that goes to work now.
///
/// # Errors
/// `TIMEOUT` when the request's time is up: nothing interrupts resolvers that follow each other without waiting.
pub(crate) fn services<'a>(context: &Context<'a>) -> Result<&'a Services, Error> {
    Deadline::check(context)?;
    context.data::<Services>()
}

/// How long a computation may take.
pub(crate) fn until(context: &Context<'_>) -> Until {
    Until::at(Deadline::of(context))
}

/// Who asks.
pub(crate) fn viewer(context: &Context<'_>) -> Result<Viewer, Error> {
    context.data::<Viewer>().copied().map_err(|_| refused())
}

/// Who asks, if that role reads this class at all.
///
/// # Errors
/// `NOT_ALLOWED` otherwise.
pub(crate) fn reader(context: &Context<'_>, what: Readable) -> Result<Viewer, Error> {
    let viewer = viewer(context)?;
    if viewer.may_read(what) {
        Ok(viewer)
    } else {
        Err(refused())
    }
}

fn refused() -> Error {
    coded(
        "NOT_ALLOWED",
        "Das dürfen Sie mit Ihrer Anmeldung nicht lesen.",
    )
}

/// A top-level error with a stable code.
pub(crate) fn coded(code: &'static str, message: impl Into<String>) -> Error {
    Error::new(message).extend_with(|_, extensions| extensions.set("code", code))
}

/// [`coded`] for what is wrong with one argument, by its path; the message names it too.
pub(crate) fn coded_field(code: &'static str, field: &str, message: impl Into<String>) -> Error {
    coded(code, message).extend_with(|_, extensions| extensions.set("field", field))
}

/// A fault of ours: the cause goes to the log, not to the caller.
pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Error {
    tracing::error!(%cause, "a request failed");
    coded("INTERNAL", INTERNAL)
}

/// Waits until this node has applied the position a client asks for.
pub(crate) async fn wait_for(services: &Services, position: u64) -> Result<(), Error> {
    services.runner.wait_for(position, WAIT).await.map_err(|_| {
        coded(
            "NOT_YET",
            "Dieser Stand ist hier noch nicht angekommen. Bitte in einigen Sekunden noch einmal versuchen.",
        )
    })
}

/// A text from the vault; `None` when the viewer may not read it, or when it was erased.
pub(crate) fn text(
    context: &Context<'_>,
    class: Readable,
    subject: RecordId,
    commitment: Option<&Commitment>,
) -> Result<Option<String>, Error> {
    let Some(commitment) = commitment else {
        return Ok(None);
    };
    if !viewer(context)?.may_read(class) {
        return Ok(None);
    }
    services(context)?
        .executor
        .vault()
        .text(subject, commitment)
        .map(|text| text.map(|text| text.as_str().to_owned()))
        .map_err(|error| internal(&error))
}
