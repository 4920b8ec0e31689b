//! What events of accounts and access mean: who may act now, in which roles, by which tokens, and what
//! is open for a time. Looked up at every request, so nothing here walks over more than one account.

mod digest;
mod glass;
mod rows;
mod standing;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use querschnitt_domain::account::{AccountEvent, Origin, Right, TokenHash};
use querschnitt_domain::exception::{ExceptionEvent, OrderKind};
use querschnitt_domain::{
    ActorId, CentreKey, DeputyId, GrantId, MachineTokenId, NetworkId, OrganisationId, Recorded,
    Role, berlin,
};
use time::{Date, OffsetDateTime};

pub use rows::{AccountRow, DeputyRow, GlassRow, GrantRow, OrderRow, TokenRow};
pub use standing::TokenState;

use super::Facts;
use super::rows::Rows;
use crate::digest::Canonical;
use crate::known::Known;

/// In what somebody acts: one role in one centre, of one's own or of somebody represented.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Acting {
    /// The role that was given; `None` for a machine, whose token says its role itself.
    pub grant: Option<GrantId>,
    /// The role.
    pub role: Role,
    /// The centre it holds in.
    pub centre: CentreKey,
    /// The organisation it is held for.
    pub organisation: Option<OrganisationId>,
    /// The body it is held in.
    pub body: Option<NetworkId>,
    /// Who is represented.
    pub deputy_for: Option<ActorId>,
}

/// Accounts, what they may do, and what is open for a time.
#[derive(Debug, Default)]
pub struct AccessFacts {
    accounts: Rows<AccountRow>,
    grants: Rows<GrantRow>,
    deputies: Rows<DeputyRow>,
    tokens: Rows<TokenRow>,
    orders: Rows<OrderRow>,
    glasses: Rows<GlassRow>,
    rights: HashMap<ActorId, Rights>,
    by_hash: HashMap<TokenHash, MachineTokenId>,
}

/// What an account was ever given, in the order of the log.
#[derive(Debug, Default)]
struct Rights {
    grants: Vec<GrantId>,
    deputies: Vec<DeputyId>,
    tokens: Vec<MachineTokenId>,
}

impl AccessFacts {
    /// The account, if there is one.
    #[must_use]
    pub fn account(&self, account: ActorId) -> Option<&AccountRow> {
        self.accounts.newest(account)
    }

    /// Where the last lock of an account stands in the log, also where it was unlocked since.
    #[must_use]
    pub fn last_lock(&self, account: ActorId) -> Option<u64> {
        let mut rows = self.accounts.versions(account);
        rows.find(|row| row.locked).map(|row| row.known.from())
    }

    /// In what an account may act on a day: its own roles first, each kind in the order in which
    /// they were given. Nothing when it is locked. Whoever represents a locked account goes on.
    #[must_use]
    pub fn grants_of(&self, account: ActorId, on: Date) -> Vec<Acting> {
        if self.account(account).is_none_or(|row| row.locked) {
            return Vec::new();
        }
        let own = self
            .grants_ever(account)
            .filter(|grant| grant.holds_on(on))
            .map(|grant| grant.acting(None));
        let of_others = self
            .deputies_ever(account)
            .filter(|deputy| deputy.holds_on(on))
            .filter_map(|deputy| {
                let grant = self.grants.current(deputy.grant)?;
                (grant.account == deputy.represents && grant.holds_on(on))
                    .then(|| grant.acting(Some(deputy.represents)))
            });
        own.chain(of_others).collect()
    }

    /// The token with this hash, if its bearer may act by it now; see [`TokenState`].
    #[must_use]
    pub fn token(&self, hash: &[u8; 32], now: OffsetDateTime) -> Option<&TokenRow> {
        let token = self.by_hash.get(&TokenHash(*hash))?;
        let row = self.tokens.current(*token)?;
        (self.token_state(row, now) == TokenState::Counts).then_some(row)
    }

    /// The requests and orders that are open in a centre.
    pub fn orders(
        &self,
        centre: CentreKey,
        now: OffsetDateTime,
    ) -> impl Iterator<Item = &OrderRow> {
        let today = berlin::day(now);
        self.orders
            .all()
            .filter(move |order| order.centre == centre && today < order.valid_to)
    }

