//! What the histories of accounts come to, and the rules their decisions share.

use std::collections::BTreeMap;

use time::{Date, OffsetDateTime};

use super::authority::is_above_administration;
use super::{AccountEvent, AccountKind, Authority, Right};
use crate::centre::CentreKey;
use crate::check;
use crate::context::Context;
use crate::event::Event;
use crate::event_data::{EventData, EventKind};
use crate::existing::unknown;
use crate::id::{ActorId, DeputyId, GrantId, MachineTokenId};
use crate::query::QueryItem;
use crate::rejection::{Rejection, RejectionCode};
use crate::role::Role;
use crate::text::Commitment;

const KINDS: [EventKind; 10] = [
    EventKind::AccountRegistered,
    EventKind::AccountRenamed,
    EventKind::AccountLocked,
    EventKind::AccountUnlocked,
    EventKind::AccountRoleGranted,
    EventKind::AccountRoleRevoked,
    EventKind::AccountDeputyAppointed,
    EventKind::AccountDeputyEnded,
    EventKind::AccountTokenIssued,
    EventKind::AccountTokenRevoked,
];

/// The accounts a decision's query found.
#[derive(Clone, Default, Debug)]
pub struct Accounts(BTreeMap<ActorId, Account>);

/// One account as it stands.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) id: ActorId,
    pub(super) centre: CentreKey,
    pub(super) kind: AccountKind,
    pub(super) name: Commitment,
    pub(super) login: Option<Commitment>,
    pub(super) locked: bool,
    pub(super) grants: BTreeMap<GrantId, Grant>,
    pub(super) deputies: BTreeMap<DeputyId, Deputy>,
    pub(super) tokens: BTreeMap<MachineTokenId, Token>,
}

/// A role that was given.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) centre: CentreKey,
    pub(super) right: Right,
    pub(super) valid_from: Date,
    pub(super) valid_to: Option<Date>,
    pub(super) revoked: bool,
}

/// That the account represents another.
#[derive(Clone, Debug)]
pub(super) struct Deputy {
    pub(super) centre: CentreKey,
    pub(super) represents: ActorId,
    pub(super) grant: GrantId,
    pub(super) valid_from: Date,
    pub(super) valid_to: Date,
    pub(super) ended: bool,
}

/// A token that was issued.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) centre: CentreKey,
    pub(super) right: Right,
    pub(super) expires_at: OffsetDateTime,
    pub(super) revoked: bool,
}

impl Accounts {
    /// The query item that finds an account's own history.
    pub(super) fn item(account: ActorId) -> QueryItem {
        QueryItem::tagged(account.tag()).of(&KINDS)
    }

    /// Folds one event in; events of other records say nothing here.
    pub(super) fn evolve(&mut self, event: &Event) {
        let EventData::Account(data) = &event.data else {
            return;
        };
        if let AccountEvent::Registered(registered) = data {
            let account = Account {
                id: registered.account,
                centre: event.centre,
                kind: registered.kind,
                name: registered.name,
                login: registered.login,
                locked: false,
                grants: BTreeMap::new(),
                deputies: BTreeMap::new(),
                tokens: BTreeMap::new(),
            };
            self.0.insert(registered.account, account);
        }
        if let Some(account) = self.0.get_mut(&data.account()) {
            account.evolve(event.centre, data);
        }
    }

    /// The account, wherever it is.
    pub(super) fn get(&self, id: ActorId) -> Option<&Account> {
        self.0.get(&id)
    }

    /// The account, which must exist; for an office, in its own centre.
    pub(super) fn require(
        &self,
        field: &str,
        id: ActorId,
        authority: Authority,
        context: &Context,
    ) -> Result<&Account, Rejection> {
        let found = self.get(id).filter(|account| match authority {
            Authority::Office => account.centre == context.centre,
            Authority::CommandLine | Authority::Provider => true,
        });
        found.ok_or_else(|| unknown(field, id.record()))
    }

    /// A role of an account in the actor's centre; the account may be of another.
    pub(super) fn require_grant(
        &self,
        account: (&str, ActorId),
        grant: GrantId,
        authority: Authority,
        context: &Context,
    ) -> Result<&Grant, Rejection> {
        let in_scope = |centre| match authority {
            Authority::Office => centre == context.centre,
            Authority::CommandLine | Authority::Provider => true,
        };
        let (field, id) = account;
        let found = self.get(id);
        let grant_found = found
            .and_then(|account| account.grants.get(&grant))
            .filter(|grant| in_scope(grant.centre));
        match (found, grant_found) {
            (_, Some(found)) => Ok(found),
            (Some(account), None) if in_scope(account.centre) => {
                Err(unknown_part("grant", "Diese Rolle"))
            }
            (Some(_) | None, None) => Err(unknown(field, id.record())),
        }
    }
}

