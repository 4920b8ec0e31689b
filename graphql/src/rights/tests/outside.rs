//! What those outside do not learn of what they may read: who of the staff did it, and that texts changed.

use std::sync::Arc;

use querschnitt_domain::review::{AssignReview, Staff};
use querschnitt_domain::{ActorId, Change, Query, RecordKind, Role};
use querschnitt_policy::Cell;
use querschnitt_store::Log as _;
use serde_json::{Value, json};
use uuid::Uuid;

use super::asked::{answers, questions};
use super::fields::Schema;
use super::world::World;
use crate::access_log::Seen;
use crate::token::{global_id, record_of};
use crate::viewer::Viewer;

/// The first centre's people who take part in some of its records, each in a role from outside.
fn guests(world: &World) -> Vec<Viewer> {
    let people = world.people().into_iter();
    let guests = people.filter(|viewer| {
        let outside = [
            Role::AuthorityOfficer,
            Role::PartnerOffice,
            Role::SteeringMember,
        ];
        outside.contains(&viewer.actor.role) && viewer.organisation.is_some()
    });
    guests.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_account_is_named_to_those_outside() {
    let world = World::new(27).await;
    let everything = world
        .log()
        .read(&Query::all(), 0, usize::MAX)
        .await
        .unwrap();
    let mut accounts: Vec<String> = everything
        .events
        .iter()
        .map(|recorded| recorded.actor.0.to_string())
        .collect();
    accounts.sort_unstable();
    accounts.dedup();
    assert!(accounts.len() > 5, "{accounts:?}");
    let schema = Schema::read();
    for guest in guests(&world) {
        let mut records = world.exist_for(&guest);
        records.truncate(40);
        assert!(records.len() > 10, "{guest:?}");
        let asked = questions(&schema, &records);
        for (question, answer) in answers(&world, &guest, &asked).await {
            let answer = answer.to_string();
            let own = guest.actor.id.0.to_string();
            for account in accounts.iter().filter(|account| **account != own) {
                assert!(
                    !answer.contains(account.as_str()),
                    "{guest:?} is told of {account} by {question}"
                );
            }
        }
        // The same to somebody of the centre names them: the test looks at what could be told.
        let officer = world.viewer(Role::KiOfficer, 0, 784);
        let told = answers(&world, &officer, &asked).await;
        let told = |account: &String| {
            told.iter()
                .any(|(_, answer)| answer.to_string().contains(account.as_str()))
        };
        assert!(accounts.iter().filter(|account| told(account)).count() > 2);
        // Nor is one found by asking for what is with whom.
        let query = "query($who: ID!) { projectReviews(first: 1, filter: { reviewer: $who }) { totalCount } }";
        let answer = world
            .ask(&guest, query, json!({ "who": accounts[0] }))
            .await;
        assert_eq!(
            answer["errors"][0]["extensions"]["code"], "NOT_ALLOWED",
            "{answer}"
        );
    }
}

const BOARD: &str = "{ reviewBoard(on: \"2025-12-15\") {
    waiting { count waitingFor { kind account } }
    entries(first: 100) { nodes { waitingFor { kind account } review { reviewer waitingFor { account } } } }
} }";

/// On the board, those outside can't tell the reviews of one account from those of another.
#[tokio::test(flavor = "multi_thread")]
async fn the_board_counts_reviewers_as_one_for_those_outside() {
    let mut world = World::new(28).await;
    let officer = world.viewer(Role::KiOfficer, 0, 784);
    let asked = global_id(world.busy_organisation().record());
    for account in [791_u128, 792] {
        let id = world.review(&officer).await;
        let assign = AssignReview {
            review: record_of(&id).unwrap().try_into().unwrap(),
            expected_version: None,
            reviewer: ActorId(Uuid::from_u128(account)),
            cosigner: Change::Keep,
            // Like the rest of the invented office.
            staff: Staff::Invented,
        };
        world.execute(&officer, &assign).await;
        for (field, input) in [
            ("askAdvice", json!({ "organisation": asked })),
            ("giveAdvice", json!({ "advice": 1, "text": "Ja." })),
        ] {
            let mut input = input;
            input["id"] = json!(id);
            world.mutate(&officer, field, "review", input).await;
        }
    }
    world.follow().await;
    let waiting = async |viewer: &Viewer| {
        let answer = world.ask(viewer, BOARD, json!({})).await;
        let rows = answer["data"]["reviewBoard"]["waiting"].as_array().cloned();
        let mut rows = rows.unwrap_or_else(|| panic!("{answer}"));
        rows.retain(|row| row["waitingFor"]["kind"] == "REVIEWER");
        (rows, answer.to_string())
    };
    let mut partner = world.viewer(Role::PartnerOffice, 0, 793);
    partner.organisation = Some(world.busy_organisation());
    let (rows, answer) = waiting(&partner).await;
    assert_eq!(rows.len(), 1, "{answer}");
    assert!(rows[0]["count"].as_u64() >= Some(2), "{answer}");
    assert!(!answer.contains("-0000-"), "an account is named: {answer}");
    let (rows, answer) = waiting(&officer).await;
    assert!(rows.len() >= 2 && answer.contains("-0000-"), "{answer}");
}

