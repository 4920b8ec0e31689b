//! The types clients see, one file per record. Each is a row of the facts as it stood at one
//! position; what it leads to is read at the same position.

mod access_entry;
mod access_enums;
mod account;
mod agreement;
mod centre;
mod consultation;
mod event;
mod exception;
mod figure;
mod letterhead;
mod meeting;
mod network;
mod organisation;
mod review;
mod unit;

use async_graphql::{Context, Error, ID, Interface};
use querschnitt_domain::{RecordId, RecordKind};
use querschnitt_policy::Cell;
use querschnitt_projections::Known;
use querschnitt_projections::facts::{Facts, Key, Rows};
use querschnitt_projections::views::Listed;

pub(crate) use access_entry::{AccessEntry, AccessLogGap};
pub(crate) use access_enums::{AccountKind, OrderKind, Role, TokenScope};
pub(crate) use account::{Account, MachineToken, knows_accounts};
pub(crate) use agreement::{Agreement, AgreementState};
pub(crate) use centre::Centre;
pub(crate) use consultation::Consultation;
pub(crate) use event::Event;
pub(crate) use exception::{AccessOrder, GlassBreak};
pub(crate) use figure::{Dimension, Figure, code};
pub(crate) use letterhead::Letterhead;
pub(crate) use meeting::Meeting;
pub(crate) use network::{Membership, Network};
pub(crate) use organisation::Organisation;
pub(crate) use review::{ProjectReview, ReviewCheck, ReviewState, ReviewWaiting, account};
pub(crate) use unit::Unit;

use crate::access_log::seen;
use crate::command::Load;
use crate::services::{services, viewer};

/// Any record with an id of its own.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The global id, opaque."))]
pub(crate) enum Node {
    /// An organisation.
    Organisation(Box<Organisation>),
    /// A consultation.
    Consultation(Box<Consultation>),
    /// A network.
    Network(Box<Network>),
    /// A meeting.
    NetworkMeeting(Box<Meeting>),
    /// An agreement.
    Agreement(Box<Agreement>),
    /// A project review.
    ProjectReview(Box<ProjectReview>),
    /// The letterhead of a centre.
    Letterhead(Box<Letterhead>),
    /// A unit of a centre's authority.
    Unit(Box<Unit>),
}

/// Now: every position the node has applied.
pub(crate) const NOW: u64 = u64::MAX;

/// The record as it stood at a position, if it exists for the viewer. A record that was retracted
/// is still found by its id: its history stays readable, and it says that it was retracted.
pub(crate) fn node(
    context: &Context<'_>,
    record: RecordId,
    at: u64,
) -> Result<Option<Node>, Error> {
    Ok(match record.kind {
        RecordKind::Organisation => {
            Organisation::load(context, record, at)?.map(|it| Node::Organisation(Box::new(it)))
        }
        RecordKind::Consultation => {
            Consultation::load(context, record, at)?.map(|it| Node::Consultation(Box::new(it)))
        }
        RecordKind::Network => {
            Network::load(context, record, at)?.map(|it| Node::Network(Box::new(it)))
        }
        RecordKind::Meeting => {
            Meeting::load(context, record, at)?.map(|it| Node::NetworkMeeting(Box::new(it)))
        }
        RecordKind::Review => {
            ProjectReview::load(context, record, at)?.map(|it| Node::ProjectReview(Box::new(it)))
        }
        RecordKind::Agreement => {
            Agreement::load(context, record, at)?.map(|it| Node::Agreement(Box::new(it)))
        }
        RecordKind::Letterhead => {
            Letterhead::load(context, record, at)?.map(|it| Node::Letterhead(Box::new(it)))
        }
        // Accounts have queries of their own.
        RecordKind::Account | RecordKind::Exception => None,
        RecordKind::Unit => Unit::load(context, record, at)?.map(|it| Node::Unit(Box::new(it))),
    })
}

/// The row of a record as it stood at a position, if the viewer reads this cell of it. `None` hides alike
/// what does not exist and what is not to be seen.
pub(crate) fn load<R>(
    context: &Context<'_>,
    cell: Cell,
    record: RecordId,
    at: u64,
    rows: impl FnOnce(&Facts) -> &Rows<R>,
) -> Result<Option<R>, Error>
where
    R: Listed + Clone,
    R::Id: Key + TryFrom<RecordId>,
{
    let Ok(id) = R::Id::try_from(record) else {
        return Ok(None);
    };
    let (services, viewer) = (services(context)?, viewer(context)?);
    let state = services.runner.read();
    let rows = rows(state.facts());
    let row = if at == NOW {
        rows.newest(id)
    } else {
        // Of what was known then, the newest: a record retracted before `at` shows as retracted.
        rows.versions(id).find(|row| row.known().from() <= at)
    };
    let asking = services.asking(&viewer, &state);
    if row.is_none() {
        asking.misses(cell, record);
    }
    let row = row.filter(|row| asking.reads(cell, record, row.centre()));
    if row.is_some() {
        seen(context, record, cell);
    }
    Ok(row.cloned())
}

/// Whether a row had been retracted at a position.
pub(crate) fn retracted(known: Known, at: u64) -> bool {
    !known.at(at.min(NOW - 1))
}
