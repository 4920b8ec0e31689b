//! Work that needs the open log: carried out by the running server when there is one, otherwise by
//! this process. The same code either way.

use querschnitt_domain::{CentreKey, EventId};
use querschnitt_policy::{Action, Cell, Relation};
use serde::{Deserialize, Serialize};

use crate::config::Settings;
use crate::exit::Failure;
use crate::office::Office;
use crate::progress::Progress;
use crate::socket;
use crate::{account, audit, import, installation, token};

/// What can be asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Job {
    /// `import oparl`.
    ImportOparl(import::Request),
    /// `import reviews` and the other tables.
    ImportTable(import::table::Request),
    /// `audit replay`.
    Replay(Option<audit::Until>),
    /// `audit checkpoint`, of everything or of one centre.
    Checkpoint(Option<CentreKey>),
    /// `audit proof`.
    Proof(EventId),
    /// The part of `audit verify` that needs the open index.
    CompareIndex,
    /// `token`.
    Token(token::command::Request),
    /// `account`.
    Account(account::Request),
}

impl Job {
    /// Whether it may have no folder to work on and makes none.
    const fn only_tries(&self) -> bool {
        match self {
            Self::ImportOparl(request) => request.dry_run,
            Self::ImportTable(request) => request.dry_run,
            Self::Replay(_)
            | Self::Checkpoint(_)
            | Self::Proof(_)
            | Self::CompareIndex
            | Self::Token(_)
            | Self::Account(_) => false,
        }
    }
}

/// What the one policy is asked before a job is carried out: the command line acts as the operator.
const fn asked(job: &Job) -> (Cell, Action, Relation) {
    match job {
        Job::ImportOparl(_) | Job::ImportTable(_) => IMPORT,
        Job::Replay(_) | Job::Checkpoint(_) | Job::Proof(_) | Job::CompareIndex => INTEGRITY,
        Job::Token(token::command::Request::List) | Job::Account(account::Request::List) => {
            (Cell::Grants, Action::Read, Relation::Technical)
        }
        Job::Token(token::command::Request::Issue(_) | token::command::Request::Revoke(_))
        | Job::Account(
            account::Request::Add(_)
            | account::Request::Lock(_)
            | account::Request::Unlock(_)
            | account::Request::Reset(_),
        ) => (Cell::Grants, Action::Write, Relation::Technical),
    }
}

/// What `import` writes. There is no more to ask: whoever may use the command line where the data lies stands in no
/// relation to a centre or a record, and every rule about those is for people.
pub(crate) const IMPORT: (Cell, Action, Relation) =
    (Cell::Import, Action::Write, Relation::Technical);

/// What `audit` reads.
pub(crate) const INTEGRITY: (Cell, Action, Relation) =
    (Cell::LogIntegrity, Action::Read, Relation::All);

/// Carries a job out in this process.
pub(crate) async fn carry_out(
    office: &Office,
    job: &Job,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    installation::permitted(asked(job))?;
    match job {
        Job::ImportOparl(request) => import::run(office, request, progress).await,
        Job::ImportTable(request) => import::table::run(office, request, progress).await,
        Job::Replay(until) => audit::replay(office, *until, progress).await,
        Job::Checkpoint(centre) => audit::checkpoint(office, *centre, progress).await,
        Job::Proof(event) => audit::proof(office, *event, progress).await,
        Job::CompareIndex => audit::compare_open_index(office, progress).await,
        Job::Token(request) => token::command::carry_out(office, request, progress).await,
        Job::Account(request) => account::carry_out(office, request, progress).await,
    }
}

/// Has a job carried out by the running server, or does it here when there is none.
pub(crate) async fn hand_in(
    settings: &Settings,
    job: &Job,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    if let Some(server) = socket::call(&settings.data).await? {
        return server.carry_out(job, progress).await;
    }
    if job.only_tries() && !settings.data.join("log").is_dir() {
        // Tried on an empty book elsewhere: trying must leave nothing behind.
        let elsewhere = tempfile::tempdir().map_err(|error| {
            Failure::failed(format!(
                "Für den Probelauf ließ sich kein vorläufiger Ordner anlegen: {error}"
            ))
        })?;
        let settings = Settings {
            data: elsewhere.path().join("data"),
            ..settings.clone()
        };
        return carry_out_here(&settings, job, progress).await;
    }
    carry_out_here(settings, job, progress).await
}

async fn carry_out_here(
    settings: &Settings,
    job: &Job,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    let office = Office::open(settings).await?;
    let outcome = carry_out(&office, job, progress).await;
    office.close().await;
    outcome
}
