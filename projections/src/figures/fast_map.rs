//! A hash map for millions of look-ups by small keys of our own making, which need no protection
//! against chosen collisions.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// See the module.
pub(crate) type FastMap<K, V> = HashMap<K, V, BuildHasherDefault<Folded>>;

/// Folds each word into the state by a multiplication of 64 by 64 bits.
#[derive(Clone, Default)]
pub(crate) struct Folded(u64);

impl Folded {
    fn fold(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * 0x9E37_79B9_7F4A_7C15;
        let [low, high] = [product, product >> 64].map(|half| half & u128::from(u64::MAX));
        self.0 = u64::try_from(low ^ high).unwrap_or_default();
    }
}

impl Hasher for Folded {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.fold(u64::from(*byte));
        }
    }
    fn write_u32(&mut self, word: u32) {
        self.fold(u64::from(word));
    }
    fn write_u64(&mut self, word: u64) {
        self.fold(word);
    }
    fn write_u128(&mut self, word: u128) {
        let bytes = word.to_le_bytes();
        let (low, high) = bytes.split_at(8);
        for half in [low, high] {
            self.fold(half.try_into().map_or(0, u64::from_le_bytes));
        }
    }
}
