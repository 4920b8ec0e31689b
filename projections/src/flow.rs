//! The flow of reviews between units: hand-overs, how long they waited, and what each unit did
//! (`domain.md` 3.2a).
//!
//! - **Hand-over**: two consecutive steps of a review, by instant and then by their number, done by
//!   different units. A step of which only the day is known comes first on that day. It belongs to the
//!   day of the second step in Europe/Berlin.
//! - **Waiting time**: between the two instants, in days with their decimals; whole days where one of
//!   them is known by its day only.
//! - **Handling time** of a step: from when the unit began, where that is known; else from the step
//!   before it in the same review, if the same unit did that. A first step, and one after a hand-over,
//!   whose beginning nobody knows has none: its time is waiting time.
//! - **Waiting**: the open reviews that lie with a unit: the units whose advice is waited for, else the
//!   unit in charge, else the unit of the last step. This looks at the position, not at the period.
//! - Steps without a unit belong to the unit "unknown" (`None`), which counts like any other.

mod memo;
mod quantile;

pub use memo::FlowMemo;
pub use quantile::{median, quantile};

use std::cmp::Ordering;
use std::collections::HashMap;

use querschnitt_domain::UnitId;
use querschnitt_domain::unit::Unit;
use time::Date;

use crate::dimension::CentreSet;
use crate::facts::{Facts, Hop, ReviewRow};
use crate::until::{TimeUp, Until};
use crate::views::{Seen, asked_units};

/// What flows; cases join later.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum FlowSubject {
    /// Reviews.
    Review,
    /// Everything there is.
    #[default]
    All,
}

/// A question about the flow.
#[derive(Clone, Copy, Debug)]
pub struct FlowQuery {
    /// In whose books, as known at which position; only the centres of the scope count.
    pub seen: Seen<'static>,
    /// The first day.
    pub from: Date,
    /// The first day after it.
    pub to: Date,
    /// What flows.
    pub subject: FlowSubject,
}

/// The answer: pairs and units in the order of their ids, the unknown unit last. What they are called is asked
/// for when it is shown.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Flow {
    /// Each pair of units between which something was handed over.
    pub handovers: Vec<Handover>,
    /// Each unit that did a step in the period or is waited for.
    pub units: Vec<UnitFlow>,
}

/// What was handed over from one unit to another.
#[derive(Clone, PartialEq, Debug)]
pub struct Handover {
    /// Who did the first step; `None`: unknown.
    pub from: Option<UnitId>,
    /// Who did the second.
    pub to: Option<UnitId>,
    /// How often.
    pub count: usize,
    /// The median of the waiting times, in days.
    pub median_waiting_days: f64,
    /// Their 90th percentile.
    pub p90_waiting_days: f64,
}

/// What a unit did.
#[derive(Clone, PartialEq, Debug)]
pub struct UnitFlow {
    /// Which; `None`: unknown.
    pub unit: Option<UnitId>,
    /// How many steps it completed in the period.
    pub steps: usize,
    /// The median of its handling times, in days; `None` where no step has one.
    pub median_handling_days: Option<f64>,
    /// How many open reviews lie with it.
    pub waiting: usize,
}

/// Collects while the steps are read: hundreds of thousands of them, by units and pairs of units as small
/// numbers.
struct Collected<'a> {
    facts: &'a Facts,
    /// The waiting times of each pair.
    handovers: Vec<Vec<f64>>,
    /// By the number of the unit; the unknown one is the last.
    units: Vec<OfUnit>,
    /// Units that are waited for and never did a step.
    others: HashMap<UnitId, usize>,
}

#[derive(Clone, Default)]
struct OfUnit {
    steps: usize,
    handled: Vec<f64>,
    waiting: usize,
}

