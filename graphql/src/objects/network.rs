//! A network: a body that meets.

use async_graphql::{Context, Error, ID, Object};
use querschnitt_domain::{RecordId, RecordKind};
use querschnitt_projections::facts::{Facts, MembershipRow, NetworkRow};

use super::{Centre, Organisation, load, retracted};
use crate::command::Load;
use crate::scalars::{ActionArea, BodyType, Date, KiRole, LegalNature};
use crate::services::{services, text};
use crate::token::global_id;
use querschnitt_policy::Cell;

/// Gremium: a body that meets (Arbeitskreis, Ausschuss, Lenkungsgruppe …).
#[derive(Clone)]
pub(crate) struct Network {
    pub(crate) row: NetworkRow,
    pub(crate) at: u64,
}

impl Load for Network {
    const KIND: RecordKind = RecordKind::Network;

    fn load(context: &Context<'_>, record: RecordId, at: u64) -> Result<Option<Self>, Error> {
        let row = load(context, Cell::Meeting, record, at, Facts::networks)?;
        Ok(row.map(|row| Self { row, at }))
    }
}

impl Network {
    /// Its name, outside a field of its own.
    pub(crate) fn plain_name(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        text(
            context,
            Cell::Meeting,
            self.row.id.record(),
            Some(&self.row.name),
        )
    }
}

/// Gremium: a body that meets.
#[Object]
impl Network {
    /// The global id, opaque.
    pub(crate) async fn id(&self) -> ID {
        global_id(self.row.id.record()).into()
    }

    /// The centre whose book it is in.
    async fn centre(&self) -> Centre {
        Centre(self.row.centre)
    }

    /// Its name; null when it was erased.
    async fn name(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        self.plain_name(context)
    }

    /// Gremienart.
    async fn body_type(&self) -> BodyType {
        self.row.body_type.into()
    }

    /// Rechtsnatur.
    async fn legal_nature(&self) -> Option<LegalNature> {
        self.row.legal_nature.map(Into::into)
    }

    /// What the centre is in it, unless a meeting says otherwise.
    async fn ki_role(&self) -> Option<KiRole> {
        self.row.ki_role.map(Into::into)
    }

    /// Handlungsfelder, unless a meeting says otherwise.
    async fn action_areas(&self) -> Vec<ActionArea> {
        self.row.action_areas.iter().map(Into::into).collect()
    }

    /// A note on it; null when there is none or this role may not read it.
    async fn note(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        text(
            context,
            Cell::MeetingText,
            self.row.id.record(),
            self.row.note.as_ref(),
        )
    }

    /// The day it exists from.
    async fn founded_on(&self) -> Date {
        Date(self.row.founded_on)
    }

    /// Its last day.
    async fn closed_on(&self) -> Option<Date> {
        self.row.closed_on.map(Date)
    }

    /// The organisations that belong or belonged to it; with `on`, those of that day.
    async fn members(
        &self,
        context: &Context<'_>,
        on: Option<Date>,
    ) -> Result<Vec<Membership>, Error> {
        let state = services(context)?.runner.read();
        Ok(state
            .facts()
            .memberships()
            .of_at(self.row.id, self.at.min(super::NOW - 1))
            .filter(|row| on.is_none_or(|day| row.lasts_on(day.0)))
            .map(|row| Membership {
                row: row.clone(),
                at: self.at,
            })
            .collect())
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

/// Mitgliedschaft: an organisation in a body, from one day until another.
#[derive(Clone)]
pub(crate) struct Membership {
    row: MembershipRow,
    at: u64,
}

impl Membership {
    pub(crate) const fn new(row: MembershipRow, at: u64) -> Self {
        Self { row, at }
    }
}

/// Mitgliedschaft: an organisation in a body, from one day until another.
#[Object]
impl Membership {
    /// The member; null when this role may not see it.
    async fn organisation(&self, context: &Context<'_>) -> Result<Option<Organisation>, Error> {
        Organisation::load(context, self.row.organisation.record(), self.at)
    }

    /// The body.
    async fn network(&self, context: &Context<'_>) -> Result<Option<Network>, Error> {
        Network::load(context, self.row.network.record(), self.at)
    }

    /// In which function; null when none was given or this role may not read it.
    async fn function(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let function = self.row.function.as_ref();
        text(
            context,
            Cell::MeetingText,
            self.row.network.record(),
            function,
        )
    }

    /// The first day.
    async fn joined_on(&self) -> Date {
        Date(self.row.joined_on)
    }

    /// The first day it does not belong to it any more.
    async fn left_on(&self) -> Option<Date> {
        self.row.left_on.map(Date)
    }
}
