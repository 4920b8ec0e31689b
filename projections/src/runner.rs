//! The runner: replays the log at start, then follows it, and lets readers wait for a position.

use std::sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard, Weak};
use std::time::Duration;

use querschnitt_domain::{Query, Recorded};
use querschnitt_store::{Log, LogError};
use time::OffsetDateTime;
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;

use crate::state::{PAGE, State};
use crate::texts::TextSource;

/// Keeps one [`State`] at the head of the log. Cheap to clone; dropping the last clone stops it.
#[derive(Clone, Debug)]
pub struct Runner {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: RwLock<State>,
    progress: watch::Sender<Progress>,
    reader: OnceLock<AbortHandle>,
}

impl Drop for Shared {
    /// Without the reader no more pages come, and the fold ends too.
    fn drop(&mut self) {
        if let Some(reader) = self.reader.get() {
            reader.abort();
        }
    }
}

/// How far the runner is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Progress {
    /// The position of the last event folded in.
    pub applied: u64,
    /// What the runner is doing.
    pub status: Status,
}

/// What the runner is doing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Status {
    /// It folds in what the log held when it started; answers would be of the past.
    Replaying {
        /// The head of the log at start.
        head: u64,
    },
    /// It has caught up once and follows the log.
    Following,
    /// It met something it does not know, or damage, or the log was closed. It guesses nothing, so
    /// this node is not ready (any more).
    Stopped {
        /// Why, for the operator.
        reason: String,
    },
}

/// Why waiting for a position ended without it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotApplied {
    /// The limit passed first.
    #[error("position {applied} is applied, the one waited for is not yet")]
    TimedOut {
        /// How far the runner was.
        applied: u64,
    },
    /// The runner has stopped and will not get there.
    #[error("the projections have stopped: {reason}")]
    Stopped {
        /// Why, for the operator.
        reason: String,
    },
}

/// How many events are folded in under one hold of the lock: a few milliseconds for readers.
const BATCH: usize = 2_000;

/// How many pages may be decoded ahead of the fold.
const AHEAD: usize = 2;

impl Runner {
    /// Starts to replay and follow the log. Reading and decoding happen in a task, folding in a
    /// thread of its own, so the two overlap.
    ///
    /// Call it within a tokio runtime.
    #[must_use]
    pub fn start(log: Arc<dyn Log>, texts: Arc<dyn TextSource>) -> Self {
        let head = log.head();
        let status = if head == 0 {
            Status::Following
        } else {
            Status::Replaying { head }
        };
        let shared = Arc::new(Shared {
            state: RwLock::default(),
            progress: watch::Sender::new(Progress { applied: 0, status }),
            reader: OnceLock::new(),
        });
        let (pages, next) = mpsc::channel(AHEAD);
        let reader = tokio::spawn(read_pages(log, pages)).abort_handle();
        shared.reader.get_or_init(|| reader);
        let weak = Arc::downgrade(&shared);
        tokio::task::spawn_blocking(move || fold_pages(&weak, next, texts.as_ref(), head));
        Self { shared }
    }

    /// The state as it is now. Hold it briefly: the fold waits meanwhile.
    pub fn read(&self) -> RwLockReadGuard<'_, State> {
        // A fold that panicked has stopped the runner; what was folded before is still whole rows.
        self.shared
            .state
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The position of the last event folded in.
    #[must_use]
    pub fn applied(&self) -> u64 {
        self.shared.progress.borrow().applied
    }

    /// What the runner is doing.
    #[must_use]
    pub fn status(&self) -> Status {
        self.shared.progress.borrow().status.clone()
    }

    /// Tells of every step, for who follows along (subscriptions, progress bars).
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Progress> {
        self.shared.progress.subscribe()
    }

    /// The last position recorded at or before this instant, among those folded in.
    #[must_use]
    pub fn position_at(&self, instant: OffsetDateTime) -> u64 {
        self.read().position_at(instant)
    }

    /// Waits until the event at `position` is folded in, at most `limit`.
    ///
    /// # Errors
    /// See [`NotApplied`].
    pub async fn wait_for(&self, position: u64, limit: Duration) -> Result<(), NotApplied> {
        let mut progress = self.watch();
        let reached = progress.wait_for(|progress| {
            progress.applied >= position || matches!(progress.status, Status::Stopped { .. })
        });
        match tokio::time::timeout(limit, reached).await {
            Ok(Ok(progress)) if progress.applied >= position => Ok(()),
            Ok(_) => Err(self.stopped()),
            Err(_) => Err(NotApplied::TimedOut {
                applied: self.applied(),
            }),
        }
    }

    fn stopped(&self) -> NotApplied {
        let reason = match self.status() {
            Status::Stopped { reason } => reason,
            Status::Replaying { .. } | Status::Following => "the runner is gone".to_owned(),
        };
        NotApplied::Stopped { reason }
    }
}

/// Reads the log page by page, for ever; ends when the log closes or nobody takes pages any more.
async fn read_pages(log: Arc<dyn Log>, pages: mpsc::Sender<Result<Vec<Recorded>, LogError>>) {
    let mut after = 0;
    loop {
        let page = match log.read(&Query::all(), after, PAGE).await {
            Ok(page) => page,
            Err(error) => {
                let _ = pages.send(Err(error)).await;
                return;
            }
        };
        if let Some(last) = page.events.last() {
            after = last.position;
            if pages.send(Ok(page.events)).await.is_err() {
                return;
            }
            continue;
        }
        if log.wait_beyond(after).await <= after {
            // The head stays where it is only when the log is closing.
            return;
        }
    }
}

/// Folds pages in until there are no more, the runner is dropped, or something does not fit.
fn fold_pages(
    shared: &Weak<Shared>,
    mut pages: mpsc::Receiver<Result<Vec<Recorded>, LogError>>,
    texts: &dyn TextSource,
    head: u64,
) {
    let end = loop {
        let folded = match pages.blocking_recv() {
            Some(Ok(events)) => fold(shared, &events, texts, head),
            Some(Err(error)) => Err(describe(&error)),
            None => Err("the log was closed".to_owned()),
        };
        match folded {
            Ok(true) => {}
            Ok(false) => return,
            Err(reason) => break reason,
        }
    };
    if let Some(shared) = shared.upgrade() {
        tracing::warn!(reason = %end, "the projections have stopped");
        shared.progress.send_modify(|progress| {
            progress.status = Status::Stopped { reason: end };
        });
    }
}

/// Folds events in; `false` when the runner was dropped.
fn fold(
    shared: &Weak<Shared>,
    events: &[Recorded],
    texts: &dyn TextSource,
    head: u64,
) -> Result<bool, String> {
    for batch in events.chunks(BATCH) {
        let Some(shared) = shared.upgrade() else {
            return Ok(false);
        };
        let mut state = shared.state.write().unwrap_or_else(PoisonError::into_inner);
        let folded = state.apply_all(batch, texts);
        let applied = state.position();
        drop(state);
        shared.progress.send_modify(|progress| {
            progress.applied = applied;
            if applied >= head {
                progress.status = Status::Following;
            }
        });
        folded.map_err(|error| describe(&error))?;
    }
    Ok(true)
}

/// An error with what it came from, in one line.
fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests;
