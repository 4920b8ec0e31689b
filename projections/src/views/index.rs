//! The orders that lists are read in, kept per centre: by day, and by when a record was recorded.

use std::collections::BTreeMap;

use querschnitt_domain::CENTRES;
use time::Date;

use super::page::{Cursor, Direction, Listed, SortKey};
use crate::dimension::CentreSet;
use crate::facts::Rows;

/// A place in the order by day: the day, then the position at which the record was recorded.
type Place = (Date, u32);

/// The rows that stand, in the order of a day of theirs.
#[derive(Debug)]
pub(super) struct ByDay {
    by_centre: Vec<BTreeMap<Place, u32>>,
}

impl Default for ByDay {
    fn default() -> Self {
        Self {
            by_centre: vec![BTreeMap::new(); CENTRES.len()],
        }
    }
}

impl ByDay {
    /// Follows the event at `position`, after the rows have: what it ended goes, what it put comes.
    pub(super) fn follow<R: Listed>(
        &mut self,
        rows: &Rows<R>,
        id: R::Id,
        position: u64,
        day: impl Fn(&R) -> Date,
    ) {
        let place = |row: &R| Some((day(row), u32::try_from(row.recorded()).ok()?));
        for row in rows.versions(id).take(2) {
            if row.known().until() == Some(position)
                && let Some(place) = place(row)
                && let Some(order) = self.by_centre.get_mut(row.centre().index())
            {
                order.remove(&place);
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
        (from, to): (Option<Date>, Option<Date>),
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
        let mut orders: Vec<_> = scope
            .iter()
            .filter_map(|centre| self.by_centre.get(centre.index()))
            // The tree takes no range that ends before it begins.
            .filter(|_| high.is_none_or(|high| low < high))
            .map(|order| match high {
                Some(high) => order.range(low..high),
                None => order.range(low..),
            })
            .map(|range| Next::of(range, direction))
            .collect();
        std::iter::from_fn(move || {
            let places = orders.iter().enumerate();
            let places = places.filter_map(|(index, next)| Some((next.place?, index)));
            let (_, index) = match direction {
                Direction::Ascending => places.min(),
                Direction::Descending => places.max(),
            }?;
            orders.get_mut(index)?.take(direction)
        })
    }

    /// How many rows of these centres stand.
    pub(super) fn count(&self, scope: CentreSet) -> usize {
        scope
            .iter()
            .filter_map(|centre| self.by_centre.get(centre.index()))
            .map(BTreeMap::len)
            .sum()
    }
}

/// One centre's part of a scan, and what comes next in it.
struct Next<'a> {
    range: std::collections::btree_map::Range<'a, Place, u32>,
    place: Option<Place>,
    number: u32,
}

impl<'a> Next<'a> {
    fn of(range: std::collections::btree_map::Range<'a, Place, u32>, direction: Direction) -> Self {
        let mut next = Self {
            range,
            place: None,
            number: 0,
        };
        next.step(direction);
        next
    }

    fn take(&mut self, direction: Direction) -> Option<u32> {
        let number = self.place.map(|_| self.number);
        self.step(direction);
        number
    }

    fn step(&mut self, direction: Direction) {
        let next = match direction {
            Direction::Ascending => self.range.next(),
            Direction::Descending => self.range.next_back(),
        };
        self.place = next.map(|(place, _)| *place);
        self.number = next.map_or(0, |(_, number)| *number);
    }
}

/// The records in the order in which they were recorded, each by its first row.
#[derive(Debug)]
pub(super) struct ByRecorded {
    by_centre: Vec<Vec<u32>>,
}

impl Default for ByRecorded {
    fn default() -> Self {
        Self {
            by_centre: vec![Vec::new(); CENTRES.len()],
        }
    }
}

impl ByRecorded {
    /// Follows the event at `position`, after the rows have.
    pub(super) fn follow<R: Listed>(&mut self, rows: &Rows<R>, id: R::Id, position: u64) {
        if let Some(number) = rows.newest_number(id)
            && let Some(row) = rows.get(number)
            && row.recorded() == position
            && row.known().from() == position
            && let Some(order) = self.by_centre.get_mut(row.centre().index())
        {
            order.push(number);
        }
    }

    /// The rows of these centres that stand, behind `after`, in order.
    pub(super) fn scan<'a, R: Listed>(
        &'a self,
        rows: &'a Rows<R>,
        scope: CentreSet,
        direction: Direction,
        after: Option<&Cursor>,
    ) -> impl Iterator<Item = &'a R> {
        let recorded = |number: &u32| rows.get(*number).map_or(0, Listed::recorded);
        let mut orders: Vec<&[u32]> = scope
            .iter()
            .filter_map(|centre| self.by_centre.get(centre.index()))
            .map(|order| match (after, direction) {
                (None, _) => order.as_slice(),
                (Some(after), Direction::Ascending) => {
                    &order[order.partition_point(|number| recorded(number) <= after.recorded)..]
                }
                (Some(after), Direction::Descending) => {
                    &order[..order.partition_point(|number| recorded(number) < after.recorded)]
                }
            })
            .collect();
        std::iter::from_fn(move || {
            let ends = orders.iter().enumerate();
            match direction {
                // Row numbers rise with positions, so they order centres as well.
                Direction::Ascending => {
                    let (index, _) = ends
                        .filter_map(|(index, order)| Some((index, order.first()?)))
                        .min_by_key(|(_, number)| **number)?;
                    orders.get_mut(index)?.split_off_first()
                }
                Direction::Descending => {
                    let (index, _) = ends
                        .filter_map(|(index, order)| Some((index, order.last()?)))
                        .max_by_key(|(_, number)| **number)?;
                    orders.get_mut(index)?.split_off_last()
                }
            }
        })
        .filter_map(|number| standing(rows, *number))
    }

    /// The rows of these centres that stand, in no order: cheaper than [`ByRecorded::scan`].
    pub(super) fn all<'a, R: Listed>(
        &'a self,
        rows: &'a Rows<R>,
        scope: CentreSet,
    ) -> impl Iterator<Item = &'a R> {
        scope
            .iter()
            .filter_map(|centre| self.by_centre.get(centre.index()))
            .flatten()
            .filter_map(|number| standing(rows, *number))
    }
}

/// The row that stands now of the record with this first row.
fn standing<R: Listed>(rows: &Rows<R>, first: u32) -> Option<&R> {
    let first = rows.get(first)?;
    if first.known().is_current() {
        return Some(first);
    }
    // A record that was retracted and recorded anew has two first rows.
    rows.current(first.id())
        .filter(|row| row.recorded() == first.recorded())
}
