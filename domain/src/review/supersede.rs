//! A new version takes the place of an issued statement. The old one stays as it is; the new one is a
//! review of its own, assigned to whoever worked on the old one.

use std::collections::BTreeMap;

use super::state::{self, Reviews, require_not_superseded};
use super::{Assigned, ConflictDeclared, Requested, ReviewEvent, ReviewFacts, Step, Superseded};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::{Commitment, Text};

/// The command.
#[derive(Clone, Debug)]
pub struct SupersedeStatement {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// Why.
    pub reason: Text,
    /// The old review's texts, opened from the vault: they are sealed anew for the new version. One
    /// that is not there any more is left out; the title must be there.
    pub known_texts: BTreeMap<Commitment, Text>,
}

impl Decision for SupersedeStatement {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), [])
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        before.progress.require(Step::Supersede)?;
        require_not_superseded(before)?;
        let new = ReviewId(context.new_id());
        let seal = |old: Option<Commitment>| {
            let text = self.known_texts.get(&old?)?;
            Some(context.seal(new.record(), text))
        };
        let old = &before.facts;
        let facts = ReviewFacts {
            title: seal(Some(old.title)).ok_or_else(|| check::missing("title"))?,
            applicant_name: seal(old.applicant_name),
            reference: seal(old.reference),
            note: seal(old.note),
            ..old.clone()
        };
        let requested = ReviewEvent::Requested(Requested {
            review: new,
            facts,
            supersedes: Some(self.review),
            source: None,
        });
        let (day, at) = (before.received_on, before.received_at);
        let superseded = ReviewEvent::Superseded(Superseded {
            review: self.review,
            superseded_by: new,
            reason: state::reason(context, self.review, &self.reason)?,
        });
        let mut events = vec![
            state::event_at(context, day, at, requested),
            state::event(context, context.today, superseded),
        ];
        // Whoever had to keep out of the old version keeps out of the new one.
        for declared_by in &before.conflicts {
            let declared = ReviewEvent::ConflictDeclared(ConflictDeclared {
                review: new,
                declared_by: *declared_by,
                voids_draft: false,
                voids_signature: false,
                reason: None,
            });
            events.push(state::event(context, context.today, declared));
        }
        if let Some(reviewer) = before.reviewer {
            let assigned = ReviewEvent::Assigned(Assigned {
                review: new,
                reviewer,
                cosigner: before.cosigner,
            });
            events.push(state::event(context, context.today, assigned));
        }
        Ok(events)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::rejection::RejectionCode as Code;
    use crate::review::ReviewState;
    use crate::review::samples::{actor, facts, id, up_to};
    use crate::testing::{Moved, event, first_id, given, sealed, text};

    fn command() -> SupersedeStatement {
        let texts = ["Mitten im Viertel", "Brücke e. V."];
        SupersedeStatement {
            review: id(1),
            expected_version: None,
            reason: text("Falscher Betrag"),
            known_texts: texts.map(|known| (sealed(known), text(known))).into(),
        }
    }

    fn superseded() -> Event {
        event(ReviewEvent::Superseded(Superseded {
            review: id(1),
            superseded_by: ReviewId(first_id()),
            reason: sealed("Falscher Betrag"),
        }))
    }

    #[test]
    fn the_new_version_is_a_review_of_its_own() {
        let new = ReviewId(first_id());
        let mut history = up_to(ReviewState::Issued);
        given(history.clone()).when(command()).then([
            event(ReviewEvent::Requested(Requested {
                review: new,
                facts: facts(),
                supersedes: Some(id(1)),
                source: None,
            }))
            .on(date!(2026 - 11 - 02)),
            superseded(),
            event(ReviewEvent::Assigned(Assigned {
                review: new,
                reviewer: actor(2),
                cosigner: None,
            })),
        ]);
        history.push(superseded());
        given(history)
            .when(command())
            .then_rejected(Code::StateForbids, "review");
    }

    #[test]
    fn who_kept_out_of_the_old_version_keeps_out_of_the_new_one() {
        let conflict = |review| {
            event(ReviewEvent::ConflictDeclared(ConflictDeclared {
                review,
                declared_by: actor(4),
                voids_draft: false,
                voids_signature: false,
                reason: None,
            }))
        };
        let mut history = up_to(ReviewState::Assigned);
        history.push(conflict(id(1)));
        history.extend(up_to(ReviewState::Issued).into_iter().skip(2));
        let events = given(history).when(command()).0.unwrap();
        assert!(events.contains(&conflict(ReviewId(first_id()))));
    }

    #[test]
    fn only_an_issued_one_has_a_new_version() {
        given(up_to(ReviewState::Cosigned))
            .when(command())
            .then_rejected(Code::StateForbids, "review");
        let without_texts = SupersedeStatement {
            known_texts: BTreeMap::new(),
            ..command()
        };
        given(up_to(ReviewState::Issued))
            .when(without_texts)
            .then_rejected(Code::Missing, "title");
    }
}
