//! A second pair of eyes signs the draft: the head, or whoever the head named, and in any case somebody
//! who was never the reviewer and has not drafted, scored or checked.

use time::Date;

use super::state::{self, Reviews};
use super::{ReviewEvent, Signed, Step};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::role::Role;

/// The command.
#[derive(Clone, Debug)]
pub struct SignStatement {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// The day it was signed, not before the draft; today when left out.
    pub occurred_on: Option<Date>,
}

impl Decision for SignStatement {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), [])
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        before.progress.require(Step::Sign)?;
        let drafted_by = before.draft.as_ref().map(|draft| draft.drafted_by);
        if drafted_by == Some(context.actor) {
            return Err(Rejection::whole(
                RejectionCode::NotAllowed,
                "Sie haben den Entwurf selbst erstellt; mitzeichnen muss eine andere Person (Vier-Augen-Prinzip).",
            ));
        }
        if before.progress.took_part.contains(&context.actor) {
            return Err(Rejection::whole(
                RejectionCode::NotAllowed,
                "Sie haben diese Stellungnahme bearbeitet, geprüft, bewertet oder einmal entworfen; mitzeichnen muss eine andere Person (Vier-Augen-Prinzip).",
            ));
        }
        if context.role != Role::KiHead && before.cosigner != Some(context.actor) {
            return Err(Rejection::whole(
                RejectionCode::NotAllowed,
                "Mitzeichnen kann die Leitung oder wen die Leitung bei der Zuweisung dafür bestimmt hat.",
            ));
        }
        let drafted = before.drafted_on.map(|day| (day, "dem Entwurf"));
        let day = before.day_after("occurredOn", self.occurred_on, drafted, context)?;
        let signed = ReviewEvent::Signed(Signed {
            review: self.review,
            signed_by: context.actor,
        });
        Ok(vec![state::event(context, day, signed)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rejection::RejectionCode as Code;
    use crate::review::samples::{actor, assigned, drafted, id, signed, up_to};
    use crate::review::{Assigned, Check, ReviewState, Scored, StepCompleted};
    use crate::testing::{event, given};

    fn command() -> SignStatement {
        SignStatement {
            review: id(1),
            expected_version: None,
            occurred_on: None,
        }
    }

    #[test]
    fn the_head_signs_what_another_drafted() {
        given(up_to(ReviewState::Drafted))
            .acting_as(Role::KiHead)
            .when(command())
            .then([signed(actor(1))]);
        let mut own = up_to(ReviewState::ContentCheck);
        own.push(drafted(actor(1)));
        let sentence = given(own)
            .acting_as(Role::KiHead)
            .when(command())
            .then_rejected(Code::NotAllowed, "");
        assert!(sentence.contains("Vier-Augen-Prinzip"), "{sentence}");
    }

    #[test]
    fn another_signs_only_if_the_head_named_them() {
        given(up_to(ReviewState::Drafted))
            .when(command())
            .then_rejected(Code::NotAllowed, "");
        let mut named = up_to(ReviewState::Drafted);
        named.push(event(ReviewEvent::Assigned(Assigned {
            review: id(1),
            reviewer: actor(2),
            cosigner: Some(actor(1)),
        })));
        given(named).when(command()).then([signed(actor(1))]);
    }

    #[test]
    fn who_took_part_in_the_work_never_signs() {
        let by_head = [
            event(ReviewEvent::Scored(Scored {
                review: id(1),
                scores: Vec::new(),
                scored_by: Some(actor(1)),
            })),
            event(ReviewEvent::StepCompleted(StepCompleted {
                review: id(1),
                step: 3,
                unit: None,
                check: Some(Check::Content),
                started_at: None,
                name: None,
                reference: None,
                imported: false,
                recorded_by: Some(actor(1)),
            })),
            assigned(actor(1)),
            drafted(actor(1)),
        ];
        for took_part in by_head {
            let mut history = up_to(ReviewState::ContentCheck);
            history.extend([took_part.clone(), assigned(actor(2)), drafted(actor(2))]);
            let sentence = given(history)
                .acting_as(Role::KiHead)
                .when(command())
                .then_rejected(Code::NotAllowed, "");
            assert!(sentence.contains("Vier-Augen"), "{took_part:?}: {sentence}");
        }
    }

    #[test]
    fn there_has_to_be_a_draft() {
        given(up_to(ReviewState::ContentCheck))
            .acting_as(Role::KiHead)
            .when(command())
            .then_rejected(Code::StateForbids, "review");
    }
}
