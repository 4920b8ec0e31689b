//! What is shown of a unit whose name is not in the vault any more: its number, and all that was counted by it.

use querschnitt_domain::unit::{Declared, UnitEvent};
use querschnitt_domain::{CommandId, Commitment, Event, EventData, RecordKind, Role, UnitId};
use querschnitt_store::{CommandKey, Fingerprint};
use serde_json::{Value, json};
use time::macros::date;
use uuid::Uuid;

use super::world::World;
use crate::token::global_id;

const READ: &str =
    "query($id: ID!) { units { name } node(id: $id) { ... on Unit { name declared } }
    flow(from: \"2025-12-01\", to: \"2025-12-31\") { units { unit { name } steps } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_without_its_name_is_shown_by_its_number() {
    let mut world = World::new(23).await;
    let head = world.viewer(Role::KiHead, 0, 1);
    let before = world.some(RecordKind::Unit, 0, usize::MAX).len();
    assert!(before > 5, "{before}");
    // The vault has no text of this commitment: as after an erasure.
    let unit = UnitId(Uuid::from_u128(77));
    let declared = Event {
        centre: head.actor.centre,
        occurred_on: date!(2025 - 12 - 15),
        occurred_at: None,
        data: EventData::Unit(UnitEvent::Declared(Declared {
            unit,
            name: Commitment([7; 32]),
        })),
    };
    let key = CommandKey {
        id: CommandId(Uuid::from_u128(78)),
        fingerprint: Fingerprint([0; 16]),
        actor: head.actor.id,
        on_behalf_of: None,
        role: head.actor.role,
    };
    let log = world.services.executor.log();
    log.append(key, vec![declared], None).await.unwrap();
    world.follow().await;
    let id = global_id(unit.record());
    let input = json!({
        "centre": head.actor.centre.as_str(), "receivedOn": "2025-12-01", "title": "Elterncafé",
        "requester": "FUNDING_AUTHORITY", "applicantType": "MSO", "applicantName": "Elternverein",
        "actionAreas": ["X_PARTICIPATION"], "unit": id,
    });
    let review = world.mutate(&head, "requestReview", "review", input).await;
    let step = json!({ "id": review, "unit": id, "completedOn": "2025-12-02" });
    world.mutate(&head, "completeStep", "review", step).await;

    let number = format!("Organisationseinheit {}", before + 1);
    let answer = world.ask(&head, READ, json!({ "id": id })).await;
    let data = &answer["data"];
    assert_eq!(
        data["node"],
        json!({ "name": number, "declared": true }),
        "{answer}"
    );
    let shown = |list: &Value, one: Value| list.as_array().is_some_and(|all| all.contains(&one));
    assert!(shown(&data["units"], json!({ "name": number })), "{answer}");
    let flow = json!({ "unit": { "name": number }, "steps": 1 });
    assert!(shown(&data["flow"]["units"], flow), "{answer}");
    // It stands in nobody's way.
    let another = json!({ "centre": head.actor.centre.as_str(), "name": number });
    world.mutate(&head, "declareUnit", "unit", another).await;
}
