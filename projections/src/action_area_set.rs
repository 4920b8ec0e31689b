//! A set of action areas (Handlungsfelder) in four bytes.

use querschnitt_domain::values::ActionArea;

/// A set of action areas. The list has fewer than 32 values; a test says so when it grows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ActionAreaSet(u32);

impl ActionAreaSet {
    /// The set without any.
    pub const EMPTY: Self = Self(0);

    /// Whether it has none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many it has.
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether it has this one.
    #[must_use]
    pub const fn contains(self, area: ActionArea) -> bool {
        self.0 & Self::bit(area) != 0
    }

    /// Whether the two have one in common.
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Its areas, in the order of the list.
    pub fn iter(self) -> impl Iterator<Item = ActionArea> {
        (0_u16..32)
            .filter(move |index| self.0 & (1 << index) != 0)
            .filter_map(ActionArea::at)
    }

    /// One bit for each area, at its place in the list.
    pub(crate) const fn bits(self) -> u32 {
        self.0
    }

    const fn bit(area: ActionArea) -> u32 {
        1_u32.wrapping_shl(area.index() as u32)
    }
}

impl FromIterator<ActionArea> for ActionAreaSet {
    fn from_iter<I: IntoIterator<Item = ActionArea>>(areas: I) -> Self {
        Self(
            areas
                .into_iter()
                .fold(0, |bits, area| bits | Self::bit(area)),
        )
    }
}

impl<'a> FromIterator<&'a ActionArea> for ActionAreaSet {
    fn from_iter<I: IntoIterator<Item = &'a ActionArea>>(areas: I) -> Self {
        areas.into_iter().copied().collect()
    }
}

impl std::fmt::Debug for ActionAreaSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_area_has_a_bit_of_its_own() {
        let all: ActionAreaSet = ActionArea::all().collect();
        assert_eq!(all.len(), ActionArea::all().count());
        assert!(all.iter().eq(ActionArea::all()));
    }
}
