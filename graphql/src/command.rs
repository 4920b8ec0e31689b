//! How a mutation reaches the log and comes back: one way for all of them.

use async_graphql::{Context, Error, SimpleObject, Value};
use querschnitt_domain::{CommandId, Decision, RecordId, RecordKind, Rejection, RejectionCode};
use querschnitt_projections::Status;
use querschnitt_store::{Actor, ExecuteError, Executed};
use serde::Serialize;
use uuid::Uuid;

use crate::objects::NOW;
use crate::rights::{Asking, check_advice, check_write};
use crate::scalars::Position;
use crate::services::{Services, coded, internal, services, viewer, wait_for};

/// An expected refusal. Nothing was recorded.
#[derive(SimpleObject, Serialize, Clone, PartialEq, Eq, Debug)]
pub(crate) struct UserError {
    /// The stable code clients branch on.
    code: String,
    /// The field of the input it concerns, as a path; null when it concerns the whole.
    pub(crate) field: Option<String>,
    /// A German sentence: what is wrong, what is allowed.
    message: String,
}

impl From<Rejection> for UserError {
    fn from(rejection: Rejection) -> Self {
        Self {
            code: rejection.code.as_str().to_owned(),
            field: rejection.field,
            message: rejection.message,
        }
    }
}

/// A type that clients see and that is read by the id of its record.
pub(crate) trait Load: Sized {
    /// Which kind of record it is.
    const KIND: RecordKind;

