//! The embedded engine: append-only segment files, one writer, sled as an index behind it
//! (`design.md` 3.2, `docs/adr/`).

pub(crate) mod files;
mod open;
mod options;
mod queue;
mod reader;
mod reading;
mod recover;
mod scan;
mod sealed_index;
mod segment_index;
mod shared;
mod time_guard;
mod view;
mod vouched;
mod writer;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use async_trait::async_trait;
use querschnitt_domain::{CommandId, Event, EventId, Query};
use time::OffsetDateTime;
use tokio::sync::oneshot;

pub use options::{Cut, Durability, IndexReport, OpenReport, Options};
pub use sealed_index::{IndexCheck, check_index};

use crate::disk::{Disk, LazyDisk, LockGuard, RealDisk};
use crate::line::Prepared;
use crate::log::{
    AppendError, Appended, CommandKey, Condition, FoundCommand, Line, Log, LogError, LogIdentity,
    Page,
};
use queue::Request;
use shared::{Shared, repeated, unreadable};
use time_guard::TimeGuard;

/// A log in a folder of this machine, open in this process alone.
#[derive(Debug)]
pub struct EmbeddedLog {
    shared: Arc<Shared>,
    time: Arc<TimeGuard>,
    report: OpenReport,
    running: Mutex<Option<Running>>,
}

/// What ends with [`EmbeddedLog::close`].
#[derive(Debug)]
struct Running {
    writer: JoinHandle<()>,
    _lock: Box<dyn LockGuard>,
}

impl EmbeddedLog {
    /// Opens the log in the data folder `dir`, or creates one there. Recovers from a crash: what an
    /// interrupted write left behind is cut off and reported ([`EmbeddedLog::report`]).
    ///
    /// Reads and checks the newest segment only; call it off the async threads. A log with an event
    /// that this program does not know opens, but takes no writes ([`EmbeddedLog::refusal`]) and is
    /// not read beyond it.
    ///
    /// # Errors
    /// [`LogError::InUse`], [`LogError::Damaged`] and [`LogError::Contradicted`] (nothing is changed then), [`LogError::NewerFormat`],
    /// [`LogError::FromTheFuture`], [`LogError::Storage`].
    pub fn open(dir: &Path, options: Options) -> Result<Arc<Self>, LogError> {
        Self::open_on(Arc::new(RealDisk), dir, options)
    }

    /// [`EmbeddedLog::open`] for a history that can be made again: nothing is synced, so an append answers before
    /// its events are durable. They are when the log is closed and [`crate::make_durable`] has returned.
    ///
    /// # Errors
    /// As of [`EmbeddedLog::open`].
    pub fn open_lazily(dir: &Path, options: Options) -> Result<Arc<Self>, LogError> {
        Self::open_on(Arc::new(LazyDisk), dir, options)
    }

    pub(crate) fn open_on(
        disk: Arc<dyn Disk>,
        dir: &Path,
        options: Options,
    ) -> Result<Arc<Self>, LogError> {
        let opened = open::open(disk, dir, options)?;
        let writer = opened.writer;
        let writer = std::thread::Builder::new()
            .name("log-writer".to_owned())
            .spawn(move || writer.run())
            .map_err(files::storage("cannot start a thread for", dir))?;
        Ok(Arc::new(Self {
            shared: opened.shared,
            time: opened.time,
            report: opened.report,
            running: Mutex::new(Some(Running {
                writer,
                _lock: opened.lock,
            })),
        }))
    }

    /// What was found when the log was opened.
    #[must_use]
    pub const fn report(&self) -> &OpenReport {
        &self.report
    }

    /// Whether sled holds every sealed segment. Until then their indexes are in memory.
    #[must_use]
    pub fn is_indexed(&self) -> bool {
        self.shared.is_indexed()
    }

    /// Compares the index of the sealed segments with their lines; one that differs is set aside
    /// and built again. Reads the whole log; call it off the async threads.
    ///
    /// # Errors
    /// See [`LogError`].
    pub fn check_index(&self) -> Result<IndexCheck, LogError> {
        self.shared.check_index()
    }

