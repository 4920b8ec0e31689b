//! The day of a statement or of another end was recorded wrongly, or its outcome.
//!
//! The Votum of a statement that was signed here stands in it and is never corrected: a new version takes its
//! place. One that came from a source may be.

use time::Date;

use super::state::{self, Review, Reviews};
use super::{EndingCorrected, Phase, ReviewEvent, ReviewState, Step, outcome};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::may;
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;
use crate::values::ReviewOutcome;

/// The command.
#[derive(Clone, Debug)]
pub struct CorrectEnding {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// The day it went out or ended; left out: as it was.
    pub occurred_on: Option<Date>,
    /// The Votum or why it was given back; left out: as it was.
    pub outcome: Option<ReviewOutcome>,
    /// Why.
    pub reason: Text,
}

impl CorrectEnding {
    fn check_outcome(&self, before: &Review) -> Result<(), Rejection> {
        let Some(outcome) = self.outcome.filter(|new| before.outcome != Some(*new)) else {
            return Ok(());
        };
        let refuse = |sentence| {
            Err(Rejection::field(
                RejectionCode::StateForbids,
                "outcome",
                sentence,
            ))
        };
        if before.progress.state == ReviewState::Declined {
            return outcome::of_decline(outcome);
        }
        if before.progress.state.phase() != Phase::Issued {
            return refuse(
                "Dieses Ende hat kein Votum; öffnen Sie die Stellungnahme wieder, wenn sie anders geendet hat.",
            );
        }
        if before.draft.is_some() || outcome::is_interim(outcome) {
            return refuse(
                "Das Votum steht in der gezeichneten Stellungnahme; soll es anders lauten, beginnen Sie eine neue Fassung.",
            );
        }
        outcome::of_statement(outcome, true)
    }
}

impl Decision for CorrectEnding {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), [])
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        before.progress.require(Step::CorrectEnding)?;
        let issued = before.progress.state.phase() == Phase::Issued;
        if issued {
            may::head("Die Abgabe einer Stellungnahme berichtigt", context)?;
        }
        let same_day = self.occurred_on.is_none() || self.occurred_on == before.ended_on;
        let day = if same_day {
            before.ended_on.unwrap_or(context.today)
        } else {
            let signed = before.signed_on.filter(|_| issued);
            let signed = signed.map(|day| (day, "der Mitzeichnung"));
            before.day_after("occurredOn", self.occurred_on, signed, context)?
        };
        self.check_outcome(before)?;
        let outcome = self.outcome.filter(|new| before.outcome != Some(*new));
        let changed: Vec<Box<str>> = [("occurredOn", !same_day), ("outcome", outcome.is_some())]
            .into_iter()
            .filter(|(_, changed)| *changed)
            .map(|(name, _)| name.into())
            .collect();
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let corrected = ReviewEvent::EndingCorrected(EndingCorrected {
            review: self.review,
            outcome,
            changed,
            reason: state::reason(context, self.review, &self.reason)?,
        });
        let at = before.ended_at.filter(|_| same_day);
        Ok(vec![state::event_at(context, day, at, corrected)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::organisation::samples::code;
    use crate::rejection::RejectionCode as Code;
    use crate::review::samples::{actor, id, issued, requested, signed, up_to};
    use crate::review::{Declined, Withdrawn};
    use crate::role::Role;
    use crate::testing::{Moved, TODAY, event, given, sealed, text};

    fn command(occurred_on: Option<Date>, outcome: Option<&str>) -> CorrectEnding {
        CorrectEnding {
            review: id(1),
            expected_version: None,
            occurred_on,
            outcome: outcome.map(code),
            reason: text("Zahlendreher"),
        }
    }

    fn corrected(day: Date, outcome: Option<&str>, changed: &[&str]) -> Event {
        event(ReviewEvent::EndingCorrected(EndingCorrected {
            review: id(1),
            outcome: outcome.map(code),
            changed: changed.iter().map(|field| (*field).into()).collect(),
            reason: sealed("Zahlendreher"),
        }))
        .on(day)
    }

    #[test]
    fn the_day_of_a_statement_is_corrected_by_the_head_and_not_before_the_signature() {
        let mut history = up_to(ReviewState::ContentCheck);
        let draft = crate::review::samples::drafted(actor(2));
        history.extend([
            draft.on(date!(2026 - 11 - 11)),
            signed(actor(3)).on(date!(2026 - 11 - 12)),
            issued(),
        ]);
        let to = |day| command(Some(day), None);
        given(history.clone())
            .when(to(date!(2026 - 11 - 13)))
            .then_rejected(Code::NotAllowed, "");
        let head = || given(history.clone()).acting_as(Role::KiHead);
        let expected = corrected(date!(2026 - 11 - 13), None, &["occurredOn"]);
        head().when(to(date!(2026 - 11 - 13))).then([expected]);
        head()
            .when(to(date!(2026 - 11 - 11)))
            .then_rejected(Code::DateOutOfRange, "occurredOn");
        head().when(command(None, None)).then_nothing();
        head()
            .when(command(None, Some("NEUTRAL")))
            .then_rejected(Code::StateForbids, "outcome");
    }

    #[test]
    fn the_outcome_is_corrected_where_nothing_was_signed() {
        let imported = [requested(id(1)), issued()];
        given(imported)
            .acting_as(Role::KiHead)
            .when(command(None, Some("NEUTRAL")))
            .then([corrected(TODAY, Some("NEUTRAL"), &["outcome"])]);
        let declined = event(ReviewEvent::Declined(Declined {
            review: id(1),
            outcome: code("NOT_RESPONSIBLE"),
            reason: sealed("Bezirk"),
        }));
        let declined = [requested(id(1)), declined];
        let conflict = Some("CONFLICT_OF_INTEREST");
        given(declined.clone())
            .when(command(None, conflict))
            .then([corrected(TODAY, conflict, &["outcome"])]);
        given(declined)
            .when(command(None, Some("SUPPORTED")))
            .then_rejected(Code::UnknownValue, "outcome");
        let withdrawn = event(ReviewEvent::Withdrawn(Withdrawn {
            review: id(1),
            reason: None,
        }));
        given([requested(id(1)), withdrawn])
            .when(command(None, Some("SUPPORTED")))
            .then_rejected(Code::StateForbids, "outcome");
        given([requested(id(1))])
            .when(command(Some(date!(2026 - 11 - 13)), None))
            .then_rejected(Code::StateForbids, "review");
    }
}
