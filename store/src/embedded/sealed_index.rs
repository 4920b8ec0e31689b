//! The index of sealed segments in sled, and when it is not trusted any more.
//!
//! sled is never the only copy of anything and nothing acknowledged waits for it. Whenever it is in
//! doubt (it does not open, panics, fails, belongs to another log, does not fit this one) it is set
//! aside and built again from the segments, which answer meanwhile. Its files do not go through
//! the disk seam: sled opens them itself.

mod blocks;
mod check;
mod filter;
mod keeper;
mod keys;
mod patience;
mod store;

use std::collections::HashMap;
use std::sync::Arc;

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
use keeper::{Keeper, set_aside};
use patience::within;
use store::Store;

/// The index of the sealed segments; without sled everything stays in memory.
#[derive(Debug)]
pub(crate) struct SealedIndex {
    keeper: Option<Arc<Keeper>>,
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

impl SealedIndex {
    /// Opens sled or begins a new one, and starts taking in the segments it does not list.
    pub(crate) fn open(
        places: &Places,
        options: &Options,
        identity: LogIdentity,
        sealed: &[Arc<Sealed>],
    ) -> (Self, IndexReport) {
        let off = |report| (Self { keeper: None }, report);
        let unusable = |reason: String| {
            tracing::warn!(reason, "the index is not used");
            off(IndexReport::Unusable { reason })
        };
        if !options.keep_index {
            return off(IndexReport::Off);
        }
        let dir = places.index.clone();
        let was_there = dir.exists();
        let open = || {
            let (dir, cache, sealed) = (dir.clone(), options.index_cache_bytes, sealed.to_vec());
            within(patience::OPENING, move || {
                let store = Store::open(&dir, cache, identity, 0)?;
                let listed = store.listed(&sealed)?;
                Ok((store, listed))
            })
            // One that hangs holds its folder: there is no use in beginning another.
            .ok_or_else(|| format!("sled did not open in {:?}", patience::OPENING))
        };
        let opened = match open() {
            Ok(opened) => opened,
            Err(hangs) => return unusable(hangs),
        };
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
            Err(reason) => {
                let again = set_aside(&dir).and_then(|place| {
                    let (store, _) = open()??;
                    Ok::<_, String>((store, place))
                });
                match again {
                    Ok((store, place)) => {
                        tracing::warn!(reason, place = %place.display(), "set the index aside; it is being rebuilt");
                        let report = IndexReport::SetAside { reason, place };
                        (store, HashMap::new(), report)
                    }
                    Err(again) => return unusable(format!("{reason}; {again}")),
                }
            }
        };
        match Keeper::start(store, dir, options, identity, sealed, &listed) {
            Ok(keeper) => (
                Self {
                    keeper: Some(keeper),
                },
                report,
            ),
            Err(error) => unusable(format!("no thread for the index: {error}")),
        }
    }

    /// Takes in a segment that was just sealed, in the background.
    pub(crate) fn queue(&self, segment: Arc<Sealed>) {
        if let Some(keeper) = &self.keeper {
            keeper.queue(segment);
        }
    }

    /// Stops the background work and closes sled.
    pub(crate) fn close(&self) {
        if let Some(keeper) = &self.keeper {
            keeper.close();
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
            let first = segment.first;
            let found = self.ask(&listing, move |store, listing| {
                store.command(first, listing, id)
            });
            if let Some(found) = found {
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
        if let IndexState::Listed(listing) = segment.state() {
            let first = segment.first;
            let found = self.ask(&listing, move |store, listing| {
                store.event(first, listing, id)
            });
            if let Some(found) = found {
                return Ok(found);
            }
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
            let (first, wanted) = (segment.first, query.clone());
            let matching = self.ask(&listing, move |store, listing| {
                store.matching(first, listing, &wanted, after)
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

    /// Asks the sled that a listing is of; `None` when it cannot answer or does not in time, which also
    /// takes it out of use, or when there is another one by now: that may not have taken the segment in
    /// again yet.
    fn ask<T: Send + 'static>(
        &self,
        listing: &Arc<Listing>,
        question: impl FnOnce(&Store, &Listing) -> Result<T, String> + Send + 'static,
    ) -> Option<T> {
        let keeper = self.keeper.as_ref()?;
        let listing = Arc::clone(listing);
        keeper.ask(keeper.patience, listing.build, move |store| {
            question(store, &listing)
        })
    }

    /// Takes the sled that a listing is of out of use and has it built again.
    fn doubt(&self, listing: &Listing, reason: &str) {
        if let Some(keeper) = &self.keeper {
            keeper.doubt(listing.build, reason);
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

#[cfg(test)]
mod tests;
