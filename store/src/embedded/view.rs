//! What readers see: the sealed segments, and the newest one with its index.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use uuid::Uuid;

use super::reader::SegmentFile;
use super::scan::scan;
use super::sealed_index::Listing;
use super::segment_index::SegmentIndex;
use crate::disk::read_all;
use crate::log::LogError;

use super::files::storage;

/// The segments.
#[derive(Debug)]
pub(crate) struct View {
    /// Oldest first.
    pub(crate) sealed: Arc<Vec<Arc<Sealed>>>,
    /// The file of the newest segment.
    pub(crate) newest: SegmentFile,
    /// The index of the newest segment. It may hold events that are being written: readers look at
    /// those up to the durable head only.
    pub(crate) index: SegmentIndex,
}

/// A segment that is not written any more.
#[derive(Debug)]
pub(crate) struct Sealed {
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) segment: SegmentFile,
    index: RwLock<IndexState>,
    building: Mutex<()>,
}

/// Where the index of a sealed segment is.
#[derive(Clone, Debug)]
pub(crate) enum IndexState {
    /// Nowhere yet.
    Missing,
    /// In memory.
    Memory(Arc<SegmentIndex>),
    /// In sled.
    Listed(Arc<Listing>),
}

impl Sealed {
    pub(crate) fn new(first: u64, last: u64, segment: SegmentFile, index: IndexState) -> Self {
        Self {
            first,
            last,
            segment,
            index: RwLock::new(index),
            building: Mutex::new(()),
        }
    }

    pub(crate) fn state(&self) -> IndexState {
        self.index
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn set_state(&self, state: IndexState) {
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = state;
    }

    /// The index in memory, read from the segment when it is nowhere yet; `None` when sled has it.
    pub(crate) fn index(&self, log: Uuid) -> Result<Option<Arc<SegmentIndex>>, LogError> {
        match self.state() {
            IndexState::Memory(index) => return Ok(Some(index)),
            IndexState::Listed(_) => return Ok(None),
            IndexState::Missing => {}
        }
        let _building = self.building.lock().unwrap_or_else(PoisonError::into_inner);
        match self.state() {
            IndexState::Memory(index) => Ok(Some(index)),
            IndexState::Listed(_) => Ok(None),
            IndexState::Missing => {
                let index = Arc::new(self.build(log)?);
                self.set_state(IndexState::Memory(Arc::clone(&index)));
                Ok(Some(index))
            }
        }
    }

    /// Reads the whole segment, checks it, and gives its index.
    ///
    /// # Errors
    /// [`LogError::Damaged`] for anything that is not whole, [`LogError::UnknownEvent`].
    pub(crate) fn build(&self, log: Uuid) -> Result<SegmentIndex, LogError> {
        let path = &self.segment.path;
        let content = read_all(&*self.segment.file).map_err(storage("cannot read", path))?;
        let scan = scan(&content, path, self.first, log)?;
        let wrong = match scan.broken {
            Some(what) => Some(what.to_owned()),
            None if !scan.ended => Some("the segment does not say that it ended".to_owned()),
            None if scan.index.next() != self.last + 1 => Some(format!(
                "the segment ends at position {}, the next one begins at {}",
                scan.index.next() - 1,
                self.last + 1
            )),
            None => None,
        };
        match wrong {
            Some(what) => Err(LogError::Damaged {
                file: path.display().to_string(),
                line: scan.lines + 1,
                position: scan.index.next(),
                what,
            }),
            None => scan
                .unknown
                .map_or(Ok(scan.index), |(_, unknown)| Err(unknown)),
        }
    }
}
