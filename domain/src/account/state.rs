//! What the histories of accounts come to, and the rules their decisions share.

use std::collections::BTreeMap;

use time::{Date, OffsetDateTime};

use super::authority::is_above_administration;
use super::{AccountEvent, AccountKind, Authority, Origin, Right};
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
    /// Its place among all, in the order of the log.
    pub(super) place: usize,
    pub(super) right: Right,
    pub(super) valid_from: Date,
    pub(super) valid_to: Option<Date>,
    pub(super) revoked: bool,
    /// On whose word it was taken away, where that is known.
    pub(super) revoked_by: Option<Origin>,
}

impl Grant {
    /// Whether it gives one of these roles in the actor's centre today.
    pub(super) fn gives(&self, roles: &[Role], context: &Context) -> bool {
        self.centre == context.centre
            && roles.contains(&self.right.role)
            && !self.revoked
            && self.valid_from <= context.today
            && self.valid_to.is_none_or(|to| context.today < to)
    }
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
    /// Whether it was issued in nobody's right, on the command line: it ends with no other right.
    pub(super) in_nobodys_right: bool,
}

impl Accounts {
    /// The query item that finds an account's own history.
    pub(crate) fn item(account: ActorId) -> QueryItem {
        QueryItem::tagged(account.tag()).of(&KINDS)
    }

    /// Folds one event in; events of other records say nothing here.
    pub(crate) fn evolve(&mut self, event: &Event) {
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
        let found = self
            .get(id)
            .filter(|account| authority.reaches(account.centre, context));
        found.ok_or_else(|| unknown(field, id.record()))
    }

    /// A role, a deputy or a token of an account, in the actor's centre; the account may be of another.
    pub(super) fn require_part<I: PartId>(
        &self,
        (field, id): (&str, ActorId),
        part: I,
        authority: Authority,
        context: &Context,
    ) -> Result<&I::Part, Rejection> {
        let account = self.get(id).ok_or_else(|| unknown(field, id.record()))?;
        match part.of(account) {
            Some((found, centre)) if authority.reaches(centre, context) => Ok(found),
            Some(_) | None if authority.reaches(account.centre, context) => Err(Rejection::field(
                RejectionCode::UnknownId,
                I::FIELD,
                format!(
                    "{} hat dieses Konto nicht; prüfen Sie die Kennung.",
                    I::THIS
                ),
            )),
            Some(_) | None => Err(unknown(field, id.record())),
        }
    }

    /// The account, if it may be locked and unlocked; `own` is the refusal of one's own.
    pub(super) fn require_lockable(
        &self,
        id: ActorId,
        own: &str,
        authority: Authority,
        context: &Context,
    ) -> Result<&Account, Rejection> {
        authority.may_lock(context)?;
        let account = self.require("account", id, authority, context)?;
        not_oneself(id, own, context)?;
        account.require_below(authority, context)?;
        Ok(account)
    }

    /// Whether this is the account of a person.
    pub(crate) fn is_person(&self, id: ActorId) -> bool {
        self.get(id)
            .is_some_and(|account| account.kind == AccountKind::Person)
    }
}

/// The id of what an account was given in some centre.
pub(super) trait PartId {
    /// What it is.
    type Part;
    /// The field of commands that names it.
    const FIELD: &str;
    /// What refusals call it.
    const THIS: &str;
    /// The part with the centre it was given in.
    fn of(self, account: &Account) -> Option<(&Self::Part, CentreKey)>;
}

macro_rules! parts {
    ($($id:ty: $part:ty, $parts:ident, $field:literal, $this:literal;)+) => {$(
        impl PartId for $id {
            type Part = $part;
            const FIELD: &str = $field;
            const THIS: &str = $this;
            fn of(self, account: &Account) -> Option<(&$part, CentreKey)> {
                account.$parts.get(&self).map(|part| (part, part.centre))
            }
        }
    )+};
}

parts! {
    GrantId: Grant, grants, "grant", "Diese Rolle";
    DeputyId: Deputy, deputies, "deputy", "Diese Vertretung";
    MachineTokenId: Token, tokens, "token", "Dieses Token";
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
                    place: self.grants.len(),
                    right: event.right,
                    valid_from: event.valid_from,
                    valid_to: event.valid_to,
                    revoked: false,
                    revoked_by: None,
                };
                self.grants.insert(event.grant, grant);
            }
            AccountEvent::RoleRevoked(event) => {
                if let Some(grant) = self.grants.get_mut(&event.grant) {
                    grant.revoked = true;
                    grant.revoked_by = event.origin;
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
                    in_nobodys_right: event.issuer.is_none(),
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

    /// The administration does not lock or rename whom only the head may give a role. Roles in other centres
    /// do not count: a refusal would tell of them.
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
            .filter(|grant| grant.centre == context.centre)
            .filter(|grant| !grant.revoked && grant.valid_to.is_none_or(|to| to > context.today))
            .map(|grant| &grant.right);
        let tokens = self
            .tokens
            .values()
            .filter(|token| token.centre == context.centre)
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
