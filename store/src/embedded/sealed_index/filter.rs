//! A filter per segment: says for sure that a name is not in it, without touching sled. Every new
//! command is looked up in every segment, and is in none.

/// Bits per name; with [`PROBES`] about 1 name in 2,000 is looked for in vain: a large log has many
/// segments, and each new command is looked up in all of them.
const BITS: usize = 16;
/// How many bits stand for a name.
const PROBES: u64 = 11;

/// A Bloom filter over hashes of names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Filter(Vec<u8>);

/// The stable hash of a name; `kind` keeps commands and tags apart. It is stored, in filters and
/// as the choice of a block: another hash needs another layout.
pub(crate) fn hash(kind: u8, name: &[u8]) -> u64 {
    // FNV-1a, and a finish that spreads it over all bits (SplitMix64).
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in std::iter::once(&kind).chain(name) {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

impl Filter {
    /// An empty filter for so many names.
    pub(super) fn for_names(names: usize) -> Self {
        Self(vec![0; (names * BITS).div_ceil(8).max(1)])
    }

    /// A stored one.
    pub(super) fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        if bytes.is_empty() {
            return None;
        }
        Some(Self(bytes))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn add(&mut self, hash: u64) {
        for bit in bits(hash, self.0.len()) {
            self.0[bit / 8] |= 1 << (bit % 8);
        }
    }

    /// Whether the name may be there; `false` is sure.
    pub(crate) fn may_have(&self, hash: u64) -> bool {
        bits(hash, self.0.len()).all(|bit| self.0[bit / 8] & (1 << (bit % 8)) != 0)
    }
}

fn bits(hash: u64, bytes: usize) -> impl Iterator<Item = usize> {
    let bits = bytes as u64 * 8;
    let step = (hash >> 32) | 1;
    (0..PROBES).map(move |probe| (hash.wrapping_add(probe.wrapping_mul(step)) % bits) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_was_added_is_missed_and_little_else_is_found() {
        let mut filter = Filter::for_names(5_000);
        let name = |n: u32| hash(b'c', &n.to_be_bytes());
        for n in 0..5_000 {
            filter.add(name(n));
        }
        assert!((0..5_000).all(|n| filter.may_have(name(n))));
        let wrong = (5_000..15_000)
            .filter(|n| filter.may_have(name(*n)))
            .count();
        assert!(wrong < 30, "{wrong} of 10,000");
        assert_ne!(hash(b'c', b"x"), hash(b't', b"x"));
    }
}
