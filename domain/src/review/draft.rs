//! The statement is drafted, or drafted anew; a signature under an earlier draft is void then.

use time::Date;

use super::state::{self, Reviews};
use super::{Drafted, ReviewEvent, Step, outcome};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::letterhead::address;
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;
use crate::values::ReviewOutcome;

/// The command.
#[derive(Clone, Debug)]
pub struct DraftStatement {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// The day it was drafted; today when left out.
    pub occurred_on: Option<Date>,
    /// The Votum.
    pub outcome: ReviewOutcome,
    /// The statement: reasons, conditions, recommendations. Needed unless the Votum is `SUPPORTED`
    /// or `NEUTRAL`.
    pub text: Option<Text>,
    /// The postal address the letter goes to: at most six lines.
    pub recipient: Option<Text>,
}

/// The most lines of the recipient's address: those of the window of an envelope.
const RECIPIENT_LINES: usize = 6;

impl Decision for DraftStatement {
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
        before.progress.require(Step::Draft)?;
        check::valid_on("outcome", self.outcome, day)?;
        outcome::of_statement(self.outcome, self.text.is_some())?;
        let recipient = self.recipient.as_ref().map(|recipient| {
            let recipient = address("recipient", recipient, RECIPIENT_LINES)?;
            Ok(context.seal(self.review.record(), &recipient))
        });
        let drafted = ReviewEvent::Drafted(Drafted {
            review: self.review,
            drafted_by: context.actor,
            outcome: self.outcome,
            text: state::note(context, self.review, "text", self.text.as_ref())?,
            recipient: recipient.transpose()?,
        });
        Ok(vec![state::event(context, day, drafted)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::samples::code;
    use crate::rejection::RejectionCode as Code;
    use crate::review::ReviewState;
    use crate::review::samples::{actor, id, up_to};
    use crate::testing::{event, given, sealed, text};

    fn command(outcome: &str, words: Option<&str>) -> DraftStatement {
        DraftStatement {
            review: id(1),
            expected_version: None,
            occurred_on: None,
            outcome: code(outcome),
            text: words.map(text),
            recipient: None,
        }
    }

    fn drafted(outcome: &str, text: Option<&str>) -> Event {
        event(ReviewEvent::Drafted(Drafted {
            review: id(1),
            drafted_by: actor(1),
            outcome: code(outcome),
            text: text.map(sealed),
            recipient: None,
        }))
    }

    #[test]
    fn a_statement_is_drafted_and_drafted_anew() {
        given(up_to(ReviewState::ContentCheck))
            .when(command("SUPPORTED", None))
            .then([drafted("SUPPORTED", None)]);
        given(up_to(ReviewState::Cosigned))
            .when(command("NOT_SUPPORTED", Some("Doppelförderung")))
            .then([drafted("NOT_SUPPORTED", Some("Doppelförderung"))]);
    }

    #[test]
    fn the_address_it_goes_to_is_part_of_what_is_signed() {
        let to = |recipient: &str| DraftStatement {
            recipient: Some(text(recipient)),
            ..command("SUPPORTED", None)
        };
        let expected = event(ReviewEvent::Drafted(Drafted {
            review: id(1),
            drafted_by: actor(1),
            outcome: code("SUPPORTED"),
            text: None,
            recipient: Some(sealed("Bezirksregierung\n59817 Arnsberg")),
        }));
        given(up_to(ReviewState::ContentCheck))
            .when(to("Bezirksregierung\n 59817 Arnsberg"))
            .then([expected]);
        given(up_to(ReviewState::ContentCheck))
            .when(to("1\n2\n3\n4\n5\n6\n7"))
            .then_rejected(Code::TooMany, "recipient");
    }

    #[test]
    fn some_outcomes_need_their_text() {
        for outcome in [
            "SUPPORTED_WITH_CONDITIONS",
            "NOT_SUPPORTED",
            "REVISION_REQUESTED",
        ] {
            given(up_to(ReviewState::ContentCheck))
                .when(command(outcome, None))
                .then_rejected(Code::Missing, "text");
        }
        for outcome in ["NOT_RESPONSIBLE", "CONFLICT_OF_INTEREST", "WITHDRAWN"] {
            given(up_to(ReviewState::ContentCheck))
                .when(command(outcome, Some("Text")))
                .then_rejected(Code::UnknownValue, "outcome");
        }
    }

    #[test]
    fn what_nobody_looked_at_is_not_drafted() {
        given(up_to(ReviewState::FormalCheck))
            .when(command("SUPPORTED", None))
            .then_rejected(Code::StateForbids, "review");
    }
}
