//! What a step adds to the flow (`domain.md` 3.2a; `flow.rs` says what is counted), worked out when it is
//! recorded: a question about the flow reads hundreds of thousands of them.

use std::collections::HashMap;

use time::Date;

use super::{StepRow, UnitNumber};

/// A step as the flow sees it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Hop {
    /// The day it belongs to.
    pub(crate) day: Date,
    /// The number of its unit.
    pub(crate) unit: u32,
    /// The number of the pair of units, if another unit did the step before.
    pub(crate) pair: Option<u32>,
    /// How long it waited since the step before it, in days.
    pub(crate) waited: f64,
    /// How long the unit worked on it, in days, where that is known.
    pub(crate) handled: Option<f64>,
}

/// The unknown unit among the numbers of units; no unit has it.
const UNKNOWN: u32 = u32::MAX;

/// The pairs of units between which something was ever handed over, by small numbers.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    units: Vec<(u32, u32)>,
    numbers: HashMap<(u32, u32), u32>,
}

impl Pairs {
    /// The units of each pair: who did the first step, and who the second.
    pub(super) fn all(&self) -> &[(u32, u32)] {
        &self.units
    }

    pub(super) fn intern(&mut self, pair: (u32, u32)) -> Option<u32> {
        if let Some(number) = self.find(pair) {
            return Some(number);
        }
        let number = u32::try_from(self.units.len()).ok()?;
        self.units.push(pair);
        self.numbers.insert(pair, number);
        Some(number)
    }

    pub(super) fn find(&self, pair: (u32, u32)) -> Option<u32> {
        self.numbers.get(&pair).copied()
    }
}

/// The steps of one review, in the order in which they happened.
pub(super) fn hops<'a>(
    steps: impl Iterator<Item = &'a StepRow>,
    mut number: impl FnMut((u32, u32)) -> Option<u32>,
) -> Vec<Hop> {
    let mut before: Option<&StepRow> = None;
    let hop = |step: &'a StepRow| {
        let hop = Hop::of(before, step, &mut number);
        before = Some(step);
        hop
    };
    steps.map(hop).collect()
}

impl Hop {
    fn of(
        before: Option<&StepRow>,
        step: &StepRow,
        number: &mut impl FnMut((u32, u32)) -> Option<u32>,
    ) -> Self {
        let (same, other) = match before {
            Some(before) if before.unit == step.unit => (Some(before), None),
            before => (None, before),
        };
        Self {
            day: step.day,
            unit: number_of(step.unit),
            pair: other.and_then(|other| number((number_of(other.unit), number_of(step.unit)))),
            waited: before.map_or(0.0, |before| days_between(before, step)),
            handled: handling_days(same, step),
        }
    }
}

fn number_of(unit: Option<UnitNumber>) -> u32 {
    unit.map_or(UNKNOWN, UnitNumber::index)
}

const NANOSECONDS_PER_DAY: f64 = 86_400_000_000_000.0;

/// Days from one step to the next.
fn days_between(before: &StepRow, step: &StepRow) -> f64 {
    match (before.at, step.at) {
        (Some(from), Some(to)) => days(to - from),
        (None, _) | (_, None) => {
            let days = (step.day - before.day).whole_days();
            i32::try_from(days).map_or(0.0, f64::from)
        }
    }
}

/// How long a unit worked on a step; `same`: the step before, if the same unit did it.
fn handling_days(same: Option<&StepRow>, step: &StepRow) -> Option<f64> {
    match (step.started_at, step.at) {
        (Some(from), Some(to)) if from <= to => Some(days(to - from)),
        (Some(_), Some(_)) => None,
        (Some(_), None) | (None, _) => same.map(|before| days_between(before, step)),
    }
}

/// Both instants are of this epoch, so their nanoseconds fit; a double holds them to well below a
/// millisecond.
#[expect(
    clippy::cast_precision_loss,
    reason = "a duration in days is a decimal number; see above"
)]
fn days(duration: time::Duration) -> f64 {
    duration.whole_nanoseconds() as f64 / NANOSECONDS_PER_DAY
}
