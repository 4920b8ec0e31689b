//! A consultation.

use async_graphql::{Context, Error, ID, Object};
use querschnitt_domain::{RecordId, RecordKind};
use querschnitt_projections::facts::{ConsultationRow, Facts};

use super::{Centre, Node, Organisation, load, node, retracted};
use crate::command::Load;
use crate::scalars::{
    ActionArea, ConsultationMode, ConsultationOutcome, ConsultationType, Date, Language, Programme,
    TargetGroup, TaskType, Visibility,
};
use crate::services::text;
use crate::token::global_id;
use querschnitt_policy::Cell;

/// Beratung: advice given to an organisation or a person, without names.
#[derive(Clone)]
pub(crate) struct Consultation {
    pub(crate) row: ConsultationRow,
    pub(crate) at: u64,
}

impl Load for Consultation {
    const KIND: RecordKind = RecordKind::Consultation;

    fn load(context: &Context<'_>, record: RecordId, at: u64) -> Result<Option<Self>, Error> {
        let row = load(
            context,
            Cell::Consultation,
            record,
            at,
            Facts::consultations,
        )?;
        Ok(row.map(|row| Self { row, at }))
    }
}

/// Beratung: what a centre advised on, on one day.
#[Object]
impl Consultation {
    /// The global id, opaque.
    pub(crate) async fn id(&self) -> ID {
        global_id(self.row.id.record()).into()
    }

    /// The centre that advised.
    async fn centre(&self) -> Centre {
        Centre(self.row.centre)
    }

    /// The day.
    async fn occurred_on(&self) -> Date {
        Date(self.row.occurred_on)
    }

    /// Beratungsart.
    #[graphql(name = "type")]
    async fn consultation_type(&self) -> ConsultationType {
        self.row.consultation_type.into()
    }

    /// Form.
    async fn mode(&self) -> ConsultationMode {
        self.row.mode.into()
    }

    /// Minutes with the advised.
    async fn duration_minutes(&self) -> i32 {
        self.row.duration_minutes.into()
    }

    /// Minutes of preparation and follow-up.
    async fn preparation_minutes(&self) -> i32 {
        self.row.preparation_minutes.into()
    }

    /// Zielgruppe.
    async fn target_group(&self) -> TargetGroup {
        self.row.target_group.into()
    }

    /// Handlungsfelder.
    async fn action_areas(&self) -> Vec<ActionArea> {
        self.row.action_areas.iter().map(Into::into).collect()
    }

    /// Aufgabenschwerpunkt.
    async fn task_type(&self) -> Option<TaskType> {
        self.row.task_type.map(Into::into)
    }

    /// The advised organisations.
    async fn organisations(&self, context: &Context<'_>) -> Result<Vec<Organisation>, Error> {
        Organisation::load_all(context, &self.row.organisations, self.at)
    }

    /// How many people were advised, where that is known.
    async fn number_advised(&self) -> Option<i32> {
        self.row.number_advised.map(Into::into)
    }

    /// In which language.
    async fn language(&self) -> Option<Language> {
        self.row.language.map(Into::into)
    }

    /// Ergebnis.
    async fn outcome(&self) -> Option<ConsultationOutcome> {
        self.row.outcome.map(Into::into)
    }

    /// Programme it was done for.
    async fn programme(&self) -> Option<Programme> {
        self.row.programme.map(Into::into)
    }

    /// Where: the official municipality key (AGS), eight digits.
    async fn municipality(&self) -> Option<&str> {
        self.row.municipality.as_deref()
    }

    /// Vertraulichkeit.
    async fn visibility(&self) -> Option<Visibility> {
        self.row.visibility.map(Into::into)
    }

    /// What it was about; null when there is none, it was erased, or this role may not read it.
    async fn subject(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let subject = self.row.subject();
        text(
            context,
            Cell::ConsultationText,
            self.row.id.record(),
            subject.as_ref(),
        )
    }

    /// Notes; null when there are none, they were erased, or this role may not read them.
    async fn note(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let note = self.row.note();
        text(
            context,
            Cell::ConsultationText,
            self.row.id.record(),
            note.as_ref(),
        )
    }

    /// The records it was linked to.
    async fn links(&self, context: &Context<'_>) -> Result<Vec<Node>, Error> {
        self.row
            .links()
            .iter()
            .filter_map(|record| node(context, *record, self.at).transpose())
            .collect()
    }

    /// It should not have been recorded and counts nowhere; its history says why.
    async fn retracted(&self) -> bool {
        retracted(self.row.known, self.at)
    }

    /// How many events of its own the record has had; send it as `expectedVersion` to learn when
    /// somebody else changed the record meanwhile.
    async fn version(&self) -> i64 {
        self.row.version.into()
    }
}
