//! `querschnitt token issue`: prints one line, the token.

use clap::Args;
use querschnitt_domain::{ActorId, CentreKey, Role};
use querschnitt_store::Keys;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Claims, issue};
use crate::config::Settings;
use crate::exit::Failure;
use crate::out;

const DAY: i64 = 24 * 60 * 60;

#[derive(Args, Debug)]
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
    /// Kennung des Kontos (UUID); ohne Angabe eine neue
    #[arg(long, value_name = "UUID")]
    pub(crate) actor: Option<Uuid>,
}

/// Issues the token and prints it.
pub(crate) fn run(settings: &Settings, wanted: &Issue) -> Result<(), Failure> {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let claims = Claims {
        actor: ActorId(wanted.actor.unwrap_or_else(Uuid::new_v4)),
        role: wanted.role,
        centre: wanted.centre,
        issued: now,
        expires: now + wanted.days * DAY,
    };
    let keys = Keys::open(&settings.data.join("keys"))?;
    out::line(&issue(&keys, &claims));
    Ok(())
}
