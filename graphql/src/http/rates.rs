//! How often somebody may ask: a bucket for each key, in memory, in a table of bounded size.
//!
//! A bucket is one number, the moment at which it would be full again (the generic cell rate algorithm). The table is
//! the cache the documents are kept in too: when more keys come than it holds, those used least fall out and begin
//! anew, so what strangers send never grows the server. The crate `governor` does the same sums, but its table grows
//! until somebody tidies it up.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use quick_cache::sync::Cache;

use super::peer::neighbourhood;
use crate::Viewer;

/// Buckets that are kept at a time, about 10 MB.
const BUCKETS: usize = 65_536;

/// How often something may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// In the long run.
    pub per_minute: u32,
    /// At once, after a pause.
    pub burst: u32,
}

impl Rate {
    /// So often a minute, and a quarter of that at once.
    #[must_use]
    pub const fn per_minute(per_minute: u32) -> Self {
        let quarter = per_minute / 4;
        let burst = if quarter == 0 { 1 } else { quarter };
        Self { per_minute, burst }
    }
}

/// A table of buckets of one rate.
pub struct Rates {
    /// When the bucket is full again, in nanoseconds after `start`.
    buckets: Cache<u128, Arc<AtomicU64>>,
    start: Instant,
    /// Nanoseconds that one use costs.
    interval: u64,
    /// Nanoseconds that may be owed.
    tolerance: u64,
}

impl Rates {
    /// Without anybody in it.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        let interval = 60_000_000_000 / u64::from(rate.per_minute.max(1));
        Self {
            buckets: Cache::new(BUCKETS),
            start: Instant::now(),
            interval,
            tolerance: interval * u64::from(rate.burst.max(1) - 1),
        }
    }

    /// One use by an address.
    ///
    /// # Errors
    /// How long to wait until the next one is allowed.
    pub fn take_address(&self, address: IpAddr) -> Result<(), Duration> {
        let key = match neighbourhood(address) {
            IpAddr::V4(address) => u128::from(address.to_bits()),
            IpAddr::V6(address) => address.to_bits(),
        };
        self.take(key)
    }

    /// One use by whoever has this key.
    ///
    /// # Errors
    /// How long to wait until the next one is allowed.
    pub fn take(&self, key: u128) -> Result<(), Duration> {
        self.take_at(key, self.start.elapsed())
    }

    fn take_at(&self, key: u128, now: Duration) -> Result<(), Duration> {
        let now = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
        let made = self
            .buckets
            .get_or_insert_with(&key, || Ok::<_, Duration>(Arc::default()))?;
        let mut refused = 0;
        let taken = made.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full_at| {
            let full_at = full_at.max(now);
            let owed = full_at - now;
            refused = owed.saturating_sub(self.tolerance);
            (refused == 0).then(|| full_at.saturating_add(self.interval))
        });
        match taken {
            Ok(_) => Ok(()),
            Err(_) => Err(Duration::from_nanos(refused)),
        }
    }
}

/// How often each account may ask, over everything it asks: GraphQL, files and letters. `Default` is as often as it
/// likes. Copies count together.
#[derive(Clone, Default)]
pub struct PerAccount(Option<Arc<Rates>>);

impl PerAccount {
    /// With nobody in it.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self(Some(Arc::new(Rates::new(rate))))
    }

    /// One operation of a viewer's account.
    ///
    /// # Errors
    /// How long to wait until the next one is allowed.
    pub(crate) fn take(&self, viewer: &Viewer) -> Result<(), Duration> {
        match &self.0 {
            Some(rates) => rates.take(viewer.actor.id.0.as_u128()),
            None => Ok(()),
        }
    }
}

impl std::fmt::Debug for PerAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PerAccount(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_burst_and_then_one_after_another() {
        let rates = Rates::new(Rate {
            per_minute: 60,
            burst: 3,
        });
        let at = |millis| rates.take_at(7, Duration::from_millis(millis));
        for _ in 0..3 {
            assert_eq!(at(10), Ok(()));
        }
        assert_eq!(at(10), Err(Duration::from_secs(1)));
        assert_eq!(at(510), Err(Duration::from_millis(500)));
        assert_eq!(at(1_010), Ok(()));
        assert!(at(1_010).is_err());
        assert_eq!(rates.take_at(8, Duration::ZERO), Ok(()), "another key");
        // After a pause the burst is there again, and not more than that.
        let allowed = (0..10).filter(|_| at(3_600_000).is_ok()).count();
        assert_eq!(allowed, 3);
    }

    #[test]
    fn strangers_do_not_make_it_grow() {
        let rates = Rates::new(Rate::per_minute(60));
        for key in 0..3 * BUCKETS as u128 {
            assert!(rates.take(key).is_ok());
        }
        assert!(rates.buckets.len() <= BUCKETS);
    }

    proptest! {
        /// Whatever the times, in no window are there more uses than the burst and what the window allows.
        #[test]
        fn never_more_than_promised(
            per_minute in 1..1_000_u32, burst in 1..50_u32,
            steps in prop::collection::vec(0..3_000_u64, 1..200),
        ) {
            let rates = Rates::new(Rate { per_minute, burst });
            let mut now = 0;
            let mut taken = Vec::new();
            for step in steps {
                now += step;
                let at = Duration::from_millis(now);
                match rates.take_at(1, at) {
                    Ok(()) => taken.push(now),
                    // The wait that was promised is enough, and the least.
                    Err(wait) => {
                        let copy = Rates::new(Rate { per_minute, burst });
                        for &before in &taken {
                            prop_assert!(copy.take_at(1, Duration::from_millis(before)).is_ok());
                        }
                        prop_assert!(copy.take_at(1, at + wait - Duration::from_nanos(1)).is_err());
                        prop_assert!(copy.take_at(1, at + wait).is_ok());
                    }
                }
            }
            for (number, from) in taken.iter().enumerate() {
                for (later, to) in taken.iter().enumerate().skip(number) {
                    let minutes = (to - from) as f64 / 60_000.0;
                    let most = f64::from(burst) + minutes * f64::from(per_minute) + 1.0;
                    prop_assert!(((later - number + 1) as f64) <= most);
                }
            }
        }
    }
}
