//! Reads the entries, the newest first, from month to month.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Instant;

use querschnitt_domain::{Query, RecordId, Recorded};
use time::{Duration, OffsetDateTime};

use super::AccessLog;
use super::month::{AccessFolder, AccessMonth, folders};
use crate::embedded::EmbeddedLog;
use crate::log::{Log as _, LogError};

/// How many entries are read at once.
const PAGE: usize = 1_000;
/// How many positions the first step back covers; each further one covers four times as many.
const STEP: u64 = 4_096;
/// No step covers more: what it finds is held at once.
const LONGEST_STEP: u64 = 16_384;
/// An entry written around midnight may stand in the month beside its own.
const SLACK: Duration = Duration::DAY;

/// Which entries are asked for.
#[derive(Clone, Debug, Default)]
pub struct AccessAsked {
    /// Those about this record; all when absent.
    pub record: Option<RecordId>,
    /// Recorded at this instant or later.
    pub from: Option<OffsetDateTime>,
    /// Recorded before this instant.
    pub until: Option<OffsetDateTime>,
    /// Older than the entry at this place.
    pub before: Option<AccessPlace>,
    /// At most so many.
    pub limit: usize,
    /// When it is given up.
    pub give_up: Option<Instant>,
}

/// The place of an entry, for the next page; as text `2026-11.2:1042`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct AccessPlace {
    folder: AccessFolder,
    position: u64,
}

impl fmt::Display for AccessPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.folder, self.position)
    }
}

impl FromStr for AccessPlace {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (folder, position) = text.split_once(':').ok_or(())?;
        Ok(Self {
            folder: folder.parse()?,
            position: position.parse().map_err(|_| ())?,
        })
    }
}

/// Entries, the newest first.
#[derive(Clone, Debug, Default)]
pub struct AccessPage {
    /// The entries with their places.
    pub entries: Vec<(AccessPlace, Recorded)>,
    /// Whether there are older ones.
    pub more: bool,
    /// Where entries may be missing among those that were looked through.
    pub gaps: Vec<AccessGap>,
}

/// A time from which entries may be missing: the folder they stood in is damaged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessGap {
    /// Which folder.
    pub folder: AccessFolder,
    /// The last entry before it, where one can be read.
    pub after: Option<OffsetDateTime>,
    /// For the operator.
    pub reason: String,
}

/// Why entries could not be read.
#[derive(Debug, thiserror::Error)]
pub enum AccessReadError {
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// It took longer than [`AccessAsked::give_up`] allows.
    #[error("the time is up")]
    TimeUp,
}

impl AccessLog {
    /// The newest entries that are asked for and that `keep` keeps. Damaged folders are read as far as they
    /// are whole, and named.
    ///
    /// # Errors
    /// See [`AccessReadError`].
    pub async fn entries(
        self: &Arc<Self>,
        asked: &AccessAsked,
        keep: &(dyn Fn(&Recorded) -> bool + Send + Sync),
    ) -> Result<AccessPage, AccessReadError> {
        let mut page = AccessPage::default();
        let all = self
            .off_thread(|log| folders(&*log.disk, &log.root))
            .await?;
        for folder in all
            .into_iter()
            .rev()
            .filter(|folder| may_hold(asked, *folder))
        {
            let opened = self.off_thread(move |log| log.look_at(folder)).await;
            let log = match opened {
                Ok(log) => log,
                Err(error) => {
                    page.gaps.push(gap(folder, None, &error));
                    continue;
                }
            };
            if let Some(cut) = &log.report().cut {
                let last = log.lines(cut.head.saturating_sub(1), 1).await?;
                let last = last.first().and_then(|line| line.decode().ok());
                page.gaps.push(AccessGap {
                    folder,
                    after: last.map(|entry| entry.recorded_at),
                    reason: format!("{} is damaged at byte {}", cut.file.display(), cut.at),
                });
            }
            match newest_of(&log, folder, asked, keep, &mut page).await {
                Ok(true) => break,
                Ok(false) => {}
                Err(AccessReadError::Log(error)) => page.gaps.push(gap(folder, None, &error)),
                Err(error @ AccessReadError::TimeUp) => return Err(error),
            }
        }
        page.more = page.entries.len() > asked.limit;
        page.entries.truncate(asked.limit);
        Ok(page)
    }

