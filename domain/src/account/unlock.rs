//! A locked account can act again.

use super::state::{self, Accounts};
use super::{AccountEvent, Authority, Unlocked};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ActorId;
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;

/// Unlocks an account. Not locked: nothing happens.
#[derive(Clone, Debug)]
pub struct UnlockAccount {
    /// On whose word.
    pub authority: Authority,
    /// Which account.
    pub account: ActorId,
    /// Why.
    pub reason: Text,
}

impl Decision for UnlockAccount {
    type Facts = Accounts;

    fn query(&self) -> Query {
        Query::none().or(Accounts::item(self.account))
    }

    fn evolve(facts: &mut Accounts, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, accounts: &Accounts, context: &Context) -> Result<Vec<Event>, Rejection> {
        let own = "Das eigene Konto können Sie nicht entsperren.";
        let account = accounts.require_lockable(self.account, own, self.authority, context)?;
        if !account.locked {
            return Ok(Vec::new());
        }
        let unlocked = AccountEvent::Unlocked(Unlocked {
            account: self.account,
            reason: state::reason(self.account, &self.reason, context)?,
        });
        Ok(vec![state::event(account.centre, context, unlocked)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::samples::{ACTOR, PERSON, granted, locked, registered};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{event, given, sealed, text};

    fn unlock(account: ActorId) -> UnlockAccount {
        UnlockAccount {
            authority: Authority::Office,
            account,
            reason: text("geklärt"),
        }
    }

    #[test]
    fn an_account_is_unlocked() {
        let expected = event(AccountEvent::Unlocked(Unlocked {
            account: PERSON,
            reason: sealed("geklärt"),
        }));
        for role in [Role::Administration, Role::KiHead, Role::Operator] {
            given([registered(PERSON), locked(PERSON)])
                .acting_as(role)
                .when(unlock(PERSON))
                .then([expected.clone()]);
        }
        given([registered(PERSON)])
            .acting_as(Role::KiHead)
            .when(unlock(PERSON))
            .then_nothing();
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([registered(PERSON), locked(PERSON)])
            .when(unlock(PERSON))
            .then_rejected(Code::NotAllowed, "");
        given([])
            .acting_as(Role::KiHead)
            .when(unlock(PERSON))
            .then_rejected(Code::UnknownId, "account");
        given([registered(ACTOR), locked(ACTOR)])
            .acting_as(Role::KiHead)
            .when(unlock(ACTOR))
            .then_rejected(Code::NotAllowed, "account");
        given([
            registered(PERSON),
            granted(PERSON, Role::Auditor),
            locked(PERSON),
        ])
        .acting_as(Role::Administration)
        .when(unlock(PERSON))
        .then_rejected(Code::NotAllowed, "");
    }
}
