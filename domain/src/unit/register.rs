//! The register of units as decisions know it.

use std::collections::BTreeMap;

use super::{UnitEvent, UnitName};
use crate::centre::CentreKey;
use crate::event::Event;
use crate::event_data::{EventData, EventKind};
use crate::existing::Trail;
use crate::id::UnitId;
use crate::query::{Query, QueryItem};
use crate::rejection::{Rejection, RejectionCode};
use crate::text::{Commitment, Text};

/// The most units one centre declares.
const MOST: usize = 2_000;

/// The names of a centre's units, opened from the vault by whoever gives the command. `None`: it was erased.
pub type KnownNames = BTreeMap<Commitment, Option<Text>>;

/// The units of one centre as they stand.
#[derive(Clone, Default, Debug)]
pub struct UnitRegister(BTreeMap<UnitId, Declared>);

#[derive(Clone, Debug)]
pub(super) struct Declared {
    centre: CentreKey,
    pub(super) name: Commitment,
    /// Its changes.
    pub(super) trail: Trail,
}

impl UnitRegister {
    /// Everything about all units of a centre: no two of them have the same name.
    #[must_use]
    pub fn query(centre: CentreKey) -> Query {
        let item = QueryItem::tagged(UnitId::register(centre).tag());
        Query::none().or(item.of(&[EventKind::UnitDeclared, EventKind::UnitRenamed]))
    }

    /// Folds one event in.
    pub fn evolve(&mut self, event: &Event) {
        let EventData::Unit(data) = &event.data else {
            return;
        };
        let unit = self.0.entry(data.unit()).or_insert_with(|| Declared {
            centre: event.centre,
            name: data.name(),
            trail: Trail::default(),
        });
        match data {
            UnitEvent::Declared(_) => unit.trail.push([]),
            UnitEvent::Renamed(renamed) => {
                unit.name = renamed.name;
                unit.trail.push(["name"]);
            }
        }
    }

    /// The units with the commitments to their names, in the order of their ids.
    pub fn names(&self) -> impl Iterator<Item = (UnitId, Commitment)> {
        self.0.iter().map(|(unit, known)| (*unit, known.name))
    }

    /// A unit of the centre.
    pub(super) fn find(&self, unit: UnitId, centre: CentreKey) -> Option<&Declared> {
        self.0.get(&unit).filter(|found| found.centre == centre)
    }

    /// There must be room for one more.
    pub(super) fn require_room(&self) -> Result<(), Rejection> {
        if self.0.len() < MOST {
            return Ok(());
        }
        Err(Rejection::whole(
            RejectionCode::TooMany,
            format!("Ein Zentrum kann höchstens {MOST} Organisationseinheiten eintragen."),
        ))
    }

    /// No other unit has this name. Names are sealed, so this needs all of them opened.
    pub(super) fn require_free(
        &self,
        name: &UnitName,
        own: Option<UnitId>,
        known: &KnownNames,
    ) -> Result<(), Rejection> {
        let wanted = UnitName::alike(name.as_str());
        for (unit, declared) in &self.0 {
            if Some(*unit) == own {
                continue;
            }
            match known.get(&declared.name) {
                Some(Some(other)) if UnitName::alike(other.as_str()) == wanted => {
                    return Err(Rejection::field(
                        RejectionCode::Duplicate,
                        "name",
                        format!(
                            "Die Organisationseinheit „{}“ ist schon eingetragen; verwenden Sie diese oder geben Sie der neuen einen Namen, an dem man beide unterscheidet.",
                            other.as_str()
                        ),
                    ));
                }
                Some(_) => {}
                None => return Err(meanwhile()),
            }
        }
        Ok(())
    }
}

/// Somebody else declared or renamed a unit after the names were opened.
fn meanwhile() -> Rejection {
    Rejection::field(
        RejectionCode::ChangedMeanwhile,
        "name",
        "Inzwischen wurde eine andere Organisationseinheit eingetragen oder umbenannt; laden Sie die Liste neu und senden Sie die Eingabe noch einmal.",
    )
}
