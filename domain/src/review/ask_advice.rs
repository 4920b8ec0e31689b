//! Another office or organisation is asked for its advice on a project.

use time::Date;

use super::state::{self, Reviews};
use super::{AdviceAsked, ReviewEvent, Step};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::{OrganisationId, ReviewId, UnitId};
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;
use crate::unit;

/// The most offices one review asks.
const MOST: u16 = 50;

/// The command.
#[derive(Clone, Debug)]
pub struct AskAdvice {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// The organisation that is asked, where it is in the register.
    pub organisation: Option<OrganisationId>,
    /// The unit that is asked; this or the organisation is needed.
    pub unit: Option<UnitId>,
    /// The day it was asked; today when left out.
    pub occurred_on: Option<Date>,
    /// Until when an answer is asked for.
    pub due_on: Option<Date>,
    /// What is asked.
    pub question: Option<Text>,
}

impl Decision for AskAdvice {
    type Facts = Reviews;

    fn query(&self) -> Query {
        let organisation = self.organisation.map(OrganisationId::record);
        let unit = self.unit.map(UnitId::record);
        Reviews::query(Some(self.review), organisation.into_iter().chain(unit))
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        let day = before.day("occurredOn", self.occurred_on, context)?;
        before.progress.require(Step::AskAdvice)?;
        if let Some(organisation) = self.organisation {
            let field = "organisation";
            known
                .existing
                .require(field, organisation.record(), context)?;
        } else if self.unit.is_none() {
            return Err(check::missing("organisation"));
        }
        let unit = self
            .unit
            .map(|unit| unit::require(&known.existing, "unit", unit, context));
        let unit = unit.transpose()?;
        if let Some(due_on) = self.due_on {
            check::end_not_before("dueOn", due_on, day)?;
            check::date_in_range("dueOn", due_on, context.today)?;
        }
        if before.last_advice >= MOST {
            return Err(Rejection::whole(
                RejectionCode::TooMany,
                format!("Zu einer Stellungnahme können höchstens {MOST} Stellen beteiligt werden."),
            ));
        }
        let advice = before.last_advice + 1;
        let asked = ReviewEvent::AdviceAsked(AdviceAsked {
            review: self.review,
            advice,
            organisation: self.organisation,
            unit,
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
    use crate::organisation::samples as organisation;
    use crate::rejection::RejectionCode as Code;
    use crate::review::ReviewState;
    use crate::review::samples::{id, up_to};
    use crate::testing::{Moved, event, given, sealed, text};
    use crate::unit::samples::{declared, id as unit};

    fn command() -> AskAdvice {
        AskAdvice {
            review: id(1),
            expected_version: None,
            organisation: None,
            unit: Some(unit(1)),
            occurred_on: Some(date!(2026 - 11 - 10)),
            due_on: Some(date!(2026 - 11 - 24)),
            question: Some(text("Gibt es das schon?")),
        }
    }

    fn assigned() -> Vec<Event> {
        let mut history = up_to(ReviewState::Assigned);
        history.push(declared(1, "Jugendamt"));
        history
    }

    fn asked(advice: u16) -> Event {
        event(ReviewEvent::AdviceAsked(AdviceAsked {
            review: id(1),
            advice,
            organisation: None,
            unit: Some(unit(1).into()),
            due_on: Some(date!(2026 - 11 - 24)),
            question: Some(sealed("Gibt es das schon?")),
        }))
        .on(date!(2026 - 11 - 10))
    }

    #[test]
    fn each_advice_has_its_number() {
        let mut history = assigned();
        given(history.clone()).when(command()).then([asked(1)]);
        history.push(asked(1));
        given(history).when(command()).then([asked(2)]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let refused =
            |command, code, field| given(assigned()).when(command).then_rejected(code, field);
        let base = command;
        refused(
            AskAdvice {
                unit: None,
                ..base()
            },
            Code::Missing,
            "organisation",
        );
        refused(
            AskAdvice {
                organisation: Some(organisation::id(9)),
                ..base()
            },
            Code::UnknownId,
            "organisation",
        );
        refused(
            AskAdvice {
                unit: Some(unit(2)),
                ..base()
            },
            Code::UnknownId,
            "unit",
        );
        refused(
            AskAdvice {
                due_on: Some(date!(2026 - 11 - 09)),
                ..base()
            },
            Code::EndBeforeBeginning,
            "dueOn",
        );
        refused(
            AskAdvice {
                occurred_on: Some(date!(2026 - 11 - 01)),
                ..base()
            },
            Code::DateOutOfRange,
            "occurredOn",
        );
        given(up_to(ReviewState::Requested))
            .when(base())
            .then_rejected(Code::StateForbids, "review");
    }
}
