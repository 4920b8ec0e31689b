//! What an office does with consultations.

use async_graphql::{Context, Error, ID, InputObject, MaybeUndefined, Object};
use querschnitt_domain::consultation::{
    ConsultationPatch, CorrectConsultation, LinkConsultation, RecordConsultation,
    RetractConsultation, UnlinkConsultation,
};
use querschnitt_domain::{Rejection, Text, check};
use uuid::Uuid;

use super::carry_out;
use crate::input;
use crate::objects::Consultation;
use crate::scalars::{
    ActionArea, ConsultationMode, ConsultationOutcome, ConsultationType, Date, Language, Programme,
    RawCode, TargetGroup, TaskType, Visibility, resolve_all, resolve_option,
};

payload! {
    /// What a mutation of a consultation gives back.
    ConsultationPayload {
        /// The consultation as it stands now; null when there are errors.
        consultation: Consultation
    }
}

/// Records a consultation that took place. The first eight fields are what an office always knows.
#[derive(InputObject)]
struct RecordConsultationInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The centre's official key.
    centre: ID,
    /// The day, from 1990 to today.
    occurred_on: Date,
    /// Beratungsart.
    #[graphql(name = "type")]
    consultation_type: ConsultationType,
    /// Form.
    mode: ConsultationMode,
    /// Minutes with the advised, 1 to 1440.
    duration_minutes: i32,
    /// Zielgruppe.
    target_group: TargetGroup,
    /// Handlungsfelder, at least one.
    action_areas: Vec<ActionArea>,
    /// Minutes of preparation and follow-up, 0 to 6000.
    preparation_minutes: Option<i32>,
    /// Aufgabenschwerpunkt.
    task_type: Option<TaskType>,
    /// The advised organisations, at most 50.
    organisations: Option<Vec<ID>>,
    /// How many people were advised, 0 to 10000.
    number_advised: Option<i32>,
    /// In which language.
    language: Option<Language>,
    /// Ergebnis.
    outcome: Option<ConsultationOutcome>,
    /// Programme it was done for.
    programme: Option<Programme>,
    /// Where: the official municipality key (AGS), eight digits.
    municipality: Option<String>,
    /// Vertraulichkeit.
    visibility: Option<Visibility>,
    /// What it was about, one line of at most 2000 characters; without names of persons.
    subject: Option<String>,
    /// Notes, at most 20000 characters.
    note: Option<String>,
    /// Other records it has to do with, at most 20.
    links: Option<Vec<ID>>,
}

impl RecordConsultationInput {
    fn decision(&self) -> Result<RecordConsultation, Rejection> {
        let organisations = self.organisations.as_deref().unwrap_or_default();
        let links = self.links.as_deref().unwrap_or_default();
        Ok(RecordConsultation {
            centre: input::centre("centre", &self.centre)?,
            occurred_on: self.occurred_on.0,
            consultation_type: self.consultation_type.resolve("type")?,
            mode: self.mode.resolve("mode")?,
            duration_minutes: self.duration_minutes,
            target_group: self.target_group.resolve("targetGroup")?,
            action_areas: resolve_all("actionAreas", &self.action_areas)?,
            preparation_minutes: self.preparation_minutes,
            task_type: resolve_option("taskType", self.task_type.as_ref())?,
            organisations: input::ids("organisations", organisations)?,
            number_advised: self.number_advised,
            language: resolve_option("language", self.language.as_ref())?,
            outcome: resolve_option("outcome", self.outcome.as_ref())?,
            programme: resolve_option("programme", self.programme.as_ref())?,
            municipality: self.municipality.clone(),
            visibility: resolve_option("visibility", self.visibility.as_ref())?,
            subject: input::line("subject", self.subject.as_ref(), Text::TITLE)?,
            note: input::text("note", self.note.as_ref())?,
            links: input::records("links", links)?,
            source: None,
        })
    }
}

/// Corrects a consultation. A field that is absent stays, one that is null is cleared.
#[derive(InputObject)]
struct CorrectConsultationInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The consultation.
    id: ID,
    /// Why.
    reason: String,
    /// The version the client read; when it is not the current one, nothing is recorded.
    expected_version: Option<i32>,
    /// The day.
    occurred_on: MaybeUndefined<Date>,
    /// Beratungsart.
    #[graphql(name = "type")]
    consultation_type: MaybeUndefined<ConsultationType>,
    /// Form.
    mode: MaybeUndefined<ConsultationMode>,
    /// Minutes with the advised, 1 to 1440.
    duration_minutes: MaybeUndefined<i32>,
    /// Minutes of preparation and follow-up, 0 to 6000.
    preparation_minutes: MaybeUndefined<i32>,
    /// Zielgruppe.
    target_group: MaybeUndefined<TargetGroup>,
    /// Handlungsfelder, all of them.
    action_areas: MaybeUndefined<Vec<ActionArea>>,
    /// Aufgabenschwerpunkt.
    task_type: MaybeUndefined<TaskType>,
    /// The advised organisations, all of them.
    organisations: MaybeUndefined<Vec<ID>>,
    /// How many people were advised, 0 to 10000.
    number_advised: MaybeUndefined<i32>,
    /// In which language.
    language: MaybeUndefined<Language>,
    /// Ergebnis.
    outcome: MaybeUndefined<ConsultationOutcome>,
    /// Programme it was done for.
    programme: MaybeUndefined<Programme>,
    /// Where: the official municipality key (AGS), eight digits.
    municipality: MaybeUndefined<String>,
    /// Vertraulichkeit.
    visibility: MaybeUndefined<Visibility>,
    /// What it was about, one line of at most 2000 characters.
    subject: MaybeUndefined<String>,
    /// Notes, at most 20000 characters.
    note: MaybeUndefined<String>,
}

