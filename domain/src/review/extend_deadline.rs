//! A statement is due later than it was, to a day or by a number of working days.
//!
//! Also after the due date has passed: the office then knows until when the requester waits. It does not
//! put right what is late already; the figure of statements in time goes by the day of the extension.

use time::Date;

use super::input;
use super::state::{self, Review, Reviews};
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
    /// The new due date; later than the old one. Either this or `by_working_days`.
    pub due_on: Option<Date>,
    /// By how many working days of Nordrhein-Westfalen, 1 to 500, counted from the day after the old due
    /// date, or after the request came in where there is none.
    pub by_working_days: Option<u16>,
    /// The day it was agreed, not before the last extension; today when left out.
    pub occurred_on: Option<Date>,
    /// Why.
    pub reason: Text,
}

impl ExtendDeadline {
    fn new_due(
        &self,
        before: &Review,
        agreed_on: Date,
        context: &Context,
    ) -> Result<Date, Rejection> {
        let from = before.facts.due_on.unwrap_or(before.received_on);
        let due = input::due(
            self.due_on,
            self.by_working_days,
            "byWorkingDays",
            from,
            context,
        );
        let due = match due {
            Err(error) if error.code == RejectionCode::EndBeforeBeginning => self.due_on,
            due => due?,
        };
        let due = due.ok_or_else(|| check::missing("dueOn"))?;
        if let Some(old) = before.facts.due_on.filter(|old| due < *old) {
            return Err(Rejection::field(
                RejectionCode::DateOutOfRange,
                "dueOn",
                format!(
                    "Die Frist endet am {}; verlängern lässt sie sich nur auf einen späteren Tag. War sie falsch eingetragen, berichtigen Sie die Anfrage.",
                    check::german(old)
                ),
            ));
        }
        check::date_in_range("dueOn", due, context.today)?;
        if due < agreed_on {
            return Err(Rejection::field(
                RejectionCode::DateOutOfRange,
                "dueOn",
                format!(
                    "Die Verlängerung wurde am {} vereinbart und kann nicht schon vorher enden; möglich ist dieser Tag oder ein späterer.",
                    check::german(agreed_on)
                ),
            ));
        }
        Ok(due)
    }
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
        before.progress.require(Step::ExtendDeadline)?;
        let last = before
            .extended_on
            .map(|day| (day, "der letzten Verlängerung"));
        let day = before.day_after("occurredOn", self.occurred_on, last, context)?;
        let due_on = self.new_due(before, day, context)?;
        if before.facts.due_on == Some(due_on) {
            return Ok(Vec::new());
        }
        let extended = ReviewEvent::DeadlineExtended(DeadlineExtended {
            review: self.review,
            due_on,
            reason: state::reason(context, self.review, &self.reason)?,
        });
        Ok(vec![state::event(context, day, extended)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::event_data::EventData;
    use crate::rejection::RejectionCode as Code;
    use crate::review::ReviewState;
    use crate::review::samples::{id, up_to};
    use crate::testing::{Moved, event, given, sealed, text};

    fn command(due_on: Date) -> ExtendDeadline {
        ExtendDeadline {
            review: id(1),
            expected_version: None,
            due_on: Some(due_on),
            by_working_days: None,
            occurred_on: None,
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
    fn a_deadline_moves_by_working_days() {
        let by = |by_working_days| ExtendDeadline {
            due_on: None,
            by_working_days,
            ..command(date!(2026 - 12 - 14))
        };
        // The old due date is Monday, 30 November.
        given(up_to(ReviewState::Assigned))
            .when(by(Some(10)))
            .then([extended(date!(2026 - 12 - 14))]);
        let refused = |command, code, field| {
            given(up_to(ReviewState::Assigned))
                .when(command)
                .then_rejected(code, field)
        };
        refused(by(None), Code::Missing, "dueOn");
        refused(by(Some(0)), Code::NumberOutOfRange, "byWorkingDays");
        let both = ExtendDeadline {
            by_working_days: Some(3),
            ..command(date!(2026 - 12 - 14))
        };
        refused(both, Code::Duplicate, "byWorkingDays");
    }

    #[test]
    fn it_ends_no_earlier_than_it_was_agreed_and_the_days_go_forward() {
        let mut history = up_to(ReviewState::Assigned);
        let first = date!(2026 - 11 - 03);
        if let EventData::Review(ReviewEvent::Requested(requested)) = &mut history[0].data {
            requested.facts.due_on = Some(first);
        }
        // It is the 20th: the due date passed long ago.
        given(history.clone())
            .when(command(date!(2026 - 11 - 10)))
            .then_rejected(Code::DateOutOfRange, "dueOn");
        given(history.clone())
            .when(command(date!(2026 - 11 - 20)))
            .then([extended(date!(2026 - 11 - 20))]);
        let agreed = |day| ExtendDeadline {
            occurred_on: Some(day),
            ..command(date!(2026 - 11 - 10))
        };
        let expected = extended(date!(2026 - 11 - 10)).on(date!(2026 - 11 - 03));
        given(history.clone())
            .when(agreed(date!(2026 - 11 - 03)))
            .then([expected.clone()]);
        history.push(expected);
        let second = ExtendDeadline {
            due_on: Some(date!(2026 - 12 - 01)),
            ..agreed(date!(2026 - 11 - 02))
        };
        given(history)
            .when(second)
            .then_rejected(Code::DateOutOfRange, "occurredOn");
    }

    #[test]
    fn an_issued_one_has_none() {
        given(up_to(ReviewState::Issued))
            .when(command(date!(2026 - 12 - 14)))
            .then_rejected(Code::StateForbids, "review");
    }
}
