//! Somebody gets an account with a first role: both, or neither.

use super::grant_role::GrantFacts;
use super::{AccountKind, Authority, GrantRole, NewLogin, RegisterAccount, Right};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ActorId;
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;

/// Registers a person's account with the role it is for, in the actor's centre. Where the role can't be given
/// there is no account either: one that can do nothing is of no use to anybody, and names a person. An
/// account that exists already gets the role.
#[derive(Clone, Debug)]
pub struct AddAccount {
    /// On whose word.
    pub authority: Authority,
    /// Its id, which the provider or the command line says.
    pub account: ActorId,
    /// The name of the person, one line.
    pub name: Text,
    /// Under which name it signs in here.
    pub login: Option<NewLogin>,
    /// The first role, from today on.
    pub right: Right,
}

impl AddAccount {
    fn register(&self) -> RegisterAccount {
        RegisterAccount {
            authority: self.authority,
            account: Some(self.account),
            kind: AccountKind::Person,
            name: self.name.clone(),
            login: self.login.clone(),
        }
    }

    const fn grant(&self) -> GrantRole {
        GrantRole {
            authority: self.authority,
            account: self.account,
            right: self.right,
            valid_from: None,
            valid_to: None,
        }
    }
}

impl Decision for AddAccount {
    type Facts = GrantFacts;

    fn query(&self) -> Query {
        GrantFacts::query(self.account, &self.right)
    }

    fn evolve(facts: &mut GrantFacts, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, facts: &GrantFacts, context: &Context) -> Result<Vec<Event>, Rejection> {
        let mut events = self.register().decide(&facts.accounts, context)?;
        let mut after = facts.clone();
        events.iter().for_each(|event| after.evolve(event));
        events.extend(self.grant().decide(&after, context)?);
        Ok(events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::samples::{PERSON, registered};
    use crate::account::{AccountEvent, LoginName, Origin, Registered, RoleGranted};
    use crate::id::GrantId;
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{TODAY, context, event, given, sealed, text};

    fn add(authority: Authority, role: Role) -> AddAccount {
        AddAccount {
            authority,
            account: PERSON,
            name: text("Kim Muster"),
            login: None,
            right: Right::of(role),
        }
    }

    fn granted(origin: Origin, grant: GrantId) -> Event {
        event(AccountEvent::RoleGranted(RoleGranted {
            account: PERSON,
            grant,
            right: Right::of(Role::KiOfficer),
            valid_from: TODAY,
            valid_to: None,
            origin,
        }))
    }

    #[test]
    fn somebody_gets_an_account_with_a_role() {
        for (authority, origin) in [
            (Authority::CommandLine, Origin::Local),
            (Authority::Provider, Origin::Provider),
        ] {
            let ids = context(Role::Operator);
            ids.seal(PERSON.record(), &text("Kim Muster"));
            let grant = GrantId(ids.new_id());
            let kim = event(AccountEvent::Registered(Registered {
                account: PERSON,
                kind: AccountKind::Person,
                origin,
                name: sealed("Kim Muster"),
                login: None,
            }));
            given([])
                .acting_as(Role::Operator)
                .when(add(authority, Role::KiOfficer))
                .then([kim, granted(origin, grant)]);
            let grant = GrantId(context(Role::Operator).new_id());
            given([registered(PERSON)])
                .acting_as(Role::Operator)
                .when(add(authority, Role::KiOfficer))
                .then([granted(origin, grant)]);
        }
    }

    #[test]
    fn without_the_role_there_is_no_account() {
        given([])
            .acting_as(Role::Operator)
            .when(add(Authority::Provider, Role::PartnerOffice))
            .then_rejected(Code::Missing, "organisation");
        let taken = AddAccount {
            login: Some(NewLogin {
                name: "kim.muster".parse::<LoginName>().unwrap(),
                taken: true,
            }),
            ..add(Authority::CommandLine, Role::KiOfficer)
        };
        given([])
            .acting_as(Role::Operator)
            .when(taken)
            .then_rejected(Code::Duplicate, "login");
        given([])
            .acting_as(Role::KiHead)
            .when(add(Authority::CommandLine, Role::KiOfficer))
            .then_rejected(Code::NotAllowed, "");
    }
}
