//! Record a consultation that took place.

use time::Date;

use super::rules;
use super::state::{self, Consultations, State};
use super::{ConsultationEvent, ConsultationFacts, Corrected, Linked, Recorded};
use crate::centre::CentreKey;
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::{ConsultationId, OrganisationId, RecordId};
use crate::may::{self, RecordClass};
use crate::query::Query;
use crate::rejection::Rejection;
use crate::source::Source;
use crate::text::Text;
use crate::values::{
    ActionArea, ConsultationMode, ConsultationOutcome, ConsultationType, Language, Programme,
    TargetGroup, TaskType, Visibility,
};

/// The most records that a new consultation is linked to at once.
const LINKS: usize = 20;

/// Why an import corrects a consultation; stands where people give their reason.
const SOURCE_CHANGED: &str = "Die Quelle hat den Eintrag geändert.";

/// The command: first what an office always knows, then what may be left out.
#[derive(Clone, Debug)]
pub struct RecordConsultation {
    /// Whose consultation.
    pub centre: CentreKey,
    /// The day it took place, from 1990 to today.
    pub occurred_on: Date,
    /// Beratungsart.
    pub consultation_type: ConsultationType,
    /// Form.
    pub mode: ConsultationMode,
    /// Minutes with the advised, 1 to 1,440.
    pub duration_minutes: i32,
    /// Zielgruppe.
    pub target_group: TargetGroup,
    /// Handlungsfelder, at least one.
    pub action_areas: Vec<ActionArea>,
    /// Minutes of preparation and follow-up, 0 to 6,000.
    pub preparation_minutes: Option<i32>,
    /// Aufgabenschwerpunkt.
    pub task_type: Option<TaskType>,
    /// The advised organisations, at most 50.
    pub organisations: Vec<OrganisationId>,
    /// How many people were advised, 0 to 10,000.
    pub number_advised: Option<i32>,
    /// In which language.
    pub language: Option<Language>,
    /// Ergebnis.
    pub outcome: Option<ConsultationOutcome>,
    /// Programme it was done for.
    pub programme: Option<Programme>,
    /// Where (AGS).
    pub municipality: Option<String>,
    /// Who may read it, beyond the access matrix.
    pub visibility: Option<Visibility>,
    /// What it was about.
    pub subject: Option<Text>,
    /// Notes.
    pub note: Option<Text>,
    /// Other records it has to do with, at most 20.
    pub links: Vec<RecordId>,
    /// Where it comes from, when it is imported.
    pub source: Option<Source>,
}

impl RecordConsultation {
    fn imported_id(&self) -> Option<ConsultationId> {
        let source = self.source.as_ref()?;
        Some(ConsultationId(source.record_id(self.centre)))
    }

    /// The facts, with the texts of `before` where this command has none.
    fn facts(
        &self,
        id: ConsultationId,
        before: Option<&State>,
        known: &Consultations,
        context: &Context,
    ) -> Result<ConsultationFacts, Rejection> {
        let before = before.map(|state| &state.facts);
        let sealed = |field: &str, text: Option<&Text>, max: usize| {
            check::seal_text_option(context, id.record(), field, text, max)
        };
        let facts = ConsultationFacts {
            consultation_type: self.consultation_type,
            mode: self.mode,
            duration_minutes: rules::duration(self.duration_minutes)?,
            preparation_minutes: rules::preparation(self.preparation_minutes.unwrap_or(0))?,
            target_group: self.target_group,
            action_areas: rules::action_areas(&self.action_areas)?,
            task_type: self.task_type,
            organisations: rules::organisations(&self.organisations, known, context)?,
            number_advised: self.number_advised.map(rules::number_advised).transpose()?,
            language: self.language,
            outcome: self.outcome,
            programme: self.programme,
            municipality: self
                .municipality
                .as_deref()
                .map(|key| check::municipality("municipality", key))
                .transpose()?,
            visibility: self.visibility,
            subject: sealed("subject", self.subject.as_ref(), Text::TITLE)?
                .or_else(|| before?.subject),
            note: sealed("note", self.note.as_ref(), Text::NOTE)?.or_else(|| before?.note),
        };
        rules::values_valid(&facts, self.occurred_on, None)?;
        Ok(facts)
    }

    fn linked(
        &self,
        id: ConsultationId,
        known: &Consultations,
        context: &Context,
    ) -> Result<Vec<ConsultationEvent>, Rejection> {
        check::at_most("links", &self.links, LINKS)?;
        for (index, link) in self.links.iter().enumerate() {
            known
                .existing
                .require(&format!("links[{index}]"), *link, context)?;
        }
        Ok(check::sorted_once("links", &self.links)?
            .into_iter()
            .map(|to| {
                ConsultationEvent::Linked(Linked {
                    consultation: id,
                    to,
                })
            })
            .collect())
    }

    /// The source has other content than at the last import. What the office retracted stays so.
    fn again(
        &self,
        id: ConsultationId,
        before: &State,
        known: &Consultations,
        context: &Context,
    ) -> Result<Vec<ConsultationEvent>, Rejection> {
        if before.retracted {
            return Ok(Vec::new());
        }
        let facts = self.facts(id, Some(before), known, context)?;
        let changed =
            rules::changed_fields((&before.facts, before.day), (&facts, self.occurred_on));
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let reason = check::line("reason", SOURCE_CHANGED, Text::NOTE)?;
        Ok(vec![ConsultationEvent::Corrected(Corrected {
            consultation: id,
            facts,
            changed,
            reason: context.seal(id.record(), &reason),
            source: self.source.as_ref().map(|source| source.digest),
        })])
    }

    fn first(
        &self,
        id: ConsultationId,
        known: &Consultations,
        context: &Context,
    ) -> Result<Vec<ConsultationEvent>, Rejection> {
        let mut events = vec![ConsultationEvent::Recorded(Recorded {
            consultation: id,
            facts: self.facts(id, None, known, context)?,
            source: self.source.as_ref().map(|source| source.digest),
        })];
        events.extend(self.linked(id, known, context)?);
        Ok(events)
    }
}

impl Decision for RecordConsultation {
    type Facts = Consultations;

    fn query(&self) -> Query {
        let organisations = self.organisations.iter().take(rules::ORGANISATIONS);
        let links = self.links.iter().take(LINKS).copied();
        Consultations::query(
            self.imported_id(),
            organisations.map(|id| id.record()).chain(links),
        )
    }

    fn evolve(facts: &mut Consultations, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Consultations, context: &Context) -> Result<Vec<Event>, Rejection> {
        // Who may import is decided where an import is started, not by role.
        if self.source.is_none() {
            may::write(RecordClass::Consultation, context)?;
        }
        check::own_centre(self.centre, context)?;
        let day = rules::occurred_on(self.occurred_on, context)?;
        let digest = self.source.as_ref().map(|source| source.digest);
        let imported = self
            .imported_id()
            .and_then(|id| Some((id, known.find(id)?)));
        let events = match imported {
            Some((_, before)) if before.source == digest => Vec::new(),
            Some((id, before)) => self.again(id, before, known, context)?,
            None => {
                let id = self
                    .imported_id()
                    .unwrap_or_else(|| ConsultationId(context.new_id()));
                self.first(id, known, context)?
            }
        };
        Ok(events
            .into_iter()
            .map(|data| state::event(context, day, data))
            .collect())
    }
}

#[cfg(test)]
mod tests;
