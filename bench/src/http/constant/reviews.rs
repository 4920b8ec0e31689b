//! The constants that stand for the board and the flow of reviews. How long their lists are is said at
//! the start: they have to be as long as the product's.

use async_graphql::{
    ID, InputValueError, InputValueResult, Object, Scalar, ScalarType, SimpleObject, Value,
};
use clap::Args;

use super::{GLOBAL_ID, List, list};
use crate::boards::ENTRIES;

/// How long the lists are.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct Sizes {
    /// Who is waited for.
    #[arg(long, default_value_t = 0)]
    pub(crate) waiting: usize,
    /// Pairs of units.
    #[arg(long, default_value_t = 0)]
    pub(crate) handovers: usize,
    /// Units.
    #[arg(long, default_value_t = 0)]
    pub(crate) units: usize,
}

/// A day, as the product's documents declare it.
struct Date(String);

#[Scalar]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(day) => Ok(Self(day)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

#[derive(Default)]
pub(super) struct ReviewQueries(pub(super) Sizes);

#[Object]
impl ReviewQueries {
    async fn review_board(&self, #[graphql(name = "on")] _on: Date) -> Board {
        Board(self.0)
    }

    async fn flow(
        &self,
        #[graphql(name = "from")] _from: Date,
        #[graphql(name = "to")] _to: Date,
    ) -> Flow {
        let unit = || Unit {
            name: "51. Fachstelle 1".to_owned(),
        };
        let handover = |_| Handover {
            from: Some(unit()),
            to: Some(unit()),
            count: 57,
            median_waiting_days: 2.416_666_666_666_666_5,
            p90_waiting_days: 4.083_333_333_333_333,
        };
        let of_unit = |_| UnitFlow {
            unit: Some(unit()),
            steps: 812,
            median_handling_days: Some(2.208_333_333_333_333_5),
            waiting: 17,
        };
        Flow {
            handovers: (0..self.0.handovers).map(handover).collect(),
            units: (0..self.0.units).map(of_unit).collect(),
        }
    }
}

struct Board(Sizes);

#[Object]
impl Board {
    async fn urgencies(&self) -> Vec<UrgencyCount> {
        let one = |_| UrgencyCount {
            urgency: "OVERDUE".to_owned(),
            count: 123,
        };
        (0..5).map(one).collect()
    }

    async fn waiting(&self) -> Vec<WaitingCount> {
        let one = |_| WaitingCount {
            waiting_for: Waiting {
                kind: "UNIT".to_owned(),
                unit: Some(Unit {
                    name: "51. Fachstelle 1".to_owned(),
                }),
                account: None,
            },
            count: 12,
            overdue: 3,
        };
        (0..self.0.waiting).map(one).collect()
    }

    async fn entries(&self, #[graphql(name = "first")] _first: i32) -> List<Entry> {
        let one = |_| Entry {
            urgency: "OVERDUE".to_owned(),
            working_days_left: Some(-12),
            review: Review {
                id: GLOBAL_ID.into(),
                title: "Projekt 12345".to_owned(),
                state: "ASSIGNED".to_owned(),
                deadline: Deadline {
                    due_on: Some("2025-03-02".to_owned()),
                },
                version: 7,
            },
        };
        list((0..ENTRIES).map(one))
    }
}

#[derive(SimpleObject)]
struct UrgencyCount {
    urgency: String,
    count: i64,
}

#[derive(SimpleObject)]
struct WaitingCount {
    waiting_for: Waiting,
    count: i64,
    overdue: i64,
}

#[derive(SimpleObject)]
struct Waiting {
    kind: String,
    unit: Option<Unit>,
    account: Option<ID>,
}

#[derive(SimpleObject)]
#[graphql(name = "ReviewBoardEntry")]
pub(super) struct Entry {
    urgency: String,
    working_days_left: Option<i64>,
    review: Review,
}

#[derive(SimpleObject)]
struct Review {
    id: ID,
    title: String,
    state: String,
    deadline: Deadline,
    version: u32,
}

#[derive(SimpleObject)]
struct Deadline {
    due_on: Option<String>,
}

#[derive(SimpleObject)]
struct Flow {
    handovers: Vec<Handover>,
    units: Vec<UnitFlow>,
}

#[derive(SimpleObject)]
struct Handover {
    from: Option<Unit>,
    to: Option<Unit>,
    count: i64,
    median_waiting_days: f64,
    p90_waiting_days: f64,
}

#[derive(SimpleObject)]
struct UnitFlow {
    unit: Option<Unit>,
    steps: i64,
    median_handling_days: Option<f64>,
    waiting: i64,
}

#[derive(SimpleObject)]
struct Unit {
    name: String,
}
