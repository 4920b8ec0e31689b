//! The deadline passed, and there will be no statement.

use super::state::{self, Reviews};
use super::{Lapsed, ReviewEvent, Step, VersionStatus};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;

/// The command.
#[derive(Clone, Debug)]
pub struct LapseReview {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// Why.
    pub reason: Option<Text>,
}

impl Decision for LapseReview {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), [])
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        before.progress.require(Step::Lapse)?;
        let overdue = before.facts.due_on.is_some_and(|due| due < context.today);
        if !overdue {
            return Err(Rejection::field(
                RejectionCode::StateForbids,
                "review",
                before.facts.due_on.map_or_else(
                    || "Diese Stellungnahme hat keine Frist, die verstreichen könnte.".to_owned(),
                    |due| {
                        format!(
                            "Die Frist läuft noch bis zum {}; verstrichen ist sie erst am Tag danach.",
                            check::german(due)
                        )
                    },
                ),
            ));
        }
        let lapsed = ReviewEvent::Lapsed(Lapsed {
            review: self.review,
            reason: state::note(context, self.review, "reason", self.reason.as_ref())?,
        });
        let mut events = vec![state::event(context, context.today, lapsed)];
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
    use crate::review::samples::{facts, id, requested};
    use crate::review::{Requested, ReviewFacts};
    use crate::testing::{Moved, event, given};

    fn due(due_on: Option<time::Date>) -> Event {
        event(ReviewEvent::Requested(Requested {
            review: id(1),
            facts: ReviewFacts { due_on, ..facts() },
            supersedes: None,
            source: None,
        }))
        .on(date!(2026 - 11 - 02))
    }

    fn command() -> LapseReview {
        LapseReview {
            review: id(1),
            expected_version: None,
            reason: None,
        }
    }

    #[test]
    fn only_what_is_overdue_lapses() {
        given([due(Some(date!(2026 - 11 - 19)))])
            .when(command())
            .then([event(ReviewEvent::Lapsed(Lapsed {
                review: id(1),
                reason: None,
            }))]);
        given([due(Some(date!(2026 - 11 - 20)))])
            .when(command())
            .then_rejected(Code::StateForbids, "review");
        given([due(None)])
            .when(command())
            .then_rejected(Code::StateForbids, "review");
        given([requested(id(1))])
            .when(command())
            .then_rejected(Code::StateForbids, "review");
    }
}