impl CorrectConsultationInput {
    fn decision(&self) -> Result<CorrectConsultation, Rejection> {
        Ok(CorrectConsultation {
            consultation: input::id("id", &self.id)?,
            expected_version: input::version(self.expected_version)?,
            reason: check::text("reason", &self.reason, Text::NOTE)?,
            patch: self.patch()?,
        })
    }

    fn patch(&self) -> Result<ConsultationPatch, Rejection> {
        Ok(ConsultationPatch {
            occurred_on: input::required("occurredOn", &self.occurred_on, |day| Ok(day.0))?,
            consultation_type: input::required("type", &self.consultation_type, |code| {
                code.resolve("type")
            })?,
            mode: input::required("mode", &self.mode, |code| code.resolve("mode"))?,
            duration_minutes: input::required(
                "durationMinutes",
                &self.duration_minutes,
                |minutes| Ok(*minutes),
            )?,
            preparation_minutes: match self.preparation_minutes {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(0),
                MaybeUndefined::Value(minutes) => Some(minutes),
            },
            target_group: input::required("targetGroup", &self.target_group, |code| {
                code.resolve("targetGroup")
            })?,
            action_areas: input::required("actionAreas", &self.action_areas, |areas| {
                resolve_all("actionAreas", areas)
            })?,
            task_type: input::change_code("taskType", &self.task_type)?,
            organisations: match &self.organisations {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(Vec::new()),
                MaybeUndefined::Value(list) => Some(input::ids("organisations", list)?),
            },
            number_advised: input::change(&self.number_advised, |number| Ok(*number))?,
            language: input::change_code("language", &self.language)?,
            outcome: input::change_code("outcome", &self.outcome)?,
            programme: input::change_code("programme", &self.programme)?,
            municipality: input::change(&self.municipality, |key| Ok(key.clone()))?,
            visibility: input::change_code("visibility", &self.visibility)?,
            subject: input::change_line("subject", &self.subject, Text::TITLE)?,
            note: input::change_text("note", &self.note)?,
        })
    }
}

/// Takes a consultation back that should not have been recorded.
#[derive(InputObject)]
struct RetractConsultationInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The consultation.
    id: ID,
    /// Why.
    reason: String,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Links a consultation to another record.
#[derive(InputObject)]
struct LinkConsultationInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The consultation.
    id: ID,
    /// The record it has to do with.
    to: ID,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Takes a link of a consultation away.
#[derive(InputObject)]
struct UnlinkConsultationInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The consultation.
    id: ID,
    /// The record it has nothing to do with.
    to: ID,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Mutations of consultations.
#[derive(Default)]
pub(crate) struct ConsultationMutations;

#[Object]
impl ConsultationMutations {
    /// Beratung erfassen.
    async fn record_consultation(
        &self,
        context: &Context<'_>,
        input: RecordConsultationInput,
    ) -> Result<ConsultationPayload, Error> {
        carry_out(context, input.command_id, None, input.decision()).await
    }

    /// Beratung berichtigen.
    async fn correct_consultation(
        &self,
        context: &Context<'_>,
        input: CorrectConsultationInput,
    ) -> Result<ConsultationPayload, Error> {
        carry_out(context, input.command_id, Some(&input.id), input.decision()).await
    }

    /// Beratung zurücknehmen: it counts nowhere any more, its history stays.
    async fn retract_consultation(
        &self,
        context: &Context<'_>,
        input: RetractConsultationInput,
    ) -> Result<ConsultationPayload, Error> {
        let decision = || {
            Ok(RetractConsultation {
                consultation: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                reason: check::text("reason", &input.reason, Text::NOTE)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Beratung mit einem anderen Eintrag verknüpfen.
    async fn link_consultation(
        &self,
        context: &Context<'_>,
        input: LinkConsultationInput,
    ) -> Result<ConsultationPayload, Error> {
        let decision = || {
            Ok(LinkConsultation {
                consultation: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                to: input::record("to", &input.to)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Verknüpfung einer Beratung lösen.
    async fn unlink_consultation(
        &self,
        context: &Context<'_>,
        input: UnlinkConsultationInput,
    ) -> Result<ConsultationPayload, Error> {
        let decision = || {
            Ok(UnlinkConsultation {
                consultation: input::id("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                to: input::record("to", &input.to)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }
}
