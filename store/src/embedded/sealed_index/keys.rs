//! The keys in sled. Numbers are big-endian, so that keys sort as they count.
//!
//! ```text
//! i                               log id, epoch, layout, kinds of events: whose index this is
//! m                               marker: newest listed position, its leaf hash
//! s <first>                       a listed segment -> its last position, and its [`Extent`]
//! c|e|t <first> <block> <piece>   a block of commands, events or tags (`blocks.rs`)
//! f <first> 0 <piece>             the segment's filter
//! ```
//!
//! Blocks and listings end in a CRC32C over their key and themselves: what belongs under another key
//! must not pass for an answer either.

use querschnitt_domain::EventKind;

use super::blocks::Extent;
use crate::log::LogIdentity;
use crate::tree::Hash;

/// Raised when the layout changes: an index of another layout is built again.
const LAYOUT: u8 = 4;

pub(super) const IDENTITY: &[u8] = b"i";
pub(super) const MARKER: &[u8] = b"m";
pub(super) const SEGMENTS: &[u8] = b"s";
pub(super) const COMMANDS: u8 = b'c';
pub(super) const EVENTS: u8 = b'e';
pub(super) const TAGS: u8 = b't';
pub(super) const FILTER: u8 = b'f';

/// How every identity of this log begins.
pub(super) fn log(of: LogIdentity) -> Vec<u8> {
    let mut value = of.id.as_bytes().to_vec();
    value.extend_from_slice(&of.epoch.to_be_bytes());
    value
}

pub(super) fn identity(of: LogIdentity) -> Vec<u8> {
    let mut value = log(of);
    value.push(LAYOUT);
    // Postings name kinds by their place in the program's list.
    let kinds = EventKind::ALL.iter().fold(0, |sum, kind| {
        crc32c::crc32c_append(sum, kind.wire_name().as_bytes())
    });
    value.extend_from_slice(&kinds.to_be_bytes());
    value
}

pub(super) fn marker(position: u64, leaf: &Hash) -> Vec<u8> {
    let mut value = position.to_be_bytes().to_vec();
    value.extend_from_slice(leaf);
    value
}

pub(super) fn segment(first: u64) -> Vec<u8> {
    let mut key = SEGMENTS.to_vec();
    key.extend_from_slice(&first.to_be_bytes());
    key
}

/// What stands under the `key` of a listed segment.
pub(super) fn listing(key: &[u8], last: u64, extent: Extent) -> Vec<u8> {
    let mut value = last.to_be_bytes().to_vec();
    for count in [extent.commands, extent.events, extent.tags] {
        value.extend_from_slice(&count.to_be_bytes());
    }
    seal(key, &mut value);
    value
}

/// The last position of a listed segment, and its extent.
pub(super) fn read_listing(key: &[u8], value: &[u8]) -> Option<(u64, Extent)> {
    let (last, counts) = unsealed(key, value)?.split_first_chunk::<8>()?;
    let &[a, b, c] = counts.as_chunks::<4>().0 else {
        return None;
    };
    let extent = Extent {
        commands: u32::from_be_bytes(a),
        events: u32::from_be_bytes(b),
        tags: u32::from_be_bytes(c),
    };
    let whole = counts.len() == 12 && extent.commands > 0 && extent.events > 0 && extent.tags > 0;
    whole.then_some((u64::from_be_bytes(*last), extent))
}

/// Puts the checksum behind a value.
pub(super) fn seal(key: &[u8], value: &mut Vec<u8>) {
    let sum = checksum(key, value);
    value.extend_from_slice(&sum.to_be_bytes());
}

/// A value without its checksum, if that is right.
pub(super) fn unsealed<'a>(key: &[u8], value: &'a [u8]) -> Option<&'a [u8]> {
    let (content, sum) = value.split_last_chunk::<4>()?;
    (checksum(key, content).to_be_bytes() == *sum).then_some(content)
}

fn checksum(key: &[u8], value: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(key), value)
}

pub(super) fn number(bytes: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(*bytes.first_chunk::<8>()?))
}

/// The start of the keys of a block's pieces.
pub(super) fn block(kind: u8, first: u64, block: u32) -> [u8; 13] {
    let mut key = [kind; 13];
    key[1..9].copy_from_slice(&first.to_be_bytes());
    key[9..].copy_from_slice(&block.to_be_bytes());
    key
}

pub(super) fn piece(block: [u8; 13], piece: u32) -> Vec<u8> {
    let mut key = block.to_vec();
    key.extend_from_slice(&piece.to_be_bytes());
    key
}
