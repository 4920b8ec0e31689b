//! For whom a record does not exist, nothing changes when it comes or goes.

use querschnitt_domain::account::{AccountKind, Authority, RegisterAccount};
use querschnitt_domain::{RecordId, RecordKind, Role, Text};
use serde_json::json;

use super::asked::{Question, answers, questions};
use super::fields::Schema;
use super::sample;
use super::world::World;
use crate::token::{global_id, record_of};
use crate::viewer::Viewer;

/// Those who stand outside the first centre's book, wholly or in part, and an office of the other centre.
fn outside(world: &World) -> Vec<Viewer> {
    let people = world.people().into_iter();
    let mut outside: Vec<Viewer> = people
        .filter(|viewer| {
            matches!(
                viewer.actor.role,
                Role::AuthorityOfficer
                    | Role::PartnerOffice
                    | Role::SteeringMember
                    | Role::StateLevel
                    | Role::Operator
            )
        })
        .collect();
    for role in [Role::KiHead, Role::CaseManager, Role::DataProtectionOfficer] {
        outside.push(world.viewer(role, 1, 780));
    }
    outside
}

/// Records of every kind in the first centre that nobody from outside takes part in; they name records that
/// some of them see.
async fn record_much(world: &mut World) -> Vec<RecordId> {
    let head = world.viewer(Role::KiHead, 0, 781);
    let centre = head.actor.centre.as_str();
    let seen = global_id(world.busy_organisation().record());
    let seen_network = {
        let state = world.services.runner.read();
        let part = state.taking_part(world.busy_organisation(), world.today(), true);
        let mut networks: Vec<RecordId> = part.into_iter().collect();
        networks.retain(|record| record.kind == RecordKind::Network);
        networks.sort_unstable_by_key(|record| record.id);
        global_id(networks[0])
    };
    let organisation = world
        .mutate(&head, "registerOrganisation", "organisation", json!({
            "centre": centre, "name": "Aaa Verein Sankt Verena", "kind": "MIGRANT_ORG", "note": "Notiz"}))
        .await;
    let network = world
        .mutate(&head, "foundNetwork", "network", json!({
            "centre": centre, "name": "Aaa Arbeitskreis", "bodyType": "WORKING_GROUP", "foundedOn": "2025-01-10"}))
        .await;
    world
        .mutate(
            &head,
            "addNetworkMember",
            "network",
            json!({
            "id": network, "organisation": organisation, "occurredOn": "2025-01-10"}),
        )
        .await;
    let meeting = world
        .mutate(
            &head,
            "scheduleMeeting",
            "meeting",
            json!({
            "network": network, "date": "2025-01-11", "title": "Aaa"}),
        )
        .await;
    let agreement = world
        .mutate(&head, "makeAgreement", "agreement", json!({
            "network": network, "madeOn": "2025-01-11", "subject": "Aaa", "responsible": seen, "dueOn": "2025-02-01"}))
        .await;
    let consultation = world
        .mutate(
            &head,
            "recordConsultation",
            "consultation",
            json!({
            "centre": centre, "occurredOn": "2025-01-12", "type": "PROFESSIONAL", "mode": "PHONE",
            "durationMinutes": 5, "targetGroup": "SCHOOL", "actionAreas": ["X_WORK"], "note": "Aaa",
            "organisations": [seen], "links": [seen_network]}),
        )
        .await;
    let review = world
        .mutate(&head, "requestReview", "review", json!({
            "centre": centre, "receivedOn": "2025-09-01", "title": "Aaa Verband", "requester": "MINISTRY",
            "applicantType": "ASSOCIATION", "applicant": organisation, "actionAreas": ["X_WORK"], "dueOn": "2025-12-24"}))
        .await;
    world.follow().await;
    [
        organisation,
        network,
        meeting,
        agreement,
        consultation,
        review,
    ]
    .iter()
    .map(|id| record_of(id).unwrap())
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_does_not_exist_for_somebody_changes_no_answer() {
    let mut world = World::new(24).await;
    let schema = Schema::read();
    let outside = outside(&world);
    let known = sample(&world, 1);
    let asked = questions(&schema, &known);
    let before = all(&world, &outside, &asked).await;
    let hidden = record_much(&mut world).await;
    let after = all(&world, &outside, &asked).await;
    for ((viewer, before), after) in outside.iter().zip(before).zip(after) {
        for ((question, before), (_, after)) in before.iter().zip(&after) {
            assert_eq!(before, after, "{viewer:?} notices by {question}");
        }
    }
    // Asked for by their ids, they are like ids that were never given.
    let unknown: Vec<RecordId> = hidden
        .iter()
        .map(|record| RecordId {
            kind: record.kind,
            id: uuid::Uuid::new_v4(),
        })
        .collect();
    let (there, nowhere) = (questions(&schema, &hidden), questions(&schema, &unknown));
    for viewer in &outside {
        let there = answers(&world, viewer, &there).await;
        let nowhere = answers(&world, viewer, &nowhere).await;
        for ((question, there), (_, nowhere)) in there.iter().zip(&nowhere) {
            assert_eq!(there, nowhere, "{viewer:?} notices by {question}");
        }
    }
}

async fn all(
    world: &World,
    viewers: &[Viewer],
    asked: &[Question],
) -> Vec<Vec<(String, serde_json::Value)>> {
    let mut all = Vec::new();
    for viewer in viewers {
        all.push(answers(world, viewer, asked).await);
    }
    all
}

/// Accounts come and go without a trace in what an officer reads.
#[tokio::test(flavor = "multi_thread")]
async fn accounts_leave_no_trace_for_those_who_do_not_keep_them() {
    let mut world = World::new(25).await;
    let schema = Schema::read();
    let officer = vec![world.viewer(Role::KiOfficer, 0, 782)];
    let asked = questions(&schema, &sample(&world, 1));
    let before = all(&world, &officer, &asked).await;
    let head = world.viewer(Role::KiHead, 0, 781);
    let account = RegisterAccount {
        authority: Authority::Office,
        account: None,
        kind: AccountKind::Person,
        name: Text::new("Vera Muster", Text::NAME).unwrap(),
        login: None,
    };
    world.execute(&head, &account).await;
    world.follow().await;
    assert_eq!(before, all(&world, &officer, &asked).await);
}

/// Who leaves a body sees it no more, with the next answer and with the next event.
#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_ends_ends_with_the_next_answer() {
    let mut world = World::new(26).await;
    let head = world.viewer(Role::KiHead, 0, 781);
    let centre = head.actor.centre.as_str();
    let network = world
        .mutate(&head, "foundNetwork", "network", json!({
            "centre": centre, "name": "Runder Tisch", "bodyType": "WORKING_GROUP", "foundedOn": "2025-01-10"}))
        .await;
    let organisation = world
        .mutate(
            &head,
            "registerOrganisation",
            "organisation",
            json!({
            "centre": centre, "name": "Verein", "kind": "MIGRANT_ORG"}),
        )
        .await;
    let member = json!({"id": network, "organisation": organisation, "occurredOn": "2025-02-01"});
    world
        .mutate(&head, "addNetworkMember", "network", member)
        .await;
    let mut partner = world.viewer(Role::PartnerOffice, 0, 783);
    let id = record_of(&organisation).unwrap();
    partner.organisation = Some(id.try_into().unwrap());
    let query = "query($id: ID!) { node(id: $id) { id } networks(first: 10) { totalCount } }";
    let ask = || world.ask(&partner, query, json!({"id": network}));
    let answer = ask().await;
    assert_eq!(answer["data"]["networks"]["totalCount"], 1, "{answer}");
    assert_eq!(answer["data"]["node"]["id"], json!(network));
    let from = world.services.runner.applied();
    world
        .mutate(
            &head,
            "scheduleMeeting",
            "meeting",
            json!({"network": network, "date": "2025-12-20"}),
        )
        .await;
    let (event, reached) = crate::subscription::next(&world.services, &partner, from);
    assert!(event.is_some());

    let end = json!({"id": network, "organisation": organisation, "occurredOn": "2025-12-01"});
    world
        .mutate(&head, "removeNetworkMember", "network", end)
        .await;
    let answer = ask().await;
    assert_eq!(answer["data"]["networks"]["totalCount"], 0, "{answer}");
    assert_eq!(answer["data"]["node"], json!(null));
    let (event, reached) = crate::subscription::next(&world.services, &partner, reached - 1);
    assert!(
        event.is_none(),
        "the event that took the right is not delivered"
    );
    assert_eq!(reached, world.services.runner.applied());
    world.follow().await;
}
