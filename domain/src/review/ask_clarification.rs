//! The applicant is asked for something that is missing or unclear. The deadline does not pause.

use time::Date;

use super::state::{self, Reviews};
use super::{ClarificationAsked, ReviewEvent, Step};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;

/// The command.
#[derive(Clone, Debug)]
pub struct AskClarification {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// The day the applicant was asked; today when left out.
    pub occurred_on: Option<Date>,
    /// Until when an answer is asked for.
    pub due_on: Option<Date>,
    /// What is asked.
    pub question: Option<Text>,
}

impl Decision for AskClarification {
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
        before.progress.require(Step::AskClarification)?;
        if let Some(due_on) = self.due_on {
            check::end_not_before("dueOn", due_on, day)?;
            check::date_in_range("dueOn", due_on, context.today)?;
        }
        let asked = ReviewEvent::ClarificationAsked(ClarificationAsked {
            review: self.review,
            due_on: self.due_on,
            question: state::note(context, self.review, "question", self.question.as_ref())?,
        });
        Ok(vec![state::event(context, day, asked)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::rejection::RejectionCode as Code;
    use crate::review::samples::{id, up_to};
    use crate::review::{ClarificationReceived, ReceiveClarification, ReviewState};
    use crate::testing::{Moved, event, given, sealed, text};

    fn ask() -> AskClarification {
        AskClarification {
            review: id(1),
            expected_version: None,
            occurred_on: Some(date!(2026 - 11 - 10)),
            due_on: Some(date!(2026 - 11 - 17)),
            question: Some(text("Wo ist der Finanzplan?")),
        }
    }

    fn asked() -> Event {
        event(ReviewEvent::ClarificationAsked(ClarificationAsked {
            review: id(1),
            due_on: Some(date!(2026 - 11 - 17)),
            question: Some(sealed("Wo ist der Finanzplan?")),
        }))
        .on(date!(2026 - 11 - 10))
    }

    fn receive() -> ReceiveClarification {
        ReceiveClarification {
            review: id(1),
            expected_version: None,
            occurred_on: Some(date!(2026 - 11 - 12)),
            note: None,
        }
    }

    fn received() -> Event {
        event(ReviewEvent::ClarificationReceived(ClarificationReceived {
            review: id(1),
            note: None,
        }))
        .on(date!(2026 - 11 - 12))
    }

    #[test]
    fn the_applicant_is_asked_and_answers() {
        let mut history = up_to(ReviewState::Assigned);
        given(history.clone()).when(ask()).then([asked()]);
        history.push(asked());
        let sentence = given(history.clone())
            .when(ask())
            .then_rejected(Code::StateForbids, "review");
        assert!(
            sentence.contains("die Antwort des Antragstellers erfassen"),
            "{sentence}"
        );
        given(history.clone())
            .when(ReceiveClarification {
                occurred_on: Some(date!(2026 - 11 - 09)),
                ..receive()
            })
            .then_rejected(Code::DateOutOfRange, "occurredOn");
        given(history.clone()).when(receive()).then([received()]);
        history.push(received());
        given(history).when(ask()).then([asked()]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given(up_to(ReviewState::Assigned))
            .when(receive())
            .then_rejected(Code::StateForbids, "review");
        given(up_to(ReviewState::Requested))
            .when(ask())
            .then_rejected(Code::StateForbids, "review");
        given(up_to(ReviewState::Assigned))
            .when(AskClarification {
                occurred_on: Some(date!(2026 - 11 - 21)),
                ..ask()
            })
            .then_rejected(Code::DateInFuture, "occurredOn");
        given(up_to(ReviewState::Assigned))
            .when(AskClarification {
                due_on: Some(date!(2026 - 11 - 09)),
                ..ask()
            })
            .then_rejected(Code::EndBeforeBeginning, "dueOn");
    }
}
