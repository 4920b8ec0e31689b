//! Compares what sled holds with the segments, from their first line to their last: for an audit.

use std::io;
use std::path::Path;
use std::sync::Arc;

use uuid::Uuid;

use super::store::{OTHER_VERSION, Store};
use super::{SealedIndex, patience};
use crate::disk::{Disk as _, RealDisk};
use crate::embedded::files::{Places, list_segments, read_identity};
use crate::embedded::open::open_sealed_segments;
use crate::embedded::view::{IndexState, Sealed};
use crate::log::LogError;

/// What a comparison of the index with the log found. Whatever it is, the log is right: the index
/// is made from it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IndexCheck {
    /// There is no index; the next start builds it.
    Absent,
    /// It says what the log says.
    Agrees {
        /// How many segments were compared.
        compared: usize,
        /// How many sealed segments it does not hold yet.
        missing: usize,
    },
    /// It is damaged or says something else.
    Differs {
        /// The first position of the segment where, if it is about one.
        first: Option<u64>,
        /// What is wrong.
        what: String,
    },
    /// It was not compared.
    NotCompared {
        /// Why.
        reason: String,
    },
}

/// The memory that sled gets for a comparison, in bytes.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;

impl SealedIndex {
    /// Compares while the log is open. An index that differs is set aside and built again; segments
    /// that it does not hold yet are no difference.
    ///
    /// # Errors
    /// See [`LogError`]: the segments could not be read.
    pub(crate) fn compare(
        &self,
        sealed: &[Arc<Sealed>],
        log: Uuid,
    ) -> Result<IndexCheck, LogError> {
        let Some(keeper) = &self.keeper else {
            return Ok(IndexCheck::Absent);
        };
        let mut compared = 0;
        for segment in sealed {
            let IndexState::Listed(listing) = segment.state() else {
                continue;
            };
            let index = segment.build(log)?;
            // What differs is not an error of sled's: it is said, and then doubted.
            let compared_with = Arc::clone(&listing);
            let asked = keeper.ask_apart(patience::COMPARISON, listing.build, move |store| {
                Ok(store.compare(&index, &compared_with).err())
            });
            if let Some(Some(what)) = asked {
                self.doubt(&listing, &what);
                return Ok(IndexCheck::Differs {
                    first: Some(segment.first),
                    what,
                });
            }
            compared += usize::from(asked.is_some());
        }
        Ok(IndexCheck::Agrees {
            compared,
            missing: sealed.len() - compared,
        })
    }
}

/// Compares the index in the data folder `data` with its log, while no process has it open. Works
/// on a copy: sled writes into the folder that it opens.
///
/// # Errors
/// See [`LogError`]: the log could not be read.
pub fn check_index(data: &Path) -> Result<IndexCheck, LogError> {
    let places = Places::of(data);
    let identity = match read_identity(&RealDisk, &places)? {
        Some(identity) if places.index.exists() => identity,
        Some(_) | None => return Ok(IndexCheck::Absent),
    };
    let not_compared = |reason: String| Ok(IndexCheck::NotCompared { reason });
    let _lock = match RealDisk.lock(places.lock()) {
        Ok(Some(lock)) => lock,
        Ok(None) => return not_compared("another process has the log open".to_owned()),
        Err(error) => return not_compared(format!("the data folder cannot be locked: {error}")),
    };
    let copied = tempfile::tempdir().and_then(|folder| {
        let copy = folder.path().join("index");
        copy_folder(&places.index, &copy).map(|()| (folder, copy))
    });
    let (_folder, copy) = match copied {
        Ok(copied) => copied,
        Err(error) => return not_compared(format!("it cannot be copied: {error}")),
    };
    let firsts = list_segments(&RealDisk, &places)?;
    let sealed = open_sealed_segments(&RealDisk, &places, &firsts, identity.id)?;
    let opened = Store::open(&copy, CACHE_BYTES, identity, 0)
        .and_then(|store| store.listed(&sealed).map(|listed| (store, listed)));
    let (store, listed) = match opened {
        Ok(opened) => opened,
        Err(reason) if reason == OTHER_VERSION => return not_compared(reason),
        Err(what) => return Ok(IndexCheck::Differs { first: None, what }),
    };
    let mut compared = 0;
    for segment in &sealed {
        let Some(listing) = listed.get(&segment.first) else {
            continue;
        };
        let index = segment.build(identity.id)?;
        if let Err(what) = store.compare(&index, listing) {
            return Ok(IndexCheck::Differs {
                first: Some(segment.first),
                what,
            });
        }
        compared += 1;
    }
    Ok(IndexCheck::Agrees {
        compared,
        missing: sealed.len() - compared,
    })
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::create_dir(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to)?;
        } else {
            std::fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}
