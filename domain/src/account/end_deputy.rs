//! A deputy represents no more, from the next request on.

use super::state::{self, Accounts};
use super::{AccountEvent, Authority, DeputyEnded};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::{ActorId, DeputyId};
use crate::query::Query;
use crate::rejection::Rejection;

/// Ends that one account represents another. Ended already: nothing happens.
#[derive(Clone, Debug)]
pub struct EndDeputy {
    /// On whose word.
    pub authority: Authority,
    /// Who represents.
    pub account: ActorId,
    /// Which deputy.
    pub deputy: DeputyId,
}

impl Decision for EndDeputy {
    type Facts = Accounts;

    fn query(&self) -> Query {
        Query::none().or(Accounts::item(self.account))
    }

    fn evolve(facts: &mut Accounts, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, accounts: &Accounts, context: &Context) -> Result<Vec<Event>, Rejection> {
        self.authority.may_write(context)?;
        let account = ("account", self.account);
        let deputy = accounts.require_part(account, self.deputy, self.authority, context)?;
        // Taking away needs less than giving: whoever sees that a deputy should not be one ends it.
        if deputy.ended {
            return Ok(Vec::new());
        }
        let ended = AccountEvent::DeputyEnded(DeputyEnded {
            account: self.account,
            deputy: self.deputy,
            represents: deputy.represents,
        });
        Ok(vec![state::event(deputy.centre, context, ended)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;
    use uuid::Uuid;

    use super::*;
    use crate::account::samples::{DEPUTY, OTHER, PERSON, appointed, registered};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved as _, TODAY, event, given, other_centre};

    fn end() -> EndDeputy {
        EndDeputy {
            authority: Authority::Office,
            account: OTHER,
            deputy: DEPUTY,
        }
    }

    fn ended() -> Event {
        event(AccountEvent::DeputyEnded(DeputyEnded {
            account: OTHER,
            deputy: DEPUTY,
            represents: PERSON,
        }))
    }

    #[test]
    fn a_deputy_ends_once() {
        let history = [registered(OTHER), appointed(TODAY, date!(2026 - 12 - 24))];
        given(history.clone())
            .acting_as(Role::Administration)
            .when(end())
            .then([ended()]);
        given(history.into_iter().chain([ended()]))
            .acting_as(Role::KiHead)
            .when(end())
            .then_nothing();
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let history = [registered(OTHER), appointed(TODAY, date!(2026 - 12 - 24))];
        given(history.clone())
            .when(end())
            .then_rejected(Code::NotAllowed, "");
        let other = EndDeputy {
            deputy: DeputyId(Uuid::from_u128(9)),
            ..end()
        };
        given(history.clone())
            .acting_as(Role::KiHead)
            .when(other)
            .then_rejected(Code::UnknownId, "deputy");
        given([])
            .acting_as(Role::KiHead)
            .when(end())
            .then_rejected(Code::UnknownId, "account");
        given(history.map(|event| event.in_centre(other_centre())))
            .acting_as(Role::KiHead)
            .when(end())
            .then_rejected(Code::UnknownId, "account");
    }
}
