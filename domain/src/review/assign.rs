//! Somebody is to work on a review, and somebody may sign it in place of the head.

use super::state::{self, Review, Reviews};
use super::{Assigned, ReviewEvent, Step};
use crate::account::Accounts;
use crate::change::Change;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::{ActorId, ReviewId};
use crate::may::RecordClass;
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
    /// The account that signs in place of the head; only the head changes it.
    pub cosigner: Change<ActorId>,
    /// Who can be named.
    pub staff: Staff,
}

/// Who can be named to work on a review, or to sign it.
#[derive(Clone, Debug)]
pub enum Staff {
    /// Accounts that can act in the centre today, in a role that writes reviews.
    Registered {
        /// Whom those that are named represent, as far as is known: only then the roles of these count.
        represented: Vec<ActorId>,
    },
    /// Anybody: the people of an invented history have no accounts.
    Invented,
}

/// What [`AssignReview`] reads: the review, and the accounts it names.
#[derive(Clone, Default, Debug)]
pub struct AssignFacts {
    reviews: Reviews,
    accounts: Accounts,
}

impl AssignReview {
    fn require_staff(
        &self,
        field: &str,
        who: ActorId,
        accounts: &Accounts,
        context: &Context,
    ) -> Result<(), Rejection> {
        match self.staff {
            Staff::Registered { .. } => {
                accounts.require_acting(field, who, RecordClass::Review.writers(), context)
            }
            Staff::Invented => Ok(()),
        }
    }

    fn change_cosigner(
        before: &Review,
        cosigner: Option<ActorId>,
        context: &Context,
    ) -> Result<(), Rejection> {
        let refuse = |sentence| {
            Err(Rejection::field(
                RejectionCode::NotAllowed,
                "cosigner",
                sentence,
            ))
        };
        if let Some(cosigner) = cosigner {
            before.require_impartial("cosigner", cosigner)?;
        }
        if context.role != Role::KiHead {
            return refuse(
                "Wer statt der Leitung mitzeichnet, bestimmt nur die Leitung; lassen Sie die Angabe weg, dann bleibt es dabei.",
            );
        }
        if cosigner.is_some_and(|cosigner| before.progress.took_part.contains(&cosigner)) {
            return refuse(
                "Dieses Konto hat die Stellungnahme bearbeitet, geprüft, bewertet oder entworfen und kann sie nicht mitzeichnen (Vier-Augen-Prinzip); nennen Sie ein anderes.",
            );
        }
        Ok(())
    }
}

impl Decision for AssignReview {
    type Facts = AssignFacts;

    fn query(&self) -> Query {
        let review = Reviews::query(Some(self.review), []);
        match &self.staff {
            Staff::Registered { represented } => {
                let named = [Some(self.reviewer), self.cosigner.apply(None)];
                let others = represented.iter().copied();
                Accounts::or_items(review, named.into_iter().flatten().chain(others))
            }
            Staff::Invented => review,
        }
    }

    fn evolve(facts: &mut AssignFacts, event: &Event) {
        facts.reviews.evolve(event);
        facts.accounts.evolve(event);
    }

