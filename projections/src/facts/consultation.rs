//! What consultation events mean: one row per state of a consultation. Rows are kept small; a log
//! holds millions of them.

use std::sync::Arc;

use querschnitt_domain::consultation::{ConsultationEvent, ConsultationFacts};
use querschnitt_domain::values::{
    ConsultationMode, ConsultationOutcome, ConsultationType, Language, Programme, TargetGroup,
    TaskType, Visibility,
};
use querschnitt_domain::{
    CentreKey, Commitment, ConsultationId, OrganisationId, RecordId, Recorded,
};
use time::Date;

use super::Facts;
use super::rows::Row;
use crate::action_area_set::ActionAreaSet;
use crate::digest::{Canonical, Digested};
use crate::known::Known;

/// A consultation (Beratung).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsultationRow {
    /// Its id.
    pub id: ConsultationId,
    /// The position of the event that recorded it.
    pub recorded: u64,
    /// When the row was known.
    pub known: Known,
    /// The day of the consultation.
    pub occurred_on: Date,
    /// How many events of its own the record has had.
    pub version: u32,
    /// Handlungsfelder, at least one.
    pub action_areas: ActionAreaSet,
    /// The centre whose book it is in.
    pub centre: CentreKey,
    /// Beratungsart.
    pub consultation_type: ConsultationType,
    /// Form.
    pub mode: ConsultationMode,
    /// Zielgruppe.
    pub target_group: TargetGroup,
    /// Minutes with the advised.
    pub duration_minutes: u16,
    /// Minutes of preparation and follow-up.
    pub preparation_minutes: u16,
    /// How many people were advised, where that is known.
    pub number_advised: Option<u16>,
    /// Aufgabenschwerpunkt.
    pub task_type: Option<TaskType>,
    /// In which language.
    pub language: Option<Language>,
    /// Ergebnis.
    pub outcome: Option<ConsultationOutcome>,
    /// Programme it was done for.
    pub programme: Option<Programme>,
    /// Who may read it, beyond the access matrix.
    pub visibility: Option<Visibility>,
    /// The official municipality key (AGS), eight digits.
    pub municipality: Option<Arc<str>>,
    /// The advised organisations, sorted.
    pub organisations: Box<[OrganisationId]>,
    seldom: Option<Box<Seldom>>,
}

/// What most consultations do not have.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Seldom {
    subject: Option<Commitment>,
    note: Option<Commitment>,
    links: Vec<RecordId>,
}

impl ConsultationRow {
    /// What it was about, sealed.
    #[must_use]
    pub fn subject(&self) -> Option<Commitment> {
        self.seldom.as_ref().and_then(|seldom| seldom.subject)
    }

    /// Notes, sealed.
    #[must_use]
    pub fn note(&self) -> Option<Commitment> {
        self.seldom.as_ref().and_then(|seldom| seldom.note)
    }

    /// The other records it has to do with, in the order in which they were linked.
    #[must_use]
    pub fn links(&self) -> &[RecordId] {
        self.seldom.as_ref().map_or(&[], |seldom| &seldom.links)
    }

    fn set_links(&mut self, change: impl FnOnce(&mut Vec<RecordId>)) {
        let mut seldom = self.seldom.take().unwrap_or_default();
        change(&mut seldom.links);
        self.seldom = Some(seldom).filter(|seldom| **seldom != Seldom::default());
    }
}

impl Row for ConsultationRow {
    type Id = ConsultationId;
    fn id(&self) -> ConsultationId {
        self.id
    }
    fn known(&self) -> Known {
        self.known
    }
    fn known_mut(&mut self) -> &mut Known {
        &mut self.known
    }
}

