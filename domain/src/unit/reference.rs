//! How an event names a unit.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::UnitName;
use crate::context::Context;
use crate::existing::Existing;
use crate::id::{RecordId, UnitId};
use crate::rejection::Rejection;

/// A unit as an event names it: by its id, stored as `unit:uuid`.
///
/// In logs from before there was a register (version 1 of the events) the name itself stands in that place.
/// Such a label stands for a unit that was never declared; it is known by an id that follows from the label.
/// The two can't be confused: a label has no colon. A label is read and never written again.
#[derive(Clone, Debug)]
pub struct Unit {
    id: UnitId,
    label: Option<Box<str>>,
}

impl Unit {
    /// Which unit. All that is the same of two of them.
    #[must_use]
    pub const fn id(&self) -> UnitId {
        self.id
    }

    /// The name that stands in the line, where it was written before there was a register.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// The unit that stands for a label in an old line.
    ///
    /// # Errors
    /// See [`UnitName::new`].
    pub fn labelled(label: &str) -> Result<Self, Rejection> {
        let name = UnitName::new("unit", label)?;
        let label = name.as_str();
        // The label stands in the log in the clear: an id that can be worked out from it tells nothing new.
        let id = Uuid::new_v5(
            &Uuid::NAMESPACE_URL,
            format!("querschnitt:unit-label:{label}").as_bytes(),
        );
        Ok(Self {
            id: UnitId(id),
            label: Some(label.into()),
        })
    }
}

impl From<UnitId> for Unit {
    fn from(id: UnitId) -> Self {
        Self { id, label: None }
    }
}

impl PartialEq for Unit {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Unit {}

impl Hash for Unit {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl PartialOrd for Unit {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Unit {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.record().fmt(f)
    }
}

impl Serialize for Unit {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::parsed::parsed(deserializer, "a unit", |text| {
            if text.contains(':') {
                let record: RecordId = text.parse()?;
                let id = UnitId::try_from(record).map_err(|error| error.to_string())?;
                return Ok(Self::from(id));
            }
            Self::labelled(text).map_err(|rejection| rejection.to_string())
        })
    }
}

/// A unit that a command names must be declared in the actor's centre.
///
/// # Errors
/// `UNKNOWN_ID`, which says how to go on.
pub(crate) fn require(
    existing: &Existing,
    field: &str,
    unit: UnitId,
    context: &Context,
) -> Result<Unit, Rejection> {
    existing.require(field, unit.record(), context)?;
    Ok(Unit::from(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Unit, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn a_unit_is_stored_by_its_id() {
        let unit = Unit::from(super::super::samples::id(1));
        let stored = serde_json::to_string(&unit).unwrap();
        assert_eq!(stored, "\"unit:00000000-0000-0000-0000-000040000001\"");
        assert_eq!(read(&stored), Ok(unit.clone()));
        assert_eq!(unit.label(), None);
        assert!(read("\"review:00000000-0000-0000-0000-000040000001\"").is_err());
        assert!(read("\"unit:50.2\"").is_err());
    }

    #[test]
    fn an_old_label_is_read_and_never_written_again() {
        let old = read("\"Müller, Erika\"").unwrap();
        assert_eq!(old.label(), Some("Müller, Erika"));
        let stored = serde_json::to_string(&old).unwrap();
        assert!(!stored.contains("ller"), "{stored}");
        assert_eq!(read(&stored), Ok(old.clone()), "the same unit");
        assert_ne!(read("\"Jugendamt\"").unwrap(), old);
        assert_eq!(read("\"Müller, Erika\""), Ok(old));
    }
}