    /// Why the log takes no writes now, if so: for the health check. Only what the clock is refused
    /// for can pass.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        self.shared.refusal().or_else(|| self.time.refusal())
    }

    /// Takes no writes from now on: whoever reads the log found that it is not what it was.
    pub fn refuse(&self, reason: &str) {
        self.shared.refuse(reason);
    }

    /// [`Log::append`] for a command whose id was made for it just now. It is not looked for in the segments
    /// before the newest: that would take longer with each of them.
    pub(crate) async fn append_new(
        &self,
        command: CommandKey,
        events: &[Event],
    ) -> Result<Appended, AppendError> {
        self.queue(command, events, None, usize::MAX).await
    }

    async fn queue(
        &self,
        command: CommandKey,
        events: &[Event],
        condition: Option<Condition>,
        looked_in: usize,
    ) -> Result<Appended, AppendError> {
        if let Some(reason) = self.shared.refusal() {
            return Err(AppendError::Unavailable { reason });
        }
        // Serialised here, on the callers' threads: the writer only splices.
        let options = &self.shared.options;
        let prepared = Prepared::new(&command, events, options.holds, options.clock.now())?;
        let (answer, answered) = oneshot::channel();
        let request = Request {
            command,
            prepared,
            condition,
            looked_in,
            places: 0,
            answer,
        };
        if !self.shared.queue.push(request).await {
            return Err(gone());
        }
        answered.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Writes what waits, seals, and gives the folder free. Appends after this are refused; readers
    /// who wait are woken. Blocks until it is done; again, it does nothing.
    pub fn close(&self) {
        let running = self
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(running) = running {
            self.shared.queue.close();
            // A writer that panicked has nothing left to write.
            let _ = running.writer.join();
            self.shared.sealed_index.close();
        }
    }
}

impl Drop for EmbeddedLog {
    fn drop(&mut self) {
        self.close();
    }
}

fn gone() -> AppendError {
    AppendError::Unavailable {
        reason: "the log is closing".to_owned(),
    }
}

/// Runs a longer read on a thread where it may block.
async fn off_thread<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, LogError> + Send + 'static,
) -> Result<T, LogError> {
    match tokio::task::spawn_blocking(read).await {
        Ok(result) => result,
        Err(error) => Err(LogError::Storage {
            what: "a read was interrupted".to_owned(),
            source: std::io::Error::other(error.to_string()),
        }),
    }
}

#[async_trait]
impl Log for EmbeddedLog {
    fn identity(&self) -> LogIdentity {
        self.shared.identity
    }

    fn head(&self) -> u64 {
        self.shared.head()
    }

    fn recorded_at(&self, now: OffsetDateTime) -> Result<OffsetDateTime, String> {
        self.time.check(now)
    }

    async fn append(
        &self,
        command: CommandKey,
        events: Vec<Event>,
        condition: Option<Condition>,
    ) -> Result<Appended, AppendError> {
        let (found, looked_in) = self.shared.find_command(command.id).map_err(unreadable)?;
        match found {
            Some(found) => repeated(found, command.fingerprint),
            None => self.queue(command, &events, condition, looked_in).await,
        }
    }

    async fn read(&self, query: &Query, after: u64, limit: usize) -> Result<Page, LogError> {
        if self.shared.is_small(query, after, limit) {
            return self.shared.read(query, after, limit);
        }
        let (shared, query) = (Arc::clone(&self.shared), query.clone());
        off_thread(move || shared.read(&query, after, limit)).await
    }

    async fn lines(&self, after: u64, limit: usize) -> Result<Vec<Line>, LogError> {
        let shared = Arc::clone(&self.shared);
        off_thread(move || shared.lines(after, limit)).await
    }

    async fn find_command(&self, id: CommandId) -> Result<Option<FoundCommand>, LogError> {
        Ok(self.shared.find_command(id)?.0)
    }

    async fn find_event(&self, id: EventId) -> Result<Option<u64>, LogError> {
        self.shared.find_event(id)
    }

    async fn wait_beyond(&self, position: u64) -> u64 {
        self.shared.wait_beyond(position).await
    }
}

#[cfg(test)]
mod tests;
