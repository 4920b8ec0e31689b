//! What to do with the newest segment after a crash: nothing, cut the last write, or stop.
//!
//! A write starts only after the one before it was synced, so a crash can leave only the last write
//! unfinished. What an interrupted write leaves behind is known: sectors that were not written are
//! zero, or the file ends early. Anything else is damage, and so is everything before the last
//! write; then the file is left alone.

use std::path::Path;

use super::scan::Scan;
use crate::line;
use crate::log::LogError;

/// The unit in which a disk writes, at the least.
const SECTOR: usize = 512;

/// Where the newest segment has to be cut so that it ends with a whole command; `None` when it does.
///
/// # Errors
/// [`LogError::Damaged`] when what is wrong is not what an interrupted write leaves behind.
pub(crate) fn cut_at(content: &[u8], scan: &Scan, path: &Path) -> Result<Option<u64>, LogError> {
    let Some(what) = scan.broken else {
        return Ok(scan.unfinished.map(|ordinal| start_of(scan, ordinal)));
    };
    // The scan ended inside the content, so its end fits.
    let broken = usize::try_from(scan.end).unwrap_or(content.len());
    let damaged = |what: String| LogError::Damaged {
        file: path.display().to_string(),
        line: scan.lines + 1,
        position: scan.index.next(),
        what,
    };
    if later_write_follows(&content[broken..], scan) {
        return Err(damaged(format!("{what}, and later writes follow")));
    }
    if !is_torn(content, broken) {
        return Err(damaged(what.to_owned()));
    }
    let cut = scan
        .unfinished
        .map_or(scan.end, |ordinal| start_of(scan, ordinal));
    Ok(Some(cut))
}

fn start_of(scan: &Scan, ordinal: u64) -> u64 {
    scan.index
        .place(scan.index.first + ordinal)
        .map_or(scan.end, |place| u64::from(place.offset))
}

/// Whether a whole line follows the broken one that belongs to a later write than it does: then the
/// broken one had been synced.
fn later_write_follows(rest: &[u8], scan: &Scan) -> bool {
    let next = scan.index.next();
    // The first is the broken one itself: it may miss nothing but its line feed.
    rest.split(|byte| *byte == b'\n').skip(1).any(|line| {
        line::check(line).is_ok_and(|checked| {
            let same = !scan.sealed && checked.first_of_write == scan.last_write;
            let begun_here = checked.first_of_write == next;
            // A seal is a write of its own, so it is always a later one.
            checked.is_control() || !(same || begun_here)
        })
    })
}

/// Whether the broken line looks like an interrupted write: the file ends before the line does, or
/// whole sectors of it are zero.
fn is_torn(content: &[u8], broken: usize) -> bool {
    let rest = &content[broken..];
    let Some(length) = memchr::memchr(b'\n', rest) else {
        // A whole line whose line feed became something else was not interrupted.
        let whole = rest
            .split_last()
            .is_some_and(|(last, line)| *last != 0 && line::check(line).is_ok());
        return !whole;
    };
    let end = broken + length;
    let mut at = broken;
    while let Some(zero) = memchr::memchr(0, &content[at..end]) {
        let from = at + zero;
        let to = content[from..]
            .iter()
            .position(|byte| *byte != 0)
            .map_or(content.len(), |run| from + run);
        let starts = from == broken || from.is_multiple_of(SECTOR);
        let ends = to == content.len() || to.is_multiple_of(SECTOR);
        if starts && ends {
            return true;
        }
        at = to.min(end);
    }
    false
}
