//! The only way a decision reaches the log.

mod counts;
mod seeds;

use std::sync::Arc;

use querschnitt_domain::{
    ActorId, CentreKey, CommandId, Context, Decision, Event, Query, RecordId, Rejection,
    RejectionCode, Role, SealedFile, SealedText,
};
use time::OffsetDateTime;

pub use counts::Counts;
pub use seeds::{Seeds, SystemSeeds};

use crate::clock::{Clock, berlin_date};
use crate::keys::Keys;
use crate::log::{AppendError, CommandKey, CompleteTo, Condition, Fingerprint, Log, LogError};
use crate::vault::{Vault, VaultError};

/// Who acts, in which role, for which centre, and on whose behalf.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Actor {
    /// The account.
    pub id: ActorId,
    /// The role.
    pub role: Role,
    /// The centre. Records of other centres do not exist for the decision.
    pub centre: CentreKey,
    /// Who is represented, where a deputy acts (Vertretung): the role is that person's.
    pub on_behalf_of: Option<ActorId>,
}

impl Actor {
    /// An account in a role of its own.
    #[must_use]
    pub const fn new(id: ActorId, role: Role, centre: CentreKey) -> Self {
        Self {
            id,
            role,
            centre,
            on_behalf_of: None,
        }
    }

    /// For whom it counts what this actor does: the person represented, or oneself.
    #[must_use]
    pub fn counts_for(&self) -> ActorId {
        self.on_behalf_of.unwrap_or(self.id)
    }
}

/// What a command did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Executed {
    /// The record of the command's first event; `None` when nothing happened.
    pub record: Option<RecordId>,
    /// The positions of its first and last event; `None` when nothing happened.
    pub range: Option<(u64, u64)>,
    /// Whoever has applied the log up to here sees what the command did: its last position, or, when
    /// nothing happened, how far the decision had read.
    pub position: u64,
    /// The same command had been recorded before; this is what it did then.
    pub repeated: bool,
}

/// Why a command did not get through.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError {
    /// The decision refused. Nothing was recorded.
    #[error(transparent)]
    Rejected(Rejection),
    /// The log or the vault takes no writes now. Whether this command is recorded shows when it is sent again
    /// with the same id.
    #[error("nothing can be written: {reason}")]
    Unavailable {
        /// Why, for the operator.
        reason: String,
    },
    /// The history could not be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The texts could not be sealed. Nothing was recorded.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Others kept changing the same records; nothing was recorded, sending it again is safe.
    #[error("the command met a conflict {attempts} times")]
    Busy {
        /// How often it was tried.
        attempts: u32,
    },
    /// The system gave no random numbers.
    #[error("no random numbers: {0}")]
    Randomness(getrandom::Error),
}

/// Executes commands against one log and one vault.
#[derive(Clone)]
pub struct Executor {
    log: Arc<dyn Log>,
    vault: Arc<Vault>,
    keys: Arc<Keys>,
    clock: Arc<dyn Clock>,
    counts: Arc<Counts>,
    seeds: Arc<dyn Seeds>,
}

/// How often a command that meets conflicts is decided before it gives up.
const ATTEMPTS: u32 = 8;
/// What a decision led to: events, and what has to be in the vault before them.
type Decided = (Vec<Event>, (Vec<SealedText>, Vec<SealedFile>));

/// How many events of history are read at once.
const PAGE: usize = 1_000;

