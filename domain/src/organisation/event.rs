//! What can happen to an organisation in the register.

use serde::{Deserialize, Serialize};

use crate::id::OrganisationId;
use crate::source::SourceDigest;
use crate::text::Commitment;
use crate::values::{CentreRelation, LegalArea, OrganisationKind};

/// The events of an organisation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OrganisationEvent {
    /// The centre took it into its register.
    Registered(Registered),
    /// It has another name from `occurred_on` on.
    Renamed(Renamed),
    /// Its description was set; all of it, as it stands from now on.
    Described(Described),
    /// It stands in another relation to the centre from `occurred_on` on.
    RelationSet(RelationSet),
    /// The office found that two entries are the same organisation.
    LinkedAsSame(LinkedAsSame),
    /// The office found that they are not.
    UnlinkedAsSame(UnlinkedAsSame),
    /// What was recorded of it was wrong; this is what is true.
    Corrected(Corrected),
    /// It should not have been registered: it counts nowhere from now on.
    Retracted(Retracted),
}

/// The coded description of an organisation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Organisationsart.
    pub kind: OrganisationKind,
    /// The legal areas (Rechtskreise) it stands for, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legal_areas: Vec<LegalArea>,
    /// Its place: the official municipality key (AGS) of any Land, eight digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub municipality: Option<Box<str>>,
    /// Its place or address in words, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Commitment>,
    /// Its district (Stadtteil, Ortsteil, Sozialraum), sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<Commitment>,
    /// A note on it, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Commitment>,
}

/// See [`OrganisationEvent::Registered`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registered {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// Its name, sealed.
    pub name: Commitment,
    /// What it is.
    pub description: Description,
    /// How it stands to the centre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<CentreRelation>,
    /// Set when it came from an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDigest>,
}

/// See [`OrganisationEvent::Renamed`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Renamed {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// Its new name, sealed.
    pub name: Commitment,
    /// Why, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Commitment>,
    /// Set when it came from an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDigest>,
}

/// See [`OrganisationEvent::Described`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Described {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// The whole description as it stands now.
    pub description: Description,
    /// The names of the fields that changed, as clients name them.
    pub changed: Vec<Box<str>>,
    /// Why, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Commitment>,
    /// Set when it came from an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDigest>,
}

/// See [`OrganisationEvent::RelationSet`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationSet {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// How it stands to the centre now.
    pub relation: CentreRelation,
    /// Set when it came from an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDigest>,
}

/// See [`OrganisationEvent::LinkedAsSame`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkedAsSame {
    /// The entry that is a duplicate.
    pub organisation: OrganisationId,
    /// The entry it is the same as.
    pub same_as: OrganisationId,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`OrganisationEvent::UnlinkedAsSame`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnlinkedAsSame {
    /// The entry that was taken for a duplicate.
    pub organisation: OrganisationId,
    /// The entry it was linked to.
    pub same_as: OrganisationId,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`OrganisationEvent::Corrected`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corrected {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// Its name, sealed.
    pub name: Commitment,
    /// All of what it is.
    pub description: Description,
    /// How it stands to the centre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<CentreRelation>,
    /// The names of the fields that changed, as clients name them.
    pub changed: Vec<Box<str>>,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`OrganisationEvent::Retracted`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retracted {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// Why, sealed.
    pub reason: Commitment,
}

impl OrganisationEvent {
    /// The organisation whose record this event belongs to.
    #[must_use]
    pub const fn organisation(&self) -> OrganisationId {
        match self {
            Self::Registered(event) => event.organisation,
            Self::Renamed(event) => event.organisation,
            Self::Described(event) => event.organisation,
            Self::RelationSet(event) => event.organisation,
            Self::LinkedAsSame(event) => event.organisation,
            Self::UnlinkedAsSame(event) => event.organisation,
            Self::Corrected(event) => event.organisation,
            Self::Retracted(event) => event.organisation,
        }
    }

    /// The other organisation it names.
    pub(crate) const fn other(&self) -> Option<OrganisationId> {
        match self {
            Self::LinkedAsSame(event) => Some(event.same_as),
            Self::UnlinkedAsSame(event) => Some(event.same_as),
            Self::Registered(_)
            | Self::Renamed(_)
            | Self::Described(_)
            | Self::RelationSet(_)
            | Self::Corrected(_)
            | Self::Retracted(_) => None,
        }
    }
}
