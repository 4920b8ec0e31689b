//! What offices do, one file per record. Each mutation is named by the office's verb, takes one
//! `input` with a `commandId`, and gives back the record, the position and the errors.

/// Makes the payload of all mutations of one kind of record.
macro_rules! payload {
    (
        $(#[$doc:meta])*
        $payload:ident {
            $(#[$record_doc:meta])*
            $field:ident: $record:ident
        }
    ) => {
        $(#[$doc])*
        #[derive(async_graphql::SimpleObject)]
        pub(crate) struct $payload {
            $(#[$record_doc])*
            $field: Option<$record>,
            /// From this point on reads show what the mutation did; null when there are errors.
            position: Option<crate::scalars::Position>,
            /// Why nothing was recorded; empty when all went well.
            errors: Vec<crate::command::UserError>,
        }

        impl super::Payload for $payload {
            const RECORD: &'static str = stringify!($field);

            type Record = $record;

            fn of(done: crate::command::Done<$record>) -> Self {
                Self {
                    $field: done.record,
                    position: done.position,
                    errors: done.errors,
                }
            }
        }
    };
}

mod account;
mod agreement;
mod consultation;
mod exception;
mod letterhead;
mod machine_token;
mod meeting;
mod network;
mod organisation;
mod review;
mod unit;

use async_graphql::{Context, Error, ID, MergedObject};
use querschnitt_domain::{Decision, RecordId, Rejection};
use uuid::Uuid;

use crate::command::{Asked, Done, Load, permitted, run_permitted};
use crate::services::services;
use crate::token::record_of;

/// All mutations.
#[derive(MergedObject, Default)]
pub struct Mutation(
    organisation::OrganisationMutations,
    consultation::ConsultationMutations,
    network::NetworkMutations,
    network::NetworkCorrections,
    meeting::MeetingMutations,
    agreement::AgreementMutations,
    review::ReviewMutations,
    letterhead::LetterheadMutations,
    unit::UnitMutations,
    account::AccountMutations,
    machine_token::MachineTokenMutations,
    exception::ExceptionMutations,
);

/// How many records a decision reads at most to see whether they still name the one to be retracted.
/// What more records name was not entered by mistake.
const NAMED_BY: usize = 200;

/// The records that ever named this one, for a decision that retracts it.
fn named_by(context: &Context<'_>, record: RecordId) -> Vec<RecordId> {
    let Ok(services) = services(context) else {
        return Vec::new();
    };
    let state = services.runner.read();
    state.timeline().naming_any(record, NAMED_BY)
}

/// What clients get back of a mutation.
trait Payload {
    /// What decisions call the record it is about.
    const RECORD: &'static str;

    /// The record it is about.
    type Record: Load;

    fn of(done: Done<Self::Record>) -> Self;
}

/// Carries out a command. `about` is the record it names as `id`, for a command that changes nothing.
async fn carry_out<P, D>(
    context: &Context<'_>,
    command: Uuid,
    about: Option<&ID>,
    decision: Result<D, Rejection>,
) -> Result<P, Error>
where
    P: Payload,
    D: Decision + Sync,
    D::Facts: Send,
{
    let asked = ask_first::<P>(context, about)?;
    carry_out_asked(context, command, about, asked, decision).await
}

/// What the policy says to a command, for one that has to find something out before it is decided: who may not record
/// it makes no work, and learns nothing by the time it takes. `about` as for [`carry_out`].
fn ask_first<P: Payload>(context: &Context<'_>, about: Option<&ID>) -> Result<Asked, Error> {
    permitted(context, P::Record::KIND, record_named(about))
}

/// [`carry_out`] after [`ask_first`].
async fn carry_out_asked<P, D>(
    context: &Context<'_>,
    command: Uuid,
    about: Option<&ID>,
    asked: Asked,
    decision: Result<D, Rejection>,
) -> Result<P, Error>
where
    P: Payload,
    D: Decision + Sync,
    D::Facts: Send,
{
    let done = run_permitted(context, command, record_named(about), asked, decision).await?;
    Ok(payload(done, about.is_some()))
}

fn record_named(about: Option<&ID>) -> Option<RecordId> {
    about.and_then(|id| record_of(id.as_str()))
}

/// Nothing where the policy lets the viewer record it, or why it does not.
fn refused_before(asked: &Asked) -> Result<(), Rejection> {
    asked.as_ref().map(drop).map_err(Clone::clone)
}

/// What clients get back; they call the record they name `id`.
fn payload<P: Payload>(mut done: Done<P::Record>, names_it: bool) -> P {
    for error in &mut done.errors {
        if names_it && error.field.as_deref() == Some(P::RECORD) {
            error.field = Some("id".to_owned());
        }
    }
    P::of(done)
}
