//! State = fold(events): whatever the history, however it is delivered.

use std::sync::Arc;

use proptest::prelude::*;
use querschnitt_domain::{Commitment, RecordId};

use super::{ApplyError, State};
use crate::facts::{Facts, Row, Rows};
use crate::known::Known;
use crate::testing::History;
use crate::texts::{NoTexts, TextSource};
use crate::views::Lists;

fn fold(history: &History, upto: usize) -> State {
    let mut state = State::default();
    for recorded in &history.events()[..upto] {
        state.apply(recorded, &NoTexts).unwrap();
    }
    state
}

/// The rows that stood at a position, without when they ended.
fn standing<R: Row + Clone + std::fmt::Debug>(rows: &Rows<R>, position: u64) -> Vec<String> {
    rows.all_at(position)
        .map(|row| {
            let mut row = row.clone();
            let from = row.known().from();
            *row.known_mut() = Known::since(from);
            format!("{row:?}")
        })
        .collect()
}

fn all_standing(facts: &Facts, position: u64) -> Vec<String> {
    let mut all = standing(facts.organisations(), position);
    all.extend(standing(facts.consultations(), position));
    all.extend(standing(facts.networks(), position));
    all.extend(standing(facts.meetings(), position));
    all.extend(standing(facts.agreements(), position));
    all.extend(standing(facts.reviews(), position));
    for row in facts.reviews().all_at(position) {
        all.push(facts.review_version(row.id, position).to_string());
        all.extend(facts.steps().of(row.id, position).map(|step| {
            let mut step = step.clone();
            step.known = Known::since(step.known.from());
            format!("{step:?}")
        }));
    }
    all.extend(facts.memberships().all_at(position).map(|row| {
        let mut row = row.clone();
        row.known = Known::since(row.known.from());
        format!("{row:?}")
    }));
    all
}

#[test]
fn a_gap_stops_many_at_once_where_it_is() {
    let history = History::with_reviews(1, 600);
    let mut events = history.events().to_vec();
    events.remove(400);
    let mut state = State::default();
    let refused = state.apply_all(&events, &NoTexts);
    let (expected, found) = (401, 402);
    assert_eq!(refused, Err(ApplyError::Gap { expected, found }));
    assert_eq!(state.position(), 400);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn folding_many_at_once_is_folding_each(seed: u64, length in 1_usize..700, cut in 0_usize..700) {
        let history = History::with_reviews(seed, length);
        let events = history.events();
        let each = fold(&history, events.len());
        let mut at_once = State::default();
        let (front, back) = events.split_at(cut.min(events.len()));
        at_once.apply_all(front, &NoTexts).unwrap();
        // Some of it again: only what is new counts.
        at_once.apply_all(&events[front.len() / 2..], &NoTexts).unwrap();
        prop_assert!(at_once.apply_all(&back[back.len() / 2..], &NoTexts).is_ok());
        let head = each.position();
        prop_assert_eq!(at_once.digest(), each.digest());
        prop_assert_eq!(all_standing(at_once.facts(), head), all_standing(each.facts(), head));
        for position in 1..=head {
            prop_assert_eq!(at_once.timeline().at(position), each.timeline().at(position));
        }
    }

    #[test]
    fn delivering_twice_changes_nothing(seed: u64, length in 1_usize..200, again in 0_usize..200) {
        let history = History::with_reviews(seed, length);
        let mut state = fold(&history, length);
        let digest = state.digest();
        let timeline = state.timeline().len();
        for recorded in history.events().iter().skip(again) {
            prop_assert_eq!(state.apply(recorded, &NoTexts), Ok(false));
        }
        prop_assert_eq!(state.digest(), digest);
        prop_assert_eq!(state.timeline().len(), timeline);
    }

    #[test]
    fn as_of_a_position_is_what_a_rebuild_to_it_says(seed: u64, length in 1_usize..300, part in 0.0..1.0_f64) {
        let history = History::with_reviews(seed, length);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a share of a small number")]
        let upto = (length as f64 * part) as usize;
        let whole = fold(&history, length);
        let past = fold(&history, upto);
        prop_assert_eq!(all_standing(whole.facts(), upto as u64), all_standing(past.facts(), u64::MAX));
        prop_assert_eq!(past.position(), upto as u64);
        for (id, row) in past.facts().organisations().all().map(|row| (row.id, row)) {
            let at = whole.facts().organisations().at(id, upto as u64).unwrap();
            prop_assert_eq!(at.version, row.version);
            prop_assert_eq!(
                whole.facts().same_as(id, upto as u64),
                past.facts().same_as(id, u64::MAX)
            );
        }
    }

    #[test]
    fn every_position_has_a_digest_of_its_own(seed: u64, length in 2_usize..100) {
        let history = History::with_reviews(seed, length);
        let mut digests = std::collections::HashSet::new();
        let mut state = State::default();
        for recorded in history.events() {
            state.apply(recorded, &NoTexts).unwrap();
            prop_assert!(digests.insert(state.digest()));
        }
    }

    #[test]
    fn a_version_is_the_number_of_the_records_own_events(seed: u64, length in 1_usize..200) {
        let history = History::with_reviews(seed, length);
        let facts = fold(&history, length);
        let facts = facts.facts();
        let own = |record| {
            let count = history.events().iter().filter(|event| event.event.data.record() == Some(record)).count();
            u32::try_from(count).unwrap()
        };
        for row in facts.organisations().all() { prop_assert_eq!(row.version, own(row.id.record())); }
        for row in facts.consultations().all() { prop_assert_eq!(row.version, own(row.id.record())); }
        for row in facts.networks().all() { prop_assert_eq!(row.version, own(row.id.record())); }
        for row in facts.meetings().all() { prop_assert_eq!(row.version, own(row.id.record())); }
        for row in facts.agreements().all() { prop_assert_eq!(row.version, own(row.id.record())); }
    }
}

