//! Keeps sled: takes segments in, in the background, and takes it out of use when it is in doubt or does
//! not answer any more.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use super::Listing;
use super::patience::{self, Askers, has_ended, within};
use super::store::Store;
use crate::embedded::options::Options;
use crate::embedded::view::{IndexState, Sealed};
use crate::log::LogIdentity;

/// How often sled is built again in one run before it is left alone.
pub(super) const REBUILDS: u32 = 3;

/// An open sled and those who work with it.
#[derive(Debug)]
pub(super) struct Keeper {
    /// The one in use. Locked for moments only, never while sled works.
    pub(super) store: RwLock<Option<Arc<Store>>>,
    dir: PathBuf,
    cache_bytes: u64,
    pub(super) patience: Duration,
    pub(super) identity: LogIdentity,
    segments: Mutex<Vec<Arc<Sealed>>>,
    jobs: Mutex<Sender<Job>>,
    askers: RwLock<Option<Askers>>,
    /// Says that the indexer has ended, by being disconnected.
    indexer_ended: Mutex<Receiver<()>>,
    /// Since when a batch is being written.
    writing_since: Mutex<Option<Instant>>,
    closing: AtomicBool,
    /// sled hangs, and with it whoever called it.
    hangs: AtomicBool,
    rebuilt: AtomicU32,
}

#[derive(Debug)]
enum Job {
    /// Take a sealed segment in.
    List(Arc<Sealed>),
    /// Set this sled aside and begin again.
    Rebuild(Arc<Store>),
    /// Stop.
    Close,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Keeper {
    /// Starts taking in the segments that are not `listed`.
    pub(super) fn start(
        store: Store,
        dir: PathBuf,
        options: &Options,
        identity: LogIdentity,
        sealed: &[Arc<Sealed>],
        listed: &HashMap<u64, Arc<Listing>>,
    ) -> std::io::Result<Arc<Self>> {
        let (jobs, work) = channel();
        let (alive, indexer_ended) = channel();
        let keeper = Arc::new(Self {
            store: RwLock::new(Some(Arc::new(store))),
            dir,
            cache_bytes: options.index_cache_bytes,
            patience: options.index_patience,
            identity,
            segments: Mutex::new(sealed.to_vec()),
            jobs: Mutex::new(jobs),
            askers: RwLock::new(Some(Askers::start()?)),
            indexer_ended: Mutex::new(indexer_ended),
            writing_since: Mutex::default(),
            closing: AtomicBool::new(false),
            hangs: AtomicBool::new(false),
            rebuilt: AtomicU32::new(0),
        });
        let indexer = Arc::clone(&keeper);
        std::thread::Builder::new()
            .name("log-indexer".to_owned())
            .spawn(move || {
                let _alive: Sender<()> = alive;
                indexer.work(&work);
            })?;
        for segment in sealed {
            if let Some(listing) = listed.get(&segment.first) {
                segment.set_state(IndexState::Listed(Arc::clone(listing)));
            } else {
                keeper.send(Job::List(Arc::clone(segment)));
            }
        }
        Ok(keeper)
    }

    /// Takes in a segment that was just sealed, in the background.
    pub(super) fn queue(&self, segment: Arc<Sealed>) {
        let writing_since = *lock(&self.writing_since);
        if writing_since.is_some_and(|since| since.elapsed() > patience::BATCH) {
            self.give_up("sled does not finish a batch");
        }
        lock(&self.segments).push(Arc::clone(&segment));
        self.send(Job::List(segment));
    }

    /// Asks the sled of this build something longer, on a thread of its own, so that no other question waits
    /// for it; else as [`Keeper::ask`].
    pub(super) fn ask_apart<T: Send + 'static>(
        &self,
        patience: Duration,
        build: u32,
        question: impl FnOnce(&Store) -> Result<T, String> + Send + 'static,
    ) -> Option<T> {
        let store = self
            .current()
            .clone()
            .filter(|store| store.build == build)?;
        let answer = within(patience, move || question(&store));
        self.judged(build, answer)
    }

