//! Link a consultation to another record it has to do with.

use super::state::{self, Consultations};
use super::{ConsultationEvent, Linked};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::existing::unknown;
use crate::id::{ConsultationId, RecordId, RecordKind};
use crate::may::{self, RecordClass};
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};

/// The command.
#[derive(Clone, Debug)]
pub struct LinkConsultation {
    /// Which consultation.
    pub consultation: ConsultationId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// The record it has to do with.
    pub to: RecordId,
}

impl Decision for LinkConsultation {
    type Facts = Consultations;

    fn query(&self) -> Query {
        Consultations::query(Some(self.consultation), [self.to])
    }

    fn evolve(facts: &mut Consultations, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Consultations, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Consultation, context)?;
        let before = known.require(self.consultation, context)?;
        before.require_counting()?;
        known.existing.require("to", self.to, context)?;
        match self.to.kind {
            RecordKind::Letterhead
            | RecordKind::Account
            | RecordKind::Exception
            | RecordKind::Unit => {
                return Err(unknown("to", self.to));
            }
            RecordKind::Organisation
            | RecordKind::Consultation
            | RecordKind::Network
            | RecordKind::Meeting
            | RecordKind::Agreement
            | RecordKind::Review => {}
        }
        if self.to == self.consultation.record() {
            return Err(Rejection::field(
                RejectionCode::StateForbids,
                "to",
                "Eine Beratung kann nicht mit sich selbst verknüpft werden; nennen Sie einen anderen Eintrag.",
            ));
        }
        if before.links.contains(&self.to) {
            return Ok(Vec::new());
        }
        before.trail.expect(self.expected_version)?;
        let data = ConsultationEvent::Linked(Linked {
            consultation: self.consultation,
            to: self.to,
        });
        Ok(vec![state::event(context, context.today, data)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consultation::samples::{id, recorded};
    use crate::consultation::{Retracted, UnlinkConsultation};
    use crate::organisation::samples as organisation;
    use crate::testing::{Moved, event, given, other_centre, sealed};

    fn link(to: RecordId) -> LinkConsultation {
        LinkConsultation {
            consultation: id(1),
            expected_version: None,
            to,
        }
    }

    fn unlink(to: RecordId) -> UnlinkConsultation {
        UnlinkConsultation {
            consultation: id(1),
            expected_version: None,
            to,
        }
    }

    fn linked(to: RecordId) -> Event {
        event(ConsultationEvent::Linked(Linked {
            consultation: id(1),
            to,
        }))
    }

    fn unlinked(to: RecordId) -> Event {
        event(ConsultationEvent::Unlinked(crate::consultation::Unlinked {
            consultation: id(1),
            to,
        }))
    }

    #[test]
    fn a_consultation_is_linked_and_unlinked_once_each() {
        let to = id(2).record();
        let history = vec![recorded(id(1)), recorded(id(2))];
        given(history.clone()).when(unlink(to)).then_nothing();
        given(history.clone()).when(link(to)).then([linked(to)]);
        let history = [history, vec![linked(to)]].concat();
        given(history.clone()).when(link(to)).then_nothing();
        given(history.clone()).when(unlink(to)).then([unlinked(to)]);
        let history = [history, vec![unlinked(to)]].concat();
        given(history.clone()).when(unlink(to)).then_nothing();
        given(history).when(link(to)).then([linked(to)]);
    }

    #[test]
    fn a_link_of_the_other_side_is_not_its_own() {
        let back = event(ConsultationEvent::Linked(Linked {
            consultation: id(2),
            to: id(1).record(),
        }));
        let to = id(2).record();
        given([recorded(id(1)), recorded(id(2)), back])
            .when(LinkConsultation {
                expected_version: Some(1),
                ..link(to)
            })
            .then([linked(to)]);
    }

    #[test]
    fn both_records_must_exist_in_the_centre() {
        let to = organisation::id(1).record();
        let there = organisation::registered(organisation::id(1));
        given([recorded(id(1)), there.clone()])
            .when(link(to))
            .then([linked(to)]);
        given([there.clone()])
            .when(link(to))
            .then_rejected(RejectionCode::UnknownId, "consultation");
        given([recorded(id(1))])
            .when(link(to))
            .then_rejected(RejectionCode::UnknownId, "to");
        given([recorded(id(1)), there.in_centre(other_centre())])
            .when(link(to))
            .then_rejected(RejectionCode::UnknownId, "to");
        given([recorded(id(1))])
            .when(link(id(1).record()))
            .then_rejected(RejectionCode::StateForbids, "to");
    }

    #[test]
    fn a_retracted_one_takes_no_links() {
        let to = id(2).record();
        let retracted = event(ConsultationEvent::Retracted(Retracted {
            consultation: id(1),
            reason: sealed("Doppelt eingetragen"),
        }));
        let history = [recorded(id(1)), recorded(id(2)), linked(to), retracted];
        given(history.clone())
            .when(link(to))
            .then_rejected(RejectionCode::StateForbids, "consultation");
        given(history)
            .when(unlink(to))
            .then_rejected(RejectionCode::StateForbids, "consultation");
    }

    #[test]
    fn who_read_an_older_version_learns_what_changed() {
        let to = id(2).record();
        let history = [recorded(id(1)), recorded(id(2)), linked(to)];
        let message = given(history)
            .when(UnlinkConsultation {
                expected_version: Some(1),
                ..unlink(to)
            })
            .then_rejected(RejectionCode::ChangedMeanwhile, "expectedVersion");
        assert!(message.contains("(links)"), "{message}");
    }
}
