//! The rows of accounts, their rights, and what is open for a time.

use std::sync::Arc;

use querschnitt_domain::account::{AccountKind, Origin, Right, Scopes, TokenHash};
use querschnitt_domain::exception::OrderKind;
use querschnitt_domain::{
    ActorId, CentreKey, Commitment, DeputyId, GlassId, GrantId, MachineTokenId, OrderId, RecordId,
};
use time::{Date, OffsetDateTime};

use super::Acting;
use crate::digest::{Canonical, Digested};
use crate::facts::rows::Row;
use crate::known::Known;

/// An account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountRow {
    /// Its id.
    pub id: ActorId,
    /// The centre that keeps it.
    pub centre: CentreKey,
    /// The position of the event that registered it.
    pub recorded: u64,
    /// Whose it is.
    pub kind: AccountKind,
    /// Who keeps it.
    pub origin: Origin,
    /// The name of the person or machine, sealed.
    pub name: Commitment,
    /// Under which name it signs in, sealed.
    pub login: Option<Commitment>,
    /// Whether it can do nothing.
    pub locked: bool,
    /// When the row was known.
    pub known: Known,
}

/// A role that was given. It ends with its revocation; its last day it says itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GrantRow {
    /// Its id.
    pub id: GrantId,
    /// Who has it.
    pub account: ActorId,
    /// The centre it holds in.
    pub centre: CentreKey,
    /// The role.
    pub right: Right,
    /// The first day, in Berlin.
    pub valid_from: Date,
    /// The first day no more.
    pub valid_to: Option<Date>,
    /// Who keeps it.
    pub origin: Origin,
    /// When the row was known.
    pub known: Known,
}

impl GrantRow {
    /// Whether it was not taken away and the day is one of its own.
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        self.known.is_current() && self.valid_from <= day && self.valid_to.is_none_or(|to| day < to)
    }

    /// What somebody acts in who has this role or represents who has it.
    #[must_use]
    pub const fn acting(&self, deputy_for: Option<ActorId>) -> Acting {
        Acting {
            grant: Some(self.id),
            role: self.right.role,
            centre: self.centre,
            organisation: self.right.organisation,
            body: self.right.body,
            deputy_for,
        }
    }
}

/// That an account represents another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeputyRow {
    /// Its id.
    pub id: DeputyId,
    /// Who represents.
    pub account: ActorId,
    /// The centre of the role.
    pub centre: CentreKey,
    /// Who is represented.
    pub represents: ActorId,
    /// In which role.
    pub grant: GrantId,
    /// The first day, in Berlin.
    pub valid_from: Date,
    /// The first day no more.
    pub valid_to: Date,
    /// When the row was known.
    pub known: Known,
}

impl DeputyRow {
    /// Whether it was not ended and the day is one of its own.
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        self.known.is_current() && (self.valid_from..self.valid_to).contains(&day)
    }
}

/// A token of a machine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenRow {
    /// Its id.
    pub id: MachineTokenId,
    /// Whose it is.
    pub account: ActorId,
    /// The centre its role holds in.
    pub centre: CentreKey,
    /// What it is for, sealed.
    pub name: Commitment,
    /// The role.
    pub right: Right,
    /// What its bearer may do.
    pub scopes: Scopes,
    /// From when on it counts no more.
    pub expires_at: OffsetDateTime,
    /// What it is recognised by.
    pub hash: TokenHash,
    /// When the row was known.
    pub known: Known,
}

impl TokenRow {
    /// What its bearer acts in.
    #[must_use]
    pub const fn acting(&self) -> Acting {
        Acting {
            grant: None,
            role: self.right.role,
            centre: self.centre,
            organisation: self.right.organisation,
            body: self.right.body,
            deputy_for: None,
        }
    }
}

/// A documented request or an audit order. It ends when it is closed; its last day it says itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderRow {
    /// Its id.
    pub id: OrderId,
    /// The centre it opens.
    pub centre: CentreKey,
    /// The position of the event that opened it.
    pub recorded: u64,
    /// When.
    pub recorded_at: OffsetDateTime,
    /// By whom.
    pub opened_by: ActorId,
    /// What it is.
    pub kind: OrderKind,
    /// Which records it is about, sorted; none: all of the centre.
    pub records: Arc<[RecordId]>,
    /// The first day it is open no more, in Berlin.
    pub valid_to: Date,
    /// Why, sealed.
    pub reason: Commitment,
    /// When the row was known.
    pub known: Known,
}

