//! One page of a list: who reads, which piece, and cursors that name a place in the order.

use querschnitt_domain::{CentreKey, RecordId, RecordKind};
use time::Date;

use super::scope::Scope;
use crate::dimension::CentreSet;
use crate::facts::{
    AccountRow, AgreementRow, ConsultationRow, GlassRow, LetterheadRow, MeetingRow, NetworkRow,
    OrderRow, OrganisationRow, ReviewRow, Row, Rows, UnitRow,
};

/// What exists for the reader, and as of which position.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// What exists for the reader.
    pub scope: Scope<'a>,
    /// As known once the event at this position was known; `None`: now. Reads more slowly.
    pub as_of: Option<u64>,
}

impl Seen<'_> {
    /// All that stands now in these centres.
    #[must_use]
    pub fn now(centres: CentreSet) -> Self {
        let scope = Scope::of(centres);
        Self { scope, as_of: None }
    }

    /// The position, where a look-up takes one.
    #[must_use]
    pub const fn position(self) -> u64 {
        match self.as_of {
            Some(position) => position,
            None => u64::MAX,
        }
    }

    /// The record's row, if the reader may see it and it stood then.
    #[must_use]
    pub fn row<R: Listed>(self, rows: &Rows<R>, id: R::Id) -> Option<&R> {
        rows.at(id, self.position()).filter(|row| self.sees(*row))
    }

    /// Whether every record of this kind that stands now in the centres exists for the reader.
    pub(super) const fn is_whole(self, kind: RecordKind) -> bool {
        self.as_of.is_none() && self.scope.kinds.has(kind)
    }

    /// Whether the row's record exists for the reader.
    pub(super) fn sees<R: Listed>(self, row: &R) -> bool {
        self.scope.contains(row.centre(), row.record())
    }
}

/// A row that lists show.
pub trait Listed: Row {
    /// In whose book it is.
    fn centre(&self) -> CentreKey;
    /// Which record it is about.
    fn record(&self) -> RecordId;
    /// The position of the event that recorded it: its place where nothing else decides.
    fn recorded(&self) -> u64;
}

macro_rules! listed {
    ($($row:ty),+) => {$(
        impl Listed for $row {
            fn centre(&self) -> CentreKey {
                self.centre
            }
            fn record(&self) -> RecordId {
                self.id.record()
            }
            fn recorded(&self) -> u64 {
                self.recorded
            }
        }
    )+};
}

listed!(
    OrganisationRow,
    ConsultationRow,
    NetworkRow,
    MeetingRow,
    AgreementRow,
    ReviewRow,
    LetterheadRow,
    AccountRow,
    OrderRow,
    GlassRow,
    UnitRow
);

/// Which way a list is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Direction {
    /// Small to large, early to late.
    #[default]
    Ascending,
    /// The other way round.
    Descending,
}

/// What a list is ordered by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SortKey {
    /// By when it was recorded, and nothing else.
    Recorded,
    /// By a day.
    Day(Date),
    /// By a name in search form.
    Name(Box<str>),
}

/// A place in a list. It stays a place when its record is gone or has moved.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Cursor {
    /// The key the list is ordered by.
    pub key: SortKey,
    /// The position at which the record was recorded: no two have the same.
    pub recorded: u64,
}

impl Cursor {
    /// As bytes, for a token that is sealed before it leaves the server (a name may be in it).
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.recorded.to_be_bytes().to_vec();
        match &self.key {
            SortKey::Recorded => bytes.push(0),
            SortKey::Day(day) => {
                bytes.push(1);
                bytes.extend_from_slice(&day.to_julian_day().to_be_bytes());
            }
            SortKey::Name(name) => {
                bytes.push(2);
                bytes.extend_from_slice(name.as_bytes());
            }
        }
        bytes
    }

    /// From [`Cursor::to_bytes`]; `None` when it is not such bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (recorded, rest) = bytes.split_first_chunk::<8>()?;
        let (kind, rest) = rest.split_first()?;
        let key = match kind {
            0 if rest.is_empty() => SortKey::Recorded,
            1 => {
                SortKey::Day(Date::from_julian_day(i32::from_be_bytes(rest.try_into().ok()?)).ok()?)
            }
            2 => SortKey::Name(std::str::from_utf8(rest).ok()?.into()),
            _ => return None,
        };
        Some(Self {
            key,
            recorded: u64::from_be_bytes(*recorded),
        })
    }
}

/// Which piece of a list.
#[derive(Clone, Debug, Default)]
pub struct Slice {
    /// Which way it is read.
    pub direction: Direction,
    /// Behind which place.
    pub after: Option<Cursor>,
    /// How many rows at most.
    pub first: usize,
}

impl Slice {
    /// Whether this place lies behind [`Slice::after`].
    fn has_yet_to_come(&self, place: &Cursor) -> bool {
        match (&self.after, self.direction) {
            (None, _) => true,
            (Some(after), Direction::Ascending) => place > after,
            (Some(after), Direction::Descending) => place < after,
        }
    }
}

/// A piece of a list.
#[derive(Debug)]
pub struct Page<'a, R> {
    /// The rows with their places.
    pub rows: Vec<(Cursor, &'a R)>,
    /// Whether there are rows behind the last one.
    pub has_more: bool,
}

impl<'a, R: Listed> Page<'a, R> {
    /// From rows that come in the order of the list and begin behind the slice's place.
    pub(super) fn of_ordered(
        rows: impl Iterator<Item = &'a R>,
        key: impl Fn(&R) -> SortKey,
        first: usize,
    ) -> Self {
        let mut rows: Vec<_> = rows
            .take(first.saturating_add(1))
            .map(|row| (place(row, &key), row))
            .collect();
        let has_more = rows.len() > first;
        rows.truncate(first);
        Self { rows, has_more }
    }

    /// From rows in any order.
    pub(super) fn of_unordered(
        rows: impl Iterator<Item = &'a R>,
        key: impl Fn(&R) -> SortKey,
        slice: &Slice,
    ) -> Self {
        let mut rows: Vec<_> = rows
            .map(|row| (place(row, &key), row))
            .filter(|(place, _)| slice.has_yet_to_come(place))
            .collect();
        let order = |a: &(Cursor, &R), b: &(Cursor, &R)| match slice.direction {
            Direction::Ascending => a.0.cmp(&b.0),
            Direction::Descending => b.0.cmp(&a.0),
        };
        let has_more = rows.len() > slice.first;
        if has_more {
            // Only the rows of the page have to be sorted.
            rows.select_nth_unstable_by(slice.first, order);
            rows.truncate(slice.first);
        }
        rows.sort_unstable_by(order);
        Self { rows, has_more }
    }
}

fn place<R: Listed>(row: &R, key: impl Fn(&R) -> SortKey) -> Cursor {
    Cursor {
        key: key(row),
        recorded: row.recorded(),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn a_cursor_survives_its_bytes_and_nothing_else_is_one() {
        for key in [
            SortKey::Recorded,
            SortKey::Day(date!(2026 - 11 - 20)),
            SortKey::Name("AWO BIELEFELD".into()),
        ] {
            let cursor = Cursor { key, recorded: 42 };
            assert_eq!(Cursor::from_bytes(&cursor.to_bytes()), Some(cursor));
        }
        for bytes in [&[][..], &[0; 8], &[9; 9], &[1; 10], &[0; 10]] {
            assert_eq!(Cursor::from_bytes(bytes), None, "{bytes:?}");
        }
    }
}
