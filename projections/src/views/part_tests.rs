//! What an organisation takes part in, against what the rows plainly say.

use proptest::prelude::*;
use querschnitt_domain::review::ReviewState;
use querschnitt_domain::{NetworkId, OrganisationId, RecordId, RecordKind};
use time::Date;
use time::macros::date;

use super::super::scope::RecordSet;
use super::{LENGTH, fold};
use crate::facts::Facts;
use crate::state::State;
use crate::testing::{History, invented};

const NOW: u64 = u64::MAX;

/// Goes over every row there is.
fn plainly(
    facts: &Facts,
    who: &dyn Fn(OrganisationId) -> bool,
    networks: &[NetworkId],
) -> RecordSet {
    let mut records = RecordSet::new();
    let mut organisations: Vec<OrganisationId> = Vec::new();
    for network in facts
        .networks()
        .all()
        .filter(|row| networks.contains(&row.id))
    {
        records.insert(network.id.record());
        let members = facts.memberships().all_at(NOW);
        let members = members.filter(|row| row.network == network.id);
        organisations.extend(members.map(|row| row.organisation));
        for meeting in facts
            .meetings()
            .all()
            .filter(|row| row.network == network.id)
        {
            records.insert(meeting.id.record());
            organisations.extend(meeting.attendances.iter().map(|came| came.organisation));
            if let Some(minutes) = &meeting.minutes {
                organisations.extend(&minutes.excused);
                organisations.extend(minutes.chair.iter().filter_map(|chair| chair.organisation));
            }
        }
        for agreement in facts
            .agreements()
            .all()
            .filter(|row| row.network == network.id)
        {
            records.insert(agreement.id.record());
            organisations.extend(agreement.responsible);
        }
    }
    for review in facts.reviews().all() {
        let asked: Vec<_> = review
            .details
            .advice
            .iter()
            .filter_map(|advice| advice.asked.organisation)
            .collect();
        // Who applied reads nothing of it, and nobody reads on when the work on it is over.
        let applied = review.facts.applicant.is_some_and(who);
        let in_work = !matches!(
            review.state,
            ReviewState::Issued
                | ReviewState::FunderDecisionRecorded
                | ReviewState::Withdrawn
                | ReviewState::Declined
                | ReviewState::Lapsed
                | ReviewState::Closed
        );
        if asked.iter().any(|id| who(*id)) && !applied && in_work {
            records.insert(review.id.record());
            organisations.extend(asked);
            organisations.extend(review.facts.applicant);
        }
    }
    for id in organisations {
        records.extend(facts.same_as(id, NOW).into_iter().map(RecordId::from));
        records.insert(id.record());
    }
    records
}

fn assert_plain(state: &State, organisation: OrganisationId, day: Date) {
    let facts = state.facts();
    let mut expected = RecordSet::new();
    if facts.organisations().current(organisation).is_some() {
        let entries = facts.same_as(organisation, NOW);
        let members = facts.memberships().all_at(NOW);
        let networks: Vec<NetworkId> = members
            .filter(|row| entries.contains(&row.organisation) && row.lasts_on(day))
            .map(|row| row.network)
            .collect();
        expected = plainly(facts, &|id| entries.contains(&id), &networks);
        expected.extend(entries.into_iter().map(RecordId::from));
    }
    assert_eq!(state.taking_part(organisation, day, true), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_organisation_takes_part_where_it_is_a_member_or_was_asked(seed in 0_u64..1000, days in 0_i64..900) {
        let history = History::with_reviews(seed, LENGTH);
        let state = fold(&history);
        let day = date!(2024 - 01 - 01) + time::Duration::days(days);
        for row in state.facts().organisations().history().iter().take(12) {
            assert_plain(&state, row.id, day);
        }
    }
}

#[test]
fn in_invented_offices_it_takes_part_in_something() {
    let history = invented::history(0);
    let (mut reviews, mut meetings, mut organisations) = (0, 0, 0);
    for row in history.state.facts().organisations().all().take(150) {
        assert_plain(&history.state, row.id, history.until);
        for record in history.state.taking_part(row.id, history.until, true) {
            let of = |kind| usize::from(record.kind == kind);
            reviews += of(RecordKind::Review);
            meetings += of(RecordKind::Meeting);
            organisations += of(RecordKind::Organisation);
        }
    }
    assert!(
        reviews > 0 && meetings > 0 && organisations > 300,
        "{reviews} {meetings} {organisations}"
    );
}

#[test]
fn before_a_steering_group_lies_what_it_does_and_before_no_other_body() {
    let history = invented::history(1);
    let facts = history.state.facts();
    let (mut groups, mut others) = (0, 0);
    for network in facts.networks().all() {
        let before = history.state.before_body(network.id);
        if network.body_type.as_str() == "STEERING_GROUP" {
            assert_eq!(before, plainly(facts, &|_| false, &[network.id]));
            groups += 1;
        } else {
            assert!(before.is_empty(), "{network:?}");
            others += 1;
        }
    }
    assert!(groups > 0 && others > 0, "{groups} {others}");
    let unknown = NetworkId(uuid::Uuid::from_u128(1));
    assert!(history.state.before_body(unknown).is_empty());
}