    pub(super) async fn off_thread<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, LogError> + Send + 'static,
    ) -> Result<T, LogError> {
        let log = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || work(&log)).await;
        done.unwrap_or_else(|error| {
            Err(LogError::Storage {
                what: "a read was interrupted".to_owned(),
                source: std::io::Error::other(error.to_string()),
            })
        })
    }
}

fn gap(folder: AccessFolder, after: Option<OffsetDateTime>, error: &LogError) -> AccessGap {
    tracing::error!(%folder, %error, "this folder of the access log can't be read");
    AccessGap {
        folder,
        after,
        reason: error.to_string(),
    }
}

/// Whether a folder may hold what is asked for.
fn may_hold(asked: &AccessAsked, folder: AccessFolder) -> bool {
    let month = folder.month;
    asked
        .from
        .is_none_or(|from| AccessMonth::of(from - SLACK) <= month)
        && asked
            .until
            .is_none_or(|until| month <= AccessMonth::of(until + SLACK))
        && asked.before.is_none_or(|before| folder <= before.folder)
}

/// Adds the entries of one folder, from the end back; `true` when nothing older is wanted.
async fn newest_of(
    log: &EmbeddedLog,
    folder: AccessFolder,
    asked: &AccessAsked,
    keep: &(dyn Fn(&Recorded) -> bool + Send + Sync),
    page: &mut AccessPage,
) -> Result<bool, AccessReadError> {
    let query = match asked.record {
        Some(record) => Query::tagged(record.tag()),
        None => Query::all(),
    };
    let mut end = match asked.before {
        Some(before) if before.folder == folder => before.position.saturating_sub(1),
        Some(_) | None => log.head(),
    };
    end = end.min(log.head());
    for (start, end) in steps(end) {
        let found = between(log, &query, start, end, asked.give_up).await?;
        for entry in found.into_iter().rev() {
            if asked.from.is_some_and(|from| entry.recorded_at < from) {
                return Ok(true);
            }
            let early = asked.until.is_none_or(|until| entry.recorded_at < until);
            if !early || !keep(&entry) {
                continue;
            }
            let position = entry.position;
            page.entries.push((AccessPlace { folder, position }, entry));
            if page.entries.len() > asked.limit {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The stretches of positions up to `end` that are looked through one after another, the newest first: each from
/// behind the first number up to the second.
fn steps(mut end: u64) -> impl Iterator<Item = (u64, u64)> {
    let mut step = STEP;
    std::iter::from_fn(move || {
        let newest = end;
        end = end.saturating_sub(step);
        step = step.saturating_mul(4).min(LONGEST_STEP);
        (newest > 0).then_some((end, newest))
    })
}

/// The matching entries after `start` up to `end`, the oldest first.
async fn between(
    log: &EmbeddedLog,
    query: &Query,
    start: u64,
    end: u64,
    give_up: Option<Instant>,
) -> Result<Vec<Recorded>, AccessReadError> {
    let mut all = Vec::new();
    let mut after = start;
    loop {
        if give_up.is_some_and(|give_up| give_up <= Instant::now()) {
            return Err(AccessReadError::TimeUp);
        }
        let page = log.read(query, after, PAGE).await?;
        let full = page.events.len() == PAGE;
        after = page.complete_to.position();
        all.extend(
            page.events
                .into_iter()
                .filter(|entry| entry.position <= end),
        );
        if !full || after >= end {
            return Ok(all);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What one step finds is held at once, so none is long, however long the log; and together they are all of it.
        #[test]
        fn steps_are_bounded_and_leave_nothing_out(end in 0_u64..5_000_000) {
            let mut newest = end;
            for (start, until) in steps(end) {
                prop_assert_eq!(until, newest);
                prop_assert!(start < until && until - start <= LONGEST_STEP);
                newest = start;
            }
            prop_assert_eq!(newest, 0);
        }
    }

    #[test]
    fn the_first_step_is_short_because_most_want_a_page_of_the_newest() {
        let all: Vec<_> = steps(100_000).take(3).collect();
        assert_eq!(all, [(95_904, 100_000), (79_520, 95_904), (63_136, 79_520)]);
        assert_eq!(steps(7).collect::<Vec<_>>(), [(0, 7)]);
        assert_eq!(steps(0).next(), None);
    }
}
