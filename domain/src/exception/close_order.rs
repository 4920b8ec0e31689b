//! A request or an order is closed before its end, from the next request on.

use super::open_order::event;
use super::{ExceptionEvent, OrderClosed};
use crate::centre::CentreKey;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::event_data::{EventData, EventKind};
use crate::existing::unknown;
use crate::id::OrderId;
use crate::may;
use crate::query::{Query, QueryItem};
use crate::rejection::{Rejection, RejectionCode};
use crate::role::Role;

/// Closes a request or an order: the head and the data-protection officer close both kinds. Closed
/// already: nothing happens.
#[derive(Clone, Debug)]
pub struct CloseOrder {
    /// Which one.
    pub order: OrderId,
}

/// What [`CloseOrder`] reads: in whose book the order is, and whether it was closed.
#[derive(Clone, Default, Debug)]
pub struct OrderFacts {
    centre: Option<CentreKey>,
    closed: bool,
}

impl Decision for CloseOrder {
    type Facts = OrderFacts;

    fn query(&self) -> Query {
        let kinds = [
            EventKind::ExceptionOrderOpened,
            EventKind::ExceptionOrderClosed,
        ];
        Query::none().or(QueryItem::tagged(self.order.tag()).of(&kinds))
    }

    fn evolve(facts: &mut OrderFacts, event: &Event) {
        let EventData::Exception(data) = &event.data else {
            return;
        };
        match data {
            ExceptionEvent::OrderOpened(_) => facts.centre = Some(event.centre),
            ExceptionEvent::OrderClosed(_) => facts.closed = true,
            ExceptionEvent::GlassBroken(_) | ExceptionEvent::GlassClosed(_) => {}
        }
    }

    fn decide(&self, facts: &OrderFacts, context: &Context) -> Result<Vec<Event>, Rejection> {
        may_close(context)?;
        if facts.centre != Some(context.centre) {
            return Err(unknown("order", self.order.record()));
        }
        if facts.closed {
            return Ok(Vec::new());
        }
        let closed = ExceptionEvent::OrderClosed(OrderClosed { order: self.order });
        Ok(vec![event(context, closed)])
    }
}

/// Who closes what is open: each of them may see that it is done.
pub(super) fn may_close(context: &Context) -> Result<(), Rejection> {
    if matches!(context.role, Role::KiHead | Role::DataProtectionOfficer) {
        return Ok(());
    }
    Err(Rejection::whole(
        RejectionCode::NotAllowed,
        format!(
            "In der Rolle „{}“ können Sie das nicht schließen; das dürfen die Leitung und der Datenschutz.",
            may::label(context.role)
        ),
    ))
}

#[cfg(test)]
mod tests {
    use time::macros::date;
    use uuid::Uuid;

    use super::*;
    use crate::exception::{OrderKind, OrderOpened};
    use crate::rejection::RejectionCode as Code;
    use crate::testing::{self, Moved as _, given, other_centre, sealed};

    const ORDER: OrderId = OrderId(Uuid::from_u128(0xe1));

    fn opened() -> Event {
        testing::event(ExceptionEvent::OrderOpened(OrderOpened {
            order: ORDER,
            kind: OrderKind::Audit,
            records: Vec::new(),
            valid_to: date!(2026 - 12 - 24),
            reason: sealed("Prüfung"),
        }))
    }

    fn closed() -> Event {
        testing::event(ExceptionEvent::OrderClosed(OrderClosed { order: ORDER }))
    }

    #[test]
    fn an_order_is_closed_once() {
        for role in [Role::KiHead, Role::DataProtectionOfficer] {
            given([opened()])
                .acting_as(role)
                .when(CloseOrder { order: ORDER })
                .then([closed()]);
            given([opened(), closed()])
                .acting_as(role)
                .when(CloseOrder { order: ORDER })
                .then_nothing();
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for role in [Role::Auditor, Role::Administration, Role::KiOfficer] {
            given([opened()])
                .acting_as(role)
                .when(CloseOrder { order: ORDER })
                .then_rejected(Code::NotAllowed, "");
        }
        for history in [vec![], vec![opened().in_centre(other_centre())]] {
            given(history)
                .acting_as(Role::KiHead)
                .when(CloseOrder { order: ORDER })
                .then_rejected(Code::UnknownId, "order");
        }
    }
}
