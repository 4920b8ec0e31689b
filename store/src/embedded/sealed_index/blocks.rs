//! The index of one segment as blocks of about 2.6 KB: every insertion into sled costs about 5 µs and
//! 400 bytes, however little it holds, so a segment is some thousand insertions and not some
//! hundred thousand. A name's hash says in which block it is.
//!
//! ```text
//! command   id, fingerprint, ordinal of the first event (4 bytes), number of events (2)
//! event     id, ordinal (4)
//! tag       length (1), tag, number of postings, postings
//! posting   step to its ordinal, step to its offset, kind (1)
//! ```
//! Steps and numbers of postings take as few bytes as they need (LEB128).

use querschnitt_domain::{CommandId, EventId, EventKind};

use super::filter::{Filter, hash};
use super::keys::{COMMANDS, EVENTS, TAGS};
use crate::embedded::segment_index::SegmentIndex;
use crate::log::{Fingerprint, FoundCommand};

/// How large a block is to be.
const BLOCK_BYTES: usize = 2_600;
const COMMAND_BYTES: usize = 38;
const EVENT_BYTES: usize = 20;

/// How many blocks of each kind a segment has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Extent {
    pub(super) commands: u32,
    pub(super) events: u32,
    pub(super) tags: u32,
}

/// One event that has a tag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Posting {
    /// Which event of the segment, from 0.
    pub(super) ordinal: u32,
    /// Where its line begins.
    pub(super) offset: u32,
    /// Its kind, as its place in [`EventKind::ALL`].
    pub(super) kind: u8,
}

/// All blocks of a segment.
pub(super) struct Blocks {
    pub(super) extent: Extent,
    pub(super) commands: Vec<Vec<u8>>,
    pub(super) events: Vec<Vec<u8>>,
    pub(super) tags: Vec<Vec<u8>>,
    pub(super) filter: Filter,
}

pub(super) fn command_hash(id: CommandId) -> u64 {
    hash(COMMANDS, id.0.as_bytes())
}

pub(super) fn event_hash(id: EventId) -> u64 {
    hash(EVENTS, id.0.as_bytes())
}

pub(super) fn tag_hash(tag: &str) -> u64 {
    hash(TAGS, tag.as_bytes())
}

/// In which of so many blocks a name is.
pub(super) fn block_of(hash: u64, blocks: u32) -> u32 {
    // The remainder is smaller than `blocks`.
    (hash % u64::from(blocks.max(1))) as u32
}

/// The place of a kind in the list of all kinds.
pub(super) fn kind_number(kind: EventKind) -> u8 {
    let at = EventKind::ALL.iter().position(|other| *other == kind);
    at.and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX)
}

fn blocks_for(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(BLOCK_BYTES))
        .unwrap_or(u32::MAX)
        .max(1)
}

impl Blocks {
    pub(super) fn of(index: &SegmentIndex) -> Self {
        let tag_bytes: usize = index
            .tags
            .iter()
            .map(|(tag, postings)| tag.as_str().len() + 2 + 6 * postings.as_slice().len())
            .sum();
        let extent = Extent {
            commands: blocks_for(index.commands.len() * COMMAND_BYTES),
            events: blocks_for(index.events.len() * EVENT_BYTES),
            tags: blocks_for(tag_bytes),
        };
        let mut blocks = Self {
            extent,
            commands: vec![Vec::new(); extent.commands as usize],
            events: vec![Vec::new(); extent.events as usize],
            tags: vec![Vec::new(); extent.tags as usize],
            filter: Filter::for_names(index.commands.len() + index.tags.len()),
        };
        blocks.add_commands(index);
        blocks.add_events(index);
        blocks.add_tags(index);
        blocks
    }

