//! A unit completed a step of its work on a review.

use time::{Date, OffsetDateTime};

use super::state::{self, Reviews};
use super::{Check, ReviewEvent, Step, StepCompleted, input};
use crate::berlin;
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::{ReviewId, UnitId};
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;
use crate::unit::{self, Unit};

/// The most steps of one review.
pub(super) const MOST: usize = 1_000;

/// A step as it is entered or imported.
#[derive(Clone, Debug, Default)]
pub struct StepInput {
    /// Which unit did it; left out where nobody knows.
    pub unit: Option<UnitId>,
    /// Which check it was part of.
    pub check: Option<Check>,
    /// What it is called, one line of at most [`Text::NAME`] characters.
    pub name: Option<Text>,
    /// The day it was completed; left out: that of the instant, or today.
    pub completed_on: Option<Date>,
    /// The instant it was completed.
    pub completed_at: Option<OffsetDateTime>,
    /// The instant the unit began.
    pub started_at: Option<OffsetDateTime>,
    /// The source's own number of the step, one line of at most [`Text::NAME`] characters.
    pub reference: Option<Text>,
}

impl StepInput {
    /// When it was completed.
    pub(super) fn when(
        &self,
        context: &Context,
    ) -> Result<(Date, Option<OffsetDateTime>), Rejection> {
        let of_instant = self.completed_at.map(berlin::day);
        let day = self.completed_on.or(of_instant).unwrap_or(context.today);
        check::past_or_today("completedOn", day, context.today)?;
        check::not_before("completedOn", day, input::FIRST_DAY)?;
        if let Some(at) = self.completed_at {
            input::instant_on("completedAt", at, day, context)?;
        }
        if let Some(started_at) = self.started_at {
            check::not_before("startedAt", started_at.date(), input::FIRST_DAY)?;
            input::not_ahead("startedAt", started_at, context)?;
            if let Some(at) = self.completed_at {
                check::ends_after("completedAt", at, started_at)?;
            }
        }
        Ok((day, self.completed_at))
    }

    /// The step as the event holds it.
    pub(super) fn completed(
        &self,
        review: ReviewId,
        step: u32,
        context: &Context,
    ) -> Result<StepCompleted, Rejection> {
        let line = |field: &str, text: &Option<Text>| {
            text.as_ref()
                .map(|text| check::seal_line(context, review.record(), field, text, Text::NAME))
                .transpose()
        };
        Ok(StepCompleted {
            review,
            step,
            unit: self.unit.map(Unit::from),
            check: self.check,
            started_at: self.started_at,
            name: line("name", &self.name)?,
            reference: line("reference", &self.reference)?,
            imported: false,
            recorded_by: None,
        })
    }
}

pub(super) fn too_many() -> Rejection {
    Rejection::field(
        RejectionCode::TooMany,
        "steps",
        format!("Eine Stellungnahme kann höchstens {MOST} Arbeitsschritte haben."),
    )
}

/// The command.
#[derive(Clone, Debug)]
pub struct CompleteStep {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// The step.
    pub input: StepInput,
}

