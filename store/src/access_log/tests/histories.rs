//! Invented histories of an access log on a simulated disk: entries, kills, power losses, failing writes
//! and syncs. What was answered survives every kill; a power loss takes at most what was not sealed yet;
//! what is read was written; and nothing that was read once is ever missing later. The log opens always.

use std::collections::BTreeSet;

use super::*;
use crate::disk::simulated::Dice;

struct History {
    seed: u64,
    dice: Dice,
    disk: SimulatedDisk,
    clock: Arc<ManualClock>,
    next: u128,
    sent: BTreeSet<u128>,
    /// Durable: there for ever.
    durable: BTreeSet<u128>,
    /// Whether something fails in this round.
    faulty: bool,
    /// Answered: there unless the power is lost.
    answered: BTreeSet<u128>,
}

impl History {
    fn new(seed: u64) -> Self {
        Self {
            seed,
            dice: Dice::new(seed),
            disk: SimulatedDisk::new(seed),
            clock: Arc::new(ManualClock::at(NOVEMBER)),
            next: 1,
            sent: BTreeSet::new(),
            durable: BTreeSet::new(),
            faulty: false,
            answered: BTreeSet::new(),
        }
    }

    fn options(&mut self) -> Options {
        let segments = [1_500, 4_000, 1 << 20];
        let seals = [Duration::ZERO, Duration::from_secs(60)];
        Options {
            segment_bytes: segments[usize::try_from(self.dice.roll(3)).unwrap()],
            idle_seal: seals[usize::try_from(self.dice.roll(2)).unwrap()],
            clock: Arc::clone(&self.clock) as _,
            clock_bound: Duration::from_secs(400 * 24 * 60 * 60),
            keep_index: false,
            ..Options::default()
        }
    }

    fn open(&mut self) -> Arc<AccessLog> {
        let options = self.options();
        let disk = Arc::new(self.disk.clone());
        AccessLog::open_on(disk, Path::new("data"), options, Duration::ZERO)
    }

    fn fault(&mut self, within: u64) {
        self.faulty = true;
        let faults = [
            Fault::Crash,
            Fault::Crash,
            Fault::Full,
            Fault::ReadOnly,
            Fault::Once,
        ];
        let fault = faults[usize::try_from(self.dice.roll(5)).unwrap()];
        self.disk.fail_at(self.dice.roll(within), fault);
    }

    async fn run(mut self) {
        for _ in 0..=self.dice.roll(4) {
            self.faulty = false;
            if self.dice.coin() {
                self.fault(12);
            }
            let log = self.open();
            self.disk.spare();
            if !self.disk.is_failing() && log.refusal().is_none() {
                self.check(&log).await;
                self.work(&log).await;
            }
            self.stop(&log);
        }
        self.restart();
        let log = self.open();
        assert_eq!(log.refusal(), None, "seed {}, in the end", self.seed);
        self.check(&log).await;
        let last = log.append(command(), &[access(u128::MAX)]).await;
        assert!(last.is_ok(), "seed {}, in the end: {last:?}", self.seed);
        log.close();
    }

    /// What has to be there is there; what is there was sent, and once. Opening has made it durable.
    async fn check(&mut self, log: &Arc<AccessLog>) {
        let page = log
            .entries(&asked(usize::MAX / 2), &|_| true)
            .await
            .unwrap();
        let numbers: Vec<u128> = page
            .entries
            .iter()
            .map(|(_, entry)| number(entry))
            .collect();
        let found: BTreeSet<u128> = numbers.iter().copied().collect();
        // Where a folder failed, the same command may stand in the next one, too.
        let commands = page
            .entries
            .iter()
            .map(|(_, entry)| (number(entry), entry.command));
        let commands: BTreeSet<_> = commands.collect();
        assert_eq!(found.len(), commands.len(), "seed {}: twice", self.seed);
        for wanted in [&self.durable, &self.answered] {
            let lost: Vec<_> = wanted.difference(&found).collect();
            assert!(
                lost.is_empty(),
                "seed {}: lost {lost:?}, {:?}",
                self.seed,
                page.gaps
            );
        }
        assert!(
            found.is_subset(&self.sent),
            "seed {}: nobody sent it",
            self.seed
        );
        self.durable = found;
        self.answered.clear();
    }

    async fn work(&mut self, log: &Arc<AccessLog>) {
        if self.dice.roll(3) > 0 {
            self.fault(20);
        }
        for _ in 0..self.dice.roll(12) {
            if self.dice.roll(10) == 0 {
                self.clock.advance(Duration::from_secs(11 * 24 * 60 * 60));
            }
            let mut sent = Vec::new();
            for _ in 0..=self.dice.roll(4) {
                let numbers: Vec<u128> = (0..=u128::from(self.dice.roll(3)))
                    .map(|n| self.next + n)
                    .collect();
                self.next += numbers.len() as u128;
                self.sent.extend(&numbers);
                let (log, entries) = (Arc::clone(log), numbers.clone());
                let written = tokio::spawn(async move {
                    let events: Vec<_> = entries.iter().map(|n| access(*n)).collect();
                    log.append(command(), &events).await
                });
                sent.push((numbers, written));
            }
            for (numbers, written) in sent {
                if written.await.unwrap().is_ok() {
                    self.answered.extend(numbers);
                }
            }
        }
    }

    /// Closes it, kills it, or pulls the plug.
    fn stop(&mut self, log: &Arc<AccessLog>) {
        if self.dice.roll(3) == 0 {
            log.close();
            if !self.faulty {
                self.durable.append(&mut self.answered);
            }
            self.restart();
        } else {
            self.restart();
            log.close();
        }
    }

    /// With the power lost, or without.
    fn restart(&mut self) {
        let power_lost = self.dice.coin();
        self.disk.restart(power_lost);
        if power_lost {
            self.answered.clear();
        }
    }
}

fn seeds() -> std::ops::Range<u64> {
    match std::env::var_os("QUERSCHNITT_CAMPAIGN") {
        Some(_) => 0..50_000,
        None => 0..400,
    }
}

#[test]
fn what_was_answered_survives_every_kill() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    for seed in seeds() {
        runtime.block_on(History::new(seed).run());
    }
}