    /// The record as it stood at a position, if it exists for the viewer.
    fn load(context: &Context<'_>, record: RecordId, at: u64) -> Result<Option<Self>, Error>;
}

/// What a mutation gives back: the record it is about and the position, or the errors. Each payload
/// type is made from it.
pub(crate) struct Done<T> {
    /// The record the command was about.
    pub(crate) record: Option<T>,
    /// From this point on reads show what the command did.
    pub(crate) position: Option<Position>,
    /// Why it was refused.
    pub(crate) errors: Vec<UserError>,
}

/// What is asked for as [`permitted`] gives it, or why the policy does not let the viewer record it.
pub(crate) type Asked = Result<Vec<u8>, Rejection>;

/// Carries out a command for which the policy was asked before. `about` is the record it names, for a command that
/// changes nothing.
pub(crate) async fn run_permitted<T, D>(
    context: &Context<'_>,
    command: Uuid,
    about: Option<RecordId>,
    asked: Asked,
    decision: Result<D, Rejection>,
) -> Result<Done<T>, Error>
where
    T: Load,
    D: Decision + Sync,
    D::Facts: Send,
{
    let (services, viewer) = (services(context)?, viewer(context)?);
    let (input, decision) = match (asked, decision) {
        (Ok(input), Ok(decision)) => (input, decision),
        (Err(rejection), _) | (_, Err(rejection)) => return Ok(refused(rejection)),
    };
    match execute(services, &viewer.actor, command, &input, &decision).await? {
        Ok(executed) => {
            let record = match executed.record.or(about) {
                Some(record) => T::load(context, record, NOW)?,
                None => None,
            };
            Ok(Done {
                record,
                position: Some(Position(services.tokens.position(executed.position))),
                errors: Vec::new(),
            })
        }
        Err(rejection) => Ok(refused(rejection)),
    }
}

/// What is asked for, in the form by which a repeated command is recognised, if the policy lets the viewer
/// record it at all.
pub(crate) fn permitted(
    context: &Context<'_>,
    kind: RecordKind,
    about: Option<RecordId>,
) -> Result<Asked, Error> {
    let mutation = context.field().name();
    permitted_by(context, |asking, arguments| {
        let inputs = arguments.iter().map(|(_, input)| input);
        // Also where there is no input.
        let mut inputs = inputs.chain([&serde_json::Value::Null]);
        inputs.try_for_each(|input| check_write(asking, kind, about, mutation, input))
    })
}

/// [`permitted`] for the advice a review waits for, which is less than the review.
pub(crate) fn permitted_advice(
    context: &Context<'_>,
    review: Option<RecordId>,
) -> Result<Asked, Error> {
    permitted_by(context, |asking, _| check_advice(asking, review))
}

fn permitted_by(
    context: &Context<'_>,
    check: impl Fn(&Asking<'_>, &[(String, serde_json::Value)]) -> Result<(), Rejection>,
) -> Result<Asked, Error> {
    let (services, viewer) = (services(context)?, viewer(context)?);
    let arguments = arguments(context)?;
    let permitted = {
        let state = services.runner.read();
        check(&services.asking(&viewer, &state), &arguments)
    };
    match permitted {
        Ok(()) => canonical(context, &arguments).map(Ok),
        Err(rejection) => Ok(Err(rejection)),
    }
}

/// Carries out a decision and waits until reads show what it did. `input` is what the client asked
/// for: the same request always gives the same bytes.
pub(crate) async fn execute<D>(
    services: &Services,
    actor: &Actor,
    command: Uuid,
    input: &[u8],
    decision: &D,
) -> Result<Result<Executed, Rejection>, Error>
where
    D: Decision + Sync,
    D::Facts: Send,
{
    if let Status::Stopped { reason } = services.runner.status() {
        // What was recorded now would be built on a log that this program does not understand.
        tracing::error!(%reason, "the views have stopped, so nothing is recorded");
        return Err(unavailable());
    }
    let executed = services
        .executor
        .execute(actor, CommandId(command), input, decision);
    match executed.await {
        Ok(executed) => {
            wait_for(services, executed.position).await?;
            Ok(Ok(executed))
        }
        Err(ExecuteError::Rejected(rejection)) => Ok(Err(rejection)),
        Err(ExecuteError::Busy { .. }) => Ok(Err(Rejection::whole(
            RejectionCode::ChangedMeanwhile,
            "Andere haben diese Einträge im selben Augenblick geändert. Es wurde nichts gespeichert; bitte noch einmal absenden.",
        ))),
        Err(ExecuteError::Unavailable { reason }) => {
            tracing::error!(%reason, "nothing can be written");
            Err(unavailable())
        }
        Err(
            error @ (ExecuteError::Log(_) | ExecuteError::Vault(_) | ExecuteError::Randomness(_)),
        ) => Err(internal(&error)),
    }
}

fn unavailable() -> Error {
    coded(
        "UNAVAILABLE",
        "Zurzeit kann nichts gespeichert werden. Bitte dieselbe Eingabe später noch einmal absenden (mit gleicher „commandId“).",
    )
}

fn refused<T>(rejection: Rejection) -> Done<T> {
    Done {
        record: None,
        position: None,
        errors: vec![rejection.into()],
    }
}

/// The arguments as sent, in one form: sorted, keys sorted, variables resolved, codes as strings.
fn arguments(context: &Context<'_>) -> Result<Vec<(String, serde_json::Value)>, Error> {
    let mut arguments: Vec<_> = context
        .field()
        .arguments()?
        .into_iter()
        .map(|(name, value)| (name.to_string(), sorted(value)))
        .collect();
    arguments.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(arguments)
}

/// The mutation's name and its arguments. The same request always gives the same bytes.
fn canonical(
    context: &Context<'_>,
    arguments: &[(String, serde_json::Value)],
) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(&(context.field().name(), arguments)).map_err(|error| internal(&error))
}

fn sorted(value: Value) -> serde_json::Value {
    match value {
        Value::Object(fields) => {
            let sorted: std::collections::BTreeMap<String, serde_json::Value> = fields
                .into_iter()
                .map(|(name, value)| (name.to_string(), sorted_value(value)))
                .collect();
            sorted.into_iter().collect()
        }
        other => sorted_value(other),
    }
}

fn sorted_value(value: Value) -> serde_json::Value {
    match value {
        Value::Object(_) => sorted(value),
        Value::List(values) => values.into_iter().map(sorted_value).collect(),
        Value::Enum(name) => serde_json::Value::String(name.to_string()),
        Value::Null
        | Value::Number(_)
        | Value::String(_)
        | Value::Boolean(_)
        | Value::Binary(_) => value.into_json().unwrap_or_default(),
    }
}
