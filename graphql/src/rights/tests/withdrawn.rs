//! What is taken away is gone with the next request, whatever somebody came in by.

use axum::http::StatusCode;
use querschnitt_domain::account::{Authority, EndDeputy, LockAccount, RevokeRole, RevokeToken};
use querschnitt_domain::exception::CloseOrder;
use querschnitt_domain::{RecordId, RecordKind, Role, Text};
use querschnitt_policy::{Action, Cell};
use serde_json::json;
use time::Duration;

use super::deeds::{self, Deed, Kind};
use super::doing::HEAD;
use super::door::{Badge, Door};
use super::drawn::hold;
use super::generated::Generated;
use crate::token::global_id;
use crate::viewer::Viewer;

const WHO: &str = "{ viewer { role } }";

impl Generated {
    /// What a viewer of [`Generated::acting`] came with.
    pub(super) fn badge(&self, viewer: &Viewer) -> Option<Badge> {
        let token = self
            .book
            .tokens
            .iter()
            .find(|(account, ..)| *account == viewer.actor.id);
        Badge::of(viewer, token.map(|(.., hash, _)| hash.0))
    }

    fn head_of(&self, viewer: &Viewer) -> Viewer {
        let centre = self
            .world
            .centres
            .iter()
            .position(|centre| *centre == viewer.actor.centre);
        self.world.viewer(Role::KiHead, centre.unwrap(), HEAD)
    }

    /// Takes away what somebody acts by, in one of the ways there are for it.
    pub(super) async fn withdraw(&self, viewer: &Viewer, way: usize) {
        let (account, authority, head) = (viewer.actor.id, Authority::Office, self.head_of(viewer));
        let by_operator = matches!(viewer.actor.role, Role::Operator | Role::StateLevel);
        if way % 3 == 1 && !by_operator {
            let lock = LockAccount {
                authority,
                account,
                reason: Text::new("verloren", Text::NOTE).unwrap(),
            };
            return self.world.execute(&head, &lock).await;
        }
        let Some(grant) = viewer.grant else {
            let (.., token, _, _) = self
                .book
                .tokens
                .iter()
                .find(|(of, ..)| *of == account)
                .unwrap();
            let revoke = RevokeToken {
                authority,
                account,
                token: *token,
            };
            return self.world.execute(&head, &revoke).await;
        };
        if let Some(represents) = viewer.actor.on_behalf_of {
            if way % 3 == 2 {
                let revoke = RevokeRole {
                    authority,
                    account: represents,
                    grant,
                    reason: None,
                };
                return self.world.execute(&head, &revoke).await;
            }
            let deputies: Vec<_> = {
                let state = self.world.services.runner.read();
                let all = state.facts().access().deputies_ever(account);
                all.filter(|row| row.grant == grant)
                    .map(|row| row.id)
                    .collect()
            };
            for deputy in deputies {
                self.world
                    .try_execute(
                        &head,
                        &EndDeputy {
                            authority,
                            account,
                            deputy,
                        },
                    )
                    .await;
            }
            return;
        }
        let (authority, who) = match by_operator {
            true => (
                Authority::CommandLine,
                self.world.viewer(Role::Operator, 0, HEAD),
            ),
            false => (authority, head),
        };
        let who = Viewer {
            actor: querschnitt_store::Actor {
                centre: viewer.actor.centre,
                ..who.actor
            },
            ..who
        };
        self.world
            .execute(
                &who,
                &RevokeRole {
                    authority,
                    account,
                    grant,
                    reason: None,
                },
            )
            .await;
    }
}

#[test]
fn whatever_somebody_acts_by_is_gone_with_the_next_request() {
    hold(
        3,
        (deeds::some(), 0..3_usize),
        |(deeds, first)| async move {
            let made = Generated::new(&deeds, &[]).await;
            let door = Door::of(&made.world.services);
            for (way, viewer) in (first..).zip(made.some_acting(12)) {
                let badge = made.badge(&viewer).unwrap();
                // Another withdrawal may have taken this one, too.
                if !made.acting().contains(&viewer) {
                    assert_eq!(
                        door.ask(&badge, WHO, json!({})).await.0,
                        StatusCode::UNAUTHORIZED
                    );
                    continue;
                }
                let (status, answer) = door.ask(&badge, WHO, json!({})).await;
                assert_eq!(
                    answer["data"]["viewer"]["role"],
                    viewer.actor.role.as_str(),
                    "{status} {answer}"
                );
                made.withdraw(&viewer, way).await;
                let review = global_id(made.world_record(RecordKind::Review));
                let (status, answer) = door.ask(&badge, WHO, json!({})).await;
                assert_eq!(
                    (status, &answer["data"]),
                    (StatusCode::UNAUTHORIZED, &json!(null)),
                    "{viewer:?}"
                );
                for path in ["attachments/1", "letters/draft"] {
                    let (status, _) = door.get(&badge, &format!("/reviews/{review}/{path}")).await;
                    assert_eq!(status, StatusCode::UNAUTHORIZED, "{viewer:?} {path}");
                }
            }
        },
    );
}

