//! Other ends of a review, and what the funder decided.

use async_graphql::{Context, Error, ID, InputObject, Object};
use querschnitt_domain::review::{
    DeclineReview, LapseReview, RecordFundingDecision, WithdrawReview,
};
use querschnitt_domain::{Text, check};
use uuid::Uuid;

use super::ReviewPayload;
use crate::input;
use crate::mutations::carry_out;
use crate::scalars::{Cents, Date, FundingDecision, RawCode as _, ReviewOutcome};

/// Records that the application was withdrawn.
#[derive(InputObject)]
struct WithdrawReviewInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// The day it was withdrawn; today when absent.
    occurred_on: Option<Date>,
    /// Why.
    reason: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Gives the request back: not responsible, or a conflict of interest.
#[derive(InputObject)]
struct DeclineReviewInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// The day it was given back; today when absent.
    occurred_on: Option<Date>,
    /// NOT_RESPONSIBLE or CONFLICT_OF_INTEREST.
    outcome: ReviewOutcome,
    /// Why, and who has it now.
    reason: String,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Records that the deadline passed and there will be no statement.
#[derive(InputObject)]
struct LapseReviewInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// Why.
    reason: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Records what the funder decided after the statement.
#[derive(InputObject)]
struct RecordFundingDecisionInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// What was decided.
    decision: FundingDecision,
    /// The day of the decision.
    decided_on: Date,
    /// What was granted, in euro cents.
    granted_cents: Option<Cents>,
    /// Notes, at most 20000 characters.
    note: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Mutations of ends.
#[derive(Default)]
pub(crate) struct EndMutations;

#[Object]
impl EndMutations {
    /// Antrag zurückgezogen.
    async fn withdraw_review(
        &self,
        context: &Context<'_>,
        input: WithdrawReviewInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(WithdrawReview {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                occurred_on: input.occurred_on.map(|day| day.0),
                reason: input::text("reason", input.reason.as_ref())?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Stellungnahme nicht übernehmen.
    async fn decline_review(
        &self,
        context: &Context<'_>,
        input: DeclineReviewInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(DeclineReview {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                occurred_on: input.occurred_on.map(|day| day.0),
                outcome: input.outcome.resolve("outcome")?,
                reason: check::text("reason", &input.reason, Text::NOTE)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Frist verstrichen.
    async fn lapse_review(
        &self,
        context: &Context<'_>,
        input: LapseReviewInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(LapseReview {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                reason: input::text("reason", input.reason.as_ref())?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Entscheidung des Förderers erfassen.
    async fn record_funding_decision(
        &self,
        context: &Context<'_>,
        input: RecordFundingDecisionInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(RecordFundingDecision {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                decision: input.decision.resolve("decision")?,
                decided_on: input.decided_on.0,
                granted_cents: input.granted_cents.map(|cents| cents.0),
                note: input::text("note", input.note.as_ref())?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }
}
