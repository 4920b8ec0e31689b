//! One opened sled: every call is guarded, because sled may panic where its files are damaged.

use std::collections::{BTreeSet, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use querschnitt_domain::{CommandId, EventId, Query, QueryItem};

use super::keys;
use super::postings::{self, Posting};
use crate::embedded::segment_index::SegmentIndex;
use crate::embedded::shared::Found;
use crate::embedded::view::Sealed;
use crate::log::{FoundCommand, LogIdentity};
use crate::tree::leaf_hash;

/// `apply_batch` holds a lock of the whole process: more keys at once make readers wait.
const BATCH_KEYS: usize = 256;

/// An opened sled of this log.
#[derive(Debug)]
pub(super) struct Store {
    db: sled::Db,
}

/// Runs something in sled; an error or a panic becomes a reason to doubt it.
fn guarded<T>(what: &str, run: impl FnOnce() -> sled::Result<T>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(format!("sled {what}: {error}")),
        Err(_) => Err(format!("sled panicked while {what}")),
    }
}

impl Store {
    /// Opens sled in `dir`; a new one becomes that of this log.
    pub(super) fn open(dir: &Path, cache_bytes: u64, of: LogIdentity) -> Result<Self, String> {
        let was_there = dir.exists();
        remove_leftovers(dir);
        let db = guarded("opening", || {
            sled::Config::new()
                .path(dir)
                .cache_capacity(cache_bytes)
                .open()
        })?;
        let store = Self { db };
        let wanted = keys::identity(of);
        let found = guarded("reading", || store.db.get(keys::IDENTITY))?;
        match found {
            Some(found) if found == wanted => Ok(store),
            Some(_) => Err("it belongs to another log".to_owned()),
            // sled empties itself without an error where its file is damaged.
            None if was_there => Err("it does not say whose it is".to_owned()),
            None => {
                guarded("writing", || {
                    store.db.insert(keys::IDENTITY, wanted)?;
                    store.db.flush()
                })?;
                Ok(store)
            }
        }
    }

    /// The first positions of the segments it lists, if all of them are those of this log and the
    /// marker fits the line it names.
    pub(super) fn listed(&self, sealed: &[Arc<Sealed>]) -> Result<HashSet<u64>, String> {
        let extents: HashSet<(u64, u64)> = sealed
            .iter()
            .map(|segment| (segment.first, segment.last))
            .collect();
        let found = guarded("listing", || {
            self.db
                .scan_prefix(keys::SEGMENTS)
                .map(|entry| {
                    let (key, value) = entry?;
                    Ok((keys::number(&key[1..]), keys::number(&value)))
                })
                .collect::<sled::Result<Vec<_>>>()
        })?;
        let mut listed = HashSet::new();
        for extent in found {
            match extent {
                (Some(first), Some(last)) if extents.contains(&(first, last)) => {
                    listed.insert(first);
                }
                _ => return Err("it lists a segment that the log does not have".to_owned()),
            }
        }
        let marker = guarded("reading the marker", || self.db.get(keys::MARKER))?;
        match marker {
            None if listed.is_empty() => Ok(listed),
            None => Err("it has no marker".to_owned()),
            Some(marker) => {
                let position = keys::number(&marker).ok_or("its marker is not understood")?;
                let segment = sealed
                    .iter()
                    .find(|segment| segment.last == position && listed.contains(&segment.first))
                    .ok_or("its marker is not at the end of a listed segment")?;
                if marker == last_marker(segment)? {
                    Ok(listed)
                } else {
                    Err("its marker does not fit the log".to_owned())
                }
            }
        }
    }

    /// Takes a segment in, in small batches; the last one lists it and moves the marker. `false`
    /// when it was interrupted by the end of the process: then it is not listed.
    pub(super) fn list(
        &self,
        index: &SegmentIndex,
        segment: &Sealed,
        closing: &AtomicBool,
    ) -> Result<bool, String> {
        let mut entries: Vec<(Vec<u8>, Vec<u8>)> =
            Vec::with_capacity(index.tags.len() + index.commands.len() + index.events.len());
        for (tag, ordinals) in &index.tags {
            let list = ordinals.as_slice().iter().filter_map(|ordinal| {
                let place = index.places.get(*ordinal as usize)?;
                Some(Posting {
                    ordinal: *ordinal,
                    offset: place.offset,
                })
            });
            for (first_ordinal, piece) in postings::pieces(list) {
                let mut key = keys::tag(tag, segment.first);
                key.extend_from_slice(&first_ordinal.to_be_bytes());
                entries.push((key, piece));
            }
        }
        for (id, found) in &index.commands {
            entries.push((keys::command(*id).to_vec(), keys::found_command(found)));
        }
        for (id, ordinal) in &index.events {
            let position = index.first + u64::from(*ordinal);
            entries.push((keys::event(*id).to_vec(), position.to_be_bytes().to_vec()));
        }
        // Neighbours in the tree are written together.
        entries.sort_unstable();
        let mut entries = entries.into_iter().peekable();
        while entries.peek().is_some() {
            if closing.load(Ordering::Acquire) {
                return Ok(false);
            }
            let mut batch = sled::Batch::default();
            for (key, value) in entries.by_ref().take(BATCH_KEYS) {
                batch.insert(key, value);
            }
            guarded("writing", || self.db.apply_batch(batch))?;
        }
        let mut batch = sled::Batch::default();
        batch.insert(
            keys::segment(segment.first),
            segment.last.to_be_bytes().to_vec(),
        );
        batch.insert(keys::MARKER, last_marker(segment)?);
        guarded("writing", || self.db.apply_batch(batch))?;
        Ok(true)
    }

