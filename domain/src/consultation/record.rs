//! Record a consultation that took place.

use std::collections::BTreeMap;

use time::Date;

use super::state::{self, Consultations};
use super::{ConsultationEvent, ConsultationFacts, Linked, Recorded};
use super::{import, rules};
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
use crate::text::{Commitment, Text};
use crate::values::{
    ActionArea, ConsultationMode, ConsultationOutcome, ConsultationType, Language, Programme,
    TargetGroup, TaskType, Visibility,
};

/// The most records that a new consultation is linked to at once.
const LINKS: usize = 20;

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
    pub(super) fn imported_id(&self) -> Option<ConsultationId> {
        let source = self.source.as_ref()?;
        Some(ConsultationId(source.record_id(self.centre)))
    }

    /// The facts, checked, without the texts.
    pub(super) fn coded(
        &self,
        known: &Consultations,
        context: &Context,
    ) -> Result<ConsultationFacts, Rejection> {
        Ok(ConsultationFacts {
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
            subject: None,
            note: None,
        })
    }

    fn facts(
        &self,
        id: ConsultationId,
        known: &Consultations,
        context: &Context,
    ) -> Result<ConsultationFacts, Rejection> {
        let sealed = |field: &str, text: Option<&Text>, max: usize| {
            check::seal_text_option(context, id.record(), field, text, max)
        };
        let facts = ConsultationFacts {
            subject: sealed("subject", self.subject.as_ref(), Text::TITLE)?,
            note: sealed("note", self.note.as_ref(), Text::NOTE)?,
            ..self.coded(known, context)?
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

    fn first(
        &self,
        id: ConsultationId,
        known: &Consultations,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        let mut events = vec![ConsultationEvent::Recorded(Recorded {
            consultation: id,
            facts: self.facts(id, known, context)?,
            source: self.source.as_ref().map(|source| source.digest),
        })];
        events.extend(self.linked(id, known, context)?);
        Ok(events
            .into_iter()
            .map(|data| state::event(context, self.occurred_on, data))
            .collect())
    }

    /// Decides; `texts` are those of an entry imported before, as far as they could be opened.
    pub(super) fn decide_knowing(
        &self,
        texts: &BTreeMap<Commitment, Text>,
        known: &Consultations,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        // Who may import is decided where an import is started, not by role.
        if self.source.is_none() {
            may::write(RecordClass::Consultation, context)?;
        }
        check::own_centre(self.centre, context)?;
        rules::occurred_on(self.occurred_on, context)?;
        let imported = self.source.as_ref().zip(self.imported_id());
        if let Some((source, id)) = imported
            && let Some(before) = known.find(id)
        {
            return import::again(self, source.digest, (id, before), texts, known, context);
        }
        let id = self.imported_id();
        let id = id.unwrap_or_else(|| ConsultationId(context.new_id()));
        self.first(id, known, context)
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
        self.decide_knowing(&BTreeMap::new(), known, context)
    }
}

#[cfg(test)]
mod tests;