    /// The open requests or orders of one kind; what [`OrderKind::opens_to`] names reads by them.
    pub fn orders_of(
        &self,
        centre: CentreKey,
        kind: OrderKind,
        now: OffsetDateTime,
    ) -> impl Iterator<Item = &OrderRow> {
        self.orders(centre, now)
            .filter(move |order| order.kind == kind)
    }

    /// Every account.
    #[must_use]
    pub const fn accounts(&self) -> &Rows<AccountRow> {
        &self.accounts
    }

    /// Every request and order; closed ones are not current.
    #[must_use]
    pub const fn all_orders(&self) -> &Rows<OrderRow> {
        &self.orders
    }

    /// Every use of break-glass; closed ones are not current.
    #[must_use]
    pub const fn glasses(&self) -> &Rows<GlassRow> {
        &self.glasses
    }

    /// Every token; revoked ones are not current.
    #[must_use]
    pub const fn tokens(&self) -> &Rows<TokenRow> {
        &self.tokens
    }

    /// Every role an account was ever given, the first one first; revoked ones are not current.
    pub fn grants_ever(&self, account: ActorId) -> impl Iterator<Item = &GrantRow> {
        let given = self.rights.get(&account).map(|rights| &rights.grants);
        let ids = given.into_iter().flatten();
        ids.filter_map(|grant| self.grants.newest(*grant))
            .filter(move |row| row.account == account)
    }

    /// Whom an account ever represented; ended ones are not current.
    pub fn deputies_ever(&self, account: ActorId) -> impl Iterator<Item = &DeputyRow> {
        let given = self.rights.get(&account).map(|rights| &rights.deputies);
        let ids = given.into_iter().flatten();
        ids.filter_map(|deputy| self.deputies.newest(*deputy))
            .filter(move |row| row.account == account)
    }

    /// Every token an account was ever given; revoked ones are not current.
    pub fn tokens_ever(&self, account: ActorId) -> impl Iterator<Item = &TokenRow> {
        let given = self.rights.get(&account).map(|rights| &rights.tokens);
        let ids = given.into_iter().flatten();
        ids.filter_map(|token| self.tokens.newest(*token))
            .filter(move |row| row.account == account)
    }

    /// Whether a role was given to an account in a centre and taken away here, the last time it was given: then
    /// the provider does not give it again.
    #[must_use]
    pub fn is_withheld(&self, account: ActorId, right: Right, centre: CentreKey) -> bool {
        let before = self.grants_ever(account);
        before
            .filter(|grant| grant.centre == centre && grant.right == right)
            .last()
            .is_some_and(|last| last.revoked_by == Some(Origin::Local))
    }

    /// Whether an account belongs to a centre's book: registered there, or with a right there.
    #[must_use]
    pub fn is_of(&self, account: &AccountRow, centre: CentreKey) -> bool {
        account.centre == centre
            || self.grants_ever(account.id).any(|row| row.centre == centre)
            || self.tokens_ever(account.id).any(|row| row.centre == centre)
    }

    /// Every row there ever was. A log from before there were accounts keeps its digest.
    pub(super) fn digest(&self, to: &mut Canonical) {
        let Self {
            accounts,
            grants,
            deputies,
            tokens,
            orders,
            glasses,
            // What finds them again is made of them.
            rights: _,
            by_hash: _,
        } = self;
        if accounts.history().is_empty()
            && orders.history().is_empty()
            && glasses.history().is_empty()
        {
            return;
        }
        accounts.digest("account", to);
        grants.digest("grant", to);
        deputies.digest("deputy", to);
        tokens.digest("token", to);
        orders.digest("order", to);
        glasses.digest("glass", to);
    }

