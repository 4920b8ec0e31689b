//! An office takes a body (Gremium, Arbeitskreis, Lenkungsgruppe …) into its book.

use time::Date;

use super::state::{self, EARLIEST};
use super::{Founded, NetworkEvent, NetworkFacts};
use crate::may::{self, RecordClass};
use crate::values::{ActionArea, BodyType, KiRole, LegalNature};
use crate::{CentreKey, Context, Decision, Event, NetworkId, Query, Rejection, Text, check};

/// Founds a network. Always a new record; an import uses [`super::ImportNetwork`].
#[derive(Clone, Debug)]
pub struct FoundNetwork {
    /// The centre whose book it goes into.
    pub centre: CentreKey,
    /// Since when the body exists: past or today, not before 1945.
    pub founded_on: Date,
    /// Its name, at most [`Text::NAME`] characters.
    pub name: Text,
    /// Gremienart.
    pub body_type: BodyType,
    /// Its legal nature; votes are recorded in statutory bodies only.
    pub legal_nature: Option<LegalNature>,
    /// What the centre is in it.
    pub ki_role: Option<KiRole>,
    /// Handlungsfelder, each once.
    pub action_areas: Vec<ActionArea>,
    /// A note on it.
    pub note: Option<Text>,
}

impl Decision for FoundNetwork {
    type Facts = ();

    fn query(&self) -> Query {
        Query::none()
    }

    fn evolve((): &mut (), _event: &Event) {}

    fn decide(&self, (): &(), context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Meeting, context)?;
        check::own_centre(self.centre, context)?;
        let action_areas = self.check(context)?;
        let network = NetworkId(context.new_id());
        let subject = network.record();
        let facts = NetworkFacts {
            name: context.seal(subject, &self.name),
            body_type: self.body_type,
            legal_nature: self.legal_nature,
            ki_role: self.ki_role,
            action_areas,
            note: context.seal_option(subject, self.note.as_ref()),
        };
        let founded = NetworkEvent::Founded(Founded {
            network,
            facts,
            source: None,
        });
        Ok(vec![state::event(context, self.founded_on, founded)])
    }
}

impl FoundNetwork {
    /// The checks of the description; gives the Handlungsfelder as events hold them.
    pub(super) fn check(&self, context: &Context) -> Result<Vec<ActionArea>, Rejection> {
        let day = self.founded_on;
        check::past_or_today("foundedOn", day, context.today)?;
        check::not_before("foundedOn", day, EARLIEST)?;
        check::line("name", self.name.as_str(), Text::NAME)?;
        state::body_type(self.body_type, day)?;
        check::valid_on_option("legalNature", self.legal_nature, day)?;
        check::valid_on_option("kiRole", self.ki_role, day)?;
        state::note("note", self.note.as_ref())?;
        state::action_areas(&self.action_areas, day)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::network::samples::{facts, found};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, event, first_id, given, other_centre, sealed, text};

    #[test]
    fn a_body_is_founded() {
        let command = FoundNetwork {
            action_areas: vec![
                ActionArea::parse("X_SPORT").unwrap(),
                ActionArea::parse("EDU_EARLY").unwrap(),
            ],
            note: Some(text("tagt im Rathaus")),
            ..found()
        };
        given([])
            .when(command)
            .then([event(NetworkEvent::Founded(Founded {
                network: NetworkId(first_id()),
                facts: NetworkFacts {
                    action_areas: vec![
                        ActionArea::parse("EDU_EARLY").unwrap(),
                        ActionArea::parse("X_SPORT").unwrap(),
                    ],
                    note: Some(sealed("tagt im Rathaus")),
                    ..facts()
                },
                source: None,
            }))
            .on(date!(2020 - 01 - 15))]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let refused =
            |command: FoundNetwork, code, field| given([]).when(command).then_rejected(code, field);
        refused(
            FoundNetwork {
                centre: other_centre(),
                ..found()
            },
            Code::WrongCentre,
            "centre",
        );
        let founded_on = |founded_on| FoundNetwork {
            founded_on,
            ..found()
        };
        refused(
            founded_on(date!(2026 - 11 - 21)),
            Code::DateInFuture,
            "foundedOn",
        );
        refused(
            founded_on(date!(1944 - 12 - 31)),
            Code::DateOutOfRange,
            "foundedOn",
        );
        let name = |name: &str| FoundNetwork {
            name: text(name),
            ..found()
        };
        refused(name(&"x".repeat(301)), Code::TextTooLong, "name");
        refused(name("Runder\nTisch"), Code::ControlCharacter, "name");
        let message = refused(
            FoundNetwork {
                body_type: BodyType::parse("CASE_CONFERENCE").unwrap(),
                ..found()
            },
            Code::ValueNotAllowed,
            "bodyType",
        );
        assert!(message.contains("Fallkonferenzen"), "{message}");
        let sport = ActionArea::parse("X_SPORT").unwrap();
        refused(
            FoundNetwork {
                action_areas: vec![sport, sport],
                ..found()
            },
            Code::Duplicate,
            "actionAreas[1]",
        );
        refused(
            FoundNetwork {
                action_areas: vec![sport; 51],
                ..found()
            },
            Code::TooMany,
            "actionAreas",
        );
        given([])
            .acting_as(Role::Auditor)
            .when(found())
            .then_rejected(Code::NotAllowed, "");
    }
}
