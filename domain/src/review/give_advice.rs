//! The office or organisation that was asked gave its advice.

use time::Date;

use super::state::{self, Reviews};
use super::{AdviceGiven, ReviewEvent, Step};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;
use crate::values::ReviewOutcome;

/// The command.
#[derive(Clone, Debug)]
pub struct GiveAdvice {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// The number of the advice within the review.
    pub advice: u16,
    /// The day it was given, not before it was asked for; today when left out.
    pub occurred_on: Option<Date>,
    /// The vote of whoever was asked.
    pub outcome: Option<ReviewOutcome>,
    /// The advice; it or the vote is needed.
    pub text: Option<Text>,
}

impl Decision for GiveAdvice {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), [])
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        let asked_on = match before.advice.get(&self.advice) {
            None => {
                return Err(Rejection::field(
                    RejectionCode::UnknownId,
                    "advice",
                    "Unter dieser Nummer wurde zu dieser Stellungnahme keine Stelle beteiligt; prüfen Sie die Nummer.",
                ));
            }
            Some((_, false)) => {
                return Err(Rejection::field(
                    RejectionCode::StateForbids,
                    "advice",
                    "Diese Stelle hat schon geantwortet; beteiligen Sie sie neu, wenn sie noch etwas beiträgt.",
                ));
            }
            Some((asked_on, true)) => *asked_on,
        };
        let asked = Some((asked_on, "der Beteiligung dieser Stelle"));
        let day = before.day_after("occurredOn", self.occurred_on, asked, context)?;
        before.progress.require(Step::GiveAdvice)?;
        check::valid_on_option("outcome", self.outcome, day)?;
        if self.outcome.is_none() && self.text.is_none() {
            return Err(check::missing("text"));
        }
        let given = ReviewEvent::AdviceGiven(AdviceGiven {
            review: self.review,
            advice: self.advice,
            outcome: self.outcome,
            text: state::note(context, self.review, "text", self.text.as_ref())?,
        });
        Ok(vec![state::event(context, day, given)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rejection::RejectionCode as Code;
    use crate::review::samples::{id, up_to};
    use crate::review::{AdviceAsked, ReviewState};
    use crate::testing::{event, given, sealed, text};

    fn command() -> GiveAdvice {
        GiveAdvice {
            review: id(1),
            expected_version: None,
            advice: 1,
            occurred_on: None,
            outcome: None,
            text: Some(text("Keine Einwände")),
        }
    }

    fn history() -> Vec<Event> {
        let mut history = up_to(ReviewState::Assigned);
        history.push(event(ReviewEvent::AdviceAsked(AdviceAsked {
            review: id(1),
            advice: 1,
            organisation: None,
            unit: Some(crate::unit::samples::id(1).into()),
            due_on: None,
            question: None,
        })));
        history
    }

    fn advised() -> Event {
        event(ReviewEvent::AdviceGiven(AdviceGiven {
            review: id(1),
            advice: 1,
            outcome: None,
            text: Some(sealed("Keine Einwände")),
        }))
    }

    #[test]
    fn advice_is_given_once() {
        given(history()).when(command()).then([advised()]);
        // It was asked for today.
        given(history())
            .when(GiveAdvice {
                occurred_on: Some(time::macros::date!(2026 - 11 - 19)),
                ..command()
            })
            .then_rejected(Code::DateOutOfRange, "occurredOn");
        let mut again = history();
        again.push(advised());
        given(again)
            .when(command())
            .then_rejected(Code::StateForbids, "advice");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given(history())
            .when(GiveAdvice {
                advice: 2,
                ..command()
            })
            .then_rejected(Code::UnknownId, "advice");
        given(history())
            .when(GiveAdvice {
                text: None,
                ..command()
            })
            .then_rejected(Code::Missing, "text");
    }
}
