//! A step was recorded that no unit did, or not like that. It may be recorded anew.

use super::state::{self, Reviews};
use super::{ReviewEvent, StepRetracted};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;

/// The command.
#[derive(Clone, Debug)]
pub struct RetractStep {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// The number of the step within the review.
    pub step: u32,
    /// Why.
    pub reason: Text,
}

impl Decision for RetractStep {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), [])
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        let Some((day, at, _)) = before.steps.get(&self.step) else {
            if (1..=before.last_step).contains(&self.step) {
                return Ok(Vec::new());
            }
            return Err(Rejection::field(
                RejectionCode::UnknownId,
                "step",
                "Diesen Arbeitsschritt gibt es in dieser Stellungnahme nicht; prüfen Sie die Nummer.",
            ));
        };
        let retracted = ReviewEvent::StepRetracted(StepRetracted {
            review: self.review,
            step: self.step,
            reason: state::reason(context, self.review, &self.reason)?,
            voids_signature: before.is_signed() && before.progress.checks.contains_key(&self.step),
            imported: false,
        });
        // The day of the event stays that of the step it takes out of the book.
        Ok(vec![state::event_at(context, *day, *at, retracted)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rejection::RejectionCode as Code;
    use crate::review::ReviewState;
    use crate::review::samples::{id, up_to};
    use crate::testing::{event, given, sealed, text};

    #[test]
    fn a_step_is_retracted_once() {
        let command = RetractStep {
            review: id(1),
            expected_version: None,
            step: 2,
            reason: text("Falsche Akte"),
        };
        let retracted = event(ReviewEvent::StepRetracted(StepRetracted {
            review: id(1),
            step: 2,
            reason: sealed("Falsche Akte"),
            voids_signature: false,
            imported: false,
        }));
        let mut history = up_to(ReviewState::Issued);
        given(history.clone())
            .when(command.clone())
            .then([retracted.clone()]);
        history.push(retracted);
        given(history.clone()).when(command.clone()).then_nothing();
        given(history)
            .when(RetractStep { step: 3, ..command })
            .then_rejected(Code::UnknownId, "step");
    }
}
