//! A table of rows by record id: every row that ever stood, and which one stands now.

use std::collections::HashMap;

use hashbrown::HashTable;
use querschnitt_domain::{
    ActorId, AgreementId, ConsultationId, DeputyId, GlassId, GrantId, LetterheadId, MachineTokenId,
    MeetingId, NetworkId, OrderId, OrganisationId, ReviewId, UnitId,
};
use uuid::Uuid;

use crate::digest::{Canonical, Digested};
use crate::known::Known;

/// A row of a table.
pub trait Row {
    /// The id of the record the row is about.
    type Id: Key;
    /// Which record it is about.
    fn id(&self) -> Self::Id;
    /// When it was known.
    fn known(&self) -> Known;
    /// For the table, which ends rows.
    #[doc(hidden)]
    fn known_mut(&mut self) -> &mut Known;
}

/// All rows of one kind, in the order in which they became known.
///
/// Row numbers are 32 bits wide: the log's readers stop long before (see `State::apply`).
#[derive(Debug)]
pub struct Rows<R> {
    rows: Vec<R>,
    /// Record id → its newest row. Holds row numbers only; the key is read from the row.
    newest: HashTable<u32>,
    /// Row → the row of the same record before it, for the few records that have one.
    earlier: HashMap<u32, u32>,
}

impl<R> Default for Rows<R> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            newest: HashTable::new(),
            earlier: HashMap::new(),
        }
    }
}

impl<R: Row> Rows<R> {
    /// The row that stands now.
    #[must_use]
    pub fn current(&self, id: R::Id) -> Option<&R> {
        self.newest(id).filter(|row| row.known().is_current())
    }

    /// The newest row, also when it was retracted.
    #[must_use]
    pub fn newest(&self, id: R::Id) -> Option<&R> {
        self.newest_number(id).and_then(|number| self.get(number))
    }

    /// The row that stood at `position`.
    #[must_use]
    pub fn at(&self, id: R::Id, position: u64) -> Option<&R> {
        self.versions(id).find(|row| row.known().at(position))
    }

    /// Every row of the record, the newest first.
    pub fn versions(&self, id: R::Id) -> impl Iterator<Item = &R> {
        std::iter::successors(self.newest_number(id), |number| {
            self.earlier.get(number).copied()
        })
        .filter_map(|number| self.get(number))
    }

    /// Every row that stands now, in the order in which they became known.
    pub fn all(&self) -> impl Iterator<Item = &R> {
        self.rows.iter().filter(|row| row.known().is_current())
    }

    /// Every row that stood at `position`, in the order in which they became known.
    pub fn all_at(&self, position: u64) -> impl Iterator<Item = &R> {
        // Rows lie in the order of `known.from`, so later ones need not be looked at.
        let end = self
            .rows
            .partition_point(|row| row.known().from() <= position);
        self.rows
            .iter()
            .take(end)
            .filter(move |row| row.known().at(position))
    }

    /// Every row there ever was, in the order in which they became known.
    #[must_use]
    pub fn history(&self) -> &[R] {
        &self.rows
    }

    /// The row with this number.
    pub(crate) fn get(&self, number: u32) -> Option<&R> {
        self.rows.get(number as usize)
    }

    /// The number of the record's newest row.
    pub(crate) fn newest_number(&self, id: R::Id) -> Option<u32> {
        self.newest
            .find(id.hash(), |number| self.id_of(*number) == Some(id))
            .copied()
    }

    /// Takes a row in; it ends the row of the same record that stood until now.
    pub(crate) fn put(&mut self, row: R) {
        let (id, from) = (row.id(), row.known().from());
        self.end(id, from);
        // Never cut off in practice: positions stop at 32 bits, and an event makes few rows.
        let number = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let before = self.newest_number(id);
        self.rows.push(row);
        if let Some(before) = before {
            self.earlier.insert(number, before);
            if let Some(newest) = self.newest.find_mut(id.hash(), |found| *found == before) {
                *newest = number;
            }
        } else {
            let rows = &self.rows;
            self.newest.insert_unique(id.hash(), number, |number| {
                rows.get(*number as usize).map_or(0, |row| row.id().hash())
            });
        }
    }

    /// Ends the row of the record that stands now, if one does.
    pub(crate) fn end(&mut self, id: R::Id, position: u64) {
        self.end_with(id, position, |_| {});
    }

    /// [`Rows::end`] of a row that says how it ended.
    pub(crate) fn end_with(&mut self, id: R::Id, position: u64, how: impl FnOnce(&mut R)) {
        if let Some(number) = self.newest_number(id)
            && let Some(row) = self.rows.get_mut(number as usize)
        {
            if row.known().is_current() {
                how(row);
            }
            row.known_mut().end(position);
        }
    }

    /// Every row there ever was, and what is found by looking one up.
    pub(super) fn digest(&self, name: &str, to: &mut Canonical)
    where
        R: Digested,
    {
        to.table(name, &self.rows);
        for (number, row) in (0_u32..).zip(&self.rows) {
            for found in [
                self.newest_number(row.id()),
                self.earlier.get(&number).copied(),
            ] {
                to.option(found, |to, found| {
                    to.place(found);
                });
            }
            to.spill();
        }
    }

    fn id_of(&self, number: u32) -> Option<R::Id> {
        self.get(number).map(Row::id)
    }
}

/// What a table is looked up by.
pub trait Key: Copy + Eq {
    /// Ids are random or hashes already, so mixing their bits is enough.
    fn hash(self) -> u64;
}

/// See [`Key::hash`].
pub(crate) fn mix(id: Uuid) -> u64 {
    let (high, low) = id.as_u64_pair();
    (high ^ low.rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

macro_rules! keys {
    ($($id:ty),+) => {$(
        impl Key for $id {
            fn hash(self) -> u64 {
                mix(self.0)
            }
        }
    )+};
}

keys!(
    OrganisationId,
    ConsultationId,
    NetworkId,
    MeetingId,
    AgreementId,
    ReviewId,
    LetterheadId,
    ActorId,
    GrantId,
    DeputyId,
    MachineTokenId,
    OrderId,
    GlassId,
    UnitId
);
