//! Retract a consultation that should not have been recorded.

use super::state::{self, Consultations};
use super::{ConsultationEvent, Retracted};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ConsultationId;
use crate::may::{self, RecordClass};
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;

/// The command.
#[derive(Clone, Debug)]
pub struct RetractConsultation {
    /// Which consultation.
    pub consultation: ConsultationId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// Why.
    pub reason: Text,
}

impl Decision for RetractConsultation {
    type Facts = Consultations;

    fn query(&self) -> Query {
        Consultations::query(Some(self.consultation), [])
    }

    fn evolve(facts: &mut Consultations, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Consultations, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Consultation, context)?;
        let before = known.require(self.consultation, context)?;
        if before.retracted {
            return Ok(Vec::new());
        }
        before.trail.expect(self.expected_version)?;
        let subject = self.consultation.record();
        let data = ConsultationEvent::Retracted(Retracted {
            consultation: self.consultation,
            reason: check::seal_text(context, subject, "reason", &self.reason, Text::NOTE)?,
        });
        // The day of the event stays the day of the consultation it takes out of the book.
        Ok(vec![state::event(context, before.day, data)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::consultation::samples::{id, recorded};
    use crate::rejection::RejectionCode;
    use crate::role::Role;
    use crate::testing::{Moved, event, given, other_centre, sealed, text};

    fn command() -> RetractConsultation {
        RetractConsultation {
            consultation: id(1),
            expected_version: Some(1),
            reason: text("Doppelt eingetragen"),
        }
    }

    fn retracted() -> Event {
        event(ConsultationEvent::Retracted(Retracted {
            consultation: id(1),
            reason: sealed("Doppelt eingetragen"),
        }))
        .on(date!(2026 - 03 - 02))
    }

    #[test]
    fn a_consultation_is_retracted_once() {
        let recorded = recorded(id(1)).on(date!(2026 - 03 - 02));
        given([recorded.clone()])
            .when(command())
            .then([retracted()]);
        given([recorded, retracted()])
            .when(command())
            .then_nothing();
    }

    #[test]
    fn one_of_another_centre_is_as_unknown_as_none() {
        let none = given([])
            .when(command())
            .then_rejected(RejectionCode::UnknownId, "consultation");
        let elsewhere = given([recorded(id(1)).in_centre(other_centre())])
            .when(command())
            .then_rejected(RejectionCode::UnknownId, "consultation");
        assert_eq!(none, elsewhere);
    }

    #[test]
    fn a_role_that_only_reads_is_refused() {
        given([recorded(id(1))])
            .acting_as(Role::Administration)
            .when(command())
            .then_rejected(RejectionCode::NotAllowed, "");
    }
}
