//! Invented histories of a whole installation on one simulated disk: keys, log, vault, checkpoints and
//! the mark of a clean end, as a server opens, uses and closes them, with crashes, power losses,
//! failing writes and syncs at any point. What was acknowledged is there; of the rest whole commands
//! only; no event is without its content; and content without an event does not stay.
//!
//! More than 400 lines: the driver and what it must find stand together.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use querschnitt_domain::{
    ActorId, CommandId, Commitment, Context, Decision, Event, OrganisationId, Query, Recorded,
    Rejection, Role, Text,
};
use uuid::Uuid;

use crate::checkpoint::{CheckpointKeeper, KeeperError, stored_on};
use crate::clock::SystemClock;
use crate::disk::Disk;
use crate::disk::simulated::{Dice, Fault, SimulatedDisk};
use crate::execute::{Actor, ExecuteError, Executed, Executor};
use crate::keys::{KeyError, Keys};
use crate::leftovers::{CleanMark, sweep};
use crate::log::{Log, LogError};
use crate::memory::tests::renamed;
use crate::tree::TreeFollower;
use crate::vault::{Vault, VaultError};
use crate::{EmbeddedLog, Options};

const DATA: &str = "data";

/// Gives an organisation a name after another: one event and one text for each.
#[derive(Clone, Debug)]
struct Names {
    organisation: u128,
    names: Vec<String>,
}

impl Decision for Names {
    type Facts = ();

    fn query(&self) -> Query {
        Query::tagged(OrganisationId(Uuid::from_u128(self.organisation)).tag())
    }

    fn evolve((): &mut (), _: &Event) {}

    fn decide(&self, (): &(), context: &Context) -> Result<Vec<Event>, Rejection> {
        let record = OrganisationId(Uuid::from_u128(self.organisation)).record();
        let names = self.names.iter().map(|name| {
            let text = Text::new(name.as_str(), Text::NAME).unwrap();
            renamed(self.organisation, context.seal(record, &text))
        });
        Ok(names.collect())
    }
}

/// A command a client sent, and the positions it was acknowledged with.
#[derive(Clone, Debug)]
struct Sent {
    id: CommandId,
    names: Names,
    acknowledged: Option<(u64, u64)>,
}

/// The open parts, as a server has them.
struct Running {
    log: Arc<EmbeddedLog>,
    executor: Executor,
    keeper: CheckpointKeeper,
    mark: CleanMark,
    /// Whether the vault held nothing at start that no event refers to.
    clean: bool,
}

struct History {
    seed: u64,
    dice: Dice,
    disk: SimulatedDisk,
    options: Options,
    sent: Vec<Sent>,
}

fn actor() -> Actor {
    let id = ActorId(Uuid::from_u128(1));
    Actor::new(id, Role::KiOfficer, "05711".parse().unwrap())
}

async fn send(executor: &Executor, sent: &Sent) -> Result<Executed, ExecuteError> {
    let input = format!("{:?}", sent.names);
    executor
        .execute(&actor(), sent.id, input.as_bytes(), &sent.names)
        .await
}

impl Running {
    /// Opens everything in the order of the server. `None` when the disk did not allow it.
    ///
    /// # Panics
    /// When a crash is taken for damage, for lost keys or for another log.
    async fn open(disk: &SimulatedDisk, options: &Options) -> Option<Self> {
        let disk: Arc<dyn Disk> = Arc::new(disk.clone());
        let data = Path::new(DATA);
        let keys = match Keys::open_on(&*disk, &data.join("keys")) {
            Ok(keys) => Arc::new(keys),
            Err(KeyError::Io { .. }) => return None,
            Err(error) => panic!("{error}"),
        };
        let (folder, key) = (data.join("checkpoints"), keys.checkpoint_key());
        let checkpoints = match stored_on(&*disk, &folder, &key.verifying_key()) {
            Ok(checkpoints) => checkpoints,
            Err(KeeperError::Storage { .. }) => return None,
            Err(error) => panic!("{error}"),
        };
        let options = Options {
            checkpoints,
            ..options.clone()
        };
        let log = match EmbeddedLog::open_on(Arc::clone(&disk), data, options) {
            Ok(log) => log,
            Err(LogError::Storage { .. }) => return None,
            Err(error) => panic!("{error}"),
        };
        let vault = data.join("vault");
        let mark = CleanMark::on(Arc::clone(&disk), &vault);
        let vault = match Vault::open_in(Arc::clone(&disk), &vault, keys.vault_key()) {
            Ok(vault) => Arc::new(vault),
            Err(error @ (VaultError::Damaged { .. } | VaultError::WrongMasterKey { .. })) => {
                panic!("{error}")
            }
            Err(_) => return None,
        };
        let clean = mark.take().ok()?;
        let tree = Arc::new(TreeFollower::new(log.clone()));
        let mut running = Self {
            keeper: CheckpointKeeper::on(disk, &folder, tree, key),
            executor: Executor::new(log.clone(), vault, keys, Arc::new(SystemClock)),
            log,
            mark,
            clean,
        };
        if !clean && running.store_checkpoint().await {
            let swept = sweep(&*running.log, running.executor.vault()).await;
            running.clean = swept.is_ok();
        }
        Some(running)
    }

