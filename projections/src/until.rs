//! Until when a computation may go on: who asked does not wait longer, so it is no use to anyone.

use std::cell::Cell;
use std::time::Instant;

/// Rows between two looks at the clock. Reading so many takes well under a millisecond.
const ROWS: u32 = 1_024;

/// How long a computation may take. It reads its rows through [`Until::watch`] and asks at the end whether time was up.
#[derive(Debug)]
pub struct Until {
    end: End,
    /// Rows until the next look.
    left: Cell<u32>,
    is_up: Cell<bool>,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Never,
    At(Instant),
    /// For tests: when so many rows were read.
    #[cfg(test)]
    Counted,
}

/// Time was up before there was an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("die Auswertung hat zu lange gedauert")]
pub struct TimeUp;

impl Until {
    const fn new(end: End) -> Self {
        Self {
            end,
            left: Cell::new(0),
            is_up: Cell::new(false),
        }
    }

    /// As long as it takes.
    #[must_use]
    pub const fn whenever() -> Self {
        Self::new(End::Never)
    }

    /// Until this instant; `None`: as long as it takes.
    #[must_use]
    pub fn at(instant: Option<Instant>) -> Self {
        Self::new(instant.map_or(End::Never, End::At))
    }

    /// Until so many rows were read.
    #[cfg(test)]
    pub(crate) fn after_rows(rows: u32) -> Self {
        let until = Self::new(End::Counted);
        until.left.set(rows);
        until
    }

    /// These rows, as long as there is time.
    pub fn watch<'a, T: 'a>(
        &'a self,
        rows: impl Iterator<Item = T> + 'a,
    ) -> impl Iterator<Item = T> + 'a {
        rows.take_while(|_| self.goes_on())
    }

    /// Whether there is time for one more row.
    pub fn goes_on(&self) -> bool {
        match self.left.get().checked_sub(1) {
            Some(left) => self.left.set(left),
            None => self.look(),
        }
        !self.is_up.get()
    }

    /// # Errors
    /// When time was up: what was computed is not the whole answer.
    pub fn check(&self) -> Result<(), TimeUp> {
        match self.is_up.get() {
            true => Err(TimeUp),
            false => Ok(()),
        }
    }

    fn look(&self) {
        let up = match self.end {
            End::Never => false,
            End::At(instant) => instant <= Instant::now(),
            #[cfg(test)]
            End::Counted => true,
        };
        self.left.set(ROWS);
        self.is_up.set(self.is_up.get() || up);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_end_when_time_is_up_and_then_there_is_no_answer() {
        let over = Until::at(Some(Instant::now()));
        assert_eq!(over.watch(0..10).count(), 0);
        assert_eq!(over.check(), Err(TimeUp));

        let later = Until::after_rows(5);
        assert_eq!(later.watch(0..5).count(), 5);
        assert_eq!(later.check(), Ok(()));
        assert_eq!(later.watch(0..10).count(), 0);
        assert_eq!(later.check(), Err(TimeUp));
    }

    #[test]
    fn without_an_end_every_row_comes() {
        for until in [Until::whenever(), Until::at(None)] {
            assert_eq!(until.watch(0..100_000).count(), 100_000);
            assert_eq!(until.check(), Ok(()));
        }
    }

    #[test]
    fn the_clock_is_looked_at_again_and_again() {
        let until = Until::at(Some(Instant::now() + std::time::Duration::from_millis(1)));
        assert!(until.watch(0..u64::MAX).count() > 0);
        assert_eq!(until.check(), Err(TimeUp));
    }
}
