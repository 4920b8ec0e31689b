//! From which position until which position of the log a row was known.

/// The span of positions in which a row was what the log said. `asOf` is a filter over it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Known {
    from: u64,
    /// `u64::MAX` while the row stands: half the size of an `Option`, in millions of rows.
    until: u64,
}

impl Known {
    /// Known from the event at `position` on.
    #[must_use]
    pub const fn since(position: u64) -> Self {
        Self {
            from: position,
            until: u64::MAX,
        }
    }

    /// The position of the event that made the row.
    #[must_use]
    pub const fn from(self) -> u64 {
        self.from
    }

    /// The position of the event that corrected or retracted it; `None` while it stands.
    #[must_use]
    pub const fn until(self) -> Option<u64> {
        if self.until == u64::MAX {
            None
        } else {
            Some(self.until)
        }
    }

    /// Whether the row stands now.
    #[must_use]
    pub const fn is_current(self) -> bool {
        self.until == u64::MAX
    }

    /// Whether the row stood once every event up to `position` (inclusive) was known.
    #[must_use]
    pub const fn at(self, position: u64) -> bool {
        self.from <= position && (position < self.until || self.is_current())
    }

    /// Ends the row with the event at `position`; a row that has ended stays as it ended.
    pub(crate) const fn end(&mut self, position: u64) {
        if self.is_current() {
            self.until = position;
        }
    }
}
