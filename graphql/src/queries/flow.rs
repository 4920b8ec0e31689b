//! The flow between units.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use async_graphql::{Context, Enum, Error, ID, Object, SimpleObject};
use querschnitt_domain::UnitId;
use querschnitt_projections::TimeUp;
use querschnitt_projections::flow::{self, FlowQuery};
use querschnitt_projections::views::{Scope, Seen};

use super::{asked, point};
use crate::http::Deadline;
use crate::limits::rows::Rows;
use crate::objects::{NOW, Unit};
use crate::page::number;
use crate::scalars::{AsOf, Date};
use crate::services::{coded_field, reader_of_centre, services, until};
use querschnitt_policy::Cell;

/// What flows between units.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Default)]
enum FlowSubject {
    /// Stellungnahmen.
    Review,
    /// Fälle: there are none in the book yet, so the answer is empty.
    Case,
    /// All there is; today Stellungnahmen.
    #[default]
    All,
}

/// Übergabe: two consecutive steps of one subject by different units, counted on the day of the second.
#[derive(SimpleObject)]
struct Handover {
    /// The unit that did the first step; null: unknown.
    from: Option<Unit>,
    /// The unit that did the second; null: unknown.
    to: Option<Unit>,
    /// How often.
    count: i64,
    /// Median of the time between the two steps, in days.
    median_waiting_days: f64,
    /// Its 90th percentile.
    p90_waiting_days: f64,
}

/// What a unit did, and what waits there.
#[derive(SimpleObject)]
struct UnitFlow {
    /// The unit; null stands for all steps of which nobody knows the unit.
    unit: Option<Unit>,
    /// How many steps it completed in the period.
    steps: i64,
    /// Median of the time it worked on a step, in days: from the recorded beginning, else from the step
    /// before where the same unit did that. Null where no step has such a time.
    median_handling_days: Option<f64>,
    /// How many open subjects lie with it as of the point that is asked for, whatever the period.
    waiting: i64,
}

/// Weg der Vorgänge between units.
#[derive(SimpleObject)]
struct Flow {
    /// Each pair of units between which something was handed over, by name, the unknown unit last.
    handovers: Vec<Handover>,
    /// Each unit that did a step in the period or is waited for, by name, the unknown unit last.
    units: Vec<UnitFlow>,
}

/// Queries of the flow.
#[derive(Default)]
pub(crate) struct FlowQueries;

#[Object]
impl FlowQueries {
    /// Wege: hand-overs between units, how long they waited, and what each unit did in a period.
    async fn flow(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Official keys of centres; the own when absent.")] centres: Option<
            Vec<ID>,
        >,
        #[graphql(desc = "The first day.")] from: Date,
        #[graphql(desc = "The first day after the period.")] to: Date,
        #[graphql(desc = "What flows; all when absent.")] subject: Option<FlowSubject>,
        #[graphql(desc = "A position or an instant: as the book knew it then.")] as_of: Option<
            AsOf,
        >,
    ) -> Result<Flow, Error> {
        let viewer = reader_of_centre(context, Cell::InstitutionalFigure)?;
        let scope = asked(centres.as_deref(), viewer.centres())?;
        if to.0 <= from.0 {
            return Err(coded_field(
                "BAD_INPUT",
                "to",
                "„to“ ist der erste Tag nach dem Zeitraum und muss nach „from“ liegen.",
            ));
        }
        let at = point(context, as_of.as_ref(), None).await?;
        let subject = match subject.unwrap_or_default() {
            FlowSubject::Review => flow::FlowSubject::Review,
            FlowSubject::All => flow::FlowSubject::All,
            FlowSubject::Case => {
                return Ok(Flow {
                    handovers: Vec::new(),
                    units: Vec::new(),
                });
            }
        };
        let query = FlowQuery {
            seen: Seen {
                scope: Scope::of(scope),
                as_of: (at != NOW).then_some(at),
            },
            from: from.0,
            to: to.0,
            subject,
        };
        let services = services(context)?;
        let rows = context.data::<Rows>()?;
        let found = tokio::task::block_in_place(|| {
            let state = services.runner.read();
            let computed = services
                .flows
                .compute(state.facts(), &query, &until(context));
            computed.map_err(|TimeUp| Deadline::error())
        })?;
        rows.take((found.handovers.len() + found.units.len()) as u64)?;
        named(context, &found, at)
    }
}

/// The flow with what its units are called, in the order of their names.
fn named(context: &Context<'_>, found: &flow::Flow, at: u64) -> Result<Flow, Error> {
    let mut units: HashMap<UnitId, Unit> = HashMap::new();
    let of_pairs = found.handovers.iter().flat_map(|pair| [pair.from, pair.to]);
    let all = of_pairs.chain(found.units.iter().map(|of_unit| of_unit.unit));
    for id in all.flatten() {
        if let Entry::Vacant(vacant) = units.entry(id) {
            vacant.insert(Unit::named(context, id, at)?);
        }
    }
    let unit = |id: Option<UnitId>| units.get(&id?).cloned();
    let handovers = found.handovers.iter().map(|pair| Handover {
        from: unit(pair.from),
        to: unit(pair.to),
        count: number(pair.count),
        median_waiting_days: pair.median_waiting_days,
        p90_waiting_days: pair.p90_waiting_days,
    });
    let of_units = found.units.iter().map(|of_unit| UnitFlow {
        unit: unit(of_unit.unit),
        steps: number(of_unit.steps),
        median_handling_days: of_unit.median_handling_days,
        waiting: number(of_unit.waiting),
    });
    let mut handovers: Vec<Handover> = handovers.collect();
    handovers.sort_by(|a, b| {
        let order = by_name(a.from.as_ref(), b.from.as_ref());
        order.then_with(|| by_name(a.to.as_ref(), b.to.as_ref()))
    });
    let mut units: Vec<UnitFlow> = of_units.collect();
    units.sort_by(|a, b| by_name(a.unit.as_ref(), b.unit.as_ref()));
    Ok(Flow { handovers, units })
}

/// By name, the unknown unit behind all names.
fn by_name(a: Option<&Unit>, b: Option<&Unit>) -> Ordering {
    (a.is_none(), a.map(Unit::as_str)).cmp(&(b.is_none(), b.map(Unit::as_str)))
}
