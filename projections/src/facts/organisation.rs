//! What organisation events mean: one row per state of an entry in the register.

use std::sync::Arc;

use querschnitt_domain::organisation::Description;
use querschnitt_domain::organisation::OrganisationEvent;
use querschnitt_domain::values::{CentreRelation, LegalArea, OrganisationKind};
use querschnitt_domain::{CentreKey, Commitment, OrganisationId, Recorded};

use super::Facts;
use super::rows::Row;
use crate::digest::{Canonical, Digested};
use crate::known::Known;

/// An entry in the register of a centre.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrganisationRow {
    /// Its id.
    pub id: OrganisationId,
    /// The centre whose register it is in.
    pub centre: CentreKey,
    /// The position of the event that registered it.
    pub recorded: u64,
    /// Its name, sealed.
    pub name: Commitment,
    /// Organisationsart.
    pub kind: OrganisationKind,
    /// The legal areas it stands for, sorted.
    pub legal_areas: Box<[LegalArea]>,
    /// The official municipality key (AGS), eight digits.
    pub municipality: Option<Arc<str>>,
    /// Its place or address in words, sealed.
    pub place: Option<Commitment>,
    /// Its district, sealed.
    pub district: Option<Commitment>,
    /// A note on it, sealed.
    pub note: Option<Commitment>,
    /// How it stands to the centre.
    pub relation: Option<CentreRelation>,
    /// The entry this one was found to be the same as. That one may be linked on in its turn:
    /// [`Facts::canonical`] follows.
    pub same_as: Option<OrganisationId>,
    /// How many events of its own the record has had.
    pub version: u32,
    /// When the row was known.
    pub known: Known,
}

impl Row for OrganisationRow {
    type Id = OrganisationId;
    fn id(&self) -> OrganisationId {
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
    pub(super) fn apply_organisation(&mut self, recorded: &Recorded, event: &OrganisationEvent) {
        match event {
            OrganisationEvent::Registered(event) => {
                let description = self.description(&event.description);
                self.organisations.put(OrganisationRow {
                    id: event.organisation,
                    centre: recorded.event.centre,
                    recorded: recorded.position,
                    name: event.name,
                    kind: description.kind,
                    legal_areas: description.legal_areas,
                    municipality: description.municipality,
                    place: description.place,
                    district: description.district,
                    note: description.note,
                    relation: event.relation,
                    same_as: None,
                    version: 1,
                    known: Known::since(recorded.position),
                });
            }
            OrganisationEvent::Renamed(event) => {
                self.change_organisation(recorded, event.organisation, |row| row.name = event.name);
            }
            OrganisationEvent::Described(event) => {
                let description = self.description(&event.description);
                self.change_organisation(recorded, event.organisation, |row| {
                    row.kind = description.kind;
                    row.legal_areas = description.legal_areas;
                    row.municipality = description.municipality;
                    row.place = description.place;
                    row.district = description.district;
                    row.note = description.note;
                });
            }
            OrganisationEvent::RelationSet(event) => {
                self.change_organisation(recorded, event.organisation, |row| {
                    row.relation = Some(event.relation);
                });
            }
            OrganisationEvent::LinkedAsSame(event) => {
                self.ever_linked.insert(event.organisation);
                self.change_organisation(recorded, event.organisation, |row| {
                    row.same_as = Some(event.same_as);
                });
            }
            OrganisationEvent::UnlinkedAsSame(event) => {
                self.change_organisation(recorded, event.organisation, |row| row.same_as = None);
            }
            OrganisationEvent::Corrected(event) => {
                let description = self.description(&event.description);
                self.change_organisation(recorded, event.organisation, |row| {
                    row.name = event.name;
                    row.kind = description.kind;
                    row.legal_areas = description.legal_areas;
                    row.municipality = description.municipality;
                    row.place = description.place;
                    row.district = description.district;
                    row.note = description.note;
                    row.relation = event.relation;
                });
            }
            OrganisationEvent::Retracted(event) => {
                self.organisations
                    .end(event.organisation, recorded.position);
            }
        }
    }

    /// A new row from the one that stands.
    fn change_organisation(
        &mut self,
        recorded: &Recorded,
        id: OrganisationId,
        change: impl FnOnce(&mut OrganisationRow),
    ) {
        if let Some(mut row) = self.organisations.current(id).cloned() {
            row.version += 1;
            row.known = Known::since(recorded.position);
            change(&mut row);
            self.organisations.put(row);
        }
    }

    fn description(&mut self, description: &Description) -> DescriptionFields {
        DescriptionFields {
            kind: description.kind,
            legal_areas: description.legal_areas.as_slice().into(),
            municipality: self.municipality(description.municipality.as_deref()),
            place: description.place,
            district: description.district,
            note: description.note,
        }
    }
}

struct DescriptionFields {
    kind: OrganisationKind,
    legal_areas: Box<[LegalArea]>,
    municipality: Option<Arc<str>>,
    place: Option<Commitment>,
    district: Option<Commitment>,
    note: Option<Commitment>,
}

impl Digested for OrganisationRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            id,
            centre,
            recorded,
            name,
            kind,
            legal_areas,
            municipality,
            place,
            district,
            note,
            relation,
            same_as,
            version,
            known,
        } = self;
        to.id(id.0).centre(*centre).number(*recorded).sealed(*name);
        to.code(*kind).list(legal_areas, |to, area| {
            to.code(*area);
        });
        to.option(municipality.as_deref(), |to, key| {
            to.text(key);
        });
        to.option(*note, |to, note| {
            to.sealed(note);
        });
        to.option(*relation, |to, relation| {
            to.code(relation);
        });
        to.option(*same_as, |to, id| {
            to.id(id.0);
        });
        to.number(*version).known(*known);
        // A log from before places were told in words keeps its digest.
        for (name, text) in [("place", place), ("district", district)] {
            if let Some(text) = *text {
                to.text(name).sealed(text);
            }
        }
    }
}
