//! The head enters a unit into the register of the centre.

use super::register::{KnownNames, UnitRegister};
use super::{Declared, UnitEvent, UnitName};
use crate::centre::CentreKey;
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::event_data::EventData;
use crate::id::UnitId;
use crate::may::{self, RecordClass};
use crate::query::Query;
use crate::rejection::Rejection;

/// The command. The id is drawn by chance: one that follows from the name would let names be guessed from the
/// log, for ever, by whoever has the key it was made with.
#[derive(Clone, Debug)]
pub struct DeclareUnit {
    /// Into whose register.
    pub centre: CentreKey,
    /// What it is called; an office, never a person.
    pub name: UnitName,
    /// The names of the centre's units, opened from the vault.
    pub known_names: KnownNames,
    /// Whether the mapping of an import declares it. Who may import is decided where an import is started, not
    /// by role.
    pub imported: bool,
}

impl Decision for DeclareUnit {
    type Facts = UnitRegister;

    fn query(&self) -> Query {
        UnitRegister::query(self.centre)
    }

    fn evolve(facts: &mut UnitRegister, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &UnitRegister, context: &Context) -> Result<Vec<Event>, Rejection> {
        if !self.imported {
            may::write(RecordClass::Unit, context)?;
        }
        check::own_centre(self.centre, context)?;
        known.require_free(&self.name, None, &self.known_names)?;
        known.require_room()?;
        let unit = UnitId(context.new_id());
        let declared = UnitEvent::Declared(Declared {
            unit,
            name: context.seal(unit.record(), self.name.text()),
        });
        Ok(vec![Event {
            centre: context.centre,
            occurred_on: context.today,
            occurred_at: None,
            data: EventData::Unit(declared),
        }])
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{declared, id, known, name};
    use super::*;
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, centre, event, first_id, given, other_centre, sealed};

    fn declare(unit: &str, known_names: KnownNames) -> DeclareUnit {
        DeclareUnit {
            centre: centre(),
            name: name(unit),
            known_names,
            imported: false,
        }
    }

    fn new(unit: &str) -> Event {
        event(UnitEvent::Declared(Declared {
            unit: UnitId(first_id()),
            name: sealed(unit),
        }))
    }

    #[test]
    fn the_head_declares_it() {
        given([])
            .acting_as(Role::KiHead)
            .when(declare("Jugendamt", KnownNames::new()))
            .then([new("Jugendamt")]);
        given([declared(1, "Amt 50")])
            .acting_as(Role::KiHead)
            .when(declare("Jugendamt", known(&["Amt 50"])))
            .then([new("Jugendamt")]);
        given([])
            .when(declare("Jugendamt", KnownNames::new()))
            .then_rejected(Code::NotAllowed, "");
        let of_mapping = DeclareUnit {
            imported: true,
            ..declare("Jugendamt", KnownNames::new())
        };
        given([]).when(of_mapping).then([new("Jugendamt")]);
    }

    #[test]
    fn no_two_have_the_same_name() {
        let history = [declared(1, "Amt 50"), declared(2, "Jugendamt")];
        let declares = |unit: &str, names: KnownNames| {
            given(history.clone())
                .acting_as(Role::KiHead)
                .when(declare(unit, names))
        };
        let message = declares(" jugendamt ", known(&["Amt 50", "Jugendamt"]))
            .then_rejected(Code::Duplicate, "name");
        assert!(message.contains("„Jugendamt“"), "{message}");
        // One whose name was erased stands in nobody's way.
        let mut erased = known(&["Amt 50"]);
        erased.insert(sealed("Jugendamt"), None);
        declares("Jugendamt", erased).then([new("Jugendamt")]);
        // Nobody knows what it is called: it came since the names were opened.
        declares("Jugendamt", known(&["Amt 50"])).then_rejected(Code::ChangedMeanwhile, "name");
    }

    #[test]
    fn a_unit_of_another_centre_is_none_of_this_one() {
        given([declared(1, "Jugendamt").in_centre(other_centre())])
            .acting_as(Role::KiHead)
            .when(declare("Jugendamt", KnownNames::new()))
            .then([new("Jugendamt")]);
        let elsewhere = DeclareUnit {
            centre: other_centre(),
            ..declare("Jugendamt", KnownNames::new())
        };
        given([])
            .acting_as(Role::KiHead)
            .when(elsewhere)
            .then_rejected(Code::WrongCentre, "centre");
        assert_ne!(UnitId::register(centre()), UnitId::register(other_centre()));
        assert_ne!(id(1), UnitId::register(centre()));
    }

    #[test]
    fn its_name_stands_in_no_line() {
        let events = given([])
            .acting_as(Role::KiHead)
            .when(declare("Müller, Erika", KnownNames::new()))
            .0
            .unwrap();
        let line = serde_json::to_string(&events[0].data).unwrap();
        assert!(!line.contains("ller") && !line.contains("Erika"), "{line}");
    }
}
