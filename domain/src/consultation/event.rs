//! What can happen to a consultation.

use serde::{Deserialize, Serialize};

use crate::id::{ConsultationId, OrganisationId, RecordId};
use crate::source::SourceDigest;
use crate::text::Commitment;
use crate::values::{
    ActionArea, ConsultationMode, ConsultationOutcome, ConsultationType, Language, Programme,
    TargetGroup, TaskType, Visibility,
};

/// The events of a consultation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConsultationEvent {
    /// It took place on `occurred_on`.
    Recorded(Recorded),
    /// What was recorded was wrong; `occurred_on` and the facts are those that are true.
    Corrected(Corrected),
    /// It should not have been recorded: it counts nowhere from now on.
    Retracted(Retracted),
    /// It has to do with another record.
    Linked(Linked),
    /// It has not.
    Unlinked(Unlinked),
}

/// The facts of one consultation. The day is the event's `occurred_on`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsultationFacts {
    /// Beratungsart.
    #[serde(rename = "type")]
    pub consultation_type: ConsultationType,
    /// Form.
    pub mode: ConsultationMode,
    /// Minutes with the advised, 1 to 1,440.
    pub duration_minutes: u16,
    /// Minutes of preparation and follow-up, 0 to 6,000.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub preparation_minutes: u16,
    /// Zielgruppe.
    pub target_group: TargetGroup,
    /// Handlungsfelder, sorted, at least one.
    pub action_areas: Vec<ActionArea>,
    /// Aufgabenschwerpunkt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_type: Option<TaskType>,
    /// The advised organisations, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organisations: Vec<OrganisationId>,
    /// How many people were advised, 0 to 10,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number_advised: Option<u16>,
    /// In which language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Ergebnis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<ConsultationOutcome>,
    /// Programme it was done for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programme: Option<Programme>,
    /// Where: the official municipality key (AGS), eight digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub municipality: Option<Box<str>>,
    /// Who may read it, beyond the access matrix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// What it was about, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Commitment>,
    /// Notes, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Commitment>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
const fn is_zero(minutes: &u16) -> bool {
    *minutes == 0
}

/// See [`ConsultationEvent::Recorded`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// Which consultation.
    pub consultation: ConsultationId,
    /// What it was.
    pub facts: ConsultationFacts,
    /// Set when it came from an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDigest>,
}

/// See [`ConsultationEvent::Corrected`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corrected {
    /// Which consultation.
    pub consultation: ConsultationId,
    /// All facts as they should have been recorded.
    pub facts: ConsultationFacts,
    /// The names of the fields that changed, as clients name them.
    pub changed: Vec<Box<str>>,
    /// Why, sealed.
    pub reason: Commitment,
    /// Set when it came from an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDigest>,
}

/// See [`ConsultationEvent::Retracted`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retracted {
    /// Which consultation.
    pub consultation: ConsultationId,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`ConsultationEvent::Linked`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Linked {
    /// Which consultation.
    pub consultation: ConsultationId,
    /// The record it has to do with.
    pub to: RecordId,
}

/// See [`ConsultationEvent::Unlinked`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unlinked {
    /// Which consultation.
    pub consultation: ConsultationId,
    /// The record it has nothing to do with.
    pub to: RecordId,
}

impl ConsultationEvent {
    /// The consultation whose record this event belongs to.
    #[must_use]
    pub const fn consultation(&self) -> ConsultationId {
        match self {
            Self::Recorded(event) => event.consultation,
            Self::Corrected(event) => event.consultation,
            Self::Retracted(event) => event.consultation,
            Self::Linked(event) => event.consultation,
            Self::Unlinked(event) => event.consultation,
        }
    }

    /// The other records it names.
    pub(crate) fn others(&self) -> Vec<RecordId> {
        match self {
            Self::Recorded(event) => event
                .facts
                .organisations
                .iter()
                .map(|id| id.record())
                .collect(),
            Self::Corrected(event) => event
                .facts
                .organisations
                .iter()
                .map(|id| id.record())
                .collect(),
            Self::Linked(event) => vec![event.to],
            Self::Unlinked(event) => vec![event.to],
            Self::Retracted(_) => Vec::new(),
        }
    }
}
