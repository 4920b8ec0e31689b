//! The index of sealed segments in sled, and when it is not trusted any more.
//!
//! sled is never the only copy of anything and nothing acknowledged waits for it. Whenever it is in
//! doubt (it does not open, panics, fails, belongs to another log, does not fit this one) it is set
//! aside and built again from the segments, which answer meanwhile. Its files do not go through
//! the disk seam: sled opens them itself.
//!
//! More than 400 lines: what sled answers and what answers in its place stand side by side, and
//! every reason for distrust is handled here.

mod blocks;
mod check;
mod filter;
mod keys;
mod store;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use querschnitt_domain::{CommandId, EventId, Query};
use uuid::Uuid;

use super::files::Places;
use super::options::{IndexReport, Options};
use super::reader::Stretch;
use super::segment_index::SegmentIndex;
use super::shared::{Found, found};
use super::view::{IndexState, Sealed};
use crate::log::{FoundCommand, LogError, LogIdentity};
pub use check::{IndexCheck, check_index};

use blocks::Extent;
use filter::Filter;
use store::Store;

/// How often sled is built again in one run before it is left alone.
const REBUILDS: u32 = 3;

/// The index of the sealed segments; without sled everything stays in memory.
#[derive(Debug)]
pub(crate) struct SealedIndex {
    inner: Option<Arc<Inner>>,
    indexer: Mutex<Option<JoinHandle<()>>>,
}

/// What is kept in memory of a segment that is in sled.
#[derive(Debug)]
pub(crate) struct Listing {
    extent: Extent,
    filter: Filter,
    /// Of which [`Store`] it is.
    build: u32,
}

impl Listing {
    /// Whether the segment may hold a match; `false` is sure.
    pub(crate) fn may_match(&self, query: &Query) -> bool {
        query.items.iter().any(|item| {
            let mut tags = item.tags.iter();
            tags.all(|tag| self.filter.may_have(blocks::tag_hash(tag.as_str())))
        })
    }
}

#[derive(Debug)]
struct Inner {
    store: RwLock<Option<Store>>,
    dir: PathBuf,
    cache_bytes: u64,
    identity: LogIdentity,
    segments: Mutex<Vec<Arc<Sealed>>>,
    jobs: Mutex<Sender<Job>>,
    closing: AtomicBool,
    rebuilt: AtomicU32,
}

#[derive(Debug)]
enum Job {
    /// Take a sealed segment in.
    List(Arc<Sealed>),
    /// Set sled aside and begin again.
    Rebuild,
    /// Stop.
    Close,
}

impl SealedIndex {
    /// Opens sled or begins a new one, and starts taking in the segments it does not list.
    pub(crate) fn open(
        places: &Places,
        options: &Options,
        identity: LogIdentity,
        sealed: &[Arc<Sealed>],
    ) -> (Self, IndexReport) {
        let off = |report| {
            let this = Self {
                inner: None,
                indexer: Mutex::new(None),
            };
            (this, report)
        };
        if !options.keep_index {
            return off(IndexReport::Off);
        }
        let dir = places.index.clone();
        let cache = options.index_cache_bytes;
        let was_there = dir.exists();
        let opened = Store::open(&dir, cache, identity, 0)
            .and_then(|store| store.listed(sealed).map(|listed| (store, listed)));
        let (store, listed, report) = match opened {
            Ok((store, listed)) => {
                let report = if was_there {
                    IndexReport::Continued {
                        listed: listed.len(),
                        missing: sealed.len() - listed.len(),
                    }
                } else {
                    IndexReport::Built
                };
                (store, listed, report)
            }
            Err(reason) => match set_aside(&dir)
                .and_then(|place| Store::open(&dir, cache, identity, 0).map(|store| (store, place)))
            {
                Ok((store, place)) => {
                    tracing::warn!(reason, place = %place.display(), "set the index aside; it is being rebuilt");
                    (
                        store,
                        HashMap::new(),
                        IndexReport::SetAside { reason, place },
                    )
                }
                Err(again) => {
                    let reason = format!("{reason}; {again}");
                    tracing::warn!(reason, "the index is not used");
                    return off(IndexReport::Unusable { reason });
                }
            },
        };
        let (jobs, work) = channel();
        let inner = Arc::new(Inner {
            store: RwLock::new(Some(store)),
            dir,
            cache_bytes: cache,
            identity,
            segments: Mutex::new(sealed.to_vec()),
            jobs: Mutex::new(jobs),
            closing: AtomicBool::new(false),
            rebuilt: AtomicU32::new(0),
        });
        for segment in sealed {
            if let Some(listing) = listed.get(&segment.first) {
                segment.set_state(IndexState::Listed(Arc::clone(listing)));
            } else {
                inner.send(Job::List(Arc::clone(segment)));
            }
        }
        let indexer = {
            let inner = Arc::clone(&inner);
            std::thread::Builder::new()
                .name("log-indexer".to_owned())
                .spawn(move || inner.work(&work))
        };
        match indexer {
            Ok(indexer) => (
                Self {
                    inner: Some(inner),
                    indexer: Mutex::new(Some(indexer)),
                },
                report,
            ),
            Err(error) => off(IndexReport::Unusable {
                reason: format!("no thread for the index: {error}"),
            }),
        }
    }

