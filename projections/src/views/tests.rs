//! Views against plain slow computations over generated histories.
//! A little over 400 lines: every view of the same histories.

use std::fmt::Debug;

use proptest::prelude::*;
use querschnitt_domain::values::{ActionArea, BodyType, ConsultationType, KiRole};
use querschnitt_domain::{CENTRES, EventData, OrganisationId, RecordKind, Recorded};
use time::Date;
use time::macros::date;

use super::page::{Cursor, Direction, Listed, Page, Seen, Slice, SortKey};
use super::scope::{Kinds, RecordSet, Scope};
use super::timeline::Reading;
use super::{
    AgreementFilter, AgreementOrder, ConsultationFilter, ConsultationOrder, MeetingFilter,
    MeetingOrder, NetworkFilter, NetworkOrder, OrganisationFilter, OrganisationOrder,
};
use crate::dimension::CentreSet;
use crate::facts::{AgreementState, MeetingState, Rows};
use crate::search_form::{matches, search_form};
use crate::state::State;
use crate::testing::History;
use crate::texts::TextSource;

#[path = "board_tests.rs"]
mod board_tests;
#[path = "part_tests.rs"]
mod part_tests;
#[path = "review_tests.rs"]
mod review_tests;

const LENGTH: usize = 300;

fn fold(history: &History) -> State {
    let mut state = State::default();
    for recorded in history.events() {
        state.apply(recorded, history).unwrap();
    }
    state
}

/// Of the three centres of a history the first, the first two, or all there are.
fn scope(which: usize) -> CentreSet {
    match which {
        0 => CENTRES.iter().take(1).map(|centre| centre.key).collect(),
        1 => CENTRES.iter().take(2).map(|centre| centre.key).collect(),
        _ => CentreSet::all(),
    }
}

prop_compose! {
    /// Of the scopes of [`scope`] everything, or of some kinds (or none) everything and of the others only what
    /// [`few`] picks: see [`narrowed`].
    fn seens()(which in 0_usize..3, kinds in prop::option::of(0_usize..4), as_of in prop::option::of(0..=LENGTH as u64)) -> Seen<'static> {
        let mut scope = Scope::of(scope(which));
        if let Some(from) = kinds {
            scope.kinds = match from {
                3 => Kinds::default(),
                _ => RecordKind::ALL.into_iter().skip(from).step_by(3).collect(),
            };
        }
        Seen { scope, as_of }
    }
}

/// About two thirds of the records, whatever their kind.
fn few(state: &State) -> RecordSet {
    let mut all = RecordSet::new();
    let facts = state.facts();
    all.extend(facts.organisations().history().iter().map(Listed::record));
    all.extend(facts.consultations().history().iter().map(Listed::record));
    all.extend(facts.networks().history().iter().map(Listed::record));
    all.extend(facts.meetings().history().iter().map(Listed::record));
    all.extend(facts.agreements().history().iter().map(Listed::record));
    all.extend(facts.reviews().history().iter().map(Listed::record));
    all.retain(|record| !record.id.as_u128().is_multiple_of(3));
    all
}

/// What was made up before the records were known, with the records.
fn narrowed<'a>(seen: Seen<'a>, few: &'a RecordSet) -> Seen<'a> {
    let single = (seen.scope.kinds != Kinds::all()).then_some(few);
    let scope = Scope {
        single,
        ..seen.scope
    };
    Seen { scope, ..seen }
}

/// The entries of an organisation that exist for the reader; of one that does not exist, none.
fn same_as(state: &State, seen: Seen<'_>, id: OrganisationId) -> Vec<OrganisationId> {
    let scope = seen.scope;
    let exists = |id: &OrganisationId| {
        let is_single = scope
            .single
            .is_some_and(|single| single.contains(&id.record()));
        scope.kinds.has(RecordKind::Organisation) || is_single
    };
    let mut same = state.facts().same_as(id, seen.position());
    same.retain(|entry| exists(&id) && exists(entry));
    same
}

/// Reads a list to its end in pages of three.
fn read_all<'a, R: Listed>(
    direction: Direction,
    page: impl Fn(&Slice) -> Page<'a, R>,
) -> Vec<&'a R> {
    let mut slice = Slice {
        direction,
        after: None,
        first: 3,
    };
    let mut all = Vec::new();
    loop {
        let Page { rows, has_more } = page(&slice);
        assert!(rows.len() <= 3);
        assert!(rows.len() == 3 || !has_more);
        slice.after = rows.last().map(|(cursor, _)| cursor.clone());
        all.extend(rows.into_iter().map(|(_, row)| row));
        if !has_more {
            return all;
        }
    }
}

