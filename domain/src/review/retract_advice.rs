//! Advice was recorded wrongly, asked or given: it counts nowhere any more. It may be recorded anew.

use super::state::{self, Reviews};
use super::{AdviceRetracted, ReviewEvent};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;

/// The command.
#[derive(Clone, Debug)]
pub struct RetractAdvice {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// Its number within the review.
    pub advice: u16,
    /// Why.
    pub reason: Text,
}

impl Decision for RetractAdvice {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), [])
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        let stands = before.advice.contains_key(&self.advice);
        let known = (stands, before.last_advice);
        if !before.retracts_part("advice", self.advice, known, context)? {
            return Ok(Vec::new());
        }
        let retracted = ReviewEvent::AdviceRetracted(AdviceRetracted {
            review: self.review,
            advice: self.advice,
            reason: state::reason(context, self.review, &self.reason)?,
        });
        Ok(vec![state::event(context, context.today, retracted)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rejection::RejectionCode as Code;
    use crate::review::ReviewState;
    use crate::review::samples::{id, up_to};
    use crate::role::Role;
    use crate::testing::{event, given, sealed, text};

    fn command(advice: u16) -> RetractAdvice {
        RetractAdvice {
            review: id(1),
            expected_version: None,
            advice,
            reason: text("Falsche Akte"),
        }
    }

    fn retracted() -> Event {
        event(ReviewEvent::AdviceRetracted(AdviceRetracted {
            review: id(1),
            advice: 1,
            reason: sealed("Falsche Akte"),
        }))
    }

    #[test]
    fn advice_is_retracted_once_and_by_the_head_once_the_statement_is_out() {
        let asked = |advice| {
            event(ReviewEvent::AdviceAsked(crate::review::AdviceAsked {
                review: id(1),
                advice,
                organisation: None,
                unit: None,
                due_on: None,
                question: None,
            }))
        };
        let mut history = up_to(ReviewState::Assigned);
        history.push(asked(1));
        given(history.clone()).when(command(1)).then([retracted()]);
        given(history.clone())
            .when(command(2))
            .then_rejected(Code::UnknownId, "advice");
        history.push(retracted());
        given(history.clone()).when(command(1)).then_nothing();
        // Its number is not given again.
        let again = crate::review::AskAdvice {
            review: id(1),
            expected_version: None,
            organisation: None,
            unit: Some(crate::unit::samples::id(1)),
            occurred_on: None,
            due_on: None,
            question: None,
        };
        history.push(crate::unit::samples::declared(1, "Jugendamt"));
        let events = given(history).when(again).0.unwrap();
        assert!(format!("{events:?}").contains("advice: 2"), "{events:?}");
        let mut out = up_to(ReviewState::Issued);
        out.push(asked(1));
        given(out.clone())
            .when(command(1))
            .then_rejected(Code::NotAllowed, "");
        given(out)
            .acting_as(Role::KiHead)
            .when(command(1))
            .then([retracted()]);
    }
}