/// The flow between units.
///
/// # Errors
/// When it took too long.
pub fn flow(facts: &Facts, query: &FlowQuery, until: &Until) -> Result<Flow, TimeUp> {
    match query.subject {
        // Nothing else flows yet.
        FlowSubject::Review | FlowSubject::All => {}
    }
    let mut collected = Collected::new(facts);
    let position = query.seen.position();
    for centre in query.seen.scope.centres.iter() {
        for of_review in until.watch(facts.steps().of_centre(centre).iter()) {
            let hops = facts.steps().hops(of_review, position);
            for hop in hops.iter() {
                if query.from <= hop.day && hop.day < query.to {
                    collected.step(hop);
                }
            }
            if of_review.may_be_open(position)
                && let Some(row) = facts.reviews().at(of_review.review, position)
                && row.is_open()
            {
                collected.wait(row, hops.last().map(|hop| hop.unit));
            }
        }
    }
    until.check()?;
    Ok(collected.answer())
}

impl<'a> Collected<'a> {
    fn new(facts: &'a Facts) -> Self {
        Self {
            facts,
            handovers: vec![Vec::new(); facts.steps().pairs().len()],
            units: vec![OfUnit::default(); facts.steps().unit_count() + 1],
            others: HashMap::new(),
        }
    }

    fn unit(&mut self, number: u32) -> Option<&mut OfUnit> {
        let last = self.units.len() - 1;
        self.units.get_mut((number as usize).min(last))
    }

    fn step(&mut self, hop: &Hop) {
        if let Some(unit) = self.unit(hop.unit) {
            unit.steps += 1;
            unit.handled.extend(hop.handled);
        }
        if let Some(pair) = hop.pair
            && let Some(waited) = self.handovers.get_mut(pair as usize)
        {
            waited.push(hop.waited);
        }
    }

    /// `last`: the unit of the last step, if there was one.
    fn wait(&mut self, row: &ReviewRow, last: Option<u32>) {
        let mut asked: Vec<UnitId> = asked_units(row).collect();
        asked.sort_unstable();
        asked.dedup();
        if asked.is_empty() {
            asked.extend(row.facts.unit.as_ref().map(Unit::id));
        }
        if asked.is_empty()
            && let Some(of_last) = self.unit(last.unwrap_or(u32::MAX))
        {
            of_last.waiting += 1;
        }
        for unit in asked {
            match self.facts.steps().number_of(unit) {
                Some(number) => {
                    if let Some(of_unit) = self.unit(number.index()) {
                        of_unit.waiting += 1;
                    }
                }
                None => *self.others.entry(unit).or_default() += 1,
            }
        }
    }

    fn answer(self) -> Flow {
        let unit = |number: u32| self.facts.steps().unit_at(number);
        let pairs = self.facts.steps().pairs().iter().zip(self.handovers);
        let mut handovers: Vec<Handover> = pairs
            .filter_map(|((from, to), mut waited)| {
                Some(Handover {
                    from: unit(*from),
                    to: unit(*to),
                    count: waited.len(),
                    median_waiting_days: median(&mut waited)?,
                    p90_waiting_days: quantile(&mut waited, 0.9)?,
                })
            })
            .collect();
        handovers.sort_by(|a, b| by_id(a.from, b.from).then_with(|| by_id(a.to, b.to)));
        // The unknown unit has no id, as it has no number.
        let known = (0..).zip(self.units).map(|(number, mut of_unit)| UnitFlow {
            unit: unit(number),
            steps: of_unit.steps,
            median_handling_days: median(&mut of_unit.handled),
            waiting: of_unit.waiting,
        });
        let others = self.others.into_iter().map(|(unit, waiting)| UnitFlow {
            unit: Some(unit),
            steps: 0,
            median_handling_days: None,
            waiting,
        });
        let mut units: Vec<_> = known
            .chain(others)
            .filter(|of_unit| of_unit.steps > 0 || of_unit.waiting > 0)
            .collect();
        units.sort_by(|a, b| by_id(a.unit, b.unit));
        Flow { handovers, units }
    }
}

/// By id, the unknown unit behind all others.
fn by_id(a: Option<UnitId>, b: Option<UnitId>) -> Ordering {
    (a.is_none(), a).cmp(&(b.is_none(), b))
}

/// The centres of a question, for whoever asks by hand.
impl FlowQuery {
    /// All reviews of these centres between two days, as known now.
    #[must_use]
    pub fn now(scope: CentreSet, from: Date, to: Date) -> Self {
        Self {
            seen: Seen::now(scope),
            from,
            to,
            subject: FlowSubject::All,
        }
    }
}

#[cfg(test)]
mod tests;
