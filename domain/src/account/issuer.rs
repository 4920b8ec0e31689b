//! In whose right a token is issued: it counts no longer than that.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::Accounts;
use super::state::Account;
use crate::berlin;
use crate::context::Context;
use crate::id::{ActorId, GrantId, MachineTokenId};
use crate::query::QueryItem;
use crate::rejection::{Rejection, RejectionCode};

/// Who issues a token, and in which right. Tokens of the command line have none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Issuer {
    /// Somebody in an own role, or in the role of somebody represented.
    Person {
        /// Who.
        account: ActorId,
        /// In which role.
        grant: GrantId,
        /// Whose role it is, where it is not one's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        represents: Option<ActorId>,
    },
    /// A machine by its own token.
    Machine {
        /// Which machine.
        account: ActorId,
        /// By which token.
        token: MachineTokenId,
    },
}

impl Issuer {
    /// What finds out whether the right holds, and until when.
    pub(super) fn items(&self) -> impl Iterator<Item = QueryItem> {
        let (account, represents) = match self {
            Self::Person {
                account,
                represents,
                ..
            } => (*account, *represents),
            Self::Machine { account, .. } => (*account, None),
        };
        std::iter::once(account)
            .chain(represents)
            .map(Accounts::item)
    }

    /// How long a token may count that is wanted until then: no longer than the right it is issued in, which
    /// must be the actor's, in the actor's centre, and hold now.
    pub(super) fn until(
        &self,
        wanted: OffsetDateTime,
        accounts: &Accounts,
        context: &Context,
    ) -> Result<OffsetDateTime, Rejection> {
        let until = match self {
            Self::Person {
                account,
                grant,
                represents,
            } => accounts
                .get(*account)
                .filter(|_| *account == context.actor)
                .and_then(|account| {
                    account.holds_until(*grant, *represents, wanted, accounts, context)
                }),
            Self::Machine { account, token } => accounts
                .get(*account)
                .and_then(|machine| machine.tokens.get(token))
                .filter(|_| *account == context.actor)
                .filter(|own| own.centre == context.centre && !own.revoked)
                .filter(|own| context.now < own.expires_at)
                .map(|own| wanted.min(own.expires_at)),
        };
        until.ok_or_else(|| {
            Rejection::whole(
                RejectionCode::NotAllowed,
                "Die Rolle, in der Sie das Token ausstellen, gilt nicht mehr; wählen Sie eine andere.",
            )
        })
    }
}

impl Account {
    /// Until when this account acts in a role, its own or that of somebody represented: `wanted` at the
    /// latest. `None` where it does not act in it today.
    fn holds_until(
        &self,
        grant: GrantId,
        represents: Option<ActorId>,
        wanted: OffsetDateTime,
        accounts: &Accounts,
        context: &Context,
    ) -> Option<OffsetDateTime> {
        let today = context.today;
        let owner = accounts.get(represents.unwrap_or(self.id))?;
        let held = owner.grants.get(&grant).filter(|held| {
            held.centre == context.centre
                && !held.revoked
                && held.valid_from <= today
                && held.valid_to.is_none_or(|to| today < to)
        })?;
        let days = held.valid_to.into_iter();
        let first_not = match represents {
            None => days.min(),
            Some(represented) => {
                let deputies = self.deputies.values().filter(|deputy| {
                    deputy.represents == represented
                        && deputy.grant == grant
                        && !deputy.ended
                        && (deputy.valid_from..deputy.valid_to).contains(&today)
                });
                let until = deputies.map(|deputy| deputy.valid_to).max()?;
                days.chain([until]).min()
            }
        };
        Some(first_not.map_or(wanted, |day| wanted.min(berlin::begin(day))))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;
    use crate::account::samples::{
        ACTOR, DEPUTY, END, GRANT, MACHINE, OTHER, OWN, PERSON, TOKEN, acting, granted, issued,
        registered, revoked,
    };
    use crate::account::{
        AccountEvent, AccountKind, Authority, Bearer, DeputyAppointed, DeputyEnded, IssueToken,
        Origin, Registered, Right, Scopes, TokenHash, TokenIssued, TokenRevoked,
    };
    use crate::event::Event;
    use crate::event_data::EventData;
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved as _, TODAY, event, given, other_centre, sealed, text};

    fn issue(issuer: Option<Issuer>) -> IssueToken {
        IssueToken {
            authority: Authority::Office,
            issuer,
            bearer: Bearer::New,
            name: text("Schnittstelle"),
            right: Right::of(Role::KiOfficer),
            scopes: Scopes::of_role(Role::KiOfficer),
            days: 366,
            hash: TokenHash::of(&[1; 32]),
        }
    }

    /// Until when a token counts that is issued in this right.
    fn until(events: &[Event], issuer: Issuer) -> OffsetDateTime {
        let outcome = given(events.iter().cloned())
            .acting_as(Role::KiHead)
            .when(issue(Some(issuer)));
        let events = outcome.0.expect("the command was refused");
        let Some(EventData::Account(AccountEvent::TokenIssued(TokenIssued {
            expires_at,
            issuer: Some(found),
            ..
        }))) = events.last().map(|event| &event.data)
        else {
            panic!("no token: {events:?}");
        };
        assert_eq!(*found, issuer);
        *expires_at
    }

