//! The head looks into what is closed to the head otherwise (Notzugriff), for some hours.

use time::Duration;

use super::open_order::event;
use super::{ExceptionEvent, GlassBroken};
use crate::account::Accounts;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::{ActorId, GlassId};
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;
use crate::{check, may};

/// The longest one use of break-glass lasts, in hours.
pub const GLASS_HOURS: u16 = 8;

/// Breaks the glass in the actor's centre, for the account that acts: a person's, for a machine has no
/// emergencies. The data-protection officer is shown it, with the reason. Each use is one of its own.
#[derive(Clone, Debug)]
pub struct BreakGlass {
    /// Who acts.
    pub account: ActorId,
    /// For how many hours, 1 to [`GLASS_HOURS`]; 1 unless more are said.
    pub hours: Option<i64>,
    /// Why.
    pub reason: Text,
}

impl Decision for BreakGlass {
    type Facts = Accounts;

    fn query(&self) -> Query {
        Query::none().or(Accounts::item(self.account))
    }

    fn evolve(facts: &mut Accounts, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, accounts: &Accounts, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::head("Einen Notzugriff öffnet", context)?;
        if self.account != context.actor || !accounts.is_person(self.account) {
            return Err(Rejection::whole(
                RejectionCode::NotAllowed,
                "Einen Notzugriff öffnet nur eine Person, die angemeldet ist; ein Token einer Maschine genügt nicht.",
            ));
        }
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
    use crate::account::samples::{ACTOR, MACHINE, registered};
    use crate::account::{AccountEvent, AccountKind, Origin, Registered};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{self, first_id, given, long_text, sealed, text};

    fn break_glass(hours: Option<i64>) -> BreakGlass {
        BreakGlass {
            account: ACTOR,
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
            given([registered(ACTOR)])
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
            given([registered(ACTOR)])
                .acting_as(role)
                .when(break_glass(None))
                .then_rejected(Code::NotAllowed, "");
        }
        for hours in [0, 9, -1] {
            given([registered(ACTOR)])
                .acting_as(Role::KiHead)
                .when(break_glass(Some(hours)))
                .then_rejected(Code::NumberOutOfRange, "hours");
        }
        let wordy = BreakGlass {
            reason: long_text(Text::NOTE + 1),
            ..break_glass(None)
        };
        given([registered(ACTOR)])
            .acting_as(Role::KiHead)
            .when(wordy)
            .then_rejected(Code::TextTooLong, "reason");
    }

    #[test]
    fn a_machine_breaks_no_glass() {
        let machine = BreakGlass {
            account: MACHINE,
            ..break_glass(None)
        };
        for (history, command) in [
            (vec![registered(MACHINE)], machine),
            (vec![of_a_machine()], break_glass(None)),
            (vec![], break_glass(None)),
        ] {
            given(history)
                .acting_as(Role::KiHead)
                .when(command)
                .then_rejected(Code::NotAllowed, "");
        }
    }

    /// The account that acts, but a machine's.
    fn of_a_machine() -> Event {
        testing::event(AccountEvent::Registered(Registered {
            account: ACTOR,
            kind: AccountKind::Machine,
            origin: Origin::Local,
            name: sealed("Schnittstelle"),
            login: None,
        }))
    }
}
