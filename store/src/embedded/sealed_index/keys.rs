//! The keys in sled. Numbers are big-endian, so that keys sort as they count.
//!
//! ```text
//! i                                        log id, epoch, layout: whose index this is
//! m                                        marker: newest listed position, its leaf hash
//! s <first>                                a listed segment -> its last position
//! t <length> <tag> <first> <first ordinal> a posting list, in pieces of under 4 KB
//! c <command id>                           fingerprint, first and last position
//! e <event id>                             position
//! ```

use querschnitt_domain::{CommandId, EventId, Tag};

use crate::log::{Fingerprint, FoundCommand, LogIdentity};
use crate::tree::Hash;

/// Raised when the layout changes: an index of another layout is built again.
const LAYOUT: u8 = 1;

pub(super) const IDENTITY: &[u8] = b"i";
pub(super) const MARKER: &[u8] = b"m";
pub(super) const SEGMENTS: &[u8] = b"s";

pub(super) fn identity(of: LogIdentity) -> Vec<u8> {
    let mut value = of.id.as_bytes().to_vec();
    value.extend_from_slice(&of.epoch.to_be_bytes());
    value.push(LAYOUT);
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

pub(super) fn number(bytes: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(*bytes.first_chunk::<8>()?))
}

/// The start of the keys of one tag in one segment.
pub(super) fn tag(tag: &Tag, first: u64) -> Vec<u8> {
    let text = tag.as_str().as_bytes();
    let mut key = Vec::with_capacity(text.len() + 14);
    key.push(b't');
    // Tags have at most 200 bytes; the length keeps one tag from being the start of another.
    key.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
    key.extend_from_slice(text);
    key.extend_from_slice(&first.to_be_bytes());
    key
}

pub(super) fn command(id: CommandId) -> [u8; 17] {
    keyed(b'c', id.0.as_bytes())
}

pub(super) fn event(id: EventId) -> [u8; 17] {
    keyed(b'e', id.0.as_bytes())
}

fn keyed(kind: u8, id: &[u8; 16]) -> [u8; 17] {
    let mut key = [kind; 17];
    key[1..].copy_from_slice(id);
    key
}

pub(super) fn found_command(found: &FoundCommand) -> Vec<u8> {
    let mut value = found.fingerprint.0.to_vec();
    value.extend_from_slice(&found.first.to_be_bytes());
    value.extend_from_slice(&found.last.to_be_bytes());
    value
}

pub(super) fn read_command(value: &[u8]) -> Option<FoundCommand> {
    if value.len() != 32 {
        return None;
    }
    Some(FoundCommand {
        fingerprint: Fingerprint(*value.first_chunk()?),
        first: number(&value[16..])?,
        last: number(&value[24..])?,
    })
}
