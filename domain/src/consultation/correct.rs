//! Correct a consultation that was recorded wrongly.

use time::Date;

use super::rules;
use super::state::{self, Consultations, State};
use super::{ConsultationEvent, ConsultationFacts, Corrected};
use crate::change::Change;
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::{ConsultationId, OrganisationId};
use crate::may::{self, RecordClass};
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::{Commitment, Text};
use crate::values::{
    ActionArea, ConsultationMode, ConsultationOutcome, ConsultationType, Language, Programme,
    TargetGroup, TaskType, Visibility,
};

/// The command.
#[derive(Clone, Debug)]
pub struct CorrectConsultation {
    /// Which consultation.
    pub consultation: ConsultationId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// Why.
    pub reason: Text,
    /// What is true instead.
    pub patch: ConsultationPatch,
}

/// What a correction changes; what is left out stays. The bounds are those of
/// [`RecordConsultation`](super::RecordConsultation).
#[derive(Clone, Debug, Default)]
pub struct ConsultationPatch {
    /// The day it took place.
    pub occurred_on: Option<Date>,
    /// Beratungsart.
    pub consultation_type: Option<ConsultationType>,
    /// Form.
    pub mode: Option<ConsultationMode>,
    /// Minutes with the advised.
    pub duration_minutes: Option<i32>,
    /// Minutes of preparation and follow-up; 0 clears them.
    pub preparation_minutes: Option<i32>,
    /// Zielgruppe.
    pub target_group: Option<TargetGroup>,
    /// Handlungsfelder, all of them.
    pub action_areas: Option<Vec<ActionArea>>,
    /// Aufgabenschwerpunkt.
    pub task_type: Change<TaskType>,
    /// The advised organisations, all of them; an empty list clears them.
    pub organisations: Option<Vec<OrganisationId>>,
    /// How many people were advised.
    pub number_advised: Change<i32>,
    /// In which language.
    pub language: Change<Language>,
    /// Ergebnis.
    pub outcome: Change<ConsultationOutcome>,
    /// Programme it was done for.
    pub programme: Change<Programme>,
    /// Where (AGS).
    pub municipality: Change<String>,
    /// Who may read it.
    pub visibility: Change<Visibility>,
    /// What it was about. A sealed text can't be compared, so a text that is set counts as changed.
    pub subject: Change<Text>,
    /// Notes.
    pub note: Change<Text>,
}

impl CorrectConsultation {
    fn over(
        &self,
        before: &ConsultationFacts,
        known: &Consultations,
        context: &Context,
    ) -> Result<ConsultationFacts, Rejection> {
        let patch = &self.patch;
        let sealed =
            |field: &str, change: &Change<Text>, before: Option<Commitment>, max: usize| {
                Ok(match change {
                    Change::Keep => before,
                    Change::Clear => None,
                    Change::Set(text) => {
                        let subject = self.consultation.record();
                        Some(check::seal_text(context, subject, field, text, max)?)
                    }
                })
            };
        Ok(ConsultationFacts {
            consultation_type: patch.consultation_type.unwrap_or(before.consultation_type),
            mode: patch.mode.unwrap_or(before.mode),
            duration_minutes: match patch.duration_minutes {
                Some(minutes) => rules::duration(minutes)?,
                None => before.duration_minutes,
            },
            preparation_minutes: match patch.preparation_minutes {
                Some(minutes) => rules::preparation(minutes)?,
                None => before.preparation_minutes,
            },
            target_group: patch.target_group.unwrap_or(before.target_group),
            action_areas: match &patch.action_areas {
                Some(areas) => rules::action_areas(areas)?,
                None => before.action_areas.clone(),
            },
            task_type: patch.task_type.apply(before.task_type),
            organisations: match &patch.organisations {
                Some(ids) => rules::organisations(ids, known, context)?,
                None => before.organisations.clone(),
            },
            number_advised: match patch.number_advised {
                Change::Keep => before.number_advised,
                Change::Clear => None,
                Change::Set(number) => Some(rules::number_advised(number)?),
            },
            language: patch.language.apply(before.language),
            outcome: patch.outcome.apply(before.outcome),
            programme: patch.programme.apply(before.programme),
            municipality: match &patch.municipality {
                Change::Keep => before.municipality.clone(),
                Change::Clear => None,
                Change::Set(key) => Some(check::municipality("municipality", key)?),
            },
            visibility: patch.visibility.apply(before.visibility),
            subject: sealed("subject", &patch.subject, before.subject, Text::TITLE)?,
            note: sealed("note", &patch.note, before.note, Text::NOTE)?,
        })
    }

    fn day(&self, before: &State, context: &Context) -> Result<Date, Rejection> {
        match self.patch.occurred_on {
            Some(day) => rules::occurred_on(day, context),
            None => Ok(before.day),
        }
    }
}

impl Decision for CorrectConsultation {
    type Facts = Consultations;

    fn query(&self) -> Query {
        let organisations = self.patch.organisations.iter().flatten();
        Consultations::query(
            Some(self.consultation),
            organisations
                .take(rules::ORGANISATIONS)
                .map(|id| id.record()),
        )
    }

    fn evolve(facts: &mut Consultations, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Consultations, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Consultation, context)?;
        let before = known.require(self.consultation, context)?;
        before.require_counting()?;
        before.trail.expect(self.expected_version)?;
        let day = self.day(before, context)?;
        let facts = self.over(&before.facts, known, context)?;
        let same_day = (day == before.day).then_some(&before.facts);
        rules::values_valid(&facts, day, same_day)?;
        let changed = rules::changed_fields((&before.facts, before.day), (&facts, day));
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let subject = self.consultation.record();
        let data = ConsultationEvent::Corrected(Corrected {
            consultation: self.consultation,
            facts,
            changed,
            reason: check::seal_text(context, subject, "reason", &self.reason, Text::NOTE)?,
            source: None,
        });
        Ok(vec![state::event(context, day, data)])
    }
}

#[cfg(test)]
mod tests;