/// The rows a list should have, in both directions.
fn check<'a, R: Listed + Debug>(
    rows: &'a Rows<R>,
    seen: Seen<'_>,
    keeps: impl Fn(&R) -> bool,
    key: impl Fn(&R) -> SortKey,
    page: impl Fn(&Slice) -> Page<'a, R>,
    count: usize,
) -> Result<(), TestCaseError> {
    let mut expected: Vec<_> = rows
        .history()
        .iter()
        .filter(|row| row.known().at(seen.position()))
        .filter(|row| seen.scope.contains(row.centre(), row.record()) && keeps(row))
        .map(|row| {
            (
                Cursor {
                    key: key(row),
                    recorded: row.recorded(),
                },
                row,
            )
        })
        .collect();
    expected.sort_by(|a, b| a.0.cmp(&b.0));
    prop_assert_eq!(count, expected.len());
    let mut positions: Vec<_> = expected.iter().map(|(_, row)| row.known().from()).collect();
    let read = |direction| -> Vec<u64> {
        let rows = read_all(direction, &page);
        rows.iter().map(|row| row.known().from()).collect()
    };
    prop_assert_eq!(&read(Direction::Ascending), &positions);
    positions.reverse();
    prop_assert_eq!(&read(Direction::Descending), &positions);
    Ok(())
}

