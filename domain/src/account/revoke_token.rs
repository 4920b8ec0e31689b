//! A token counts no more, from the next request on.

use super::state::{self, Accounts};
use super::{AccountEvent, Authority, TokenRevoked};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::{ActorId, MachineTokenId};
use crate::query::Query;
use crate::rejection::Rejection;

/// Revokes a token, whatever its role: whoever sees that one got lost must not wait for others.
/// Revoked already: nothing happens.
#[derive(Clone, Debug)]
pub struct RevokeToken {
    /// On whose word.
    pub authority: Authority,
    /// Whose token.
    pub account: ActorId,
    /// Which token.
    pub token: MachineTokenId,
}

impl Decision for RevokeToken {
    type Facts = Accounts;

    fn query(&self) -> Query {
        Query::none().or(Accounts::item(self.account))
    }

    fn evolve(facts: &mut Accounts, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, accounts: &Accounts, context: &Context) -> Result<Vec<Event>, Rejection> {
        self.authority.may_lock(context)?;
        let account = ("account", self.account);
        let token = accounts.require_part(account, self.token, self.authority, context)?;
        if token.revoked {
            return Ok(Vec::new());
        }
        let revoked = AccountEvent::TokenRevoked(TokenRevoked {
            account: self.account,
            token: self.token,
        });
        Ok(vec![state::event(token.centre, context, revoked)])
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::account::samples::{MACHINE, TOKEN, issued, registered};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved as _, event, given, other_centre};

    fn revoke() -> RevokeToken {
        RevokeToken {
            authority: Authority::Office,
            account: MACHINE,
            token: TOKEN,
        }
    }

    fn revoked() -> Event {
        event(AccountEvent::TokenRevoked(TokenRevoked {
            account: MACHINE,
            token: TOKEN,
        }))
    }

    #[test]
    fn a_token_is_revoked_once() {
        let history = [registered(MACHINE), issued(Role::KiHead)];
        for role in [Role::Administration, Role::KiHead, Role::Operator] {
            given(history.clone())
                .acting_as(role)
                .when(revoke())
                .then([revoked()]);
        }
        given(history.into_iter().chain([revoked()]))
            .acting_as(Role::KiHead)
            .when(revoke())
            .then_nothing();
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let history = [registered(MACHINE), issued(Role::KiOfficer)];
        given(history.clone())
            .when(revoke())
            .then_rejected(Code::NotAllowed, "");
        let other = RevokeToken {
            token: MachineTokenId(Uuid::from_u128(9)),
            ..revoke()
        };
        given(history.clone())
            .acting_as(Role::KiHead)
            .when(other)
            .then_rejected(Code::UnknownId, "token");
        for events in [
            vec![],
            history
                .map(|event| event.in_centre(other_centre()))
                .to_vec(),
        ] {
            given(events)
                .acting_as(Role::KiHead)
                .when(revoke())
                .then_rejected(Code::UnknownId, "account");
        }
    }
}
