//! Two worlds that differ in nothing but what does not exist for somebody: nothing that this reader is told differs.

use querschnitt_domain::{RecordId, RecordKind};
use querschnitt_policy::Matrix;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use time::Duration;
use uuid::Uuid;

use super::asked::{answers, questions};
use super::asked_then::{questions_at, questions_then};
use super::deeds;
use super::door::Door;
use super::drawn::hold;
use super::fields::Schema;
use super::generated::Generated;
use super::pages::walks;
use crate::token::global_id;
use crate::viewer::Viewer;

#[test]
fn what_does_not_exist_for_somebody_changes_no_answer_in_any_world() {
    hold(
        2,
        (deeds::some(), deeds::unseen()),
        |(deeds, unseen)| async move {
            let without = Generated::new(&deeds, &[]).await;
            let with = Generated::new(&deeds, &unseen).await;
            let (schema, matrix) = (Schema::read(), Matrix::load().unwrap());
            let hidden = with.book.unseen();
            assert_eq!(without.acting(), with.acting());
            let mut viewers = with.some_acting(16);
            viewers.retain(|viewer| {
                !hidden
                    .iter()
                    .any(|record| with.exists(&matrix, viewer, *record))
            });
            viewers.truncate(6);
            let records = without.sample(&matrix, &viewers);
            let early = without.world.now() - Duration::hours(1);
            let asked = [
                questions(&schema, &records),
                questions_then(&schema, &records, early),
            ]
            .concat();
            let (there, nowhere) = (
                questions(&schema, &hidden),
                questions(&schema, &unknown(&hidden)),
            );
            for viewer in &viewers {
                let before = answers(&without.world, viewer, &asked).await;
                let after = answers(&with.world, viewer, &asked).await;
                for ((question, before), (_, after)) in before.iter().zip(&after) {
                    assert_eq!(before, after, "{viewer:?} notices by {question}");
                }
                assert_eq!(
                    walks(&without.world, viewer).await,
                    walks(&with.world, viewer).await,
                    "{viewer:?}"
                );
                let then = [
                    then(&without, &schema, viewer).await,
                    then(&with, &schema, viewer).await,
                ];
                assert_eq!(then[0], then[1], "{viewer:?} notices by a position");
                let heard = [heard(&without, viewer), heard(&with, viewer)];
                assert_eq!(heard[0], heard[1], "{viewer:?} hears of it");
                // By its id it is like one that was never given.
                let there = answers(&with.world, viewer, &there).await;
                let nowhere = answers(&with.world, viewer, &nowhere).await;
                for ((question, there), (_, nowhere)) in there.iter().zip(&nowhere) {
                    assert_eq!(there, nowhere, "{viewer:?} notices by {question}");
                }
                let files = [
                    files_of(&without, viewer, &records).await,
                    files_of(&with, viewer, &records).await,
                ];
                assert_eq!(
                    files[0], files[1],
                    "{viewer:?} notices by a file or a letter"
                );
                let there = files_of(&with, viewer, &hidden).await;
                assert_eq!(
                    there,
                    files_of(&with, viewer, &unknown(&hidden)).await,
                    "{viewer:?}"
                );
            }
        },
    );
}

/// Ids of the same kinds that were never given.
fn unknown(records: &[RecordId]) -> Vec<RecordId> {
    let number = |at: usize| Uuid::new_v5(&Uuid::NAMESPACE_URL, &at.to_be_bytes());
    let unknown = records.iter().enumerate();
    unknown
        .map(|(at, record)| RecordId {
            id: number(at),
            ..*record
        })
        .collect()
}

/// The book as it was known at one of the positions that were given out: in the middle of what the reader sees.
async fn then(made: &Generated, schema: &Schema, viewer: &Viewer) -> Vec<Value> {
    let query = "{ events(first: 40) { nodes { position } } }";
    let answer = made.world.ask(viewer, query, json!({})).await;
    let nodes = answer["data"]["events"]["nodes"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let Some(position) = nodes
        .get(nodes.len() / 2)
        .and_then(|node| node["position"].as_str())
    else {
        return Vec::new();
    };
    let asked = questions_at(schema, &[], position);
    let told = answers(&made.world, viewer, &asked).await;
    told.into_iter().map(|(_, answer)| answer).collect()
}

/// What a stream from the beginning brings.
fn heard(made: &Generated, viewer: &Viewer) -> Vec<RecordId> {
    let services = &made.world.services;
    let (mut heard, mut after, head) = (Vec::new(), 0, services.runner.applied());
    while after < head {
        let (event, reached) = crate::subscription::next(services, viewer, after);
        heard.extend(event.map(|event| event.of_record()));
        after = reached;
    }
    heard
}

/// The files and letters of reviews, and what is answered where there are none: their status and what they hash to.
async fn files_of(
    made: &Generated,
    viewer: &Viewer,
    records: &[RecordId],
) -> Vec<(String, u16, String)> {
    let Some(badge) = made.badge(viewer) else {
        return Vec::new();
    };
    let door = Door::of(&made.world.services);
    let mut all = Vec::new();
    for record in records
        .iter()
        .filter(|record| record.kind == RecordKind::Review)
    {
        for file in [
            "attachments/1",
            "attachments/7",
            "letters/draft",
            "letters/1",
        ] {
            let path = format!("/reviews/{}/{file}", global_id(*record));
            let (status, body) = door.get(&badge, &path).await;
            all.push((
                file.to_owned(),
                status.as_u16(),
                hex::encode(Sha256::digest(&body)),
            ));
        }
    }
    all
}
