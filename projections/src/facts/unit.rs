//! What unit events mean: one row per state of a unit in the register of a centre; and the labels that
//! stood for units before there was one.

use std::collections::BTreeMap;

use querschnitt_domain::unit::UnitEvent;
use querschnitt_domain::{CentreKey, Commitment, EventData, Recorded, UnitId};

use super::Facts;
use super::rows::{Row, Rows};
use crate::digest::{Canonical, Digested};
use crate::known::Known;

/// A unit of a centre's register.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitRow {
    /// Its id.
    pub id: UnitId,
    /// In whose register.
    pub centre: CentreKey,
    /// The position of the event that declared it.
    pub recorded: u64,
    /// Which of the centre's units it is, from 1, in the order in which they were declared. What it is called
    /// by when its name was erased.
    pub number: u32,
    /// Its name, sealed.
    pub name: Commitment,
    /// How many events of its own the record has had.
    pub version: u32,
    /// When the row was known.
    pub known: Known,
}

impl Row for UnitRow {
    type Id = UnitId;
    fn id(&self) -> UnitId {
        self.id
    }
    fn known(&self) -> Known {
        self.known
    }
    fn known_mut(&mut self) -> &mut Known {
        &mut self.known
    }
}

/// All units.
#[derive(Debug, Default)]
pub struct Units {
    rows: Rows<UnitRow>,
    /// How many each centre declared.
    declared: BTreeMap<CentreKey, u32>,
    /// What old lines call units that were never declared.
    labels: BTreeMap<UnitId, Box<str>>,
}

impl Units {
    /// Those of the registers.
    #[must_use]
    pub const fn rows(&self) -> &Rows<UnitRow> {
        &self.rows
    }

    /// The register of a centre as it stands, in the order in which the units were declared.
    #[must_use]
    pub fn of_centre(&self, centre: CentreKey) -> Vec<&UnitRow> {
        let own = self.rows.all().filter(|row| row.centre == centre);
        let mut own: Vec<&UnitRow> = own.collect();
        own.sort_unstable_by_key(|row| row.number);
        own
    }

    /// What an old line calls a unit, where it was written before there was a register.
    #[must_use]
    pub fn label(&self, unit: UnitId) -> Option<&str> {
        self.labels.get(&unit).map(AsRef::as_ref)
    }

    /// Learns what the units an event names are called, where its line says so.
    pub(super) fn learn(&mut self, data: &EventData) {
        for unit in data.units() {
            if let Some(label) = unit.label()
                && !self.labels.contains_key(&unit.id())
            {
                self.labels.insert(unit.id(), label.into());
            }
        }
    }

    pub(super) fn digest(&self, to: &mut Canonical) {
        let Self {
            rows,
            // Follows from the rows.
            declared: _,
            labels,
        } = self;
        // A log from before there were units keeps its digest.
        if !rows.history().is_empty() {
            rows.digest("unit", to);
        }
        to.number(labels.len() as u64);
        for (unit, label) in labels {
            to.id(unit.0).text(label);
        }
    }
}

impl Facts {
    pub(super) fn apply_unit(&mut self, recorded: &Recorded, event: &UnitEvent) {
        let (id, centre) = (event.unit(), recorded.event.centre);
        let units = &mut self.units;
        let (first, number, version) = match units.rows.current(id) {
            Some(before) => (before.recorded, before.number, before.version),
            None => {
                let declared = units.declared.entry(centre).or_default();
                *declared += 1;
                (recorded.position, *declared, 0)
            }
        };
        units.rows.put(UnitRow {
            id,
            centre,
            recorded: first,
            number,
            name: event.name(),
            version: version + 1,
            known: Known::since(recorded.position),
        });
    }
}

impl Digested for UnitRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            id,
            centre,
            recorded,
            number,
            name,
            version,
            known,
        } = self;
        to.id(id.0)
            .centre(*centre)
            .number(*recorded)
            .number(*number)
            .sealed(*name)
            .number(*version)
            .known(*known);
    }
}

#[cfg(test)]
mod tests {
    use querschnitt_domain::unit::{Declared, Renamed};
    use querschnitt_domain::{Event, EventKind};
    use uuid::Uuid;

    use super::*;
    use crate::testing::History;

    fn event(position: u64, data: EventData) -> Recorded {
        let first = History::generate(1, 1).events()[0].clone();
        let event = Event {
            data,
            ..first.event
        };
        Recorded {
            position,
            event,
            ..first
        }
    }

    fn name(name: &str) -> Commitment {
        Commitment::of(&[0; 16], name)
    }

    fn declared(position: u64, unit: u128) -> Recorded {
        let unit = UnitId(Uuid::from_u128(unit));
        let data = UnitEvent::Declared(Declared {
            unit,
            name: name("Jugendamt"),
        });
        event(position, EventData::Unit(data))
    }

    fn renamed(position: u64, unit: u128) -> Recorded {
        let unit = UnitId(Uuid::from_u128(unit));
        let data = UnitEvent::Renamed(Renamed {
            unit,
            name: name("Amt 51"),
            reason: None,
        });
        event(position, EventData::Unit(data))
    }

    #[test]
    fn a_unit_keeps_its_number_and_each_position_its_name() {
        let mut facts = Facts::default();
        let mut digests = vec![facts.digest()];
        for event in [
            declared(1, 7),
            declared(2, 3),
            renamed(3, 7),
            declared(4, 1),
        ] {
            facts.apply(&event);
            digests.push(facts.digest());
        }
        digests.dedup();
        assert_eq!(digests.len(), 5, "each change shows in the digest");
        let unit = UnitId(Uuid::from_u128(7));
        let at = |position| {
            let row = facts.units().rows().at(unit, position);
            row.map(|row| (row.number, row.name, row.version, row.recorded))
        };
        assert_eq!(at(0), None);
        assert_eq!(at(2), Some((1, name("Jugendamt"), 1, 1)));
        assert_eq!(at(3), Some((1, name("Amt 51"), 2, 1)));
        let centre = History::generate(1, 1).events()[0].event.centre;
        let own = facts.units().of_centre(centre);
        let own: Vec<_> = own
            .iter()
            .map(|row| (row.number, row.id.0.as_u128()))
            .collect();
        assert_eq!(own, [(1, 7), (2, 3), (3, 1)]);
    }

    #[test]
    fn an_old_label_is_known_as_before_and_is_in_no_register() {
        let stored =
            r#"{"review":"01980000-0000-7000-8000-000000000007","step":1,"unit":"Group 1"}"#;
        let data = EventData::decode(EventKind::ReviewStepCompleted, 1, stored).unwrap();
        let unit = data.units().next().unwrap().id();
        let mut facts = Facts::default();
        facts.apply(&event(1, data));
        assert_eq!(facts.units().label(unit), Some("Group 1"));
        assert_eq!(facts.units().rows().current(unit), None);
    }
}
