//! That the policy is kept in every answer: on invented worlds, for people of every role, through every query
//! with every field. What is expected comes from the access matrix, not from the policy.

mod asked;
mod asked_then;
mod book;
mod deeds;
mod doing;
mod door;
mod drawn;
mod erased;
mod fields;
mod first;
mod generated;
mod hidden;
mod live;
mod mutate;
mod outside;
mod pages;
mod reader;
mod recorded;
mod with_and_without;
mod withdrawn;
mod work;
mod world;

use querschnitt_domain::{RecordId, RecordKind, Role};
use querschnitt_policy::Matrix;
use serde_json::json;

use crate::viewer::Viewer;
use asked::questions;
use fields::Schema;
use reader::Reader;
use world::World;

/// Records of every kind of both centres.
fn sample(world: &World, most: usize) -> Vec<RecordId> {
    let mut records = Vec::new();
    for kind in RecordKind::ALL {
        for centre in 0..2 {
            records.extend(world.some(kind, centre, most));
        }
    }
    records
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_what_the_matrix_denies() {
    let world = World::new(21).await;
    let (schema, matrix) = (Schema::read(), Matrix::load().unwrap());
    let mut records = sample(&world, 1);
    let held = super::part::Parts::default();
    for viewer in world.people() {
        // What exists one by one for somebody, too.
        let state = world.services.runner.read();
        let part = held.of(&viewer, &state, world.today(), true);
        let mut part: Vec<RecordId> = part.invited.iter().chain(&part.body).copied().collect();
        part.sort_unstable_by_key(|record| record.id);
        records.extend(part.iter().step_by(part.len() / 3 + 1));
    }
    let mut own = world.some(RecordKind::Consultation, 0, usize::MAX);
    own.retain(|record| world.records[record].1.0.as_u128() == world::CASE_MANAGER);
    records.extend(own);
    records.sort_unstable_by_key(|record| record.id);
    records.dedup();
    let questions = questions(&schema, &records);
    for viewer in world.people() {
        let (mut values, mut of_texts) = (0, 0);
        for one in &questions {
            let answer = world.ask(&viewer, &one.query, one.variables.clone()).await;
            let standing = |record| world.standing(&viewer, record);
            let mut reader = Reader::new(&standing, &matrix, &viewer, &one.query);
            reader.read_answer(&answer);
            values += reader.values;
            of_texts += reader.texts;
        }
        assert_reads(&viewer, values, of_texts);
    }
}

/// That the walk meets something where somebody has rights: a test that never reads finds nothing.
fn assert_reads(viewer: &Viewer, values: usize, of_texts: usize) {
    let said = format!("{viewer:?}: {values} values, {of_texts} texts");
    let takes_part = viewer.organisation.is_some();
    match viewer.actor.role {
        Role::KiOfficer | Role::Administration | Role::KiHead | Role::KimCoordinator => {
            assert!(values > 3_000 && of_texts > 100, "{said}");
        }
        Role::CaseManager => assert!(values > 3_000, "{said}"),
        Role::Auditor | Role::DataProtectionOfficer => assert!(values > 3_000, "{said}"),
        Role::AuthorityOfficer | Role::PartnerOffice | Role::SteeringMember if takes_part => {
            assert!(values > 200 && of_texts > 5, "{said}");
        }
        Role::AuthorityOfficer
        | Role::PartnerOffice
        | Role::SteeringMember
        | Role::StateLevel
        | Role::Operator => assert_eq!((values, of_texts), (0, 0), "{said}"),
    }
}

/// What is asked for and refused says nothing about records.
#[tokio::test(flavor = "multi_thread")]
async fn texts_are_written_by_those_whom_the_matrix_lets() {
    let world = World::new(22).await;
    let case_manager = world.viewer(Role::CaseManager, 0, world::CASE_MANAGER);
    let other = world.viewer(Role::CaseManager, 0, 799);
    let mut deputy = other;
    deputy.actor.on_behalf_of = Some(case_manager.actor.id);
    let own = world.consult(&case_manager, 4).await;
    for (viewer, input, refused) in [
        (&case_manager, json!({"note": "neu"}), false),
        (&deputy, json!({"note": "in Vertretung"}), false),
        (&other, json!({"durationMinutes": 45}), false),
        (&other, json!({"note": "fremd"}), true),
        (&other, json!({"subject": null}), true),
    ] {
        let mut input = input;
        input["id"] = json!(own);
        input["reason"] = json!("Berichtigung");
        let done = world
            .try_mutation(viewer, "correctConsultation", "consultation", input.clone())
            .await;
        let error = &done["data"]["done"]["errors"][0];
        assert_eq!(error["code"] == "NOT_ALLOWED", refused, "{input}: {done}");
        if refused {
            let message = error["message"].as_str().unwrap();
            assert!(
                message.contains("die Sie selbst angelegt haben"),
                "{message}"
            );
        } else {
            assert!(error.is_null(), "{done}");
        }
    }

    // What a deputy records is of the person represented: she reads and corrects it, and so does her deputy, but
    // not the deputy in a role of her own, nor a colleague.
    let for_her = world.consult(&deputy, 5).await;
    let colleague = world.viewer(Role::CaseManager, 0, 796);
    for (viewer, is_own) in [
        (&case_manager, true),
        (&deputy, true),
        (&other, false),
        (&colleague, false),
    ] {
        let read = "query($id: ID!) { consultation(id: $id) { note } history(recordId: $id, first: 1) { nodes { actor onBehalfOf } } }";
        let read = world.ask(viewer, read, json!({ "id": for_her })).await;
        let note = &read["data"]["consultation"]["note"];
        assert_eq!(!note.is_null(), is_own, "{viewer:?}: {read}");
        let event = &read["data"]["history"]["nodes"][0];
        let expected = json!({
            "actor": deputy.actor.id.to_string(), "onBehalfOf": case_manager.actor.id.to_string(),
        });
        assert_eq!(*event, expected, "{read}");
        let input = json!({ "id": for_her, "note": format!("von {}", viewer.actor.id), "reason": "Nachtrag" });
        let done = world
            .try_mutation(viewer, "correctConsultation", "consultation", input)
            .await;
        let refused = done["data"]["done"]["errors"][0]["code"] == "NOT_ALLOWED";
        assert_eq!(!refused, is_own, "{viewer:?}: {done}");
    }

    let clerk = world.viewer(Role::Administration, 0, 798);
    let network = crate::token::global_id(world.some(RecordKind::Network, 0, 1)[0]);
    let meeting =
        |title: Option<&str>| json!({"network": network, "date": "2025-12-20", "title": title});
    let done = world
        .try_mutation(
            &clerk,
            "scheduleMeeting",
            "meeting",
            meeting(Some("Auftakt")),
        )
        .await;
    assert_eq!(
        done["data"]["done"]["errors"][0]["field"], "title",
        "{done}"
    );
    world
        .mutate(&clerk, "scheduleMeeting", "meeting", meeting(None))
        .await;

    // Why a meeting is called off is one of its texts; that it is, is none.
    let meeting_id = world
        .mutate(&clerk, "scheduleMeeting", "meeting", meeting(None))
        .await;
    let off = |reason: Option<&str>| json!({ "id": meeting_id, "reason": reason });
    let done = world
        .try_mutation(&clerk, "cancelMeeting", "meeting", off(Some("Absage")))
        .await;
    let error = &done["data"]["done"]["errors"][0];
    assert_eq!(
        (&error["code"], &error["field"]),
        (&json!("NOT_ALLOWED"), &json!("reason"))
    );
    let officer = world.viewer(Role::KiOfficer, 0, 795);
    let done = world
        .try_mutation(&officer, "cancelMeeting", "meeting", off(None))
        .await;
    assert_eq!(
        done["data"]["done"]["errors"][0]["code"], "MISSING",
        "{done}"
    );
    world
        .mutate(&clerk, "cancelMeeting", "meeting", off(None))
        .await;

    let partner = world.viewer(Role::PartnerOffice, 0, 797);
    let done = world
        .try_mutation(&partner, "scheduleMeeting", "meeting", meeting(None))
        .await;
    assert_eq!(done["data"]["done"]["errors"][0]["code"], "NOT_ALLOWED");
}

/// A machine's token that may only read records nothing, and one that may only write reads nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_does_no_more_than_it_is_good_for() {
    use querschnitt_domain::account::{Scope, Scopes};
    let world = World::new(23).await;
    let mut reader = world.viewer(Role::KiOfficer, 0, 796);
    reader.scopes = Scopes::from(vec![Scope::Read]);
    let input =
        json!({"centre": world.centres[0].as_str(), "name": "Verein", "kind": "MIGRANT_ORG"});
    let done = world
        .try_mutation(
            &reader,
            "registerOrganisation",
            "organisation",
            input.clone(),
        )
        .await;
    let message = &done["data"]["done"]["errors"][0]["message"];
    assert!(message.as_str().unwrap().contains("WRITE"), "{done}");
    let mut writer = reader;
    writer.scopes = Scopes::from(vec![Scope::Write]);
    let done = world
        .try_mutation(&writer, "registerOrganisation", "organisation", input)
        .await;
    let done = &done["data"]["done"];
    assert_eq!(
        (&done["errors"], &done["record"]),
        (&json!([]), &json!(null))
    );
    let listed = world
        .ask(
            &writer,
            "{ organisations(first: 1) { totalCount } }",
            json!({}),
        )
        .await;
    assert_eq!(listed["errors"][0]["extensions"]["code"], "NOT_ALLOWED");
}