impl Facts {
    pub(super) fn apply_consultation(&mut self, recorded: &Recorded, event: &ConsultationEvent) {
        match event {
            ConsultationEvent::Recorded(event) => {
                let row = self.consultation_row(recorded, event.consultation, &event.facts);
                self.consultations.put(row);
            }
            ConsultationEvent::Corrected(event) => {
                if let Some(before) = self.consultations.current(event.consultation) {
                    let (version, first) = (before.version + 1, before.recorded);
                    let links = before.links().to_vec();
                    let mut row = self.consultation_row(recorded, event.consultation, &event.facts);
                    row.version = version;
                    row.recorded = first;
                    row.set_links(|of_row| *of_row = links);
                    self.consultations.put(row);
                }
            }
            ConsultationEvent::Retracted(event) => {
                self.consultations
                    .end(event.consultation, recorded.position);
            }
            ConsultationEvent::Linked(event) => {
                self.link_consultation(recorded, event.consultation, |links| {
                    if !links.contains(&event.to) {
                        links.push(event.to);
                    }
                });
            }
            ConsultationEvent::Unlinked(event) => {
                self.link_consultation(recorded, event.consultation, |links| {
                    links.retain(|link| *link != event.to);
                });
            }
        }
    }

    fn link_consultation(
        &mut self,
        recorded: &Recorded,
        id: ConsultationId,
        change: impl FnOnce(&mut Vec<RecordId>),
    ) {
        if let Some(mut row) = self.consultations.current(id).cloned() {
            row.version += 1;
            row.known = Known::since(recorded.position);
            row.set_links(change);
            self.consultations.put(row);
        }
    }

    fn consultation_row(
        &mut self,
        recorded: &Recorded,
        id: ConsultationId,
        facts: &ConsultationFacts,
    ) -> ConsultationRow {
        let seldom = Seldom {
            subject: facts.subject,
            note: facts.note,
            links: Vec::new(),
        };
        ConsultationRow {
            id,
            recorded: recorded.position,
            known: Known::since(recorded.position),
            occurred_on: recorded.event.occurred_on,
            version: 1,
            action_areas: facts.action_areas.iter().collect(),
            centre: recorded.event.centre,
            consultation_type: facts.consultation_type,
            mode: facts.mode,
            target_group: facts.target_group,
            duration_minutes: facts.duration_minutes,
            preparation_minutes: facts.preparation_minutes,
            number_advised: facts.number_advised,
            task_type: facts.task_type,
            language: facts.language,
            outcome: facts.outcome,
            programme: facts.programme,
            visibility: facts.visibility,
            municipality: self.municipality(facts.municipality.as_deref()),
            organisations: facts.organisations.as_slice().into(),
            seldom: Some(Box::new(seldom)).filter(|seldom| **seldom != Seldom::default()),
        }
    }
}

impl Digested for ConsultationRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            id,
            recorded,
            known,
            occurred_on,
            version,
            action_areas,
            centre,
            consultation_type,
            mode,
            target_group,
            duration_minutes,
            preparation_minutes,
            number_advised,
            task_type,
            language,
            outcome,
            programme,
            visibility,
            municipality,
            organisations,
            seldom: _,
        } = self;
        to.id(id.0).centre(*centre).number(*recorded);
        to.day(*occurred_on).areas(*action_areas);
        to.code(*consultation_type).code(*mode).code(*target_group);
        to.number(*duration_minutes).number(*preparation_minutes);
        to.option(*number_advised, |to, number| {
            to.number(number);
        });
        to.option(*task_type, |to, code| {
            to.code(code);
        });
        to.option(*language, |to, code| {
            to.code(code);
        });
        to.option(*outcome, |to, code| {
            to.code(code);
        });
        to.option(*programme, |to, code| {
            to.code(code);
        });
        to.option(*visibility, |to, code| {
            to.code(code);
        });
        to.option(municipality.as_deref(), |to, key| {
            to.text(key);
        });
        to.list(organisations, |to, id| {
            to.id(id.0);
        });
        for sealed in [self.subject(), self.note()] {
            to.option(sealed, |to, sealed| {
                to.sealed(sealed);
            });
        }
        to.list(self.links(), |to, link| {
            to.record(*link);
        });
        to.number(*version).known(*known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_stays_small() {
        assert!(
            size_of::<ConsultationRow>() <= 136,
            "{}",
            size_of::<ConsultationRow>()
        );
    }
}
