//! The centre gives a request back: it is not responsible, or in conflict as a whole.

use time::Date;

use super::state::{self, Reviews};
use super::{Declined, ReviewEvent, Step, VersionStatus, outcome};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;
use crate::values::ReviewOutcome;

/// The command.
#[derive(Clone, Debug)]
pub struct DeclineReview {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// The day it was given back; today when left out.
    pub occurred_on: Option<Date>,
    /// `NOT_RESPONSIBLE` or `CONFLICT_OF_INTEREST`.
    pub outcome: ReviewOutcome,
    /// Why, and who has it now.
    pub reason: Text,
}

impl Decision for DeclineReview {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), [])
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        let day = before.day("occurredOn", self.occurred_on, context)?;
        before.progress.require(Step::Decline)?;
        outcome::of_decline(self.outcome)?;
        let declined = ReviewEvent::Declined(Declined {
            review: self.review,
            outcome: self.outcome,
            reason: state::reason(context, self.review, &self.reason)?,
        });
        let mut events = vec![state::event(context, day, declined)];
        let status = VersionStatus::Ended;
        events.extend(state::version_changed(before, self.review, status, context));
        Ok(events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::samples::code;
    use crate::rejection::RejectionCode as Code;
    use crate::review::ReviewState;
    use crate::review::samples::{id, up_to};
    use crate::testing::{event, given, sealed, text};

    fn command(outcome: &str) -> DeclineReview {
        DeclineReview {
            review: id(1),
            expected_version: None,
            occurred_on: None,
            outcome: code(outcome),
            reason: text("Zuständig ist der Kreis"),
        }
    }

    #[test]
    fn a_request_is_given_back() {
        given(up_to(ReviewState::Requested))
            .when(command("NOT_RESPONSIBLE"))
            .then([event(ReviewEvent::Declined(Declined {
                review: id(1),
                outcome: code("NOT_RESPONSIBLE"),
                reason: sealed("Zuständig ist der Kreis"),
            }))]);
        given(up_to(ReviewState::Requested))
            .when(command("NOT_SUPPORTED"))
            .then_rejected(Code::UnknownValue, "outcome");
        given(up_to(ReviewState::Issued))
            .when(command("NOT_RESPONSIBLE"))
            .then_rejected(Code::StateForbids, "review");
    }
}
