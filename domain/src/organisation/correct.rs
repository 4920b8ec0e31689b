//! What was recorded of an organisation was wrong.
//!
//! A new name or kind that came about is news ([`super::RenameOrganisation`],
//! [`super::DescribeOrganisation`]); this is for what was never so, and says why.

use super::describe::DescriptionInput;
use super::state::{self, Organisations};
use super::{Corrected, OrganisationEvent};
use crate::change::Change;
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::OrganisationId;
use crate::may::{self, RecordClass};
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;
use crate::values::CentreRelation;

/// The command. What is left out stays as it is; nothing named changes nothing.
#[derive(Clone, Debug)]
pub struct CorrectOrganisation {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// Its name. A sealed name can't be compared, so the same name counts as another.
    pub name: Option<Text>,
    /// What of its description was otherwise.
    pub description: DescriptionInput,
    /// How it stands to the centre.
    pub relation: Change<CentreRelation>,
    /// Why.
    pub reason: Text,
}

impl Decision for CorrectOrganisation {
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
        let subject = self.organisation.record();
        let name = match &self.name {
            Some(name) => check::seal_line(context, subject, "name", name, Text::NAME)?,
            None => known.name,
        };
        let before = &known.description;
        let description =
            self.description
                .over(before, self.organisation, context.today, context)?;
        check::valid_on_option("relation", self.relation.apply(None), context.today)?;
        let relation = self.relation.apply(known.relation);
        check::text("reason", self.reason.as_str(), Text::NOTE)?;

        let mut changed: Vec<Box<str>> = Vec::new();
        if name != known.name {
            changed.push("name".into());
        }
        changed.extend(state::changed_fields(before, &description));
        if relation != known.relation {
            changed.push("relation".into());
        }
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let data = OrganisationEvent::Corrected(Corrected {
            organisation: self.organisation,
            name,
            description,
            relation,
            changed,
            reason: context.seal(subject, &self.reason),
        });
        Ok(vec![state::event(context, context.today, data)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::Description;
    use crate::organisation::samples::{code, description, id, registered, retracted};
    use crate::rejection::RejectionCode;
    use crate::role::Role;
    use crate::testing::{Moved, event, given, long_text, other_centre, sealed, text};

    fn command() -> CorrectOrganisation {
        CorrectOrganisation {
            organisation: id(1),
            expected_version: None,
            name: None,
            description: DescriptionInput::default(),
            relation: Change::Keep,
            reason: text("Tippfehler"),
        }
    }

    #[test]
    fn what_was_wrong_is_stated_anew_with_its_reason() {
        let corrected = event(OrganisationEvent::Corrected(Corrected {
            organisation: id(1),
            name: sealed("Verein für Vielfalt e. V."),
            description: Description {
                municipality: None,
                ..description()
            },
            relation: Some(code("PARTNER")),
            changed: vec!["name".into(), "municipality".into(), "relation".into()],
            reason: sealed("Tippfehler"),
        }));
        let all = CorrectOrganisation {
            name: Some(text("Verein für Vielfalt e. V.")),
            description: DescriptionInput {
                municipality: Change::Clear,
                ..DescriptionInput::default()
            },
            relation: Change::Set(code("PARTNER")),
            ..command()
        };
        given([registered(id(1))])
            .when(all)
            .then([corrected.clone()]);
        // A relation that never was is taken away again.
        let none = CorrectOrganisation {
            relation: Change::Clear,
            ..command()
        };
        let events = given([registered(id(1)), corrected]).when(none).0.unwrap();
        let crate::EventData::Organisation(OrganisationEvent::Corrected(event)) = &events[0].data
        else {
            panic!("{:?}", events[0].data.kind());
        };
        assert_eq!((event.relation, event.changed.len()), (None, 1));
    }

    #[test]
    fn nothing_named_changes_nothing() {
        given([registered(id(1))]).when(command()).then_nothing();
    }

    #[test]
    fn bad_input_is_refused() {
        let named = || CorrectOrganisation {
            name: Some(text("Neu")),
            ..command()
        };
        given([])
            .when(named())
            .then_rejected(RejectionCode::UnknownId, "organisation");
        given([registered(id(1)).in_centre(other_centre())])
            .when(named())
            .then_rejected(RejectionCode::UnknownId, "organisation");
        given([registered(id(1))])
            .acting_as(Role::Auditor)
            .when(named())
            .then_rejected(RejectionCode::NotAllowed, "");
        given([registered(id(1)), retracted(id(1))])
            .when(named())
            .then_rejected(RejectionCode::StateForbids, "organisation");
        let refused = |command, code, field| {
            given([registered(id(1))])
                .when(command)
                .then_rejected(code, field)
        };
        let long = CorrectOrganisation {
            reason: long_text(20_001),
            ..named()
        };
        refused(long, RejectionCode::TextTooLong, "reason");
        let stale = CorrectOrganisation {
            expected_version: Some(2),
            ..named()
        };
        refused(stale, RejectionCode::Malformed, "expectedVersion");
    }
}
