//! The order of lists by a day of their rows, kept per centre.

use std::collections::BTreeMap;
use std::ops::Bound;

use querschnitt_domain::CENTRES;
use time::Date;

use super::page::{Cursor, Direction, Listed, SortKey};
use crate::digest::Canonical;
use crate::dimension::CentreSet;
use crate::facts::Rows;

/// A place in the order: the day, then the position at which the record was recorded.
type Place = (Date, u32);

/// From this day on, and before that one.
pub(super) type Between = (Option<Date>, Option<Date>);

/// The rows that stand, in the order of a day of theirs.
#[derive(Debug)]
pub(super) struct ByDay {
    by_centre: Vec<Order>,
}

/// The order of one centre. There are few days and many rows: a tree of days with the rows of each
/// in a vector is smaller and filled faster than a tree of rows.
#[derive(Clone, Debug, Default)]
struct Order {
    days: BTreeMap<Date, Vec<Entry>>,
    rows: usize,
}

/// A row of a day. The entries of a day are in the order of `recorded`.
#[derive(Clone, Copy, Debug)]
struct Entry {
    recorded: u32,
    number: u32,
}

impl Order {
    fn insert(&mut self, (day, recorded): Place, number: u32) {
        let entries = self.days.entry(day).or_default();
        let at = entries.partition_point(|entry| entry.recorded < recorded);
        entries.insert(at, Entry { recorded, number });
        self.rows += 1;
    }

    fn remove(&mut self, (day, recorded): Place) {
        let Some(entries) = self.days.get_mut(&day) else {
            return;
        };
        if let Ok(at) = entries.binary_search_by_key(&recorded, |entry| entry.recorded) {
            entries.remove(at);
            self.rows -= 1;
        }
        if entries.is_empty() {
            self.days.remove(&day);
        }
    }

    /// The rows at `low` and behind it, before `high`.
    fn range(
        &self,
        low: Place,
        high: Option<Place>,
    ) -> impl DoubleEndedIterator<Item = (Place, u32)> {
        let last = match high {
            // The tree takes no range that ends before it begins.
            Some(high) => Bound::Included(high.0.max(low.0)),
            None => Bound::Unbounded,
        };
        self.days
            .range((Bound::Included(low.0), last))
            .flat_map(|(day, entries)| {
                let place = |entry: &Entry| ((*day, entry.recorded), entry.number);
                entries.iter().map(place)
            })
            .filter(move |(place, _)| low <= *place && high.is_none_or(|high| *place < high))
    }
}

impl Default for ByDay {
    fn default() -> Self {
        Self {
            by_centre: vec![Order::default(); CENTRES.len()],
        }
    }
}

impl ByDay {
    pub(super) fn digest(&self, to: &mut Canonical) {
        for Order { days, rows } in &self.by_centre {
            to.number(*rows as u64).number(days.len() as u64);
            for (day, entries) in days {
                to.day(*day).number(entries.len() as u64);
                for Entry { recorded, number } in entries {
                    to.place(*recorded).place(*number).spill();
                }
            }
        }
    }

    /// Follows the event at `position`, after the rows have: what it ended goes, what it put comes. A row without
    /// a day is not in the order.
    pub(super) fn follow<R: Listed>(
        &mut self,
        rows: &Rows<R>,
        id: R::Id,
        position: u64,
        day: impl Fn(&R) -> Option<Date>,
    ) {
        let place = |row: &R| Some((day(row)?, u32::try_from(row.recorded()).ok()?));
        for row in rows.versions(id).take(2) {
            if row.known().until() == Some(position)
                && let Some(place) = place(row)
                && let Some(order) = self.by_centre.get_mut(row.centre().index())
            {
                order.remove(place);
            }
        }
        if let Some(number) = rows.newest_number(id)
            && let Some(row) = rows.get(number)
            && row.known().from() == position
            && let Some(place) = place(row)
            && let Some(order) = self.by_centre.get_mut(row.centre().index())
        {
            order.insert(place, number);
        }
    }

    /// The numbers of the rows of these centres with their day in `from..to`, behind `after`, in
    /// order.
    pub(super) fn scan(
        &self,
        scope: CentreSet,
        (from, to): Between,
        direction: Direction,
        after: Option<&Cursor>,
    ) -> impl Iterator<Item = u32> {
        let mut low = (from.unwrap_or(Date::MIN), 0);
        let mut high = to.map(|to| (to, 0));
        if let Some(Cursor {
            key: SortKey::Day(day),
            recorded,
        }) = after
        {
            let place = (*day, u32::try_from(*recorded).unwrap_or(u32::MAX));
            match direction {
                Direction::Ascending => low = low.max((place.0, place.1.saturating_add(1))),
                Direction::Descending => high = Some(high.map_or(place, |high| high.min(place))),
            }
        }
        let mut orders: Vec<_> = self
            .of(scope)
            .map(|order| order.range(low, high))
            .map(|range| match direction {
                Direction::Ascending => Way::Forward(range),
                Direction::Descending => Way::Backward(range.rev()),
            })
            .map(Iterator::peekable)
            .collect();
        std::iter::from_fn(move || {
            let places = orders.iter_mut().enumerate();
            let places = places.filter_map(|(index, order)| Some((order.peek()?.0, index)));
            let (_, index) = match direction {
                Direction::Ascending => places.min(),
                Direction::Descending => places.max(),
            }?;
            orders.get_mut(index)?.next().map(|(_, number)| number)
        })
    }

    /// The numbers of the rows of these centres with their day in `from..to`, in no order.
    pub(super) fn within(
        &self,
        scope: CentreSet,
        (from, to): Between,
    ) -> impl Iterator<Item = u32> {
        let low = (from.unwrap_or(Date::MIN), 0);
        let high = to.map(|to| (to, 0));
        self.of(scope)
            .flat_map(move |order| order.range(low, high))
            .map(|(_, number)| number)
    }

    /// How many rows of these centres stand.
    pub(super) fn count(&self, scope: CentreSet) -> usize {
        self.of(scope).map(|order| order.rows).sum()
    }

    fn of(&self, scope: CentreSet) -> impl Iterator<Item = &Order> {
        scope
            .iter()
            .filter_map(|centre| self.by_centre.get(centre.index()))
    }
}

/// A range read in one of two directions.
enum Way<F, B> {
    Forward(F),
    Backward(B),
}

impl<T, F: Iterator<Item = T>, B: Iterator<Item = T>> Iterator for Way<F, B> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        match self {
            Self::Forward(range) => range.next(),
            Self::Backward(range) => range.next(),
        }
    }
}
