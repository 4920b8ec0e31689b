//! An account is called otherwise, or signs in under another name.

use super::register::{login, name};
use super::state::{self, Accounts};
use super::{AccountEvent, Authority, NewLogin, Renamed};
use crate::change::Change;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ActorId;
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;

/// Renames an account. What is not named stays; nothing named changes nothing.
#[derive(Clone, Debug)]
pub struct RenameAccount {
    /// On whose word.
    pub authority: Authority,
    /// Which account.
    pub account: ActorId,
    /// The name of the person or machine.
    pub name: Option<Text>,
    /// Under which name it signs in.
    pub login: Change<NewLogin>,
}

impl Decision for RenameAccount {
    type Facts = Accounts;

    fn query(&self) -> Query {
        Query::none().or(Accounts::item(self.account))
    }

    fn evolve(facts: &mut Accounts, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, accounts: &Accounts, context: &Context) -> Result<Vec<Event>, Rejection> {
        self.authority.may_write(context)?;
        let before = accounts.require("account", self.account, self.authority, context)?;
        before.require_below(self.authority, context)?;
        let mut changed: Vec<Box<str>> = Vec::new();
        let called = match &self.name {
            None => before.name,
            Some(text) => {
                changed.push("name".into());
                name(self.account, text, context)?
            }
        };
        let signs_in_as = match &self.login {
            Change::Keep => before.login,
            Change::Clear => None,
            Change::Set(new) => Some(login(self.account, new, context)?),
        };
        if signs_in_as != before.login {
            changed.push("login".into());
        }
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let renamed = AccountEvent::Renamed(Renamed {
            account: self.account,
            name: called,
            login: signs_in_as,
            changed,
        });
        Ok(vec![state::event(before.centre, context, renamed)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::samples::{PERSON, granted, new_login, registered, registered_elsewhere};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved as _, event, given, other_centre, sealed, text};

    fn rename() -> RenameAccount {
        RenameAccount {
            authority: Authority::Office,
            account: PERSON,
            name: Some(text("Kim Neumann")),
            login: Change::Set(new_login("kim.neumann")),
        }
    }

    #[test]
    fn a_person_marries() {
        given([registered(PERSON)])
            .acting_as(Role::Administration)
            .when(rename())
            .then([event(AccountEvent::Renamed(Renamed {
                account: PERSON,
                name: sealed("Kim Neumann"),
                login: Some(sealed("kim.neumann")),
                changed: vec!["name".into(), "login".into()],
            }))]);
        let nothing = RenameAccount {
            name: None,
            login: Change::Clear,
            ..rename()
        };
        given([registered(PERSON)])
            .acting_as(Role::KiHead)
            .when(nothing)
            .then_nothing();
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([registered(PERSON)])
            .when(rename())
            .then_rejected(Code::NotAllowed, "");
        for history in [vec![], vec![registered_elsewhere(PERSON)]] {
            given(history)
                .acting_as(Role::KiHead)
                .when(rename())
                .then_rejected(Code::UnknownId, "account");
        }
        given([registered(PERSON), granted(PERSON, Role::KiHead)])
            .acting_as(Role::Administration)
            .when(rename())
            .then_rejected(Code::NotAllowed, "");
        let taken = RenameAccount {
            login: Change::Set(NewLogin {
                taken: true,
                ..new_login("kim.neumann")
            }),
            ..rename()
        };
        given([registered(PERSON)])
            .acting_as(Role::KiHead)
            .when(taken)
            .then_rejected(Code::Duplicate, "login");
    }

    /// Otherwise the administration would learn from a refusal who leads another centre.
    #[test]
    fn a_role_in_another_centre_does_not_show() {
        let elsewhere = granted(PERSON, Role::KiHead).in_centre(other_centre());
        let outcome = given([registered(PERSON), elsewhere])
            .acting_as(Role::Administration)
            .when(rename());
        assert!(outcome.0.is_ok());
    }
}
