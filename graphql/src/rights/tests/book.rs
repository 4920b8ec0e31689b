//! What a test knows of a generated world, told by the deeds and not by the views: which records there are, who
//! takes part in what, and what is open to whom. What follows for a reader is said here once more, in the words of
//! `domain.md` 11.2.

use std::collections::BTreeSet;

use querschnitt_domain::account::TokenHash;
use querschnitt_domain::exception::OrderKind;
use querschnitt_domain::{
    ActorId, CentreKey, DeputyId, GrantId, MachineTokenId, OrderId, RecordId, RecordKind, Role,
};
use querschnitt_policy::{Action, Matrix, Relation, Relations};
use time::{Date, OffsetDateTime};

use super::super::coded;
use crate::viewer::Viewer;

/// A record.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) record: RecordId,
    pub(super) centre: CentreKey,
    pub(super) by: ActorId,
    pub(super) about: About,
    pub(super) retracted: bool,
    /// It came behind the back of those who are asked.
    pub(super) unseen: bool,
}

/// What it has to do with others.
#[derive(Clone, Debug)]
pub(super) enum About {
    Nothing,
    SteeringGroup,
    Meeting {
        network: RecordId,
        came: Vec<RecordId>,
    },
    Agreement {
        network: RecordId,
        responsible: Option<RecordId>,
    },
    Review {
        applicant: Option<RecordId>,
        asked: Vec<Option<RecordId>>,
    },
}

/// A membership: of whom, where, and whether it has ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) network: RecordId,
    pub(super) organisation: RecordId,
    pub(super) left: Option<Date>,
}

/// A request or an audit order.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) id: OrderId,
    pub(super) kind: OrderKind,
    pub(super) centre: CentreKey,
    pub(super) records: Vec<RecordId>,
    pub(super) valid_to: Date,
    pub(super) closed: bool,
}

/// Somebody with an account.
#[derive(Clone, Copy, Debug)]
pub(super) struct Person {
    pub(super) id: ActorId,
    pub(super) centre: CentreKey,
    pub(super) machine: bool,
    pub(super) unseen: bool,
}

/// A role that was given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Granted {
    pub(super) account: ActorId,
    pub(super) grant: GrantId,
    pub(super) role: Role,
    pub(super) centre: CentreKey,
}

/// A use of break-glass.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glass {
    pub(super) record: RecordId,
    pub(super) account: ActorId,
    pub(super) centre: CentreKey,
    pub(super) until: OffsetDateTime,
    pub(super) unseen: bool,
}

/// All that is known.
#[derive(Default, Debug)]
pub(super) struct Book {
    pub(super) entries: Vec<Entry>,
    pub(super) members: Vec<Member>,
    pub(super) same: Vec<(RecordId, RecordId)>,
    pub(super) orders: Vec<Order>,
    pub(super) people: Vec<Person>,
    pub(super) grants: Vec<Granted>,
    pub(super) deputies: Vec<(ActorId, DeputyId, CentreKey)>,
    pub(super) tokens: Vec<(ActorId, MachineTokenId, TokenHash, CentreKey)>,
    pub(super) glasses: Vec<Glass>,
}

