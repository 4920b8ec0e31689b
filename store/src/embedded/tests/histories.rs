//! Thousands of invented histories on a simulated disk: appends, crashes, power losses, failing
//! writes and syncs, crashes while recovering, and again. Invariants 1, 2 and 6 of `design.md`:
//! what was acknowledged or shown stays, byte for byte; of the rest whole commands only; positions
//! without gaps; and no crash is ever taken for damage.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use querschnitt_domain::CommandId;

use super::*;
use crate::contract::{command, linked, retracted};
use crate::disk::simulated::{Dice, Fault, SimulatedDisk};
use crate::log::{CommandKey, LogError};

/// What is known to the world outside: it must be there for ever.
#[derive(Default)]
struct Known {
    lines: BTreeMap<u64, Arc<[u8]>>,
    commands: Vec<(CommandKey, u64, u64)>,
    /// Sent, not acknowledged: whole or not at all. With how many events.
    open: Vec<(CommandKey, u64)>,
}

struct History {
    seed: u64,
    dice: Dice,
    disk: SimulatedDisk,
    options: Options,
    known: Known,
}

impl History {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let options = Options {
            segment_bytes: [1_500, 4_000, 1 << 20][usize::try_from(dice.roll(3)).unwrap()],
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
            known: Known::default(),
        }
    }

    async fn run(mut self) {
        for _ in 0..=self.dice.roll(4) {
            let Some(log) = self.open_through_crashes() else {
                continue;
            };
            self.verify(&log).await;
            self.work(&log).await;
            self.stop(log);
        }
        self.disk.restart(true);
        let seed = self.seed;
        let log = self
            .open()
            .unwrap_or_else(|error| panic!("seed {seed}, in the end: {error}"));
        self.verify(&log).await;
        let last = log.append(command(), vec![retracted(1)], None).await;
        assert!(last.is_ok(), "seed {seed}, in the end: {last:?}");
    }

    fn open(&self) -> Result<Arc<EmbeddedLog>, LogError> {
        let disk = Arc::new(self.disk.clone());
        EmbeddedLog::open_on(disk, Path::new("data"), self.options.clone())
    }

    /// Opens it, at times with a fault on the way; gives up on this round after a few.
    fn open_through_crashes(&mut self) -> Option<Arc<EmbeddedLog>> {
        for _ in 0..3 {
            if self.dice.coin() {
                let fault = [Fault::Crash, Fault::Full, Fault::ReadOnly, Fault::Once];
                let fault = fault[usize::try_from(self.dice.roll(4)).unwrap()];
                self.disk.fail_at(self.dice.roll(12), fault);
            }
            let opened = self.open();
            self.disk.spare();
            match opened {
                Ok(log) if !self.disk.is_failing() => return Some(log),
                Ok(log) => self.stop(log),
                Err(LogError::Storage { .. }) => self.disk.restart(self.dice.coin()),
                Err(error) => panic!("seed {}: {error}", self.seed),
            }
        }
        self.disk.restart(true);
        None
    }

    /// What is known is there; what is there is whole; and what is there is known from now on.
    async fn verify(&mut self, log: &EmbeddedLog) {
        let seed = self.seed;
        let lines = log.lines(0, usize::MAX).await.unwrap();
        let found: BTreeMap<u64, Arc<[u8]>> = lines
            .into_iter()
            .map(|line| (line.position, line.json))
            .collect();
        assert!(
            found.keys().copied().eq(1..=log.head()),
            "seed {seed}: a gap"
        );
        for (position, line) in &self.known.lines {
            assert_eq!(found.get(position), Some(line), "seed {seed}, {position}");
        }
        for (command, first, last) in &self.known.commands {
            let kept = log.find_command(command.id).await.unwrap();
            let kept = kept.map(|kept| (kept.first, kept.last));
            assert_eq!(kept, Some((*first, *last)), "seed {seed}");
        }
        for (command, count) in std::mem::take(&mut self.known.open) {
            if let Some(kept) = log.find_command(command.id).await.unwrap() {
                assert_eq!(
                    kept.last - kept.first + 1,
                    count,
                    "seed {seed}: half a command"
                );
                self.known.commands.push((command, kept.first, kept.last));
            }
        }
        let mut owners: BTreeMap<CommandId, u64> = BTreeMap::new();
        let page = log
            .read(&querschnitt_domain::Query::all(), 0, usize::MAX)
            .await;
        let events = page.unwrap().events;
        assert!(events.is_sorted_by_key(|event| event.recorded_at));
        for event in events {
            *owners.entry(event.command).or_default() += 1;
            assert_eq!(
                owners[&event.command],
                u64::from(event.part.0),
                "seed {seed}"
            );
        }
        assert_eq!(
            owners.len(),
            self.known.commands.len(),
            "seed {seed}: doubled or unknown"
        );
        self.known.lines = found;
    }

    /// Appends, alone and at once, until a fault comes or there is enough.
    async fn work(&mut self, log: &Arc<EmbeddedLog>) {
        if self.dice.roll(3) > 0 {
            let fault = [
                Fault::Crash,
                Fault::Crash,
                Fault::Full,
                Fault::ReadOnly,
                Fault::Once,
            ];
            let fault = fault[usize::try_from(self.dice.roll(5)).unwrap()];
            self.disk.fail_at(self.dice.roll(30), fault);
        }
        for _ in 0..self.dice.roll(12) {
            let mut sent = Vec::new();
            for _ in 0..=self.dice.roll(4) {
                let (log, command, count) = (Arc::clone(log), command(), self.dice.roll(6) + 1);
                let events = (0..count)
                    .map(|n| {
                        if n % 2 == 0 {
                            retracted(n.into())
                        } else {
                            linked(1, n.into())
                        }
                    })
                    .collect();
                sent.push((
                    command,
                    count,
                    tokio::spawn(async move { log.append(command, events, None).await }),
                ));
            }
            for (command, count, answer) in sent {
                match answer.await.unwrap() {
                    Ok(appended) => {
                        assert_eq!(appended.last - appended.first + 1, count);
                        self.known
                            .commands
                            .push((command, appended.first, appended.last));
                    }
                    Err(_) => self.known.open.push((command, count)),
                }
            }
            // What a reader was shown has to stay, too. After a crash there are no readers.
            if let Ok(lines) = log.lines(self.known.lines.len() as u64, usize::MAX).await {
                assert_eq!(
                    lines.last().map_or(log.head(), |line| line.position),
                    log.head()
                );
                let lines = lines.into_iter().map(|line| (line.position, line.json));
                self.known.lines.extend(lines);
            }
            if log.refusal().is_some() {
                let late = log.append(command(), vec![retracted(1)], None).await;
                assert!(late.is_err(), "seed {}: written after a failure", self.seed);
                break;
            }
        }
    }

    /// Closes it, kills it, or pulls the plug.
    fn stop(&mut self, log: Arc<EmbeddedLog>) {
        if self.dice.roll(3) == 0 {
            log.close();
            self.disk.restart(self.dice.coin());
        } else {
            self.disk.restart(self.dice.coin());
            log.close();
        }
    }
}

/// How many histories: many in a campaign, enough to notice a mistake otherwise.
fn seeds() -> std::ops::Range<u64> {
    if campaign() { 0..50_000 } else { 0..400 }
}

#[test]
fn what_was_acknowledged_survives_every_crash() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    for seed in seeds() {
        runtime.block_on(History::new(seed).run());
    }
}
