//! Streams that are open while others write: they bring what exists for their reader and nothing for the rest, and end
//! before the first event after the right is gone.

use querschnitt_domain::{RecordId, RecordKind, Role};
use serde_json::json;

use super::deeds::{self, Deed, Kind};
use super::doing::HEAD;
use super::door::{Badge, Door, Followed};
use super::drawn::hold;
use super::generated::Generated;
use crate::token::{global_id, record_of};
use crate::viewer::Viewer;

/// Somebody who follows.
struct Follower {
    viewer: Viewer,
    badge: Badge,
    stream: Followed,
}

async fn followers(made: &Generated, door: &Door, most: usize) -> Vec<Follower> {
    let mut all = Vec::new();
    for viewer in made.some_acting(most) {
        let badge = made.badge(&viewer).unwrap();
        // Who can never hear of anything is refused at once.
        let (_, answer) = door
            .ask(&badge, "{ events(first: 1) { nodes { type } } }", json!({}))
            .await;
        if answer["errors"].is_null() {
            let stream = door.follow(&badge).await;
            all.push(Follower {
                viewer,
                badge,
                stream,
            });
        }
    }
    all
}

/// The events after a position that exist for somebody, as the test knows it.
async fn expected(made: &Generated, viewer: &Viewer, after: u64) -> Vec<RecordId> {
    let matrix = querschnitt_policy::Matrix::load().unwrap();
    let events = made.world.events_after(after).await;
    events
        .into_iter()
        .filter(|record| made.exists(&matrix, viewer, *record))
        .collect()
}

#[test]
fn a_stream_brings_what_exists_and_nothing_for_the_rest() {
    hold(
        2,
        (deeds::some(), deeds::unseen()),
        |(deeds, more)| async move {
            let mut made = Generated::new(&deeds, &[]).await;
            let door = Door::of(&made.world.services);
            let mut followers = followers(&made, &door, 8).await;
            for (_, deed) in more {
                let before = made.world.services.runner.applied();
                made.unseen = true;
                made.also(deed).await;
                for follower in &mut followers {
                    for record in expected(&made, &follower.viewer, before).await {
                        let (kind, heard) = follower
                            .stream
                            .event()
                            .await
                            .unwrap_or_else(|| panic!("{:?} ended", follower.badge));
                        assert_eq!(
                            record_of(&heard),
                            Some(record),
                            "{:?} hears {kind}",
                            follower.viewer
                        );
                    }
                }
            }
            // Whatever came besides would come before this. Everybody is told something of their own centre.
            for follower in &mut followers {
                let Some(own) = own_record(&made, &follower.viewer) else {
                    continue;
                };
                made.touch(&follower.viewer, own).await;
                let heard = follower.stream.event().await.unwrap();
                assert_eq!(heard.1, global_id(own), "{:?}", follower.viewer);
            }
        },
    );
}

/// A record of a kind that can be changed at any time, and that exists for the viewer.
fn own_record(made: &Generated, viewer: &Viewer) -> Option<RecordId> {
    let matrix = querschnitt_policy::Matrix::load().unwrap();
    let mut all = made.book.entries.iter();
    let found = all.find(|entry| {
        entry.record.kind == RecordKind::Organisation
            && !entry.retracted
            && made.exists(&matrix, viewer, entry.record)
    });
    found.map(|entry| entry.record)
}

#[test]
fn a_stream_ends_before_the_first_event_after_the_withdrawal() {
    hold(
        3,
        (deeds::some(), 0..3_usize),
        |(deeds, first)| async move {
            let made = Generated::new(&deeds, &[]).await;
            let door = Door::of(&made.world.services);
            for (way, viewer) in (first..).zip(made.some_acting(12)) {
                let Some(own) =
                    own_record(&made, &viewer).filter(|_| made.acting().contains(&viewer))
                else {
                    continue;
                };
                let mut stream = door.follow(&made.badge(&viewer).unwrap()).await;
                made.touch(&viewer, own).await;
                assert_eq!(
                    stream.event().await.map(|(_, record)| record),
                    Some(global_id(own)),
                    "{viewer:?}"
                );
                made.withdraw(&viewer, way).await;
                made.touch(&viewer, own).await;
                assert_eq!(stream.event().await, None, "{viewer:?}");
            }
        },
    );
}

/// The end of what opens single records does not end the stream; it brings them no more.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_brings_nothing_of_a_body_that_was_left() {
    let mut made = Generated::new(&[], &[]).await;
    let door = Door::of(&made.world.services);
    let own = made.world_record(RecordKind::Organisation);
    let mut partners = made.acting().into_iter().filter(|viewer| {
        viewer.actor.role == Role::PartnerOffice
            && viewer.organisation.is_some_and(|id| id.record() == own)
    });
    let partner = partners.next_back().unwrap();
    let mut stream = door.follow(&made.badge(&partner).unwrap()).await;
    let deed = |kind| Deed {
        kind,
        centre: 0,
        one: 0,
        other: 1,
        days: 0,
    };
    made.also(deed(Kind::Hold)).await;
    let meeting = made.book.entries.last().unwrap().record;
    assert_eq!(
        stream.event().await,
        Some(("meeting.held".to_owned(), global_id(meeting)))
    );
    made.also(Deed {
        other: 0,
        ..deed(Kind::Leave)
    })
    .await;
    made.also(deed(Kind::Hold)).await;
    made.touch(&partner, own).await;
    assert_eq!(
        stream.event().await.map(|(_, record)| record),
        Some(global_id(own))
    );
}

impl Generated {
    /// The office says something about an organisation.
    async fn touch(&self, viewer: &Viewer, organisation: RecordId) {
        let centre = self
            .world
            .centres
            .iter()
            .position(|centre| *centre == viewer.actor.centre)
            .unwrap();
        let head = self.world.viewer(Role::KiHead, centre, HEAD);
        // Each time another place.
        let place = format!("Haus {}", self.world.services.runner.applied());
        let input = json!({ "id": global_id(organisation), "place": place });
        self.world
            .mutate(&head, "describeOrganisation", "organisation", input)
            .await;
    }
}
