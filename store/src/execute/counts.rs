//! What became of the commands since the start, counted for the operator.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{ExecuteError, Executed};

/// What became of the commands since the start.
#[derive(Debug, Default)]
pub struct Counts {
    recorded: AtomicU64,
    unchanged: AtomicU64,
    repeated: AtomicU64,
    refused: AtomicU64,
    failed: AtomicU64,
    rejected: Mutex<BTreeMap<&'static str, u64>>,
    unclaimed: AtomicU64,
}

impl Counts {
    /// Commands whose events were recorded.
    #[must_use]
    pub fn recorded(&self) -> u64 {
        self.recorded.load(Ordering::Relaxed)
    }

    /// Commands that changed nothing.
    #[must_use]
    pub fn unchanged(&self) -> u64 {
        self.unchanged.load(Ordering::Relaxed)
    }

    /// Commands that had been recorded before.
    #[must_use]
    pub fn repeated(&self) -> u64 {
        self.repeated.load(Ordering::Relaxed)
    }

    /// Commands that met a log or a vault that takes no writes.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Commands that failed otherwise: what they need could not be read, or others kept changing it.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    /// Commands that were rejected, by the code of the rejection.
    #[must_use]
    pub fn rejected(&self) -> BTreeMap<&'static str, u64> {
        self.rejected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Whether texts may be in the vault that no event refers to: those of attempts that did not
    /// get through, or whose caller went away.
    #[must_use]
    pub fn may_have_left_texts(&self) -> bool {
        self.unclaimed.load(Ordering::Acquire) > 0
    }

    /// Texts are about to be sealed for an attempt.
    pub(super) fn texts_sealed(&self) {
        self.unclaimed.fetch_add(1, Ordering::AcqRel);
    }

    /// The events of that attempt are in the log.
    pub(super) fn texts_claimed(&self) {
        self.unclaimed.fetch_sub(1, Ordering::AcqRel);
    }

    pub(super) fn add(&self, outcome: &Result<Executed, ExecuteError>) {
        let counter = match outcome {
            Ok(executed) if executed.repeated => &self.repeated,
            Ok(executed) if executed.range.is_none() => &self.unchanged,
            Ok(_) => &self.recorded,
            Err(ExecuteError::Rejected(rejection)) => {
                let mut rejected = self.rejected.lock().unwrap_or_else(PoisonError::into_inner);
                *rejected.entry(rejection.code.as_str()).or_default() += 1;
                return;
            }
            Err(ExecuteError::Unavailable { .. } | ExecuteError::Vault(_)) => &self.refused,
            Err(ExecuteError::Log(_) | ExecuteError::Busy { .. } | ExecuteError::Randomness(_)) => {
                &self.failed
            }
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}
