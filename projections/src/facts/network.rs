//! What network events mean: rows of bodies and of memberships in them.

use std::collections::HashMap;

use querschnitt_domain::network::{NetworkEvent, NetworkFacts};
use querschnitt_domain::values::{BodyType, KiRole, LegalNature};
use querschnitt_domain::{CentreKey, Commitment, NetworkId, OrganisationId, Recorded};
use time::Date;

use super::Facts;
use super::rows::Row;
use crate::action_area_set::ActionAreaSet;
use crate::digest::{Canonical, Digested};
use crate::known::Known;

/// A body that meets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NetworkRow {
    /// Its id.
    pub id: NetworkId,
    /// The centre whose book it is in.
    pub centre: CentreKey,
    /// The position of the event that recorded it.
    pub recorded: u64,
    /// The day it exists from.
    pub founded_on: Date,
    /// Its last day; `None` while it is open.
    pub closed_on: Option<Date>,
    /// Its name, sealed.
    pub name: Commitment,
    /// Gremienart.
    pub body_type: BodyType,
    /// Its legal nature.
    pub legal_nature: Option<LegalNature>,
    /// What the centre is in it, unless a meeting says otherwise.
    pub ki_role: Option<KiRole>,
    /// Handlungsfelder, unless a meeting says otherwise.
    pub action_areas: ActionAreaSet,
    /// A note on it, sealed.
    pub note: Option<Commitment>,
    /// How many events of its own the record has had.
    pub version: u32,
    /// When the row was known.
    pub known: Known,
}

impl NetworkRow {
    /// Whether the body exists on this day.
    #[must_use]
    pub fn open_on(&self, day: Date) -> bool {
        self.founded_on <= day && self.closed_on.is_none_or(|last| day <= last)
    }

    fn state(&mut self, facts: &NetworkFacts) {
        self.name = facts.name;
        self.body_type = facts.body_type;
        self.legal_nature = facts.legal_nature;
        self.ki_role = facts.ki_role;
        self.action_areas = facts.action_areas.iter().collect();
        self.note = facts.note;
    }
}

impl Row for NetworkRow {
    type Id = NetworkId;
    fn id(&self) -> NetworkId {
        self.id
    }
    fn known(&self) -> Known {
        self.known
    }
    fn known_mut(&mut self) -> &mut Known {
        &mut self.known
    }
}

/// An organisation's membership in a body, from one day until another. One that joins again has
/// two rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MembershipRow {
    /// The body.
    pub network: NetworkId,
    /// The member.
    pub organisation: OrganisationId,
    /// The centre whose book it is in.
    pub centre: CentreKey,
    /// The first day.
    pub joined_on: Date,
    /// The first day it does not belong to it any more; `None` while it does.
    pub left_on: Option<Date>,
    /// In which function, sealed.
    pub function: Option<Commitment>,
    /// When the row was known.
    pub known: Known,
}

impl MembershipRow {
    /// Whether the organisation belongs to the body on this day.
    #[must_use]
    pub fn lasts_on(&self, day: Date) -> bool {
        self.joined_on <= day && self.left_on.is_none_or(|left| day < left)
    }
}

/// All memberships, found by body.
#[derive(Debug, Default)]
pub struct Memberships {
    rows: Vec<MembershipRow>,
    by_network: HashMap<NetworkId, Vec<u32>>,
}

impl Memberships {
    /// Every row that stood at `position`, in the order in which they became known.
    pub fn all_at(&self, position: u64) -> impl Iterator<Item = &MembershipRow> {
        self.rows.iter().filter(move |row| row.known.at(position))
    }

    /// The rows of one body that stood at `position`, in the order in which they became known.
    pub fn of_at(&self, network: NetworkId, position: u64) -> impl Iterator<Item = &MembershipRow> {
        self.by_network
            .get(&network)
            .into_iter()
            .flatten()
            .filter_map(|number| self.rows.get(*number as usize))
            .filter(move |row| row.known.at(position))
    }

    /// Every row there ever was, in the order in which they became known.
    #[must_use]
    pub fn history(&self) -> &[MembershipRow] {
        &self.rows
    }

    pub(super) fn digest(&self, to: &mut Canonical) {
        to.table("membership", &self.rows);
        for (number, row) in (0_u32..).zip(&self.rows) {
            let found = self.by_network.get(&row.network);
            let place = found.and_then(|numbers| numbers.binary_search(&number).ok());
            to.option(place, |to, place| {
                to.number(place as u64);
            });
            to.spill();
        }
    }

    fn push(&mut self, row: MembershipRow) {
        // Never cut off in practice: positions stop at 32 bits.
        let number = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        self.by_network.entry(row.network).or_default().push(number);
        self.rows.push(row);
    }

    /// Ends the row of a membership that has not been left, and gives it back.
    fn take_open(
        &mut self,
        network: NetworkId,
        organisation: OrganisationId,
        position: u64,
    ) -> Option<MembershipRow> {
        self.take_where(network, position, |row| {
            row.organisation == organisation && row.left_on.is_none()
        })
    }

