//! Stellungnahmen: the project reviews of the centre that were not retracted.

use async_graphql::{Enum, Error, ID, InputObject};
use querschnitt_projections::State;
use querschnitt_projections::views::ReviewFilter as Filter;

use super::filters;
use crate::objects::{ProjectReview, ReviewState};
use crate::scalars::{ActionArea, ApplicantType, Date, Programme, ReviewOutcome, ReviewRequester};

/// Which entries of the list are shown; every field given narrows it.
#[derive(InputObject, Default)]
struct ProjectReviewFilter {
    /// Beginnings of words of the project's title, in the search form of DIN 91379; refused for roles
    /// that may not read titles.
    search: Option<String>,
    /// In one of these states.
    states: Option<Vec<ReviewState>>,
    /// Still to be stated, or not.
    open: Option<bool>,
    /// Förderprogramm.
    programme: Option<Programme>,
    /// Votum, or why there is no statement.
    outcome: Option<ReviewOutcome>,
    /// Art des Antragstellers.
    applicant_type: Option<ApplicantType>,
    /// Who asks for the statement.
    requester: Option<ReviewRequester>,
    /// Handlungsfeld.
    action_area: Option<ActionArea>,
    /// The organisation that applies or was asked for advice, under any of its entries.
    organisation: Option<ID>,
    /// The account that works on it; refused for those outside the centre, who are told of no accounts.
    reviewer: Option<ID>,
    /// Official municipality key (AGS), eight digits.
    municipality: Option<String>,
    /// Received on this day or later.
    received_from: Option<Date>,
    /// Received before this day.
    received_to: Option<Date>,
    /// Due on this day or later.
    due_from: Option<Date>,
    /// Due before this day.
    due_before: Option<Date>,
    /// Open, and due before this day.
    overdue_on: Option<Date>,
}

impl ProjectReviewFilter {
    fn view(&self) -> Result<Filter, Error> {
        let states = self.states.iter().flatten();
        Ok(Filter {
            search: self.search.clone(),
            states: states.map(|state| (*state).into()).collect(),
            open: self.open,
            programme: filters::code("programme", self.programme.as_ref())?,
            outcome: filters::code("outcome", self.outcome.as_ref())?,
            applicant_type: filters::code("applicantType", self.applicant_type.as_ref())?,
            requester: filters::code("requester", self.requester.as_ref())?,
            action_area: filters::code("actionArea", self.action_area.as_ref())?,
            organisation: filters::id("organisation", self.organisation.as_ref())?,
            reviewer: filters::account("reviewer", self.reviewer.as_ref())?,
            municipality: self.municipality.clone(),
            received_from: self.received_from.map(|day| day.0),
            received_to: self.received_to.map(|day| day.0),
            due_from: self.due_from.map(|day| day.0),
            due_before: self.due_before.map(|day| day.0),
            overdue_on: self.overdue_on.map(|day| day.0),
        })
    }
}

/// What the list is sorted by.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "querschnitt_projections::views::ReviewOrder")]
enum ProjectReviewOrder {
    /// By its due date; without one it comes last.
    DueOn,
    /// By the day the request came in.
    ReceivedOn,
    /// By when it was recorded.
    Recorded,
}

list! {
    /// Stellungnahmen: the project reviews of the centre that were not retracted.
    ProjectReviewList { project_reviews: [ProjectReview] }
    filter: ProjectReviewFilter,
    order: ProjectReviewOrder,
    direction: Ascending ("Which way it is sorted; ascending when absent."),
    cell: Review,
    search: ReviewText,
    staff: reviewer,
    rows: State::reviews,
    count: State::count_reviews,
}
