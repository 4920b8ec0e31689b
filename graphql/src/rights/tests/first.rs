//! That the policy is asked before anything is done for whoever asks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use querschnitt_domain::account::{Scope, Scopes};
use querschnitt_domain::{ActorId, Role};
use serde_json::{Value, json};

use super::world::World;
use crate::sign_in_names::SignIns;
use crate::viewer::Viewer;

/// Counts how often it is asked to follow.
#[derive(Debug, Default)]
struct Counted(AtomicUsize);

impl SignIns for Counted {
    fn follow(&self, _: ActorId) -> BoxFuture<'_, Result<(), String>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        async { Ok(()) }.boxed()
    }
}

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

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_name_is_not_followed() {
    let world = World::new(32).await;
    let sign_ins = Arc::new(Counted::default());
    world.services.names.serve(sign_ins.clone());
    let followed = || sign_ins.0.load(Ordering::SeqCst);
    let head = world.viewer(Role::KiHead, 0, 804);
    let elsewhere = world.viewer(Role::KiHead, 1, 805);
    let clerk = world.viewer(Role::KiOfficer, 0, 806);
    let new = json!({ "kind": "PERSON", "name": "Erika Muster", "login": "erika" });
    let id = world.mutate(&head, "registerAccount", "account", new).await;
    for viewer in [&elsewhere, &clerk] {
        for login in [json!("max"), json!(null)] {
            let rename = json!({ "id": id, "login": login });
            let done = world.try_mutation(viewer, "renameAccount", "account", rename);
            assert!(code(&done.await).is_string());
        }
    }
    assert_eq!(followed(), 0);
    let rename = json!({ "id": id, "login": "max" });
    world
        .mutate(&head, "renameAccount", "account", rename)
        .await;
    assert_eq!(followed(), 1);
}
