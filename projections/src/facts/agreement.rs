//! What agreement events mean: one row per state of an agreement.

use querschnitt_domain::agreement::{AgreementEvent, AgreementFacts};
use querschnitt_domain::{
    AgreementId, CentreKey, Commitment, MeetingId, NetworkId, OrganisationId, Recorded,
};
use time::Date;

use super::Facts;
use super::rows::Row;
use crate::digest::{Canonical, Digested};
use crate::known::Known;

/// How an agreement stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum AgreementState {
    /// To be done.
    Open,
    /// Done.
    Fulfilled,
    /// Will not be done.
    Dropped,
}

/// An agreement (Vereinbarung) made in a network.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AgreementRow {
    /// Its id.
    pub id: AgreementId,
    /// The body it was made in.
    pub network: NetworkId,
    /// The meeting it was made at.
    pub meeting: Option<MeetingId>,
    /// The centre whose book it is in.
    pub centre: CentreKey,
    /// The position of the event that recorded it.
    pub recorded: u64,
    /// What, sealed.
    pub subject: Commitment,
    /// Who does it.
    pub responsible: Option<OrganisationId>,
    /// The day it was made.
    pub made_on: Date,
    /// Until when (the day still counts as in time).
    pub due_on: Option<Date>,
    /// How it stands.
    pub state: AgreementState,
    /// The day it was fulfilled or dropped.
    pub settled_on: Option<Date>,
    /// How it was done, or why not, sealed.
    pub settled_note: Option<Commitment>,
    /// How many events of its own the record has had.
    pub version: u32,
    /// When the row was known.
    pub known: Known,
}

impl AgreementRow {
    /// Whether it should have been done before this day and is still open.
    #[must_use]
    pub fn overdue_on(&self, day: Date) -> bool {
        self.state == AgreementState::Open && self.due_on.is_some_and(|due| due < day)
    }

    /// Whether it was done, and by its due date.
    #[must_use]
    pub fn fulfilled_in_time(&self) -> bool {
        self.state == AgreementState::Fulfilled
            && match (self.settled_on, self.due_on) {
                (Some(settled), Some(due)) => settled <= due,
                (Some(_), None) => true,
                (None, _) => false,
            }
    }

    fn agree(&mut self, facts: &AgreementFacts) {
        self.network = facts.network;
        self.meeting = facts.meeting;
        self.subject = facts.subject;
        self.responsible = facts.responsible;
        self.due_on = facts.due_on;
    }
}

impl Row for AgreementRow {
    type Id = AgreementId;
    fn id(&self) -> AgreementId {
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
    pub(super) fn apply_agreement(&mut self, recorded: &Recorded, event: &AgreementEvent) {
        let day = recorded.event.occurred_on;
        match event {
            AgreementEvent::Made(event) => self.agreements.put(AgreementRow {
                id: event.agreement,
                network: event.facts.network,
                meeting: event.facts.meeting,
                centre: recorded.event.centre,
                recorded: recorded.position,
                subject: event.facts.subject,
                responsible: event.facts.responsible,
                made_on: day,
                due_on: event.facts.due_on,
                state: AgreementState::Open,
                settled_on: None,
                settled_note: None,
                version: 1,
                known: Known::since(recorded.position),
            }),
            AgreementEvent::Changed(event) => {
                self.change_agreement(recorded, event.agreement, |row| row.agree(&event.facts));
            }
            AgreementEvent::Fulfilled(event) => {
                self.change_agreement(recorded, event.agreement, |row| {
                    row.state = AgreementState::Fulfilled;
                    row.settled_on = Some(day);
                    row.settled_note = event.note;
                });
            }
            AgreementEvent::Dropped(event) => {
                self.change_agreement(recorded, event.agreement, |row| {
                    row.state = AgreementState::Dropped;
                    row.settled_on = Some(day);
                    row.settled_note = event.reason;
                });
            }
            AgreementEvent::Corrected(event) => {
                self.change_agreement(recorded, event.agreement, |row| {
                    row.agree(&event.facts);
                    row.made_on = day;
                });
            }
            AgreementEvent::Reopened(event) => {
                self.change_agreement(recorded, event.agreement, |row| {
                    row.state = AgreementState::Open;
                    row.settled_on = None;
                    row.settled_note = None;
                });
            }
            AgreementEvent::Retracted(event) => {
                self.agreements.end(event.agreement, recorded.position);
            }
        }
    }

    fn change_agreement(
        &mut self,
        recorded: &Recorded,
        id: AgreementId,
        change: impl FnOnce(&mut AgreementRow),
    ) {
        if let Some(mut row) = self.agreements.current(id).cloned() {
            row.version += 1;
            row.known = Known::since(recorded.position);
            change(&mut row);
            self.agreements.put(row);
        }
    }
}

impl Digested for AgreementRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            id,
            network,
            meeting,
            centre,
            recorded,
            subject,
            responsible,
            made_on,
            due_on,
            state,
            settled_on,
            settled_note,
            version,
            known,
        } = self;
        to.id(id.0).id(network.0).centre(*centre).number(*recorded);
        to.option(*meeting, |to, id| {
            to.id(id.0);
        });
        to.sealed(*subject).option(*responsible, |to, id| {
            to.id(id.0);
        });
        to.day(*made_on).option(*due_on, |to, day| {
            to.day(day);
        });
        to.text(match state {
            AgreementState::Open => "OPEN",
            AgreementState::Fulfilled => "FULFILLED",
            AgreementState::Dropped => "DROPPED",
        });
        to.option(*settled_on, |to, day| {
            to.day(day);
        });
        to.option(*settled_note, |to, note| {
            to.sealed(note);
        });
        to.number(*version).known(*known);
    }
}