    /// Whether the log fits its checkpoints and there is a new one.
    async fn store_checkpoint(&self) -> bool {
        match self.keeper.store().await {
            Ok(_) => true,
            Err(KeeperError::Storage { .. } | KeeperError::Log(LogError::Storage { .. })) => false,
            Err(error) => panic!("{error}"),
        }
    }

    /// Closes in order, as far as the disk allows.
    fn close(self) {
        self.log.close();
        if self.clean && !self.executor.counts().may_have_left_texts() {
            self.mark.leave().ok();
        }
    }
}

impl History {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let options = Options {
            segment_bytes: [2_000, 6_000, 1 << 20][usize::try_from(dice.roll(3)).unwrap()],
            idle_seal: [Duration::ZERO, Duration::from_secs(60)]
                [usize::try_from(dice.roll(2)).unwrap()],
            keep_index: false,
            ..Options::default()
        };
        Self {
            seed,
            disk: SimulatedDisk::new(seed),
            dice,
            options,
            sent: Vec::new(),
        }
    }

    async fn open(&self) -> Option<Running> {
        Running::open(&self.disk, &self.options).await
    }

    async fn run(mut self) {
        for _ in 0..=self.dice.roll(4) {
            if self.dice.coin() {
                self.fault(40);
            }
            if let Some(running) = self.open().await {
                if !self.disk.is_failing() {
                    self.disk.spare();
                    self.check(&running).await;
                }
                self.work(&running).await;
                self.stop(running);
            }
            self.disk.mend();
            let power_lost = self.dice.coin();
            self.disk.restart(power_lost);
        }
        self.end().await;
    }

    /// Nothing fails any more: everything promised is there, and work goes on.
    async fn end(mut self) {
        let seed = self.seed;
        let running = self.open().await;
        let running = running.unwrap_or_else(|| panic!("seed {seed}: it does not open"));
        assert!(running.clean, "seed {seed}: it was not swept");
        self.check(&running).await;
        for sent in &mut self.sent {
            let done = send(&running.executor, sent).await.unwrap();
            let known = sent.acknowledged.is_some();
            assert_eq!(done.repeated, known, "seed {seed}: {sent:?}");
            sent.acknowledged = done.range;
        }
        self.check(&running).await;
        running.close();
    }

    fn fault(&mut self, within: u64) {
        let faults = [
            Fault::Crash,
            Fault::Crash,
            Fault::Full,
            Fault::ReadOnly,
            Fault::Once,
        ];
        let fault = faults[usize::try_from(self.dice.roll(5)).unwrap()];
        let at = self.dice.roll(within);
        self.disk.fail_at(at, fault);
    }

    fn names(&mut self) -> Names {
        let count = self.dice.roll(4) + 1;
        let length = usize::try_from(self.dice.roll(150) + 1).unwrap();
        Names {
            organisation: u128::from(self.dice.roll(5)),
            names: (0..count)
                .map(|number| format!("{} {number}", "ä".repeat(length)))
                .collect(),
        }
    }

    /// Commands, alone and at once, retries and checkpoints, until a fault comes or there is enough.
    async fn work(&mut self, running: &Running) {
        if self.dice.coin() {
            self.fault(60);
        }
        for _ in 0..self.dice.roll(8) {
            if self.dice.roll(5) == 0 {
                running.store_checkpoint().await;
            }
            let mut under_way = Vec::new();
            for _ in 0..=self.dice.roll(3) {
                let sent = Sent {
                    id: CommandId(Uuid::new_v4()),
                    names: self.names(),
                    acknowledged: None,
                };
                let executor = running.executor.clone();
                self.sent.push(sent.clone());
                under_way.push(tokio::spawn(async move { send(&executor, &sent).await }));
            }
            // An impatient client sends an earlier one again.
            let again = usize::try_from(self.dice.roll(self.sent.len() as u64)).unwrap();
            let repeated = send(&running.executor, &self.sent[again].clone()).await;
            let first = self.sent.len() - under_way.len();
            for (number, answer) in (first..).zip(under_way) {
                self.acknowledge(number, answer.await.unwrap());
            }
            self.acknowledge(again, repeated);
        }
    }

    fn acknowledge(&mut self, number: usize, answer: Result<Executed, ExecuteError>) {
        let sent = &mut self.sent[number];
        let Ok(done) = answer else { return };
        let range = done.range.unwrap();
        let before = sent.acknowledged.replace(range);
        assert!(
            before.is_none_or(|before| before == range),
            "seed {}: acknowledged twice with different positions: {sent:?}",
            self.seed
        );
    }

    /// Closes it, or kills it.
    fn stop(&mut self, running: Running) {
        if self.dice.coin() {
            self.disk.fail_at(0, Fault::Crash);
        }
        running.close();
    }

    /// See the module.
    async fn check(&mut self, running: &Running) {
        let seed = self.seed;
        let page = running.log.read(&Query::all(), 0, usize::MAX).await;
        let events = page.unwrap().events;
        let texts: Vec<String> = events
            .iter()
            .map(|event| self.text(running, event))
            .collect();
        let mut found = 0;
        for sent in &mut self.sent {
            let kept = running.log.find_command(sent.id).await.unwrap();
            let range = kept.map(|kept| (kept.first, kept.last));
            if let Some(acknowledged) = sent.acknowledged {
                assert_eq!(range, Some(acknowledged), "seed {seed}: {sent:?}");
            }
            let Some((first, last)) = range else { continue };
            let places = usize::try_from(first - 1).unwrap()..usize::try_from(last).unwrap();
            assert_eq!(
                texts.get(places),
                Some(sent.names.names.as_slice()),
                "seed {seed}: half a command, or other texts"
            );
            found += last - first + 1;
            // Whoever asks again learns that it is there.
            sent.acknowledged = range;
        }
        assert_eq!(found, events.len() as u64, "seed {seed}: of nobody");
        if running.clean {
            let referenced: HashSet<Commitment> = events
                .iter()
                .flat_map(|event| event.event.data.commitments())
                .collect();
            assert_eq!(
                running.executor.vault().count(),
                referenced.len(),
                "seed {seed}: content without an event"
            );
        }
    }

    /// The text of an event, which has one.
    fn text(&self, running: &Running, event: &Recorded) -> String {
        let data = &event.event.data;
        let commitments = data.commitments();
        assert_eq!(commitments.len(), 1);
        let vault = running.executor.vault();
        let text = vault.text(data.record().unwrap(), &commitments[0]).unwrap();
        let text = text.unwrap_or_else(|| {
            panic!(
                "seed {}: position {} has lost its content",
                self.seed, event.position
            )
        });
        text.as_str().to_owned()
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

#[test]
fn a_whole_installation_survives_every_history() {
    let campaign = std::env::var_os("QUERSCHNITT_CAMPAIGN").is_some();
    let seeds = if campaign { 0..20_000 } else { 0..300 };
    let runtime = runtime();
    for seed in seeds {
        runtime.block_on(History::new(seed).run());
    }
}

/// The same short life with a crash at its first operation, at its second, and so on until it gets
/// through.
#[test]
fn a_whole_installation_survives_a_crash_at_every_point() {
    let runtime = runtime();
    for power_lost in [false, true] {
        let mut at = 0;
        while runtime.block_on(crashes_at(at, power_lost)) {
            at += 1;
        }
        assert!(at > 50, "hardly an operation was counted: {at}");
    }
}

/// Whether the crash came before the end.
async fn crashes_at(at: u64, power_lost: bool) -> bool {
    let mut history = History::new(at);
    history.options.segment_bytes = 2_000;
    history.disk.fail_at(at, Fault::Crash);
    for _ in 0..2 {
        let Some(running) = history.open().await else {
            break;
        };
        for _ in 0..3 {
            let sent = Sent {
                id: CommandId(Uuid::new_v4()),
                names: history.names(),
                acknowledged: None,
            };
            let answer = send(&running.executor, &sent).await;
            history.sent.push(sent);
            history.acknowledge(history.sent.len() - 1, answer);
        }
        running.store_checkpoint().await;
        running.close();
    }
    let crashed = history.disk.is_failing();
    history.disk.restart(power_lost);
    history.end().await;
    crashed
}
