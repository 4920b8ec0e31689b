//! Small, fast and repeatable random numbers (SplitMix64), so that every run sees the same history.

use querschnitt_domain::{Code, List};
use uuid::Uuid;

/// A generator; the same seed gives the same numbers.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// One that no run had before: for ids that must not come twice.
    pub(crate) fn fresh() -> Self {
        Self(Uuid::new_v4().as_u64_pair().0)
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) const fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub(crate) const fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }

    /// A number from 0 to `bound - 1`.
    pub(crate) fn count(&mut self, bound: u16) -> u16 {
        u16::try_from(self.below(u64::from(bound))).unwrap_or_default()
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let at = usize::try_from(self.below(from.len().max(1) as u64)).unwrap_or_default();
        from.get(at)
    }

    /// A random UUID (version 4), as clients make them for their commands.
    pub(crate) fn uuid(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    /// A UUID as the decisions make them: version 7, so that ids rise with time.
    pub(crate) fn record_id(&mut self, milliseconds: u64) -> Uuid {
        let mut tail = [0; 10];
        tail.copy_from_slice(&self.bytes()[..10]);
        uuid::Builder::from_unix_timestamp_millis(milliseconds, &tail).into_uuid()
    }

    pub(crate) fn bytes(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.next().to_le_bytes());
        bytes[8..].copy_from_slice(&self.next().to_le_bytes());
        bytes
    }

    /// Any value of a list; `None` only for an empty list.
    pub(crate) fn code<L: List>(&mut self) -> Option<Code<L>> {
        let count = Code::<L>::all().count().max(1) as u64;
        Code::at(u16::try_from(self.below(count)).unwrap_or_default())
    }
}
