//! Something fetched from the provider and kept: asked for again when it gets old, but never more often than a
//! limit allows, and kept while the provider is down.
//!
//! Whoever sends a token with an invented key id can make us ask for new keys; this is where that ends.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;

use super::http::Unanswered;

/// Fetches it.
pub(crate) type Load<T> = Arc<dyn Fn() -> BoxFuture<'static, Result<T, Unanswered>> + Send + Sync>;

/// The time that only goes forwards; tests bring their own.
pub(crate) type Ticks = Arc<dyn Fn() -> Instant + Send + Sync>;

/// When it is fetched again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// Older than this it is fetched again, while the old one is still used.
    pub(crate) stale_after: Duration,
    /// In the long run it is fetched at most once in this time.
    pub(crate) every: Duration,
    /// So many fetches may come at once after a quiet time: new keys are there at the first token with one.
    pub(crate) at_once: u32,
}

impl Pace {
    /// For keys and metadata alike: a key that the provider withdraws is gone after a quarter of an hour.
    pub(crate) const USUAL: Self = Self {
        stale_after: Duration::from_secs(900),
        every: Duration::from_secs(30),
        at_once: 4,
    };
}

/// See above.
pub(crate) struct Kept<T> {
    load: Load<T>,
    pace: Pace,
    ticks: Ticks,
    state: Mutex<State<T>>,
    flight: tokio::sync::Mutex<()>,
}

struct State<T> {
    value: Option<Arc<T>>,
    loaded: Option<Instant>,
    /// When all fetches so far would be paid for, at one in every [`Pace::every`].
    paid: Option<Instant>,
}

