//! The flow between units.

use async_graphql::{Context, Enum, Error, ID, Object, SimpleObject};
use querschnitt_domain::review::Unit;
use querschnitt_projections::TimeUp;
use querschnitt_projections::flow::{self, FlowQuery};
use querschnitt_projections::views::{Scope, Seen};

use super::{asked, point};
use crate::http::Deadline;
use crate::limits::rows::Rows;
use crate::objects::NOW;
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

/// Organisationseinheit: a unit that does steps.
#[derive(SimpleObject)]
struct FlowUnit {
    /// Its name; null stands for all steps of which nobody knows the unit.
    name: Option<String>,
}

impl FlowUnit {
    fn of(unit: Option<&Unit>) -> Self {
        Self {
            name: unit.map(|unit| unit.as_str().to_owned()),
        }
    }
}

/// Übergabe: two consecutive steps of one subject by different units, counted on the day of the second.
#[derive(SimpleObject)]
struct Handover {
    /// Who did the first step.
    from: FlowUnit,
    /// Who did the second.
    to: FlowUnit,
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
    /// The unit.
    unit: FlowUnit,
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
    /// Each pair of units between which something was handed over, by name.
    handovers: Vec<Handover>,
    /// Each unit that did a step in the period or is waited for, by name.
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
        tokio::task::block_in_place(|| {
            let state = services.runner.read();
            let computed = services
                .flows
                .compute(state.facts(), &query, &until(context));
            let found = computed.map_err(|TimeUp| Deadline::error())?;
            rows.take((found.handovers.len() + found.units.len()) as u64)?;
            Ok(found.as_ref().into())
        })
    }
}

impl From<&flow::Flow> for Flow {
    fn from(found: &flow::Flow) -> Self {
        let handovers = found.handovers.iter().map(|pair| Handover {
            from: FlowUnit::of(pair.from.as_deref()),
            to: FlowUnit::of(pair.to.as_deref()),
            count: number(pair.count),
            median_waiting_days: pair.median_waiting_days,
            p90_waiting_days: pair.p90_waiting_days,
        });
        let units = found.units.iter().map(|of_unit| UnitFlow {
            unit: FlowUnit::of(of_unit.unit.as_deref()),
            steps: number(of_unit.steps),
            median_handling_days: of_unit.median_handling_days,
            waiting: number(of_unit.waiting),
        });
        Self {
            handovers: handovers.collect(),
            units: units.collect(),
        }
    }
}