const HISTORY: &str = "query($id: ID!) { history(recordId: $id, last: 1) { nodes { type sentence changed reason } } }";

/// Who does not read texts learns of a change the same, whichever texts it touched.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_texts_is_told_like_one_without() {
    let world = World::new(29).await;
    let officer = world.viewer(Role::KiOfficer, 0, 784);
    let clerk = world.viewer(Role::Administration, 0, 785);
    let case_manager = world.viewer(Role::CaseManager, 0, 786);
    let network = global_id(world.some(RecordKind::Network, 0, 1)[0]);
    let schedule = json!({"network": network, "date": "2025-12-20", "title": "Auftakt"});
    let last = async |viewer: &Viewer, id: &str| {
        let answer = world.ask(viewer, HISTORY, json!({ "id": id })).await;
        answer["data"]["history"]["nodes"][0].clone()
    };
    let told = async |of: &str, field: &str, new: Value, mut input: Value, reader: &Viewer| {
        let id = world.mutate(&officer, new_of(of), of, new).await;
        input["id"] = json!(id);
        input["reason"] = json!("Grund");
        world.mutate(&officer, field, of, input).await;
        (last(reader, &id).await, last(&officer, &id).await)
    };
    let consultation = || {
        json!({
            "centre": officer.actor.centre.as_str(), "occurredOn": "2025-11-03", "type": "PROFESSIONAL",
            "mode": "PHONE", "durationMinutes": 30, "targetGroup": "SCHOOL", "actionAreas": ["X_WORK"],
            "subject": "Thema", "note": "Notiz",
        })
    };
    let correct = async |input: Value| {
        told(
            "consultation",
            "correctConsultation",
            consultation(),
            input,
            &clerk,
        )
        .await
    };
    let reschedule = async |input: Value| {
        told(
            "meeting",
            "rescheduleMeeting",
            schedule.clone(),
            input,
            &case_manager,
        )
        .await
    };

    let (one, by_officer) = correct(json!({"durationMinutes": 45})).await;
    assert_eq!(one["changed"], json!(["durationMinutes"]));
    assert_eq!(by_officer["changed"], json!(["durationMinutes"]));
    let (with_text, by_officer) = correct(json!({"durationMinutes": 45, "note": "anders"})).await;
    assert_eq!(by_officer["changed"], json!(["durationMinutes", "note"]));
    assert!(
        by_officer["sentence"].as_str().unwrap().contains("Notiz"),
        "{by_officer}"
    );
    assert_eq!(one, with_text);
    let (note, by_officer) = correct(json!({"note": "anders"})).await;
    assert_eq!(by_officer["changed"], json!(["note"]));
    let (subject, _) = correct(json!({"subject": "anders"})).await;
    let (both, _) = correct(json!({"subject": null, "note": null})).await;
    assert_eq!(
        note,
        json!({"type": "consultation.corrected", "sentence": "Beratung berichtigt", "changed": [], "reason": null})
    );
    assert_eq!((&note, &note), (&subject, &both));

    let (place, _) = reschedule(json!({"place": "Saal"})).await;
    let (agenda, by_officer) =
        reschedule(json!({"agenda": [{"number": "1", "title": "Begrüßung"}]})).await;
    assert_eq!(by_officer["changed"], json!(["agenda"]));
    assert_eq!(place, agenda);
    let (mode, _) = reschedule(json!({"mode": "VIDEO", "title": "Neu"})).await;
    assert_eq!(mode["changed"], json!(["mode"]));
}

