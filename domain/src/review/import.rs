//! A review comes from a source (a list, the log of another procedure), with what was done with it.

use std::collections::BTreeMap;

use time::{Date, OffsetDateTime};

use super::complete_step::{self, StepInput};
use super::import_ending::{Difference, Verdict};
use super::import_steps::{self, Stands};
use super::input;
use super::merged;
use super::request::RequestReview;
use super::state::{self, Review, Reviews};
use super::{
    Closed, Corrected, Declined, FundingDecided, Issued, Lapsed, Requested, ReviewEvent,
    StepCompleted, StepRetracted, Withdrawn, outcome,
};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::merge::Merge;
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::seen::SourceSeen;
use crate::source::Source;
use crate::text::{Commitment, Text};
use crate::values::{FundingDecision, ReviewOutcome};

/// Brings the review that stands for a source entry to what the source says now.
///
/// The same again changes nothing, and what the office entered, corrected or retracted stays. A step
/// is known again by the source's own number of it. An end is taken where nobody works on the
/// review in the book, and corrected where the source had given it: see
/// [`ImportReview::differences`].
///
/// Who may import is decided where an import is started, not by role.
#[derive(Clone, Debug)]
pub struct ImportReview {
    /// Which entry, and the digest of its content.
    pub source: Source,
    /// The request. It needs no applicant and no Handlungsfeld here: old lists have none.
    pub content: RequestReview,
    /// What units did, in the order of the source.
    pub steps: Vec<StepInput>,
    /// How it ended.
    pub ending: Option<Ending>,
    /// What the funder decided, once a statement was issued.
    pub funding: Option<Funding>,
    /// The record's texts, opened from the vault; empty the first time.
    pub known_texts: BTreeMap<Commitment, Text>,
}

/// How a review ended according to its source.
#[derive(Clone, Debug)]
pub enum Ending {
    /// A statement was issued.
    Issued {
        /// The day it went out.
        on: Date,
        /// The instant, on that day in Europe/Berlin.
        at: Option<OffsetDateTime>,
        /// The Votum; a final one.
        outcome: ReviewOutcome,
        /// The statement; old lists often have none.
        text: Option<Text>,
    },
    /// The application was withdrawn.
    Withdrawn {
        /// On which day.
        on: Date,
    },
    /// The request was given back.
    Declined {
        /// On which day.
        on: Date,
        /// `NOT_RESPONSIBLE` or `CONFLICT_OF_INTEREST`.
        outcome: ReviewOutcome,
    },
    /// The deadline passed.
    Lapsed {
        /// On which day it was given up.
        on: Date,
    },
    /// It ended; the source does not say how.
    Closed {
        /// On which day.
        on: Date,
        /// The instant, on that day in Europe/Berlin.
        at: Option<OffsetDateTime>,
    },
}

/// What the funder decided according to the source.
#[derive(Clone, Debug)]
pub struct Funding {
    /// What was decided.
    pub decision: FundingDecision,
    /// What was granted, in euro cents.
    pub granted_cents: Option<u64>,
    /// On which day.
    pub on: Date,
}

impl ImportReview {
    /// The record that stands for the entry.
    #[must_use]
    pub fn review(&self) -> ReviewId {
        ReviewId(self.source.record_id(self.content.centre))
    }
}

impl Decision for ImportReview {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review()), self.named())
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        check::own_centre(self.content.centre, context)?;
        let review = self.review();
        let before = known.find(review);
        let digest = Some(self.source.digest);
        if before.is_some_and(|before| before.retracted || before.source == digest) {
            return Ok(Vec::new());
        }
        if let Some(applicant) = self.content.applicant {
            let field = "applicant";
            known.existing.require(field, applicant.record(), context)?;
        }
        self.require_units(known, context)?;
        if self.steps.len() > complete_step::MOST {
            return Err(complete_step::too_many());
        }
        let mut merge = Merge::new(&self.known_texts, review.record(), context);
        let mut events = match before {
            None => vec![self.requested(context)?],
            Some(before) => self.corrected(before, &mut merge)?,
        };
        let stated = !events.is_empty();
        self.add_steps(before, &mut events, &merge)?;
        let ending = self.ending_verdict(before, &merge);
        let funding = self.funding_verdict(before, &ending);
        if let (Verdict::Taken, Some(ending)) = (&ending, &self.ending) {
            events.push(self.ended(ending, context)?);
        }
        if let (Verdict::Taken, Some(funding)) = (&funding, &self.funding) {
            let issued = match ending {
                Verdict::Taken => matches!(self.ending, Some(Ending::Issued { .. })),
                Verdict::Nothing | Verdict::Agreed | Verdict::Differs(_) => {
                    before.is_some_and(Review::is_issued)
                }
            };
            events.push(self.decided(funding, issued, context)?);
        }
        // That an end is `CLOSED` only a source says.
        if matches!(ending, Verdict::Taken | Verdict::Agreed)
            && !matches!(self.ending, Some(Ending::Closed { .. }))
        {
            merge.agree("ending");
        }
        if matches!(funding, Verdict::Taken | Verdict::Agreed) {
            merge.agree("fundingDecision");
        }
        let (record, digest) = (review.record(), self.source.digest);
        let seen = SourceSeen::event(record, digest, merge.agreed(), stated, context);
        events.extend(seen);
        Ok(events)
    }
}

