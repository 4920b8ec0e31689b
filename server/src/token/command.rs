//! `querschnitt token issue|revoke|list`: what can be asked for, and who carries it out.

use clap::{Args, Subcommand};
use querschnitt_domain::account::{Authority, RevokeToken, Scope};
use querschnitt_domain::{CentreKey, MachineTokenId, RecordId, RecordKind, Role};
use querschnitt_graphql::record_of;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{issue, list};
use crate::exit::Failure;
use crate::installation;
use crate::job::Job;
use crate::office::Office;
use crate::progress::Progress;

/// The commands.
#[derive(Subcommand, Debug)]
pub(crate) enum Token {
    /// Gibt ein Token auf einer Zeile aus
    ///
    /// Wer es vorzeigt, handelt bis zum Ablauf in dieser Rolle für dieses Zentrum. Es wird nur dieses
    /// eine Mal gezeigt. Geht auch, während der Server läuft.
    Issue(Issue),
    /// Entzieht ein Token; es gilt ab der nächsten Anfrage nicht mehr
    Revoke(Revoke),
    /// Nennt alle Tokens, eines je Zeile
    List,
}

#[derive(Args, Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Issue {
    /// Rolle, etwa KI_OFFICER, KI_HEAD oder AUDITOR
    #[arg(long, value_name = "ROLLE")]
    pub(crate) role: Role,
    /// Amtlicher Schlüssel des Zentrums, etwa 05711
    #[arg(long, value_name = "SCHLÜSSEL")]
    pub(crate) centre: CentreKey,
    /// Gültigkeit in Tagen, 1 bis 366 (Vorgabe: 30)
    #[arg(long, value_name = "TAGE", default_value_t = 30, hide_default_value = true, value_parser = clap::value_parser!(i64).range(1..=366))]
    pub(crate) days: i64,
    /// Konto der Maschine (UUID); eines, das es noch nicht gibt, wird angelegt. Ohne Angabe ein neues
    #[arg(long, value_name = "UUID")]
    pub(crate) actor: Option<Uuid>,
    /// Wofür es ist (Vorgabe: Befehlszeile)
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "Befehlszeile",
        hide_default_value = true
    )]
    pub(crate) name: String,
    /// Umfang: READ, WRITE, ACCOUNTS, mit Komma getrennt (Vorgabe: alles, was die Rolle darf)
    #[arg(long, value_name = "UMFANG", value_delimiter = ',')]
    pub(crate) scope: Vec<Scope>,
    /// Organisation im Verzeichnis, für die Rollen AUTHORITY_OFFICER und PARTNER_OFFICE
    #[arg(long, value_name = "KENNUNG", value_parser = organisation)]
    pub(crate) organisation: Option<Uuid>,
    /// Gremium, für die Rolle STEERING_MEMBER
    #[arg(long, value_name = "KENNUNG", value_parser = body)]
    pub(crate) body: Option<Uuid>,
}

#[derive(Args, Debug)]
pub(crate) struct Revoke {
    /// Kennung des Tokens, wie `token list` sie nennt
    #[arg(value_name = "KENNUNG")]
    token: Uuid,
}

/// What is asked of whoever has the log open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Request {
    /// `token issue`.
    Issue(Issue),
    /// `token revoke`.
    Revoke(MachineTokenId),
    /// `token list`.
    List,
}

impl Token {
    /// Whether it looks into what is there; the first token makes a new book.
    pub(crate) const fn needs_a_book(&self) -> bool {
        match self {
            Self::Issue(_) => false,
            Self::Revoke(_) | Self::List => true,
        }
    }

    /// The job behind the command.
    pub(crate) fn job(self) -> Job {
        Job::Token(match self {
            Self::Issue(issue) => Request::Issue(issue),
            Self::Revoke(Revoke { token }) => Request::Revoke(MachineTokenId(token)),
            Self::List => Request::List,
        })
    }
}

#[cfg(test)]
impl Issue {
    /// An officer's, for a day.
    pub(crate) fn for_sample(centre: CentreKey) -> Self {
        Self {
            role: Role::KiOfficer,
            centre,
            days: 1,
            actor: Some(Uuid::new_v5(&Uuid::NAMESPACE_OID, b"querschnitt sample")),
            name: "Erster Blick".to_owned(),
            scope: Vec::new(),
            organisation: None,
            body: None,
        }
    }
}

/// Carries the command out.
pub(crate) async fn carry_out(
    office: &Office,
    request: &Request,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    match request {
        Request::Issue(wanted) => {
            progress.say(&issue::issue(office, wanted).await?);
            Ok(())
        }
        Request::Revoke(token) => revoke(office, *token, progress).await,
        Request::List => {
            for line in list::lines(office).await? {
                progress.say(&line);
            }
            Ok(())
        }
    }
}

async fn revoke(
    office: &Office,
    token: MachineTokenId,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    let found = installation::with_access(office, |access| {
        let row = access.tokens().newest(token);
        row.map(|row| (row.account, row.centre))
    });
    let Some((account, centre)) = found.await? else {
        return Err(Failure::failed(format!(
            "Ein Token mit der Kennung {token} gibt es nicht; „querschnitt token list“ nennt alle."
        )));
    };
    let decision = RevokeToken {
        authority: Authority::CommandLine,
        account,
        token,
    };
    let done = installation::execute(office, centre, &decision).await?;
    progress.say(if done.range.is_some() {
        "Das Token ist entzogen."
    } else {
        "Das Token war schon entzogen."
    });
    Ok(())
}

pub(crate) fn organisation(text: &str) -> Result<Uuid, String> {
    record(text, RecordKind::Organisation)
}

pub(crate) fn body(text: &str) -> Result<Uuid, String> {
    record(text, RecordKind::Network)
}

/// An id as the API gives it, or the plain one as events have it.
fn record(text: &str, kind: RecordKind) -> Result<Uuid, String> {
    let plain = Uuid::try_parse(text).map(|id| RecordId { kind, id });
    match plain.ok().or_else(|| record_of(text)) {
        Some(record) if record.kind == kind => Ok(record.id),
        Some(_) | None => Err("das ist keine Kennung eines solchen Eintrags".to_owned()),
    }
}
