//! The state of a node: everything derived from the log up to one position.

use querschnitt_domain::{Query, Recorded};
use querschnitt_store::{Log, LogError};
use time::OffsetDateTime;

use crate::digest::{Canonical, DIGEST_VERSION, Digest};
use crate::facts::Facts;
use crate::texts::{NoTexts, TextSource};
use crate::views::timeline::Timeline;
use crate::views::{Lists, Names};

/// Facts and views of the log up to [`State::position`].
#[derive(Debug, Default)]
pub struct State {
    facts: Facts,
    timeline: Timeline,
    lists: Lists,
    names: Names,
}

/// Why an event could not be folded in. The log and this program do not fit together; nothing is
/// guessed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ApplyError {
    /// An event is missing before this one.
    #[error("position {found} came where {expected} was expected")]
    Gap {
        /// The position after the last one folded in.
        expected: u64,
        /// The position that came.
        found: u64,
    },
    /// The tables in memory count in 32 bits.
    #[error("position {0} is beyond what the tables in memory can hold")]
    TooMany(u64),
}

/// Why a state could not be rebuilt.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// The log could not be read.
    #[error("the log could not be read")]
    Log(#[from] LogError),
    /// What was read could not be folded in.
    #[error("the log could not be folded")]
    Apply(#[from] ApplyError),
    /// The log ends before the position asked for.
    #[error("the log ends at position {head}, before {upto}")]
    Short {
        /// Where it ends.
        head: u64,
        /// What was asked for.
        upto: u64,
    },
}

/// How many events one read of the log brings.
pub(crate) const PAGE: usize = 10_000;

/// From how many events on a thread of its own is worth its start.
const BESIDE: usize = 256;

/// Half of what 32 bits count: an event may name several records, each a place in a table.
const MOST: u64 = u32::MAX as u64 / 2;

impl State {
    /// Folds one event in and says whether it was new: one that was folded in already changes
    /// nothing.
    ///
    /// # Errors
    /// See [`ApplyError`]; the state is unchanged then.
    pub fn apply(
        &mut self,
        recorded: &Recorded,
        texts: &dyn TextSource,
    ) -> Result<bool, ApplyError> {
        let expected = self.position() + 1;
        let found = recorded.position;
        if found < expected {
            return Ok(false);
        }
        if found > expected {
            return Err(ApplyError::Gap { expected, found });
        }
        if found > MOST {
            return Err(ApplyError::TooMany(found));
        }
        self.facts.apply(recorded);
        self.timeline.apply(recorded);
        self.lists.apply(&self.facts, recorded);
        self.names.apply(recorded, texts);
        Ok(true)
    }

    /// Folds in many events that follow each other, as a replay brings them: what the timeline and
    /// the names keep depends on nothing else, so it is folded beside the rows.
    ///
    /// # Errors
    /// See [`ApplyError`]; the state is then at the last event that could be folded in.
    pub fn apply_all(
        &mut self,
        events: &[Recorded],
        texts: &dyn TextSource,
    ) -> Result<(), ApplyError> {
        if events.len() < BESIDE || !self.go_on_with(events) {
            return events
                .iter()
                .try_for_each(|recorded| self.apply(recorded, texts).map(|_| ()));
        }
        let Self {
            facts,
            timeline,
            lists,
            names,
        } = self;
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for recorded in events {
                    timeline.apply(recorded);
                    names.apply(recorded, texts);
                }
            });
            for recorded in events {
                facts.apply(recorded);
                lists.apply(facts, recorded);
            }
        });
        Ok(())
    }

    /// Whether these are exactly the events that come next, and all of them fit.
    fn go_on_with(&self, events: &[Recorded]) -> bool {
        let expected = self.position() + 1..;
        let last = events.last().map_or(0, |last| last.position);
        last <= MOST
            && events
                .iter()
                .zip(expected)
                .all(|(recorded, expected)| recorded.position == expected)
    }

    /// The state at `upto`, from the log and nothing else. It knows no names to search for.
    ///
    /// # Errors
    /// See [`RebuildError`].
    pub async fn rebuild(log: &dyn Log, upto: u64) -> Result<Self, RebuildError> {
        let mut state = Self::default();
        state.advance(log, upto, &NoTexts, |_| ()).await?;
        Ok(state)
    }

    /// Folds in what the log holds up to this position, page by page; `done` learns the position
    /// after each.
    ///
    /// # Errors
    /// See [`RebuildError`]; the state is then at the last event that was folded in.
    pub async fn advance(
        &mut self,
        log: &dyn Log,
        upto: u64,
        texts: &dyn TextSource,
        mut done: impl FnMut(u64),
    ) -> Result<(), RebuildError> {
        while self.position() < upto {
            let left = usize::try_from(upto - self.position()).unwrap_or(PAGE);
            let page = log
                .read(&Query::all(), self.position(), left.min(PAGE))
                .await?;
            if page.events.is_empty() {
                let head = self.position();
                return Err(RebuildError::Short { head, upto });
            }
            self.apply_all(&page.events, texts)?;
            done(self.position());
        }
        Ok(())
    }

    /// The position of the last event folded in; 0 before the first.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.facts.applied()
    }

    /// The last position recorded at or before this instant; 0 when there is none.
    #[must_use]
    pub fn position_at(&self, instant: OffsetDateTime) -> u64 {
        self.timeline.position_at(instant)
    }

    /// The rows.
    #[must_use]
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Every event in brief.
    #[must_use]
    pub const fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    pub(crate) const fn lists(&self) -> &Lists {
        &self.lists
    }

    pub(crate) const fn names(&self) -> &Names {
        &self.names
    }

    /// The digest of rows, timelines and lists: equal for every node of this version of the program
    /// at this position, running or rebuilt. Computed when asked for, which takes about a second for
    /// a million events on two cores; call it off the async threads. The names to search for are no
    /// part of it, see [`State::missing_names`].
    #[must_use]
    pub fn digest(&self) -> Digest {
        let (facts, timeline) = std::thread::scope(|scope| {
            let timeline = scope.spawn(|| self.timeline.digest());
            (self.facts.digest(), timeline.join())
        });
        let mut to = Canonical::new();
        to.place(DIGEST_VERSION).part(facts);
        // A thread that panicked gives a digest that nobody else has.
        to.option(timeline.ok(), |to, timeline| {
            to.part(timeline);
        });
        to.part(self.lists.digest());
        to.finish()
    }

    /// How many names another state at or before this position can search for and this one can't, or
    /// only in another form. They come from the vault, so a replay without its texts knows none.
    #[must_use]
    pub fn missing_names(&self, other: &Self) -> usize {
        self.names.missing(&other.names)
    }
}

#[cfg(test)]
mod tests;