    fn apply_account(&mut self, recorded: &Recorded, event: &AccountEvent) {
        let centre = recorded.event.centre;
        let position = recorded.position;
        let known = Known::since(position);
        match event {
            AccountEvent::Registered(event) => self.accounts.put(AccountRow {
                id: event.account,
                centre,
                recorded: position,
                kind: event.kind,
                origin: event.origin,
                name: event.name,
                login: event.login,
                locked: false,
                known,
            }),
            AccountEvent::Renamed(event) => self.account_becomes(event.account, |row| {
                (row.name, row.login, row.known) = (event.name, event.login, known);
            }),
            AccountEvent::Locked(event) => self.account_becomes(event.account, |row| {
                (row.locked, row.known) = (true, known);
            }),
            AccountEvent::Unlocked(event) => self.account_becomes(event.account, |row| {
                (row.locked, row.known) = (false, known);
            }),
            AccountEvent::RoleGranted(event) => {
                let rights = self.rights.entry(event.account).or_default();
                rights.grants.push(event.grant);
                self.grants.put(GrantRow {
                    id: event.grant,
                    account: event.account,
                    centre,
                    right: event.right,
                    valid_from: event.valid_from,
                    valid_to: event.valid_to,
                    origin: event.origin,
                    revoked_by: None,
                    known,
                });
            }
            AccountEvent::RoleRevoked(event) => {
                let by = event
                    .origin
                    .unwrap_or_else(|| provider_or_office(recorded.role));
                self.grants
                    .end_with(event.grant, position, |row| row.revoked_by = Some(by));
            }
            AccountEvent::DeputyAppointed(event) => {
                let rights = self.rights.entry(event.account).or_default();
                rights.deputies.push(event.deputy);
                self.deputies.put(DeputyRow {
                    id: event.deputy,
                    account: event.account,
                    centre,
                    represents: event.represents,
                    grant: event.grant,
                    valid_from: event.valid_from,
                    valid_to: event.valid_to,
                    known,
                });
            }
            AccountEvent::DeputyEnded(event) => self.deputies.end(event.deputy, position),
            AccountEvent::TokenIssued(event) => {
                let rights = self.rights.entry(event.account).or_default();
                rights.tokens.push(event.token);
                self.by_hash.insert(event.hash, event.token);
                self.tokens.put(TokenRow {
                    id: event.token,
                    account: event.account,
                    centre,
                    name: event.name,
                    right: event.right,
                    scopes: event.scopes,
                    expires_at: event.expires_at,
                    hash: event.hash,
                    issuer: event.issuer,
                    known,
                });
            }
            AccountEvent::TokenRevoked(event) => self.tokens.end(event.token, position),
        }
    }

    /// The account's next state, if it is in the book.
    fn account_becomes(&mut self, account: ActorId, change: impl FnOnce(&mut AccountRow)) {
        if let Some(before) = self.accounts.newest(account) {
            let mut row = before.clone();
            change(&mut row);
            self.accounts.put(row);
        }
    }

    fn apply_exception(&mut self, recorded: &Recorded, event: &ExceptionEvent) {
        let centre = recorded.event.centre;
        let position = recorded.position;
        let known = Known::since(position);
        match event {
            ExceptionEvent::OrderOpened(event) => self.orders.put(OrderRow {
                id: event.order,
                centre,
                recorded: position,
                recorded_at: recorded.recorded_at,
                opened_by: recorded.actor,
                kind: event.kind,
                records: event.records.as_slice().into(),
                valid_to: event.valid_to,
                reason: event.reason,
                known,
            }),
            ExceptionEvent::OrderClosed(event) => self.orders.end(event.order, position),
            ExceptionEvent::GlassBroken(event) => self.glasses.put(GlassRow {
                id: event.glass,
                centre,
                recorded: position,
                recorded_at: recorded.recorded_at,
                account: recorded.actor,
                until: event.until,
                reason: event.reason,
                known,
            }),
            ExceptionEvent::GlassClosed(event) => self.glasses.end(event.glass, position),
        }
    }
}

/// On whose word a role was taken away before events said it: in the role of the installation only the provider
/// did.
fn provider_or_office(role: Role) -> Origin {
    if role == Role::Operator {
        Origin::Provider
    } else {
        Origin::Local
    }
}

impl Facts {
    /// Who may act, and what is open for a time.
    #[must_use]
    pub const fn access(&self) -> &AccessFacts {
        &self.access
    }

    pub(super) fn apply_account(&mut self, recorded: &Recorded, event: &AccountEvent) {
        self.access.apply_account(recorded, event);
    }

    pub(super) fn apply_exception(&mut self, recorded: &Recorded, event: &ExceptionEvent) {
        self.access.apply_exception(recorded, event);
    }
}
