//! That nobody can tell by the time an answer takes whether a record is hidden or was never there. Time is not
//! measured; what is counted is how often the policy is asked, which is all that a single record costs before its
//! fields are read.

use std::sync::atomic::Ordering;

use querschnitt_domain::{RecordId, RecordKind};
use querschnitt_policy::Matrix;
use serde_json::json;
use uuid::Uuid;

use super::asked::{Question, questions};
use super::door::Door;
use super::fields::Schema;
use super::generated::Generated;
use crate::token::global_id;
use crate::viewer::Viewer;

async fn cost(made: &Generated, viewer: &Viewer, one: &Question) -> u64 {
    let asked = &made.world.services.rights.asked;
    let before = asked.load(Ordering::SeqCst);
    made.world
        .ask(viewer, &one.query, one.variables.clone())
        .await;
    asked.load(Ordering::SeqCst) - before
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_costs_what_is_not_there_costs() {
    let made = Generated::new(&[], &[]).await;
    let (schema, matrix) = (Schema::read(), Matrix::load().unwrap());
    let door = Door::of(&made.world.services);
    let mut compared = 0;
    for viewer in made.acting() {
        for kind in RecordKind::ALL {
            let hidden = made.book.entries.iter().map(|entry| entry.record);
            let hidden: Vec<RecordId> = hidden
                .filter(|record| record.kind == kind && !made.exists(&matrix, &viewer, *record))
                .collect();
            // Of both centres, where there are.
            for record in hidden.first().into_iter().chain(hidden.last()) {
                let nowhere = RecordId {
                    id: Uuid::from_u128(1),
                    ..*record
                };
                let (there, nowhere) = (
                    questions(&schema, &[*record]),
                    questions(&schema, &[nowhere]),
                );
                for (there, nowhere) in there
                    .iter()
                    .zip(&nowhere)
                    .filter(|(one, _)| one.variables != json!({}))
                {
                    // Once before, for what is kept of one question for the next.
                    cost(&made, &viewer, there).await;
                    let costs = (
                        cost(&made, &viewer, there).await,
                        cost(&made, &viewer, nowhere).await,
                    );
                    assert_eq!(costs.0, costs.1, "{viewer:?} {record:?} {}", there.query);
                    compared += 1;
                }
            }
        }
        let reviews = made
            .book
            .entries
            .iter()
            .map(|entry| entry.record)
            .filter(|record| record.kind == RecordKind::Review);
        for review in reviews.filter(|review| !made.exists(&matrix, &viewer, *review)) {
            let Some(badge) = made.badge(&viewer) else {
                continue;
            };
            for file in ["attachments/1", "letters/draft"] {
                let mut costs = Vec::new();
                for id in [
                    review,
                    RecordId {
                        id: Uuid::from_u128(1),
                        ..review
                    },
                ] {
                    let asked = &made.world.services.rights.asked;
                    let before = asked.load(Ordering::SeqCst);
                    door.get(&badge, &format!("/reviews/{}/{file}", global_id(id)))
                        .await;
                    costs.push(asked.load(Ordering::SeqCst) - before);
                }
                assert_eq!(costs[0], costs[1], "{viewer:?} {file}");
            }
        }
    }
    assert!(compared > 200, "{compared}");
}