    /// Takes in a segment that was just sealed, in the background.
    pub(crate) fn queue(&self, segment: Arc<Sealed>) {
        if let Some(inner) = &self.inner {
            inner.segments().push(Arc::clone(&segment));
            inner.send(Job::List(segment));
        }
    }

    /// Stops the background work and closes sled.
    pub(crate) fn close(&self) {
        if let Some(inner) = &self.inner {
            inner.closing.store(true, Ordering::Release);
            inner.send(Job::Close);
        }
        let indexer = self
            .indexer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(indexer) = indexer {
            // An indexer that panicked has nothing left to close.
            let _ = indexer.join();
        }
        if let Some(inner) = &self.inner {
            inner.forget(None);
        }
    }

    /// A command in a sealed segment.
    pub(crate) fn find_command(
        &self,
        segment: &Sealed,
        id: CommandId,
        log: Uuid,
    ) -> Result<Option<FoundCommand>, LogError> {
        if let IndexState::Listed(listing) = segment.state() {
            if !listing.filter.may_have(blocks::command_hash(id)) {
                return Ok(None);
            }
            if let Some(found) =
                self.ask(&listing, |store| store.command(segment.first, &listing, id))
            {
                return Ok(found);
            }
        }
        Ok(in_memory(segment, log)?.commands.get(&id).copied())
    }

    /// The position of an event in a sealed segment.
    pub(crate) fn find_event(
        &self,
        segment: &Sealed,
        id: EventId,
        log: Uuid,
    ) -> Result<Option<u64>, LogError> {
        if let IndexState::Listed(listing) = segment.state()
            && let Some(found) =
                self.ask(&listing, |store| store.event(segment.first, &listing, id))
        {
            return Ok(found);
        }
        let index = in_memory(segment, log)?;
        let ordinal = index.events.get(&id);
        Ok(ordinal.map(|ordinal| index.first + u64::from(*ordinal)))
    }

    /// The first `limit` matching events of a sealed segment after a position.
    pub(crate) fn matching(
        &self,
        segment: &Sealed,
        query: &Query,
        after: u64,
        limit: usize,
        log: Uuid,
    ) -> Result<Vec<Found>, LogError> {
        if let IndexState::Listed(listing) = segment.state() {
            if query.items.iter().any(|item| item.tags.is_empty()) {
                return scan_for(segment, query, after, limit);
            }
            let matching = self.ask(&listing, |store| {
                store.matching(segment.first, &listing, query, after)
            });
            if let Some(mut matching) = matching {
                matching.truncate(limit);
                if self.are_right(segment, &listing, &matching) {
                    return Ok(matching);
                }
            }
        }
        let index = in_memory(segment, log)?;
        Ok(index
            .matching(query, after, segment.last, limit)
            .into_iter()
            .filter_map(|position| found(&index, position))
            .collect())
    }

    /// Whether the events are where sled says, so that a place that is wrong is laid at its door and
    /// not at the log's.
    fn are_right(&self, segment: &Sealed, listing: &Listing, places: &[Found]) -> bool {
        let mut line = Vec::new();
        for found in places {
            let read = segment
                .segment
                .line_at(found.offset, None, found.position, &mut line);
            if let Err(error) = read {
                self.doubt(listing, &format!("it names a wrong place: {error}"));
                return false;
            }
        }
        true
    }

    /// Asks the sled that a listing is of; `None` when it cannot answer, which also puts it in doubt,
    /// or when there is another one by now: that may not have taken the segment in again yet.
    fn ask<T>(
        &self,
        listing: &Listing,
        question: impl FnOnce(&Store) -> Result<T, String>,
    ) -> Option<T> {
        let inner = self.inner.as_ref()?;
        let answer = {
            let store = inner.store.read().unwrap_or_else(PoisonError::into_inner);
            question(
                store
                    .as_ref()
                    .filter(|store| store.build == listing.build)?,
            )
        };
        match answer {
            Ok(answer) => Some(answer),
            Err(reason) => {
                self.doubt(listing, &reason);
                None
            }
        }
    }

