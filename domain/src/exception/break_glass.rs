//! The head looks into what is closed to the head otherwise (Notzugriff), for some hours.

use time::Duration;

use super::open_order::event;
use super::{ExceptionEvent, GlassBroken};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::GlassId;
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;
use crate::{check, may};

/// The longest one use of break-glass lasts, in hours.
pub const GLASS_HOURS: u16 = 8;

/// Breaks the glass in the actor's centre, for the account that acts. The data-protection officer sees
/// it, with the reason. Each use is one of its own.
#[derive(Clone, Debug)]
pub struct BreakGlass {
    /// For how many hours, 1 to [`GLASS_HOURS`]; 1 unless more are said.
    pub hours: Option<i64>,
    /// Why.
    pub reason: Text,
}

impl Decision for BreakGlass {
    type Facts = ();

    fn query(&self) -> Query {
        Query::none()
    }

    fn evolve((): &mut (), _event: &Event) {}

    fn decide(&self, (): &(), context: &Context) -> Result<Vec<Event>, Rejection> {
        may::head("Einen Notzugriff öffnet", context)?;
        let hours = self.hours.unwrap_or(1);
        let hours = check::number("hours", "Die Dauer", "Stunden", hours, 1..=GLASS_HOURS)?;
        let glass = GlassId(context.new_id());
        let broken = ExceptionEvent::GlassBroken(GlassBroken {
            glass,
            until: context.now.saturating_add(Duration::hours(hours.into())),
            reason: check::seal_text(context, glass.record(), "reason", &self.reason, Text::NOTE)?,
        });
        Ok(vec![event(context, broken)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{self, first_id, given, long_text, sealed, text};

    fn break_glass(hours: Option<i64>) -> BreakGlass {
        BreakGlass {
            hours,
            reason: text("Kindeswohl"),
        }
    }

    #[test]
    fn the_head_breaks_the_glass_for_some_hours() {
        for (hours, until) in [
            (None, datetime!(2026-11-20 10:14:03 UTC)),
            (Some(8), datetime!(2026-11-20 17:14:03 UTC)),
        ] {
            given([])
                .acting_as(Role::KiHead)
                .when(break_glass(hours))
                .then([testing::event(ExceptionEvent::GlassBroken(GlassBroken {
                    glass: GlassId(first_id()),
                    until,
                    reason: sealed("Kindeswohl"),
                }))]);
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for role in Role::ALL.into_iter().filter(|role| *role != Role::KiHead) {
            given([])
                .acting_as(role)
                .when(break_glass(None))
                .then_rejected(Code::NotAllowed, "");
        }
        for hours in [0, 9, -1] {
            given([])
                .acting_as(Role::KiHead)
                .when(break_glass(Some(hours)))
                .then_rejected(Code::NumberOutOfRange, "hours");
        }
        let wordy = BreakGlass {
            reason: long_text(Text::NOTE + 1),
            ..break_glass(None)
        };
        given([])
            .acting_as(Role::KiHead)
            .when(wordy)
            .then_rejected(Code::TextTooLong, "reason");
    }
}