impl ImportReview {
    /// In what book and source differ so that the import leaves it as it is. Asked of the facts the
    /// decision had, also when the source has not changed.
    #[must_use]
    pub fn differences(&self, known: &Reviews, context: &Context) -> Vec<Difference> {
        let before = known.find(self.review());
        if before.is_none_or(|before| before.retracted) {
            return Vec::new();
        }
        let texts = Merge::new(&self.known_texts, self.review().record(), context);
        let ending = self.ending_verdict(before, &texts);
        let funding = self.funding_verdict(before, &ending);
        [("ending", ending), ("fundingDecision", funding)]
            .into_iter()
            .filter_map(|(field, verdict)| match verdict {
                Verdict::Differs(sentence) => Some(Difference { field, sentence }),
                Verdict::Nothing | Verdict::Agreed | Verdict::Taken => None,
            })
            .collect()
    }

    fn requested(&self, context: &Context) -> Result<Event, Rejection> {
        let review = self.review();
        let checked = self.content.check(context)?;
        let facts = self.content.facts(review, checked, context);
        input::values_valid(&facts, self.content.received_on, None)?;
        let requested = ReviewEvent::Requested(Requested {
            review,
            facts,
            supersedes: None,
            source: Some(self.source.digest),
        });
        let (day, at) = (self.content.received_on, self.content.received_at);
        Ok(state::event_at(context, day, at, requested))
    }

    fn corrected(&self, before: &Review, merge: &mut Merge<'_>) -> Result<Vec<Event>, Rejection> {
        let context = merge.context;
        let checked = self.content.check(context)?;
        let merged = merged::merged(&self.content, checked, before, merge);
        let same_day = (merged.day == before.received_on).then_some(&before.facts);
        input::values_valid(&merged.facts, merged.day, same_day)?;
        let changed = input::changed_fields(
            (before.received_on, before.received_at, &before.facts),
            (merged.day, merged.at, &merged.facts),
        );
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let reason = check::line("reason", "Geändert in der Quelle", Text::NOTE)?;
        let concerns_statement = input::concerns_statement(&changed);
        let corrected = ReviewEvent::Corrected(Corrected {
            review: self.review(),
            facts: merged.facts,
            changed,
            reason: context.seal(self.review().record(), &reason),
            voids_signature: concerns_statement && before.is_signed(),
            source: Some(self.source.digest),
        });
        Ok(vec![state::event_at(
            context, merged.day, merged.at, corrected,
        )])
    }

    /// New steps, steps that the source has otherwise now, and steps it has no more.
    fn add_steps(
        &self,
        before: Option<&Review>,
        events: &mut Vec<Event>,
        merge: &Merge<'_>,
    ) -> Result<(), Rejection> {
        let context = merge.context;
        let imported = before.map_or(&[][..], |before| &before.imported_steps);
        let mut next = before.map_or(1, |before| before.last_step + 1);
        let mut theirs = Vec::with_capacity(self.steps.len());
        for (index, input) in self.steps.iter().enumerate() {
            let when = input
                .when(context)
                .map_err(|rejection| rejection.within(&format!("steps[{index}]")))?;
            theirs.push((input, when));
        }
        let matched = import_steps::matched(&theirs, imported, merge);
        for (index, ((input, (day, at)), known)) in theirs.iter().zip(&matched).enumerate() {
            let known = known.and_then(|place| imported.get(place));
            let number = match known.map(|known| (known.stands, known)) {
                Some((Stands::RetractedByOffice, _)) => continue,
                Some((Stands::Yes, known)) => {
                    if import_steps::is_same(input, (*day, *at), &known.completed, merge) {
                        continue;
                    }
                    events.push(self.step_retracted(&known.completed, context)?);
                    known.number()
                }
                Some((Stands::NotInSource, known)) => known.number(),
                None => {
                    next += 1;
                    next - 1
                }
            };
            let completed = input
                .completed(self.review(), number, context)
                .map_err(|rejection| rejection.within(&format!("steps[{index}]")))?;
            let completed = ReviewEvent::StepCompleted(StepCompleted {
                imported: true,
                ..completed
            });
            events.push(state::event_at(context, *day, *at, completed));
        }
        for (place, known) in imported.iter().enumerate() {
            if known.stands == Stands::Yes && !matched.contains(&Some(place)) {
                events.push(self.step_retracted(&known.completed, context)?);
            }
        }
        Ok(())
    }

