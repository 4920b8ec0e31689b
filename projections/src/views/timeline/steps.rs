//! Counts, in tests, the events and mentions that are looked at: what a reader's questions cost must not tell
//! how much is hidden.

#[cfg(test)]
use std::cell::Cell;

#[cfg(test)]
thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// One more was looked at.
pub(super) fn count() {
    #[cfg(test)]
    STEPS.with(|steps| steps.set(steps.get() + 1));
}

/// How many `work` looks at.
#[cfg(test)]
pub(crate) fn of<T>(work: impl FnOnce() -> T) -> u64 {
    let before = STEPS.with(Cell::get);
    let _ = work();
    STEPS.with(Cell::get) - before
}
