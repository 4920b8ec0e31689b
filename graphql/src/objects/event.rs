//! An event as timelines, `events` and the subscription show it.

use async_graphql::{Context, Error, ID, Object};
use querschnitt_domain::{ActorId, Commitment, RecordId};
use querschnitt_projections::views::timeline::TimelineEntry;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Centre, NOW, Node, account, node};
use crate::rights::{Asking, coded, texts};
use crate::scalars::{Date, DateTime, Position};
use crate::services::{services, text_in};
use crate::token::global_id;

/// Ereignis: what happened to a record, when, and who recorded it in which role.
#[derive(Clone)]
pub(crate) struct Event {
    pub(crate) position: u64,
    recorded_at: OffsetDateTime,
    occurred_on: time::Date,
    kind: &'static str,
    record: RecordId,
    centre: Centre,
    actor: Uuid,
    on_behalf_of: Option<ActorId>,
    role: &'static str,
    changed: Vec<String>,
    reason: Option<Commitment>,
    sentence: String,
}

impl Event {
    /// What the viewer is shown of an event that exists for the viewer.
    pub(crate) fn shown(entry: &TimelineEntry<'_>, asking: &Asking<'_>) -> Self {
        let names_staff = asking.names_staff(coded(entry.record.kind));
        let changed = asking.changed(entry);
        Self {
            position: entry.position,
            recorded_at: entry.recorded_at,
            occurred_on: entry.occurred_on,
            kind: entry.kind.wire_name(),
            record: entry.record,
            centre: Centre(entry.centre),
            actor: match names_staff {
                true => entry.actor.0,
                false => Uuid::nil(),
            },
            on_behalf_of: entry.on_behalf_of.filter(|_| names_staff),
            role: match names_staff {
                true => entry.role.as_str(),
                false => "",
            },
            reason: entry.reason,
            sentence: entry.sentence(&changed),
            changed: changed.into_iter().map(str::to_owned).collect(),
        }
    }

    /// The record it happened to.
    pub(crate) const fn of_record(&self) -> RecordId {
        self.record
    }
}

/// Ereignis: something that happened to a record, as the log holds it.
#[Object]
impl Event {
    /// The token of its place in the log; good for `after` and `asOf`.
    async fn position(&self, context: &Context<'_>) -> Result<Position, Error> {
        Ok(Position(services(context)?.tokens.position(self.position)))
    }

    /// The stable name of what happened, for example `consultation.recorded`.
    #[graphql(name = "type")]
    async fn kind(&self) -> &str {
        self.kind
    }

    /// What happened, as one German sentence.
    async fn sentence(&self) -> &str {
        &self.sentence
    }

    /// When the book took it in.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.recorded_at)
    }

    /// The day it is about.
    async fn occurred_on(&self) -> Date {
        Date(self.occurred_on)
    }

    /// The id of the record it happened to.
    async fn record_id(&self) -> ID {
        global_id(self.record).into()
    }

    /// The record it happened to, as it stands now.
    async fn record(&self, context: &Context<'_>) -> Result<Option<Node>, Error> {
        node(context, self.record, NOW)
    }

    /// In whose book.
    async fn centre(&self) -> Centre {
        self.centre
    }

    /// The account that acted. To those outside the centre, who take part in some of its records, no account is
    /// named: they get the id 00000000-0000-0000-0000-000000000000, which no account has.
    async fn actor(&self) -> ID {
        self.actor.to_string().into()
    }

    /// Vertretung: the account that was represented; null where somebody acted in a role of their own, of
    /// events from before this was recorded, and where no account is named.
    async fn on_behalf_of(&self) -> Option<ID> {
        self.on_behalf_of.map(account)
    }

    /// In which role; empty where no account is named.
    async fn role(&self) -> &str {
        self.role
    }

    /// The fields that changed, as clients name them; empty when everything was new. Fields that hold a text are
    /// only named to those who may read it.
    async fn changed(&self) -> &[String] {
        &self.changed
    }

    /// Why; null when no reason was given, it was erased, or this role may not read it.
    async fn reason(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let (cell, whose) = (texts(self.record.kind), (self.record, self.centre.0));
        text_in(context, cell, whose, self.reason.as_ref())
    }
}