    fn add_commands(&mut self, index: &SegmentIndex) {
        for (id, found) in &index.commands {
            let hash = command_hash(*id);
            self.filter.add(hash);
            let block = &mut self.commands[block_of(hash, self.extent.commands) as usize];
            block.extend_from_slice(id.0.as_bytes());
            block.extend_from_slice(&found.fingerprint.0);
            // A segment's events are counted in 32 bits, those of a command in 16.
            block.extend_from_slice(&((found.first - index.first) as u32).to_be_bytes());
            block.extend_from_slice(&((found.last - found.first + 1) as u16).to_be_bytes());
        }
    }

    fn add_events(&mut self, index: &SegmentIndex) {
        for (id, ordinal) in &index.events {
            let at = block_of(event_hash(*id), self.extent.events);
            let block = &mut self.events[at as usize];
            block.extend_from_slice(id.0.as_bytes());
            block.extend_from_slice(&ordinal.to_be_bytes());
        }
    }

    fn add_tags(&mut self, index: &SegmentIndex) {
        for (tag, ordinals) in &index.tags {
            let text = tag.as_str();
            let hash = tag_hash(text);
            self.filter.add(hash);
            let block = &mut self.tags[block_of(hash, self.extent.tags) as usize];
            // Tags have at most 200 bytes.
            block.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
            block.extend_from_slice(text.as_bytes());
            let ordinals = ordinals.as_slice();
            push(block, ordinals.len() as u32);
            let (mut ordinal_before, mut offset_before) = (0, 0);
            for ordinal in ordinals {
                let offset = index.places[*ordinal as usize].offset;
                push(block, ordinal - ordinal_before);
                push(block, offset - offset_before);
                block.push(index.kinds[*ordinal as usize].map_or(u8::MAX, kind_number));
                (ordinal_before, offset_before) = (*ordinal, offset);
            }
        }
    }
}

/// A command in its block. `first` is the segment's first position.
pub(super) fn find_command(block: &[u8], id: CommandId, first: u64) -> Option<FoundCommand> {
    let entries = block.as_chunks::<COMMAND_BYTES>().0;
    let entry = entries
        .iter()
        .find(|entry| entry[..16] == *id.0.as_bytes())?;
    let from = first + u64::from(u32::from_be_bytes(*entry[32..].first_chunk()?));
    let count = u16::from_be_bytes(*entry[36..].first_chunk()?);
    Some(FoundCommand {
        fingerprint: Fingerprint(*entry[16..].first_chunk()?),
        first: from,
        last: from + u64::from(count) - 1,
    })
}

/// The ordinal of an event in its block.
pub(super) fn find_event(block: &[u8], id: EventId) -> Option<u32> {
    let entries = block.as_chunks::<EVENT_BYTES>().0;
    let entry = entries
        .iter()
        .find(|entry| entry[..16] == *id.0.as_bytes())?;
    Some(u32::from_be_bytes(*entry[16..].first_chunk()?))
}

/// The postings of a tag in its block, none when it is not there; `None` when the block is not
/// understood.
pub(super) fn find_tag(mut block: &[u8], tag: &str) -> Option<Vec<Posting>> {
    while let Some((length, rest)) = block.split_first() {
        let (name, rest) = rest.split_at_checked(usize::from(*length))?;
        block = rest;
        let count = pull(&mut block)?;
        let wanted = name == tag.as_bytes();
        let mut found = Vec::new();
        let mut before = (0_u32, 0_u32);
        for _ in 0..count {
            before.0 = before.0.checked_add(pull(&mut block)?)?;
            before.1 = before.1.checked_add(pull(&mut block)?)?;
            let (&kind, rest) = block.split_first()?;
            block = rest;
            if wanted {
                found.push(Posting {
                    ordinal: before.0,
                    offset: before.1,
                    kind,
                });
            }
        }
        if wanted {
            return Some(found);
        }
    }
    Some(Vec::new())
}

/// Whether two blocks of a kind say the same: their entries stand in any order.
pub(super) fn same_entries(kind: u8, one: &[u8], other: &[u8]) -> bool {
    let sorted = |block| {
        let mut entries: Vec<&[u8]> = match kind {
            COMMANDS => split(block, |_| Some(COMMAND_BYTES))?,
            EVENTS => split(block, |_| Some(EVENT_BYTES))?,
            _ => split(block, tag_entry)?,
        };
        entries.sort_unstable();
        Some(entries)
    };
    sorted(one).is_some_and(|one| Some(one) == sorted(other))
}