/// Roles, deputies and tokens end by themselves. How many do within sixty days.
async fn end_by_the_clock(deeds: &[Deed]) -> usize {
    let made = Generated::new(deeds, &[]).await;
    let door = Door::of(&made.world.services);
    let (mut acting, mut ended) = (made.acting(), 0);
    for _ in 0..60 {
        made.world
            .clock
            .advance(std::time::Duration::from_secs(86_400));
        let now = made.acting();
        for viewer in acting.iter().filter(|viewer| !now.contains(viewer)) {
            let badge = made.badge(viewer).unwrap();
            let (status, _) = door.ask(&badge, WHO, json!({})).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{viewer:?}");
            ended += 1;
        }
        acting.retain(|viewer| now.contains(viewer));
    }
    ended
}

#[test]
fn what_was_given_for_a_time_is_gone_when_the_time_is_over() {
    hold(2, deeds::some(), |deeds| async move {
        end_by_the_clock(&deeds).await;
    });
}

/// The tokens of the beginning are good for a day.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_gone_when_its_day_is_over() {
    assert_eq!(end_by_the_clock(&[]).await, 2);
}

impl Generated {
    /// The first record of a kind in the first centre.
    pub(super) fn world_record(&self, kind: RecordKind) -> RecordId {
        let mut all = self.book.entries.iter();
        let first =
            all.find(|entry| entry.record.kind == kind && entry.centre == self.world.centres[0]);
        first.unwrap().record
    }
}

fn deed(kind: Kind, one: usize, other: usize) -> Deed {
    Deed {
        kind,
        centre: 0,
        one,
        other,
        days: 9,
    }
}

/// What opens single records: a membership, an advice that was asked for, an order, a use of break-glass.
#[tokio::test(flavor = "multi_thread")]
async fn what_opens_a_record_ends_with_the_next_request() {
    let mut made = Generated::new(&[], &[]).await;
    let of = |made: &Generated, kind: RecordKind, at: usize| {
        let all = made
            .book
            .entries
            .iter()
            .filter(|entry| entry.record.kind == kind && entry.centre == made.world.centres[0]);
        all.map(|entry| entry.record).nth(at).unwrap()
    };
    let reads = |made: &Generated, viewer: &Viewer, cell: Cell, record: RecordId| {
        let state = made.world.services.runner.read();
        made.world
            .services
            .asking(viewer, &state)
            .reads_record(cell, record)
    };
    // The first organisation is a member of the first network, and was asked for advice in the first review.
    let mut partner = made.world.viewer(Role::PartnerOffice, 0, 1);
    partner.organisation = Some(of(&made, RecordKind::Organisation, 0).try_into().unwrap());
    let (network, review) = (
        of(&made, RecordKind::Network, 0),
        of(&made, RecordKind::Review, 0),
    );
    assert!(
        reads(&made, &partner, Cell::MeetingText, network)
            && reads(&made, &partner, Cell::ReviewText, review)
    );
    made.also(deed(Kind::Leave, 0, 0)).await;
    assert!(!reads(&made, &partner, Cell::Meeting, network), "left");
    made.also(deed(Kind::TakeBack, 0, 0)).await;
    assert!(
        !reads(&made, &partner, Cell::Review, review),
        "not asked any more"
    );

    // Orders: closed, and over by the clock.
    let auditor = made.world.viewer(Role::Auditor, 0, 2);
    let officer = made.world.viewer(Role::DataProtectionOfficer, 0, 3);
    let consultation = of(&made, RecordKind::Consultation, 0);
    for (kind, viewer) in [(Kind::OpenAudit, auditor), (Kind::OpenRequest, officer)] {
        for closed in [true, false] {
            assert!(!reads(&made, &viewer, Cell::ConsultationText, consultation));
            made.also(Deed {
                days: 10,
                ..deed(kind, 0, 0)
            })
            .await;
            assert!(
                reads(&made, &viewer, Cell::ConsultationText, consultation),
                "{kind:?}"
            );
            if closed {
                let order = made.book.orders.last().unwrap().id;
                made.world
                    .execute(&made.head_of(&viewer), &CloseOrder { order })
                    .await;
            } else {
                made.world
                    .clock
                    .advance(std::time::Duration::from_secs(11 * 86_400));
            }
            assert!(
                !reads(&made, &viewer, Cell::ConsultationText, consultation),
                "{kind:?} {closed}"
            );
        }
    }

    // Break-glass: what it opens has no records yet, so the cell is asked for itself.
    let opens = |made: &Generated, viewer: &Viewer| {
        let state = made.world.services.runner.read();
        let asking = made.world.services.asking(viewer, &state);
        made.world.services.rights.permits(
            viewer,
            Cell::CaseNarrative,
            Action::Read,
            asking.of_centre(),
        )
    };
    let person = made.book.people[0].id.0.as_u128();
    let head = made.world.viewer(Role::KiHead, 0, person);
    assert!(!opens(&made, &head));
    made.also(deed(Kind::BreakGlass, 0, 0)).await;
    assert!(
        opens(&made, &head) && !opens(&made, &made.head_of(&head)),
        "for whom broke it"
    );
    let almost = Duration::hours(2) - Duration::SECOND;
    made.world.clock.advance(almost.unsigned_abs());
    assert!(opens(&made, &head));
    made.world.clock.advance(std::time::Duration::from_secs(1));
    assert!(!opens(&made, &head));
}
