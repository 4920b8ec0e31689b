//! Take back a link of a consultation to another record. Its tests stand with those of `link`.

use super::state::{self, Consultations};
use super::{ConsultationEvent, Unlinked};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::{ConsultationId, RecordId};
use crate::may::{self, RecordClass};
use crate::query::Query;
use crate::rejection::Rejection;

/// The command.
#[derive(Clone, Debug)]
pub struct UnlinkConsultation {
    /// Which consultation.
    pub consultation: ConsultationId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// The record it has nothing to do with.
    pub to: RecordId,
}

impl Decision for UnlinkConsultation {
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
        before.require_counting()?;
        if !before.links.contains(&self.to) {
            return Ok(Vec::new());
        }
        before.trail.expect(self.expected_version)?;
        let data = ConsultationEvent::Unlinked(Unlinked {
            consultation: self.consultation,
            to: self.to,
        });
        Ok(vec![state::event(context, context.today, data)])
    }
}
