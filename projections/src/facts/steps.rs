//! The steps units did, by review, in the order in which they happened: what the flow is computed from.

mod hop;

use std::borrow::Cow;
use std::collections::HashMap;

use querschnitt_domain::review::{Check, ReviewEvent, StepCompleted};
use querschnitt_domain::{CENTRES, CentreKey, Commitment, Recorded, ReviewId, UnitId};
use querschnitt_store::berlin_date;
use time::{Date, Duration, OffsetDateTime};

use super::review::check_word;
use crate::digest::Canonical;
use crate::known::Known;
pub(crate) use hop::Hop;
use hop::Pairs;

/// A step of a review that a unit completed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StepRow {
    /// The review.
    pub review: ReviewId,
    /// Its number within the review.
    pub number: u32,
    /// The unit; absent: unknown.
    pub unit: Option<UnitNumber>,
    /// The day it was completed, in Europe/Berlin.
    pub day: Date,
    /// The instant, where it is known.
    pub at: Option<OffsetDateTime>,
    /// When the unit began, where that is known.
    pub started_at: Option<OffsetDateTime>,
    /// Which check it was part of.
    pub check: Option<Check>,
    /// What it is called, sealed.
    pub name: Option<Commitment>,
    /// The source's own number, sealed.
    pub reference: Option<Commitment>,
    /// When the row was known.
    pub known: Known,
}

/// A unit by its place among all units, in the order in which they were first named. For tables in
/// memory; never stored.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct UnitNumber(u32);

impl UnitNumber {
    pub(crate) const fn index(self) -> u32 {
        self.0
    }
}

/// The steps of one review.
#[derive(Debug)]
pub struct ReviewSteps {
    /// The review.
    pub review: ReviewId,
    /// Every step there ever was, by when it happened and then by its number.
    rows: Vec<StepRow>,
    /// What the steps that stand now add to the flow, in the same order.
    hops: Vec<Hop>,
    /// The position of the event that changed the steps last.
    changed: u64,
    /// Since which position the review has not been open; absent while it is.
    closed: Option<u64>,
}

/// All steps.
#[derive(Debug)]
pub struct Steps {
    by_centre: Vec<Vec<ReviewSteps>>,
    places: HashMap<ReviewId, (CentreKey, usize)>,
    units: Vec<UnitId>,
    numbers: HashMap<UnitId, UnitNumber>,
    pairs: Pairs,
}

impl Default for Steps {
    fn default() -> Self {
        Self {
            by_centre: CENTRES.iter().map(|_| Vec::new()).collect(),
            places: HashMap::new(),
            units: Vec::new(),
            numbers: HashMap::new(),
            pairs: Pairs::default(),
        }
    }
}

impl StepRow {
    /// Where it stands among the steps of its review: a step of which only the day is known comes
    /// first on it.
    fn order(&self) -> (i128, u32) {
        (self.moment(), self.number)
    }

    /// Nanoseconds since 1970; the beginning of the day in Berlin where only the day is known.
    fn moment(&self) -> i128 {
        self.at.map_or_else(
            || beginning_of(self.day).unix_timestamp_nanos(),
            OffsetDateTime::unix_timestamp_nanos,
        )
    }
}

/// Midnight in Berlin, within the hour that summer time makes.
fn beginning_of(day: Date) -> OffsetDateTime {
    let utc = day.midnight().assume_utc();
    [1, 2]
        .into_iter()
        .map(|hours| utc.saturating_sub(Duration::hours(hours)))
        .rfind(|instant| {
            berlin_date(*instant) == day
                && berlin_date(instant.saturating_sub(Duration::NANOSECOND)) < day
        })
        .unwrap_or(utc)
}

impl ReviewSteps {
    /// The steps that stood at `position`, in the order in which they happened.
    pub fn at(&self, position: u64) -> impl DoubleEndedIterator<Item = &StepRow> {
        self.rows.iter().filter(move |row| row.known.at(position))
    }

    /// False if the review was not open at `position`; saves looking for its row.
    pub(crate) fn may_be_open(&self, position: u64) -> bool {
        self.closed.is_none_or(|closed| position < closed)
    }

    fn has_changed(&mut self, position: u64, pairs: &mut Pairs) {
        let stand = self.rows.iter().filter(|row| row.known.is_current());
        self.hops = hop::hops(stand, |pair| pairs.intern(pair));
        self.changed = position;
    }
}

