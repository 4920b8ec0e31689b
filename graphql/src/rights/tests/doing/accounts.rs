//! What is done with accounts, and with what opens something for a time.

use querschnitt_domain::account::{
    AccountKind, AppointDeputy, Authority, Bearer, EndDeputy, GrantRole, IssueToken, LockAccount,
    RegisterAccount, RevokeRole, RevokeToken, Right, Scope, Scopes, TokenHash, UnlockAccount,
};
use querschnitt_domain::exception::{BreakGlass, CloseOrder, OpenOrder, OrderKind};
use querschnitt_domain::{ActorId, OrderId, RecordId, RecordKind, Role};
use time::Duration;

use super::{pick, text};
use crate::rights::tests::book::{Glass, Granted, Order, Person};
use crate::rights::tests::deeds::{Deed, Kind};
use crate::rights::tests::generated::Generated;

impl Generated {
    pub(super) async fn with_accounts(&mut self, deed: Deed) {
        let Deed {
            kind,
            one,
            other,
            days,
            ..
        } = deed;
        let centre = self.world.centres[deed.centre];
        let later = |at: u8| self.world.today() + Duration::days(at.into());
        match kind {
            Kind::Person => {
                let account = RegisterAccount {
                    authority: Authority::Office,
                    account: None,
                    kind: AccountKind::Person,
                    name: text(&self.called("Person")),
                    login: None,
                };
                if let Some(RecordId { id, .. }) = self.decide(deed, Role::KiHead, &account).await {
                    self.book.people.push(Person {
                        id: ActorId(id),
                        centre,
                        machine: false,
                        unseen: self.unseen,
                    });
                }
            }
            Kind::Grant(role) => {
                let (Some(person), Some(right)) =
                    (self.person(deed, one), self.right(deed, role, other))
                else {
                    return;
                };
                // Now, later, for a time and without an end.
                let valid_from = (days % 4 == 3).then(|| later(days));
                let valid_to = (days % 2 == 1).then(|| later(days + 1 + days % 3));
                let grant = GrantRole {
                    authority: self.authority(role),
                    account: person,
                    right,
                    valid_from,
                    valid_to,
                };
                if self.decide(deed, self.giver(role), &grant).await.is_some() {
                    let given = self
                        .world
                        .services
                        .runner
                        .read()
                        .facts()
                        .access()
                        .grants_ever(person)
                        .last()
                        .map(|row| row.id);
                    self.book.grants.extend(given.map(|grant| Granted {
                        account: person,
                        grant,
                        role,
                        centre,
                    }));
                }
            }
            Kind::Appoint => self.appoint(deed).await,
            Kind::IssueToken(role) => self.issue(deed, role).await,
            Kind::Lock => {
                if let Some(account) = self.person(deed, one) {
                    self.decide(
                        deed,
                        Role::KiHead,
                        &LockAccount {
                            authority: Authority::Office,
                            account,
                            reason: text("verloren"),
                        },
                    )
                    .await;
                }
            }
            Kind::Unlock => {
                if let Some(account) = self.person(deed, one) {
                    self.decide(
                        deed,
                        Role::KiHead,
                        &UnlockAccount {
                            authority: Authority::Office,
                            account,
                            reason: text("gefunden"),
                        },
                    )
                    .await;
                }
            }
            Kind::Revoke => {
                let all = self.book.grants.iter().filter(|given| {
                    given.centre == centre && self.book.is_unseen(given.account) == self.unseen
                });
                if let Some(Granted { account, grant, .. }) = pick(all.copied(), one) {
                    self.decide(
                        deed,
                        Role::KiHead,
                        &RevokeRole {
                            authority: Authority::Office,
                            account,
                            grant,
                            reason: None,
                        },
                    )
                    .await;
                }
            }
            Kind::EndDeputy => {
                let all = self.book.deputies.iter().filter(|(.., of)| *of == centre);
                if let Some((account, deputy, _)) = pick(all.copied(), one) {
                    self.decide(
                        deed,
                        Role::KiHead,
                        &EndDeputy {
                            authority: Authority::Office,
                            account,
                            deputy,
                        },
                    )
                    .await;
                }
            }
            Kind::RevokeToken => {
                let all = self.book.tokens.iter().filter(|(account, _, _, of)| {
                    *of == centre && self.book.is_unseen(*account) == self.unseen
                });
                if let Some((account, token, ..)) = pick(all.copied(), one) {
                    self.decide(
                        deed,
                        Role::KiHead,
                        &RevokeToken {
                            authority: Authority::Office,
                            account,
                            token,
                        },
                    )
                    .await;
                }
            }
            Kind::OpenRequest => self.open(deed, OrderKind::PersonRequest).await,
            Kind::OpenAudit => self.open(deed, OrderKind::Audit).await,
            Kind::CloseOrder => {
                let all = self
                    .book
                    .orders
                    .iter()
                    .filter(|order| order.centre == centre)
                    .map(|order| order.id);
                if let Some(order) = pick(all, one)
                    && self
                        .decide(deed, Role::KiHead, &CloseOrder { order })
                        .await
                        .is_some()
                {
                    self.book
                        .orders
                        .iter_mut()
                        .filter(|known| known.id == order)
                        .for_each(|order| order.closed = true);
                }
            }
            Kind::BreakGlass => {
                let Some(account) = self.person(deed, one) else {
                    return;
                };
                let who = self
                    .world
                    .viewer(Role::KiHead, deed.centre, account.0.as_u128());
                let glass = BreakGlass {
                    account,
                    hours: Some(2),
                    reason: text("Kindeswohl"),
                };
                let until = self.world.now() + Duration::hours(2);
                if let Some(record) = self.decide_as(&who, &glass).await {
                    self.book.glasses.push(Glass {
                        record,
                        account: who.actor.id,
                        centre,
                        until,
                        unseen: self.unseen,
                    });
                }
            }
            _ => {}
        }
    }

