//! What an office does with agreements.

use async_graphql::{Context, Error, ID, InputObject, MaybeUndefined, Object};
use querschnitt_domain::agreement::{
    ChangeAgreement, CorrectAgreement, DropAgreement, FulfilAgreement, MakeAgreement,
    ReopenAgreement, RetractAgreement,
};
use querschnitt_domain::existing::unknown;
use querschnitt_domain::{AgreementId, Rejection, Text, check};
use uuid::Uuid;

use super::carry_out;
use crate::command::Load as _;
use crate::input;
use crate::objects::{Agreement, NOW};
use crate::scalars::Date;

payload! {
    /// What a mutation of an agreement gives back.
    AgreementPayload {
        /// The agreement as it stands now; null when there are errors.
        agreement: Agreement
    }
}

/// Records an agreement made in a body.
#[derive(InputObject)]
struct MakeAgreementInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The body it was made in.
    network: ID,
    /// The meeting of that body it was made at.
    meeting: Option<ID>,
    /// The day it was made.
    made_on: Date,
    /// What, at most 2000 characters.
    subject: String,
    /// The organisation that does it.
    responsible: Option<ID>,
    /// Until when (the day still counts as in time).
    due_on: Option<Date>,
}

impl MakeAgreementInput {
    fn decision(&self) -> Result<MakeAgreement, Rejection> {
        Ok(MakeAgreement {
            network: input::id("network", &self.network)?,
            meeting: input::optional_id("meeting", self.meeting.as_ref())?,
            made_on: self.made_on.0,
            subject: check::text("subject", &self.subject, Text::TITLE)?,
            responsible: input::optional_id("responsible", self.responsible.as_ref())?,
            due_on: self.due_on.map(|date| date.0),
        })
    }
}

/// Changes an agreement that is open. A field that is absent stays, one that is null is cleared.
#[derive(InputObject)]
struct ChangeAgreementInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The agreement.
    id: ID,
    /// Why.
    reason: String,
    /// What, at most 2000 characters.
    subject: MaybeUndefined<String>,
    /// The organisation that does it.
    responsible: MaybeUndefined<ID>,
    /// Until when.
    due_on: MaybeUndefined<Date>,
    /// The version the client read.
    expected_version: Option<i32>,
}

impl ChangeAgreementInput {
    fn decision(&self) -> Result<ChangeAgreement, Rejection> {
        Ok(ChangeAgreement {
            agreement: input::id("id", &self.id)?,
            reason: check::text("reason", &self.reason, Text::NOTE)?,
            subject: input::required("subject", &self.subject, |text| {
                check::text("subject", text, Text::TITLE)
            })?,
            responsible: input::change(&self.responsible, |id| input::id("responsible", id))?,
            due_on: input::change(&self.due_on, |date| Ok(date.0))?,
            expected_version: input::version(self.expected_version)?,
        })
    }
}

/// Says that an agreement was carried out.
#[derive(InputObject)]
struct FulfilAgreementInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The agreement.
    id: ID,
    /// The day it was done; without it today.
    occurred_on: Option<Date>,
    /// How.
    note: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Says that an agreement will not be carried out.
#[derive(InputObject)]
struct DropAgreementInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The agreement.
    id: ID,
    /// Why. It is shown as a text of the agreement: roles that write none leave it out, all others give it.
    reason: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Corrects what was recorded of an agreement and was never so, also when it is done or dropped by now.
/// A field that is absent stays, one that is null is cleared.
#[derive(InputObject)]
struct CorrectAgreementInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The agreement.
    id: ID,
    /// Why.
    reason: String,
    /// The day it was made.
    made_on: Option<Date>,
    /// What, at most 2000 characters.
    subject: MaybeUndefined<String>,
    /// The organisation that does it.
    responsible: MaybeUndefined<ID>,
    /// Until when.
    due_on: MaybeUndefined<Date>,
    /// The version the client read.
    expected_version: Option<i32>,
}

