//! The applicant answered, or handed in a revised application. Its tests stand with those of
//! `ask_clarification`.

use time::Date;

use super::state::{self, Reviews};
use super::{ClarificationReceived, ReviewEvent, Step};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;

/// The command.
#[derive(Clone, Debug)]
pub struct ReceiveClarification {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// The day the answer came in, not before the question; today when left out.
    pub occurred_on: Option<Date>,
    /// What it says.
    pub note: Option<Text>,
}

impl Decision for ReceiveClarification {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), [])
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        before.progress.require(Step::ReceiveClarification)?;
        let asked = before.asked_on.map(|day| (day, "der Rückfrage"));
        let day = before.day_after("occurredOn", self.occurred_on, asked, context)?;
        let received = ReviewEvent::ClarificationReceived(ClarificationReceived {
            review: self.review,
            note: state::note(context, self.review, "note", self.note.as_ref())?,
        });
        Ok(vec![state::event(context, day, received)])
    }
}
