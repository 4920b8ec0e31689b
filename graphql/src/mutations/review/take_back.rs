//! What was recorded wrongly of a review: its end, and the parts of the work.

use async_graphql::{Context, Error, ID, InputObject, Object};
use querschnitt_domain::review::{
    CorrectEnding, ReopenReview, RetractAdvice, RetractAttachment, RetractClarification,
};
use querschnitt_domain::{Text, check};
use uuid::Uuid;

use super::ReviewPayload;
use crate::input;
use crate::mutations::carry_out;
use crate::scalars::{Date, ReviewOutcome, resolve_option};

/// Corrects the day on which the statement went out or the review ended otherwise, or the outcome.
#[derive(InputObject)]
struct CorrectEndingInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// The day; as it was when absent.
    occurred_on: Option<Date>,
    /// The Votum or why the request was given back; as it was when absent. That of a statement signed here
    /// stays: a new version takes its place.
    outcome: Option<ReviewOutcome>,
    /// Why.
    reason: String,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Takes the last end back: the funder's decision, or else how the review ended.
#[derive(InputObject)]
struct ReopenReviewInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// Why.
    reason: String,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Takes a file back that was attached wrongly.
#[derive(InputObject)]
struct RetractAttachmentInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// The number of the file within the review.
    attachment: i64,
    /// Why.
    reason: String,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Takes advice back that was recorded wrongly, asked or given.
#[derive(InputObject)]
struct RetractAdviceInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// The number of the advice within the review.
    advice: i64,
    /// Why.
    reason: String,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Takes a question to the applicant back that was recorded wrongly, with its answer.
#[derive(InputObject)]
struct RetractClarificationInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// The number of the question within the review.
    clarification: i64,
    /// Why.
    reason: String,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Mutations that put right what was recorded.
#[derive(Default)]
pub(crate) struct TakeBackMutations;

#[Object]
impl TakeBackMutations {
    /// Abgabe oder Ende einer Stellungnahme berichtigen; once the statement is out, the head does.
    async fn correct_ending(
        &self,
        context: &Context<'_>,
        input: CorrectEndingInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(CorrectEnding {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                occurred_on: input.occurred_on.map(|day| day.0),
                outcome: resolve_option("outcome", input.outcome.as_ref())?,
                reason: check::text("reason", &input.reason, Text::NOTE)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Stellungnahme wieder öffnen: it goes on where it was; once the statement is out, the head does.
    async fn reopen_review(
        &self,
        context: &Context<'_>,
        input: ReopenReviewInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(ReopenReview {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                reason: check::text("reason", &input.reason, Text::NOTE)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Anlage zurücknehmen: it is not given out any more.
    async fn retract_attachment(
        &self,
        context: &Context<'_>,
        input: RetractAttachmentInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(RetractAttachment {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                attachment: input::number_of_part(input.attachment),
                reason: check::text("reason", &input.reason, Text::NOTE)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Beteiligung zurücknehmen: it counts nowhere any more, its history stays.
    async fn retract_advice(
        &self,
        context: &Context<'_>,
        input: RetractAdviceInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(RetractAdvice {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                advice: input::number_of_part(input.advice),
                reason: check::text("reason", &input.reason, Text::NOTE)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Rückfrage zurücknehmen: the review goes on where it was before.
    async fn retract_clarification(
        &self,
        context: &Context<'_>,
        input: RetractClarificationInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(RetractClarification {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                clarification: input::number_of_part(input.clarification),
                reason: check::text("reason", &input.reason, Text::NOTE)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }
}