impl Steps {
    /// The reviews of a centre with their steps, in the order in which they were recorded. Retracted
    /// ones are among them, without steps that stand.
    pub fn of_centre(&self, centre: CentreKey) -> &[ReviewSteps] {
        self.by_centre
            .get(centre.index())
            .map_or(&[], Vec::as_slice)
    }

    /// What the steps of a review that stood at `position` add to the flow, in the order in which they
    /// happened.
    pub(crate) fn hops<'a>(&self, of: &'a ReviewSteps, position: u64) -> Cow<'a, [Hop]> {
        if of.changed <= position {
            Cow::Borrowed(&of.hops)
        } else {
            // Every pair that ever stood has its number.
            Cow::Owned(hop::hops(of.at(position), |pair| self.pairs.find(pair)))
        }
    }

    /// The numbers of the units of each pair, by the number of the pair.
    pub(crate) fn pairs(&self) -> &[(u32, u32)] {
        self.pairs.all()
    }

    /// How many units did a step; their numbers are smaller.
    pub(crate) fn unit_count(&self) -> usize {
        self.units.len()
    }

    /// The steps of a review that stood at `position`, in the order in which they happened.
    pub fn of(&self, review: ReviewId, position: u64) -> impl Iterator<Item = &StepRow> {
        self.find(review)
            .into_iter()
            .flat_map(move |steps| steps.at(position))
    }

    /// Which unit has this number.
    #[must_use]
    pub fn unit(&self, number: UnitNumber) -> Option<UnitId> {
        self.unit_at(number.0)
    }

    /// The unit with this index.
    pub(crate) fn unit_at(&self, index: u32) -> Option<UnitId> {
        self.units.get(index as usize).copied()
    }

    /// The number of a unit that did a step.
    #[must_use]
    pub fn number_of(&self, unit: UnitId) -> Option<UnitNumber> {
        self.numbers.get(&unit).copied()
    }

    fn find(&self, review: ReviewId) -> Option<&ReviewSteps> {
        let (centre, index) = self.places.get(&review)?;
        self.by_centre.get(centre.index())?.get(*index)
    }

    fn find_mut(&mut self, review: ReviewId) -> Option<(&mut ReviewSteps, &mut Pairs)> {
        let (centre, index) = self.places.get(&review)?;
        let steps = self.by_centre.get_mut(centre.index())?.get_mut(*index)?;
        Some((steps, &mut self.pairs))
    }

    fn intern(&mut self, unit: UnitId) -> UnitNumber {
        if let Some(number) = self.numbers.get(&unit) {
            return *number;
        }
        let number = UnitNumber(u32::try_from(self.units.len()).unwrap_or(u32::MAX));
        self.units.push(unit);
        self.numbers.insert(unit, number);
        number
    }

    pub(super) fn begin(&mut self, review: ReviewId, centre: CentreKey) {
        if let Some(of_centre) = self.by_centre.get_mut(centre.index()) {
            self.places.insert(review, (centre, of_centre.len()));
            of_centre.push(ReviewSteps {
                review,
                rows: Vec::new(),
                hops: Vec::new(),
                changed: 0,
                closed: None,
            });
        }
    }

    /// Follows an event of a review that is not its first.
    pub(super) fn follow(&mut self, recorded: &Recorded, event: &ReviewEvent) {
        match event {
            ReviewEvent::StepCompleted(event) => self.complete(recorded, event),
            ReviewEvent::StepRetracted(event) => {
                self.end(event.review, recorded.position, Some(event.step));
            }
            ReviewEvent::Retracted(event) => self.end(event.review, recorded.position, None),
            ReviewEvent::Requested(_)
            | ReviewEvent::Assigned(_)
            | ReviewEvent::ConflictDeclared(_)
            | ReviewEvent::AdviceAsked(_)
            | ReviewEvent::AdviceGiven(_)
            | ReviewEvent::ClarificationAsked(_)
            | ReviewEvent::ClarificationReceived(_)
            | ReviewEvent::DeadlineExtended(_)
            | ReviewEvent::Scored(_)
            | ReviewEvent::Drafted(_)
            | ReviewEvent::Signed(_)
            | ReviewEvent::Issued(_)
            | ReviewEvent::Superseded(_)
            | ReviewEvent::Withdrawn(_)
            | ReviewEvent::Declined(_)
            | ReviewEvent::Lapsed(_)
            | ReviewEvent::Closed(_)
            | ReviewEvent::FundingDecided(_)
            | ReviewEvent::AttachmentAdded(_)
            | ReviewEvent::VersionChanged(_)
            | ReviewEvent::EndingCorrected(_)
            | ReviewEvent::Reopened(_)
            | ReviewEvent::AttachmentRetracted(_)
            | ReviewEvent::AdviceRetracted(_)
            | ReviewEvent::ClarificationRetracted(_)
            | ReviewEvent::Corrected(_) => {}
        }
    }

    fn complete(&mut self, recorded: &Recorded, event: &StepCompleted) {
        let unit = event.unit.as_ref().map(|unit| self.intern(unit.id()));
        let at = recorded.event.occurred_at;
        let row = StepRow {
            review: event.review,
            number: event.step,
            unit,
            day: at.map_or(recorded.event.occurred_on, berlin_date),
            at,
            started_at: event.started_at,
            check: event.check,
            name: event.name,
            reference: event.reference,
            known: Known::since(recorded.position),
        };
        if let Some((steps, pairs)) = self.find_mut(event.review) {
            let order = row.order();
            let place = steps.rows.partition_point(|other| other.order() <= order);
            steps.rows.insert(place, row);
            steps.has_changed(recorded.position, pairs);
        }
    }

    /// Ends one step of a review, or all of them.
    fn end(&mut self, review: ReviewId, position: u64, step: Option<u32>) {
        if let Some((steps, pairs)) = self.find_mut(review) {
            for row in &mut steps.rows {
                if step.is_none_or(|step| row.number == step) {
                    row.known.end(position);
                }
            }
            steps.has_changed(position, pairs);
        }
    }

    /// Follows whether a review is open, after the event at `position`.
    pub(super) fn stands(&mut self, review: ReviewId, position: u64, open: bool) {
        if let Some((steps, _)) = self.find_mut(review) {
            steps.closed = match (open, steps.closed) {
                (true, _) => None,
                (false, Some(since)) => Some(since),
                (false, None) => Some(position),
            };
        }
    }

    /// How many step events a review had after `from` up to `upto`. One that ended with its review
    /// counts here, too; then no row of the review stands.
    pub(super) fn events_between(&self, review: ReviewId, from: u64, upto: u64) -> u32 {
        let within = |position: u64| from < position && position <= upto;
        let events = self.find(review).map_or(0, |steps| {
            let begun = steps.rows.iter().filter(|row| within(row.known.from()));
            let ended = steps
                .rows
                .iter()
                .filter(|row| row.known.until().is_some_and(within));
            begun.count() + ended.count()
        });
        u32::try_from(events).unwrap_or(u32::MAX)
    }

    pub(super) fn digest(&self, to: &mut Canonical) {
        to.text("steps");
        for reviews in &self.by_centre {
            to.number(reviews.len() as u64);
            for steps in reviews {
                to.id(steps.review.0);
                to.list(&steps.rows, |to, row| self.digest_row(to, row));
                let place = self.places.get(&steps.review);
                to.option(place, |to, (centre, place)| {
                    to.centre(*centre).number(*place as u64);
                });
                to.spill();
            }
        }
    }

    fn digest_row(&self, to: &mut Canonical, row: &StepRow) {
        let StepRow {
            review: _,
            number,
            unit,
            day,
            at,
            started_at,
            check,
            name,
            reference,
            known,
        } = row;
        to.number(*number).day(*day);
        super::review::digest_unit(to, unit.and_then(|unit| self.unit(unit)));
        for instant in [*at, *started_at] {
            to.option(instant, |to, instant| {
                to.instant(instant);
            });
        }
        to.option(*check, |to, check| {
            to.text(check_word(check));
        });
        for text in [*name, *reference] {
            to.option(text, |to, text| {
                to.sealed(text);
            });
        }
        to.known(*known);
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_berlin() {
        for (day, beginning) in [
            (date!(2026 - 01 - 15), datetime!(2026-01-14 23:00 UTC)),
            (date!(2026 - 07 - 15), datetime!(2026-07-14 22:00 UTC)),
            (date!(2026 - 03 - 29), datetime!(2026-03-28 23:00 UTC)),
            (date!(2026 - 10 - 25), datetime!(2026-10-24 22:00 UTC)),
            (date!(2026 - 10 - 26), datetime!(2026-10-25 23:00 UTC)),
        ] {
            assert_eq!(beginning_of(day), beginning, "{day}");
        }
    }
}
