//! The access log: who read what, in a log of its own, one folder for each calendar month.
//!
//! ```text
//! DATA/access-log/2026-11/      log/ index/ format    the engine of the book, other options
//! DATA/access-log/2026-11.2/    the same month, after the first folder could not be continued
//! ```
//!
//! An entry is written before what it is about is answered, so a killed process has lost nothing that
//! anybody was shown. It is durable a second later at the latest ([`Durability::Within`]): a power loss may
//! damage what was written in that second. Such a folder stays as it is, what is whole in it is read, and
//! the log goes on in another folder. Whole months are removed when their time is over. `docs/adr/0018`.

mod entries;
mod month;
mod removal;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use querschnitt_domain::Event;
use tokio::sync::Mutex as AsyncMutex;

pub use entries::{AccessAsked, AccessGap, AccessPage, AccessPlace, AccessReadError};
pub use month::{AccessFolder, AccessMonth, access_folders};
pub use removal::AccessRemovalError;

use crate::disk::{Disk, RealDisk};
use crate::embedded::{Durability, EmbeddedLog, Options};
use crate::log::{AppendError, CommandKey, Holds, Log as _, LogError};

/// How long an entry may wait to become durable.
const DURABLE_WITHIN: Duration = Duration::from_secs(1);
/// How long a log that failed is left alone before another folder is tried.
const TRY_AGAIN: Duration = Duration::from_secs(5);
/// How many folders that are only looked at stay open.
const LOOKED_AT: usize = 4;
/// Memory for the index of a month that is only looked at, in bytes.
const LOOK_CACHE: u64 = 4 * 1024 * 1024;
/// Memory for the index of the month that is written, in bytes.
const WRITE_CACHE: u64 = 16 * 1024 * 1024;

/// The name of its folder in the data folder.
pub(crate) const FOLDER: &str = "access-log";

/// The access log of a data folder.
#[derive(Debug)]
pub struct AccessLog {
    disk: Arc<dyn Disk>,
    root: PathBuf,
    options: Options,
    writing: RwLock<Writing>,
    /// Held while another folder is opened; when that was last tried.
    renewing: AsyncMutex<Option<Instant>>,
    /// See [`TRY_AGAIN`].
    try_again: Duration,
    /// The folders that were looked at, the last one last.
    looked_at: Mutex<Vec<(AccessFolder, Arc<EmbeddedLog>)>>,
}

/// What is written to; nothing where that does not work now.
#[derive(Debug, Default)]
struct Writing {
    current: Option<(AccessFolder, Arc<EmbeddedLog>)>,
    reason: Option<String>,
    closed: bool,
}

impl AccessLog {
    /// The access log of the data folder `data`. Opens or makes the folder of this month; where that does
    /// not work, [`AccessLog::refusal`] says why, and the next append tries again. Call it off the async
    /// threads. `options`: clock and sizes.
    #[must_use]
    pub fn open(data: &Path, options: Options) -> Arc<Self> {
        Self::open_on(Arc::new(RealDisk), data, options, TRY_AGAIN)
    }

    pub(crate) fn open_on(
        disk: Arc<dyn Disk>,
        data: &Path,
        options: Options,
        try_again: Duration,
    ) -> Arc<Self> {
        let log = Arc::new(Self {
            disk,
            root: data.join(FOLDER),
            options: Options {
                holds: Holds::Access,
                sync: Durability::Within(DURABLE_WITHIN),
                index_cache_bytes: WRITE_CACHE,
                ..options
            },
            writing: RwLock::default(),
            renewing: AsyncMutex::new(None),
            try_again,
            looked_at: Mutex::default(),
        });
        let month = AccessMonth::of(log.options.clock.now());
        // What went wrong is kept as the reason.
        let _ = log.renew(month);
        log
    }