impl OrderRow {
    /// Whether it is about this record.
    #[must_use]
    pub fn is_about(&self, record: RecordId) -> bool {
        self.records.is_empty() || self.records.binary_search(&record).is_ok()
    }
}

/// One use of break-glass.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GlassRow {
    /// Its id.
    pub id: GlassId,
    /// The centre it opens.
    pub centre: CentreKey,
    /// The position of its event.
    pub recorded: u64,
    /// When.
    pub recorded_at: OffsetDateTime,
    /// By whom.
    pub account: ActorId,
    /// From when on it opens nothing.
    pub until: OffsetDateTime,
    /// Why, sealed.
    pub reason: Commitment,
    /// When the row was known.
    pub known: Known,
}

macro_rules! rows {
    ($($row:ty: $id:ty),+) => {$(
        impl Row for $row {
            type Id = $id;
            fn id(&self) -> $id {
                self.id
            }
            fn known(&self) -> Known {
                self.known
            }
            fn known_mut(&mut self) -> &mut Known {
                &mut self.known
            }
        }
    )+};
}

rows!(
    AccountRow: ActorId,
    GrantRow: GrantId,
    DeputyRow: DeputyId,
    TokenRow: MachineTokenId,
    OrderRow: OrderId,
    GlassRow: GlassId
);

fn right(to: &mut Canonical, right: Right) {
    let Right {
        role,
        organisation,
        body,
    } = right;
    to.text(role.as_str());
    for id in [organisation.map(|id| id.0), body.map(|id| id.0)] {
        to.option(id, |to, id| {
            to.id(id);
        });
    }
}

fn day_option(to: &mut Canonical, day: Option<Date>) {
    to.option(day, |to, day| {
        to.day(day);
    });
}

const fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Local => "LOCAL",
        Origin::Provider => "PROVIDER",
    }
}

impl Digested for AccountRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            id,
            centre,
            recorded,
            kind,
            origin: kept_by,
            name,
            login,
            locked,
            known,
        } = self;
        let kind = match kind {
            AccountKind::Person => "PERSON",
            AccountKind::Machine => "MACHINE",
        };
        to.id(id.0).centre(*centre).number(*recorded).text(kind);
        to.text(origin(*kept_by)).sealed(*name);
        to.option(*login, |to, login| {
            to.sealed(login);
        });
        to.number(u64::from(*locked)).known(*known);
    }
}

impl Digested for GrantRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            id,
            account,
            centre,
            right: given,
            valid_from,
            valid_to,
            origin: kept_by,
            known,
        } = self;
        to.id(id.0).id(account.0).centre(*centre);
        right(to, *given);
        to.day(*valid_from);
        day_option(to, *valid_to);
        to.text(origin(*kept_by)).known(*known);
    }
}

impl Digested for DeputyRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            id,
            account,
            centre,
            represents,
            grant,
            valid_from,
            valid_to,
            known,
        } = self;
        to.id(id.0).id(account.0).centre(*centre).id(represents.0);
        to.id(grant.0).day(*valid_from).day(*valid_to).known(*known);
    }
}

impl Digested for TokenRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            id,
            account,
            centre,
            name,
            right: given,
            scopes,
            expires_at,
            hash,
            known,
        } = self;
        to.id(id.0).id(account.0).centre(*centre).sealed(*name);
        right(to, *given);
        let scopes: Vec<_> = scopes.iter().collect();
        to.list(&scopes, |to, scope| {
            to.text(scope.as_str());
        });
        to.instant(*expires_at)
            .text(&hash.to_string())
            .known(*known);
    }
}

impl Digested for OrderRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            id,
            centre,
            recorded,
            recorded_at,
            opened_by,
            kind,
            records,
            valid_to,
            reason,
            known,
        } = self;
        to.id(id.0).centre(*centre).number(*recorded);
        to.instant(*recorded_at).id(opened_by.0).text(kind.as_str());
        to.list(records, |to, record| {
            to.record(*record);
        });
        to.day(*valid_to).sealed(*reason).known(*known);
    }
}

impl Digested for GlassRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            id,
            centre,
            recorded,
            recorded_at,
            account,
            until,
            reason,
            known,
        } = self;
        to.id(id.0).centre(*centre).number(*recorded);
        to.instant(*recorded_at).id(account.0).instant(*until);
        to.sealed(*reason).known(*known);
    }
}
