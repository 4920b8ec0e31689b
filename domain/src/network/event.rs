//! What can happen to a network (a body that meets).

use serde::{Deserialize, Serialize};

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
        }
    }

    /// The organisation it names.
    pub(crate) const fn organisation(&self) -> Option<OrganisationId> {
        match self {
            Self::MemberJoined(event) => Some(event.organisation),
            Self::MemberLeft(event) => Some(event.organisation),
            Self::Founded(_) | Self::Changed(_) | Self::Closed(_) => None,
        }
    }
}
