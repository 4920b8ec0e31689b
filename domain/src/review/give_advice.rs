//! The office or organisation that was asked gave its advice: the centre records what came in, or a partner's
//! office writes its own.

use std::collections::BTreeMap;

use time::Date;

use super::state::{self, Review, Reviews};
use super::{AdviceGiven, Phase, ReviewEvent, Step};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::event_data::{EventData, EventKind};
use crate::existing::unknown;
use crate::id::{OrganisationId, ReviewId};
use crate::may::{self, RecordClass};
use crate::organisation::OrganisationEvent;
use crate::query::{Query, QueryItem};
use crate::rejection::{Rejection, RejectionCode};
use crate::role::Role;
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
    /// The organisation that the acting person's role is held for; without one a partner's office gives none.
    pub acting_for: Option<OrganisationId>,
}

/// What [`GiveAdvice`] reads: the review, and which entries of the register are the same organisation.
#[derive(Clone, Default, Debug)]
pub struct AdviceFacts {
    reviews: Reviews,
    same_as: BTreeMap<OrganisationId, OrganisationId>,
}

impl AdviceFacts {
    /// The entry that stands for all that are the same organisation.
    fn entry(&self, organisation: OrganisationId) -> OrganisationId {
        let mut entry = organisation;
        // Links never lead round in a circle: each is followed once.
        for _ in 0..self.same_as.len() {
            match self.same_as.get(&entry) {
                Some(next) => entry = *next,
                None => break,
            }
        }
        entry
    }

    fn is_same(&self, one: Option<OrganisationId>, other: OrganisationId) -> bool {
        one.is_some_and(|one| self.entry(one) == self.entry(other))
    }

    /// The review, for a partner's office: one in work that its advice was asked for, which is not about its
    /// own application. Every other one does not exist for it.
    fn invited(&self, command: &GiveAdvice, context: &Context) -> Result<&Review, Rejection> {
        let review = self.reviews.own(command.review, context)?;
        let is_invited = command.acting_for.is_some_and(|own| {
            let mut asked = review.advice.values();
            asked.any(|advice| self.is_same(advice.organisation, own))
                && !self.is_same(review.facts.applicant, own)
        });
        let in_work = review.progress.state.phase() == Phase::Open && !review.retracted;
        if !is_invited || !in_work {
            return Err(unknown("review", command.review.record()));
        }
        review.require_impartial("review", context.actor)?;
        review.trail.expect(command.expected_version)?;
        Ok(review)
    }
}

impl Decision for GiveAdvice {
    type Facts = AdviceFacts;

    /// The review, and for a partner's office all links between entries of the register: where a chain leads is
    /// not known before it is followed, and links are rare.
    fn query(&self) -> Query {
        let links = self.acting_for.map(|_| {
            QueryItem::default().of(&[
                EventKind::OrganisationLinkedAsSame,
                EventKind::OrganisationUnlinkedAsSame,
            ])
        });
        let review = Reviews::query(Some(self.review), []);
        links.into_iter().fold(review, Query::or)
    }

    fn evolve(facts: &mut AdviceFacts, event: &Event) {
        facts.reviews.evolve(event);
        let EventData::Organisation(data) = &event.data else {
            return;
        };
        if let OrganisationEvent::LinkedAsSame(link) = data {
            facts.same_as.insert(link.organisation, link.same_as);
        } else if let OrganisationEvent::UnlinkedAsSame(link) = data {
            facts.same_as.remove(&link.organisation);
        }
    }

