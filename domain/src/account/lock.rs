//! An account can't do anything any more, from the next request on.

use super::state::{self, Accounts};
use super::{AccountEvent, Authority, Locked};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ActorId;
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;

/// Locks an account: it can't sign in, its tokens don't count, it represents nobody. Whoever
/// represents it goes on. Locked already: nothing happens.
#[derive(Clone, Debug)]
pub struct LockAccount {
    /// On whose word.
    pub authority: Authority,
    /// Which account.
    pub account: ActorId,
    /// Why.
    pub reason: Text,
}

impl Decision for LockAccount {
    type Facts = Accounts;

    fn query(&self) -> Query {
        Query::none().or(Accounts::item(self.account))
    }

    fn evolve(facts: &mut Accounts, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, accounts: &Accounts, context: &Context) -> Result<Vec<Event>, Rejection> {
        let own = "Das eigene Konto können Sie nicht sperren.";
        let account = accounts.require_lockable(self.account, own, self.authority, context)?;
        if account.locked {
            return Ok(Vec::new());
        }
        let locked = AccountEvent::Locked(Locked {
            account: self.account,
            reason: state::reason(self.account, &self.reason, context)?,
        });
        Ok(vec![state::event(account.centre, context, locked)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::samples::{
        ACTOR, MACHINE, PERSON, granted, issued, locked, registered, registered_elsewhere, revoked,
    };
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved as _, given, long_text, other_centre, text};

    fn lock(account: ActorId) -> LockAccount {
        LockAccount {
            authority: Authority::Office,
            account,
            reason: text("Verdacht"),
        }
    }

    #[test]
    fn the_office_and_the_operator_lock() {
        for role in [Role::Administration, Role::KiHead, Role::Operator] {
            given([registered(PERSON)])
                .acting_as(role)
                .when(lock(PERSON))
                .then([locked(PERSON)]);
        }
        given([registered(PERSON), locked(PERSON)])
            .acting_as(Role::KiHead)
            .when(lock(PERSON))
            .then_nothing();
        let by_the_command_line = LockAccount {
            authority: Authority::CommandLine,
            ..lock(PERSON)
        };
        given([registered_elsewhere(PERSON)])
            .acting_as(Role::Operator)
            .when(by_the_command_line)
            .then([locked(PERSON).in_centre(other_centre())]);
    }

    #[test]
    fn the_administration_does_not_lock_its_head() {
        let head = [registered(PERSON), granted(PERSON, Role::KiHead)];
        given(head.clone())
            .acting_as(Role::Administration)
            .when(lock(PERSON))
            .then_rejected(Code::NotAllowed, "");
        for role in [Role::KiHead, Role::Operator] {
            given(head.clone())
                .acting_as(role)
                .when(lock(PERSON))
                .then([locked(PERSON)]);
        }
        let no_more = head.into_iter().chain([revoked(PERSON)]);
        given(no_more)
            .acting_as(Role::Administration)
            .when(lock(PERSON))
            .then([locked(PERSON)]);
        given([registered(MACHINE), issued(Role::Auditor)])
            .acting_as(Role::Administration)
            .when(lock(MACHINE))
            .then_rejected(Code::NotAllowed, "");
    }

    /// A refusal must not tell that there is a role or a token in another centre.
    #[test]
    fn what_an_account_has_in_another_centre_does_not_show() {
        let elsewhere = |event: Event| event.in_centre(other_centre());
        let head = elsewhere(granted(PERSON, Role::KiHead));
        given([registered(PERSON), head])
            .acting_as(Role::Administration)
            .when(lock(PERSON))
            .then([locked(PERSON)]);
        given([registered(MACHINE), elsewhere(issued(Role::Auditor))])
            .acting_as(Role::Administration)
            .when(lock(MACHINE))
            .then([locked(MACHINE)]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for role in [Role::KiOfficer, Role::Auditor] {
            given([registered(PERSON)])
                .acting_as(role)
                .when(lock(PERSON))
                .then_rejected(Code::NotAllowed, "");
        }
        for history in [vec![], vec![registered_elsewhere(PERSON)]] {
            given(history)
                .acting_as(Role::Operator)
                .when(lock(PERSON))
                .then_rejected(Code::UnknownId, "account");
        }
        given([registered(ACTOR)])
            .acting_as(Role::KiHead)
            .when(lock(ACTOR))
            .then_rejected(Code::NotAllowed, "account");
        let wordy = LockAccount {
            reason: long_text(Text::NOTE + 1),
            ..lock(PERSON)
        };
        given([registered(PERSON)])
            .acting_as(Role::KiHead)
            .when(wordy)
            .then_rejected(Code::TextTooLong, "reason");
    }
}
