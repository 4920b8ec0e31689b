//! A machine gets a token.

use time::Duration;

use super::authority::may_issue;
use super::grant_role::GrantFacts;
use super::state::{self, not_oneself};
use super::{
    AccountEvent, AccountKind, Authority, Issuer, Origin, Registered, Right, Scopes, TokenHash,
    TokenIssued,
};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::existing::unknown;
use crate::id::{ActorId, MachineTokenId};
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;

/// The longest a token is good for, in days.
const DAYS: u16 = 366;

/// Who gets a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bearer {
    /// A new account of a machine, which is registered with it.
    New,
    /// The machine with this account. Where there is none, the command line registers it.
    Account(ActorId),
}

/// Issues a token in the actor's centre. The token itself is made outside and shown once; the book
/// keeps what it is recognised by.
#[derive(Clone, Debug)]
pub struct IssueToken {
    /// On whose word.
    pub authority: Authority,
    /// In whose right an office issues it: the token ends with it.
    pub issuer: Option<Issuer>,
    /// Who gets it.
    pub bearer: Bearer,
    /// What it is for, one line; a new machine is called so too.
    pub name: Text,
    /// In which role its bearer acts.
    pub right: Right,
    /// What its bearer may do: no more than the role.
    pub scopes: Scopes,
    /// For how many days, 1 to 366; fewer where the right it is issued in ends before.
    pub days: i64,
    /// What it is recognised by.
    pub hash: TokenHash,
}

impl Decision for IssueToken {
    type Facts = GrantFacts;

    fn query(&self) -> Query {
        let query = match self.bearer {
            Bearer::New => self.right.items().fold(Query::none(), Query::or),
            Bearer::Account(account) => GrantFacts::query(account, &self.right),
        };
        let issuer = self.issuer.iter().flat_map(Issuer::items);
        issuer.fold(query, Query::or)
    }

    fn evolve(facts: &mut GrantFacts, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, facts: &GrantFacts, context: &Context) -> Result<Vec<Event>, Rejection> {
        self.authority.may_give("role", self.right.role, context)?;
        if self.authority == Authority::Office {
            may_issue(self.right.role, context)?;
        }
        let mut events = Vec::new();
        let account = self.account(facts, context)?;
        self.right.check(&facts.held_for, context)?;
        self.scopes.check(self.right.role, self.authority)?;
        let days = check::number("days", "Die Gültigkeit", "Tagen", self.days, 1..=DAYS)?;
        let wanted = context.now.saturating_add(Duration::days(days.into()));
        let expires_at = match (self.authority, &self.issuer) {
            (Authority::Office, None) => return Err(no_issuer()),
            (_, None) => wanted,
            (_, Some(issuer)) => issuer.until(wanted, &facts.accounts, context)?,
        };
        let account = match account {
            Known::Registered(account) => account,
            Known::Missing(account) => {
                let account = account.unwrap_or_else(|| ActorId(context.new_id()));
                let registered = AccountEvent::Registered(Registered {
                    account,
                    kind: AccountKind::Machine,
                    origin: Origin::Local,
                    name: super::register::name(account, &self.name, context)?,
                    login: None,
                });
                events.push(state::event(context.centre, context, registered));
                account
            }
        };
        let issued = AccountEvent::TokenIssued(TokenIssued {
            account,
            token: MachineTokenId(context.new_id()),
            name: super::register::name(account, &self.name, context)?,
            right: self.right,
            scopes: self.scopes,
            expires_at,
            hash: self.hash,
            issuer: self.issuer,
        });
        events.push(state::event(context.centre, context, issued));
        Ok(events)
    }
}

fn no_issuer() -> Rejection {
    Rejection::whole(
        RejectionCode::NotAllowed,
        "Ein Token stellt aus, wer mit einer Rolle angemeldet ist; es endet mit ihr.",
    )
}

/// Whether the account is in the book.
enum Known {
    Registered(ActorId),
    Missing(Option<ActorId>),
}

