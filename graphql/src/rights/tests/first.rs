//! That the policy is asked before anything is done for whoever asks.

use futures_util::FutureExt as _;
use querschnitt_domain::account::{Scope, Scopes};
use querschnitt_domain::Role;
use serde_json::{Value, json};

use super::world::World;
use crate::viewer::Viewer;

fn code(answer: &Value) -> &Value {
    &answer["data"]["done"]["errors"][0]["code"]
}

/// Those who may not name accounts: most roles, whoever runs the installation, and a token that is not for that.
fn strangers(world: &World) -> Vec<Viewer> {
    let mut reader = world.viewer(Role::KiHead, 0, 801);
    reader.scopes = Scopes::from(vec![Scope::Read]);
    let others = Role::ALL.into_iter();
    others
        .filter(|role| ![Role::KiHead, Role::Administration].contains(role))
        .map(|role| world.viewer(role, 0, 802))
        .chain([reader])
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_name_accounts_does_not_wait_for_names() {
    let world = World::new(31).await;
    let head = world.viewer(Role::KiHead, 0, 803);
    let new = json!({ "kind": "PERSON", "name": "Erika Muster", "login": "erika" });
    let id = world
        .mutate(&head, "registerAccount", "account", new.clone())
        .await;
    let rename = json!({ "id": id, "login": "max" });
    // Somebody else is at it. Whoever waits for that is not ready.
    let held = world.services.names.hold().await;
    for viewer in strangers(&world) {
        for (mutation, input) in [("registerAccount", &new), ("renameAccount", &rename)] {
            let asked = world.try_mutation(&viewer, mutation, "account", input.clone());
            let Some(answer) = asked.now_or_never() else {
                panic!("{viewer:?} waits for names by {mutation}");
            };
            assert_eq!(*code(&answer), "NOT_ALLOWED", "{viewer:?}: {answer}");
        }
    }
    drop(held);
    let taken = world
        .try_mutation(&head, "registerAccount", "account", new)
        .await;
    assert_eq!(taken["data"]["done"]["errors"][0]["field"], "login");
}