    async fn appoint(&mut self, deed: Deed) {
        let centre = self.world.centres[deed.centre];
        let of_centre = self.book.grants.iter().filter(|given| {
            given.centre == centre && self.book.is_unseen(given.account) == self.unseen
        });
        let (Some(account), Some(given)) = (
            self.person(deed, deed.one),
            pick(of_centre.copied(), deed.other),
        ) else {
            return;
        };
        let valid_to = self.world.today() + Duration::days(i64::from(deed.days) + 1);
        let appoint = AppointDeputy {
            authority: Authority::Office,
            account,
            represents: given.account,
            grant: given.grant,
            valid_from: None,
            valid_to,
        };
        if self.decide(deed, Role::KiHead, &appoint).await.is_some() {
            let id = self
                .world
                .services
                .runner
                .read()
                .facts()
                .access()
                .deputies_ever(account)
                .last()
                .map(|row| row.id);
            self.book
                .deputies
                .extend(id.map(|deputy| (account, deputy, centre)));
        }
    }

    async fn issue(&mut self, deed: Deed, role: Role) {
        let Some(right) = self.right(deed, role, deed.one) else {
            return;
        };
        let mut secret = [0; 32];
        secret[..8].copy_from_slice(&self.done.to_be_bytes());
        secret[8..16].copy_from_slice(&self.nth.to_be_bytes());
        let hash = TokenHash::of(&secret);
        let scopes = match deed.other % 3 {
            0 => Scopes::from(vec![Scope::Read]),
            1 => Scopes::from(vec![Scope::Write, Scope::Read]),
            _ => Scopes::of_role(role),
        };
        let issue = IssueToken {
            authority: Authority::CommandLine,
            issuer: None,
            bearer: Bearer::New,
            name: text(&self.called("Maschine")),
            right,
            scopes,
            days: i64::from(deed.days) + 1,
            hash,
        };
        if let Some(RecordId { id, .. }) = self.decide(deed, Role::Operator, &issue).await {
            let account = ActorId(id);
            let token = self
                .world
                .services
                .runner
                .read()
                .facts()
                .access()
                .tokens_ever(account)
                .last()
                .map(|row| row.id);
            let centre = self.world.centres[deed.centre];
            self.book.people.push(Person {
                id: account,
                centre,
                machine: true,
                unseen: self.unseen,
            });
            self.book
                .tokens
                .extend(token.map(|token| (account, token, hash, centre)));
        }
    }

    async fn open(&mut self, deed: Deed, kind: OrderKind) {
        let kinds = [
            RecordKind::Consultation,
            RecordKind::Review,
            RecordKind::Meeting,
        ];
        let mut records: Vec<RecordId> = self
            .own(deed, kinds[deed.other % 3], deed.one)
            .into_iter()
            .collect();
        if kind == OrderKind::Audit && deed.days.is_multiple_of(3) {
            records.clear();
        }
        let valid_to = self.world.today() + Duration::days(i64::from(deed.days) + 1);
        let order = OpenOrder {
            kind,
            records: records.clone(),
            valid_to,
            reason: text("Anliegen"),
        };
        if let Some(RecordId { id, .. }) = self.decide(deed, kind.opened_by(), &order).await {
            let centre = self.world.centres[deed.centre];
            self.book.orders.push(Order {
                id: OrderId(id),
                kind,
                centre,
                records,
                valid_to,
                closed: false,
            });
        }
    }

    /// Roles that belong to no centre are given on the command line.
    const fn authority(&self, role: Role) -> Authority {
        match role {
            Role::StateLevel | Role::Operator => Authority::CommandLine,
            _ => Authority::Office,
        }
    }

    const fn giver(&self, role: Role) -> Role {
        match role {
            Role::StateLevel | Role::Operator => Role::Operator,
            _ => Role::KiHead,
        }
    }

    fn right(&self, deed: Deed, role: Role, at: usize) -> Option<Right> {
        let of = |kind| self.any(deed, kind, at);
        let mut right = Right::of(role);
        match role {
            Role::AuthorityOfficer | Role::PartnerOffice => {
                right.organisation = Some(of(RecordKind::Organisation)?.try_into().ok()?);
            }
            Role::SteeringMember => right.body = Some(of(RecordKind::Network)?.try_into().ok()?),
            _ => {}
        }
        Some(right)
    }
}
