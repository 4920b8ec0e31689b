//! The request of a review: entered, corrected, taken back.

use async_graphql::{Context, Error, ID, InputObject, MaybeUndefined, Object};
use querschnitt_domain::review::{CorrectReview, RequestReview, RetractReview, ReviewPatch};
use querschnitt_domain::{Rejection, Text, check};
use uuid::Uuid;

use super::ReviewPayload;
use crate::input;
use crate::mutations::carry_out;
use crate::scalars::{
    ActionArea, ApplicantType, Cents, Date, DateTime, Programme, RawCode as _, ReviewChannel,
    ReviewRequester, Visibility, resolve_all, resolve_option,
};

/// Records that somebody asked for a Stellungnahme. The first six fields are what an office always
/// knows.
#[derive(InputObject)]
struct RequestReviewInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The centre's official key.
    centre: ID,
    /// The day the request came in, from 1990 to today.
    received_on: Date,
    /// What the project is called, one line of at most 200 characters; without names of persons.
    title: String,
    /// Who asks for the statement.
    requester: ReviewRequester,
    /// What kind of organisation applies.
    applicant_type: ApplicantType,
    /// The organisation that applies, where it is in the register; otherwise its name is needed.
    applicant: Option<ID>,
    /// Its name where it is not in the register, one line of at most 200 characters.
    applicant_name: Option<String>,
    /// The programme that is to fund the project.
    programme: Option<Programme>,
    /// Handlungsfelder, at least one.
    action_areas: Vec<ActionArea>,
    /// What is applied for, in euro cents, up to a billion euros.
    requested_cents: Option<Cents>,
    /// Until when the statement is due. Either this or `termWorkingDays`.
    due_on: Option<Date>,
    /// The term in working days of Nordrhein-Westfalen, 1 to 500, from the day after the request
    /// came in.
    term_working_days: Option<i32>,
    /// Until when the office plans to be done.
    planned_on: Option<Date>,
    /// The instant the request came in, on that day.
    received_at: Option<DateTime>,
    /// Where: the official municipality key (AGS), eight digits.
    municipality: Option<String>,
    /// How the request came in.
    channel: Option<ReviewChannel>,
    /// The department in charge: one of `units`.
    department: Option<ID>,
    /// The unit in charge: one of `units`.
    unit: Option<ID>,
    /// Vertraulichkeit.
    visibility: Option<Visibility>,
    /// The file number of the requester, one line of at most 200 characters.
    reference: Option<String>,
    /// Notes, at most 20000 characters.
    note: Option<String>,
}

impl RequestReviewInput {
    fn decision(&self) -> Result<RequestReview, Rejection> {
        Ok(RequestReview {
            centre: input::centre("centre", &self.centre)?,
            received_on: self.received_on.0,
            title: check::line("title", &self.title, Text::NAME)?,
            requester: self.requester.resolve("requester")?,
            applicant_type: self.applicant_type.resolve("applicantType")?,
            applicant: input::optional_id("applicant", self.applicant.as_ref())?,
            applicant_name: input::line("applicantName", self.applicant_name.as_ref(), Text::NAME)?,
            programme: resolve_option("programme", self.programme.as_ref())?,
            action_areas: resolve_all("actionAreas", &self.action_areas)?,
            requested_cents: self.requested_cents.map(|cents| cents.0),
            due_on: self.due_on.map(|day| day.0),
            term_working_days: input::working_days("termWorkingDays", self.term_working_days)?,
            planned_on: self.planned_on.map(|day| day.0),
            received_at: self.received_at.map(|at| at.0),
            municipality: self.municipality.clone(),
            channel: resolve_option("channel", self.channel.as_ref())?,
            department: input::optional_id("department", self.department.as_ref())?,
            unit: input::optional_id("unit", self.unit.as_ref())?,
            visibility: resolve_option("visibility", self.visibility.as_ref())?,
            reference: input::line("reference", self.reference.as_ref(), Text::NAME)?,
            note: input::text("note", self.note.as_ref())?,
        })
    }
}