    /// Ends the row of a membership that began on a day, and gives it back.
    fn take(
        &mut self,
        (network, organisation, joined_on): (NetworkId, OrganisationId, Date),
        position: u64,
    ) -> Option<MembershipRow> {
        self.take_where(network, position, |row| {
            row.organisation == organisation && row.joined_on == joined_on
        })
    }

    /// Ends all rows of a body.
    fn end(&mut self, network: NetworkId, position: u64) {
        while self.take_where(network, position, |_| true).is_some() {}
    }

    fn take_where(
        &mut self,
        network: NetworkId,
        position: u64,
        is_meant: impl Fn(&MembershipRow) -> bool,
    ) -> Option<MembershipRow> {
        let number = self
            .by_network
            .get(&network)?
            .iter()
            .copied()
            .rfind(|number| {
                self.rows
                    .get(*number as usize)
                    .is_some_and(|row| row.known.is_current() && is_meant(row))
            })?;
        let row = self.rows.get_mut(number as usize)?;
        row.known.end(position);
        Some(row.clone())
    }
}

impl Facts {
    pub(super) fn apply_network(&mut self, recorded: &Recorded, event: &NetworkEvent) {
        let position = recorded.position;
        let day = recorded.event.occurred_on;
        match event {
            NetworkEvent::Founded(event) => self.networks.put(NetworkRow {
                id: event.network,
                centre: recorded.event.centre,
                recorded: position,
                founded_on: day,
                closed_on: None,
                name: event.facts.name,
                body_type: event.facts.body_type,
                legal_nature: event.facts.legal_nature,
                ki_role: event.facts.ki_role,
                action_areas: event.facts.action_areas.iter().collect(),
                note: event.facts.note,
                version: 1,
                known: Known::since(position),
            }),
            NetworkEvent::Changed(event) => {
                self.change_network(recorded, event.network, |row| row.state(&event.facts));
            }
            NetworkEvent::MemberJoined(event) => {
                self.change_network(recorded, event.network, |_| {});
                // A decision refuses to join twice; should it happen, the later word counts.
                self.memberships
                    .take_open(event.network, event.organisation, position);
                self.memberships.push(MembershipRow {
                    network: event.network,
                    organisation: event.organisation,
                    centre: recorded.event.centre,
                    joined_on: day,
                    left_on: None,
                    function: event.function,
                    known: Known::since(position),
                });
            }
            NetworkEvent::MemberLeft(event) => {
                self.change_network(recorded, event.network, |_| {});
                let open = self
                    .memberships
                    .take_open(event.network, event.organisation, position);
                if let Some(mut row) = open {
                    row.left_on = Some(day);
                    row.known = Known::since(position);
                    self.memberships.push(row);
                }
            }
            NetworkEvent::Closed(event) => {
                self.change_network(recorded, event.network, |row| row.closed_on = Some(day));
            }
            NetworkEvent::Reopened(event) => {
                self.change_network(recorded, event.network, |row| row.closed_on = None);
            }
            NetworkEvent::Corrected(event) => {
                self.change_network(recorded, event.network, |row| {
                    row.state(&event.facts);
                    row.founded_on = day;
                });
            }
            NetworkEvent::MemberCorrected(event) => {
                self.change_network(recorded, event.network, |_| {});
                let member = (event.network, event.organisation, event.was_joined_on);
                if let Some(mut row) = self.memberships.take(member, position) {
                    row.joined_on = day;
                    row.left_on = event.left_on;
                    row.function = event.function;
                    row.known = Known::since(position);
                    self.memberships.push(row);
                }
            }
            NetworkEvent::MemberRetracted(event) => {
                self.change_network(recorded, event.network, |_| {});
                let member = (event.network, event.organisation, day);
                self.memberships.take(member, position);
            }
            NetworkEvent::Retracted(event) => {
                self.networks.end(event.network, position);
                self.memberships.end(event.network, position);
            }
        }
    }

    fn change_network(
        &mut self,
        recorded: &Recorded,
        id: NetworkId,
        change: impl FnOnce(&mut NetworkRow),
    ) {
        if let Some(mut row) = self.networks.current(id).cloned() {
            row.version += 1;
            row.known = Known::since(recorded.position);
            change(&mut row);
            self.networks.put(row);
        }
    }
}

impl Digested for NetworkRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            id,
            centre,
            recorded,
            founded_on,
            closed_on,
            name,
            body_type,
            legal_nature,
            ki_role,
            action_areas,
            note,
            version,
            known,
        } = self;
        to.id(id.0).centre(*centre).number(*recorded);
        to.day(*founded_on).option(*closed_on, |to, day| {
            to.day(day);
        });
        to.sealed(*name).code(*body_type);
        to.option(*legal_nature, |to, code| {
            to.code(code);
        });
        to.option(*ki_role, |to, code| {
            to.code(code);
        });
        to.areas(*action_areas).option(*note, |to, note| {
            to.sealed(note);
        });
        to.number(*version).known(*known);
    }
}

impl Digested for MembershipRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            network,
            organisation,
            centre,
            joined_on,
            left_on,
            function,
            known,
        } = self;
        to.id(network.0).id(organisation.0).centre(*centre);
        to.day(*joined_on).option(*left_on, |to, day| {
            to.day(day);
        });
        to.option(*function, |to, function| {
            to.sealed(function);
        });
        to.known(*known);
    }
}
