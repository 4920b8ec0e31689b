//! What the funder decided becomes known.

use time::Date;

use super::state::{self, Reviews, require_not_superseded};
use super::{FundingDecided, ReviewEvent, Step, input};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;
use crate::values::FundingDecision;

/// The command.
#[derive(Clone, Debug)]
pub struct RecordFundingDecision {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// What was decided.
    pub decision: FundingDecision,
    /// What was granted, in euro cents.
    pub granted_cents: Option<u64>,
    /// The day of the decision.
    pub decided_on: Date,
    /// Notes.
    pub note: Option<Text>,
}

impl Decision for RecordFundingDecision {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), [])
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        let day = before.day("decidedOn", Some(self.decided_on), context)?;
        let decided = (day, self.decision, self.granted_cents);
        if before.funding == Some(decided) && self.note.is_none() {
            return Ok(Vec::new());
        }
        before.progress.require(Step::DecideFunding)?;
        require_not_superseded(before)?;
        check::valid_on("decision", self.decision, day)?;
        input::cents("grantedCents", self.granted_cents)?;
        let rejected = self.decision.as_str() == "REJECTED";
        if rejected && self.granted_cents.is_some_and(|cents| cents > 0) {
            return Err(Rejection::field(
                RejectionCode::NumberOutOfRange,
                "grantedCents",
                "Bei einer Ablehnung gibt es keinen bewilligten Betrag; lassen Sie ihn weg.",
            ));
        }
        let decided = ReviewEvent::FundingDecided(FundingDecided {
            review: self.review,
            decision: self.decision,
            granted_cents: self.granted_cents,
            note: state::note(context, self.review, "note", self.note.as_ref())?,
        });
        Ok(vec![state::event(context, day, decided)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::organisation::samples::code;
    use crate::rejection::RejectionCode as Code;
    use crate::review::ReviewState;
    use crate::review::samples::{id, up_to};
    use crate::testing::{Moved, event, given};

    fn command(decision: &str, granted_cents: Option<u64>) -> RecordFundingDecision {
        RecordFundingDecision {
            review: id(1),
            expected_version: None,
            decision: code(decision),
            granted_cents,
            decided_on: date!(2026 - 11 - 19),
            note: None,
        }
    }

    fn decided(decision: &str, granted_cents: Option<u64>) -> Event {
        event(ReviewEvent::FundingDecided(FundingDecided {
            review: id(1),
            decision: code(decision),
            granted_cents,
            note: None,
        }))
        .on(date!(2026 - 11 - 19))
    }

    #[test]
    fn the_last_decision_counts() {
        let mut history = up_to(ReviewState::Issued);
        given(history.clone())
            .when(command("APPROVED", Some(1_000_000)))
            .then([decided("APPROVED", Some(1_000_000))]);
        history.push(decided("APPROVED", Some(1_000_000)));
        given(history.clone())
            .when(command("APPROVED", Some(1_000_000)))
            .then_nothing();
        given(history)
            .when(command("PARTLY_APPROVED", Some(500_000)))
            .then([decided("PARTLY_APPROVED", Some(500_000))]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given(up_to(ReviewState::Cosigned))
            .when(command("APPROVED", None))
            .then_rejected(Code::StateForbids, "review");
        given(up_to(ReviewState::Issued))
            .when(command("REJECTED", Some(1)))
            .then_rejected(Code::NumberOutOfRange, "grantedCents");
        given(up_to(ReviewState::Issued))
            .when(RecordFundingDecision {
                decided_on: date!(2026 - 11 - 21),
                ..command("APPROVED", None)
            })
            .then_rejected(Code::DateInFuture, "decidedOn");
    }
}
