//! Somebody declares a conflict of interest for the own account (§ 20 VwVfG NRW).

use super::state::{self, Reviews};
use super::{ConflictDeclared, ReviewEvent, Step};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;

/// The command.
#[derive(Clone, Debug)]
pub struct DeclareConflict {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// Why. What is private may be left out.
    pub reason: Option<Text>,
}

impl Decision for DeclareConflict {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), [])
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        let declared_by = context.actor;
        if before.conflicts.contains(&declared_by) {
            return Ok(Vec::new());
        }
        before.progress.require(Step::DeclareConflict)?;
        let drafted = before.draft.as_ref().map(|draft| draft.drafted_by) == Some(declared_by);
        let signed = before.signed_by == Some(declared_by);
        let declared = ReviewEvent::ConflictDeclared(ConflictDeclared {
            review: self.review,
            declared_by,
            voids_draft: drafted || signed,
            reason: state::note(context, self.review, "reason", self.reason.as_ref())?,
        });
        Ok(vec![state::event(context, context.today, declared)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rejection::RejectionCode as Code;
    use crate::review::samples::{actor, assigned, drafted, id, step, up_to};
    use crate::review::{AssignReview, Check, DraftStatement, ReviewState};
    use crate::testing::{event, given, sealed, text};

    fn command() -> DeclareConflict {
        DeclareConflict {
            review: id(1),
            expected_version: None,
            reason: Some(text("Vorstand des Vereins")),
        }
    }

    fn declared(voids_draft: bool) -> Event {
        event(ReviewEvent::ConflictDeclared(ConflictDeclared {
            review: id(1),
            declared_by: actor(1),
            voids_draft,
            reason: Some(sealed("Vorstand des Vereins")),
        }))
    }

    #[test]
    fn a_conflict_is_declared_once() {
        let mut history = up_to(ReviewState::Assigned);
        given(history.clone())
            .when(command())
            .then([declared(false)]);
        history.push(declared(false));
        given(history).when(command()).then_nothing();
    }

    #[test]
    fn who_declared_it_keeps_out() {
        let mut history = up_to(ReviewState::ContentCheck);
        history.push(declared(false));
        given(history.clone())
            .when(AssignReview {
                review: id(1),
                expected_version: None,
                reviewer: actor(1),
                cosigner: None,
            })
            .then_rejected(Code::StateForbids, "reviewer");
        let sentence = given(history)
            .when(DraftStatement {
                review: id(1),
                expected_version: None,
                outcome: crate::organisation::samples::code("SUPPORTED"),
                text: None,
            })
            .then_rejected(Code::StateForbids, "review");
        assert!(sentence.contains("§ 20 VwVfG NRW"), "{sentence}");
    }

    #[test]
    fn what_the_one_in_conflict_drafted_is_void() {
        let mut history = up_to(ReviewState::Assigned);
        history.extend([
            assigned(actor(1)),
            step(1, Some(Check::Content)),
            drafted(actor(1)),
        ]);
        given(history.clone())
            .when(command())
            .then([declared(true)]);
        history.push(declared(true));
        let sign = crate::review::SignStatement {
            review: id(1),
            expected_version: None,
        };
        let sentence = given(history)
            .acting_as(crate::role::Role::KiHead)
            .when(sign)
            .then_rejected(Code::StateForbids, "review");
        assert!(sentence.contains("§ 20"), "{sentence}");
    }

    #[test]
    fn after_the_statement_it_is_too_late() {
        given(up_to(ReviewState::Issued))
            .when(command())
            .then_rejected(Code::StateForbids, "review");
    }
}
