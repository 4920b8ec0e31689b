//! The order of lists by when their records were recorded, kept per centre.

use querschnitt_domain::CENTRES;

use super::page::{Cursor, Direction, Listed};
use crate::digest::Canonical;
use crate::dimension::CentreSet;
use crate::facts::Rows;

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
    pub(super) fn digest(&self, to: &mut Canonical) {
        for order in &self.by_centre {
            to.number(order.len() as u64);
            for number in order {
                to.place(*number).spill();
            }
        }
    }

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