    /// Asks the sled of this build; `None` when another one is in use, or when this one cannot answer or
    /// does not in time, which takes it out of use.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        patience: Duration,
        build: u32,
        question: impl FnOnce(&Store) -> Result<T, String> + Send + 'static,
    ) -> Option<T> {
        let store = self
            .current()
            .clone()
            .filter(|store| store.build == build)?;
        let answer = {
            let askers = self.askers.read().unwrap_or_else(PoisonError::into_inner);
            askers.as_ref()?.ask(patience, move || question(&store))
        };
        self.judged(build, answer)
    }

    fn judged<T>(&self, build: u32, answer: Option<Result<T, String>>) -> Option<T> {
        match answer {
            Some(Ok(answer)) => Some(answer),
            Some(Err(reason)) => {
                self.doubt(build, &reason);
                None
            }
            None => {
                self.give_up("sled does not answer");
                None
            }
        }
    }

    /// Stops the background work and closes sled.
    pub(super) fn close(&self) {
        self.closing.store(true, Ordering::Release);
        self.send(Job::Close);
        if !self.hangs() && !has_ended(&lock(&self.indexer_ended), patience::CLOSING) {
            self.give_up("sled does not finish a batch");
        }
        let askers = self
            .askers
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(askers) = askers
            && !self.hangs()
            && !askers.end()
        {
            self.give_up("sled does not answer");
        }
        if let Some(store) = self.forget(None)
            && let Err(reason) = retire(store)
        {
            tracing::error!(reason, "the index was left as it is");
        }
    }

    /// Takes the sled of this build out of use and has it built again.
    pub(super) fn doubt(&self, build: u32, reason: &str) {
        if let Some(store) = self.forget(Some(build)) {
            tracing::warn!(reason, "the index is in doubt");
            self.send(Job::Rebuild(store));
        }
    }

    /// A sled that hangs is left alone until the next start, and none takes its place: it may hold what
    /// all sleds of a process share. Nobody waits for it any more.
    fn give_up(&self, reason: &str) {
        self.hangs.store(true, Ordering::Release);
        if let Some(store) = self.forget(None) {
            tracing::error!(
                reason,
                "the index is not used any more before the next start; the log answers without it"
            );
            // Closing it would hang, too.
            std::mem::forget(store);
        }
    }

    fn hangs(&self) -> bool {
        self.hangs.load(Ordering::Acquire)
    }

    fn current(&self) -> RwLockReadGuard<'_, Option<Arc<Store>>> {
        self.store.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, job: Job) {
        // Without an indexer the index stays in memory, which answers as well.
        let _ = lock(&self.jobs).send(job);
    }

    /// Lets go of this sled, or of any: nothing is listed any more, the segments answer. `None` when it
    /// had been let go of before.
    fn forget(&self, build: Option<u32>) -> Option<Arc<Store>> {
        let mut store = self.store.write().unwrap_or_else(PoisonError::into_inner);
        let old = store.take_if(|store| build.is_none_or(|build| store.build == build))?;
        for segment in lock(&self.segments).iter() {
            if matches!(segment.state(), IndexState::Listed(_)) {
                segment.set_state(IndexState::Missing);
            }
        }
        Some(old)
    }

    /// Runs until it is told to stop.
    fn work(&self, jobs: &Receiver<Job>) {
        while let Ok(job) = jobs.recv() {
            if self.closing.load(Ordering::Acquire) {
                break;
            }
            match job {
                Job::List(segment) => self.list(&segment),
                Job::Rebuild(old) => self.rebuild(old),
                Job::Close => break,
            }
        }
    }

    fn list(&self, segment: &Arc<Sealed>) {
        let Some(store) = self.current().clone() else {
            return;
        };
        let index = match segment.index(self.identity.id) {
            Ok(Some(index)) => index,
            Ok(None) => return,
            Err(error) => {
                tracing::error!(%error, "a segment cannot be indexed");
                return;
            }
        };
        let listed = store.list(&index, segment, || {
            *lock(&self.writing_since) = Some(Instant::now());
            !self.closing.load(Ordering::Acquire)
        });
        *lock(&self.writing_since) = None;
        match listed {
            Ok(Some(listing)) => {
                // Under the lock: one that is forgotten meanwhile lists nothing.
                let current = self.current();
                if current
                    .as_ref()
                    .is_some_and(|current| current.build == store.build)
                {
                    segment.set_state(IndexState::Listed(Arc::new(listing)));
                    tracing::debug!(first = segment.first, "indexed a segment");
                }
            }
            // Interrupted: the next start takes it in.
            Ok(None) => {}
            Err(reason) => self.doubt(store.build, &reason),
        }
    }

    fn rebuild(&self, old: Arc<Store>) {
        if self.hangs() {
            return std::mem::forget(old);
        }
        if let Err(reason) = retire(old) {
            return self.give_up(&reason);
        }
        let before = self.rebuilt.fetch_add(1, Ordering::AcqRel);
        if before >= REBUILDS {
            tracing::error!("the index failed again and is not used any more");
            return;
        }
        let (dir, cache, identity) = (self.dir.clone(), self.cache_bytes, self.identity);
        let opened = set_aside(&self.dir).and_then(|_| {
            within(patience::OPENING, move || {
                Store::open(&dir, cache, identity, before + 1)
            })
            .ok_or("it does not open")?
        });
        match opened {
            Ok(store) => {
                let mut current = self.store.write().unwrap_or_else(PoisonError::into_inner);
                if self.hangs() {
                    // Another one was given up meanwhile.
                    return std::mem::forget(store);
                }
                *current = Some(Arc::new(store));
                drop(current);
                let segments = lock(&self.segments).clone();
                for segment in segments {
                    self.send(Job::List(segment));
                }
            }
            Err(reason) => tracing::error!(reason, "the index cannot be rebuilt"),
        }
    }
}

/// Closes a sled that is out of use, as soon as nobody asks it any more.
fn retire(store: Arc<Store>) -> Result<(), String> {
    let closed = within(patience::CLOSING, move || {
        let mut store = store;
        let until = Instant::now() + patience::CLOSING;
        while Instant::now() < until {
            match Arc::try_unwrap(store) {
                Ok(alone) => {
                    drop(alone);
                    return true;
                }
                // A question takes microseconds.
                Err(shared) => store = shared,
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        // Closing it in the middle of a question would hang.
        std::mem::forget(store);
        false
    });
    if closed == Some(true) {
        Ok(())
    } else {
        Err(format!("sled did not close in {:?}", patience::CLOSING))
    }
}

/// Renames the folder of sled, in place of the one that was set aside before.
pub(super) fn set_aside(dir: &Path) -> Result<PathBuf, String> {
    let place = dir.with_extension("set-aside");
    let moved = || -> std::io::Result<()> {
        match std::fs::remove_dir_all(&place) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        match std::fs::rename(dir, &place) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    };
    moved().map_err(|error| format!("it cannot be set aside: {error}"))?;
    Ok(place)
}
