//! A question to the applicant was recorded wrongly, or its answer: both count nowhere any more.

use super::state::{self, Reviews};
use super::{ClarificationRetracted, ReviewEvent};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;

/// The command.
#[derive(Clone, Debug)]
pub struct RetractClarification {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// Its number within the review.
    pub clarification: u16,
    /// Why.
    pub reason: Text,
}

impl Decision for RetractClarification {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), [])
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        let stands = before.questions.contains_key(&self.clarification);
        let known = (stands, before.progress.questions);
        if !before.retracts_part("clarification", self.clarification, known, context)? {
            return Ok(Vec::new());
        }
        let retracted = ReviewEvent::ClarificationRetracted(ClarificationRetracted {
            review: self.review,
            clarification: self.clarification,
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

    fn command(clarification: u16) -> RetractClarification {
        RetractClarification {
            review: id(1),
            expected_version: None,
            clarification,
            reason: text("Falsche Akte"),
        }
    }

    fn retracted() -> Event {
        event(ReviewEvent::ClarificationRetracted(
            ClarificationRetracted {
                review: id(1),
                clarification: 1,
                reason: sealed("Falsche Akte"),
            },
        ))
    }

    #[test]
    fn a_question_is_retracted_and_the_review_goes_on_where_it_was() {
        let asked = event(ReviewEvent::ClarificationAsked(
            crate::review::ClarificationAsked {
                review: id(1),
                due_on: None,
                question: None,
            },
        ));
        for state in [ReviewState::FormalCheck, ReviewState::Drafted] {
            let mut history = up_to(state);
            history.push(asked.clone());
            given(history.clone()).when(command(1)).then([retracted()]);
            given(history.clone())
                .when(command(2))
                .then_rejected(Code::UnknownId, "clarification");
            history.push(retracted());
            given(history.clone()).when(command(1)).then_nothing();
            let mut progress = crate::review::Progress::new(false);
            for event in history {
                if let crate::event_data::EventData::Review(event) = &event.data {
                    progress.follow(event);
                }
            }
            assert_eq!((progress.state, progress.asked), (state, None));
        }
        let mut out = up_to(ReviewState::Assigned);
        out.push(asked);
        out.extend(up_to(ReviewState::Issued).into_iter().skip(2));
        given(out.clone())
            .when(command(1))
            .then_rejected(Code::NotAllowed, "");
        given(out)
            .acting_as(Role::KiHead)
            .when(command(1))
            .then([retracted()]);
    }
}
