//! `querschnitt account add|lock|unlock|reset|list`: accounts of people, on the word of the command line.
//!
//! The events say who has an account and which roles; the secrets lie in `DATA/credentials`, never in the log.

mod add;
mod find;
mod list;

use clap::{Args, Subcommand};
use querschnitt_domain::account::{Authority, LockAccount, LoginName, UnlockAccount};
use querschnitt_domain::{ActorId, CentreKey, Role, Text, check};
use querschnitt_identity::admin::{give_first_password, login_digest};
use querschnitt_store::{Clock as _, SystemClock};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use add::{First, add};
pub(crate) use find::any;

use crate::exit::{Failure, with_causes};
use crate::installation;
use crate::job::Job;
use crate::office::Office;
use crate::progress::Progress;
use crate::token::command::{body, organisation};

/// The commands.
#[derive(Subcommand, Debug)]
pub(crate) enum Account {
    /// Legt ein Konto mit einer ersten Rolle an und zeigt einmal das erste Kennwort
    ///
    /// Es gilt zwei Wochen und wird bei der ersten Anmeldung durch ein eigenes ersetzt. Geht auch,
    /// während der Server läuft. Weitere Rollen vergibt die Leitung.
    Add(Add),
    /// Sperrt ein Konto; es gilt ab der nächsten Anfrage nicht mehr
    Lock(Change),
    /// Entsperrt ein Konto
    Unlock(Change),
    /// Gibt ein neues erstes Kennwort; der zweite Faktor ist danach aus, alle Sitzungen sind beendet
    Reset(Which),
    /// Nennt alle Konten, eines je Zeile
    List,
}

#[derive(Args, Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Add {
    /// Anmeldename, etwa die dienstliche E-Mail-Adresse
    #[arg(long, value_name = "NAME")]
    pub(crate) login: String,
    /// Name der Person
    #[arg(long, value_name = "TEXT")]
    pub(crate) name: String,
    /// Erste Rolle, etwa KI_HEAD oder KI_OFFICER
    #[arg(long, value_name = "ROLLE")]
    pub(crate) role: Role,
    /// Amtlicher Schlüssel des Zentrums, etwa 05711
    #[arg(long, value_name = "SCHLÜSSEL")]
    pub(crate) centre: CentreKey,
    /// Organisation im Verzeichnis, für die Rollen AUTHORITY_OFFICER und PARTNER_OFFICE
    #[arg(long, value_name = "KENNUNG", value_parser = organisation)]
    pub(crate) organisation: Option<Uuid>,
    /// Gremium, für die Rolle STEERING_MEMBER
    #[arg(long, value_name = "KENNUNG", value_parser = body)]
    pub(crate) body: Option<Uuid>,
}

#[derive(Args, Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Which {
    /// Anmeldename oder Kennung (UUID) des Kontos
    #[arg(value_name = "KONTO")]
    account: String,
}

#[derive(Args, Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    #[command(flatten)]
    which: Which,
    /// Warum; steht in der Geschichte des Kontos
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "Über die Befehlszeile",
        hide_default_value = true
    )]
    reason: String,
}

/// What is asked of whoever has the log open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Request {
    /// `account add`.
    Add(Add),
    /// `account lock`.
    Lock(Change),
    /// `account unlock`.
    Unlock(Change),
    /// `account reset`.
    Reset(Which),
    /// `account list`.
    List,
}

impl Account {
    /// The job behind the command.
    pub(crate) fn job(self) -> Job {
        Job::Account(match self {
            Self::Add(add) => Request::Add(add),
            Self::Lock(change) => Request::Lock(change),
            Self::Unlock(change) => Request::Unlock(change),
            Self::Reset(which) => Request::Reset(which),
            Self::List => Request::List,
        })
    }
}

/// Carries the command out.
pub(crate) async fn carry_out(
    office: &Office,
    request: &Request,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    match request {
        Request::Add(wanted) => {
            for line in add(office, wanted).await?.lines() {
                progress.say(&line);
            }
        }
        Request::Lock(change) => progress.say(lock(office, change).await?),
        Request::Unlock(change) => progress.say(unlock(office, change).await?),
        Request::Reset(which) => {
            for line in reset(office, which).await?.lines() {
                progress.say(&line);
            }
        }
        Request::List => {
            for line in list::lines(office).await? {
                progress.say(&line);
            }
        }
    }
    Ok(())
}

async fn lock(office: &Office, change: &Change) -> Result<&'static str, Failure> {
    let found = find::find(office, &change.which.account).await?;
    let decision = LockAccount {
        authority: Authority::CommandLine,
        account: found.account,
        reason: reason(&change.reason)?,
    };
    let done = installation::execute(office, found.centre, &decision).await?;
    if let Some(identity) = office.running_identity() {
        identity.sessions.end_all(found.account);
    }
    Ok(match done.range {
        Some(_) => "Das Konto ist gesperrt.",
        None => "Das Konto war schon gesperrt.",
    })
}

async fn unlock(office: &Office, change: &Change) -> Result<&'static str, Failure> {
    let found = find::find(office, &change.which.account).await?;
    let decision = UnlockAccount {
        authority: Authority::CommandLine,
        account: found.account,
        reason: reason(&change.reason)?,
    };
    let done = installation::execute(office, found.centre, &decision).await?;
    Ok(match done.range {
        Some(_) => "Das Konto ist entsperrt.",
        None => "Das Konto war nicht gesperrt.",
    })
}

/// Another first password, also where the file with the old one is damaged.
async fn reset(office: &Office, which: &Which) -> Result<First, Failure> {
    let _held = office.names().hold().await;
    let found = find::find(office, &which.account).await?;
    let login = found.login.ok_or_else(|| {
        Failure::failed(
            "Dieses Konto meldet sich nicht hier an, sondern bei einem Anbieter; dort wird es zurückgesetzt.",
        )
    })?;
    let login: LoginName = login
        .parse()
        .map_err(|error| Failure::failed(format!("Der Anmeldename passt nicht: {error}.")))?;
    let first = first_password(office, found.account, &login).await?;
    if let Some(identity) = office.running_identity() {
        identity.reset(found.account);
    }
    tracing::info!(account = %found.account, "gave another first password");
    Ok(First {
        account: found.account,
        login,
        password: first,
    })
}

/// Makes and keeps a first password.
async fn first_password(
    office: &Office,
    account: ActorId,
    login: &LoginName,
) -> Result<zeroize::Zeroizing<String>, Failure> {
    let credentials = office.credentials().await?;
    let digest = login_digest(credentials.keys(), login);
    let now = SystemClock.now().unix_timestamp();
    give_first_password(&credentials, account, digest, now)
        .await
        .map_err(|error| Failure::failed(with_causes(&error)))
}

fn reason(text: &str) -> Result<Text, Failure> {
    check::line("reason", text, Text::NAME)
        .map_err(|rejection| Failure::usage(format!("--reason: {}", rejection.message)))
}
