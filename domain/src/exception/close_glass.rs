//! Break-glass ends before its time, from the next request on.

use time::OffsetDateTime;

use super::close_order::may_close;
use super::open_order::event;
use super::{ExceptionEvent, GlassClosed};
use crate::centre::CentreKey;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::event_data::{EventData, EventKind};
use crate::existing::unknown;
use crate::id::GlassId;
use crate::query::{Query, QueryItem};
use crate::rejection::Rejection;

/// Ends one use of break-glass: the head, who broke it or another one of the centre, and the
/// data-protection officer, who is shown it. Over already: nothing happens.
#[derive(Clone, Debug)]
pub struct CloseGlass {
    /// Which one.
    pub glass: GlassId,
}

/// What [`CloseGlass`] reads: in whose book it is, until when it opens something, and whether it was closed.
#[derive(Clone, Default, Debug)]
pub struct GlassFacts {
    broken: Option<(CentreKey, OffsetDateTime)>,
    closed: bool,
}

impl Decision for CloseGlass {
    type Facts = GlassFacts;

    fn query(&self) -> Query {
        let kinds = [
            EventKind::ExceptionGlassBroken,
            EventKind::ExceptionGlassClosed,
        ];
        Query::none().or(QueryItem::tagged(self.glass.record().tag()).of(&kinds))
    }

    fn evolve(facts: &mut GlassFacts, event: &Event) {
        let EventData::Exception(data) = &event.data else {
            return;
        };
        match data {
            ExceptionEvent::GlassBroken(broken) => {
                facts.broken = Some((event.centre, broken.until));
            }
            ExceptionEvent::GlassClosed(_) => facts.closed = true,
            ExceptionEvent::OrderOpened(_) | ExceptionEvent::OrderClosed(_) => {}
        }
    }

    fn decide(&self, facts: &GlassFacts, context: &Context) -> Result<Vec<Event>, Rejection> {
        may_close(context)?;
        let until = match facts.broken {
            Some((centre, until)) if centre == context.centre => until,
            Some(_) | None => return Err(unknown("glass_break", self.glass.record())),
        };
        if facts.closed || until <= context.now {
            return Ok(Vec::new());
        }
        let closed = ExceptionEvent::GlassClosed(GlassClosed { glass: self.glass });
        Ok(vec![event(context, closed)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;
    use uuid::Uuid;

    use super::*;
    use crate::exception::GlassBroken;
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{self, Moved as _, given, other_centre, sealed};

    const GLASS: GlassId = GlassId(Uuid::from_u128(0xf1));

    fn broken(until: OffsetDateTime) -> Event {
        testing::event(ExceptionEvent::GlassBroken(GlassBroken {
            glass: GLASS,
            until,
            reason: sealed("Kindeswohl"),
        }))
    }

    fn open() -> Event {
        broken(datetime!(2026-11-20 09:14:04 UTC))
    }

    fn closed() -> Event {
        testing::event(ExceptionEvent::GlassClosed(GlassClosed { glass: GLASS }))
    }

    const CLOSE: CloseGlass = CloseGlass { glass: GLASS };

    #[test]
    fn break_glass_is_ended_once() {
        for role in [Role::KiHead, Role::DataProtectionOfficer] {
            given([open()]).acting_as(role).when(CLOSE).then([closed()]);
            given([open(), closed()])
                .acting_as(role)
                .when(CLOSE)
                .then_nothing();
            given([broken(datetime!(2026-11-20 09:14:03 UTC))])
                .acting_as(role)
                .when(CLOSE)
                .then_nothing();
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for role in [Role::Auditor, Role::Administration, Role::KiOfficer] {
            given([open()])
                .acting_as(role)
                .when(CLOSE)
                .then_rejected(Code::NotAllowed, "");
        }
        for history in [vec![], vec![open().in_centre(other_centre())]] {
            given(history)
                .acting_as(Role::KiHead)
                .when(CLOSE)
                .then_rejected(Code::UnknownId, "glass_break");
        }
    }
}