#[test]
fn a_digest_covers_rows_timelines_and_lists() {
    let history = History::with_reviews(7, 300);
    let mut seen = std::collections::HashSet::new();
    for upto in 1..=history.events().len() {
        let last = &history.events()[upto - 1];
        let kind = last.event.data.kind();
        if !seen.insert(kind) {
            continue;
        }
        let good = fold(&history, upto).digest();
        let mut bad = fold(&history, upto);
        bad.timeline.apply(last);
        assert_ne!(bad.digest(), good, "the timeline after {kind:?}");
        let mut bad = fold(&history, upto);
        bad.facts = fold(&history, upto - 1).facts;
        assert_ne!(bad.digest(), good, "the rows after {kind:?}");
        let mut bad = fold(&history, upto);
        bad.lists = Lists::default();
        assert_ne!(bad.digest(), good, "the lists after {kind:?}");
    }
    assert!(seen.len() > 30, "{} kinds", seen.len());
}

/// Knows the same text for everything.
struct Says(&'static str);

impl TextSource for Says {
    fn text(&self, _subject: RecordId, _commitment: &Commitment) -> Option<Arc<str>> {
        Some(self.0.into())
    }
}

#[test]
fn a_name_that_cannot_be_searched_for_is_missing() {
    let history = History::with_reviews(7, 100);
    let read = |texts: &dyn TextSource| {
        let mut state = State::default();
        state.apply_all(history.events(), texts).unwrap();
        state
    };
    let [bread, cake, none] = [read(&Says("Brot")), read(&Says("Kuchen")), read(&NoTexts)];
    assert_eq!(bread.digest(), none.digest(), "no text is in the digest");
    assert_eq!(bread.missing_names(&bread), 0);
    assert_eq!(bread.missing_names(&none), 0, "erased texts stay");
    let names = none.missing_names(&bread);
    assert!(names > 5, "{names}");
    assert_eq!(cake.missing_names(&bread), names);
}

#[test]
fn a_missing_event_is_named_and_changes_nothing() {
    let history = History::generate(3, 10);
    let mut state = fold(&history, 4);
    let digest = state.digest();
    assert_eq!(
        state.apply(&history.events()[5], &NoTexts),
        Err(ApplyError::Gap {
            expected: 5,
            found: 6
        })
    );
    assert_eq!(state.digest(), digest);
}

#[test]
fn a_time_leads_to_the_last_position_recorded_by_then() {
    let history = History::generate(5, 50);
    let state = fold(&history, 50);
    for recorded in history.events() {
        let at = recorded.recorded_at;
        let last = history
            .events()
            .iter()
            .rfind(|event| event.recorded_at <= at)
            .unwrap();
        assert_eq!(state.position_at(at), last.position);
    }
    let first = history.events()[0].recorded_at;
    assert_eq!(
        state.position_at(first - time::Duration::microseconds(1)),
        0
    );
}
