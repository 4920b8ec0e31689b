//! Holds a log that is being opened against the newest checkpoint that was stored for it, before
//! anything is written: a tail that was cut off together with its seal looks like a whole log.

use std::path::PathBuf;
use std::sync::Arc;

use super::files::storage;
use super::reader::SegmentFile;
use super::view::Sealed;
use crate::checkpoint::Checkpoint;
use crate::disk::read_all;
use crate::log::{Contradiction, LogError, LogIdentity};
use crate::tree::{Frontier, leaf_hash};

/// A log with more bytes than this is compared by its size only; hashing a gigabyte takes about a
/// second. The rest is up to whoever stores the next checkpoint.
const QUICK_BYTES: u64 = 128 * 1024 * 1024;

/// What was found in the folder, before it is cut or written to.
pub(super) struct Found<'a> {
    pub(super) identity: LogIdentity,
    pub(super) head: u64,
    pub(super) sealed: &'a [Arc<Sealed>],
    /// The content of the newest segment.
    pub(super) newest: &'a [u8],
}

/// # Errors
/// [`LogError::Contradicted`] when the log is not the one that the checkpoints vouch for, or
/// shorter, or another up to there.
pub(super) fn compare(
    checkpoints: &[(PathBuf, Checkpoint)],
    found: &Found<'_>,
) -> Result<(), LogError> {
    let Found { identity, head, .. } = *found;
    let contradicted = |(file, checkpoint): &(PathBuf, Checkpoint), what| LogError::Contradicted {
        checkpoint: file.display().to_string(),
        size: checkpoint.head.size,
        head,
        what,
    };
    let is_foreign = |(_, stored): &&(PathBuf, Checkpoint)| {
        stored.log.id != identity.id || stored.log.epoch > identity.epoch
    };
    if let Some(foreign) = checkpoints.iter().find(is_foreign) {
        return Err(contradicted(foreign, Contradiction::AnotherLog));
    }
    // One from before a restore may know more than what was restored.
    let Some(newest) = checkpoints
        .iter()
        .filter(|(_, stored)| stored.log == identity)
        .max_by_key(|(_, stored)| stored.head.size)
    else {
        return Ok(());
    };
    let vouched = newest.1.head;
    if head < vouched.size {
        return Err(contradicted(newest, Contradiction::Shorter));
    }
    if let Some(tree) = quick_tree(found, vouched.size)?
        && tree.head() != vouched
    {
        return Err(contradicted(newest, Contradiction::OtherEvents));
    }
    Ok(())
}

/// The tree over the first `size` events; `None` when that would take long.
fn quick_tree(found: &Found<'_>, size: u64) -> Result<Option<Frontier>, LogError> {
    let mut bytes = found.newest.len() as u64;
    for Sealed { segment, .. } in found.sealed.iter().map(|sealed| &**sealed) {
        let length = segment.file.len();
        bytes += length.map_err(storage("cannot read", &segment.path))?;
    }
    if bytes > QUICK_BYTES {
        return Ok(None);
    }
    let mut tree = Frontier::default();
    for Sealed { segment, .. } in found.sealed.iter().map(|sealed| &**sealed) {
        grow(&mut tree, &content(segment)?, size);
    }
    grow(&mut tree, found.newest, size);
    Ok(Some(tree))
}

fn content(segment: &SegmentFile) -> Result<Vec<u8>, LogError> {
    read_all(&*segment.file).map_err(storage("cannot read", &segment.path))
}

/// Adds the events of a segment. A damaged line gives another root, or is found by the recovery.
fn grow(tree: &mut Frontier, content: &[u8], size: u64) {
    for line in content.split(|byte| *byte == b'\n') {
        if tree.size() == size {
            return;
        }
        if line.first() == Some(&b'{') {
            let json = memchr::memrchr(b'\t', line).map_or(line, |tab| &line[..tab]);
            tree.push(leaf_hash(json));
        }
    }
}