fn day(days: u16) -> Date {
    date!(2024 - 01 - 01) + time::Duration::days(i64::from(days))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn consultations(seed in 0_u64..1000, seen in seens(), from in prop::option::of(0_u16..730), days in prop::option::of(0_u16..400), area: bool, kind: bool, of_organisation: bool, by_day: bool) {
        let history = History::generate(seed, LENGTH);
        let state = fold(&history);
        let few = few(&state);
        let seen = narrowed(seen, &few);
        let filter = ConsultationFilter {
            from: from.map(day),
            to: days.map(|days| day(from.unwrap_or(0) + days)),
            action_area: area.then(|| ActionArea::at(3).unwrap()),
            consultation_type: kind.then(|| ConsultationType::at(1).unwrap()),
            organisation: of_organisation.then(|| state.facts().organisations().history()[0].id),
            ..ConsultationFilter::default()
        };
        let same = filter.organisation.map(|id| same_as(&state, seen, id));
        let order = if by_day { ConsultationOrder::OccurredOn } else { ConsultationOrder::Recorded };
        check(
            state.facts().consultations(),
            seen,
            |row| filter.from.is_none_or(|from| row.occurred_on >= from)
                && filter.to.is_none_or(|to| row.occurred_on < to)
                && filter.action_area.is_none_or(|area| row.action_areas.contains(area))
                && filter.consultation_type.is_none_or(|kind| row.consultation_type == kind)
                && same.as_ref().is_none_or(|same| row.organisations.iter().any(|id| same.contains(id))),
            |row| if by_day { SortKey::Day(row.occurred_on) } else { SortKey::Recorded },
            |slice| state.consultations(seen, &filter, order, slice),
            state.count_consultations(seen, &filter),
        )?;
    }

    #[test]
    fn meetings(seed in 0_u64..1000, seen in seens(), held: bool, pending in prop::option::of(any::<bool>()), of_network: bool, role: bool, body: bool, from in prop::option::of(0_u16..730), by_day: bool) {
        let history = History::generate(seed, LENGTH);
        let state = fold(&history);
        let few = few(&state);
        let seen = narrowed(seen, &few);
        let networks = state.facts().networks();
        let filter = MeetingFilter {
            network: networks.history().first().map(|row| row.id).filter(|_| of_network),
            state: held.then_some(MeetingState::Held),
            from: from.map(day),
            to: None,
            body_type: body.then(|| networks.history().first().map_or(BodyType::at(0).unwrap(), |row| row.body_type)),
            ki_role: role.then(|| KiRole::at(0).unwrap()),
            minutes_pending: pending,
        };
        let order = if by_day { MeetingOrder::Date } else { MeetingOrder::Recorded };
        check(
            state.facts().meetings(),
            seen,
            |row| {
                let network = networks.at(row.network, seen.position());
                filter.network.is_none_or(|id| row.network == id)
                    && (!held || row.state == MeetingState::Held)
                    && filter.from.is_none_or(|from| row.date >= from)
                    && filter.body_type.is_none_or(|of| network.map(|network| network.body_type) == Some(of))
                    && filter.ki_role.is_none_or(|role| row.plan.ki_role.or(network.and_then(|network| network.ki_role)) == Some(role))
                    && pending.is_none_or(|pending| pending == (row.state == MeetingState::Held && row.minutes_approved_on.is_none()))
            },
            |row| if by_day { SortKey::Day(row.date) } else { SortKey::Recorded },
            |slice| state.meetings(seen, &filter, order, slice),
            state.count_meetings(seen, &filter),
        )?;
    }

    #[test]
    fn organisations(seed in 0_u64..1000, seen in seens(), search in prop::option::of(prop::sample::select(vec!["awo", "Strassenschule", "loe kita", "mül", "agri", "xyz"])), include_same: bool, by_name: bool) {
        let history = History::generate(seed, LENGTH);
        let state = fold(&history);
        let few = few(&state);
        let seen = narrowed(seen, &few);
        let filter = OrganisationFilter {
            search: search.map(str::to_owned),
            include_same,
            ..OrganisationFilter::default()
        };
        let name = |row: &crate::facts::OrganisationRow| {
            search_form(&history.text(row.id.record(), &row.name).unwrap())
        };
        let order = if by_name { OrganisationOrder::Name } else { OrganisationOrder::Recorded };
        check(
            state.facts().organisations(),
            seen,
            |row| (include_same || row.same_as.is_none())
                && search.is_none_or(|search| matches(&name(row), &search_form(search))),
            |row| if by_name { SortKey::Name(name(row).into()) } else { SortKey::Recorded },
            |slice| state.organisations(seen, &filter, order, slice),
            state.count_organisations(seen, &filter),
        )?;
    }

    #[test]
    fn networks(seed in 0_u64..1000, seen in seens(), open_on in prop::option::of(0_u16..730), by_name: bool) {
        let history = History::generate(seed, LENGTH);
        let state = fold(&history);
        let few = few(&state);
        let seen = narrowed(seen, &few);
        let filter = NetworkFilter { open_on: open_on.map(day), ..NetworkFilter::default() };
        let order = if by_name { NetworkOrder::Name } else { NetworkOrder::Recorded };
        check(
            state.facts().networks(),
            seen,
            |row| filter.open_on.is_none_or(|day| row.founded_on <= day && row.closed_on.is_none_or(|last| day <= last)),
            |row| if by_name {
                SortKey::Name(search_form(&history.text(row.id.record(), &row.name).unwrap()).into())
            } else {
                SortKey::Recorded
            },
            |slice| state.networks(seen, &filter, order, slice),
            state.count_networks(seen, &filter),
        )?;
    }

    #[test]
    fn agreements(seed in 0_u64..1000, seen in seens(), overdue_on in prop::option::of(0_u16..730), of_network: bool, responsible: bool, order in prop::sample::select(vec![AgreementOrder::DueOn, AgreementOrder::MadeOn, AgreementOrder::Recorded])) {
        let history = History::generate(seed, LENGTH);
        let state = fold(&history);
        let few = few(&state);
        let seen = narrowed(seen, &few);
        let filter = AgreementFilter {
            network: state.facts().networks().history().first().map(|row| row.id).filter(|_| of_network),
            responsible: responsible.then(|| state.facts().organisations().history()[0].id),
            overdue_on: overdue_on.map(day),
            ..AgreementFilter::default()
        };
        let same = filter.responsible.map(|id| same_as(&state, seen, id));
        check(
            state.facts().agreements(),
            seen,
            |row| filter.network.is_none_or(|id| row.network == id)
                && filter.overdue_on.is_none_or(|day| row.state == AgreementState::Open && row.due_on.is_some_and(|due| due < day))
                && same.as_ref().is_none_or(|same| row.responsible.is_some_and(|id| same.contains(&id))),
            |row| match order {
                AgreementOrder::DueOn => SortKey::Day(row.due_on.unwrap_or(Date::MAX)),
                AgreementOrder::MadeOn => SortKey::Day(row.made_on),
                AgreementOrder::Recorded => SortKey::Recorded,
            },
            |slice| state.agreements(seen, &filter, order, slice),
            state.count_agreements(seen, &filter),
        )?;
    }

    #[test]
    fn a_timeline_is_what_the_tags_say(seed: u64, seen in seens()) {
        let history = History::generate(seed, LENGTH);
        let state = fold(&history);
        let few = few(&state);
        let scope = narrowed(seen, &few).scope;
        let exists = |recorded: &&Recorded| recorded.event.data.record().is_some_and(|record| scope.contains(recorded.event.centre, record));
        let named = history.events().iter().filter_map(|recorded| recorded.event.data.record());
        for record in named.take(40) {
            let mut expected: Vec<_> = history
                .events()
                .iter()
                .filter(exists)
                .filter(|recorded| recorded.event.tags().contains(&record.tag()))
                .map(|recorded| (recorded.position, recorded.recorded_at, recorded.actor, recorded.on_behalf_of, recorded.role, recorded.event.data.kind(), recorded.event.data.record().unwrap(), recorded.event.occurred_on))
                .collect();
            let read = |reading| -> Vec<_> {
                state
                    .timeline()
                    .of(record, scope, reading)
                    .map(|entry| (entry.position, entry.recorded_at, entry.actor, entry.on_behalf_of, entry.role, entry.kind, entry.record, entry.occurred_on))
                    .collect()
            };
            prop_assert_eq!(read(Reading::OldestFirst), expected.clone());
            expected.reverse();
            prop_assert_eq!(read(Reading::NewestFirst), expected);
        }
        let after = LENGTH as u64 / 2;
        let expected: Vec<_> = history
            .events()
            .iter()
            .filter(|recorded| recorded.position > after && exists(recorded))
            .map(|recorded| recorded.position)
            .collect();
        let read: Vec<_> = state.timeline().events_after(scope, after).map(|entry| entry.position).collect();
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn cooperation_is_everything_that_names_the_organisation(seed in 0_u64..1000, seen in seens()) {
        let history = History::generate(seed, LENGTH);
        let state = fold(&history);
        let few = few(&state);
        let seen = narrowed(seen, &few);
        let facts = state.facts();
        let position = seen.position();
        for row in facts.organisations().history().iter().take(10) {
            let visible = facts.organisations().at(row.id, position).is_some_and(|row| seen.scope.contains(row.centre, row.id.record()));
            let cooperation = state.cooperation(seen, row.id);
            prop_assert_eq!(cooperation.is_some(), visible);
            let Some(cooperation) = cooperation else { continue };
            let same = same_as(&state, seen, row.id);
            let consultations = facts.consultations().all_at(position)
                .filter(|row| seen.scope.contains(row.centre, row.record()))
                .filter(|row| same.iter().any(|id| row.organisations.contains(id) || row.links().contains(&id.record())))
                .count();
            prop_assert_eq!(cooperation.consultations.len(), consultations);
            let memberships = facts.memberships().all_at(position)
                .filter(|row| seen.scope.contains(row.centre, row.network.record()) && same.contains(&row.organisation))
                .count();
            prop_assert_eq!(cooperation.memberships.len(), memberships);
            let mut meetings: Vec<_> = facts.attendances_at(position)
                .filter(|at| seen.scope.contains(at.meeting.centre, at.meeting.record()) && same.contains(&at.organisation))
                .map(|at| at.meeting.id)
                .collect();
            meetings.sort_unstable();
            meetings.dedup();
            prop_assert_eq!(cooperation.meetings.len(), meetings.len());
            let agreements = facts.agreements().all_at(position)
                .filter(|row| seen.scope.contains(row.centre, row.record()) && row.responsible.is_some_and(|id| same.contains(&id)))
                .count();
            prop_assert_eq!(cooperation.agreements.len(), agreements);
        }
    }
}

#[test]
fn a_correction_shows_its_fields_and_its_reason() {
    let history = History::generate(7, LENGTH);
    let state = fold(&history);
    let corrected = history
        .events()
        .iter()
        .find(|recorded| {
            recorded.event.data.kind() == querschnitt_domain::EventKind::ConsultationCorrected
        })
        .unwrap();
    let entry = state.timeline().at(corrected.position).unwrap();
    let changed: Vec<&str> = entry.changed.iter().map(AsRef::as_ref).collect();
    assert_eq!(
        entry.sentence(&changed),
        "Beratung berichtigt: Dauer, Zielgruppe"
    );
    let reason = history.text(entry.record, &entry.reason.unwrap()).unwrap();
    assert_eq!(&*reason, "Grund");
    assert!(matches!(corrected.event.data, EventData::Consultation(_)));
}