impl IssueToken {
    fn account(&self, facts: &GrantFacts, context: &Context) -> Result<Known, Rejection> {
        let id = match self.bearer {
            Bearer::New => return Ok(Known::Missing(None)),
            Bearer::Account(id) => id,
        };
        let Some(account) = facts.accounts.get(id) else {
            return match self.authority {
                Authority::CommandLine => Ok(Known::Missing(Some(id))),
                Authority::Office | Authority::Provider => Err(unknown("account", id.record())),
            };
        };
        let account = facts
            .accounts
            .require("account", account.id, self.authority, context)?;
        not_oneself(
            id,
            "Dem eigenen Konto können Sie kein Token ausstellen.",
            context,
        )?;
        let refused = |message| {
            Err(Rejection::field(
                RejectionCode::StateForbids,
                "account",
                message,
            ))
        };
        if account.kind == AccountKind::Person {
            return refused(
                "Das ist das Konto einer Person; Tokens bekommen nur Maschinen. Nennen Sie das Konto einer Maschine oder keines.",
            );
        }
        if account.locked {
            return refused(
                "Dieses Konto ist gesperrt; entsperren Sie es zuerst oder nennen Sie ein anderes.",
            );
        }
        Ok(Known::Registered(id))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::account::Scope;
    use crate::account::samples::{
        ACTOR, MACHINE, OWN, PERSON, acting, locked, registered, registered_elsewhere,
    };
    use crate::network::samples::{organisation, registered_number};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{context, event, given, long_text, sealed, text};

    fn issue(role: Role) -> IssueToken {
        IssueToken {
            authority: Authority::Office,
            issuer: Some(OWN),
            bearer: Bearer::Account(MACHINE),
            name: text("Schnittstelle"),
            right: Right::of(role),
            scopes: Scopes::of_role(role),
            days: 30,
            hash: TokenHash::of(&[1; 32]),
        }
    }

    fn issued(account: ActorId, token: MachineTokenId, role: Role, by: Option<Issuer>) -> Event {
        event(AccountEvent::TokenIssued(TokenIssued {
            account,
            token,
            name: sealed("Schnittstelle"),
            right: Right::of(role),
            scopes: Scopes::of_role(role),
            expires_at: datetime!(2026-12-20 09:14:03 UTC),
            hash: TokenHash::of(&[1; 32]),
            issuer: by,
        }))
    }

    fn machine(account: ActorId) -> Event {
        event(AccountEvent::Registered(Registered {
            account,
            kind: AccountKind::Machine,
            origin: Origin::Local,
            name: sealed("Schnittstelle"),
            login: None,
        }))
    }

    #[test]
    fn a_machine_gets_a_token() {
        let token = MachineTokenId(context(Role::KiHead).new_id());
        given(
            acting(Role::KiHead)
                .into_iter()
                .chain([registered(MACHINE)]),
        )
        .acting_as(Role::KiHead)
        .when(issue(Role::KiOfficer))
        .then([issued(MACHINE, token, Role::KiOfficer, Some(OWN))]);
    }

    #[test]
    fn a_new_machine_is_registered_with_its_token() {
        let ids = context(Role::KiHead);
        let account = ActorId(ids.new_id());
        ids.seal(account.record(), &text("Schnittstelle"));
        let token = MachineTokenId(ids.new_id());
        let command = IssueToken {
            bearer: Bearer::New,
            ..issue(Role::KiOfficer)
        };
        let issued = issued(account, token, Role::KiOfficer, Some(OWN));
        given(acting(Role::KiHead))
            .acting_as(Role::KiHead)
            .when(command)
            .then([machine(account), issued]);
    }

    #[test]
    fn the_command_line_registers_the_account_it_names() {
        let by = |authority| IssueToken {
            authority,
            issuer: None,
            ..issue(Role::Operator)
        };
        let ids = context(Role::Operator);
        ids.seal(MACHINE.record(), &text("Schnittstelle"));
        let token = MachineTokenId(ids.new_id());
        given([])
            .acting_as(Role::Operator)
            .when(by(Authority::CommandLine))
            .then([
                machine(MACHINE),
                issued(MACHINE, token, Role::Operator, None),
            ]);
        let token = MachineTokenId(context(Role::Operator).new_id());
        given([registered_elsewhere(MACHINE)])
            .acting_as(Role::Operator)
            .when(by(Authority::CommandLine))
            .then([issued(MACHINE, token, Role::Operator, None)]);
        given([])
            .acting_as(Role::Operator)
            .when(by(Authority::Provider))
            .then_rejected(Code::UnknownId, "account");
    }

    #[test]
    fn a_token_gives_no_more_than_its_role() {
        let refused = |role, scopes: &[Scope], code| {
            let command = IssueToken {
                scopes: scopes.iter().copied().collect(),
                ..issue(role)
            };
            given([registered(MACHINE)])
                .acting_as(Role::KiHead)
                .when(command)
                .then_rejected(code, "scopes")
        };
        refused(Role::KiHead, &Scope::ALL, Code::NotAllowed);
        refused(Role::KiOfficer, &Scope::ALL, Code::NotAllowed);
        refused(Role::KiOfficer, &[], Code::Missing);
        refused(Role::KiOfficer, &[Scope::Write], Code::Missing);
        for (actor, role, field) in [
            (Role::Administration, Role::KiHead, "role"),
            (Role::Administration, Role::Auditor, "role"),
            (Role::Administration, Role::KiOfficer, "role"),
            (Role::KiHead, Role::DataProtectionOfficer, "role"),
            (Role::KiHead, Role::Auditor, "role"),
            (Role::KiHead, Role::CaseManager, "role"),
            (Role::KiHead, Role::Operator, "role"),
            (Role::KiOfficer, Role::KiOfficer, ""),
        ] {
            given([registered(MACHINE)])
                .acting_as(actor)
                .when(issue(role))
                .then_rejected(Code::NotAllowed, field);
        }
    }

    #[test]
    fn on_the_command_line_a_token_is_as_wide_as_its_role() {
        let issue = |role, scopes: &[Scope]| IssueToken {
            authority: Authority::CommandLine,
            issuer: None,
            scopes: scopes.iter().copied().collect(),
            ..issue(role)
        };
        let message = given([registered(MACHINE)])
            .acting_as(Role::Operator)
            .when(issue(Role::Auditor, &[Scope::Read, Scope::Write]))
            .then_rejected(Code::ValueNotAllowed, "scopes");
        assert!(
            message.contains("READ") && !message.contains("WRITE"),
            "{message}"
        );
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let refused = |events: &[Event], command, code, field| {
            given(events.iter().cloned())
                .acting_as(Role::KiHead)
                .when(command)
                .then_rejected(code, field)
        };
        let more = [registered(MACHINE), registered_number(1)];
        let known: Vec<Event> = acting(Role::KiHead).into_iter().chain(more).collect();
        for days in [0, 367, -1] {
            let command = IssueToken {
                days,
                ..issue(Role::KiOfficer)
            };
            refused(&known, command, Code::NumberOutOfRange, "days");
        }
        let long = IssueToken {
            name: long_text(Text::NAME + 1),
            ..issue(Role::KiOfficer)
        };
        refused(&known, long, Code::TextTooLong, "name");
        refused(&[], issue(Role::KiOfficer), Code::UnknownId, "account");
        refused(
            &[registered_elsewhere(MACHINE)],
            issue(Role::KiOfficer),
            Code::UnknownId,
            "account",
        );
        refused(
            &[registered(MACHINE), locked(MACHINE)],
            issue(Role::KiOfficer),
            Code::StateForbids,
            "account",
        );
        let to = |account| IssueToken {
            bearer: Bearer::Account(account),
            ..issue(Role::KiOfficer)
        };
        refused(
            &[registered(PERSON)],
            to(PERSON),
            Code::StateForbids,
            "account",
        );
        refused(&[registered(ACTOR)], to(ACTOR), Code::NotAllowed, "account");
        refused(
            &known,
            issue(Role::PartnerOffice),
            Code::Missing,
            "organisation",
        );
        let needless = IssueToken {
            right: Right {
                organisation: Some(organisation()),
                ..Right::of(Role::KiOfficer)
            },
            ..issue(Role::KiOfficer)
        };
        refused(&known, needless, Code::ValueNotAllowed, "organisation");
    }
}
