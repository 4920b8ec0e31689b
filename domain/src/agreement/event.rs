//! What can happen to an agreement (Vereinbarung).

use serde::{Deserialize, Serialize};
use time::Date;

use crate::id::{AgreementId, MeetingId, NetworkId, OrganisationId};
use crate::text::Commitment;

/// The events of an agreement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AgreementEvent {
    /// It was made on `occurred_on`.
    Made(Made),
    /// Its due date, its responsible organisation or its wording is another now.
    Changed(Changed),
    /// It was done on `occurred_on`.
    Fulfilled(Fulfilled),
    /// It will not be done.
    Dropped(Dropped),
    /// What was recorded of it was wrong: it was made on `occurred_on`, and this is what was agreed.
    Corrected(Corrected),
    /// It is neither done nor dropped: it is still to be done.
    Reopened(Reopened),
    /// It should not have been recorded: it counts nowhere from now on.
    Retracted(Retracted),
}

/// What was agreed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreementFacts {
    /// The body it was made in.
    pub network: NetworkId,
    /// The meeting it was made at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<MeetingId>,
    /// What, sealed.
    pub subject: Commitment,
    /// Who does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsible: Option<OrganisationId>,
    /// Until when (the day still counts as in time).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::event_data::day_option"
    )]
    pub due_on: Option<Date>,
}

/// See [`AgreementEvent::Made`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// Which agreement.
    pub agreement: AgreementId,
    /// What was agreed.
    pub facts: AgreementFacts,
}

/// See [`AgreementEvent::Changed`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changed {
    /// Which agreement.
    pub agreement: AgreementId,
    /// All of what is agreed now.
    pub facts: AgreementFacts,
    /// The names of the fields that changed, as clients name them.
    pub changed: Vec<Box<str>>,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`AgreementEvent::Fulfilled`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fulfilled {
    /// Which agreement.
    pub agreement: AgreementId,
    /// Of which body.
    pub network: NetworkId,
    /// How, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Commitment>,
}

/// See [`AgreementEvent::Dropped`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dropped {
    /// Which agreement.
    pub agreement: AgreementId,
    /// Of which body.
    pub network: NetworkId,
    /// Why, sealed; absent where a role dropped it that writes no texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Commitment>,
}

/// See [`AgreementEvent::Corrected`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corrected {
    /// Which agreement.
    pub agreement: AgreementId,
    /// All of what was agreed.
    pub facts: AgreementFacts,
    /// The names of the fields that changed, as clients name them.
    pub changed: Vec<Box<str>>,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`AgreementEvent::Reopened`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reopened {
    /// Which agreement.
    pub agreement: AgreementId,
    /// Of which body.
    pub network: NetworkId,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`AgreementEvent::Retracted`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retracted {
    /// Which agreement.
    pub agreement: AgreementId,
    /// Of which body.
    pub network: NetworkId,
    /// Why, sealed.
    pub reason: Commitment,
}

impl AgreementEvent {
    /// The agreement whose record this event belongs to.
    #[must_use]
    pub const fn agreement(&self) -> AgreementId {
        match self {
            Self::Made(event) => event.agreement,
            Self::Changed(event) => event.agreement,
            Self::Fulfilled(event) => event.agreement,
            Self::Dropped(event) => event.agreement,
            Self::Corrected(event) => event.agreement,
            Self::Reopened(event) => event.agreement,
            Self::Retracted(event) => event.agreement,
        }
    }

    /// The body it was made in.
    #[must_use]
    pub const fn network(&self) -> NetworkId {
        match self {
            Self::Made(event) => event.facts.network,
            Self::Changed(event) => event.facts.network,
            Self::Fulfilled(event) => event.network,
            Self::Dropped(event) => event.network,
            Self::Corrected(event) => event.facts.network,
            Self::Reopened(event) => event.network,
            Self::Retracted(event) => event.network,
        }
    }

    /// The facts it states, where it states them.
    pub(crate) const fn facts(&self) -> Option<&AgreementFacts> {
        match self {
            Self::Made(event) => Some(&event.facts),
            Self::Changed(event) => Some(&event.facts),
            Self::Corrected(event) => Some(&event.facts),
            Self::Fulfilled(_) | Self::Dropped(_) | Self::Reopened(_) | Self::Retracted(_) => None,
        }
    }
}