fn new_of(of: &str) -> &'static str {
    match of {
        "meeting" => "scheduleMeeting",
        _ => "recordConsultation",
    }
}

/// Files are texts: who may not read these is not told that there are some.
#[tokio::test(flavor = "multi_thread")]
async fn files_of_reviews_are_listed_for_those_who_read_texts() {
    let mut world = World::new(30).await;
    let officer = world.viewer(Role::KiOfficer, 0, 784);
    let review = world.with_file(&officer).await;
    world.follow().await;
    let query = "query($id: ID!) { projectReview(id: $id) { attachments { number size } } }";
    let listed = async |role| {
        let viewer = world.viewer(role, 0, 787);
        let answer = world.ask(&viewer, query, json!({ "id": review })).await;
        answer["data"]["projectReview"]["attachments"].clone()
    };
    for role in [Role::KiOfficer, Role::KiHead, Role::KimCoordinator] {
        assert_eq!(
            listed(role).await,
            json!([{"number": 1, "size": 4}]),
            "{role:?}"
        );
    }
    for role in [
        Role::Administration,
        Role::CaseManager,
        Role::Auditor,
        Role::DataProtectionOfficer,
    ] {
        assert_eq!(listed(role).await, json!([]), "{role:?}");
    }
}

/// Who searches texts reads them, also where only the number of what was found is asked for.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_in_texts_is_noted() {
    let world = World::new(31).await;
    let officer = world.viewer(Role::KiOfficer, 0, 784);
    let noted = async |query: &str| {
        let seen = Arc::new(Seen::default());
        let asked = world.ask_seen(&officer, query, json!({}), Arc::clone(&seen));
        assert!(asked.await["errors"].is_null());
        seen.take()
    };
    let text = 1_u32 << Cell::ReviewText as u32;
    let both = text | 1 << Cell::Review as u32;
    let counted =
        noted("{ projectReviews(first: 1, filter: { search: \"a\" }) { totalCount } }").await;
    assert_eq!(counted, [(text, Vec::new())].into());
    let shown =
        noted("{ projectReviews(first: 1, filter: { search: \"a\" }) { nodes { id } } }").await;
    assert_eq!((&shown[&text], shown[&both].len()), (&Vec::new(), 1));
    let unsearched = noted("{ projectReviews(first: 1) { totalCount } }").await;
    assert!(unsearched.is_empty());
    // Names are coded: lists show them.
    let names =
        noted("{ organisations(first: 1, filter: { search: \"a\" }) { totalCount } }").await;
    assert!(names.is_empty());
}

const LOG: &str = "{ log { size root checkpoint position } }";

/// For who audits a centre, nothing that happens in another one shows in the log.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_a_centre_does_not_move_with_others() {
    let world = World::new(32).await;
    let log = async |role, centre| {
        let viewer = world.viewer(role, centre, 788);
        let answer = world.ask(&viewer, LOG, json!({})).await;
        answer["data"]["log"].clone()
    };
    let readers = [Role::Auditor, Role::DataProtectionOfficer];
    let own = async || (log(readers[0], 0).await, log(readers[1], 0).await);
    let (before, other_before) = (own().await, log(Role::Auditor, 1).await);
    let whole_before = log(Role::Operator, 0).await;
    assert_eq!(before.0, before.1);
    let size = |log: &Value| log["size"].as_u64().unwrap();
    let events = world.log().head();
    assert_eq!(size(&before.0) + size(&other_before), events);
    assert_eq!(size(&whole_before), events);

    world
        .consult(&world.viewer(Role::KiOfficer, 1, 789), 5)
        .await;
    assert_eq!(own().await, before);
    assert_eq!(size(&log(Role::Auditor, 1).await), size(&other_before) + 1);
    assert_eq!(size(&log(Role::Operator, 0).await), events + 1);
    world
        .consult(&world.viewer(Role::KiOfficer, 0, 790), 6)
        .await;
    assert_ne!(own().await.0["root"], before.0["root"]);
    for role in [Role::KiHead, Role::StateLevel, Role::PartnerOffice] {
        assert_eq!(log(role, 0).await, Value::Null, "{role:?}");
    }
}
