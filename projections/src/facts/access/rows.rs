//! The rows of accounts, their rights, and what is open for a time.

use std::sync::Arc;

use querschnitt_domain::account::{AccountKind, Issuer, Origin, Right, Scopes, TokenHash};
use querschnitt_domain::exception::OrderKind;
use querschnitt_domain::{
    ActorId, CentreKey, Commitment, DeputyId, GlassId, GrantId, MachineTokenId, OrderId, RecordId,
};
use time::{Date, OffsetDateTime};

use super::Acting;
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
    /// On whose word it was taken away, if it was.
    pub revoked_by: Option<Origin>,
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
    /// In whose right it was issued, which ends it.
    pub issuer: Option<Issuer>,
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

/// One use of break-glass. It ends when it is closed; its end it says itself.
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
