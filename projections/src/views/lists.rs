//! Keeps the orders of all lists in step with the rows.

use querschnitt_domain::{EventData, RecordId, RecordKind, Recorded};
use time::Date;

use super::by_day::{Between, ByDay};
use super::by_recorded::ByRecorded;
use super::page::{Listed, Page, Seen, Slice, SortKey};
use crate::digest::{Canonical, Digest};
use crate::facts::{Facts, ReviewRow, Rows};

/// The orders of all lists.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    pub(super) organisations: ByRecorded,
    pub(super) consultations: ByRecorded,
    pub(super) consultations_by_day: ByDay,
    pub(super) networks: ByRecorded,
    pub(super) meetings: ByRecorded,
    pub(super) meetings_by_day: ByDay,
    pub(super) agreements: ByRecorded,
    pub(super) reviews: ByRecorded,
    pub(super) reviews_by_due: ByDay,
    pub(super) reviews_by_received: ByDay,
    /// By the day they ended; those that are open come last.
    pub(super) reviews_by_end: ByDay,
}

impl Lists {
    /// The digest of all orders.
    pub(crate) fn digest(&self) -> Digest {
        let Self {
            organisations,
            consultations,
            consultations_by_day,
            networks,
            meetings,
            meetings_by_day,
            agreements,
            reviews,
            reviews_by_due,
            reviews_by_received,
            reviews_by_end,
        } = self;
        let mut to = Canonical::new();
        for order in [
            organisations,
            consultations,
            networks,
            meetings,
            agreements,
            reviews,
        ] {
            order.digest(&mut to);
        }
        for order in [
            consultations_by_day,
            meetings_by_day,
            reviews_by_due,
            reviews_by_received,
            reviews_by_end,
        ] {
            order.digest(&mut to);
        }
        to.finish()
    }

    /// Follows an event, after the facts have.
    pub(crate) fn apply(&mut self, facts: &Facts, recorded: &Recorded) {
        let position = recorded.position;
        match &recorded.event.data {
            EventData::Organisation(event) => {
                self.organisations
                    .follow(facts.organisations(), event.organisation(), position);
            }
            EventData::Consultation(event) => {
                let (rows, id) = (facts.consultations(), event.consultation());
                self.consultations.follow(rows, id, position);
                self.consultations_by_day
                    .follow(rows, id, position, |row| Some(row.occurred_on));
            }
            EventData::Network(event) => {
                self.networks
                    .follow(facts.networks(), event.network(), position);
            }
            EventData::Meeting(event) => {
                let (rows, id) = (facts.meetings(), event.meeting());
                self.meetings.follow(rows, id, position);
                self.meetings_by_day
                    .follow(rows, id, position, |row| Some(row.date));
            }
            EventData::Agreement(event) => {
                self.agreements
                    .follow(facts.agreements(), event.agreement(), position);
            }
            EventData::Review(event) => {
                let (rows, id) = (facts.reviews(), event.review());
                self.reviews.follow(rows, id, position);
                self.reviews_by_due
                    .follow(rows, id, position, |row| Some(due(row)));
                self.reviews_by_end.follow(rows, id, position, end);
                self.reviews_by_received
                    .follow(rows, id, position, |row| Some(row.received_on));
            }
            EventData::Seen(_) => {}
            // Each centre has one letterhead and few accounts: nothing to keep in order.
            EventData::Letterhead(_)
            | EventData::Account(_)
            | EventData::Exception(_)
            | EventData::Access(_) => {}
            // A register is shown whole.
            EventData::Unit(_) => {}
        }
    }
}

/// When a review is due; without a due date it comes last.
pub(super) fn due(row: &ReviewRow) -> Date {
    row.facts.due_on.unwrap_or(Date::MAX)
}

/// When a review ended.
fn end(row: &ReviewRow) -> Option<Date> {
    if row.is_open() {
        Some(Date::MAX)
    } else {
        row.ended.map(|ended| ended.on)
    }
}

/// Where a list takes its rows from before it filters them.
pub(super) struct Source<'a, R: Listed> {
    rows: &'a Rows<R>,
    by_recorded: &'a ByRecorded,
    /// Set when something else already says which ones can be meant.
    only: Option<Vec<R::Id>>,
}