impl Executor {
    /// An executor; `keys` makes the fingerprints.
    #[must_use]
    pub fn new(
        log: Arc<dyn Log>,
        vault: Arc<Vault>,
        keys: Arc<Keys>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            log,
            vault,
            keys,
            clock,
            counts: Arc::default(),
            seeds: Arc::new(SystemSeeds),
        }
    }

    /// The same executor with seeds from elsewhere, for invented histories.
    #[must_use]
    pub fn with_seeds(mut self, seeds: Arc<dyn Seeds>) -> Self {
        self.seeds = seeds;
        self
    }

    /// The log.
    #[must_use]
    pub fn log(&self) -> &Arc<dyn Log> {
        &self.log
    }

    /// The vault.
    #[must_use]
    pub const fn vault(&self) -> &Arc<Vault> {
        &self.vault
    }

    /// The keys.
    #[must_use]
    pub const fn keys(&self) -> &Arc<Keys> {
        &self.keys
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// The time commands are decided at: that of the clock, but never before the newest event's, so
    /// that a clock that was set back does not lead back to a day that is over.
    ///
    /// # Errors
    /// [`ExecuteError::Unavailable`] when the log does not believe the clock.
    pub fn now(&self) -> Result<OffsetDateTime, ExecuteError> {
        let time = self.log.recorded_at(self.clock.now());
        time.map_err(|reason| ExecuteError::Unavailable { reason })
    }

    /// What became of the commands so far, of all clones of this executor together.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Decides a command and records what follows. `canonical_input` is what the client asked for,
    /// always the same bytes for the same request; sending the same command id again gives the
    /// first result, and with another input a rejection.
    ///
    /// # Errors
    /// See [`ExecuteError`].
    pub async fn execute<D>(
        &self,
        actor: &Actor,
        command: CommandId,
        canonical_input: &[u8],
        decision: &D,
    ) -> Result<Executed, ExecuteError>
    where
        D: Decision + Sync,
        D::Facts: Send,
    {
        let outcome = self
            .execute_uncounted(actor, command, canonical_input, decision)
            .await;
        self.counts.add(&outcome);
        outcome
    }

    async fn execute_uncounted<D>(
        &self,
        actor: &Actor,
        command: CommandId,
        canonical_input: &[u8],
        decision: &D,
    ) -> Result<Executed, ExecuteError>
    where
        D: Decision + Sync,
        D::Facts: Send,
    {
        let fingerprint = self.keys.fingerprint(actor, canonical_input);
        if let Some(repeated) = self.look_up(command, fingerprint).await? {
            return Ok(repeated);
        }
        let key = CommandKey {
            id: command,
            fingerprint,
            actor: actor.id,
            on_behalf_of: actor.on_behalf_of,
            role: actor.role,
        };
        let query = decision.query();
        for _ in 0..ATTEMPTS {
            let (facts, complete_to) = self.load::<D>(&query).await?;
            let decided = self.decide(actor, command, decision, &facts);
            let records = decided.as_ref().is_ok_and(|(events, _)| !events.is_empty());
            // The same command may have come in twice at once: then this history may hold what the
            // other one recorded, and that is its answer, not what follows from it.
            if !records && let Some(repeated) = self.look_up(command, fingerprint).await? {
                return Ok(repeated);
            }
            let (events, (texts, files)) = decided?;
            let Some(first) = events.first() else {
                return Ok(Executed {
                    record: None,
                    range: None,
                    position: complete_to.position(),
                    repeated: false,
                });
            };
            let record = first.data.record();
            let has_texts = !texts.is_empty() || !files.is_empty();
            self.seal(texts, files).await?;
            let condition = Condition {
                query: query.clone(),
                complete_to,
            };
            match self.log.append(key, events, Some(condition)).await {
                Ok(appended) if appended.repeated => {
                    // The same command came in twice at once, and the other one was faster.
                    return match self.look_up(command, fingerprint).await? {
                        Some(repeated) => Ok(repeated),
                        None => Err(ExecuteError::Unavailable {
                            reason: "a command was found by append but not by its id".to_owned(),
                        }),
                    };
                }
                Ok(appended) => {
                    if has_texts {
                        self.counts.texts_claimed();
                    }
                    return Ok(Executed {
                        record,
                        range: Some((appended.first, appended.last)),
                        position: appended.last,
                        repeated: false,
                    });
                }
                Err(AppendError::Conflict { .. }) => {}
                Err(AppendError::CommandReused) => return Err(reused(command)),
                Err(AppendError::OverLimit { found, max, .. }) => {
                    return Err(over_limit(found, max));
                }
                Err(error @ AppendError::OtherLog { .. }) => {
                    let reason = error.to_string();
                    return Err(ExecuteError::Unavailable { reason });
                }
                Err(AppendError::Unavailable { reason }) => {
                    return Err(ExecuteError::Unavailable { reason });
                }
            }
        }
        Err(ExecuteError::Busy { attempts: ATTEMPTS })
    }

    /// Seals the texts and files of a command. A vault that failed stops commands without texts, too: what
    /// it is stored on is what the log is stored on.
    async fn seal(
        &self,
        texts: Vec<SealedText>,
        files: Vec<SealedFile>,
    ) -> Result<(), ExecuteError> {
        if let Some(reason) = self.vault.refusal() {
            return Err(ExecuteError::Unavailable { reason });
        }
        if texts.is_empty() && files.is_empty() {
            return Ok(());
        }
        self.counts.texts_sealed();
        match self.vault.seal_all(texts, files).await {
            Err(VaultError::Unavailable { reason }) => Err(ExecuteError::Unavailable { reason }),
            sealed => Ok(sealed?),
        }
    }

    async fn look_up(
        &self,
        command: CommandId,
        fingerprint: Fingerprint,
    ) -> Result<Option<Executed>, ExecuteError> {
        let Some(found) = self.log.find_command(command).await? else {
            return Ok(None);
        };
        if found.fingerprint != fingerprint {
            return Err(reused(command));
        }
        let page = self.log.read(&Query::all(), found.first - 1, 1).await?;
        Ok(Some(Executed {
            record: page
                .events
                .first()
                .and_then(|first| first.event.data.record()),
            range: Some((found.first, found.last)),
            position: found.last,
            repeated: true,
        }))
    }

    /// The folded history, and how far it was complete.
    async fn load<D: Decision>(&self, query: &Query) -> Result<(D::Facts, CompleteTo), LogError> {
        let mut facts = D::Facts::default();
        let mut after = 0;
        loop {
            let page = self.log.read(query, after, PAGE).await?;
            for recorded in &page.events {
                D::evolve(&mut facts, &recorded.event);
            }
            if page.events.len() < PAGE {
                return Ok((facts, page.complete_to));
            }
            after = page.complete_to.position();
        }
    }

    /// One attempt with a time, ids and salts of its own.
    fn decide<D: Decision>(
        &self,
        actor: &Actor,
        command: CommandId,
        decision: &D,
        facts: &D::Facts,
    ) -> Result<Decided, ExecuteError> {
        let now = self.now()?;
        let seed = self.seeds.seed(command).map_err(ExecuteError::Randomness)?;
        let today = berlin_date(now);
        let context = Context::new(now, today, actor.id, actor.role, actor.centre, seed);
        let events = decision
            .decide(facts, &context)
            .map_err(ExecuteError::Rejected)?;
        Ok((events, context.into_sealed()))
    }
}

fn reused(command: CommandId) -> ExecuteError {
    ExecuteError::Rejected(Rejection::field(
        RejectionCode::CommandIdReused,
        "commandId",
        format!(
            "Die Vorgangsnummer {command} wurde schon für eine andere Eingabe verwendet. Bitte für jede neue Eingabe eine neue Nummer (UUID) vergeben und nur beim Wiederholen derselben Eingabe dieselbe."
        ),
    ))
}

fn over_limit(found: usize, max: usize) -> ExecuteError {
    ExecuteError::Rejected(Rejection::whole(
        RejectionCode::TooMany,
        format!(
            "Die Eingabe ist zu umfangreich, um als ein Vorgang gespeichert zu werden ({found}, erlaubt sind höchstens {max}). Bitte auf mehrere Eingaben verteilen."
        ),
    ))
}

#[cfg(test)]
#[path = "execute_tests.rs"]
mod tests;
