//! Say that an entry of the register is not the same organisation as another one after all.

use super::state::{self, Organisations};
use super::{OrganisationEvent, UnlinkedAsSame};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::OrganisationId;
use crate::may::{self, RecordClass};
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;

/// The command.
#[derive(Clone, Debug)]
pub struct UnlinkAsSame {
    /// The entry that was taken for a duplicate.
    pub organisation: OrganisationId,
    /// The entry it is linked to.
    pub same_as: OrganisationId,
    /// The version of the supposed duplicate that the client read.
    pub expected_version: Option<u32>,
    /// Why.
    pub reason: Text,
}

impl Decision for UnlinkAsSame {
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
        match facts.same_as(self.organisation) {
            None => return Ok(Vec::new()),
            Some(linked) if linked != self.same_as => {
                return Err(Rejection::field(
                    RejectionCode::StateForbids,
                    "sameAs",
                    "Dieser Eintrag ist mit einem anderen verknüpft als mit dem genannten; laden Sie ihn neu.",
                ));
            }
            Some(_) => {}
        }
        known.trail.expect(self.expected_version)?;
        let subject = self.organisation.record();
        let data = OrganisationEvent::UnlinkedAsSame(UnlinkedAsSame {
            organisation: self.organisation,
            same_as: self.same_as,
            reason: check::seal_text(context, subject, "reason", &self.reason, Text::NOTE)?,
        });
        Ok(vec![state::event(context, context.today, data)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::LinkedAsSame;
    use crate::organisation::samples::{id, registered};
    use crate::testing::{event, given, sealed, text};

    fn command() -> UnlinkAsSame {
        UnlinkAsSame {
            organisation: id(1),
            same_as: id(2),
            expected_version: None,
            reason: text("Zwei Vereine"),
        }
    }

    fn linked(to: u128) -> Event {
        event(OrganisationEvent::LinkedAsSame(LinkedAsSame {
            organisation: id(1),
            same_as: id(to),
            reason: sealed("Doppelt erfasst"),
        }))
    }

    fn unlinked() -> Event {
        event(OrganisationEvent::UnlinkedAsSame(UnlinkedAsSame {
            organisation: id(1),
            same_as: id(2),
            reason: sealed("Zwei Vereine"),
        }))
    }

    #[test]
    fn a_link_is_taken_back_once() {
        let history = [registered(id(1)), linked(2)];
        given(history.clone()).when(command()).then([unlinked()]);
        given(history.into_iter().chain([unlinked()]))
            .when(command())
            .then_nothing();
    }

    #[test]
    fn only_the_link_that_is_there_can_be_taken_back() {
        given([registered(id(1)), linked(3)])
            .when(command())
            .then_rejected(RejectionCode::StateForbids, "sameAs");
        given([linked(2)])
            .when(command())
            .then_rejected(RejectionCode::UnknownId, "organisation");
    }
}
