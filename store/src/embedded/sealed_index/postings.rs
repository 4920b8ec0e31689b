//! Posting lists as bytes: per event the step to its ordinal and the step to its offset, in as few
//! bytes as they need (LEB128), cut into pieces that suit sled.

/// Values under about 4 KB suit sled best.
const PIECE_BYTES: usize = 3_500;

/// One event in a posting list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Posting {
    /// Which event of the segment, from 0.
    pub(super) ordinal: u32,
    /// Where its line begins.
    pub(super) offset: u32,
}

/// Cuts a list into pieces; each comes with the ordinal of its first event.
pub(super) fn pieces(postings: impl Iterator<Item = Posting>) -> Vec<(u32, Vec<u8>)> {
    let mut pieces: Vec<(u32, Vec<u8>)> = Vec::new();
    let mut before = Posting {
        ordinal: 0,
        offset: 0,
    };
    for posting in postings {
        let full = pieces
            .last()
            .is_none_or(|(_, piece)| piece.len() > PIECE_BYTES);
        if full {
            pieces.push((posting.ordinal, Vec::new()));
            before = Posting {
                ordinal: 0,
                offset: 0,
            };
        }
        if let Some((_, piece)) = pieces.last_mut() {
            push(piece, posting.ordinal - before.ordinal);
            push(piece, posting.offset - before.offset);
        }
        before = posting;
    }
    pieces
}

/// Reads one piece.
pub(super) fn read(mut piece: &[u8], into: &mut Vec<Posting>) -> Option<()> {
    let mut before = Posting {
        ordinal: 0,
        offset: 0,
    };
    while !piece.is_empty() {
        before = Posting {
            ordinal: before.ordinal.checked_add(pull(&mut piece)?)?,
            offset: before.offset.checked_add(pull(&mut piece)?)?,
        };
        into.push(before);
    }
    Some(())
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

    use super::*;

    proptest! {
        #[test]
        fn what_is_cut_into_pieces_is_read_again(steps in prop::collection::vec((1_u32..900, 1_u32..70_000), 0..6_000)) {
            let mut last = Posting { ordinal: 0, offset: 0 };
            let list: Vec<Posting> = steps
                .into_iter()
                .map(|(ordinal, offset)| {
                    last = Posting { ordinal: last.ordinal + ordinal, offset: last.offset + offset };
                    last
                })
                .collect();
            let mut again = Vec::new();
            for (first, piece) in pieces(list.iter().copied()) {
                prop_assert!(piece.len() < 4_000);
                prop_assert_eq!(list[again.len()].ordinal, first);
                prop_assert!(read(&piece, &mut again).is_some());
            }
            prop_assert_eq!(again, list);
        }
    }
}