impl<T: Send + Sync + 'static> Kept<T> {
    pub(crate) fn new(load: Load<T>, pace: Pace, ticks: Ticks) -> Arc<Self> {
        Arc::new(Self {
            load,
            pace,
            ticks,
            state: Mutex::new(State {
                value: None,
                loaded: None,
                paid: None,
            }),
            flight: tokio::sync::Mutex::new(()),
        })
    }

    /// What is kept; fetched when there is nothing yet. An old one is fetched again behind the caller's back.
    pub(crate) async fn get(self: &Arc<Self>) -> Result<Arc<T>, Unanswered> {
        let Some(value) = self.kept() else {
            return self.fetch(None).await;
        };
        if self.is_stale() && self.may_fetch() {
            let kept = Arc::clone(self);
            let old = Arc::clone(&value);
            tokio::spawn(async move { kept.fetch(Some(&old)).await });
        }
        Ok(value)
    }

    /// A newer one than `seen`, or what is kept where it was fetched a moment ago or the provider does not answer.
    pub(crate) async fn newer(self: &Arc<Self>, seen: &Arc<T>) -> Result<Arc<T>, Unanswered> {
        self.fetch(Some(seen)).await
    }

    /// In a task of its own: a caller who goes away in the middle leaves a whole fetch behind, not half of one that
    /// counts as tried.
    async fn fetch(self: &Arc<Self>, seen: Option<&Arc<T>>) -> Result<Arc<T>, Unanswered> {
        let (kept, seen) = (Arc::clone(self), seen.cloned());
        let fetched = tokio::spawn(async move { kept.fetch_once(seen.as_ref()).await });
        fetched.await.unwrap_or(Err(Unanswered::Lately))
    }

    /// One fetch at a time; who waited for it takes what it brought.
    async fn fetch_once(&self, seen: Option<&Arc<T>>) -> Result<Arc<T>, Unanswered> {
        let _flight = self.flight.lock().await;
        if let Some(value) = self.kept()
            && seen.is_none_or(|seen| !Arc::ptr_eq(seen, &value))
        {
            return Ok(value);
        }
        if !self.may_fetch() {
            return self.kept().ok_or(Unanswered::Lately);
        }
        self.pay();
        match (self.load)().await {
            Ok(value) => {
                let value = Arc::new(value);
                let mut state = self.state();
                state.value = Some(Arc::clone(&value));
                state.loaded = Some((self.ticks)());
                Ok(value)
            }
            Err(error) => {
                tracing::warn!(%error, "the provider did not answer");
                self.kept().ok_or(error)
            }
        }
    }

    fn kept(&self) -> Option<Arc<T>> {
        self.state().value.clone()
    }

    fn is_stale(&self) -> bool {
        let loaded = self.state().loaded;
        let age = |loaded| (self.ticks)().saturating_duration_since(loaded);
        loaded.is_none_or(|loaded| age(loaded) >= self.pace.stale_after)
    }

    fn may_fetch(&self) -> bool {
        let most = self.pace.every * self.pace.at_once.saturating_sub(1);
        let ahead = |paid: Instant| paid.saturating_duration_since((self.ticks)());
        self.state().paid.is_none_or(|paid| ahead(paid) <= most)
    }

    fn pay(&self) {
        let now = (self.ticks)();
        let mut state = self.state();
        let from = state.paid.map_or(now, |paid| paid.max(now));
        state.paid = Some(from + self.pace.every);
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// Counts fetches; answers with their number, or not at all while `down`.
    struct Source {
        fetches: AtomicU64,
        down: AtomicU64,
        seconds: AtomicU64,
    }

    fn kept() -> (Arc<Source>, Arc<Kept<u64>>) {
        let source = Arc::new(Source {
            fetches: AtomicU64::new(0),
            down: AtomicU64::new(0),
            seconds: AtomicU64::new(0),
        });
        let load: Load<u64> = {
            let source = Arc::clone(&source);
            Arc::new(move || {
                let number = source.fetches.fetch_add(1, Ordering::SeqCst) + 1;
                let down = source.down.load(Ordering::SeqCst) == 1;
                Box::pin(async move {
                    if down {
                        Err(Unanswered::Status(503))
                    } else {
                        Ok(number)
                    }
                })
            })
        };
        let start = Instant::now();
        let ticks: Ticks = {
            let source = Arc::clone(&source);
            Arc::new(move || start + Duration::from_secs(source.seconds.load(Ordering::SeqCst)))
        };
        (source, Kept::new(load, Pace::USUAL, ticks))
    }

    #[tokio::test]
    async fn many_who_ask_for_something_newer_cause_a_few_fetches_and_then_one_every_half_minute() {
        let (source, kept) = kept();
        let first = kept.get().await.unwrap();
        let all = (0..200).map(|_| kept.newer(&first));
        let all = futures_util::future::join_all(all).await;
        assert!(all.iter().all(|value| **value.as_ref().unwrap() == 2));
        let newest = || async {
            let seen = kept.get().await.unwrap();
            *kept.newer(&seen).await.unwrap()
        };
        for fetch in [3, 4, 4, 4] {
            assert_eq!(newest().await, fetch);
        }
        for (second, fetch) in [
            (29, 4),
            (30, 5),
            (30, 5),
            (59, 5),
            (60, 6),
            (89, 6),
            (150, 7),
        ] {
            source.seconds.store(second, Ordering::SeqCst);
            assert_eq!(newest().await, fetch, "at {second} s");
        }
        assert_eq!(source.fetches.load(Ordering::SeqCst), 7);
    }

    #[tokio::test]
    async fn a_provider_that_is_down_takes_nothing_away_and_is_not_asked_all_the_time() {
        let (source, kept) = kept();
        source.down.store(1, Ordering::SeqCst);
        for _ in 0..4 {
            assert_eq!(kept.get().await, Err(Unanswered::Status(503)));
        }
        assert_eq!(kept.get().await, Err(Unanswered::Lately));
        assert_eq!(source.fetches.load(Ordering::SeqCst), 4);
        source.down.store(0, Ordering::SeqCst);
        source.seconds.store(60, Ordering::SeqCst);
        let first = kept.get().await.unwrap();
        source.down.store(1, Ordering::SeqCst);
        assert_eq!(kept.newer(&first).await, Ok(Arc::clone(&first)));
        assert_eq!(source.fetches.load(Ordering::SeqCst), 6);
    }

    #[tokio::test]
    async fn who_goes_away_in_the_middle_keeps_nothing_from_the_others() {
        let (source, kept) = kept();
        {
            let mut asked = std::pin::pin!(kept.get());
            let polled = futures_util::poll!(asked.as_mut());
            assert!(polled.is_pending());
        }
        assert_eq!(*kept.get().await.unwrap(), 1);
        assert_eq!(source.fetches.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn an_old_one_is_still_used_while_it_is_fetched_again() {
        let (source, kept) = kept();
        assert_eq!(*kept.get().await.unwrap(), 1);
        source.seconds.store(899, Ordering::SeqCst);
        assert_eq!(*kept.get().await.unwrap(), 1);
        assert_eq!(source.fetches.load(Ordering::SeqCst), 1);
        source.seconds.store(900, Ordering::SeqCst);
        let old = kept.get().await.unwrap();
        assert_eq!(*old, 1);
        assert_eq!(*kept.newer(&old).await.unwrap(), 2);
        assert_eq!(source.fetches.load(Ordering::SeqCst), 2);
    }
}
