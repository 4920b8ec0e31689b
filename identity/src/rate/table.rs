//! Counts of failures by key, forgotten with time, of bounded size.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

/// The most keys of a table; some 100 bytes each.
pub(super) const MOST: usize = 10_000;
/// Counts beyond this one wait no longer than this one.
const COUNTED: u32 = 1_000;

/// After how many failures how long to wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    /// So many may fail without waiting.
    free: u32,
    /// The longest wait.
    longest: Duration,
    /// Each quiet time of this length takes one failure off a count.
    forgiven_after: Duration,
}

impl Rule {
    pub(super) const fn new(free: u32, longest: Duration, forgiven_after: Duration) -> Self {
        Self {
            free,
            longest,
            forgiven_after,
        }
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
    /// What stood here before the last failure, should that be taken back.
    before: Option<(u32, Instant)>,
}

impl Count {
    /// What is left of it at `now`.
    fn at(self, rule: Rule, now: Instant) -> u32 {
        let quiet = now.saturating_duration_since(self.last).as_secs();
        let forgiven = quiet / rule.forgiven_after.as_secs().max(1);
        self.failures
            .saturating_sub(u32::try_from(forgiven).unwrap_or(u32::MAX))
    }
}

#[derive(Debug)]
pub(super) struct Table<K> {
    rule: Rule,
    counts: HashMap<K, Count>,
}

impl<K: Eq + Hash + Copy> Table<K> {
    pub(super) fn new(rule: Rule) -> Self {
        Self {
            rule,
            counts: HashMap::new(),
        }
    }

    /// How long this key has to wait from `now` on.
    pub(super) fn wait(&self, key: &K, now: Instant) -> Duration {
        self.counts.get(key).map_or(Duration::ZERO, |count| {
            let quiet = now.saturating_duration_since(count.last);
            let failures = count.at(self.rule, now);
            self.rule.wait(failures).saturating_sub(quiet)
        })
    }

    /// One failure more.
    pub(super) fn count(&mut self, key: K, now: Instant) {
        if self.counts.len() >= MOST && !self.counts.contains_key(&key) {
            self.make_room(now);
        }
        let (rule, most) = (self.rule, self.rule.free.saturating_add(COUNTED));
        let known = self.counts.get(&key);
        let count = Count {
            failures: known
                .map_or(0, |count| count.at(rule, now))
                .saturating_add(1)
                .min(most),
            last: now,
            before: known.map(|count| (count.failures, count.last)),
        };
        self.counts.insert(key, count);
    }

    /// The last failure was none: what stood there before it counts again. Of several at the same time each takes
    /// one off.
    pub(super) fn take_back(&mut self, key: &K) {
        let Some(count) = self.counts.get_mut(key) else {
            return;
        };
        match count.before.take() {
            Some((failures, last)) => (count.failures, count.last) = (failures, last),
            None => count.failures = count.failures.saturating_sub(1),
        }
        if count.failures == 0 {
            self.counts.remove(key);
        }
    }

    pub(super) fn forget(&mut self, key: &K) {
        self.counts.remove(key);
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&K) -> bool) {
        self.counts.retain(|key, _| keep(key));
    }

    /// First what is forgiven goes; then the fewest failures: a flood of new keys pushes out itself, and not the
    /// one that is being guessed.
    fn make_room(&mut self, now: Instant) {
        let rule = self.rule;
        self.counts.retain(|_, count| count.at(rule, now) > 0);
        if self.counts.len() < MOST {
            return;
        }
        let failures = self.counts.values().map(|count| count.at(rule, now));
        let fewest = failures.min().unwrap_or(0);
        let mut to_go = MOST / 10;
        self.counts.retain(|_, count| {
            let goes = to_go > 0 && count.at(rule, now) == fewest;
            to_go -= usize::from(goes);
            !goes
        });
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.counts.len()
    }
}
