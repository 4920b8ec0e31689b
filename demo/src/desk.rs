//! Where an invented office carries its commands out: the executor, with the clock and the ids of the plan.

use std::sync::Arc;

use querschnitt_domain::{
    ActorId, CentreKey, CommandId, Decision, Query, RecordId, Recorded, Role,
};
use querschnitt_store::{Actor, ExecuteError, Executor, LogError, ManualClock, berlin_date};
use time::{Date, OffsetDateTime};

use crate::dice::Dice;
use crate::plan::Plan;

/// The same input for every command: a command is told from others by its id.
const INPUT: &[u8] = b"querschnitt demo";

/// Why a history could not be invented to its end. What was recorded stays; the same plan goes on from
/// there.
#[derive(Debug, thiserror::Error)]
pub enum InventError {
    /// A command did not get through.
    #[error("Die Beispielgeschichte bricht am {day} ab: {source}")]
    Execute {
        /// The day of the history.
        day: Date,
        /// Why.
        source: ExecuteError,
    },
    /// Something recorded before could not be read again.
    #[error("Die Beispielgeschichte bricht ab, weil sich das Protokoll nicht lesen lässt: {0}")]
    Log(#[from] LogError),
    /// A decision changed nothing, or an invented word is refused: a fault of this program.
    #[error("Die Beispielgeschichte ist fehlerhaft ({day}): {what}")]
    Fault {
        /// The day of the history.
        day: Date,
        /// What.
        what: String,
    },
    /// The log belongs to something else.
    #[error(
        "Das Protokoll gehört nicht zu dieser Beispielgeschichte; sie kommt nur in ein leeres."
    )]
    OtherLog,
}

/// Who acts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Account {
    pub(crate) id: ActorId,
    pub(crate) role: Role,
}

/// Carries out commands, one after the other.
pub(crate) struct Desk<'a> {
    executor: Executor,
    clock: Arc<ManualClock>,
    plan: &'a Plan,
    dice: Dice,
    commands: u64,
    day: Date,
}

impl<'a> Desk<'a> {
    /// A desk; `clock` must be the one of the executor's log, too.
    pub(crate) fn new(executor: Executor, clock: Arc<ManualClock>, plan: &'a Plan) -> Self {
        Self {
            executor,
            clock,
            plan,
            dice: Dice::new(plan.command(0).as_u64_pair().0),
            commands: 0,
            day: plan.first(),
        }
    }

    /// Begins a working day.
    pub(crate) fn open(&mut self, day: Date, at: OffsetDateTime) {
        self.day = day;
        self.clock.set(at);
    }

    /// Now.
    pub(crate) fn now(&self) -> OffsetDateTime {
        self.executor.clock().now()
    }

    /// Carries a command out that has to change something, and gives the record of its first event.
    pub(crate) async fn carry_out<D>(
        &mut self,
        centre: CentreKey,
        by: Account,
        decision: D,
    ) -> Result<RecordId, InventError>
    where
        D: Decision + Sync,
        D::Facts: Send,
    {
        self.pass();
        self.commands += 1;
        let command = CommandId(self.plan.command(self.commands));
        let actor = Actor::new(by.id, by.role, centre);
        let done = self
            .executor
            .execute(&actor, command, INPUT, &decision)
            .await;
        let done = done.map_err(|source| InventError::Execute {
            day: self.day,
            source,
        })?;
        let what = std::any::type_name::<D>();
        done.record
            .ok_or_else(|| self.fault(format!("{what} hat nichts geändert")))
    }

    /// The events of a record so far.
    pub(crate) async fn events_of(&self, record: RecordId) -> Result<Vec<Recorded>, InventError> {
        let query = Query::tagged(record.tag());
        let page = self.executor.log().read(&query, 0, 1_000).await?;
        Ok(page.events)
    }

    /// The executor.
    pub(crate) const fn executor(&self) -> &Executor {
        &self.executor
    }

    /// A fault of this program.
    pub(crate) fn fault(&self, what: impl Into<String>) -> InventError {
        InventError::Fault {
            day: self.day,
            what: what.into(),
        }
    }

    /// Whether the log is this history's: it is empty, or its first command is the plan's.
    pub(crate) async fn is_ours(&self) -> Result<bool, InventError> {
        if self.executor.log().head() == 0 {
            return Ok(true);
        }
        let first = CommandId(self.plan.command(1));
        let found = self.executor.log().find_command(first).await?;
        Ok(found.is_some_and(|found| found.first == 1))
    }

    /// A while passes between two entries: minutes in one office, seconds where 54 work at once.
    fn pass(&mut self) {
        let most = 240 / i32::try_from(self.plan.centres().len()).unwrap_or(1);
        let seconds = self.dice.between((most / 4).max(1), most.max(2));
        let seconds = u64::from(seconds.unsigned_abs());
        self.clock.advance(std::time::Duration::from_secs(seconds));
        debug_assert!(berlin_date(self.now()) == self.day, "the day is too short");
    }
}
