//! Give an organisation another name.

use time::Date;

use super::state::{self, Organisations};
use super::{OrganisationEvent, Renamed};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::OrganisationId;
use crate::may::{self, RecordClass};
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;

/// The command.
#[derive(Clone, Debug)]
pub struct RenameOrganisation {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// From which day on; without it from today.
    pub occurred_on: Option<Date>,
    /// Its name from then on. A sealed name can't be compared, so the same name counts as a new one.
    pub name: Text,
    /// Why.
    pub reason: Option<Text>,
}

impl Decision for RenameOrganisation {
    type Facts = Organisations;

    fn query(&self) -> Query {
        Organisations::query(self.organisation)
    }

    fn evolve(facts: &mut Organisations, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, facts: &Organisations, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Organisation, context)?;
        let known = facts.require("organisation", self.organisation, context)?;
        known.trail.expect(self.expected_version)?;
        let day = state::day(self.occurred_on, context)?;
        let subject = self.organisation.record();
        let reason = self.reason.as_ref();
        let data = OrganisationEvent::Renamed(Renamed {
            organisation: self.organisation,
            name: check::seal_line(context, subject, "name", &self.name, Text::NAME)?,
            reason: check::seal_text_option(context, subject, "reason", reason, Text::NOTE)?,
            source: None,
        });
        Ok(vec![state::event(context, day, data)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::samples::{id, registered};
    use crate::rejection::RejectionCode;
    use crate::role::Role;
    use crate::testing::{Moved, event, given, other_centre, sealed, text};

    fn command() -> RenameOrganisation {
        RenameOrganisation {
            organisation: id(1),
            expected_version: None,
            occurred_on: None,
            name: text("Verein für mehr Vielfalt"),
            reason: Some(text("Neue Satzung")),
        }
    }

    fn renamed() -> Event {
        event(OrganisationEvent::Renamed(Renamed {
            organisation: id(1),
            name: sealed("Verein für mehr Vielfalt"),
            reason: Some(sealed("Neue Satzung")),
            source: None,
        }))
    }

    #[test]
    fn an_organisation_gets_another_name() {
        given([registered(id(1))]).when(command()).then([renamed()]);
    }

    #[test]
    fn one_of_another_centre_is_as_unknown_as_none() {
        let none = given([])
            .when(command())
            .then_rejected(RejectionCode::UnknownId, "organisation");
        let elsewhere = given([registered(id(1)).in_centre(other_centre())])
            .when(command())
            .then_rejected(RejectionCode::UnknownId, "organisation");
        assert_eq!(none, elsewhere);
    }

    #[test]
    fn who_read_an_older_version_learns_what_changed() {
        let at = |version| RenameOrganisation {
            expected_version: Some(version),
            ..command()
        };
        let history = [registered(id(1)), renamed()];
        given(history.clone()).when(at(2)).then([renamed()]);
        let message = given(history.clone())
            .when(at(1))
            .then_rejected(RejectionCode::ChangedMeanwhile, "expectedVersion");
        assert!(message.contains("(name)"), "{message}");
        given(history)
            .when(at(3))
            .then_rejected(RejectionCode::Malformed, "expectedVersion");
    }

    #[test]
    fn a_role_that_only_reads_is_refused() {
        let message = given([registered(id(1))])
            .acting_as(Role::CaseManager)
            .when(command())
            .then_rejected(RejectionCode::NotAllowed, "");
        assert_eq!(
            message,
            "In der Rolle „Case-Management“ können Sie Organisationen nicht eintragen oder ändern. Das dürfen: Fachkraft, Verwaltungsassistenz, Leitung, KIM-Koordination."
        );
    }
}