impl Account {
    fn evolve(&mut self, centre: CentreKey, event: &AccountEvent) {
        match event {
            AccountEvent::Registered(_) => {}
            AccountEvent::Renamed(event) => {
                self.name = event.name;
                self.login = event.login;
            }
            AccountEvent::Locked(_) => self.locked = true,
            AccountEvent::Unlocked(_) => self.locked = false,
            AccountEvent::RoleGranted(event) => {
                let grant = Grant {
                    centre,
                    right: event.right,
                    valid_from: event.valid_from,
                    valid_to: event.valid_to,
                    revoked: false,
                };
                self.grants.insert(event.grant, grant);
            }
            AccountEvent::RoleRevoked(event) => {
                if let Some(grant) = self.grants.get_mut(&event.grant) {
                    grant.revoked = true;
                }
            }
            AccountEvent::DeputyAppointed(event) => {
                let deputy = Deputy {
                    centre,
                    represents: event.represents,
                    grant: event.grant,
                    valid_from: event.valid_from,
                    valid_to: event.valid_to,
                    ended: false,
                };
                self.deputies.insert(event.deputy, deputy);
            }
            AccountEvent::DeputyEnded(event) => {
                if let Some(deputy) = self.deputies.get_mut(&event.deputy) {
                    deputy.ended = true;
                }
            }
            AccountEvent::TokenIssued(event) => {
                let token = Token {
                    centre,
                    right: event.right,
                    expires_at: event.expires_at,
                    revoked: false,
                };
                self.tokens.insert(event.token, token);
            }
            AccountEvent::TokenRevoked(event) => {
                if let Some(token) = self.tokens.get_mut(&event.token) {
                    token.revoked = true;
                }
            }
        }
    }

    /// The administration does not lock or rename whom only the head may give a role.
    pub(super) fn require_below(
        &self,
        authority: Authority,
        context: &Context,
    ) -> Result<(), Rejection> {
        let concerned = authority == Authority::Office && context.role == Role::Administration;
        let above = |right: &Right| is_above_administration(right.role);
        let grants = self
            .grants
            .values()
            .filter(|grant| !grant.revoked && grant.valid_to.is_none_or(|to| to > context.today))
            .map(|grant| &grant.right);
        let tokens = self
            .tokens
            .values()
            .filter(|token| !token.revoked && token.expires_at > context.now)
            .map(|token| &token.right);
        if concerned && grants.chain(tokens).any(above) {
            return Err(Rejection::whole(
                RejectionCode::NotAllowed,
                "Dieses Konto hat eine Rolle, die nur die Leitung vergibt; bitten Sie sie darum.",
            ));
        }
        Ok(())
    }
}

/// Nobody decides on oneself.
pub(super) fn not_oneself(
    account: ActorId,
    what: &str,
    context: &Context,
) -> Result<(), Rejection> {
    if account != context.actor {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::NotAllowed,
        "account",
        format!("{what} Bitten Sie eine andere Person darum, die Konten verwaltet."),
    ))
}

/// The refusal of a part of an account that does not exist there.
pub(super) fn unknown_part(field: &str, this: &str) -> Rejection {
    Rejection::field(
        RejectionCode::UnknownId,
        field,
        format!("{this} hat dieses Konto nicht; prüfen Sie die Kennung."),
    )
}

/// A reason that must be there and has its place in the vault beside the account.
pub(super) fn reason(
    account: ActorId,
    reason: &crate::Text,
    context: &Context,
) -> Result<Commitment, Rejection> {
    check::seal_text(
        context,
        account.record(),
        "reason",
        reason,
        crate::Text::NOTE,
    )
}

/// An event of an account, today; the centre is that of the account or of the right.
pub(super) fn event(centre: CentreKey, context: &Context, data: AccountEvent) -> Event {
    Event {
        centre,
        occurred_on: context.today,
        occurred_at: None,
        data: EventData::Account(data),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_knows_every_kind_of_the_record() {
        let kinds: Vec<EventKind> = EventKind::ALL
            .into_iter()
            .filter(|kind| kind.wire_name().starts_with("account."))
            .collect();
        let mut known = KINDS.to_vec();
        known.sort_unstable();
        assert_eq!(kinds, known);
    }
}