impl CorrectAgreementInput {
    fn decision(&self, context: &Context<'_>) -> Result<CorrectAgreement, Rejection> {
        let agreement: AgreementId = input::id("id", &self.id)?;
        // The decision asks for the body and the meeting too.
        let row = match Agreement::load(context, agreement.record(), NOW) {
            Ok(Some(found)) => found.row,
            Ok(None) | Err(_) => return Err(unknown("id", agreement.record())),
        };
        Ok(CorrectAgreement {
            agreement,
            network: row.network,
            meeting: row.meeting,
            made_on: self.made_on.map(|date| date.0),
            subject: input::required("subject", &self.subject, |text| {
                check::text("subject", text, Text::TITLE)
            })?,
            responsible: input::change(&self.responsible, |id| input::id("responsible", id))?,
            due_on: input::change(&self.due_on, |date| Ok(date.0))?,
            reason: check::text("reason", &self.reason, Text::NOTE)?,
            expected_version: input::version(self.expected_version)?,
        })
    }
}

/// Opens an agreement again that was reported as done or dropped by mistake.
#[derive(InputObject)]
struct ReopenAgreementInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The agreement.
    id: ID,
    /// Why.
    reason: String,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Takes an agreement back that should not have been recorded.
#[derive(InputObject)]
struct RetractAgreementInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The agreement.
    id: ID,
    /// Why.
    reason: String,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Mutations of agreements.
#[derive(Default)]
pub(crate) struct AgreementMutations;

#[Object]
impl AgreementMutations {
    /// Vereinbarung treffen.
    async fn make_agreement(
        &self,
        context: &Context<'_>,
        input: MakeAgreementInput,
    ) -> Result<AgreementPayload, Error> {
        carry_out(context, input.command_id, None, input.decision()).await
    }

    /// Vereinbarung ändern: wording, responsible organisation or due date.
    async fn change_agreement(
        &self,
        context: &Context<'_>,
        input: ChangeAgreementInput,
    ) -> Result<AgreementPayload, Error> {
        carry_out(context, input.command_id, Some(&input.id), input.decision()).await
    }

    /// Vereinbarung als erledigt melden.
    async fn fulfil_agreement(
        &self,
        context: &Context<'_>,
        input: FulfilAgreementInput,
    ) -> Result<AgreementPayload, Error> {
        let decision = || {
            Ok(FulfilAgreement {
                agreement: input::id("id", &input.id)?,
                occurred_on: input.occurred_on.map(|date| date.0),
                note: input::text("note", input.note.as_ref())?,
                expected_version: input::version(input.expected_version)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Vereinbarung fallenlassen.
    async fn drop_agreement(
        &self,
        context: &Context<'_>,
        input: DropAgreementInput,
    ) -> Result<AgreementPayload, Error> {
        let decision = || {
            Ok(DropAgreement {
                agreement: input::id("id", &input.id)?,
                reason: input::text("reason", input.reason.as_ref())?,
                expected_version: input::version(input.expected_version)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Vereinbarung berichtigen: states anew what was recorded wrongly.
    async fn correct_agreement(
        &self,
        context: &Context<'_>,
        input: CorrectAgreementInput,
    ) -> Result<AgreementPayload, Error> {
        let decision = input.decision(context);
        carry_out(context, input.command_id, Some(&input.id), decision).await
    }

    /// Vereinbarung wieder öffnen: it is neither done nor dropped.
    async fn reopen_agreement(
        &self,
        context: &Context<'_>,
        input: ReopenAgreementInput,
    ) -> Result<AgreementPayload, Error> {
        let decision = || {
            Ok(ReopenAgreement {
                agreement: input::id("id", &input.id)?,
                reason: check::text("reason", &input.reason, Text::NOTE)?,
                expected_version: input::version(input.expected_version)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Vereinbarung zurückziehen: it counts nowhere any more, its history stays.
    async fn retract_agreement(
        &self,
        context: &Context<'_>,
        input: RetractAgreementInput,
    ) -> Result<AgreementPayload, Error> {
        let decision = || {
            Ok(RetractAgreement {
                agreement: input::id("id", &input.id)?,
                reason: check::text("reason", &input.reason, Text::NOTE)?,
                expected_version: input::version(input.expected_version)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }
}
