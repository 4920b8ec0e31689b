//! What decisions know of consultations and of the records they name.

use std::collections::{BTreeMap, BTreeSet};

use time::Date;

use super::{ConsultationEvent, ConsultationFacts, merged};
use crate::centre::CentreKey;
use crate::context::Context;
use crate::event::Event;
use crate::event_data::{EventData, EventKind};
use crate::existing::{Existing, Trail, unknown};
use crate::id::{ConsultationId, RecordId};
use crate::query::{Query, QueryItem};
use crate::rejection::{Rejection, RejectionCode};
use crate::seen::SourceSeen;
use crate::source::SourceDigest;

/// Every kind of event of a consultation's own record.
const KINDS: [EventKind; 5] = [
    EventKind::ConsultationRecorded,
    EventKind::ConsultationCorrected,
    EventKind::ConsultationRetracted,
    EventKind::ConsultationLinked,
    EventKind::ConsultationUnlinked,
];

/// The consultations that a decision's query found, as they stand, and the records that exist.
#[derive(Clone, Default, Debug)]
pub struct Consultations {
    found: BTreeMap<ConsultationId, State>,
    /// The organisations and other records the command names.
    pub(super) existing: Existing,
}

/// One consultation as it stands.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// Whose it is.
    centre: CentreKey,
    /// The day it took place.
    pub(super) day: Date,
    /// What it was.
    pub(super) facts: ConsultationFacts,
    /// The records it has to do with.
    pub(super) links: BTreeSet<RecordId>,
    /// Whether it counts nowhere any more.
    pub(super) retracted: bool,
    /// What its source said when it was imported last.
    pub(super) imported: Option<Imported>,
    /// The content its source had then.
    pub(super) source: Option<SourceDigest>,
    /// Its changes.
    pub(super) trail: Trail,
}

/// A day and facts, as a source says them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Imported {
    pub(super) day: Date,
    pub(super) facts: ConsultationFacts,
}

impl Consultations {
    /// Everything about one consultation, and whether these other records exist.
    pub(super) fn query(
        id: Option<ConsultationId>,
        others: impl IntoIterator<Item = RecordId>,
    ) -> Query {
        let own = id.map(|id| QueryItem::tagged(id.tag()).of(&KINDS));
        let seen = id.map(|id| SourceSeen::item(id.record()));
        let others = others.into_iter().map(Existing::item);
        let items = own.into_iter().chain(seen).chain(others);
        items.fold(Query::none(), Query::or)
    }

    pub(super) fn evolve(&mut self, event: &Event) {
        self.existing.evolve(event);
        if let EventData::Seen(seen) = &event.data {
            let id = ConsultationId::try_from(seen.record).ok();
            if let Some(state) = id.and_then(|id| self.found.get_mut(&id)) {
                state.seen(seen);
            }
        }
        let EventData::Consultation(data) = &event.data else {
            return;
        };
        let id = data.consultation();
        if let ConsultationEvent::Recorded(recorded) = data {
            let mut trail = Trail::default();
            trail.push([]);
            let state = State {
                centre: event.centre,
                day: event.occurred_on,
                facts: recorded.facts.clone(),
                links: BTreeSet::new(),
                retracted: false,
                imported: recorded.source.map(|_| Imported {
                    day: event.occurred_on,
                    facts: recorded.facts.clone(),
                }),
                source: recorded.source,
                trail,
            };
            self.found.insert(id, state);
        } else if let Some(state) = self.found.get_mut(&id) {
            state.evolve(data, event.occurred_on);
        }
    }

    /// The consultation, in whatever centre.
    pub(super) fn find(&self, id: ConsultationId) -> Option<&State> {
        self.found.get(&id)
    }

    /// The consultation, which must exist in the actor's centre.
    pub(super) fn require(
        &self,
        id: ConsultationId,
        context: &Context,
    ) -> Result<&State, Rejection> {
        self.found
            .get(&id)
            .filter(|state| state.centre == context.centre)
            .ok_or_else(|| unknown("consultation", id.record()))
    }
}

impl State {
    fn evolve(&mut self, data: &ConsultationEvent, day: Date) {
        match data {
            ConsultationEvent::Recorded(_) => {}
            ConsultationEvent::Corrected(event) => {
                if event.source.is_some() {
                    let new = Imported {
                        day,
                        facts: event.facts.clone(),
                    };
                    self.imported = Some(merged::said(&new, &self.now(), &self.said()));
                }
                self.day = day;
                self.facts = event.facts.clone();
                self.source = event.source.or(self.source);
                self.trail.push(event.changed.iter().map(AsRef::as_ref));
            }
            ConsultationEvent::Retracted(_) => {
                self.retracted = true;
                self.trail.push(["retracted"]);
            }
            ConsultationEvent::Linked(event) => {
                self.links.insert(event.to);
                self.trail.push(["links"]);
            }
            ConsultationEvent::Unlinked(event) => {
                self.links.remove(&event.to);
                self.trail.push(["links"]);
            }
        }
    }

    fn seen(&mut self, seen: &SourceSeen) {
        let mut said = self.said();
        merged::agree(&mut said, &self.now(), seen);
        self.imported = Some(said);
        self.source = Some(seen.source);
    }

    /// What it says.
    pub(super) fn now(&self) -> Imported {
        Imported {
            day: self.day,
            facts: self.facts.clone(),
        }
    }

    /// What its source said at the last import.
    pub(super) fn said(&self) -> Imported {
        self.imported.clone().unwrap_or_else(|| self.now())
    }

    /// It must not be retracted.
    pub(super) fn require_counting(&self) -> Result<(), Rejection> {
        if self.retracted {
            return Err(Rejection::field(
                RejectionCode::StateForbids,
                "consultation",
                "Diese Beratung wurde zurückgezogen und kann nicht mehr geändert werden; tragen Sie sie neu ein, wenn sie doch stattgefunden hat.",
            ));
        }
        Ok(())
    }
}

/// An event of a consultation of the actor's centre.
pub(super) fn event(context: &Context, occurred_on: Date, data: ConsultationEvent) -> Event {
    Event {
        centre: context.centre,
        occurred_on,
        occurred_at: None,
        data: EventData::Consultation(data),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_knows_every_kind_of_the_record() {
        let kinds: Vec<EventKind> = EventKind::ALL
            .into_iter()
            .filter(|kind| kind.wire_name().starts_with("consultation."))
            .collect();
        assert_eq!(kinds, KINDS);
    }
}