    fn decide(&self, known: &AdviceFacts, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Advice, context)?;
        let is_partner = context.role == Role::PartnerOffice;
        let before = if is_partner {
            known.invited(self, context)?
        } else {
            let reviews = &known.reviews;
            reviews.writable(self.review, self.expected_version, context)?
        };
        let is_own = |organisation| {
            self.acting_for
                .is_some_and(|own| known.is_same(organisation, own))
        };
        let asked_on = match before.advice.get(&self.advice) {
            Some(advice) if is_partner && !is_own(advice.organisation) => {
                return Err(Rejection::field(
                    RejectionCode::UnknownId,
                    "advice",
                    "Unter dieser Nummer wurde nicht Ihre Organisation beteiligt; prüfen Sie die Nummer.",
                ));
            }
            None => {
                return Err(Rejection::field(
                    RejectionCode::UnknownId,
                    "advice",
                    "Unter dieser Nummer wurde zu dieser Stellungnahme keine Stelle beteiligt; prüfen Sie die Nummer.",
                ));
            }
            Some(advice) if !advice.waited_for => {
                return Err(Rejection::field(
                    RejectionCode::StateForbids,
                    "advice",
                    if is_partner {
                        "Ihre Organisation hat schon geantwortet; bitten Sie das Zentrum, sie noch einmal zu beteiligen, wenn noch etwas fehlt."
                    } else {
                        "Diese Stelle hat schon geantwortet; beteiligen Sie sie neu, wenn sie noch etwas beiträgt."
                    },
                ));
            }
            Some(advice) => advice.asked_on,
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
    use crate::organisation::{LinkedAsSame, UnlinkedAsSame, samples as organisation};
    use crate::rejection::RejectionCode as Code;
    use crate::review::samples::{id, up_to};
    use crate::review::{AdviceAsked, AdviceRetracted, ReviewState};
    use crate::testing::{event, given, sealed, text};

    fn command() -> GiveAdvice {
        GiveAdvice {
            review: id(1),
            expected_version: None,
            advice: 1,
            occurred_on: None,
            outcome: None,
            text: Some(text("Keine Einwände")),
            acting_for: None,
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

    /// Advice was asked of the organisation of the number, and of a unit.
    fn asked_of(number: u128) -> Vec<Event> {
        let mut history = up_to(ReviewState::Assigned);
        for (advice, organisation, unit) in [
            (1, Some(organisation::id(number)), None),
            (2, None, Some(crate::unit::samples::id(1).into())),
        ] {
            history.push(event(ReviewEvent::AdviceAsked(AdviceAsked {
                review: id(1),
                advice,
                organisation,
                unit,
                due_on: None,
                question: None,
            })));
        }
        history
    }

    fn acting_for(number: u128) -> GiveAdvice {
        GiveAdvice {
            acting_for: Some(organisation::id(number)),
            ..command()
        }
    }

    #[test]
    fn a_partners_office_answers_what_it_was_asked_and_nothing_else() {
        let partner = |history| given(history).acting_as(Role::PartnerOffice);
        partner(asked_of(1)).when(acting_for(1)).then([advised()]);
        let others = GiveAdvice {
            advice: 2,
            ..acting_for(1)
        };
        partner(asked_of(1))
            .when(others)
            .then_rejected(Code::UnknownId, "advice");
        let mut again = asked_of(1);
        again.push(advised());
        partner(again)
            .when(acting_for(1))
            .then_rejected(Code::StateForbids, "advice");
        let stale = GiveAdvice {
            expected_version: Some(1),
            ..acting_for(1)
        };
        partner(asked_of(1))
            .when(stale)
            .then_rejected(Code::ChangedMeanwhile, "expectedVersion");
    }

    #[test]
    fn to_whoever_was_not_asked_or_applied_there_is_no_review() {
        let none = given([])
            .acting_as(Role::PartnerOffice)
            .when(acting_for(1))
            .then_rejected(Code::UnknownId, "review");
        let mut applied = asked_of(1);
        let mut of_applicant = crate::review::samples::facts();
        of_applicant.applicant = Some(organisation::id(1));
        applied.push(event(ReviewEvent::Corrected(crate::review::Corrected {
            review: id(1),
            reason: sealed("Nachgereicht"),
            facts: of_applicant,
            changed: vec!["applicant".into()],
            source: None,
            voids_signature: false,
        })));
        let mut out = asked_of(1);
        out.extend(up_to(ReviewState::Issued).into_iter().skip(2));
        let mut taken_back = asked_of(1);
        taken_back.push(event(ReviewEvent::AdviceRetracted(AdviceRetracted {
            review: id(1),
            advice: 1,
            reason: sealed("Falsche Akte"),
        })));
        for (history, command) in [
            (asked_of(1), acting_for(2)),
            (asked_of(1), self::command()),
            (applied, acting_for(1)),
            (out, acting_for(1)),
            (taken_back, acting_for(1)),
        ] {
            let sentence = given(history)
                .acting_as(Role::PartnerOffice)
                .when(command)
                .then_rejected(Code::UnknownId, "review");
            assert_eq!(sentence, none);
        }
        given(asked_of(1))
            .acting_as(Role::AuthorityOfficer)
            .when(acting_for(1))
            .then_rejected(Code::NotAllowed, "");
    }

    #[test]
    fn every_entry_of_the_register_stands_for_the_organisation() {
        let linked = |from, to| {
            event(OrganisationEvent::LinkedAsSame(LinkedAsSame {
                organisation: organisation::id(from),
                same_as: organisation::id(to),
                reason: sealed("Doppelt erfasst"),
            }))
        };
        // 1 and 3 are the same as 2.
        let mut history = asked_of(1);
        history.extend([linked(1, 2), linked(3, 2)]);
        let partner = |history| given(history).acting_as(Role::PartnerOffice);
        partner(history.clone())
            .when(acting_for(3))
            .then([advised()]);
        history.push(event(OrganisationEvent::UnlinkedAsSame(UnlinkedAsSame {
            organisation: organisation::id(3),
            same_as: organisation::id(2),
            reason: sealed("Doch zwei"),
        })));
        partner(history)
            .when(acting_for(3))
            .then_rejected(Code::UnknownId, "review");
    }
}