    fn step_retracted(
        &self,
        (day, at, step): &import_steps::Completed,
        context: &Context,
    ) -> Result<Event, Rejection> {
        let reason = check::line("reason", "Geändert in der Quelle", Text::NOTE)?;
        let retracted = ReviewEvent::StepRetracted(StepRetracted {
            review: self.review(),
            step: step.step,
            reason: context.seal(self.review().record(), &reason),
            voids_signature: false,
            imported: true,
        });
        Ok(state::event_at(context, *day, *at, retracted))
    }

    fn ended(&self, ending: &Ending, context: &Context) -> Result<Event, Rejection> {
        let review = self.review();
        let (on, at, data) = match ending {
            Ending::Issued {
                on,
                at,
                outcome,
                text,
            } => {
                // Old lists have the Votum only: their text is taken as far as they have it.
                outcome::of_statement(*outcome, true)?;
                if outcome::is_interim(*outcome) {
                    return Err(Rejection::field(
                        RejectionCode::UnknownValue,
                        "outcome",
                        "Eine empfohlene Überarbeitung schließt eine Stellungnahme nicht ab; lassen Sie das Ergebnis weg oder nennen Sie das endgültige Votum.",
                    ));
                }
                let text = state::note(context, review, "text", text.as_ref())?;
                let issued = Issued {
                    review,
                    outcome: *outcome,
                    text,
                };
                (*on, *at, ReviewEvent::Issued(issued))
            }
            Ending::Withdrawn { on } => {
                let reason = None;
                (
                    *on,
                    None,
                    ReviewEvent::Withdrawn(Withdrawn { review, reason }),
                )
            }
            Ending::Declined { on, outcome } => {
                outcome::of_decline(*outcome)?;
                let reason = check::line("reason", "Laut Quelle abgegeben", Text::NOTE)?;
                let declined = Declined {
                    review,
                    outcome: *outcome,
                    reason: context.seal(review.record(), &reason),
                };
                (*on, None, ReviewEvent::Declined(declined))
            }
            Ending::Lapsed { on } => {
                let reason = None;
                (*on, None, ReviewEvent::Lapsed(Lapsed { review, reason }))
            }
            Ending::Closed { on, at } => (*on, *at, ReviewEvent::Closed(Closed { review })),
        };
        check::past_or_today("endedOn", on, context.today)?;
        check::not_before("endedOn", on, input::FIRST_DAY)?;
        if let Some(at) = at {
            input::instant_on("endedAt", at, on, context)?;
        }
        Ok(state::event_at(context, on, at, data))
    }

    /// `issued`: whether the statement has gone out then.
    fn decided(
        &self,
        funding: &Funding,
        issued: bool,
        context: &Context,
    ) -> Result<Event, Rejection> {
        if !issued {
            return Err(Rejection::field(
                RejectionCode::StateForbids,
                "fundingDecision",
                "Eine Entscheidung des Förderers gehört zu einer abgegebenen Stellungnahme; nennen Sie auch Votum und Tag der Abgabe.",
            ));
        }
        check::past_or_today("decidedOn", funding.on, context.today)?;
        check::not_before("decidedOn", funding.on, input::FIRST_DAY)?;
        input::cents("grantedCents", funding.granted_cents)?;
        let decided = ReviewEvent::FundingDecided(FundingDecided {
            review: self.review(),
            decision: funding.decision,
            granted_cents: funding.granted_cents,
            note: None,
        });
        Ok(state::event(context, funding.on, decided))
    }
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
