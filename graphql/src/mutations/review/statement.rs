//! The statement: drafted, signed by a second pair of eyes, issued, superseded by a new version.

use std::collections::BTreeMap;

use async_graphql::{Context, Error, ID, InputObject, Object};
use querschnitt_domain::review::{
    DraftStatement, IssueStatement, SignStatement, SupersedeStatement,
};
use querschnitt_domain::{Commitment, Text, check};
use uuid::Uuid;

use super::ReviewPayload;
use crate::command::Load as _;
use crate::input;
use crate::mutations::carry_out;
use crate::objects::{NOW, ProjectReview};
use crate::scalars::{Date, RawCode as _, ReviewOutcome, resolve_option};
use crate::services::text;
use crate::token::record_of;
use querschnitt_policy::Cell;

/// The texts of a review that a new version takes over. What can't be read is left out; the decision
/// says what is missing.
fn texts_of(context: &Context<'_>, id: &ID) -> BTreeMap<Commitment, Text> {
    let Some(record) = record_of(id.as_str()) else {
        return BTreeMap::new();
    };
    let Ok(Some(review)) = ProjectReview::load(context, record, NOW) else {
        return BTreeMap::new();
    };
    let facts = &review.row.facts;
    let sealed = [
        Some(facts.title),
        facts.applicant_name,
        facts.reference,
        facts.note,
    ];
    sealed
        .into_iter()
        .flatten()
        .filter_map(|commitment| {
            let text = text(context, Cell::ReviewText, record, Some(&commitment)).ok()??;
            Some((commitment, Text::new(&text, Text::NOTE).ok()?))
        })
        .collect()
}

/// Drafts the statement, or drafts it anew; a signature it had is void.
#[derive(InputObject)]
struct DraftStatementInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// The day it was drafted; today when absent.
    occurred_on: Option<Date>,
    /// The Votum.
    outcome: ReviewOutcome,
    /// The statement: reasons, conditions, recommendations; at most 20000 characters. Needed unless the
    /// Votum is SUPPORTED or NEUTRAL.
    text: Option<String>,
    /// The postal address the letter goes to, at most 6 lines of 50 characters. Without it the letter
    /// names the kind of whoever asked.
    recipient: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Signs the draft: the head or the account named as cosigner, never one that was the reviewer, drafted,
/// checked or scored.
#[derive(InputObject)]
struct SignStatementInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// The day it was signed, not before it was drafted; today when absent.
    occurred_on: Option<Date>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Records that the signed statement went out.
#[derive(InputObject)]
struct IssueStatementInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// The Votum, where the client names it again: it must be the one that was signed.
    outcome: Option<ReviewOutcome>,
    /// The day it went out, not before it was signed; today when absent.
    occurred_on: Option<Date>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Begins a new version of an issued statement.
#[derive(InputObject)]
struct SupersedeStatementInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// Why.
    reason: String,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Mutations of the statement.
#[derive(Default)]
pub(crate) struct StatementMutations;

#[Object]
impl StatementMutations {
    /// Stellungnahme entwerfen.
    async fn draft_statement(
        &self,
        context: &Context<'_>,
        input: DraftStatementInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(DraftStatement {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                occurred_on: input.occurred_on.map(|day| day.0),
                outcome: input.outcome.resolve("outcome")?,
                text: input::text("text", input.text.as_ref())?,
                recipient: input::text("recipient", input.recipient.as_ref())?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Stellungnahme mitzeichnen (Vier-Augen-Prinzip).
    async fn sign_statement(
        &self,
        context: &Context<'_>,
        input: SignStatementInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(SignStatement {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                occurred_on: input.occurred_on.map(|day| day.0),
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Stellungnahme abgeben. With the Votum REVISION_REQUESTED the review goes on.
    async fn issue_statement(
        &self,
        context: &Context<'_>,
        input: IssueStatementInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(IssueStatement {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                outcome: resolve_option("outcome", input.outcome.as_ref())?,
                occurred_on: input.occurred_on.map(|day| day.0),
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Neue Fassung beginnen: gives back the new review; the old statement stays readable.
    async fn supersede_statement(
        &self,
        context: &Context<'_>,
        input: SupersedeStatementInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(SupersedeStatement {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                reason: check::text("reason", &input.reason, Text::NOTE)?,
                known_texts: texts_of(context, &input.id),
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }
}
