//! How much is measured: everything, or a quick look.

use std::time::Duration;

/// The sizes of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// How many events are in the log, and in each peer, before anything is measured.
    pub(crate) events: u64,
    /// How many reviews there are when the board and the flow are asked for.
    pub(crate) reviews: u64,
    /// How many years of 54 offices are invented.
    pub(crate) years: u16,
    /// How long one point is measured.
    pub(crate) time: Duration,
    /// How often each point is measured; the median counts.
    pub(crate) rounds: usize,
}

impl Plan {
    pub(crate) const fn full() -> Self {
        Self {
            events: 2_000_000,
            reviews: 100_000,
            years: 5,
            time: Duration::from_secs(4),
            rounds: 3,
        }
    }

    pub(crate) const fn quick() -> Self {
        Self {
            events: 100_000,
            reviews: 20_000,
            years: 1,
            time: Duration::from_secs(1),
            rounds: 3,
        }
    }
}