impl Decision for CompleteStep {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), self.input.unit.map(UnitId::record))
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        before.progress.require(Step::of(self.input.check))?;
        if before.steps.len() >= MOST {
            return Err(too_many());
        }
        let (day, at) = self.input.when(context)?;
        before.day("completedOn", Some(day), context)?;
        if let Some(started_at) = self.input.started_at {
            before.day("startedAt", Some(berlin::day(started_at)), context)?;
        }
        if let Some(unit) = self.input.unit {
            unit::require(&known.existing, "unit", unit, context)?;
        }
        let number = before.last_step + 1;
        let completed = self.input.completed(self.review, number, context)?;
        let completed = ReviewEvent::StepCompleted(StepCompleted {
            recorded_by: self.input.check.map(|_| context.actor),
            ..completed
        });
        Ok(vec![state::event_at(context, day, at, completed)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;
    use crate::rejection::RejectionCode as Code;
    use crate::review::ReviewState;
    use crate::review::samples::{id, step, up_to};
    use crate::testing::{Moved, event, given, other_centre, sealed, text};
    use crate::unit::samples::{declared, id as unit};

    fn command() -> CompleteStep {
        CompleteStep {
            review: id(1),
            expected_version: None,
            input: StepInput {
                unit: Some(unit(1)),
                check: None,
                name: Some(text("Eingang bestätigt")),
                completed_on: None,
                completed_at: Some(datetime!(2026-11-10 09:30 +01:00)),
                started_at: Some(datetime!(2026-11-10 09:00 +01:00)),
                reference: None,
            },
        }
    }

    fn up_to_with_unit(state: ReviewState) -> Vec<Event> {
        let mut history = up_to(state);
        history.push(declared(1, "Group 1"));
        history
    }

    fn with(change: impl FnOnce(&mut StepInput)) -> CompleteStep {
        let mut command = command();
        change(&mut command.input);
        command
    }

    #[test]
    fn a_step_has_the_next_number_and_its_instant() {
        let mut expected = event(ReviewEvent::StepCompleted(StepCompleted {
            review: id(1),
            step: 3,
            unit: Some(unit(1).into()),
            check: None,
            started_at: Some(datetime!(2026-11-10 09:00 +01:00)),
            name: Some(sealed("Eingang bestätigt")),
            reference: None,
            imported: false,
            recorded_by: None,
        }))
        .on(date!(2026 - 11 - 10));
        expected.occurred_at = Some(datetime!(2026-11-10 09:30 +01:00));
        given(up_to_with_unit(ReviewState::ContentCheck))
            .when(command())
            .then([expected]);
        let bare = CompleteStep {
            input: StepInput::default(),
            ..command()
        };
        given(up_to_with_unit(ReviewState::Issued))
            .when(bare)
            .then([step(3, None)]);
    }

    #[test]
    fn a_retracted_number_is_not_given_again() {
        let mut history = up_to(ReviewState::ContentCheck);
        history.push(event(ReviewEvent::StepRetracted(
            crate::review::StepRetracted {
                review: id(1),
                step: 2,
                reason: sealed("Falsch"),
                voids_signature: false,
                imported: false,
            },
        )));
        let bare = CompleteStep {
            input: StepInput::default(),
            ..command()
        };
        given(history).when(bare).then([step(3, None)]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let refused = |command, code, field| {
            given(up_to_with_unit(ReviewState::Assigned))
                .when(command)
                .then_rejected(code, field)
        };
        refused(
            with(|input| input.completed_at = Some(datetime!(2026-11-20 10:14:04 +01:00))),
            Code::DateInFuture,
            "completedAt",
        );
        refused(
            with(|input| input.completed_on = Some(date!(2026 - 11 - 09))),
            Code::DateOutOfRange,
            "completedAt",
        );
        refused(
            with(|input| {
                input.completed_at = None;
                input.started_at = None;
                input.completed_on = Some(date!(2026 - 11 - 01));
            }),
            Code::DateOutOfRange,
            "completedOn",
        );
        refused(
            with(|input| input.started_at = Some(datetime!(2026-11-10 09:31 +01:00))),
            Code::EndBeforeBeginning,
            "completedAt",
        );
        refused(
            with(|input| input.started_at = Some(datetime!(1989-12-31 10:00 +01:00))),
            Code::DateOutOfRange,
            "startedAt",
        );
        given(up_to_with_unit(ReviewState::Requested))
            .when(with(|input| input.check = Some(Check::Formal)))
            .then_rejected(Code::StateForbids, "review");
    }

    #[test]
    fn a_unit_is_one_of_the_register() {
        let declares = |declared: Vec<Event>| {
            let mut history = up_to(ReviewState::Assigned);
            history.extend(declared);
            given(history).when(command())
        };
        let none = declares(vec![]).then_rejected(Code::UnknownId, "unit");
        assert!(none.contains("declareUnit"), "{none}");
        let elsewhere = declares(vec![declared(1, "Group 1").in_centre(other_centre())]);
        assert_eq!(elsewhere.then_rejected(Code::UnknownId, "unit"), none);
        declares(vec![declared(2, "Group 1")]).then_rejected(Code::UnknownId, "unit");
        assert!(declares(vec![declared(1, "Group 1")]).0.is_ok());
    }
}
