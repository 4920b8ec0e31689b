//! Vereinbarungen: the agreements made in the bodies of the centre.

use async_graphql::{Enum, Error, ID, InputObject};
use querschnitt_projections::State;
use querschnitt_projections::views::AgreementFilter as Filter;

use super::filters;
use crate::objects::Agreement;
use crate::objects::AgreementState;
use crate::scalars::Date;

/// Which entries of the list are shown; every field given narrows it.
#[derive(InputObject, Default)]
struct AgreementFilter {
    /// Gremium.
    network: Option<ID>,
    /// Who does it, under any of its entries.
    responsible: Option<ID>,
    /// How it stands.
    state: Option<AgreementState>,
    /// Due before this day.
    due_before: Option<Date>,
    /// Open, and due before this day.
    overdue_on: Option<Date>,
}

impl AgreementFilter {
    fn view(&self) -> Result<Filter, Error> {
        Ok(Filter {
            network: filters::id("network", self.network.as_ref())?,
            responsible: filters::id("responsible", self.responsible.as_ref())?,
            state: self.state.map(Into::into),
            due_before: self.due_before.map(|day| day.0),
            overdue_on: self.overdue_on.map(|day| day.0),
        })
    }
}

/// What the list is sorted by.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "querschnitt_projections::views::AgreementOrder")]
enum AgreementOrder {
    /// By its due date; without one it comes last.
    DueOn,
    /// By the day it was made.
    MadeOn,
    /// By when it was recorded.
    Recorded,
}

list! {
    /// Vereinbarungen: the agreements made in the bodies of the centre.
    AgreementList { agreements: [Agreement] }
    filter: AgreementFilter,
    order: AgreementOrder,
    direction: Ascending ("Which way it is sorted; ascending when absent."),
    cell: Meeting,
    rows: State::agreements,
    count: State::count_agreements,
}
