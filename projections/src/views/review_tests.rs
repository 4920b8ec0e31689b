//! The list of reviews against what the rows plainly say.

use proptest::prelude::*;
use querschnitt_domain::review::{Phase, ReviewState};
use querschnitt_domain::values::{Programme, ReviewOutcome};
use time::macros::date;
use time::{Date, Duration};

use super::super::{Direction, ReviewFilter, ReviewOrder, SortKey};
use super::{LENGTH, check, few, fold, narrowed, same_as, seens};
use crate::facts::ReviewRow;
use crate::testing::History;

fn day(days: u16) -> Date {
    date!(2024 - 01 - 01) + Duration::days(i64::from(days))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn reviews(
        seed in 0_u64..1000,
        seen in seens(),
        due in (prop::option::of(0_u16..800), prop::option::of(0_u16..800)),
        received in (prop::option::of(0_u16..800), prop::option::of(0_u16..800)),
        overdue_on in prop::option::of(0_u16..800),
        (open, outcome, programme, of_organisation) in any::<(Option<bool>, bool, bool, bool)>(),
        order in prop::sample::select(vec![ReviewOrder::DueOn, ReviewOrder::ReceivedOn, ReviewOrder::Recorded]),
        states in prop::collection::vec(prop::sample::select(ReviewState::ALL.to_vec()), 0..4),
    ) {
        let history = History::with_reviews(seed, LENGTH);
        let state = fold(&history);
        let few = few(&state);
        let seen = narrowed(seen, &few);
        let rows = state.facts().reviews();
        let organisation = rows.history().iter().find_map(|row| row.facts.applicant);
        let filter = ReviewFilter {
            states,
            open,
            outcome: outcome.then(|| ReviewOutcome::parse("NEUTRAL").unwrap()),
            programme: programme.then(|| Programme::at(2).unwrap()),
            organisation: organisation.filter(|_| of_organisation),
            due_from: due.0.map(day),
            due_before: due.1.map(day),
            received_from: received.0.map(day),
            received_to: received.1.map(day),
            overdue_on: overdue_on.map(day),
            ..ReviewFilter::default()
        };
        let same = filter.organisation.map(|id| same_as(&state, seen, id));
        let concerns = |row: &ReviewRow| same.as_ref().is_none_or(|same| {
            row.facts.applicant.is_some_and(|id| same.contains(&id))
                || row.details.advice.iter().any(|advice| {
                    advice.asked.organisation.is_some_and(|id| same.contains(&id))
                })
        });
        let due_on = |row: &ReviewRow| row.facts.due_on;
        let is_open = |row: &ReviewRow| row.state.phase() == Phase::Open;
        check(
            rows,
            seen,
            |row| (filter.states.is_empty() || filter.states.contains(&row.state))
                && filter.open.is_none_or(|open| is_open(row) == open)
                && filter.outcome.is_none_or(|outcome| {
                    row.ended.is_some_and(|ended| ended.outcome == Some(outcome))
                })
                && filter.programme.is_none_or(|of| row.facts.programme == Some(of))
                && filter.due_from.is_none_or(|from| due_on(row).is_some_and(|due| due >= from))
                && filter.due_before.is_none_or(|to| due_on(row).is_some_and(|due| due < to))
                && filter.received_from.is_none_or(|from| row.received_on >= from)
                && filter.received_to.is_none_or(|to| row.received_on < to)
                && filter.overdue_on.is_none_or(|day| {
                    is_open(row) && due_on(row).is_some_and(|due| due < day)
                })
                && concerns(row),
            |row| match order {
                ReviewOrder::DueOn => SortKey::Day(due_on(row).unwrap_or(Date::MAX)),
                ReviewOrder::ReceivedOn => SortKey::Day(row.received_on),
                ReviewOrder::Recorded => SortKey::Recorded,
            },
            |slice| state.reviews(seen, &filter, order, slice),
            state.count_reviews(seen, &filter),
        )?;
    }
}

#[test]
fn a_review_is_found_by_the_words_of_its_title() {
    let history = History::with_reviews(7, LENGTH);
    let state = fold(&history);
    let seen = super::Seen::now(crate::CentreSet::all());
    let filter = |search: &str| ReviewFilter {
        search: Some(search.to_owned()),
        ..ReviewFilter::default()
    };
    let all = state.count_reviews(seen, &ReviewFilter::default());
    let found = state.count_reviews(seen, &filter("caritas"));
    assert!(all > 0 && state.count_reviews(seen, &filter("xyzzy")) == 0);
    let slice = super::Slice {
        first: 1_000,
        after: None,
        direction: Direction::Ascending,
    };
    let page = state.reviews(seen, &filter("caritas"), ReviewOrder::Recorded, &slice);
    assert_eq!(page.rows.len(), found);
    assert!(found > 0 && found < all, "{found} of {all}");
}