impl<'a, R: Listed> Source<'a, R> {
    /// The rows of a list. Where only single records of this kind exist for the reader, it is these; otherwise
    /// `named` says which ones can be meant when another record narrows them. What names that is hidden from
    /// such a reader is not even looked at.
    pub(super) fn new(
        (rows, by_recorded): (&'a Rows<R>, &'a ByRecorded),
        kind: RecordKind,
        named: impl FnOnce() -> Option<Vec<R::Id>>,
        seen: Seen<'_>,
    ) -> Self
    where
        R::Id: TryFrom<RecordId>,
    {
        let singles = seen.scope.singles(kind);
        let singles = singles.map(|of| of.filter_map(|id| id.try_into().ok()).collect());
        Self {
            rows,
            by_recorded,
            only: singles.or_else(named),
        }
    }

    /// The rows that exist for the reader, in no order.
    pub(super) fn rows<'s>(self, seen: Seen<'s>) -> Box<dyn Iterator<Item = &'a R> + 's>
    where
        'a: 's,
    {
        let position = seen.position();
        let rows = self.rows;
        match (self.only, seen.as_of) {
            (Some(ids), _) => Box::new(
                ids.into_iter()
                    .filter_map(move |id| rows.at(id, position))
                    .filter(move |row| seen.sees(*row)),
            ),
            (None, None) => Box::new(self.by_recorded.all(rows, seen.scope.centres)),
            (None, Some(position)) => {
                Box::new(rows.all_at(position).filter(move |row| seen.sees(*row)))
            }
        }
    }

    /// Whether the order by recording can be read off, page by page.
    const fn is_ordered(&self, seen: Seen<'_>) -> bool {
        self.only.is_none() && seen.as_of.is_none()
    }

    /// How many rows there are with their day in `between`. With a bound the order by day saves
    /// looking at all others; without one the rows as they lie are read faster.
    pub(super) fn count_by_day(
        self,
        by_day: &'a ByDay,
        between: Between,
        seen: Seen<'_>,
        keeps: impl Fn(&R) -> bool,
    ) -> usize {
        if self.is_ordered(seen) && between != (None, None) {
            let rows = self.rows;
            let numbers = by_day.within(seen.scope.centres, between);
            return numbers
                .filter_map(|number| rows.get(number))
                .filter(|row| keeps(row))
                .count();
        }
        self.rows(seen).filter(|row| keeps(row)).count()
    }

    /// A page in the order of recording.
    pub(super) fn page_by_recorded(
        self,
        seen: Seen<'_>,
        slice: &Slice,
        keeps: impl Fn(&R) -> bool,
    ) -> Page<'a, R> {
        let key = |_: &R| SortKey::Recorded;
        if self.is_ordered(seen) {
            let rows = self.by_recorded.scan(
                self.rows,
                seen.scope.centres,
                slice.direction,
                slice.after.as_ref(),
            );
            return Page::of_ordered(rows.filter(|row| keeps(row)), key, slice.first);
        }
        Page::of_unordered(self.rows(seen).filter(|row| keeps(row)), key, slice)
    }

    /// A page in the order of a day; `by_day` keeps that order and `between` narrows it.
    pub(super) fn page_by_day(
        self,
        by_day: &'a ByDay,
        between: Between,
        seen: Seen<'_>,
        slice: &Slice,
        day: impl Fn(&R) -> time::Date,
        keeps: impl Fn(&R) -> bool,
    ) -> Page<'a, R> {
        let key = |row: &R| SortKey::Day(day(row));
        if self.is_ordered(seen) {
            let rows = self.rows;
            let numbers = by_day.scan(
                seen.scope.centres,
                between,
                slice.direction,
                slice.after.as_ref(),
            );
            let rows = numbers.filter_map(|number| rows.get(number));
            return Page::of_ordered(rows.filter(|row| keeps(row)), key, slice.first);
        }
        Page::of_unordered(self.rows(seen).filter(|row| keeps(row)), key, slice)
    }
}
