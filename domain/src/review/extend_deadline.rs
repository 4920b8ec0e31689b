//! A statement is due later than it was.

use time::Date;

use super::state::{self, Reviews};
use super::{DeadlineExtended, ReviewEvent, Step};
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
pub struct ExtendDeadline {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// The new due date; later than the old one.
    pub due_on: Date,
    /// Why.
    pub reason: Text,
}

impl Decision for ExtendDeadline {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), [])
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        if before.facts.due_on == Some(self.due_on) {
            return Ok(Vec::new());
        }
        before.progress.require(Step::ExtendDeadline)?;
        check::end_not_before("dueOn", self.due_on, before.received_on)?;
        check::date_in_range("dueOn", self.due_on, context.today)?;
        if let Some(old) = before.facts.due_on.filter(|old| self.due_on < *old) {
            return Err(Rejection::field(
                RejectionCode::DateOutOfRange,
                "dueOn",
                format!(
                    "Die Frist endet am {}; verlängern lässt sie sich nur auf einen späteren Tag. War sie falsch eingetragen, berichtigen Sie die Anfrage.",
                    check::german(old)
                ),
            ));
        }
        let extended = ReviewEvent::DeadlineExtended(DeadlineExtended {
            review: self.review,
            due_on: self.due_on,
            reason: state::reason(context, self.review, &self.reason)?,
        });
        Ok(vec![state::event(context, context.today, extended)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::rejection::RejectionCode as Code;
    use crate::review::ReviewState;
    use crate::review::samples::{id, up_to};
    use crate::testing::{event, given, sealed, text};

    fn command(due_on: Date) -> ExtendDeadline {
        ExtendDeadline {
            review: id(1),
            expected_version: None,
            due_on,
            reason: text("Der Finanzplan fehlt noch"),
        }
    }

    fn extended(due_on: Date) -> Event {
        event(ReviewEvent::DeadlineExtended(DeadlineExtended {
            review: id(1),
            due_on,
            reason: sealed("Der Finanzplan fehlt noch"),
        }))
    }

    #[test]
    fn a_deadline_moves_only_to_later() {
        let later = date!(2026 - 12 - 14);
        let mut history = up_to(ReviewState::Assigned);
        given(history.clone())
            .when(command(later))
            .then([extended(later)]);
        history.push(extended(later));
        given(history.clone()).when(command(later)).then_nothing();
        given(history)
            .when(command(date!(2026 - 12 - 01)))
            .then_rejected(Code::DateOutOfRange, "dueOn");
    }

    #[test]
    fn an_issued_one_has_none() {
        given(up_to(ReviewState::Issued))
            .when(command(date!(2026 - 12 - 14)))
            .then_rejected(Code::StateForbids, "review");
    }
}