/// The entries of a block, each as long as `length` says of what is left.
fn split(mut block: &[u8], length: impl Fn(&[u8]) -> Option<usize>) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    while !block.is_empty() {
        let (entry, rest) = block.split_at_checked(length(block)?)?;
        entries.push(entry);
        block = rest;
    }
    Some(entries)
}

/// How long the entry of a tag is at the start of what is left of a block.
fn tag_entry(block: &[u8]) -> Option<usize> {
    let (length, rest) = block.split_first()?;
    let (_, mut rest) = rest.split_at_checked(usize::from(*length))?;
    for _ in 0..pull(&mut rest)? {
        pull(&mut rest)?;
        pull(&mut rest)?;
        rest = rest.split_first()?.1;
    }
    Some(block.len() - rest.len())
}

fn push(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn pull(from: &mut &[u8]) -> Option<u32> {
    let mut number = 0_u32;
    for shift in (0..32).step_by(7) {
        let (&byte, rest) = from.split_first()?;
        *from = rest;
        number |= u32::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use querschnitt_domain::Tag;
    use uuid::Uuid;

    use super::*;
    use crate::embedded::segment_index::Place;

    proptest! {
        #[test]
        fn what_is_put_into_blocks_is_found_again(events in prop::collection::vec((0_u8..40, 0_usize..28, 1_u32..70_000), 1..600)) {
            let mut index = SegmentIndex::new(1_000);
            let mut offset = 0;
            for ((tag, kind, length), position) in events.iter().zip(1_000_u64..) {
                let id = Uuid::from_u128(u128::from(position));
                let place = Place { offset, length: *length };
                index.push_event(place, Some(EventKind::ALL[*kind]), EventId(id));
                index.push_tags(position, vec![Tag::from_text(format!("tag:{tag}")), Tag::from_text("all")]);
                let found = FoundCommand { fingerprint: Fingerprint([*tag; 16]), first: position, last: position };
                index.commands.insert(CommandId(id), found);
                offset += length;
            }
            let blocks = Blocks::of(&index);
            for (position, event) in (1_000_u64..).zip(&events) {
                let id = Uuid::from_u128(u128::from(position));
                let hash = command_hash(CommandId(id));
                prop_assert!(blocks.filter.may_have(hash));
                let block = &blocks.commands[block_of(hash, blocks.extent.commands) as usize];
                prop_assert_eq!(find_command(block, CommandId(id), 1_000), index.commands.get(&CommandId(id)).copied());
                let block = &blocks.events[block_of(event_hash(EventId(id)), blocks.extent.events) as usize];
                prop_assert_eq!(find_event(block, EventId(id)), Some((position - 1_000) as u32));
                let tag = format!("tag:{}", event.0);
                let hash = tag_hash(&tag);
                prop_assert!(blocks.filter.may_have(hash));
                let block = &blocks.tags[block_of(hash, blocks.extent.tags) as usize];
                let found = find_tag(block, &tag).unwrap();
                prop_assert_eq!(found.len(), events.iter().filter(|other| other.0 == event.0).count());
                for posting in found {
                    prop_assert_eq!(events[posting.ordinal as usize].0, event.0);
                    prop_assert_eq!(usize::from(posting.kind), events[posting.ordinal as usize].1);
                    prop_assert_eq!(posting.offset, index.places[posting.ordinal as usize].offset);
                }
            }
            let stranger = CommandId(Uuid::from_u128(1));
            let block = &blocks.commands[block_of(command_hash(stranger), blocks.extent.commands) as usize];
            prop_assert_eq!(find_command(block, stranger, 1_000), None);
            let block = &blocks.tags[block_of(tag_hash("none"), blocks.extent.tags) as usize];
            prop_assert_eq!(find_tag(block, "none"), Some(Vec::new()));
        }
    }
}
