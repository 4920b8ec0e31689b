//! The list of reviews: what is open, what is due, what is overdue on a day.

use querschnitt_domain::review::ReviewState;
use querschnitt_domain::values::{
    ActionArea, ApplicantType, Programme, ReviewOutcome, ReviewRequester,
};
use querschnitt_domain::{ActorId, OrganisationId, RecordKind, ReviewId};
use time::Date;

use super::lists::{Source, due};
use super::page::{Page, Seen, Slice};
use crate::facts::ReviewRow;
use crate::search_form::search_form;
use crate::state::State;

/// Which reviews; what is not set does not narrow.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ReviewFilter {
    /// Beginnings of words of the project's title, in any spelling the search form knows.
    pub search: Option<String>,
    /// In one of these states; empty: in any.
    pub states: Vec<ReviewState>,
    /// Still to be stated, or not.
    pub open: Option<bool>,
    /// The programme that is to fund the project.
    pub programme: Option<Programme>,
    /// The Votum of the statement, or why there is none.
    pub outcome: Option<ReviewOutcome>,
    /// What kind of organisation applies.
    pub applicant_type: Option<ApplicantType>,
    /// Who asked for the statement.
    pub requester: Option<ReviewRequester>,
    /// Has this action area.
    pub action_area: Option<ActionArea>,
    /// Applied for by this organisation, or its advice was asked, under any of its entries in the
    /// register.
    pub organisation: Option<OrganisationId>,
    /// This account works on it.
    pub reviewer: Option<ActorId>,
    /// Is for this municipality (AGS, eight digits).
    pub municipality: Option<String>,
    /// The first day on which the request came in.
    pub received_from: Option<Date>,
    /// The first day after it.
    pub received_to: Option<Date>,
    /// Due on this day or later.
    pub due_from: Option<Date>,
    /// Due before this day.
    pub due_before: Option<Date>,
    /// Still open, and its due date lies before this day.
    pub overdue_on: Option<Date>,
}

/// What the list is ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ReviewOrder {
    /// By its due date; without one it comes last.
    #[default]
    DueOn,
    /// By the day the request came in.
    ReceivedOn,
    /// By when it was recorded.
    Recorded,
}

impl ReviewFilter {
    fn keeps(&self, row: &ReviewRow) -> bool {
        let facts = &row.facts;
        (self.states.is_empty() || self.states.contains(&row.state))
            && self.open.is_none_or(|open| row.is_open() == open)
            && self
                .programme
                .is_none_or(|programme| facts.programme == Some(programme))
            && self
                .outcome
                .is_none_or(|outcome| row.ended.and_then(|ended| ended.outcome) == Some(outcome))
            && self
                .applicant_type
                .is_none_or(|of| facts.applicant_type == of)
            && self.requester.is_none_or(|of| facts.requester == of)
            && self
                .action_area
                .is_none_or(|area| row.action_areas.contains(area))
            && self.reviewer.is_none_or(|who| row.reviewer == Some(who))
            && self
                .municipality
                .as_deref()
                .is_none_or(|key| facts.municipality.as_deref() == Some(key))
            && self
                .received_from
                .is_none_or(|from| from <= row.received_on)
            && self.received_to.is_none_or(|to| row.received_on < to)
            && self
                .due_from
                .is_none_or(|day| facts.due_on.is_some_and(|due| day <= due))
            && self
                .due_before
                .is_none_or(|day| facts.due_on.is_some_and(|due| due < day))
            && self.overdue_on.is_none_or(|day| row.overdue_on(day))
    }
}

impl State {
    /// A page of the reviews.
    #[must_use]
    pub fn reviews(
        &self,
        seen: Seen<'_>,
        filter: &ReviewFilter,
        order: ReviewOrder,
        slice: &Slice,
    ) -> Page<'_, ReviewRow> {
        let source = self.review_source(filter, seen);
        let keeps = self.review_keeps(filter, seen);
        match order {
            ReviewOrder::DueOn => source.page_by_day(
                &self.lists().reviews_by_due,
                (filter.due_from, filter.due_before),
                seen,
                slice,
                due,
                keeps,
            ),
            ReviewOrder::ReceivedOn => source.page_by_day(
                &self.lists().reviews_by_received,
                (filter.received_from, filter.received_to),
                seen,
                slice,
                |row| row.received_on,
                keeps,
            ),
            ReviewOrder::Recorded => source.page_by_recorded(seen, slice, keeps),
        }
    }

    /// How many reviews the filter keeps.
    #[must_use]
    pub fn count_reviews(&self, seen: Seen<'_>, filter: &ReviewFilter) -> usize {
        if seen.is_whole(RecordKind::Review) && *filter == ReviewFilter::default() {
            return self.lists().reviews_by_due.count(seen.scope.centres);
        }
        let keeps = self.review_keeps(filter, seen);
        self.review_source(filter, seen)
            .rows(seen)
            .filter(|row| keeps(row))
            .count()
    }

    fn review_keeps(&self, filter: &ReviewFilter, seen: Seen<'_>) -> impl Fn(&ReviewRow) -> bool {
        let search = filter.search.as_deref().map(search_form);
        let same = self.entries_of(filter.organisation, seen);
        move |row| {
            filter.keeps(row)
                && search
                    .as_deref()
                    .is_none_or(|search| self.names().matches(&row.facts.title, search))
                && same
                    .as_deref()
                    .is_none_or(|same| concerns(row).any(|id| same.contains(&id)))
        }
    }

    fn review_source(&self, filter: &ReviewFilter, seen: Seen<'_>) -> Source<'_, ReviewRow> {
        let named = || {
            let same = self.entries_of(filter.organisation, seen)?;
            let named = same.iter().map(|id| id.record());
            Some(self.records_naming(named, RecordKind::Review, ReviewId))
        };
        Source::new(
            (self.facts().reviews(), &self.lists().reviews),
            RecordKind::Review,
            named,
            seen,
        )
    }
}

/// The organisation that applies and those that were asked for advice.
fn concerns(row: &ReviewRow) -> impl Iterator<Item = OrganisationId> {
    let asked = row.details.advice.iter();
    let asked = asked.filter_map(|advice| advice.asked.organisation);
    row.facts.applicant.into_iter().chain(asked)
}
