//! Somebody declares a conflict of interest for the own account (§ 20 VwVfG NRW), and keeps out from
//! then on. What that account did before the statement went out is void: its draft, its signature, its
//! scores, and its steps as checks. The steps stay in the book as what a unit did.

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
        let before = known.standing(self.review, context)?;
        let declared_by = context.actor;
        if before.conflicts.contains(&declared_by) {
            return Ok(Vec::new());
        }
        before.trail.expect(self.expected_version)?;
        before.progress.require(Step::DeclareConflict)?;
        let drafted = before.draft.as_ref().map(|draft| draft.drafted_by) == Some(declared_by);
        let signed = before.signed_by == Some(declared_by);
        let voids_draft = drafted || signed;
        let looked_at = before.progress.looked_at_by(declared_by);
        let declared = ReviewEvent::ConflictDeclared(ConflictDeclared {
            review: self.review,
            declared_by,
            voids_draft,
            // What was signed rests on what this account checked.
            voids_signature: !voids_draft && looked_at && before.is_signed(),
            reason: state::note(context, self.review, "reason", self.reason.as_ref())?,
        });
        Ok(vec![state::event(context, context.today, declared)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event_data::EventData;
    use crate::rejection::RejectionCode as Code;
    use crate::review::samples::{actor, assigned, drafted, id, signed, step, up_to};
    use crate::review::{
        AssignReview, Check, ClarificationAsked, ClarificationRetracted, Progress, ReviewState,
        StepCompleted,
    };
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
            voids_signature: false,
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
            .when(crate::review::RetractReview {
                review: id(1),
                expected_version: None,
                reason: text("Grund"),
            })
            .then_rejected(Code::StateForbids, "review");
        let mut of_another = up_to(ReviewState::ContentCheck);
        of_another.push(event(ReviewEvent::ConflictDeclared(ConflictDeclared {
            review: id(1),
            declared_by: actor(4),
            voids_draft: false,
            voids_signature: false,
            reason: None,
        })));
        given(of_another)
            .when(AssignReview {
                review: id(1),
                expected_version: None,
                reviewer: actor(4),
                cosigner: crate::change::Change::Keep,
                staff: crate::review::Staff::Invented,
            })
            .then_rejected(Code::StateForbids, "reviewer");
        let sentence = given(history)
            .when(crate::review::WithdrawReview {
                review: id(1),
                expected_version: None,
                occurred_on: None,
                reason: None,
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
            occurred_on: None,
        };
        let sentence = given(history)
            .acting_as(crate::role::Role::KiHead)
            .when(sign)
            .then_rejected(Code::StateForbids, "review");
        assert!(sentence.contains("§ 20"), "{sentence}");
    }

    #[test]
    fn what_the_one_in_conflict_checked_counts_no_more() {
        let by = |step: Event, account| {
            let EventData::Review(ReviewEvent::StepCompleted(completed)) = step.data else {
                panic!("no step");
            };
            event(ReviewEvent::StepCompleted(StepCompleted {
                recorded_by: Some(account),
                ..completed
            }))
        };
        let history = |content_by| {
            let mut history = up_to(ReviewState::Assigned);
            history.extend([
                by(step(1, Some(Check::Formal)), actor(2)),
                by(step(2, Some(Check::Content)), content_by),
                drafted(actor(2)),
                signed(actor(3)),
            ]);
            history
        };
        given(history(actor(2)))
            .when(command())
            .then([declared(false)]);
        let void = event(ReviewEvent::ConflictDeclared(ConflictDeclared {
            review: id(1),
            declared_by: actor(1),
            voids_draft: false,
            voids_signature: true,
            reason: Some(sealed("Vorstand des Vereins")),
        }));
        given(history(actor(1)))
            .when(command())
            .then([void.clone()]);
        let mut progress = Progress::new(false);
        for event in history(actor(1)).into_iter().chain([void]) {
            let EventData::Review(event) = event.data else {
                panic!("of another record");
            };
            progress.follow(&event);
        }
        assert_eq!(progress.state, ReviewState::Drafted);
        assert!(progress.form_checked() && !progress.content_checked());
        assert!(!progress.allows(Step::Sign));
    }

    /// The applicant was asked something after the draft; the question is taken back when the draft is void.
    #[test]
    fn a_void_draft_does_not_come_back_behind_a_question() {
        let mut history = up_to(ReviewState::Assigned);
        history.extend([
            step(1, Some(Check::Formal)),
            step(2, Some(Check::Content)),
            drafted(actor(1)),
            event(ReviewEvent::ClarificationAsked(ClarificationAsked {
                review: id(1),
                due_on: None,
                question: None,
            })),
            declared(true),
            event(ReviewEvent::ClarificationRetracted(
                ClarificationRetracted {
                    review: id(1),
                    clarification: 1,
                    reason: sealed("Hat sich erledigt"),
                },
            )),
        ]);
        let mut progress = Progress::new(false);
        for event in history {
            let EventData::Review(event) = event.data else {
                panic!("of another record");
            };
            progress.follow(&event);
        }
        assert_eq!(progress.state, ReviewState::ContentCheck);
        assert!(!progress.allows(Step::Sign));
    }

    #[test]
    fn after_the_statement_it_is_too_late() {
        given(up_to(ReviewState::Issued))
            .when(command())
            .then_rejected(Code::StateForbids, "review");
    }
}
