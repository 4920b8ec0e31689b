//! One opened sled: every call is guarded, because sled may panic where its files are damaged.

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use querschnitt_domain::{CommandId, EventId, Query, QueryItem};

use super::blocks::{self, Blocks, Posting, block_of, kind_number};
use super::filter::Filter;
use super::{Listing, keys};
use crate::embedded::segment_index::SegmentIndex;
use crate::embedded::shared::Found;
use crate::embedded::view::Sealed;
use crate::log::{FoundCommand, LogIdentity};
use crate::tree::leaf_hash;

/// `apply_batch` holds a lock of the whole process: more keys at once make readers wait.
const BATCH_KEYS: usize = 32;
/// Values under about 4 KB suit sled best; larger blocks are cut.
const PIECE_BYTES: usize = 3_900;

/// Why an index is built again after an update.
pub(super) const OTHER_VERSION: &str = "it was written by another version of this program";

/// An opened sled of this log.
#[derive(Debug)]
pub(super) struct Store {
    db: sled::Db,
    /// The how many'th of this run: a [`Listing`] of an earlier one says nothing about this one.
    pub(super) build: u32,
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
    pub(super) fn open(
        dir: &Path,
        cache_bytes: u64,
        of: LogIdentity,
        build: u32,
    ) -> Result<Self, String> {
        let was_there = dir.exists();
        remove_leftovers(dir);
        let db = guarded("opening", || {
            sled::Config::new()
                .path(dir)
                .cache_capacity(cache_bytes)
                .open()
        })?;
        let store = Self { db, build };
        let wanted = keys::identity(of);
        let found = guarded("reading", || store.db.get(keys::IDENTITY))?;
        match found {
            Some(found) if found == wanted => Ok(store),
            Some(found) if found.starts_with(&keys::log(of)) => Err(OTHER_VERSION.to_owned()),
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

    /// The segments it lists, by their first positions, if all of them are those of this log and the
    /// marker fits the line it names.
    pub(super) fn listed(
        &self,
        sealed: &[Arc<Sealed>],
    ) -> Result<HashMap<u64, Arc<Listing>>, String> {
        let found = guarded("listing", || {
            self.db
                .scan_prefix(keys::SEGMENTS)
                .map(|entry| {
                    let (key, value) = entry?;
                    Ok((keys::number(&key[1..]), keys::read_listing(&key, &value)))
                })
                .collect::<sled::Result<Vec<_>>>()
        })?;
        let mut listed = HashMap::new();
        for entry in found {
            let (Some(first), Some((last, extent))) = entry else {
                return Err("a listed segment is not understood".to_owned());
            };
            let known = |segment: &Arc<Sealed>| segment.first == first && segment.last == last;
            if !sealed.iter().any(known) {
                return Err("it lists a segment that the log does not have".to_owned());
            }
            let filter = Filter::from_bytes(self.block(keys::FILTER, first, 0)?)
                .ok_or("a filter is not understood")?;
            let listing = Listing {
                extent,
                filter,
                build: self.build,
            };
            listed.insert(first, Arc::new(listing));
        }
        let marker = guarded("reading the marker", || self.db.get(keys::MARKER))?;
        match marker {
            None if listed.is_empty() => Ok(listed),
            None => Err("it has no marker".to_owned()),
            Some(marker) => {
                let position = keys::number(&marker).ok_or("its marker is not understood")?;
                let segment = sealed
                    .iter()
                    .find(|segment| segment.last == position && listed.contains_key(&segment.first))
                    .ok_or("its marker is not at the end of a listed segment")?;
                if marker == last_marker(segment)? {
                    Ok(listed)
                } else {
                    Err("its marker does not fit the log".to_owned())
                }
            }
        }
    }

    /// Takes a segment in, in small batches; the last one lists it and moves the marker. Before each,
    /// `go_on` is asked; after a no the segment is not listed (`None`).
    pub(super) fn list(
        &self,
        index: &SegmentIndex,
        segment: &Sealed,
        mut go_on: impl FnMut() -> bool,
    ) -> Result<Option<Listing>, String> {
        let blocks = Blocks::of(index);
        let filter = [blocks.filter.as_bytes().to_vec()];
        // In the order of their keys: neighbours in the tree are written together.
        let mut entries = pieces(keys::COMMANDS, segment.first, &blocks.commands)
            .chain(pieces(keys::EVENTS, segment.first, &blocks.events))
            .chain(pieces(keys::FILTER, segment.first, &filter))
            .chain(pieces(keys::TAGS, segment.first, &blocks.tags))
            .peekable();
        while entries.peek().is_some() {
            if !go_on() {
                return Ok(None);
            }
            let mut batch = sled::Batch::default();
            for (key, value) in entries.by_ref().take(BATCH_KEYS) {
                batch.insert(key, value);
            }
            guarded("writing", || self.db.apply_batch(batch))?;
        }
        let mut batch = sled::Batch::default();
        let key = keys::segment(segment.first);
        let listing = keys::listing(&key, segment.last, blocks.extent);
        batch.insert(key, listing);
        batch.insert(keys::MARKER, last_marker(segment)?);
        guarded("writing", || self.db.apply_batch(batch))?;
        Ok(Some(Listing {
            extent: blocks.extent,
            filter: blocks.filter,
            build: self.build,
        }))
    }

    /// Writes every second block of a segment, as a listing under way has, in some order.
    #[cfg(test)]
    pub(super) fn list_half(&self, index: &SegmentIndex) {
        let blocks = Blocks::of(index);
        let entries = pieces(keys::COMMANDS, index.first, &blocks.commands)
            .chain(pieces(keys::EVENTS, index.first, &blocks.events))
            .chain(pieces(keys::TAGS, index.first, &blocks.tags));
        for (key, value) in entries.step_by(2) {
            self.db.insert(key, value).unwrap();
        }
    }

    /// Hangs as a sled does that never ends a batch: holds the lock of all sleds of the process.
    #[cfg(test)]
    pub(super) fn hang(
        &self,
        hangs: &std::sync::mpsc::Sender<()>,
        until: &std::sync::mpsc::Receiver<()>,
    ) {
        self.db
            .transaction::<_, _, ()>(|_| {
                hangs.send(()).unwrap();
                let _ = until.recv();
                Ok(())
            })
            .unwrap();
    }

    /// A command of the segment that begins at `first`.
    pub(super) fn command(
        &self,
        first: u64,
        listing: &Listing,
        id: CommandId,
    ) -> Result<Option<FoundCommand>, String> {
        let at = block_of(blocks::command_hash(id), listing.extent.commands);
        let block = self.block(keys::COMMANDS, first, at)?;
        Ok(blocks::find_command(&block, id, first))
    }

    /// The position of an event of that segment.
    pub(super) fn event(
        &self,
        first: u64,
        listing: &Listing,
        id: EventId,
    ) -> Result<Option<u64>, String> {
        let at = block_of(blocks::event_hash(id), listing.extent.events);
        let block = self.block(keys::EVENTS, first, at)?;
        Ok(blocks::find_event(&block, id).map(|ordinal| first + u64::from(ordinal)))
    }

    /// The events of that segment after a position that match a query whose items all have tags.
    pub(super) fn matching(
        &self,
        first: u64,
        listing: &Listing,
        query: &Query,
        after: u64,
    ) -> Result<Vec<Found>, String> {
        let mut all: Vec<Posting> = Vec::new();
        for item in &query.items {
            self.item_matching(first, listing, item, &mut all)?;
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

    fn item_matching(
        &self,
        first: u64,
        listing: &Listing,
        item: &QueryItem,
        all: &mut Vec<Posting>,
    ) -> Result<(), String> {
        let mut having: Option<Vec<Posting>> = None;
        for tag in &item.tags {
            let hash = blocks::tag_hash(tag.as_str());
            if !listing.filter.may_have(hash) {
                return Ok(());
            }
            let block = self.block(keys::TAGS, first, block_of(hash, listing.extent.tags))?;
            let list =
                blocks::find_tag(&block, tag.as_str()).ok_or("a posting list is not understood")?;
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
        let kinds: Vec<u8> = item.kinds.iter().map(|kind| kind_number(*kind)).collect();
        all.extend(
            having
                .unwrap_or_default()
                .into_iter()
                .filter(|posting| kinds.is_empty() || kinds.contains(&posting.kind)),
        );
        Ok(())
    }

    /// Compares everything it holds of a segment with the index made from the segment's lines.
    pub(super) fn compare(&self, index: &SegmentIndex, listing: &Listing) -> Result<(), String> {
        let wanted = Blocks::of(index);
        if listing.extent != wanted.extent || listing.filter != wanted.filter {
            return Err("its listing says something else".to_owned());
        }
        for (kind, blocks) in [
            (keys::COMMANDS, &wanted.commands),
            (keys::EVENTS, &wanted.events),
            (keys::TAGS, &wanted.tags),
        ] {
            for (number, block) in (0_u32..).zip(blocks) {
                let found = self.block(kind, index.first, number)?;
                if !blocks::same_entries(kind, &found, block) {
                    return Err("a block says something else".to_owned());
                }
            }
        }
        Ok(())
    }

    /// A block, put together from its pieces, if it is whole.
    fn block(&self, kind: u8, first: u64, block: u32) -> Result<Vec<u8>, String> {
        let key = keys::block(kind, first, block);
        let mut whole = Vec::with_capacity(PIECE_BYTES);
        guarded("reading", || {
            for piece in self.db.scan_prefix(key) {
                whole.extend_from_slice(&piece?.1);
            }
            Ok(())
        })?;
        // A block that was lost must not pass for one without the name that is looked for.
        if whole.is_empty() {
            return Err("a block is missing".to_owned());
        }
        let content = keys::unsealed(&key, &whole).ok_or("a block is damaged")?;
        let length = content.len();
        whole.truncate(length);
        Ok(whole)
    }
}

/// The entries of blocks in sled: each block with its checksum, cut where it is too long.
fn pieces(kind: u8, first: u64, blocks: &[Vec<u8>]) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
    (0_u32..).zip(blocks).flat_map(move |(number, block)| {
        let key = keys::block(kind, first, number);
        let mut block = block.clone();
        keys::seal(&key, &mut block);
        let pieces: Vec<(Vec<u8>, Vec<u8>)> = (0_u32..)
            .zip(block.chunks(PIECE_BYTES))
            .map(|(piece, bytes)| (keys::piece(key, piece), bytes.to_vec()))
            .collect();
        pieces
    })
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
