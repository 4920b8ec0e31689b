//! Whoever is asked about a review: departments for advice, the applicant for what is missing.

use async_graphql::{Context, Error, ID, InputObject, Object};
use querschnitt_domain::review::{AskAdvice, AskClarification, GiveAdvice, ReceiveClarification};
use uuid::Uuid;

use super::ReviewPayload;
use crate::command::permitted_advice;
use crate::input;
use crate::mutations::{carry_out, carry_out_asked, record_named};
use crate::scalars::{Date, ReviewOutcome, resolve_option};
use crate::services::viewer;

/// Asks another office or organisation for its advice; the organisation or the unit is needed.
#[derive(InputObject)]
struct AskAdviceInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// The organisation that is asked, where it is in the register.
    organisation: Option<ID>,
    /// The unit that is asked: one of `units`.
    unit: Option<ID>,
    /// The day it was asked; today when absent.
    occurred_on: Option<Date>,
    /// Until when an answer is asked for.
    due_on: Option<Date>,
    /// What is asked, at most 20000 characters.
    question: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Records the advice that was asked for; the text or the vote is needed.
#[derive(InputObject)]
struct GiveAdviceInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// The number of the advice within the review.
    advice: i32,
    /// The day it was given; today when absent.
    occurred_on: Option<Date>,
    /// The vote of whoever was asked.
    outcome: Option<ReviewOutcome>,
    /// The advice, at most 20000 characters.
    text: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Asks the applicant for something that is missing or unclear. The deadline does not pause.
#[derive(InputObject)]
struct AskClarificationInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// The day the applicant was asked; today when absent.
    occurred_on: Option<Date>,
    /// Until when an answer is asked for.
    due_on: Option<Date>,
    /// What is asked, at most 20000 characters.
    question: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Records the answer of the applicant, or the revised application.
#[derive(InputObject)]
struct ReceiveClarificationInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// The day the answer came in; today when absent.
    occurred_on: Option<Date>,
    /// What it says, at most 20000 characters.
    note: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Mutations of advice and clarifications.
#[derive(Default)]
pub(crate) struct AskMutations;

#[Object]
impl AskMutations {
    /// Fachstelle beteiligen.
    async fn ask_advice(
        &self,
        context: &Context<'_>,
        input: AskAdviceInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(AskAdvice {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                organisation: input::optional_id("organisation", input.organisation.as_ref())?,
                unit: input::optional_id("unit", input.unit.as_ref())?,
                occurred_on: input.occurred_on.map(|day| day.0),
                due_on: input.due_on.map(|day| day.0),
                question: input::text("question", input.question.as_ref())?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Antwort einer Fachstelle erfassen; a partner's office gives its own, where it was asked.
    async fn give_advice(
        &self,
        context: &Context<'_>,
        input: GiveAdviceInput,
    ) -> Result<ReviewPayload, Error> {
        let viewer = viewer(context)?;
        let decision = || {
            Ok(GiveAdvice {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                advice: input::number_of_part(input.advice),
                occurred_on: input.occurred_on.map(|day| day.0),
                outcome: resolve_option("outcome", input.outcome.as_ref())?,
                text: input::text("text", input.text.as_ref())?,
                acting_for: viewer.organisation,
            })
        };
        let about = Some(&input.id);
        let asked = permitted_advice(context, record_named(about))?;
        carry_out_asked(context, input.command_id, about, asked, decision()).await
    }

    /// Rückfrage an den Antragsteller stellen.
    async fn ask_clarification(
        &self,
        context: &Context<'_>,
        input: AskClarificationInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(AskClarification {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                occurred_on: input.occurred_on.map(|day| day.0),
                due_on: input.due_on.map(|day| day.0),
                question: input::text("question", input.question.as_ref())?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Antwort des Antragstellers erfassen.
    async fn receive_clarification(
        &self,
        context: &Context<'_>,
        input: ReceiveClarificationInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(ReceiveClarification {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                occurred_on: input.occurred_on.map(|day| day.0),
                note: input::text("note", input.note.as_ref())?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }
}