    /// See [`super::SealedIndex::find_command`].
    pub(super) fn command(&self, id: CommandId) -> Result<Option<FoundCommand>, String> {
        guarded("reading", || self.db.get(keys::command(id)))?
            .map(|value| keys::read_command(&value).ok_or("a command is not understood".to_owned()))
            .transpose()
    }

    /// See [`super::SealedIndex::find_event`].
    pub(super) fn event(&self, id: EventId) -> Result<Option<u64>, String> {
        guarded("reading", || self.db.get(keys::event(id)))?
            .map(|value| keys::number(&value).ok_or("an event is not understood".to_owned()))
            .transpose()
    }

    /// The first positions of the listed segments from `first` on that may hold an event with all
    /// the tags of an item; one look-up per item for all segments.
    pub(super) fn segments_with(&self, query: &Query, first: u64) -> Result<HashSet<u64>, String> {
        let mut having = HashSet::new();
        for tag in query.items.iter().filter_map(|item| item.tags.first()) {
            let from = keys::tag(tag, first);
            let prefix = from.len() - size_of::<u64>();
            guarded("reading", || {
                for entry in self.db.range(from.as_slice()..) {
                    let (key, _) = entry?;
                    if !key.starts_with(&from[..prefix]) {
                        break;
                    }
                    having.extend(keys::number(&key[prefix..]));
                }
                Ok(())
            })?;
        }
        Ok(having)
    }

    /// The events of a segment after a position that have the tags of an item; their kinds are not
    /// looked at.
    pub(super) fn candidates(
        &self,
        first: u64,
        query: &Query,
        after: u64,
    ) -> Result<Vec<Found>, String> {
        let mut all: Vec<Posting> = Vec::new();
        for item in &query.items {
            self.with_all_tags(first, item, &mut all)?;
        }
        all.sort_unstable_by_key(|posting| posting.ordinal);
        all.dedup();
        Ok(all
            .into_iter()
            .map(|posting| Found {
                position: first + u64::from(posting.ordinal),
                offset: u64::from(posting.offset),
                length: None,
            })
            .filter(|found| found.position > after)
            .collect())
    }

    fn with_all_tags(
        &self,
        first: u64,
        item: &QueryItem,
        all: &mut Vec<Posting>,
    ) -> Result<(), String> {
        let mut having: Option<Vec<Posting>> = None;
        for tag in &item.tags {
            let list = self.postings(&keys::tag(tag, first))?;
            let narrowed = match having {
                None => list,
                Some(before) => {
                    let ordinals: BTreeSet<u32> =
                        list.iter().map(|posting| posting.ordinal).collect();
                    before
                        .into_iter()
                        .filter(|posting| ordinals.contains(&posting.ordinal))
                        .collect()
                }
            };
            if narrowed.is_empty() {
                return Ok(());
            }
            having = Some(narrowed);
        }
        all.extend(having.unwrap_or_default());
        Ok(())
    }

    fn postings(&self, prefix: &[u8]) -> Result<Vec<Posting>, String> {
        let mut list = Vec::new();
        let whole = guarded("reading", || {
            for entry in self.db.scan_prefix(prefix) {
                if postings::read(&entry?.1, &mut list).is_none() {
                    return Ok(false);
                }
            }
            Ok(true)
        })?;
        whole
            .then_some(list)
            .ok_or_else(|| "a posting list is not understood".to_owned())
    }
}

/// The marker for a segment's last position.
fn last_marker(segment: &Sealed) -> Result<Vec<u8>, String> {
    let read = || {
        let offset = segment.segment.locate(segment.last)?;
        let mut json = Vec::new();
        segment
            .segment
            .line_at(offset, None, segment.last, &mut json)?;
        Ok(keys::marker(segment.last, &leaf_hash(&json)))
    };
    read().map_err(|error: crate::log::LogError| error.to_string())
}

/// A crash while sled was opening leaves a file that keeps it from opening again.
fn remove_leftovers(dir: &Path) {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            // If it cannot be removed, the open says so.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