/// Corrects what was recorded of a request. A field that is absent stays, one that is null is cleared.
#[derive(InputObject)]
struct CorrectReviewInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// Why.
    reason: String,
    /// The version the client read; when it is not the current one, nothing is recorded.
    expected_version: Option<i32>,
    /// The day the request came in.
    received_on: MaybeUndefined<Date>,
    /// The instant it came in, on that day in Europe/Berlin.
    received_at: MaybeUndefined<DateTime>,
    /// What the project is called.
    title: MaybeUndefined<String>,
    /// Who asks for the statement.
    requester: MaybeUndefined<ReviewRequester>,
    /// What kind of organisation applies.
    applicant_type: MaybeUndefined<ApplicantType>,
    /// The organisation that applies; it takes the place of a name, and a name takes its place.
    applicant: MaybeUndefined<ID>,
    /// Its name where it is not in the register.
    applicant_name: MaybeUndefined<String>,
    /// The programme that is to fund the project.
    programme: MaybeUndefined<Programme>,
    /// Handlungsfelder, all of them.
    action_areas: MaybeUndefined<Vec<ActionArea>>,
    /// What is applied for, in euro cents.
    requested_cents: MaybeUndefined<Cents>,
    /// Until when the statement is due. Absent: a term that was given in working days goes on to count from
    /// the day the request came in.
    due_on: MaybeUndefined<Date>,
    /// The term in working days of Nordrhein-Westfalen, 1 to 500, from the day after the request came in; not
    /// together with dueOn.
    term_working_days: Option<i32>,
    /// Until when the office plans to be done.
    planned_on: MaybeUndefined<Date>,
    /// Where: the official municipality key (AGS), eight digits.
    municipality: MaybeUndefined<String>,
    /// How the request came in.
    channel: MaybeUndefined<ReviewChannel>,
    /// The department in charge: one of `units`.
    department: MaybeUndefined<ID>,
    /// The unit in charge: one of `units`.
    unit: MaybeUndefined<ID>,
    /// Vertraulichkeit.
    visibility: MaybeUndefined<Visibility>,
    /// The file number of the requester.
    reference: MaybeUndefined<String>,
    /// Notes, at most 20000 characters.
    note: MaybeUndefined<String>,
}

impl CorrectReviewInput {
    fn decision(&self) -> Result<CorrectReview, Rejection> {
        Ok(CorrectReview {
            review: input::id("id", &self.id)?,
            expected_version: input::version(self.expected_version)?,
            reason: check::text("reason", &self.reason, Text::NOTE)?,
            patch: self.patch()?,
        })
    }

    fn patch(&self) -> Result<ReviewPatch, Rejection> {
        Ok(ReviewPatch {
            received_on: input::required("receivedOn", &self.received_on, |day| Ok(day.0))?,
            received_at: input::change(&self.received_at, |at| Ok(at.0))?,
            title: input::required("title", &self.title, |title| {
                check::line("title", title, Text::NAME)
            })?,
            requester: input::required("requester", &self.requester, |code| {
                code.resolve("requester")
            })?,
            applicant_type: input::required("applicantType", &self.applicant_type, |code| {
                code.resolve("applicantType")
            })?,
            applicant: input::change(&self.applicant, |id| input::id("applicant", id))?,
            applicant_name: input::change_line("applicantName", &self.applicant_name, Text::NAME)?,
            programme: input::change_code("programme", &self.programme)?,
            action_areas: input::required("actionAreas", &self.action_areas, |areas| {
                resolve_all("actionAreas", areas)
            })?,
            requested_cents: input::change(&self.requested_cents, |cents| Ok(cents.0))?,
            due_on: input::change(&self.due_on, |day| Ok(day.0))?,
            term_working_days: input::working_days("termWorkingDays", self.term_working_days)?,
            planned_on: input::change(&self.planned_on, |day| Ok(day.0))?,
            municipality: input::change(&self.municipality, |key| Ok(key.clone()))?,
            channel: input::change_code("channel", &self.channel)?,
            department: input::change(&self.department, |unit| input::id("department", unit))?,
            unit: input::change(&self.unit, |unit| input::id("unit", unit))?,
            visibility: input::change_code("visibility", &self.visibility)?,
            reference: input::change_line("reference", &self.reference, Text::NAME)?,
            note: input::change_text("note", &self.note)?,
        })
    }
}

/// Takes a review back that should not have been recorded.
#[derive(InputObject)]
struct RetractReviewInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The review.
    id: ID,
    /// Why.
    reason: String,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Mutations of requests.
#[derive(Default)]
pub(crate) struct RecordMutations;

#[Object]
impl RecordMutations {
    /// Anfrage einer Stellungnahme erfassen.
    async fn request_review(
        &self,
        context: &Context<'_>,
        input: RequestReviewInput,
    ) -> Result<ReviewPayload, Error> {
        carry_out(context, input.command_id, None, input.decision()).await
    }

    /// Anfrage einer Stellungnahme berichtigen.
    async fn correct_review(
        &self,
        context: &Context<'_>,
        input: CorrectReviewInput,
    ) -> Result<ReviewPayload, Error> {
        carry_out(context, input.command_id, Some(&input.id), input.decision()).await
    }

    /// Stellungnahme zurücknehmen: it counts nowhere any more, its history stays.
    async fn retract_review(
        &self,
        context: &Context<'_>,
        input: RetractReviewInput,
    ) -> Result<ReviewPayload, Error> {
        let decision = || {
            Ok(RetractReview {
                review: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                reason: check::text("reason", &input.reason, Text::NOTE)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }
}