    fn decide(&self, known: &AssignFacts, context: &Context) -> Result<Vec<Event>, Rejection> {
        let accounts = &known.accounts;
        let known = &known.reviews;
        let before = known.writable(self.review, self.expected_version, context)?;
        let cosigner = self.cosigner.apply(before.cosigner);
        if (before.reviewer, before.cosigner) == (Some(self.reviewer), cosigner) {
            return Ok(Vec::new());
        }
        before.progress.require(Step::Assign)?;
        before.require_impartial("reviewer", self.reviewer)?;
        if before.reviewer != Some(self.reviewer) {
            self.require_staff("reviewer", self.reviewer, accounts, context)?;
        }
        if before.signed_by == Some(self.reviewer) {
            return Err(Rejection::field(
                RejectionCode::NotAllowed,
                "reviewer",
                "Dieses Konto hat den Entwurf mitgezeichnet und kann die Stellungnahme nicht auch bearbeiten (Vier-Augen-Prinzip); nennen Sie ein anderes.",
            ));
        }
        if cosigner == Some(self.reviewer) {
            return Err(Rejection::field(
                RejectionCode::Duplicate,
                "cosigner",
                "Bearbeitung und Mitzeichnung können nicht bei derselben Person liegen (Vier-Augen-Prinzip); nennen Sie zwei Konten.",
            ));
        }
        if cosigner != before.cosigner {
            Self::change_cosigner(before, cosigner, context)?;
            if let Some(cosigner) = cosigner {
                self.require_staff("cosigner", cosigner, accounts, context)?;
            }
        }
        let assigned = ReviewEvent::Assigned(Assigned {
            review: self.review,
            reviewer: self.reviewer,
            cosigner,
        });
        Ok(vec![state::event(context, context.today, assigned)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::samples::{OTHER, PERSON, appointed, granted, registered};
    use crate::rejection::RejectionCode as Code;
    use crate::review::ReviewState;
    use crate::review::samples::{actor, assigned, id, issued, requested, up_to};
    use crate::testing::{Moved, event, given, other_centre};

    fn command(reviewer: u128) -> AssignReview {
        AssignReview {
            review: id(1),
            expected_version: None,
            reviewer: actor(reviewer),
            cosigner: Change::Keep,
            staff: Staff::Invented,
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
            cosigner: Change::Set(actor(3)),
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
                cosigner: Change::Set(actor(2)),
                ..command(2)
            })
            .then_rejected(Code::Duplicate, "cosigner");
    }

    #[test]
    fn whom_the_head_named_stays_until_the_head_says_otherwise() {
        let named = |reviewer: u128| {
            event(ReviewEvent::Assigned(Assigned {
                review: id(1),
                reviewer: actor(reviewer),
                cosigner: Some(actor(3)),
            }))
        };
        let history = [requested(id(1)), named(2)];
        given(history.clone()).when(command(4)).then([named(4)]);
        given(history.clone())
            .when(command(3))
            .then_rejected(Code::Duplicate, "cosigner");
        let dropped = AssignReview {
            cosigner: Change::Clear,
            ..command(2)
        };
        given(history.clone())
            .when(dropped.clone())
            .then_rejected(Code::NotAllowed, "cosigner");
        given(history)
            .acting_as(Role::KiHead)
            .when(dropped)
            .then([assigned(actor(2))]);
    }

    #[test]
    fn who_took_part_is_not_named_and_who_signed_does_not_take_over() {
        let named = AssignReview {
            cosigner: Change::Set(actor(2)),
            ..command(4)
        };
        given(up_to(ReviewState::ContentCheck))
            .acting_as(Role::KiHead)
            .when(named)
            .then_rejected(Code::NotAllowed, "cosigner");
        given(up_to(ReviewState::Cosigned))
            .when(command(3))
            .then_rejected(Code::NotAllowed, "reviewer");
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

    #[test]
    fn reviewer_and_cosigner_are_accounts_that_write_reviews_today() {
        let named = AssignReview {
            reviewer: PERSON,
            staff: Staff::Registered {
                represented: Vec::new(),
            },
            ..command(2)
        };
        let history = |more: &[Event]| {
            let mut history = vec![requested(id(1))];
            history.extend_from_slice(more);
            given(history).acting_as(Role::KiHead)
        };
        let officer = [registered(PERSON), granted(PERSON, Role::KiOfficer)];
        history(&officer)
            .when(named.clone())
            .then([assigned(PERSON)]);
        history(&[])
            .when(named.clone())
            .then_rejected(Code::UnknownId, "reviewer");
        let clerk = [registered(PERSON), granted(PERSON, Role::Administration)];
        history(&clerk)
            .when(named.clone())
            .then_rejected(Code::UnknownId, "reviewer");
        let cosigned = AssignReview {
            cosigner: Change::Set(OTHER),
            ..named.clone()
        };
        history(&officer)
            .when(cosigned.clone())
            .then_rejected(Code::UnknownId, "cosigner");
        // Her deputy signs, in her role.
        let mut deputy = officer.to_vec();
        deputy.push(registered(OTHER));
        deputy.push(appointed(
            time::macros::date!(2026 - 11 - 01),
            time::macros::date!(2026 - 12 - 01),
        ));
        history(&deputy)
            .when(cosigned)
            .then([event(ReviewEvent::Assigned(Assigned {
                review: id(1),
                reviewer: PERSON,
                cosigner: Some(OTHER),
            }))]);
    }

    #[test]
    fn the_roles_of_whom_a_deputy_represents_are_read() {
        let history = [
            requested(id(1)),
            registered(PERSON),
            granted(PERSON, Role::KiOfficer),
            registered(OTHER),
            appointed(
                time::macros::date!(2026 - 11 - 01),
                time::macros::date!(2026 - 12 - 01),
            ),
        ];
        let named = |represented| AssignReview {
            reviewer: OTHER,
            staff: Staff::Registered { represented },
            ..command(2)
        };
        given(history.clone())
            .when(named(vec![PERSON]))
            .then([assigned(OTHER)]);
        given(history)
            .when(named(Vec::new()))
            .then_rejected(Code::UnknownId, "reviewer");
    }

    #[test]
    fn who_works_on_it_already_stays() {
        // Locked meanwhile; only the cosigner changes.
        let changed = AssignReview {
            cosigner: Change::Set(PERSON),
            staff: Staff::Registered {
                represented: Vec::new(),
            },
            ..command(2)
        };
        let mut history = up_to(ReviewState::Assigned);
        history.extend([registered(PERSON), granted(PERSON, Role::KiHead)]);
        given(history)
            .acting_as(Role::KiHead)
            .when(changed)
            .then([event(ReviewEvent::Assigned(Assigned {
                review: id(1),
                reviewer: actor(2),
                cosigner: Some(PERSON),
            }))]);
    }
}