    /// Takes the sled that a listing is of out of use and has it built again.
    fn doubt(&self, listing: &Listing, reason: &str) {
        if let Some(inner) = &self.inner {
            inner.doubt(listing.build, reason);
        }
    }
}

/// The index of a segment as it is in memory while sled does not list it.
fn in_memory(segment: &Sealed, log: Uuid) -> Result<Arc<SegmentIndex>, LogError> {
    match segment.index(log)? {
        Some(index) => Ok(index),
        // Listed in the meantime: the segment itself is right too.
        None => segment.build(log).map(Arc::new),
    }
}

/// Looks through the lines of a segment.
fn scan_for(
    segment: &Sealed,
    query: &Query,
    after: u64,
    limit: usize,
) -> Result<Vec<Found>, LogError> {
    let next = segment.first.max(after + 1);
    if next > segment.last {
        return Ok(Vec::new());
    }
    let mut stretch = Stretch {
        from: if next == segment.first {
            0
        } else {
            segment.segment.locate(next)?
        },
        to: segment.segment.length()?,
        segment: segment.segment.clone(),
        next,
    };
    stretch.find(query, limit)
}

impl Inner {
    fn send(&self, job: Job) {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        // Without an indexer the index stays in memory, which answers as well.
        let _ = jobs.send(job);
    }

    fn segments(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Sealed>>> {
        self.segments.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of this sled, or of any: nothing is listed any more, the segments answer. `false`
    /// when it had been let go of before.
    fn forget(&self, build: Option<u32>) -> bool {
        let mut store = self.store.write().unwrap_or_else(PoisonError::into_inner);
        let wanted = |store: &mut Store| build.is_none_or(|build| store.build == build);
        if store.take_if(wanted).is_none() {
            return false;
        }
        for segment in self.segments().iter() {
            if matches!(segment.state(), IndexState::Listed(_)) {
                segment.set_state(IndexState::Missing);
            }
        }
        true
    }

    fn doubt(&self, build: u32, reason: &str) {
        if self.forget(Some(build)) {
            tracing::warn!(reason, "the index is in doubt");
            self.send(Job::Rebuild);
        }
    }

    /// Runs until it is told to stop.
    fn work(&self, jobs: &Receiver<Job>) {
        while let Ok(job) = jobs.recv() {
            if self.closing.load(Ordering::Acquire) {
                break;
            }
            match job {
                Job::List(segment) => self.list(&segment),
                Job::Rebuild => self.rebuild(),
                Job::Close => break,
            }
        }
    }

    fn list(&self, segment: &Arc<Sealed>) {
        let index = match segment.index(self.identity.id) {
            Ok(Some(index)) => index,
            Ok(None) => return,
            Err(error) => {
                tracing::error!(%error, "a segment cannot be indexed");
                return;
            }
        };
        let (build, reason) = {
            let store = self.store.read().unwrap_or_else(PoisonError::into_inner);
            let Some(store) = store.as_ref() else {
                return;
            };
            match store.list(&index, segment, &self.closing) {
                Ok(Some(listing)) => {
                    segment.set_state(IndexState::Listed(Arc::new(listing)));
                    tracing::debug!(first = segment.first, "indexed a segment");
                    return;
                }
                // Interrupted: the next start takes it in.
                Ok(None) => return,
                Err(reason) => (store.build, reason),
            }
        };
        self.doubt(build, &reason);
    }

    fn rebuild(&self) {
        let before = self.rebuilt.fetch_add(1, Ordering::AcqRel);
        if before >= REBUILDS {
            tracing::error!("the index failed again and is not used any more");
            return;
        }
        let opened = set_aside(&self.dir)
            .and_then(|_| Store::open(&self.dir, self.cache_bytes, self.identity, before + 1));
        match opened {
            Ok(store) => {
                *self.store.write().unwrap_or_else(PoisonError::into_inner) = Some(store);
                let segments = self.segments().clone();
                for segment in segments {
                    self.send(Job::List(segment));
                }
            }
            Err(reason) => tracing::error!(reason, "the index cannot be rebuilt"),
        }
    }
}

/// Renames the folder of sled, in place of the one that was set aside before.
fn set_aside(dir: &std::path::Path) -> Result<PathBuf, String> {
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

#[cfg(test)]
mod tests;
