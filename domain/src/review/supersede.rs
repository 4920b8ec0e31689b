//! A new version of an issued statement is begun: a review of its own, assigned to whoever worked on the
//! old one. It takes the place of the old statement when it goes out, which stays as it is; until then, and
//! when it ends otherwise, the old statement stands. The deadline was that of the old one.

use std::collections::BTreeMap;

use super::state::{self, Reviews, require_no_new_version};
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
        require_no_new_version(before)?;
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
            due_on: None,
            term_working_days: None,
            planned_on: None,
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
    use crate::event_data::EventData;
    use crate::rejection::RejectionCode as Code;
    use crate::review::samples::{actor, facts, id, up_to};
    use crate::review::{
        DeclineReview, IssueStatement, LapseReview, RecordFundingDecision, RetractReview,
        ReviewState, VersionChanged, VersionStatus, WithdrawReview,
    };
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
                facts: ReviewFacts {
                    due_on: None,
                    ..facts()
                },
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
        let changed = |status| {
            event(ReviewEvent::VersionChanged(VersionChanged {
                review: id(1),
                version: new,
                status,
            }))
        };
        // While it is worked on no other is begun, but the old statement stands.
        let decide = || RecordFundingDecision {
            review: id(1),
            expected_version: None,
            decision: crate::organisation::samples::code("APPROVED"),
            granted_cents: None,
            decided_on: crate::testing::TODAY,
            note: None,
        };
        let retract = || RetractReview {
            review: id(1),
            expected_version: None,
            reason: text("Grund"),
        };
        for (status, decided, begun, retracted) in [
            (None, true, false, false),
            (Some(VersionStatus::Issued), false, false, false),
            (Some(VersionStatus::InWork), true, false, false),
            (Some(VersionStatus::Ended), true, true, true),
        ] {
            history.extend(status.map(changed));
            let can = |outcome: crate::testing::Outcome| outcome.0.is_ok();
            let head = || given(history.clone()).acting_as(crate::role::Role::KiHead);
            assert_eq!(can(head().when(decide())), decided, "{status:?}");
            assert_eq!(can(head().when(command())), begun, "{status:?}");
            assert_eq!(can(head().when(retract())), retracted, "{status:?}");
        }
    }

    #[test]
    fn the_old_version_learns_what_becomes_of_the_new_one() {
        let of_new = |history: Vec<Event>| {
            let mut history = history;
            if let EventData::Review(ReviewEvent::Requested(requested)) = &mut history[0].data {
                requested.supersedes = Some(id(2));
            }
            history
        };
        let changed = |status| {
            event(ReviewEvent::VersionChanged(VersionChanged {
                review: id(2),
                version: id(1),
                status,
            }))
        };
        let then = |events: Result<Vec<Event>, _>, status| {
            let events: Vec<Event> = events.map_err(|_: crate::rejection::Rejection| ()).unwrap();
            assert_eq!(events.len(), 2);
            assert_eq!(events[1], changed(status));
        };
        let issue = IssueStatement {
            review: id(1),
            expected_version: None,
            outcome: None,
            occurred_on: None,
        };
        let cosigned = of_new(up_to(ReviewState::Cosigned));
        then(given(cosigned).when(issue).0, VersionStatus::Issued);
        let assigned = || given(of_new(up_to(ReviewState::Assigned)));
        let withdraw = WithdrawReview {
            review: id(1),
            expected_version: None,
            occurred_on: None,
            reason: None,
        };
        then(assigned().when(withdraw).0, VersionStatus::Ended);
        let decline = DeclineReview {
            review: id(1),
            expected_version: None,
            occurred_on: None,
            outcome: crate::organisation::samples::code("NOT_RESPONSIBLE"),
            reason: text("Grund"),
        };
        then(assigned().when(decline).0, VersionStatus::Ended);
        let retract = RetractReview {
            review: id(1),
            expected_version: None,
            reason: text("Grund"),
        };
        then(assigned().when(retract).0, VersionStatus::Ended);
        let lapse = LapseReview {
            review: id(1),
            expected_version: None,
            reason: None,
        };
        let mut overdue = of_new(up_to(ReviewState::Assigned));
        if let EventData::Review(ReviewEvent::Requested(requested)) = &mut overdue[0].data {
            requested.facts.due_on = Some(date!(2026 - 11 - 19));
        }
        then(given(overdue).when(lapse).0, VersionStatus::Ended);
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