    /// Why no entries are taken now, if so: for the health check.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        let writing = self.writing.read().unwrap_or_else(PoisonError::into_inner);
        match &writing.current {
            Some((_, log)) => log.refusal(),
            None => Some(reason_of(&writing)),
        }
    }

    /// Writes the entries of one answer, under a command whose id was made for it. They survive the end of
    /// this process when this returns, and a power loss a second later. Where the folder fails, what it holds
    /// of them stays there, and the next one is tried with the same command.
    ///
    /// # Errors
    /// See [`AppendError`]: nobody may be shown what the entries are about then.
    pub async fn append(
        self: &Arc<Self>,
        command: CommandKey,
        entries: &[Event],
    ) -> Result<(), AppendError> {
        let log = self.current().await?;
        let appended = match log.append_new(command, entries).await {
            Err(AppendError::Unavailable { .. }) => {
                let log = self.current().await?;
                log.append_new(command, entries).await
            }
            appended => appended,
        };
        appended.map(drop)
    }

    /// Writes entries whose command may be in this month's folder already; then it stays as it is.
    async fn append_once(
        self: &Arc<Self>,
        command: CommandKey,
        entries: Vec<Event>,
    ) -> Result<(), AppendError> {
        let log = self.current().await?;
        log.append(command, entries, None).await.map(drop)
    }

    /// The log to write to now: another one when the month is over, or when this one failed.
    async fn current(self: &Arc<Self>) -> Result<Arc<EmbeddedLog>, AppendError> {
        if let Ok(log) = self.usable()? {
            return Ok(log);
        }
        let mut tried = self.renewing.lock().await;
        // Somebody else may have done it meanwhile.
        let needed = match self.usable()? {
            Ok(log) => return Ok(log),
            Err(needed) => needed,
        };
        if needed.failed && tried.is_some_and(|tried| tried.elapsed() < self.try_again) {
            let reason = self.refusal().unwrap_or_default();
            return Err(AppendError::Unavailable { reason });
        }
        *tried = needed.failed.then(Instant::now);
        let log = Arc::clone(self);
        let renewed = tokio::task::spawn_blocking(move || log.renew(needed.month)).await;
        match renewed {
            Ok(Ok(log)) => Ok(log),
            Ok(Err(reason)) => {
                *tried = Some(Instant::now());
                Err(AppendError::Unavailable { reason })
            }
            Err(error) => Err(AppendError::Unavailable {
                reason: error.to_string(),
            }),
        }
    }

    /// The log of this month if it takes entries, or which one is needed instead.
    fn usable(&self) -> Result<Result<Arc<EmbeddedLog>, Needed>, AppendError> {
        let unavailable = |reason| AppendError::Unavailable { reason };
        let now = self.options.clock.now();
        let writing = self.writing.read().unwrap_or_else(PoisonError::into_inner);
        if writing.closed {
            return Err(unavailable("the access log is closed".to_owned()));
        }
        let Some((folder, log)) = &writing.current else {
            let month = AccessMonth::of(now);
            return Ok(Err(Needed {
                month,
                failed: true,
            }));
        };
        // A clock that is not believed begins no month, and no other folder would make it right.
        let time = log.recorded_at(now).map_err(unavailable)?;
        let month = AccessMonth::of(time).max(folder.month);
        let failed = log.refusal().is_some();
        Ok(match month == folder.month && !failed {
            true => Ok(Arc::clone(log)),
            false => Err(Needed { month, failed }),
        })
    }

    /// Closes what is written and opens the newest folder of a month, or the next one where that can't be
    /// continued. Blocks.
    fn renew(&self, month: AccessMonth) -> Result<Arc<EmbeddedLog>, String> {
        let before = {
            let mut writing = self.writing.write().unwrap_or_else(PoisonError::into_inner);
            writing.current.take()
        };
        if let Some((_, log)) = before {
            log.close();
        }
        let opened = self.open_newest(month);
        let mut writing = self.writing.write().unwrap_or_else(PoisonError::into_inner);
        match opened {
            Ok((folder, log)) => {
                tracing::info!(%folder, head = log.head(), "the access log is open");
                writing.current = Some((folder, Arc::clone(&log)));
                writing.reason = None;
                Ok(log)
            }
            Err(error) => {
                let reason = crate::log::with_causes(&error);
                tracing::error!(%reason, "the access log takes no entries, so no records are shown");
                writing.reason = Some(reason.clone());
                Err(reason)
            }
        }
    }

    fn open_newest(
        &self,
        month: AccessMonth,
    ) -> Result<(AccessFolder, Arc<EmbeddedLog>), LogError> {
        let folders = month::folders(&*self.disk, &self.root)?;
        let newest = folders.iter().rfind(|folder| folder.month == month);
        let mut folder = newest.copied().unwrap_or(AccessFolder::first(month));
        if let Some(before) = folders.iter().rfind(|folder| folder.month < month) {
            self.settle(*before)?;
        }
        self.forget(folder);
        match self.open_folder(folder) {
            // Out of reach: another folder beside it would not be better off.
            Err(error @ (LogError::Storage { .. } | LogError::InUse { .. })) => Err(error),
            Err(error) => {
                let next = folder.next();
                tracing::error!(
                    %error, %folder, goes_on_in = %next,
                    "this folder of the access log can't be continued; it is kept, and what is whole in it is read"
                );
                folder = next;
                Ok((folder, self.open_folder(folder)?))
            }
            Ok(log) => Ok((folder, log)),
        }
    }

    /// Makes the end of a month durable that nobody writes to any more: a killed process, or a failed sync
    /// when it was closed, may have left it in memory only.
    fn settle(&self, folder: AccessFolder) -> Result<(), LogError> {
        self.forget(folder);
        match self.open_folder(folder) {
            Ok(log) => {
                log.close();
                match log.refusal() {
                    None => Ok(()),
                    Some(reason) => Err(LogError::Storage {
                        what: format!("cannot close {folder}"),
                        source: std::io::Error::other(reason),
                    }),
                }
            }
            Err(error @ (LogError::Storage { .. } | LogError::InUse { .. })) => Err(error),
            // Kept as it is; whoever reads it is told.
            Err(error) => {
                tracing::error!(%error, %folder, "this folder of the access log is damaged; it is kept, and what is whole in it is read");
                Ok(())
            }
        }
    }

    fn open_folder(&self, folder: AccessFolder) -> Result<Arc<EmbeddedLog>, LogError> {
        let path = self.root.join(folder.to_string());
        let log = EmbeddedLog::open_on(Arc::clone(&self.disk), &path, self.options.clone())?;
        let report = log.report();
        if report.created {
            let above = self.root.parent().unwrap_or(&self.root);
            for dir in [&*self.root, above] {
                let failed = crate::embedded::files::storage("cannot sync", dir);
                self.disk.sync_dir(dir).map_err(failed)?;
            }
        } else if !report.sealed {
            tracing::warn!(
                %folder, head = report.head,
                "the process before ended while it wrote the access log; if the machine lost its power, entries of the last second may be missing"
            );
        }
        Ok(log)
    }

    /// The log of a folder, to read it.
    fn look_at(&self, folder: AccessFolder) -> Result<Arc<EmbeddedLog>, LogError> {
        {
            let writing = self.writing.read().unwrap_or_else(PoisonError::into_inner);
            if let Some((current, log)) = &writing.current
                && *current == folder
            {
                return Ok(Arc::clone(log));
            }
        }
        let mut looked_at = self
            .looked_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = looked_at.iter().position(|(known, _)| *known == folder) {
            let known = looked_at.remove(at);
            let log = Arc::clone(&known.1);
            looked_at.push(known);
            return Ok(log);
        }
        let options = Options {
            look_only: true,
            index_cache_bytes: LOOK_CACHE,
            ..self.options.clone()
        };
        let path = self.root.join(folder.to_string());
        let log = EmbeddedLog::open_on(Arc::clone(&self.disk), &path, options)?;
        if looked_at.len() >= LOOKED_AT {
            looked_at.remove(0);
        }
        looked_at.push((folder, Arc::clone(&log)));
        Ok(log)
    }

    /// Closes a folder that was looked at.
    fn forget(&self, folder: AccessFolder) {
        let mut looked_at = self
            .looked_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        looked_at.retain(|(known, log)| {
            if *known == folder {
                log.close();
            }
            *known != folder
        });
    }

    /// Writes what waits and gives the folders free. Entries after this are refused. Blocks.
    pub fn close(&self) {
        let current = {
            let mut writing = self.writing.write().unwrap_or_else(PoisonError::into_inner);
            writing.closed = true;
            writing.current.take()
        };
        if let Some((_, log)) = current {
            log.close();
        }
        self.looked_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

/// Which month has to be opened, and whether because the one before it failed.
#[derive(Clone, Copy, Debug)]
struct Needed {
    month: AccessMonth,
    failed: bool,
}

fn reason_of(writing: &Writing) -> String {
    match &writing.reason {
        Some(reason) => reason.clone(),
        None => "the access log is not open".to_owned(),
    }
}
