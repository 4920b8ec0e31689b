//! How the asking person stands to what is asked about.

/// One way to stand to a record; the conditions of the access matrix (`domain.md` 11.2). Whoever asks
/// works out which hold; the policies say what follows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Relation {
    /// It is of the centre the role is held in.
    Centre,
    /// Recorded or led by this person, or by the person represented.
    Own,
    /// Released to this person's organisation, and the release still holds.
    Released,
    /// This person's organisation takes part: in the network, or in the review.
    Invited,
    /// Put before the steering group the person sits in.
    Body,
    /// Break-glass of the head runs.
    Glass,
    /// A documented request of the person or an audit order is open and covers it.
    Request,
    /// From a submitted report.
    Submitted,
    /// Through disclosure control.
    Suppressed,
    /// A proof for a report received.
    Receipt,
    /// Locking and resetting, never content.
    Technical,
    /// Accepting or querying a report that was handed to this person's office.
    Accept,
    /// It concerns the whole installation, not one centre.
    All,
}

impl Relation {
    /// All relations.
    pub const ALL: [Self; 13] = [
        Self::Centre,
        Self::Own,
        Self::Released,
        Self::Invited,
        Self::Body,
        Self::Glass,
        Self::Request,
        Self::Submitted,
        Self::Suppressed,
        Self::Receipt,
        Self::Technical,
        Self::Accept,
        Self::All,
    ];

    /// The word of the matrix; also the name in the policies.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Centre => "centre",
            Self::Own => "own",
            Self::Released => "released",
            Self::Invited => "invited",
            Self::Body => "body",
            Self::Glass => "glass",
            Self::Request => "request",
            Self::Submitted => "submitted",
            Self::Suppressed => "suppressed",
            Self::Receipt => "receipt",
            Self::Technical => "technical",
            Self::Accept => "accept",
            Self::All => "all",
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// Which relations hold; none by default.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Relations(u16);

impl Relations {
    /// No relation at all: a record of strangers.
    pub const NONE: Self = Self(0);

    /// How many sets of relations there are.
    pub(crate) const COUNT: usize = 1 << Relation::ALL.len();

    /// These relations.
    #[must_use]
    pub fn of(relations: impl IntoIterator<Item = Relation>) -> Self {
        relations.into_iter().fold(Self::NONE, Self::with)
    }

    /// These and one more.
    #[must_use]
    pub const fn with(self, relation: Relation) -> Self {
        Self(self.0 | relation.bit())
    }

    /// These and one more, if it holds.
    #[must_use]
    pub const fn with_if(self, relation: Relation, holds: bool) -> Self {
        if holds { self.with(relation) } else { self }
    }

    /// Whether this relation holds.
    #[must_use]
    pub const fn has(self, relation: Relation) -> bool {
        self.0 & relation.bit() != 0
    }

    /// Whether all of these hold.
    #[must_use]
    pub const fn has_all(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The place of this set among all, below [`Relations::COUNT`].
    pub(crate) const fn place(self) -> usize {
        self.0 as usize
    }
}

impl std::ops::BitOr for Relations {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in() {
        let set = Relations::of([Relation::Centre, Relation::All]);
        for relation in Relation::ALL {
            let held = relation == Relation::Centre || relation == Relation::All;
            assert_eq!(set.has(relation), held, "{relation:?}");
            assert!(Relations::NONE.with(relation).place() < Relations::COUNT);
        }
        assert!(set.has_all(Relations::of([Relation::All])));
        assert!(!set.has_all(Relations::of([Relation::All, Relation::Own])));
        assert_eq!(set, set.with_if(Relation::Own, false));
    }
}
