//! What can happen to a network (a body that meets).

use serde::{Deserialize, Serialize};
use time::Date;

use crate::id::{NetworkId, OrganisationId};
use crate::source::SourceDigest;
use crate::text::Commitment;
use crate::values::{ActionArea, BodyType, KiRole, LegalNature};

/// The events of a network.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NetworkEvent {
    /// The body exists from `occurred_on` on.
    Founded(Founded),
    /// Its name or description is another from `occurred_on` on.
    Changed(Changed),
    /// An organisation belongs to it from `occurred_on` on.
    MemberJoined(MemberJoined),
    /// An organisation does not belong to it any more from `occurred_on` on.
    MemberLeft(MemberLeft),
    /// The body ended: `occurred_on` was its last day.
    Closed(Closed),
    /// It had not ended after all.
    Reopened(Reopened),
    /// What was recorded of it was wrong: it exists from `occurred_on` on, and this is what it is.
    Corrected(Corrected),
    /// What was recorded of a membership was wrong: it began on `occurred_on`.
    MemberCorrected(MemberCorrected),
    /// There was no such membership: the one recorded from `occurred_on` on.
    MemberRetracted(MemberRetracted),
    /// It should not have been recorded: it counts nowhere from now on.
    Retracted(Retracted),
}

/// What a network is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkFacts {
    /// Its name, sealed.
    pub name: Commitment,
    /// Gremienart.
    pub body_type: BodyType,
    /// Its legal nature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_nature: Option<LegalNature>,
    /// What the centre is in it, unless a meeting says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ki_role: Option<KiRole>,
    /// Handlungsfelder, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub action_areas: Vec<ActionArea>,
    /// A note on it, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Commitment>,
}

/// See [`NetworkEvent::Founded`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Founded {
    /// Which network.
    pub network: NetworkId,
    /// What it is.
    pub facts: NetworkFacts,
    /// Set when it came from an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDigest>,
}

/// See [`NetworkEvent::Changed`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changed {
    /// Which network.
    pub network: NetworkId,
    /// All of what it is now.
    pub facts: NetworkFacts,
    /// The names of the fields that changed, as clients name them.
    pub changed: Vec<Box<str>>,
    /// Why, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Commitment>,
    /// Set when it came from an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDigest>,
}

/// See [`NetworkEvent::MemberJoined`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberJoined {
    /// Which network.
    pub network: NetworkId,
    /// Which organisation.
    pub organisation: OrganisationId,
    /// In which function, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<Commitment>,
}

/// See [`NetworkEvent::MemberLeft`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberLeft {
    /// Which network.
    pub network: NetworkId,
    /// Which organisation.
    pub organisation: OrganisationId,
    /// Why, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Commitment>,
}

/// See [`NetworkEvent::Closed`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// Which network.
    pub network: NetworkId,
    /// Why, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Commitment>,
}

/// See [`NetworkEvent::Reopened`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reopened {
    /// Which network.
    pub network: NetworkId,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`NetworkEvent::Corrected`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corrected {
    /// Which network.
    pub network: NetworkId,
    /// All of what it is.
    pub facts: NetworkFacts,
    /// The names of the fields that changed, as clients name them.
    pub changed: Vec<Box<str>>,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`NetworkEvent::MemberCorrected`]. All of the membership as it should have been recorded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberCorrected {
    /// Which network.
    pub network: NetworkId,
    /// Which organisation.
    pub organisation: OrganisationId,
    /// The first day of the membership as it was recorded: which one is meant.
    #[serde(with = "crate::event_data::day")]
    pub was_joined_on: Date,
    /// The first day it does not belong to it any more.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::event_data::day_option"
    )]
    pub left_on: Option<Date>,
    /// In which function, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<Commitment>,
    /// The names of the fields that changed, as clients name them.
    pub changed: Vec<Box<str>>,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`NetworkEvent::MemberRetracted`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberRetracted {
    /// Which network.
    pub network: NetworkId,
    /// Which organisation.
    pub organisation: OrganisationId,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`NetworkEvent::Retracted`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retracted {
    /// Which network.
    pub network: NetworkId,
    /// Why, sealed.
    pub reason: Commitment,
}

impl NetworkEvent {
    /// The network whose record this event belongs to.
    #[must_use]
    pub const fn network(&self) -> NetworkId {
        match self {
            Self::Founded(event) => event.network,
            Self::Changed(event) => event.network,
            Self::MemberJoined(event) => event.network,
            Self::MemberLeft(event) => event.network,
            Self::Closed(event) => event.network,
            Self::Reopened(event) => event.network,
            Self::Corrected(event) => event.network,
            Self::MemberCorrected(event) => event.network,
            Self::MemberRetracted(event) => event.network,
            Self::Retracted(event) => event.network,
        }
    }

    /// The organisation it names.
    pub(crate) const fn organisation(&self) -> Option<OrganisationId> {
        match self {
            Self::MemberJoined(event) => Some(event.organisation),
            Self::MemberLeft(event) => Some(event.organisation),
            Self::MemberCorrected(event) => Some(event.organisation),
            Self::MemberRetracted(event) => Some(event.organisation),
            Self::Founded(_)
            | Self::Changed(_)
            | Self::Closed(_)
            | Self::Reopened(_)
            | Self::Corrected(_)
            | Self::Retracted(_) => None,
        }
    }
}
