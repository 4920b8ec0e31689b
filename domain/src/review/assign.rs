//! Somebody is to work on a review, and somebody may sign it in place of the head.

use super::state::{self, Reviews};
use super::{Assigned, ReviewEvent, Step};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::{ActorId, ReviewId};
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::role::Role;

/// The command.
#[derive(Clone, Debug)]
pub struct AssignReview {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// The account that works on it.
    pub reviewer: ActorId,
    /// The account that signs in place of the head; only the head names one.
    pub cosigner: Option<ActorId>,
}

impl Decision for AssignReview {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), [])
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        let now = (before.reviewer, before.cosigner);
        if now == (Some(self.reviewer), self.cosigner) {
            return Ok(Vec::new());
        }
        before.progress.require(Step::Assign)?;
        before.require_impartial("reviewer", self.reviewer)?;
        if let Some(cosigner) = self.cosigner {
            before.require_impartial("cosigner", cosigner)?;
            if cosigner == self.reviewer {
                return Err(Rejection::field(
                    RejectionCode::Duplicate,
                    "cosigner",
                    "Bearbeitung und Mitzeichnung können nicht bei derselben Person liegen (Vier-Augen-Prinzip); nennen Sie zwei Konten.",
                ));
            }
            if context.role != Role::KiHead && self.cosigner != before.cosigner {
                return Err(Rejection::field(
                    RejectionCode::NotAllowed,
                    "cosigner",
                    "Wer statt der Leitung mitzeichnet, bestimmt nur die Leitung.",
                ));
            }
        }
        let assigned = ReviewEvent::Assigned(Assigned {
            review: self.review,
            reviewer: self.reviewer,
            cosigner: self.cosigner,
        });
        Ok(vec![state::event(context, context.today, assigned)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rejection::RejectionCode as Code;
    use crate::review::ReviewState;
    use crate::review::samples::{actor, assigned, id, issued, requested, up_to};
    use crate::testing::{Moved, event, given, other_centre};

    fn command(reviewer: u128) -> AssignReview {
        AssignReview {
            review: id(1),
            expected_version: None,
            reviewer: actor(reviewer),
            cosigner: None,
        }
    }

    #[test]
    fn a_review_is_assigned_and_assigned_anew() {
        given([requested(id(1))])
            .when(command(2))
            .then([assigned(actor(2))]);
        given(up_to(ReviewState::Drafted))
            .when(command(4))
            .then([assigned(actor(4))]);
        given(up_to(ReviewState::Assigned))
            .when(command(2))
            .then_nothing();
    }

    #[test]
    fn only_the_head_names_who_signs_instead() {
        let with_cosigner = AssignReview {
            cosigner: Some(actor(3)),
            ..command(2)
        };
        given([requested(id(1))])
            .when(with_cosigner.clone())
            .then_rejected(Code::NotAllowed, "cosigner");
        given([requested(id(1))])
            .acting_as(Role::KiHead)
            .when(with_cosigner)
            .then([event(ReviewEvent::Assigned(Assigned {
                review: id(1),
                reviewer: actor(2),
                cosigner: Some(actor(3)),
            }))]);
        given([requested(id(1))])
            .acting_as(Role::KiHead)
            .when(AssignReview {
                cosigner: Some(actor(2)),
                ..command(2)
            })
            .then_rejected(Code::Duplicate, "cosigner");
    }

    #[test]
    fn an_issued_one_an_unknown_one_and_a_changed_one_are_refused() {
        let mut history = up_to(ReviewState::Cosigned);
        history.push(issued());
        let sentence = given(history)
            .when(command(4))
            .then_rejected(Code::StateForbids, "review");
        assert!(sentence.contains("„abgegeben“"), "{sentence}");
        let none = given([])
            .when(command(2))
            .then_rejected(Code::UnknownId, "review");
        let elsewhere = given([requested(id(1)).in_centre(other_centre())])
            .when(command(2))
            .then_rejected(Code::UnknownId, "review");
        assert_eq!(none, elsewhere);
        let late = AssignReview {
            expected_version: Some(1),
            ..command(4)
        };
        given(up_to(ReviewState::Assigned))
            .when(late)
            .then_rejected(Code::ChangedMeanwhile, "expectedVersion");
        given([requested(id(1))])
            .acting_as(Role::KimCoordinator)
            .when(command(2))
            .then_rejected(Code::NotAllowed, "");
    }
}
