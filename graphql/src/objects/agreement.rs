//! An agreement made in a network.

use async_graphql::{Context, Enum, Error, ID, Object};
use querschnitt_domain::{RecordId, RecordKind};
use querschnitt_projections::facts::{AgreementRow, AgreementState as State, Facts};

use super::{Centre, Meeting, Network, Organisation, load, retracted};
use crate::command::Load;
use crate::scalars::Date;
use crate::services::text;
use crate::token::global_id;
use querschnitt_policy::Cell;

/// Vereinbarung made in a body: who does what until when.
#[derive(Clone)]
pub(crate) struct Agreement {
    pub(crate) row: AgreementRow,
    pub(crate) at: u64,
}

/// How an agreement stands.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "querschnitt_projections::facts::AgreementState")]
pub(crate) enum AgreementState {
    /// Offen.
    Open,
    /// Erledigt.
    Fulfilled,
    /// Fallengelassen.
    Dropped,
}

impl Load for Agreement {
    const KIND: RecordKind = RecordKind::Agreement;

    fn load(context: &Context<'_>, record: RecordId, at: u64) -> Result<Option<Self>, Error> {
        let row = load(context, Cell::Meeting, record, at, Facts::agreements)?;
        Ok(row.map(|row| Self { row, at }))
    }
}

/// Vereinbarung: who does what until when.
#[Object]
impl Agreement {
    /// The global id, opaque.
    pub(crate) async fn id(&self) -> ID {
        global_id(self.row.id.record()).into()
    }

    /// The centre whose book it is in.
    async fn centre(&self) -> Centre {
        Centre(self.row.centre)
    }

    /// The body it was made in.
    async fn network(&self, context: &Context<'_>) -> Result<Option<Network>, Error> {
        Network::load(context, self.row.network.record(), self.at)
    }

    /// The meeting it was made at.
    async fn meeting(&self, context: &Context<'_>) -> Result<Option<Meeting>, Error> {
        match self.row.meeting {
            Some(id) => Meeting::load(context, id.record(), self.at),
            None => Ok(None),
        }
    }

    /// What was agreed; null when it was erased or this role may not read it.
    async fn subject(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        text(
            context,
            Cell::MeetingText,
            self.row.id.record(),
            Some(&self.row.subject),
        )
    }

    /// Who does it.
    async fn responsible(&self, context: &Context<'_>) -> Result<Option<Organisation>, Error> {
        match self.row.responsible {
            Some(id) => Organisation::load(context, id.record(), self.at),
            None => Ok(None),
        }
    }

    /// The day it was made.
    async fn made_on(&self) -> Date {
        Date(self.row.made_on)
    }

    /// Until when (the day still counts as in time).
    async fn due_on(&self) -> Option<Date> {
        self.row.due_on.map(Date)
    }

    /// How it stands.
    async fn state(&self) -> AgreementState {
        State::into(self.row.state)
    }

    /// Whether it should have been done before this day and is still open.
    async fn overdue(&self, on: Date) -> bool {
        self.row.overdue_on(on.0)
    }

    /// The day it was fulfilled or dropped.
    async fn settled_on(&self) -> Option<Date> {
        self.row.settled_on.map(Date)
    }

    /// How it was done, or why not; null when nothing was written or this role may not read it.
    async fn settled_note(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        text(
            context,
            Cell::MeetingText,
            self.row.id.record(),
            self.row.settled_note.as_ref(),
        )
    }

    /// Whether it was retracted: it counts nowhere and is in no list; its history stays.
    async fn retracted(&self) -> bool {
        retracted(self.row.known, self.at)
    }

    /// How many events of its own the record has had; send it as `expectedVersion` to learn when
    /// somebody else changed the record meanwhile.
    async fn version(&self) -> i64 {
        self.row.version.into()
    }
}
