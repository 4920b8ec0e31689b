//! Repeatable chance: the same number gives the same history.

/// SplitMix64, which is short and good enough for invented data.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice for a seed.
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `least` to `most`, both included.
    pub(crate) fn between(&mut self, least: i32, most: i32) -> i32 {
        let span = u64::from(most.abs_diff(least)) + 1;
        least.saturating_add(i32::try_from(self.next() % span).unwrap_or(0))
    }

    /// True in `percent` of 100 cases.
    pub(crate) fn happens(&mut self, percent: i32) -> bool {
        self.between(1, 100) <= percent
    }

    /// One of the entries, which must not be empty.
    pub(crate) fn one<T: Copy>(&mut self, entries: &[T]) -> T {
        let most = i32::try_from(entries.len()).unwrap_or(1) - 1;
        entries[usize::try_from(self.between(0, most)).unwrap_or(0)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_throws_within_their_bounds() {
        let throws = |seed| {
            let mut dice = Dice::new(seed);
            (0..1_000).map(|_| dice.between(-3, 7)).collect::<Vec<_>>()
        };
        assert_eq!(throws(1), throws(1));
        assert_ne!(throws(1), throws(2));
        for value in -3..=7 {
            assert!(throws(1).contains(&value));
        }
        assert!(throws(1).iter().all(|throw| (-3..=7).contains(throw)));
    }
}
