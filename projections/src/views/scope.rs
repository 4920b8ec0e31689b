//! What of the book exists for a reader.

use std::collections::HashSet;

use querschnitt_domain::{CentreKey, RecordId, RecordKind};

use crate::dimension::CentreSet;

/// A set of kinds of records.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Kinds(u32);

impl Kinds {
    /// Every kind.
    #[must_use]
    pub fn all() -> Self {
        RecordKind::ALL.into_iter().collect()
    }

    /// Whether this kind is in it.
    #[must_use]
    pub const fn has(self, kind: RecordKind) -> bool {
        self.0 & (1 << kind as u32) != 0
    }
}

impl FromIterator<RecordKind> for Kinds {
    fn from_iter<I: IntoIterator<Item = RecordKind>>(kinds: I) -> Self {
        Self(
            kinds
                .into_iter()
                .fold(0, |bits, kind| bits | 1 << kind as u32),
        )
    }
}

/// Single records.
pub type RecordSet = HashSet<RecordId>;

/// What exists for a reader: in some centres every record of some kinds, and single records beside them.
/// Whatever is not in it does not exist, in lists, counts, searches and histories alike.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The centres; records of others do not exist.
    pub centres: CentreSet,
    /// Of these kinds every record exists.
    pub kinds: Kinds,
    /// Of other kinds only these do.
    pub single: Option<&'a RecordSet>,
}

impl<'a> Scope<'a> {
    /// Everything in these centres.
    #[must_use]
    pub fn of(centres: CentreSet) -> Self {
        Self {
            centres,
            kinds: Kinds::all(),
            single: None,
        }
    }

    /// Whether this record of this centre exists for the reader.
    #[must_use]
    pub fn contains(self, centre: CentreKey, record: RecordId) -> bool {
        self.centres.contains(centre) && (self.kinds.has(record.kind) || self.has_single(record))
    }

    /// Whether this is one of the single records.
    pub(super) fn has_single(self, record: RecordId) -> bool {
        self.single.is_some_and(|single| single.contains(&record))
    }

    /// The records of a kind that exist one by one; `None` where all of them do.
    pub(super) fn singles(self, kind: RecordKind) -> Option<impl Iterator<Item = RecordId> + 'a> {
        if self.kinds.has(kind) {
            return None;
        }
        let single = self.single.into_iter().flatten().copied();
        Some(single.filter(move |record| record.kind == kind))
    }
}