    #[track_caller]
    fn refused(events: &[Event], issuer: Option<Issuer>) {
        given(events.iter().cloned())
            .acting_as(Role::KiHead)
            .when(issue(issuer))
            .then_rejected(Code::NotAllowed, "");
    }

    /// The actor represents [`PERSON`].
    const DEPUTED: Issuer = Issuer::Person {
        account: ACTOR,
        grant: GRANT,
        represents: Some(PERSON),
    };

    fn deputy(valid_from: time::Date, valid_to: time::Date) -> Event {
        event(AccountEvent::DeputyAppointed(DeputyAppointed {
            account: ACTOR,
            deputy: DEPUTY,
            represents: PERSON,
            grant: GRANT,
            valid_from,
            valid_to,
        }))
    }

    #[test]
    fn a_token_ends_with_the_role_it_is_issued_in() {
        assert_eq!(END, date!(2027 - 06 - 01));
        // Midnight in Berlin, in summer.
        let end = datetime!(2027-05-31 22:00 UTC);
        assert_eq!(until(&acting(Role::KiHead), OWN), end);
        refused(&[registered(ACTOR)], Some(OWN));
        refused(&acting(Role::KiHead), None);
        let [actor, role] = acting(Role::KiHead);
        refused(&[actor.clone(), role.clone(), revoked(ACTOR)], Some(OWN));
        refused(&[actor, role.in_centre(other_centre())], Some(OWN));
        // Not of somebody else.
        let others = Issuer::Person {
            account: PERSON,
            grant: GRANT,
            represents: None,
        };
        let head = [registered(PERSON), granted(PERSON, Role::KiHead)];
        refused(&head, Some(others));
    }

    #[test]
    fn a_token_of_a_deputy_ends_with_the_deputyship() {
        let known = |more: &[Event]| {
            let mut events = vec![
                registered(ACTOR),
                registered(PERSON),
                granted(PERSON, Role::KiHead),
            ];
            events.extend_from_slice(more);
            events
        };
        let to = date!(2026 - 12 - 24);
        let events = known(&[deputy(TODAY, to)]);
        assert_eq!(until(&events, DEPUTED), datetime!(2026-12-23 23:00 UTC));
        refused(&known(&[]), Some(DEPUTED));
        refused(&known(&[deputy(date!(2026 - 11 - 21), to)]), Some(DEPUTED));
        let ended = event(AccountEvent::DeputyEnded(DeputyEnded {
            account: ACTOR,
            deputy: DEPUTY,
            represents: PERSON,
        }));
        refused(&known(&[deputy(TODAY, to), ended]), Some(DEPUTED));
        refused(&known(&[deputy(TODAY, to), revoked(PERSON)]), Some(DEPUTED));
        let of_another = Issuer::Person {
            account: ACTOR,
            grant: GRANT,
            represents: Some(OTHER),
        };
        refused(&events, Some(of_another));
    }

    #[test]
    fn a_token_that_a_machine_issues_ends_with_its_own() {
        let machine = event(AccountEvent::Registered(Registered {
            account: ACTOR,
            kind: AccountKind::Machine,
            origin: Origin::Local,
            name: sealed("Schnittstelle"),
            login: None,
        }));
        let own = |expires_at| {
            event(AccountEvent::TokenIssued(TokenIssued {
                account: ACTOR,
                token: TOKEN,
                name: sealed("Schnittstelle"),
                right: Right::of(Role::KiHead),
                scopes: Scopes::all(),
                expires_at,
                hash: TokenHash::of(&[2; 32]),
                issuer: None,
            }))
        };
        let by = Issuer::Machine {
            account: ACTOR,
            token: TOKEN,
        };
        let end = datetime!(2026-12-01 12:00 UTC);
        assert_eq!(until(&[machine.clone(), own(end)], by), end);
        let revoked = event(AccountEvent::TokenRevoked(TokenRevoked {
            account: ACTOR,
            token: TOKEN,
        }));
        refused(&[machine.clone(), own(end), revoked], Some(by));
        refused(
            &[machine, own(datetime!(2026-11-20 09:14:03 UTC))],
            Some(by),
        );
        let of_another = Issuer::Machine {
            account: MACHINE,
            token: TOKEN,
        };
        refused(
            &[registered(MACHINE), issued(Role::KiHead)],
            Some(of_another),
        );
    }

    #[test]
    fn an_issuer_is_stored_and_read() {
        for (issuer, stored) in [
            (
                OWN,
                r#"{"person":{"account":"00000000-0000-0000-0000-000000000001","grant":"00000000-0000-0000-0000-0000000000b1"}}"#,
            ),
            (
                Issuer::Machine {
                    account: ACTOR,
                    token: TOKEN,
                },
                r#"{"machine":{"account":"00000000-0000-0000-0000-000000000001","token":"00000000-0000-0000-0000-0000000000d1"}}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&issuer).unwrap(), stored);
            assert_eq!(serde_json::from_str::<Issuer>(stored).unwrap(), issuer);
        }
    }
}
