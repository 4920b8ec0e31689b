//! What decisions know of organisations, and the rules they share.

use std::collections::BTreeMap;

use time::Date;

use super::{Description, OrganisationEvent, merged};
use crate::centre::CentreKey;
use crate::check;
use crate::context::Context;
use crate::event::Event;
use crate::event_data::{EventData, EventKind};
use crate::existing::{Trail, retracted, unknown};
use crate::id::OrganisationId;
use crate::query::{Query, QueryItem};
use crate::rejection::Rejection;
use crate::seen::SourceSeen;
use crate::source::SourceDigest;
use crate::text::Commitment;
use crate::values::{CentreRelation, LegalArea};

/// Every kind of event of an organisation's own record.
pub(super) const KINDS: [EventKind; 8] = [
    EventKind::OrganisationRegistered,
    EventKind::OrganisationRenamed,
    EventKind::OrganisationDescribed,
    EventKind::OrganisationRelationSet,
    EventKind::OrganisationLinkedAsSame,
    EventKind::OrganisationUnlinkedAsSame,
    EventKind::OrganisationCorrected,
    EventKind::OrganisationRetracted,
];

/// The most legal areas of one organisation.
const LEGAL_AREAS: usize = 30;

/// The organisations that a decision's query found, as they stand.
#[derive(Clone, Default, Debug)]
pub struct Organisations {
    found: BTreeMap<OrganisationId, State>,
    /// Which entry is said to be a duplicate of which.
    same_as: BTreeMap<OrganisationId, OrganisationId>,
}

/// One organisation as it stands.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// Whose register it is in.
    pub(super) centre: CentreKey,
    /// Its name, sealed.
    pub(super) name: Commitment,
    /// What it is.
    pub(super) description: Description,
    /// How it stands to the centre.
    pub(super) relation: Option<CentreRelation>,
    /// What its source said when it was imported last.
    pub(super) imported: Option<Imported>,
    /// The content its source had then.
    pub(super) source: Option<SourceDigest>,
    /// Whether it counts nowhere any more.
    pub(super) retracted: bool,
    /// Its changes.
    pub(super) trail: Trail,
}

/// What a source says of an organisation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Imported {
    pub(super) name: Commitment,
    pub(super) description: Description,
    pub(super) relation: Option<CentreRelation>,
}

impl Organisations {
    /// Everything about one organisation.
    pub(super) fn query(id: OrganisationId) -> Query {
        Query::none()
            .or(QueryItem::tagged(id.tag()).of(&KINDS))
            .or(SourceSeen::item(id.record()))
    }

    pub(super) fn evolve(&mut self, event: &Event) {
        if let EventData::Seen(seen) = &event.data {
            let id = OrganisationId::try_from(seen.record).ok();
            if let Some(state) = id.and_then(|id| self.found.get_mut(&id)) {
                state.seen(seen);
            }
        }
        let EventData::Organisation(data) = &event.data else {
            return;
        };
        let id = data.organisation();
        if let OrganisationEvent::Registered(registered) = data {
            let mut trail = Trail::default();
            trail.push([]);
            let state = State {
                centre: event.centre,
                name: registered.name,
                description: registered.description.clone(),
                relation: registered.relation,
                imported: registered.source.map(|_| Imported {
                    name: registered.name,
                    description: registered.description.clone(),
                    relation: registered.relation,
                }),
                source: registered.source,
                retracted: false,
                trail,
            };
            self.found.insert(id, state);
        }
        match data {
            OrganisationEvent::LinkedAsSame(event) => {
                self.same_as.insert(id, event.same_as);
            }
            OrganisationEvent::UnlinkedAsSame(_) => {
                self.same_as.remove(&id);
            }
            OrganisationEvent::Registered(_)
            | OrganisationEvent::Renamed(_)
            | OrganisationEvent::Described(_)
            | OrganisationEvent::RelationSet(_)
            | OrganisationEvent::Corrected(_)
            | OrganisationEvent::Retracted(_) => {}
        }
        if let Some(state) = self.found.get_mut(&id) {
            state.evolve(data);
        }
    }

    /// The organisation, in whatever centre.
    pub(super) fn find(&self, id: OrganisationId) -> Option<&State> {
        self.found.get(&id)
    }

    /// The organisation, which must exist in the actor's centre and count; `field` names it in the
    /// refusal.
    pub(super) fn require(
        &self,
        field: &str,
        id: OrganisationId,
        context: &Context,
    ) -> Result<&State, Rejection> {
        let state = self.require_entered(field, id, context)?;
        if state.retracted {
            return Err(retracted(field, id.record()));
        }
        Ok(state)
    }

