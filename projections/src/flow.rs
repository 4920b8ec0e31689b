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
use std::sync::Arc;

use querschnitt_domain::review::Unit;
use time::Date;

use crate::dimension::CentreSet;
use crate::facts::{Facts, Hop, ReviewRow};
use crate::figures::fast_map::FastMap;
use crate::until::{TimeUp, Until};
use crate::views::{Seen, WaitingFor, waiting_for};

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
    /// In whose books, as known at which position.
    pub seen: Seen,
    /// The first day.
    pub from: Date,
    /// The first day after it.
    pub to: Date,
    /// What flows.
    pub subject: FlowSubject,
}

/// The answer: pairs and units in the order of their names, the unknown unit last.
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
    pub from: Option<Arc<Unit>>,
    /// Who did the second.
    pub to: Option<Arc<Unit>>,
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
    /// Its name; `None`: unknown.
    pub unit: Option<Arc<Unit>>,
    /// How many steps it completed in the period.
    pub steps: usize,
    /// The median of its handling times, in days; `None` where no step has one.
    pub median_handling_days: Option<f64>,
    /// How many open reviews lie with it.
    pub waiting: usize,
}

/// Collects while the steps are read: hundreds of thousands of them, by units as small numbers.
#[derive(Default)]
struct Collected<'a> {
    /// By both units, the first in the upper half.
    handovers: FastMap<u64, Vec<f64>>,
    steps: FastMap<u32, (usize, Vec<f64>)>,
    waiting: HashMap<Option<&'a Unit>, usize>,
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
    let mut collected = Collected::default();
    let position = query.seen.position();
    for centre in query.seen.scope.iter() {
        for of_review in until.watch(facts.steps().of_centre(centre).iter()) {
            let hops = of_review.hops(position);
            for hop in hops.iter() {
                if query.from <= hop.day && hop.day < query.to {
                    collected.step(hop);
                }
            }
            if of_review.may_be_open(position)
                && let Some(row) = facts.reviews().at(of_review.review, position)
                && row.is_open()
            {
                collected.wait(facts, row, hops.last().map(|hop| hop.unit));
            }
        }
    }
    until.check()?;
    Ok(collected.answer(facts))
}

impl<'a> Collected<'a> {
    fn step(&mut self, hop: &Hop) {
        let (count, handled) = self.steps.entry(hop.unit).or_default();
        *count += 1;
        handled.extend(hop.handled);
        if let Some(from) = hop.from {
            let pair = u64::from(from) << 32 | u64::from(hop.unit);
            self.handovers.entry(pair).or_default().push(hop.waited);
        }
    }

    fn wait(&mut self, facts: &'a Facts, row: &'a ReviewRow, last: Option<u32>) {
        let asked = waiting_for(row);
        let mut asked_units: Vec<Option<&Unit>> = asked
            .iter()
            .filter_map(|waiting| match waiting {
                WaitingFor::Unit(unit, _) => Some(Some(*unit)),
                WaitingFor::Applicant
                | WaitingFor::Organisation(_)
                | WaitingFor::Assignment
                | WaitingFor::Reviewer(_)
                | WaitingFor::Signature(_)
                | WaitingFor::Dispatch => None,
            })
            .collect();
        asked_units.sort_unstable();
        asked_units.dedup();
        if asked_units.is_empty() {
            let of_last = last.and_then(|unit| facts.steps().unit_at(unit));
            asked_units.push(row.facts.unit.as_ref().or(of_last.map(AsRef::as_ref)));
        }
        for unit in asked_units {
            *self.waiting.entry(unit).or_default() += 1;
        }
    }

    fn answer(self, facts: &Facts) -> Flow {
        let name = |unit: u32| facts.steps().unit_at(unit);
        let half = |pair: u64, shift: u32| u32::try_from(pair >> shift & 0xFFFF_FFFF);
        let mut handovers: Vec<Handover> = self
            .handovers
            .into_iter()
            .filter_map(|(pair, mut waited)| {
                Some(Handover {
                    from: name(half(pair, 32).ok()?).map(Arc::clone),
                    to: name(half(pair, 0).ok()?).map(Arc::clone),
                    count: waited.len(),
                    median_waiting_days: median(&mut waited)?,
                    p90_waiting_days: quantile(&mut waited, 0.9)?,
                })
            })
            .collect();
        handovers.sort_by(|a, b| {
            let order = by_name(a.from.as_ref(), b.from.as_ref());
            order.then_with(|| by_name(a.to.as_ref(), b.to.as_ref()))
        });
        let mut units: HashMap<Option<Unit>, UnitFlow> = HashMap::new();
        let mut of_unit = |unit: Option<&Unit>, set: &mut dyn FnMut(&mut UnitFlow)| {
            let flow = units.entry(unit.cloned()).or_insert_with(|| UnitFlow {
                unit: unit.map(|unit| Arc::new(unit.clone())),
                steps: 0,
                median_handling_days: None,
                waiting: 0,
            });
            set(flow);
        };
        for (unit, (steps, mut handled)) in self.steps {
            of_unit(name(unit).map(AsRef::as_ref), &mut |flow| {
                flow.steps = steps;
                flow.median_handling_days = median(&mut handled);
            });
        }
        for (unit, waiting) in self.waiting {
            of_unit(unit, &mut |flow| flow.waiting = waiting);
        }
        let mut units: Vec<_> = units.into_values().collect();
        units.sort_by(|a, b| by_name(a.unit.as_ref(), b.unit.as_ref()));
        Flow { handovers, units }
    }
}

/// By name, the unknown unit behind all names.
fn by_name(a: Option<&Arc<Unit>>, b: Option<&Arc<Unit>>) -> Ordering {
    (a.is_none(), a).cmp(&(b.is_none(), b))
}

/// The centres of a question, for whoever asks by hand.
impl FlowQuery {
    /// All reviews of these centres between two days, as known now.
    #[must_use]
    pub const fn now(scope: CentreSet, from: Date, to: Date) -> Self {
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
