//! A unit gets another name; what it did stays its own.

use super::register::{KnownNames, UnitRegister};
use super::{Renamed, UnitEvent, UnitName};
use crate::centre::CentreKey;
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::event_data::EventData;
use crate::existing::unknown;
use crate::id::UnitId;
use crate::may::{self, RecordClass};
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;

/// The command.
#[derive(Clone, Debug)]
pub struct RenameUnit {
    /// In whose register.
    pub centre: CentreKey,
    /// Which unit.
    pub unit: UnitId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// What it is called from now on; the name it has already changes nothing.
    pub name: UnitName,
    /// Why.
    pub reason: Option<Text>,
    /// The names of the centre's units, opened from the vault.
    pub known_names: KnownNames,
}

impl Decision for RenameUnit {
    type Facts = UnitRegister;

    fn query(&self) -> Query {
        UnitRegister::query(self.centre)
    }

    fn evolve(facts: &mut UnitRegister, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &UnitRegister, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Unit, context)?;
        let record = self.unit.record();
        let before = known
            .find(self.unit, context.centre)
            .ok_or_else(|| unknown("unit", record))?;
        before.trail.expect(self.expected_version)?;
        if let Some(Some(name)) = self.known_names.get(&before.name)
            && name == self.name.text()
        {
            return Ok(Vec::new());
        }
        known.require_free(&self.name, Some(self.unit), &self.known_names)?;
        let reason = self.reason.as_ref();
        let renamed = UnitEvent::Renamed(Renamed {
            unit: self.unit,
            name: context.seal(record, self.name.text()),
            reason: check::seal_text_option(context, record, "reason", reason, Text::NOTE)?,
        });
        Ok(vec![Event {
            centre: context.centre,
            occurred_on: context.today,
            occurred_at: None,
            data: EventData::Unit(renamed),
        }])
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{declared, id, known, name};
    use super::*;
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, Outcome, centre, event, given, other_centre, sealed, text};

    fn rename(to: &str) -> RenameUnit {
        RenameUnit {
            centre: centre(),
            unit: id(1),
            expected_version: None,
            name: name(to),
            reason: Some(text("Neue Gliederung")),
            known_names: known(&["Amt 50", "Jugendamt"]),
        }
    }

    fn renamed(to: &str) -> Event {
        event(UnitEvent::Renamed(Renamed {
            unit: id(1),
            name: sealed(to),
            reason: Some(sealed("Neue Gliederung")),
        }))
    }

    fn when(command: RenameUnit) -> Outcome {
        given([declared(1, "Amt 50"), declared(2, "Jugendamt")])
            .acting_as(Role::KiHead)
            .when(command)
    }

    #[test]
    fn it_gets_another_name() {
        when(rename("Amt 50a")).then([renamed("Amt 50a")]);
        // The same to people, and yet another one.
        when(rename("AMT 50")).then([renamed("AMT 50")]);
        when(rename("Amt 50")).then_nothing();
    }

    #[test]
    fn what_cannot_be_is_refused() {
        when(rename("jugendamt")).then_rejected(Code::Duplicate, "name");
        let unknown = RenameUnit {
            unit: id(3),
            ..rename("Amt 51")
        };
        when(unknown).then_rejected(Code::UnknownId, "unit");
        given([declared(1, "Amt 50").in_centre(other_centre())])
            .acting_as(Role::KiHead)
            .when(rename("Amt 51"))
            .then_rejected(Code::UnknownId, "unit");
        let stale = RenameUnit {
            expected_version: Some(2),
            ..rename("Amt 51")
        };
        when(stale).then_rejected(Code::Malformed, "expectedVersion");
        let blind = RenameUnit {
            known_names: known(&["Amt 50"]),
            ..rename("Amt 51")
        };
        when(blind).then_rejected(Code::ChangedMeanwhile, "name");
        given([declared(1, "Amt 50")])
            .when(rename("Amt 51"))
            .then_rejected(Code::NotAllowed, "");
    }

    #[test]
    fn who_read_an_older_version_learns_that_the_name_changed() {
        let history = [
            declared(1, "Amt 50"),
            declared(2, "Jugendamt"),
            renamed("Amt 50a"),
        ];
        let command = RenameUnit {
            expected_version: Some(1),
            known_names: known(&["Amt 50a", "Jugendamt"]),
            ..rename("Amt 51")
        };
        let message = given(history)
            .acting_as(Role::KiHead)
            .when(command)
            .then_rejected(Code::ChangedMeanwhile, "expectedVersion");
        assert!(message.contains("(name)"), "{message}");
    }
}
