//! Consultations that the tests of this folder speak of.

use super::{ConsultationEvent, ConsultationFacts, RecordConsultation, Recorded};
use crate::event::Event;
use crate::id::ConsultationId;
use crate::organisation::samples::code;
use crate::testing::{TODAY, centre, event, sealed, text};

/// The n-th consultation of a test.
pub(crate) fn id(n: u128) -> ConsultationId {
    ConsultationId(uuid::Uuid::from_u128(0x0199_0000 + n))
}

/// A consultation with no more than an office always knows, and a note.
pub(crate) fn facts() -> ConsultationFacts {
    ConsultationFacts {
        consultation_type: code("PROFESSIONAL"),
        mode: code("PHONE"),
        duration_minutes: 45,
        preparation_minutes: 0,
        target_group: code("SCHOOL"),
        action_areas: vec![code("EDU_SCHOOL")],
        task_type: None,
        organisations: vec![],
        number_advised: None,
        language: None,
        outcome: None,
        programme: None,
        municipality: None,
        visibility: None,
        subject: None,
        note: Some(sealed("Nachfrage im Januar")),
    }
}

/// It was recorded.
pub(crate) fn recorded(consultation: ConsultationId) -> Event {
    recorded_as(consultation, facts())
}

/// It was recorded with these facts.
pub(crate) fn recorded_as(consultation: ConsultationId, facts: ConsultationFacts) -> Event {
    event(ConsultationEvent::Recorded(Recorded {
        consultation,
        facts,
        source: None,
    }))
}

/// The command whose facts are [`facts`], today.
pub(crate) fn command() -> RecordConsultation {
    RecordConsultation {
        centre: centre(),
        occurred_on: TODAY,
        consultation_type: code("PROFESSIONAL"),
        mode: code("PHONE"),
        duration_minutes: 45,
        target_group: code("SCHOOL"),
        action_areas: vec![code("EDU_SCHOOL")],
        preparation_minutes: None,
        task_type: None,
        organisations: vec![],
        number_advised: None,
        language: None,
        outcome: None,
        programme: None,
        municipality: None,
        visibility: None,
        subject: None,
        note: Some(text("Nachfrage im Januar")),
        links: vec![],
        source: None,
    }
}
