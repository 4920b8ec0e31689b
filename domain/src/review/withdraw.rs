//! The applicant withdrew the application.

use time::Date;

use super::state::{self, Reviews};
use super::{Phase, ReviewEvent, Step, VersionStatus, Withdrawn};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;

/// The command.
#[derive(Clone, Debug)]
pub struct WithdrawReview {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// The day it was withdrawn; today when left out.
    pub occurred_on: Option<Date>,
    /// Why.
    pub reason: Option<Text>,
}

impl Decision for WithdrawReview {
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
        before.progress.require(Step::Withdraw)?;
        let withdrawn = ReviewEvent::Withdrawn(Withdrawn {
            review: self.review,
            reason: state::note(context, self.review, "reason", self.reason.as_ref())?,
        });
        let mut events = vec![state::event(context, day, withdrawn)];
        // After the statement nothing changes for the old version.
        if before.progress.state.phase() == Phase::Open {
            let status = VersionStatus::Ended;
            events.extend(state::version_changed(before, self.review, status, context));
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
    use crate::review::samples::{id, up_to};
    use crate::testing::{Moved, event, given};

    #[test]
    fn an_open_one_is_withdrawn_once() {
        let command = WithdrawReview {
            review: id(1),
            expected_version: None,
            occurred_on: Some(date!(2026 - 11 - 12)),
            reason: None,
        };
        let withdrawn = event(ReviewEvent::Withdrawn(Withdrawn {
            review: id(1),
            reason: None,
        }))
        .on(date!(2026 - 11 - 12));
        let mut history = up_to(ReviewState::Drafted);
        given(history.clone())
            .when(command.clone())
            .then([withdrawn.clone()]);
        history.push(withdrawn);
        given(history)
            .when(command.clone())
            .then_rejected(Code::StateForbids, "review");
    }

    #[test]
    fn what_has_gone_out_stays_when_the_application_is_withdrawn_after() {
        let command = WithdrawReview {
            review: id(1),
            expected_version: None,
            occurred_on: None,
            reason: None,
        };
        let withdrawn = event(ReviewEvent::Withdrawn(Withdrawn {
            review: id(1),
            reason: None,
        }));
        let mut history = up_to(ReviewState::Issued);
        given(history.clone())
            .when(command.clone())
            .then([withdrawn.clone()]);
        history.push(withdrawn);
        given(history)
            .when(command)
            .then_rejected(Code::StateForbids, "review");
    }
}
