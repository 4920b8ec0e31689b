//! The signed statement goes out. What goes out is what was signed, word for word.

use time::Date;

use super::state::{self, Reviews};
use super::{Issued, ReviewEvent, Step, VersionStatus, outcome};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::values::ReviewOutcome;

/// The command.
#[derive(Clone, Debug)]
pub struct IssueStatement {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// The Votum, if the client names it again: it must be the one that was signed.
    pub outcome: Option<ReviewOutcome>,
    /// The day it went out, not before it was signed; today when left out.
    pub occurred_on: Option<Date>,
}

impl Decision for IssueStatement {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), [])
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        let signed = before.signed_on.map(|day| (day, "der Mitzeichnung"));
        let day = before.day_after("occurredOn", self.occurred_on, signed, context)?;
        let Some(draft) = before.draft.as_ref().filter(|_| before.signed_by.is_some()) else {
            before.progress.require(Step::Issue)?;
            return Err(check::missing("review"));
        };
        before
            .progress
            .require(if outcome::is_interim(draft.outcome) {
                Step::IssueInterim
            } else {
                Step::Issue
            })?;
        if let Some(outcome) = self.outcome.filter(|outcome| *outcome != draft.outcome) {
            return Err(Rejection::field(
                RejectionCode::StateForbids,
                "outcome",
                format!(
                    "Gezeichnet ist „{}“, nicht „{}“; soll das Votum anders lauten, entwerfen Sie die Stellungnahme neu und lassen Sie sie mitzeichnen.",
                    draft.outcome.label(),
                    outcome.label()
                ),
            ));
        }
        let issued = ReviewEvent::Issued(Issued {
            review: self.review,
            outcome: draft.outcome,
            text: draft.text,
        });
        let mut events = vec![state::event(context, day, issued)];
        if !outcome::is_interim(draft.outcome) {
            let status = VersionStatus::Issued;
            events.extend(state::version_changed(before, self.review, status, context));
        }
        Ok(events)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::organisation::samples::code;
    use crate::rejection::RejectionCode as Code;
    use crate::review::samples::{actor, drafted, id, issued, signed, up_to};
    use crate::review::{Drafted, ReceiveClarification, ReviewState, SignStatement};
    use crate::testing::{Moved, event, given, sealed};

    fn command() -> IssueStatement {
        IssueStatement {
            review: id(1),
            expected_version: None,
            outcome: None,
            occurred_on: None,
        }
    }

    #[test]
    fn what_was_signed_goes_out_once() {
        given(up_to(ReviewState::Cosigned))
            .when(command())
            .then([issued()]);
        given(up_to(ReviewState::Issued))
            .when(command())
            .then_rejected(Code::StateForbids, "review");
        given(up_to(ReviewState::Drafted))
            .when(command())
            .then_rejected(Code::StateForbids, "review");
    }

    #[test]
    fn it_goes_out_no_earlier_than_it_was_signed_nor_is_signed_before_it_is_drafted() {
        let mut history = up_to(ReviewState::ContentCheck);
        history.extend([
            drafted(actor(2)).on(date!(2026 - 11 - 12)),
            signed(actor(3)).on(date!(2026 - 11 - 13)),
        ]);
        let on = |day| IssueStatement {
            occurred_on: Some(day),
            ..command()
        };
        let sentence = given(history.clone())
            .when(on(date!(2026 - 11 - 12)))
            .then_rejected(Code::DateOutOfRange, "occurredOn");
        assert!(
            sentence.contains("vor der Mitzeichnung am 13.11.2026"),
            "{sentence}"
        );
        given(history.clone())
            .when(on(date!(2026 - 11 - 13)))
            .then([issued().on(date!(2026 - 11 - 13))]);
        history.pop();
        let sign = |day| SignStatement {
            review: id(1),
            expected_version: None,
            occurred_on: Some(day),
        };
        given(history)
            .acting_as(crate::role::Role::KiHead)
            .when(sign(date!(2026 - 11 - 11)))
            .then_rejected(Code::DateOutOfRange, "occurredOn");
    }

    #[test]
    fn another_outcome_than_the_signed_one_is_refused() {
        given(up_to(ReviewState::Cosigned))
            .when(IssueStatement {
                outcome: Some(code("NOT_SUPPORTED")),
                ..command()
            })
            .then_rejected(Code::StateForbids, "outcome");
    }

    #[test]
    fn after_a_recommended_revision_the_review_goes_on() {
        let mut history = up_to(ReviewState::ContentCheck);
        history.push(event(ReviewEvent::Drafted(Drafted {
            review: id(1),
            drafted_by: actor(2),
            outcome: code("REVISION_REQUESTED"),
            text: Some(sealed("Bitte die Ziele nennen")),
            recipient: None,
        })));
        history.push(signed(actor(3)));
        let interim = event(ReviewEvent::Issued(Issued {
            review: id(1),
            outcome: code("REVISION_REQUESTED"),
            text: Some(sealed("Bitte die Ziele nennen")),
        }));
        given(history.clone())
            .when(command())
            .then([interim.clone()]);
        history.push(interim);
        let receive = ReceiveClarification {
            review: id(1),
            expected_version: None,
            occurred_on: None,
            note: None,
        };
        let received = event(ReviewEvent::ClarificationReceived(
            crate::review::ClarificationReceived {
                review: id(1),
                note: None,
            },
        ));
        given(history).when(receive).then([received]);
    }
}
