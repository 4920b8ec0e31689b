//! Vereinbarungen: the agreements made in the bodies of the centre.

use async_graphql::{Context, Enum, Error, ID, InputObject, Object};
use querschnitt_projections::views::{AgreementFilter as Filter, AgreementOrder as Order};

use super::filters;
use super::{Asked, SortDirection, page};
use crate::objects::Agreement;
use crate::objects::AgreementState;
use crate::page::{PageArguments, Records};
use crate::scalars::{AsOf, Date, Position};
use crate::viewer::Readable;

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

/// The list.
#[derive(Default)]
pub(super) struct AgreementList;

#[Object]
impl AgreementList {
    /// Vereinbarungen: the agreements made in the bodies of the centre.
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the arguments of the GraphQL field"
    )]
    async fn agreements(
        &self,
        context: &Context<'_>,
        filter: Option<AgreementFilter>,
        #[graphql(desc = "What it is sorted by.")] order: Option<AgreementOrder>,
        #[graphql(desc = "Which way it is sorted; ascending when absent.")] direction: Option<
            SortDirection,
        >,
        #[graphql(desc = "As the book knew it then.")] as_of: Option<AsOf>,
        #[graphql(desc = "Wait for this position first.")] at_least: Option<Position>,
        #[graphql(desc = "1 to 100; one of first and last is required.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "1 to 100; one of first and last is required.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Records<Agreement>, Error> {
        let filter = filter.unwrap_or_default().view()?;
        let order: Order = order.map(Into::into).unwrap_or_default();
        let asked = Asked {
            class: Readable::Meetings,
            page: PageArguments {
                first,
                after,
                last,
                before,
            },
            direction: direction.unwrap_or(SortDirection::Ascending),
            as_of,
            at_least,
        };
        page(
            context,
            asked,
            |state, seen, slice| state.agreements(seen, &filter, order, slice),
            |state, seen| state.count_agreements(seen, &filter),
            |row, at| Agreement {
                row: row.clone(),
                at,
            },
        )
        .await
    }
}
