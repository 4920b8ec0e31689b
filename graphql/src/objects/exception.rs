//! What opens something that is closed otherwise: requests, audit orders and break-glass.

use async_graphql::{Context, Error, ID, Object};
use querschnitt_domain::{ActorId, CentreKey, Commitment, GlassId, OrderId, RecordId, RecordKind};
use querschnitt_policy::Cell;
use querschnitt_projections::facts::{GlassRow, OrderRow};
use querschnitt_store::berlin_date;

use super::access_enums::OrderKind;
use super::{Node, account, node};
use crate::access_log::seen;
use crate::command::Load;
use crate::objects::NOW;
use crate::scalars::{Date, DateTime};
use crate::services::{reader, services, text_in, viewer};
use crate::token::global_id;

/// The reason: for the data-protection officer, and for whoever gave it.
fn reason(
    context: &Context<'_>,
    subject: (RecordId, CentreKey),
    given_by: ActorId,
    reason: Commitment,
) -> Result<Option<String>, Error> {
    let cell = if viewer(context)?.actor.id == given_by {
        Cell::Exception
    } else {
        Cell::AccessLog
    };
    text_in(context, cell, subject, Some(&reason))
}

/// Anliegen einer Person or Prüfauftrag.
#[derive(Clone)]
pub(crate) struct AccessOrder(OrderRow);

impl Load for AccessOrder {
    const KIND: RecordKind = RecordKind::Exception;

    fn load(context: &Context<'_>, record: RecordId, _at: u64) -> Result<Option<Self>, Error> {
        let Ok(order) = OrderId::try_from(record) else {
            return Ok(None);
        };
        let viewer = reader(context, Cell::Exception)?;
        let state = services(context)?.runner.read();
        let row = state.facts().access().all_orders().newest(order);
        let row = row.filter(|row| row.centre == viewer.centre());
        if row.is_some() {
            seen(context, record, Cell::Exception);
        }
        Ok(row.map(|row| Self(row.clone())))
    }
}

impl AccessOrder {
    pub(crate) const fn new(row: OrderRow) -> Self {
        Self(row)
    }
}

/// Anliegen einer Person or Prüfauftrag: while it is open, texts are open to whoever reads them only on
/// request.
#[Object]
impl AccessOrder {
    /// The global id, opaque.
    async fn id(&self) -> ID {
        global_id(self.0.id.record()).into()
    }

    /// What it is.
    async fn kind(&self) -> OrderKind {
        self.0.kind.into()
    }

    /// Which records it is about; none: the whole centre. Of a person's request, for the data-protection
    /// officer; nothing for others.
    async fn records(&self, context: &Context<'_>) -> Result<Vec<Node>, Error> {
        let mut found = Vec::new();
        // Whom a person's request is about is told to whoever opened it and to the data-protection officer.
        if self.0.kind == querschnitt_domain::exception::OrderKind::PersonRequest
            && viewer(context)?.actor.id != self.0.opened_by
            && reader(context, Cell::AccessLog).is_err()
        {
            return Ok(found);
        }
        for record in self.0.records.iter() {
            found.extend(node(context, *record, NOW)?);
        }
        Ok(found)
    }

    /// Begründung; null for those who may not read it, or when it was erased.
    async fn reason(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let subject = (self.0.id.record(), self.0.centre);
        reason(context, subject, self.0.opened_by, self.0.reason)
    }

    /// When it was opened.
    async fn opened_at(&self) -> DateTime {
        DateTime(self.0.recorded_at)
    }

    /// The account that opened it.
    async fn opened_by(&self) -> ID {
        account(self.0.opened_by)
    }

    /// The first day it is open no more.
    async fn valid_to(&self) -> Date {
        Date(self.0.valid_to)
    }

    /// Offen: not closed, and not over.
    async fn open(&self, context: &Context<'_>) -> Result<bool, Error> {
        let today = berlin_date(services(context)?.executor.clock().now());
        Ok(self.0.known.is_current() && today < self.0.valid_to)
    }
}

/// Notzugriff.
#[derive(Clone)]
pub(crate) struct GlassBreak(GlassRow);

impl Load for GlassBreak {
    const KIND: RecordKind = RecordKind::Exception;

    /// For the data-protection officer, and for whoever broke the glass.
    fn load(context: &Context<'_>, record: RecordId, _at: u64) -> Result<Option<Self>, Error> {
        let Ok(glass) = GlassId::try_from(record) else {
            return Ok(None);
        };
        let who = viewer(context)?;
        let row = {
            let state = services(context)?.runner.read();
            state.facts().access().glasses().newest(glass).cloned()
        };
        let row = row.filter(|row| row.centre == who.centre());
        let row = row
            .filter(|row| row.account == who.actor.id || reader(context, Cell::AccessLog).is_ok());
        if row.is_some() {
            seen(context, record, Cell::Exception);
        }
        Ok(row.map(Self))
    }
}

impl GlassBreak {
    pub(crate) const fn new(row: GlassRow) -> Self {
        Self(row)
    }
}

/// Notzugriff: the head looked into what is closed to the head otherwise.
#[Object]
impl GlassBreak {
    /// The global id, opaque.
    async fn id(&self) -> ID {
        global_id(self.0.id.record()).into()
    }

    /// The account that broke the glass.
    async fn account(&self) -> ID {
        account(self.0.account)
    }

    /// Begründung; null when it was erased.
    async fn reason(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let subject = (self.0.id.record(), self.0.centre);
        reason(context, subject, self.0.account, self.0.reason)
    }

    /// When.
    async fn at(&self) -> DateTime {
        DateTime(self.0.recorded_at)
    }

    /// From when on it opens nothing, unless it was ended before.
    async fn until(&self) -> DateTime {
        DateTime(self.0.until)
    }

    /// Offen: not ended, not over, and the account has not been locked or lost the role since.
    async fn open(&self, context: &Context<'_>) -> Result<bool, Error> {
        let services = services(context)?;
        let now = services.executor.clock().now();
        Ok(services.runner.read().facts().access().opens(&self.0, now))
    }
}
