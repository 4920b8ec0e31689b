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

impl Issue {
    /// One for a first look at the sample history: an officer's, for a day.
    pub(crate) fn for_sample(centre: CentreKey) -> Self {
        Self {
            role: Role::KiOfficer,
            centre,
            days: 1,
            actor: None,
        }
    }

    /// The token, sealed with the keys of the data folder.
    pub(crate) fn token(&self, keys: &Keys) -> String {
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let claims = Claims {
            actor: ActorId(self.actor.unwrap_or_else(Uuid::new_v4)),
            role: self.role,
            centre: self.centre,
            issued: now,
            expires: now + self.days * DAY,
        };
        issue(keys, &claims)
    }
}

/// Issues the token and prints it.
pub(crate) fn run(settings: &Settings, wanted: &Issue) -> Result<(), Failure> {
    let keys = Keys::open(&settings.data.join("keys"))?;
    out::line(&wanted.token(&keys));
    Ok(())
}
