//! Counts of failures by key, forgotten with time, of bounded size.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

/// The most keys of a table; some 100 bytes each.
pub(super) const MOST: usize = 10_000;
/// Each of these takes one failure off a count.
const FORGIVEN_AFTER: Duration = Duration::from_secs(15 * 60);
/// Counts beyond this one wait no longer than this one.
const COUNTED: u32 = 1_000;

/// After how many failures how long to wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    /// So many may fail without waiting.
    free: u32,
    /// The longest wait.
    longest: Duration,
}

impl Rule {
    pub(super) const fn new(free: u32, longest: Duration) -> Self {
        Self { free, longest }
    }

    /// A second after the first failure too many, then twice as long each time.
    fn wait(self, failures: u32) -> Duration {
        match failures.checked_sub(self.free) {
            None => Duration::ZERO,
            Some(more) => Duration::from_secs(1_u64 << more.min(20)).min(self.longest),
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Count {
    failures: u32,
    last: Instant,
}

impl Count {
    /// What is left of it at `now`.
    fn at(self, now: Instant) -> u32 {
        let quiet = now.saturating_duration_since(self.last).as_secs();
        let forgiven = quiet / FORGIVEN_AFTER.as_secs();
        self.failures
            .saturating_sub(u32::try_from(forgiven).unwrap_or(u32::MAX))
    }
}

#[derive(Debug)]
pub(super) struct Table<K>(HashMap<K, Count>);

impl<K> Default for Table<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash + Copy> Table<K> {
    /// How long this key has to wait from `now` on.
    pub(super) fn wait(&self, key: &K, rule: Rule, now: Instant) -> Duration {
        self.0.get(key).map_or(Duration::ZERO, |count| {
            let quiet = now.saturating_duration_since(count.last);
            rule.wait(count.at(now)).saturating_sub(quiet)
        })
    }

    /// One failure more.
    pub(super) fn count(&mut self, key: K, rule: Rule, now: Instant) {
        if self.0.len() >= MOST && !self.0.contains_key(&key) {
            self.make_room(now);
        }
        let count = self.0.entry(key).or_insert(Count {
            failures: 0,
            last: now,
        });
        let most = rule.free.saturating_add(COUNTED);
        *count = Count {
            failures: count.at(now).saturating_add(1).min(most),
            last: now,
        };
    }

    /// The last failure was none.
    pub(super) fn take_back(&mut self, key: &K) {
        if let Some(count) = self.0.get_mut(key) {
            count.failures = count.failures.saturating_sub(1);
        }
    }

    pub(super) fn forget(&mut self, key: &K) {
        self.0.remove(key);
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&K) -> bool) {
        self.0.retain(|key, _| keep(key));
    }

    /// First what is forgiven goes; then the fewest failures: a flood of new keys pushes out itself, and not the
    /// one that is being guessed.
    fn make_room(&mut self, now: Instant) {
        self.0.retain(|_, count| count.at(now) > 0);
        if self.0.len() < MOST {
            return;
        }
        let fewest = self
            .0
            .values()
            .map(|count| count.at(now))
            .min()
            .unwrap_or(0);
        let mut to_go = MOST / 10;
        self.0.retain(|_, count| {
            let goes = to_go > 0 && count.at(now) == fewest;
            to_go -= usize::from(goes);
            !goes
        });
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}
