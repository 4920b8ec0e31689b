//! Somebody or something gets an account.

use super::state::{self, Accounts};
use super::{AccountEvent, AccountKind, Authority, NewLogin, Registered};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ActorId;
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::{Commitment, Text};

/// Registers an account in the actor's centre. It can do nothing before it is given a role. One whose
/// id exists already: nothing happens.
#[derive(Clone, Debug)]
pub struct RegisterAccount {
    /// On whose word.
    pub authority: Authority,
    /// Its id, where the provider or the command line says it; otherwise a new one.
    pub account: Option<ActorId>,
    /// Whose.
    pub kind: AccountKind,
    /// The name of the person or machine, one line.
    pub name: Text,
    /// Under which name it signs in.
    pub login: Option<NewLogin>,
}

impl Decision for RegisterAccount {
    type Facts = Accounts;

    fn query(&self) -> Query {
        self.account
            .map(Accounts::item)
            .into_iter()
            .fold(Query::none(), Query::or)
    }

    fn evolve(facts: &mut Accounts, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, accounts: &Accounts, context: &Context) -> Result<Vec<Event>, Rejection> {
        self.authority.may_write(context)?;
        if self.account.is_some_and(|id| accounts.get(id).is_some()) {
            return Ok(Vec::new());
        }
        let account = self.account.unwrap_or_else(|| ActorId(context.new_id()));
        let registered = AccountEvent::Registered(Registered {
            account,
            kind: self.kind,
            origin: self.authority.origin(),
            name: name(account, &self.name, context)?,
            login: match &self.login {
                Some(new) => Some(login(account, new, context)?),
                None => None,
            },
        });
        Ok(vec![state::event(context.centre, context, registered)])
    }
}

/// The name on its way to the vault.
pub(super) fn name(
    account: ActorId,
    name: &Text,
    context: &Context,
) -> Result<Commitment, Rejection> {
    check::seal_line(context, account.record(), "name", name, Text::NAME)
}

/// The sign-in name on its way to the vault. Nobody has the name of somebody else.
pub(super) fn login(
    account: ActorId,
    new: &NewLogin,
    context: &Context,
) -> Result<Commitment, Rejection> {
    if new.taken {
        return Err(Rejection::field(
            RejectionCode::Duplicate,
            "login",
            format!(
                "Den Anmeldenamen „{}“ hat schon ein anderes Konto; wählen Sie einen anderen.",
                new.name
            ),
        ));
    }
    Ok(context.seal(account.record(), new.name.text()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Origin;
    use crate::account::samples::{PERSON, new_login, registered};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{event, first_id, given, long_text, sealed, text};

    fn register() -> RegisterAccount {
        RegisterAccount {
            authority: Authority::Office,
            account: None,
            kind: AccountKind::Person,
            name: text("Kim Muster"),
            login: Some(new_login("kim.muster@stadt.example")),
        }
    }

    fn is_registered(account: ActorId, origin: Origin) -> Event {
        event(AccountEvent::Registered(Registered {
            account,
            kind: AccountKind::Person,
            origin,
            name: sealed("Kim Muster"),
            login: Some(sealed("kim.muster@stadt.example")),
        }))
    }

    #[test]
    fn the_office_registers_accounts() {
        for role in [Role::Administration, Role::KiHead] {
            given([])
                .acting_as(role)
                .when(register())
                .then([is_registered(ActorId(first_id()), Origin::Local)]);
        }
    }

    #[test]
    fn the_command_line_and_the_provider_name_the_account() {
        for (authority, origin) in [
            (Authority::CommandLine, Origin::Local),
            (Authority::Provider, Origin::Provider),
        ] {
            let command = RegisterAccount {
                authority,
                account: Some(PERSON),
                ..register()
            };
            given([])
                .acting_as(Role::Operator)
                .when(command.clone())
                .then([is_registered(PERSON, origin)]);
            given([registered(PERSON)])
                .acting_as(Role::Operator)
                .when(command)
                .then_nothing();
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for role in [Role::KiOfficer, Role::Operator, Role::DataProtectionOfficer] {
            given([])
                .acting_as(role)
                .when(register())
                .then_rejected(Code::NotAllowed, "");
        }
        let on_the_installations_word = RegisterAccount {
            authority: Authority::CommandLine,
            ..register()
        };
        given([])
            .acting_as(Role::KiHead)
            .when(on_the_installations_word)
            .then_rejected(Code::NotAllowed, "");
        let refused = |command, code, field| {
            given([])
                .acting_as(Role::KiHead)
                .when(command)
                .then_rejected(code, field)
        };
        let long = RegisterAccount {
            name: long_text(Text::NAME + 1),
            ..register()
        };
        refused(long, Code::TextTooLong, "name");
        let taken = RegisterAccount {
            login: Some(NewLogin {
                taken: true,
                ..new_login("kim.muster")
            }),
            ..register()
        };
        refused(taken, Code::Duplicate, "login");
    }
}
