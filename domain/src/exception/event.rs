//! What can happen to what opens something that is closed otherwise. It opens it in the centre of its
//! event.

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

use super::OrderKind;
use crate::id::{GlassId, OrderId, RecordId};
use crate::text::Commitment;

/// The events of requests, orders and break-glass.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ExceptionEvent {
    /// A request or an order is open.
    OrderOpened(OrderOpened),
    /// It is closed before its end.
    OrderClosed(OrderClosed),
    /// The account that acts broke the glass.
    GlassBroken(GlassBroken),
    /// It opens nothing any more, before its end.
    GlassClosed(GlassClosed),
}

/// See [`ExceptionEvent::OrderOpened`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderOpened {
    /// Its own id.
    pub order: OrderId,
    /// What it is.
    pub kind: OrderKind,
    /// Which records it is about, sorted; none: the whole centre.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<RecordId>,
    /// The first day it is open no more, in Berlin.
    #[serde(with = "crate::event_data::day")]
    pub valid_to: Date,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`ExceptionEvent::OrderClosed`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderClosed {
    /// Which one.
    pub order: OrderId,
}

/// See [`ExceptionEvent::GlassBroken`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GlassBroken {
    /// Its own id.
    pub glass: GlassId,
    /// From when on it opens nothing any more.
    #[serde(with = "time::serde::rfc3339")]
    pub until: OffsetDateTime,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`ExceptionEvent::GlassClosed`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GlassClosed {
    /// Which use of break-glass.
    pub glass: GlassId,
}

impl ExceptionEvent {
    /// The record this event belongs to.
    #[must_use]
    pub const fn record(&self) -> RecordId {
        match self {
            Self::OrderOpened(event) => event.order.record(),
            Self::OrderClosed(event) => event.order.record(),
            Self::GlassBroken(event) => event.glass.record(),
            Self::GlassClosed(event) => event.glass.record(),
        }
    }
}
