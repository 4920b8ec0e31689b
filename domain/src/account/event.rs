//! What can happen to an account and its rights. The centre a right holds in is that of its event.

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

use super::{Issuer, Right, Scopes, TokenHash};
use crate::id::{ActorId, DeputyId, GrantId, MachineTokenId};
use crate::text::Commitment;

/// The events of an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AccountEvent {
    /// It exists from now on.
    Registered(Registered),
    /// It is called otherwise, or signs in under another name.
    Renamed(Renamed),
    /// It can't do anything any more.
    Locked(Locked),
    /// It can act again.
    Unlocked(Unlocked),
    /// It has a role.
    RoleGranted(RoleGranted),
    /// It has this role no more.
    RoleRevoked(RoleRevoked),
    /// It represents another account.
    DeputyAppointed(DeputyAppointed),
    /// It represents the other account no more.
    DeputyEnded(DeputyEnded),
    /// A machine can act by this token.
    TokenIssued(TokenIssued),
    /// The token counts no more.
    TokenRevoked(TokenRevoked),
}

/// Whose account it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccountKind {
    /// A person's, who signs in.
    Person,
    /// A machine's, which brings a token.
    Machine,
}

/// Who keeps it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Origin {
    /// This installation.
    Local,
    /// The provider at which people sign in.
    Provider,
}

/// See [`AccountEvent::Registered`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registered {
    /// Which account.
    pub account: ActorId,
    /// Whose.
    pub kind: AccountKind,
    /// Who keeps it.
    pub origin: Origin,
    /// The name of the person or machine, sealed.
    pub name: Commitment,
    /// Under which name it signs in, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<Commitment>,
}

/// See [`AccountEvent::Renamed`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Renamed {
    /// Which account.
    pub account: ActorId,
    /// The name from now on, sealed.
    pub name: Commitment,
    /// Under which name it signs in from now on, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<Commitment>,
    /// The names of the fields that changed, as clients name them.
    pub changed: Vec<Box<str>>,
}

/// See [`AccountEvent::Locked`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    /// Which account.
    pub account: ActorId,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`AccountEvent::Unlocked`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unlocked {
    /// Which account.
    pub account: ActorId,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`AccountEvent::RoleGranted`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleGranted {
    /// Who has it.
    pub account: ActorId,
    /// Its own id.
    pub grant: GrantId,
    /// Which role.
    pub right: Right,
    /// The first day it holds, in Berlin.
    #[serde(with = "crate::event_data::day")]
    pub valid_from: Date,
    /// The first day it holds no more.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::event_data::day_option"
    )]
    pub valid_to: Option<Date>,
    /// Who keeps it.
    pub origin: Origin,
}

/// See [`AccountEvent::RoleRevoked`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRevoked {
    /// Who had it.
    pub account: ActorId,
    /// Which role.
    pub grant: GrantId,
    /// Why, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Commitment>,
    /// On whose word: the provider gives back only what it took away itself. Older events do not say it;
    /// there, the role OPERATOR was the provider's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// See [`AccountEvent::DeputyAppointed`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeputyAppointed {
    /// Who represents.
    pub account: ActorId,
    /// Its own id.
    pub deputy: DeputyId,
    /// Who is represented.
    pub represents: ActorId,
    /// In which role.
    pub grant: GrantId,
    /// The first day, in Berlin.
    #[serde(with = "crate::event_data::day")]
    pub valid_from: Date,
    /// The first day no more.
    #[serde(with = "crate::event_data::day")]
    pub valid_to: Date,
}

/// See [`AccountEvent::DeputyEnded`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeputyEnded {
    /// Who represented.
    pub account: ActorId,
    /// Which deputy.
    pub deputy: DeputyId,
    /// Who was represented.
    pub represents: ActorId,
}

/// See [`AccountEvent::TokenIssued`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenIssued {
    /// Whose token.
    pub account: ActorId,
    /// Its own id, which is no secret.
    pub token: MachineTokenId,
    /// What it is for, sealed.
    pub name: Commitment,
    /// In which role its bearer acts.
    pub right: Right,
    /// What its bearer may do within the role.
    pub scopes: Scopes,
    /// From when on it counts no more.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    /// What it is recognised by.
    pub hash: TokenHash,
    /// In whose right it was issued, which ends it; on the command line in nobody's. Older events do not say
    /// it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<Issuer>,
}

/// See [`AccountEvent::TokenRevoked`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenRevoked {
    /// Whose token.
    pub account: ActorId,
    /// Which token.
    pub token: MachineTokenId,
}

impl AccountEvent {
    /// The account whose record this event belongs to.
    #[must_use]
    pub const fn account(&self) -> ActorId {
        match self {
            Self::Registered(event) => event.account,
            Self::Renamed(event) => event.account,
            Self::Locked(event) => event.account,
            Self::Unlocked(event) => event.account,
            Self::RoleGranted(event) => event.account,
            Self::RoleRevoked(event) => event.account,
            Self::DeputyAppointed(event) => event.account,
            Self::DeputyEnded(event) => event.account,
            Self::TokenIssued(event) => event.account,
            Self::TokenRevoked(event) => event.account,
        }
    }

    /// The account that is represented.
    #[must_use]
    pub const fn represented(&self) -> Option<ActorId> {
        match self {
            Self::DeputyAppointed(event) => Some(event.represents),
            Self::DeputyEnded(event) => Some(event.represents),
            Self::Registered(_)
            | Self::Renamed(_)
            | Self::Locked(_)
            | Self::Unlocked(_)
            | Self::RoleGranted(_)
            | Self::RoleRevoked(_)
            | Self::TokenIssued(_)
            | Self::TokenRevoked(_) => None,
        }
    }
}
