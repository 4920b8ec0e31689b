//! The work on a review: who does it, the steps of units, the deadline, the scores.

use async_graphql::{Context, Error, ID, InputObject, MaybeUndefined, Object};
use querschnitt_domain::review::{
    AssignReview, CompleteStep, DeclareConflict, ExtendDeadline, RetractStep, ScoreInput,
    ScoreReview, Staff, StepInput,
};
use querschnitt_domain::{ActorId, Rejection, Text, check};
use querschnitt_store::berlin_date;
use uuid::Uuid;

use super::ReviewPayload;
use crate::input;
use crate::mutations::carry_out;
use crate::objects::ReviewCheck;
use crate::scalars::{Date, DateTime, RawCode as _, ReviewCriterion};
use crate::services::{Services, services};

/// How the project meets one criterion.
#[derive(InputObject)]
#[graphql(name = "ReviewScoreInput")]
struct ScoreFields {
    /// The criterion.
    criterion: ReviewCriterion,
    /// 0 (not at all) to 4 (fully); left out: does not apply.
    score: Option<i32>,
    /// Why.
    note: Option<String>,
}

fn scores(fields: &[ScoreFields]) -> Result<Vec<ScoreInput>, Rejection> {
    let one = |(index, fields): (usize, &ScoreFields)| {
        let score = || {
            Ok(ScoreInput {
                criterion: fields.criterion.resolve("criterion")?,
                score: fields.score,
                note: input::text("note", fields.note.as_ref())?,
            })
        };
        score().map_err(|error: Rejection| error.within(&format!("scores[{index}]")))
    };
    fields.iter().enumerate().map(one).collect()
}

/// Says who works on a review, and who signs in place of the head.
#[derive(InputObject)]
struct AssignReviewInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// The account that works on it, as `viewer` and events name it: one that is not locked and has a role today, of
    /// its own or of somebody it represents, that writes reviews (KI_OFFICER, KI_HEAD).
    reviewer: ID,
    /// The account that signs in place of the head, likewise, never one that took part in the work. Absent: it stays
    /// as it is; null: the head signs. Only the head changes it.
    cosigner: MaybeUndefined<ID>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Declares that whoever sends this has a conflict of interest (§ 20 VwVfG NRW).
#[derive(InputObject)]
struct DeclareConflictInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// Why; what is private may be left out.
    reason: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Records that a unit completed a step.
#[derive(InputObject)]
struct CompleteStepInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// The unit that did it: one of `units`. Left out where nobody knows.
    unit: Option<ID>,
    /// Which check it was part of.
    check: Option<ReviewCheck>,
    /// What it is called, one line of at most 200 characters.
    name: Option<String>,
    /// The day it was completed; without it that of the instant, or today.
    completed_on: Option<Date>,
    /// The instant it was completed.
    completed_at: Option<DateTime>,
    /// The instant the unit began.
    started_at: Option<DateTime>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Takes a step back that was recorded wrongly.
#[derive(InputObject)]
struct RetractStepInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// The number of the step within the review.
    step: i64,
    /// Why.
    reason: String,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Says that a statement is due later.
#[derive(InputObject)]
struct ExtendDeadlineInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// The new due date; later than the old one. Either this or byWorkingDays.
    due_on: Option<Date>,
    /// By how many working days of Nordrhein-Westfalen, 1 to 500, counted from the day after the old due date.
    by_working_days: Option<i32>,
    /// The day it was agreed; today when absent. One after the old due date does not put right what is late.
    occurred_on: Option<Date>,
    /// Why.
    reason: String,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Scores how the project meets criteria.
#[derive(InputObject)]
struct ScoreReviewInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// The criteria that are scored now, each once; one that was scored before is scored anew.
    scores: Vec<ScoreFields>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Whom these accounts represent today. The decision reads it again from the log; here it only learns where to
/// look.
fn represented(services: &Services, named: impl Iterator<Item = ActorId>) -> Vec<ActorId> {
    let today = berlin_date(services.executor.clock().now());
    let state = services.runner.read();
    let access = state.facts().access();
    named
        .flat_map(|account| access.grants_of(account, today))
        .filter_map(|acting| acting.deputy_for)
        .collect()
}

/// Mutations of the work.
#[derive(Default)]
pub(crate) struct WorkMutations;

#[Object]
impl WorkMutations {
    /// Stellungnahme zuweisen.
    async fn assign_review(
        &self,
        context: &Context<'_>,
        input: AssignReviewInput,
    ) -> Result<ReviewPayload, Error> {
        let services = services(context)?;
        let decision = || {
            let reviewer = input::account("reviewer", &input.reviewer)?;
            let cosigner = input::change(&input.cosigner, |account| {
                input::account("cosigner", account)
            })?;
            let named = [Some(reviewer), cosigner.apply(None)];
            Ok(AssignReview {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                reviewer,
                cosigner,
                staff: Staff::Registered {
                    represented: represented(services, named.into_iter().flatten()),
                },
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Befangenheit anzeigen: whoever sends this keeps out of the review from now on; what they drafted or
    /// signed and has not gone out is void.
    async fn declare_conflict(
        &self,
        context: &Context<'_>,
        input: DeclareConflictInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(DeclareConflict {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                reason: input::text("reason", input.reason.as_ref())?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Schritt erledigt: a unit did something for the review, now or entered late.
    async fn complete_step(
        &self,
        context: &Context<'_>,
        input: CompleteStepInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(CompleteStep {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                input: StepInput {
                    unit: input::optional_id("unit", input.unit.as_ref())?,
                    check: input.check.map(Into::into),
                    name: input::line("name", input.name.as_ref(), Text::NAME)?,
                    completed_on: input.completed_on.map(|day| day.0),
                    completed_at: input.completed_at.map(|at| at.0),
                    started_at: input.started_at.map(|at| at.0),
                    reference: None,
                },
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Schritt zurücknehmen: it counts nowhere any more, its history stays.
    async fn retract_step(
        &self,
        context: &Context<'_>,
        input: RetractStepInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(RetractStep {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                step: input::number_of_part(input.step),
                reason: check::text("reason", &input.reason, Text::NOTE)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Frist verlängern.
    async fn extend_deadline(
        &self,
        context: &Context<'_>,
        input: ExtendDeadlineInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(ExtendDeadline {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                due_on: input.due_on.map(|day| day.0),
                by_working_days: input::working_days("byWorkingDays", input.by_working_days)?,
                occurred_on: input.occurred_on.map(|day| day.0),
                reason: check::text("reason", &input.reason, Text::NOTE)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Kriterien bewerten.
    async fn score_review(
        &self,
        context: &Context<'_>,
        input: ScoreReviewInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(ScoreReview {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                scores: scores(&input.scores)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }
}
