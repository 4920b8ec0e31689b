//! Beratungen: the consultations of the centre that were not retracted.

use async_graphql::{Enum, Error, ID, InputObject};
use querschnitt_projections::State;
use querschnitt_projections::views::ConsultationFilter as Filter;

use super::filters;
use crate::objects::Consultation;
use crate::scalars::{
    ActionArea, ConsultationMode, ConsultationType, Date, Programme, TargetGroup,
};

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

list! {
    /// Beratungen: the consultations of the centre that were not retracted.
    ConsultationList { consultations: [Consultation] }
    filter: ConsultationFilter,
    order: ConsultationOrder,
    direction: Descending ("Which way it is sorted; descending when absent."),
    cell: Consultation,
    rows: State::consultations,
    count: State::count_consultations,
}
