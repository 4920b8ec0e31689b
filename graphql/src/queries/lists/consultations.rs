//! Beratungen: the consultations of the centre that were not retracted.

use async_graphql::{Context, Enum, Error, ID, InputObject, Object};
use querschnitt_projections::views::{ConsultationFilter as Filter, ConsultationOrder as Order};

use super::filters;
use super::{Asked, SortDirection, page};
use crate::objects::Consultation;
use crate::page::{PageArguments, Records};
use crate::scalars::{
    ActionArea, AsOf, ConsultationMode, ConsultationType, Date, Position, Programme, TargetGroup,
};
use crate::viewer::Readable;

/// Which entries of the list are shown; every field given narrows it.
#[derive(InputObject, Default)]
struct ConsultationFilter {
    /// From this day on.
    from: Option<Date>,
    /// Before this day.
    to: Option<Date>,
    /// Beratungsart.
    #[graphql(name = "type")]
    consultation_type: Option<ConsultationType>,
    /// Form.
    mode: Option<ConsultationMode>,
    /// Zielgruppe.
    target_group: Option<TargetGroup>,
    /// Handlungsfeld.
    action_area: Option<ActionArea>,
    /// Förderprogramm.
    programme: Option<Programme>,
    /// Advised organisation, under any of its entries.
    organisation: Option<ID>,
    /// Official municipality key (AGS), eight digits.
    municipality: Option<String>,
}

impl ConsultationFilter {
    fn view(&self) -> Result<Filter, Error> {
        Ok(Filter {
            from: self.from.map(|day| day.0),
            to: self.to.map(|day| day.0),
            consultation_type: filters::code("type", self.consultation_type.as_ref())?,
            mode: filters::code("mode", self.mode.as_ref())?,
            target_group: filters::code("targetGroup", self.target_group.as_ref())?,
            action_area: filters::code("actionArea", self.action_area.as_ref())?,
            programme: filters::code("programme", self.programme.as_ref())?,
            organisation: filters::id("organisation", self.organisation.as_ref())?,
            municipality: self.municipality.clone(),
        })
    }
}

/// What the list is sorted by.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "querschnitt_projections::views::ConsultationOrder")]
enum ConsultationOrder {
    /// By its day.
    OccurredOn,
    /// By when it was recorded.
    Recorded,
}

/// The list.
#[derive(Default)]
pub(super) struct ConsultationList;

#[Object]
impl ConsultationList {
    /// Beratungen: the consultations of the centre that were not retracted.
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the arguments of the GraphQL field"
    )]
    async fn consultations(
        &self,
        context: &Context<'_>,
        filter: Option<ConsultationFilter>,
        #[graphql(desc = "What it is sorted by.")] order: Option<ConsultationOrder>,
        #[graphql(desc = "Which way it is sorted; descending when absent.")] direction: Option<
            SortDirection,
        >,
        #[graphql(desc = "As the book knew it then.")] as_of: Option<AsOf>,
        #[graphql(desc = "Wait for this position first.")] at_least: Option<Position>,
        #[graphql(desc = "1 to 100; one of first and last is required.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "1 to 100; one of first and last is required.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Records<Consultation>, Error> {
        let filter = filter.unwrap_or_default().view()?;
        let order: Order = order.map(Into::into).unwrap_or_default();
        let asked = Asked {
            class: Readable::Consultations,
            page: PageArguments {
                first,
                after,
                last,
                before,
            },
            direction: direction.unwrap_or(SortDirection::Descending),
            as_of,
            at_least,
        };
        page(
            context,
            asked,
            |state, seen, slice| state.consultations(seen, &filter, order, slice),
            |state, seen| state.count_consultations(seen, &filter),
            |row, at| Consultation {
                row: row.clone(),
                at,
            },
        )
        .await
    }
}
