//! What every resolver can reach: the executor for commands, the runner for reads, the tokens.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Context, Error, ErrorExtensions as _, ID};
use querschnitt_domain::{ActorId, CentreKey, Commitment, RecordId};
use querschnitt_policy::{Action, Cell, Relation, Relations};
use querschnitt_projections::figures::FigureMemo;
use querschnitt_projections::flow::FlowMemo;
use querschnitt_projections::{Runner, State, Until};
use querschnitt_store::{Executor, TreeFollower};

use crate::access_log::{AccessRecorder, seen};
use crate::http::{Deadline, INTERNAL};
use crate::rights::{self, Asking, Reach, Rights};
use crate::sign_in_names::SignInNames;
use crate::token::Tokens;
use crate::viewer::Viewer;

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
    /// The one policy.
    pub rights: Arc<Rights>,
    /// Who saw what is written here.
    pub access: AccessRecorder,
    /// Under which names people sign in.
    pub names: Arc<SignInNames>,
}

impl Services {
    /// Who asks, of the book as it stands now.
    pub(crate) fn asking<'a>(&'a self, viewer: &'a Viewer, state: &'a State) -> Asking<'a> {
        self.rights
            .asking(viewer, state, self.executor.clock().now())
    }
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

/// Who asks, if that role can read anything of this cell at all. What exactly, [`reach`] says.
///
/// # Errors
/// `NOT_ALLOWED` otherwise.
pub(crate) fn reader(context: &Context<'_>, cell: Cell) -> Result<Viewer, Error> {
    let viewer = viewer(context)?;
    let rights = &services(context)?.rights;
    allowed(rights.may_read_some(&viewer, cell)).map(|()| viewer)
}

/// Who asks, if that role reads this cell of the whole centre: of figures, nobody gets a part.
///
/// # Errors
/// `NOT_ALLOWED` otherwise.
pub(crate) fn reader_of_centre(context: &Context<'_>, cell: Cell) -> Result<Viewer, Error> {
    let (services, viewer) = (services(context)?, viewer(context)?);
    let state = services.runner.read();
    let asking = services.asking(&viewer, &state);
    let reads = services
        .rights
        .permits(&viewer, cell, Action::Read, asking.of_centre());
    allowed(reads).map(|()| viewer)
}

/// Whether the viewer reads this cell of the whole installation.
pub(crate) fn reads_all(context: &Context<'_>, cell: Cell) -> Result<bool, Error> {
    let viewer = viewer(context)?;
    let rights = &services(context)?.rights;
    let relations = Relations::of([Relation::All]);
    Ok(rights.permits(&viewer, cell, Action::Read, relations))
}

/// Who asks, if the viewer is told which accounts worked on records of this cell.
///
/// # Errors
/// `NOT_ALLOWED` otherwise.
pub(crate) fn reader_of_staff(context: &Context<'_>, cell: Cell) -> Result<Viewer, Error> {
    let viewer = viewer(context)?;
    allowed(services(context)?.rights.names_staff(&viewer, cell)).map(|()| viewer)
}

/// An account that worked on a record whose coded fields are of this cell, as clients name it; `None` where the
/// viewer is not told ([`Rights::names_staff`]).
pub(crate) fn staff(
    context: &Context<'_>,
    cell: Cell,
    account: Option<ActorId>,
) -> Result<Option<ID>, Error> {
    let viewer = viewer(context)?;
    let told = services(context)?.rights.names_staff(&viewer, cell);
    Ok(account
        .filter(|_| told)
        .map(|account| account.0.to_string().into()))
}

/// What exists for the viewer in the book as it stands.
pub(crate) fn reach(context: &Context<'_>, state: &State) -> Result<Reach, Error> {
    let viewer = viewer(context)?;
    Ok(services(context)?
        .asking(&viewer, state)
        .reach(rights::coded))
}

/// The records whose texts the viewer reads.
pub(crate) fn reach_of_texts(context: &Context<'_>, state: &State) -> Result<Reach, Error> {
    let viewer = viewer(context)?;
    Ok(services(context)?
        .asking(&viewer, state)
        .reach(rights::texts))
}

/// Whether a record exists for the viewer in the book as it stands.
pub(crate) fn exists(
    context: &Context<'_>,
    state: &State,
    record: RecordId,
) -> Result<bool, Error> {
    let (services, viewer) = (services(context)?, viewer(context)?);
    let asking = services.asking(&viewer, state);
    Ok(asking.reads_record(rights::coded(record.kind), record))
}

fn allowed(is_allowed: bool) -> Result<(), Error> {
    is_allowed.then_some(()).ok_or_else(refused)
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
    cell: Cell,
    subject: RecordId,
    commitment: Option<&Commitment>,
) -> Result<Option<String>, Error> {
    let (services, viewer) = (services(context)?, viewer(context)?);
    let reads = {
        let state = services.runner.read();
        services.asking(&viewer, &state).reads_record(cell, subject)
    };
    let text = opened(services, reads, subject, commitment)?;
    if text.is_some() {
        seen(context, subject, cell);
    }
    Ok(text)
}

/// Whether the viewer reads this cell of a record whose centre is known.
pub(crate) fn reads(
    context: &Context<'_>,
    cell: Cell,
    (subject, centre): (RecordId, CentreKey),
) -> Result<bool, Error> {
    let (services, viewer) = (services(context)?, viewer(context)?);
    let state = services.runner.read();
    let asking = services.asking(&viewer, &state);
    Ok(asking.reads(cell, subject, centre))
}

/// [`text`] of a record whose centre is known.
pub(crate) fn text_in(
    context: &Context<'_>,
    cell: Cell,
    whose: (RecordId, CentreKey),
    commitment: Option<&Commitment>,
) -> Result<Option<String>, Error> {
    let reads = reads(context, cell, whose)?;
    let (subject, _) = whose;
    let text = opened(services(context)?, reads, subject, commitment)?;
    if text.is_some() {
        seen(context, subject, cell);
    }
    Ok(text)
}

fn opened(
    services: &Services,
    reads: bool,
    subject: RecordId,
    commitment: Option<&Commitment>,
) -> Result<Option<String>, Error> {
    let Some(commitment) = commitment.filter(|_| reads) else {
        return Ok(None);
    };
    services
        .executor
        .vault()
        .text(subject, commitment)
        .map(|text| text.map(|text| text.as_str().to_owned()))
        .map_err(|error| internal(&error))
}