    /// [`Organisations::require`] for one that may have been retracted.
    pub(super) fn require_entered(
        &self,
        field: &str,
        id: OrganisationId,
        context: &Context,
    ) -> Result<&State, Rejection> {
        self.found
            .get(&id)
            .filter(|state| state.centre == context.centre)
            .ok_or_else(|| unknown(field, id.record()))
    }

    /// The entry this one is said to be a duplicate of.
    pub(super) fn same_as(&self, id: OrganisationId) -> Option<OrganisationId> {
        self.same_as.get(&id).copied()
    }
}

impl State {
    fn evolve(&mut self, data: &OrganisationEvent) {
        match data {
            OrganisationEvent::Registered(_) => {}
            OrganisationEvent::Renamed(event) => {
                if event.source.is_some() {
                    let mut said = self.said();
                    said.name = event.name;
                    self.imported = Some(said);
                }
                self.name = event.name;
                self.source = event.source.or(self.source);
                self.trail.push(["name"]);
            }
            OrganisationEvent::Described(event) => {
                if event.source.is_some() {
                    let mut said = self.said();
                    let new = &event.description;
                    said.description = merged::said(new, &self.description, &said.description);
                    self.imported = Some(said);
                }
                self.description = event.description.clone();
                self.source = event.source.or(self.source);
                self.trail.push(event.changed.iter().map(AsRef::as_ref));
            }
            OrganisationEvent::RelationSet(event) => {
                if event.source.is_some() {
                    let mut said = self.said();
                    said.relation = Some(event.relation);
                    self.imported = Some(said);
                }
                self.relation = Some(event.relation);
                self.source = event.source.or(self.source);
                self.trail.push(["relation"]);
            }
            OrganisationEvent::LinkedAsSame(_) | OrganisationEvent::UnlinkedAsSame(_) => {
                self.trail.push(["sameAs"]);
            }
            OrganisationEvent::Corrected(event) => {
                self.name = event.name;
                self.description = event.description.clone();
                self.relation = event.relation;
                self.trail.push(event.changed.iter().map(AsRef::as_ref));
            }
            OrganisationEvent::Retracted(_) => {
                self.retracted = true;
                self.trail.push(["retracted"]);
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
            name: self.name,
            description: self.description.clone(),
            relation: self.relation,
        }
    }

    /// What its source said at the last import.
    pub(super) fn said(&self) -> Imported {
        self.imported.clone().unwrap_or_else(|| self.now())
    }
}

/// The day from which something holds: today, unless an earlier day is said.
pub(super) fn day(occurred_on: Option<Date>, context: &Context) -> Result<Date, Rejection> {
    let day = occurred_on.unwrap_or(context.today);
    check::past_or_today("occurredOn", day, context.today)?;
    check::not_before("occurredOn", day, check::FIRST_DAY)?;
    Ok(day)
}

/// Legal areas sorted, each once and valid on the day.
pub(super) fn legal_areas(areas: &[LegalArea], day: Date) -> Result<Vec<LegalArea>, Rejection> {
    check::at_most("legalAreas", areas, LEGAL_AREAS)?;
    check::all_valid_on("legalAreas", areas, day)?;
    check::sorted_once("legalAreas", areas)
}

/// The fields of the description that differ, as clients name them.
pub(super) fn changed_fields(before: &Description, after: &Description) -> Vec<Box<str>> {
    let Description {
        kind,
        legal_areas,
        municipality,
        place,
        district,
        note,
    } = before;
    [
        ("kind", *kind != after.kind),
        ("legalAreas", *legal_areas != after.legal_areas),
        ("municipality", *municipality != after.municipality),
        ("place", *place != after.place),
        ("district", *district != after.district),
        ("note", *note != after.note),
    ]
    .into_iter()
    .filter(|(_, changed)| *changed)
    .map(|(name, _)| name.into())
    .collect()
}

/// An event of an organisation of the actor's centre.
pub(super) fn event(context: &Context, occurred_on: Date, data: OrganisationEvent) -> Event {
    Event {
        centre: context.centre,
        occurred_on,
        occurred_at: None,
        data: EventData::Organisation(data),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_knows_every_kind_of_the_record() {
        let kinds: Vec<EventKind> = EventKind::ALL
            .into_iter()
            .filter(|kind| kind.wire_name().starts_with("organisation."))
            .collect();
        assert_eq!(kinds, KINDS);
    }
}