impl Book {
    pub(super) fn entry(&self, record: RecordId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.record == record)
    }

    fn counts(&self, record: RecordId) -> bool {
        self.entry(record).is_some_and(|entry| !entry.retracted)
    }

    /// All entries of the register that are the same organisation.
    fn same_as(&self, organisation: RecordId) -> BTreeSet<RecordId> {
        let mut all = BTreeSet::from([organisation]);
        loop {
            let before = all.len();
            for (one, other) in &self.same {
                if all.contains(one) || all.contains(other) {
                    all.extend([*one, *other]);
                }
            }
            if all.len() == before {
                return all;
            }
        }
    }

    /// A network with what belongs to it, and who takes part there.
    fn network(&self, network: RecordId) -> BTreeSet<RecordId> {
        let mut part = BTreeSet::new();
        if !self.counts(network) {
            return part;
        }
        part.insert(network);
        let mut others = Vec::new();
        let members = self
            .members
            .iter()
            .filter(|member| member.network == network);
        others.extend(members.map(|member| member.organisation));
        for entry in self.entries.iter().filter(|entry| !entry.retracted) {
            match &entry.about {
                About::Meeting { network: of, came } if *of == network => {
                    part.insert(entry.record);
                    others.extend(came);
                }
                About::Agreement {
                    network: of,
                    responsible,
                } if *of == network => {
                    part.insert(entry.record);
                    others.extend(*responsible);
                }
                About::Nothing
                | About::SteeringGroup
                | About::Meeting { .. }
                | About::Agreement { .. }
                | About::Review { .. } => {}
            }
        }
        part.extend(others.into_iter().flat_map(|one| self.same_as(one)));
        part
    }

    /// What lies before a steering group.
    fn before_body(&self, body: RecordId) -> BTreeSet<RecordId> {
        match self.entry(body).map(|entry| &entry.about) {
            Some(About::SteeringGroup) => self.network(body),
            _ => BTreeSet::new(),
        }
    }

    /// What an organisation is invited to today.
    fn invited(
        &self,
        organisation: RecordId,
        today: Date,
        with_reviews: bool,
    ) -> BTreeSet<RecordId> {
        if !self.counts(organisation) {
            return BTreeSet::new();
        }
        let own = self.same_as(organisation);
        let mut part = own.clone();
        for member in &self.members {
            if own.contains(&member.organisation) && member.left.is_none_or(|left| today < left) {
                part.extend(self.network(member.network));
            }
        }
        for entry in self
            .entries
            .iter()
            .filter(|entry| with_reviews && !entry.retracted)
        {
            if let About::Review { applicant, asked } = &entry.about {
                let applies = applicant.is_some_and(|id| own.contains(&id));
                if !applies && asked.iter().flatten().any(|id| own.contains(id)) {
                    part.insert(entry.record);
                    let others = applicant.iter().chain(asked.iter().flatten());
                    part.extend(others.flat_map(|one| self.same_as(*one)));
                }
            }
        }
        part
    }

    /// How somebody stands to a record.
    pub(super) fn standing(
        &self,
        viewer: &Viewer,
        record: RecordId,
        now: OffsetDateTime,
    ) -> Relations {
        let today = querschnitt_store::berlin_date(now);
        let entry = self.entry(record);
        let centre = entry
            .map(|entry| entry.centre)
            .or_else(|| self.centre_of_office(record));
        if centre != Some(viewer.actor.centre) {
            return Relations::NONE;
        }
        // For an authority there are no reviews, and nobody who is known through them.
        let with_reviews = viewer.actor.role != Role::AuthorityOfficer;
        let invited = viewer.organisation.is_some_and(|id| {
            self.invited(id.record(), today, with_reviews)
                .contains(&record)
        });
        let body = viewer
            .body
            .is_some_and(|id| self.before_body(id.record()).contains(&record));
        let own = record.kind == RecordKind::Consultation
            && entry.is_some_and(|entry| entry.by == viewer.actor.counts_for());
        let mut orders = self.orders.iter().filter(|order| {
            order.kind.opens_to() == viewer.actor.role
                && order.centre == viewer.actor.centre
                && !order.closed
                && today < order.valid_to
        });
        let requested =
            orders.any(|order| order.records.is_empty() || order.records.contains(&record));
        let glass = self.glasses.iter().any(|glass| {
            (glass.account, glass.centre) == (viewer.actor.id, viewer.actor.centre)
                && now < glass.until
        });
        Relations::of([Relation::Centre])
            .with_if(Relation::Invited, invited)
            .with_if(Relation::Body, body)
            .with_if(Relation::Own, own)
            .with_if(Relation::Request, requested)
            .with_if(Relation::Glass, glass)
            .with_if(Relation::Technical, record.kind == RecordKind::Account)
    }

    /// Whether a record is there for somebody at all.
    pub(super) fn exists(
        &self,
        matrix: &Matrix,
        viewer: &Viewer,
        record: RecordId,
        now: OffsetDateTime,
    ) -> bool {
        let entry = matrix.entry(viewer.actor.role, coded(record.kind));
        entry.allows(Action::Read, self.standing(viewer, record, now))
    }

    fn centre_of_office(&self, record: RecordId) -> Option<CentreKey> {
        let person = self
            .people
            .iter()
            .find(|person| person.id.record() == record);
        let order = self.orders.iter().find(|order| order.id.record() == record);
        let glass = self.glasses.iter().find(|glass| glass.record == record);
        let person = person.map(|person| person.centre);
        person
            .or(order.map(|order| order.centre))
            .or(glass.map(|glass| glass.centre))
    }

    /// Whether an account came behind the back of those who are asked.
    pub(super) fn is_unseen(&self, account: ActorId) -> bool {
        self.people
            .iter()
            .any(|person| person.id == account && person.unseen)
    }

    /// What came behind the back of those who are asked.
    pub(super) fn unseen(&self) -> Vec<RecordId> {
        let entries = self
            .entries
            .iter()
            .filter(|entry| entry.unseen)
            .map(|entry| entry.record);
        let people = self
            .people
            .iter()
            .filter(|person| person.unseen)
            .map(|person| person.id.record());
        let glasses = self
            .glasses
            .iter()
            .filter(|glass| glass.unseen)
            .map(|glass| glass.record);
        entries.chain(people).chain(glasses).collect()
    }
}
