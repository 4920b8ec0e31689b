//! What an answer shows of which records: noted by the resolvers while they work, written to the access
//! log before the answer leaves.
//!
//! A resolver that hands out a record's fields calls `seen`; nothing else has to be known of the log.

mod recorder;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::Context;
use querschnitt_domain::RecordId;
use querschnitt_policy::Cell;

pub use recorder::{AccessRecorder, AccessRefused};

/// Notes that an answer shows something of a record.
pub(crate) fn seen(context: &Context<'_>, record: RecordId, cell: Cell) {
    if let Some(seen) = context.data_opt::<Arc<Seen>>() {
        seen.note(record, cell);
    }
}

/// Notes that texts of a class are searched. That looks into all of them, whatever is found or shown, so it is an
/// entry of its own; the words are kept nowhere.
pub(crate) fn searched(context: &Context<'_>, cell: Cell) {
    if let Some(seen) = context.data_opt::<Arc<Seen>>() {
        let mut noted = seen.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.searched |= 1 << cell as u32;
    }
}

/// What the answers of one operation show. Cheap to note in; each record is kept once.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<Noted>);

#[derive(Debug, Default)]
struct Noted {
    /// With the cells as bits.
    shown: Vec<(RecordId, u32)>,
    /// How many of them stand once and in order, from the front.
    settled: usize,
    /// The cells whose texts were searched, as bits.
    searched: u32,
}

/// So many notes are kept before repetitions are looked for.
const UNSETTLED: usize = 1_024;

impl Seen {
    /// Notes that something of a record is shown.
    pub(crate) fn note(&self, record: RecordId, cell: Cell) {
        let cell = 1 << cell as u32;
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A resolver mostly goes on with the record it is at.
        match noted.shown.last_mut() {
            Some((last, cells)) if *last == record => *cells |= cell,
            Some(_) | None => noted.shown.push((record, cell)),
        }
        // Amortised: each time at least half of them are new.
        if noted.shown.len() >= UNSETTLED.max(2 * noted.settled) {
            noted.settle();
        }
    }

    /// What was noted since the last time: records by the cells that were shown of them, as bits. No records
    /// where texts were searched.
    pub(crate) fn take(&self) -> BTreeMap<u32, Vec<RecordId>> {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.settle();
        let mut groups: BTreeMap<u32, Vec<RecordId>> = BTreeMap::new();
        for (record, cells) in noted.shown.drain(..) {
            groups.entry(cells).or_default().push(record);
        }
        noted.settled = 0;
        match std::mem::take(&mut noted.searched) {
            0 => {}
            searched => drop(groups.entry(searched).or_default()),
        }
        groups
    }
}

impl Noted {
    fn settle(&mut self) {
        self.shown.sort_unstable_by_key(|(record, _)| *record);
        self.shown.dedup_by(|(next, more), (record, cells)| {
            let same = next == record;
            if same {
                *cells |= *more;
            }
            same
        });
        self.settled = self.shown.len();
    }
}

#[cfg(test)]
mod tests {
    use querschnitt_domain::RecordKind;
    use querschnitt_domain::values::AccessCell;
    use uuid::Uuid;

    use super::*;

    fn record(kind: RecordKind, n: u128) -> RecordId {
        RecordId {
            kind,
            id: Uuid::from_u128(n),
        }
    }

    #[test]
    fn the_value_list_has_the_cells_of_the_policy_in_their_order() {
        assert_eq!(AccessCell::all().count(), Cell::ALL.len());
        for (cell, code) in Cell::ALL.into_iter().zip(AccessCell::all()) {
            let name = cell.as_str().replace(',', "_").to_uppercase();
            assert_eq!(code.as_str(), name);
            assert_eq!(usize::from(code.index()), cell as usize);
        }
    }

    #[test]
    fn each_record_is_kept_once_with_all_that_was_shown_of_it() {
        let seen = Seen::default();
        let (one, other) = (record(RecordKind::Review, 1), record(RecordKind::Review, 2));
        let advised = record(RecordKind::Organisation, 1);
        for _ in 0..3_000 {
            for (record, cell) in [
                (one, Cell::Review),
                (other, Cell::Review),
                (one, Cell::ReviewText),
                (advised, Cell::Organisation),
            ] {
                seen.note(record, cell);
            }
        }
        assert!(seen.0.lock().unwrap().shown.len() <= UNSETTLED);
        let bits = |cells: &[Cell]| cells.iter().map(|cell| 1 << *cell as u32).sum::<u32>();
        let expected = BTreeMap::from([
            (bits(&[Cell::Organisation]), vec![advised]),
            (bits(&[Cell::Review]), vec![other]),
            (bits(&[Cell::Review, Cell::ReviewText]), vec![one]),
        ]);
        assert_eq!(seen.take(), expected);
        assert!(seen.take().is_empty());
    }

    #[test]
    fn a_search_is_noted_once_and_without_records() {
        let seen = Seen::default();
        seen.0.lock().unwrap().searched |= 1 << Cell::ReviewText as u32;
        let expected = BTreeMap::from([(1 << Cell::ReviewText as u32, Vec::new())]);
        assert_eq!(seen.take(), expected);
        assert!(seen.take().is_empty());
    }

    #[test]
    fn many_different_records_are_all_kept() {
        let seen = Seen::default();
        for n in 0..20_000 {
            seen.note(record(RecordKind::Consultation, n % 10_000), Cell::Review);
        }
        let groups = seen.take();
        assert_eq!(groups.values().map(Vec::len).sum::<usize>(), 10_000);
    }
}
