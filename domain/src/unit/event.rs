//! What can happen to a unit.

use serde::{Deserialize, Serialize};

use crate::id::UnitId;
use crate::text::Commitment;

/// The events of a unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UnitEvent {
    /// It is in the register from now on.
    Declared(Declared),
    /// It has another name; what was counted by it stays.
    Renamed(Renamed),
}

/// See [`UnitEvent::Declared`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Which unit.
    pub unit: UnitId,
    /// Its name, sealed.
    pub name: Commitment,
}

/// See [`UnitEvent::Renamed`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Renamed {
    /// Which unit.
    pub unit: UnitId,
    /// Its name from now on, sealed.
    pub name: Commitment,
    /// Why, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Commitment>,
}

impl UnitEvent {
    /// The unit whose record this event belongs to.
    #[must_use]
    pub const fn unit(&self) -> UnitId {
        match self {
            Self::Declared(event) => event.unit,
            Self::Renamed(event) => event.unit,
        }
    }

    /// The name it gives.
    #[must_use]
    pub const fn name(&self) -> Commitment {
        match self {
            Self::Declared(event) => event.name,
            Self::Renamed(event) => event.name,
        }
    }
}
