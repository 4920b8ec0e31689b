//! A role is taken away, from the next request on.

use super::state::{self, Accounts};
use super::{AccountEvent, Authority, RoleRevoked};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::{ActorId, GrantId};
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;

/// Takes a role away, and with it everybody who represents it. Also the last head's: whoever runs the
/// installation can give the role again. Taken away already: nothing happens.
#[derive(Clone, Debug)]
pub struct RevokeRole {
    /// On whose word.
    pub authority: Authority,
    /// From whom.
    pub account: ActorId,
    /// Which role.
    pub grant: GrantId,
    /// Why.
    pub reason: Option<Text>,
}

impl Decision for RevokeRole {
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
        let grant = accounts.require_part(account, self.grant, self.authority, context)?;
        self.authority
            .may_give("grant", grant.right.role, context)?;
        if grant.revoked {
            return Ok(Vec::new());
        }
        let subject = self.account.record();
        let reason = self.reason.as_ref();
        let revoked = AccountEvent::RoleRevoked(RoleRevoked {
            account: self.account,
            grant: self.grant,
            reason: check::seal_text_option(context, subject, "reason", reason, Text::NOTE)?,
            origin: Some(self.authority.origin()),
        });
        Ok(vec![state::event(grant.centre, context, revoked)])
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::account::Origin;
    use crate::account::samples::{
        ACTOR, GRANT, PERSON, granted, registered, registered_elsewhere, revoked,
    };
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved as _, event, given, other_centre, sealed, text};

    fn revoke() -> RevokeRole {
        RevokeRole {
            authority: Authority::Office,
            account: PERSON,
            grant: GRANT,
            reason: None,
        }
    }

    #[test]
    fn a_role_is_taken_away_once() {
        let history = [registered(PERSON), granted(PERSON, Role::KiOfficer)];
        let command = RevokeRole {
            reason: Some(text("Wechsel der Stelle")),
            ..revoke()
        };
        given(history.clone())
            .acting_as(Role::Administration)
            .when(command.clone())
            .then([event(AccountEvent::RoleRevoked(RoleRevoked {
                account: PERSON,
                grant: GRANT,
                reason: Some(sealed("Wechsel der Stelle")),
                origin: Some(Origin::Local),
            }))]);
        given(history.into_iter().chain([revoked(PERSON)]))
            .acting_as(Role::Administration)
            .when(command)
            .then_nothing();
    }

    #[test]
    fn a_role_in_the_own_centre_is_taken_from_an_account_of_another() {
        given([
            registered_elsewhere(PERSON),
            granted(PERSON, Role::KiOfficer),
        ])
        .acting_as(Role::KiHead)
        .when(revoke())
        .then([revoked(PERSON)]);
        let elsewhere = granted(PERSON, Role::KiOfficer).in_centre(other_centre());
        given([registered_elsewhere(PERSON), elsewhere.clone()])
            .acting_as(Role::KiHead)
            .when(revoke())
            .then_rejected(Code::UnknownId, "account");
        given([registered(PERSON), elsewhere])
            .acting_as(Role::KiHead)
            .when(revoke())
            .then_rejected(Code::UnknownId, "grant");
    }

    #[test]
    fn what_the_head_gives_the_head_takes_away() {
        for role in [Role::KiHead, Role::Auditor, Role::DataProtectionOfficer] {
            let history = [registered(PERSON), granted(PERSON, role)];
            given(history.clone())
                .acting_as(Role::Administration)
                .when(revoke())
                .then_rejected(Code::NotAllowed, "grant");
            given(history)
                .acting_as(Role::KiHead)
                .when(revoke())
                .then([revoked(PERSON)]);
        }
        // The last head too, and by that head: the installation can give the role again.
        let own = RevokeRole {
            account: ACTOR,
            ..revoke()
        };
        given([registered(ACTOR), granted(ACTOR, Role::KiHead)])
            .acting_as(Role::KiHead)
            .when(own)
            .then([revoked(ACTOR)]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([registered(PERSON), granted(PERSON, Role::KiOfficer)])
            .when(revoke())
            .then_rejected(Code::NotAllowed, "");
        given([])
            .acting_as(Role::KiHead)
            .when(revoke())
            .then_rejected(Code::UnknownId, "account");
        let other = RevokeRole {
            grant: GrantId(Uuid::from_u128(9)),
            ..revoke()
        };
        given([registered(PERSON), granted(PERSON, Role::KiOfficer)])
            .acting_as(Role::KiHead)
            .when(other)
            .then_rejected(Code::UnknownId, "grant");
    }
}
