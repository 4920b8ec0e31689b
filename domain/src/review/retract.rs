//! A review should not have been recorded.

use super::state::{self, Reviews, require_no_new_version};
use super::{Phase, Retracted, ReviewEvent, VersionStatus};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::may::{self, RecordClass};
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;

/// The command.
#[derive(Clone, Debug)]
pub struct RetractReview {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// Why.
    pub reason: Text,
}

impl Decision for RetractReview {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), [])
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Review, context)?;
        let before = known.own(self.review, context)?;
        before.require_impartial("review", context.actor)?;
        if before.retracted {
            return Ok(Vec::new());
        }
        before.trail.expect(self.expected_version)?;
        // Versions are taken back from the last one on, so that no request loses its first version.
        require_no_new_version(before)?;
        if before.progress.state.phase() == Phase::Issued {
            may::head("Eine abgegebene Stellungnahme nimmt zurück", context)?;
        }
        let retracted = ReviewEvent::Retracted(Retracted {
            review: self.review,
            reason: state::reason(context, self.review, &self.reason)?,
        });
        // The day of the event stays that of the request it takes out of the book.
        let (day, at) = (before.received_on, before.received_at);
        let mut events = vec![state::event_at(context, day, at, retracted)];
        let status = VersionStatus::Ended;
        events.extend(state::version_changed(before, self.review, status, context));
        Ok(events)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::rejection::RejectionCode as Code;
    use crate::review::samples::{id, requested};
    use crate::review::{LapseReview, ReviewState};
    use crate::role::Role;
    use crate::testing::{Moved, event, given, sealed, text};

    #[test]
    fn a_review_is_retracted_once_and_then_stays_as_it_is() {
        let command = RetractReview {
            review: id(1),
            expected_version: None,
            reason: text("Doppelt"),
        };
        let retracted = event(ReviewEvent::Retracted(Retracted {
            review: id(1),
            reason: sealed("Doppelt"),
        }))
        .on(date!(2026 - 11 - 02));
        let up_to = crate::review::samples::up_to;
        given(up_to(ReviewState::Cosigned))
            .when(command.clone())
            .then([retracted.clone()]);
        // What has gone out is taken back by the head.
        given(up_to(ReviewState::Issued))
            .when(command.clone())
            .then_rejected(Code::NotAllowed, "");
        given(up_to(ReviewState::Issued))
            .acting_as(Role::KiHead)
            .when(command.clone())
            .then([retracted.clone()]);
        let history = [requested(id(1)), retracted];
        given(history.clone()).when(command.clone()).then_nothing();
        given(history)
            .when(LapseReview {
                review: id(1),
                expected_version: None,
                reason: None,
            })
            .then_rejected(Code::StateForbids, "review");
        given([requested(id(1))])
            .acting_as(Role::Auditor)
            .when(command)
            .then_rejected(Code::NotAllowed, "");
    }
}
