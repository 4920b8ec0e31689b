//! The whole way of a command: looked up, history read, decided, its text sealed in the vault, and
//! appended.

use std::path::Path;
use std::sync::Arc;

use querschnitt_domain::consultation::RecordConsultation;
use querschnitt_domain::{ActorId, CENTRES, CommandId, Role, Text};
use querschnitt_store::{Actor, EmbeddedLog, Executor, Keys, Options, SystemClock, Vault};
use time::{Date, Month};
use uuid::Uuid;

use crate::load::Caller;
use crate::outcome::{OrMissing as _, Outcome};
use crate::random::Random;

/// An executor over a log and a vault on disk.
pub(crate) struct Executing(Executor);

impl Executing {
    pub(crate) async fn start(folder: &Path) -> Outcome<Self> {
        let log = EmbeddedLog::open(folder, Options::default())?;
        let keys = Keys::open(&folder.join("keys"))?;
        let vault = Vault::open(&folder.join("vault"), keys.vault_key())?;
        Ok(Self(Executor::new(
            log,
            Arc::new(vault),
            Arc::new(keys),
            Arc::new(SystemClock),
        )))
    }

    pub(crate) fn caller(&self) -> ExecuteCaller {
        ExecuteCaller {
            executor: self.0.clone(),
            random: Random::fresh(),
        }
    }
}

pub(crate) struct ExecuteCaller {
    executor: Executor,
    random: Random,
}

impl Caller for ExecuteCaller {
    async fn call(&mut self) -> Outcome<()> {
        let decision = consultation(&mut self.random)?;
        let actor = Actor::new(
            ActorId(Uuid::from_u128(7)),
            Role::KiOfficer,
            decision.centre,
        );
        let command = self.random.uuid();
        self.executor
            .execute(&actor, CommandId(command), command.as_bytes(), &decision)
            .await?;
        Ok(())
    }
}

fn consultation(random: &mut Random) -> Outcome<RecordConsultation> {
    Ok(RecordConsultation {
        centre: CENTRES[usize::from(random.count(50))].key,
        occurred_on: Date::from_calendar_date(2026, Month::March, 2)?,
        consultation_type: random.code().or_missing("a consultation type")?,
        mode: random.code().or_missing("a mode")?,
        duration_minutes: 45,
        target_group: random.code().or_missing("a target group")?,
        action_areas: random.code().into_iter().collect(),
        preparation_minutes: Some(15),
        task_type: None,
        organisations: Vec::new(),
        number_advised: Some(3),
        language: None,
        outcome: None,
        programme: None,
        municipality: None,
        visibility: None,
        subject: None,
        note: Some(Text::new(
            "Anfrage zur Elternarbeit, Unterlagen zugesandt, Wiedervorlage im nächsten Monat",
            Text::NOTE,
        )?),
        links: Vec::new(),
        source: None,
    })
}
