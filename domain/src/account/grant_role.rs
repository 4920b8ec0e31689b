//! An account gets a role.

use time::Date;

use super::right::HeldFor;
use super::state::{self, Accounts, not_oneself};
use super::{AccountEvent, AccountKind, Authority, Right, RoleGranted, validity, withheld};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::{ActorId, GrantId};
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};

/// Gives a role in the actor's centre. The same role for the same days again: nothing happens.
#[derive(Clone, Debug)]
pub struct GrantRole {
    /// On whose word.
    pub authority: Authority,
    /// To whom: a person; the provider may give roles to machines too.
    pub account: ActorId,
    /// Which role.
    pub right: Right,
    /// The first day it holds: today unless a later one is said.
    pub valid_from: Option<Date>,
    /// The first day it holds no more.
    pub valid_to: Option<Date>,
}

/// What [`GrantRole`] reads: the account, and what the role is held for.
#[derive(Clone, Default, Debug)]
pub struct GrantFacts {
    pub(super) accounts: Accounts,
    pub(super) held_for: HeldFor,
}

impl GrantFacts {
    pub(super) fn query(account: ActorId, right: &Right) -> Query {
        right
            .items()
            .fold(Query::none().or(Accounts::item(account)), Query::or)
    }

    pub(super) fn evolve(&mut self, event: &Event) {
        self.accounts.evolve(event);
        self.held_for.evolve(event);
    }
}

impl Decision for GrantRole {
    type Facts = GrantFacts;

    fn query(&self) -> Query {
        GrantFacts::query(self.account, &self.right)
    }

    fn evolve(facts: &mut GrantFacts, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, facts: &GrantFacts, context: &Context) -> Result<Vec<Event>, Rejection> {
        self.authority.may_give("role", self.right.role, context)?;
        let accounts = &facts.accounts;
        let account = accounts.require("account", self.account, self.authority, context)?;
        not_oneself(
            self.account,
            "Sich selbst können Sie keine Rolle geben.",
            context,
        )?;
        if account.kind == AccountKind::Machine && self.authority != Authority::Provider {
            return Err(Rejection::field(
                RejectionCode::StateForbids,
                "account",
                "Das ist das Konto einer Maschine; sie handelt mit einem Token, das die Rolle nennt. Stellen Sie ein Token aus.",
            ));
        }
        self.right.check(&facts.held_for, context)?;
        let from = validity::from(self.valid_from, context)?;
        if let Some(to) = self.valid_to {
            validity::to(to, from, context)?;
        }
        let twin = account.grants.values().find(|grant| {
            !grant.revoked
                && grant.centre == context.centre
                && grant.right == self.right
                && grant.valid_to.is_none_or(|end| end > from)
                && self.valid_to.is_none_or(|end| end > grant.valid_from)
        });
        if let Some(twin) = twin {
            // Sent again on a later day, it begins later, and is the same.
            if twin.valid_to == self.valid_to && twin.valid_from <= from {
                return Ok(Vec::new());
            }
            return Err(overlaps(twin.valid_from, twin.valid_to));
        }
        withheld::check(account, &self.right, self.authority, context)?;
        let granted = AccountEvent::RoleGranted(RoleGranted {
            account: self.account,
            grant: GrantId(context.new_id()),
            right: self.right,
            valid_from: from,
            valid_to: self.valid_to,
            origin: self.authority.origin(),
        });
        Ok(vec![state::event(context.centre, context, granted)])
    }
}

fn overlaps(from: Date, to: Option<Date>) -> Rejection {
    let until = to.map_or_else(
        || "ohne Ende".to_owned(),
        |to| format!("bis vor dem {}", check::german(to)),
    );
    Rejection::field(
        RejectionCode::Duplicate,
        "role",
        format!(
            "Diese Rolle hat das Konto schon, vom {} an {until}; entziehen Sie sie zuerst, wenn sie für andere Tage gelten soll.",
            check::german(from)
        ),
    )
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::account::Origin;
    use crate::account::samples::{
        ACTOR, END, MACHINE, PERSON, granted, registered, registered_elsewhere, revoked,
    };
    use crate::network::samples::{
        changed_into, facts, founded, founded_steering_group, network, organisation,
        registered_number, retracted,
    };
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved as _, TODAY, event, first_id, given, other_centre};

    fn grant(role: Role) -> GrantRole {
        GrantRole {
            authority: Authority::Office,
            account: PERSON,
            right: Right::of(role),
            valid_from: None,
            valid_to: None,
        }
    }

    fn by(authority: Authority, role: Role) -> GrantRole {
        GrantRole {
            authority,
            ..grant(role)
        }
    }

    fn given_right(right: Right, origin: Origin) -> Event {
        event(AccountEvent::RoleGranted(RoleGranted {
            account: PERSON,
            grant: GrantId(first_id()),
            right,
            valid_from: TODAY,
            valid_to: None,
            origin,
        }))
    }

    /// Who gives which role: nobody but these.
    #[test]
    fn each_role_is_given_by_those_who_may() {
        let body = network();
        for role in Role::ALL {
            let right = Right {
                role,
                organisation: matches!(role, Role::AuthorityOfficer | Role::PartnerOffice)
                    .then(organisation),
                body: (role == Role::SteeringMember).then_some(body),
            };
            for actor in Role::ALL {
                for authority in [
                    Authority::Office,
                    Authority::CommandLine,
                    Authority::Provider,
                ] {
                    let may = match (authority, actor, role) {
                        (Authority::Office, _, Role::Operator | Role::StateLevel) => false,
                        (Authority::Office, Role::KiHead, _) => true,
                        (Authority::Office, Role::Administration, role) => !matches!(
                            role,
                            Role::KiHead | Role::Auditor | Role::DataProtectionOfficer
                        ),
                        (Authority::Office, _, _) => false,
                        (_, actor, _) => actor == Role::Operator,
                    };
                    let command = GrantRole {
                        right,
                        ..by(authority, role)
                    };
                    let outcome = given([
                        registered(PERSON),
                        registered_number(1),
                        founded_steering_group(),
                    ])
                    .acting_as(actor)
                    .when(command);
                    let origin = match authority {
                        Authority::Provider => Origin::Provider,
                        Authority::Office | Authority::CommandLine => Origin::Local,
                    };
                    if may {
                        outcome.then([given_right(right, origin)]);
                    } else {
                        let code = outcome.0.unwrap_err().code;
                        assert_eq!(code, Code::NotAllowed, "{authority:?} {actor} {role}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_role_is_given_for_a_time() {
        let command = GrantRole {
            valid_from: Some(date!(2026 - 12 - 01)),
            valid_to: Some(date!(2026 - 12 - 02)),
            ..grant(Role::KiOfficer)
        };
        given([registered(PERSON)])
            .acting_as(Role::Administration)
            .when(command)
            .then([event(AccountEvent::RoleGranted(RoleGranted {
                account: PERSON,
                grant: GrantId(first_id()),
                right: Right::of(Role::KiOfficer),
                valid_from: date!(2026 - 12 - 01),
                valid_to: Some(date!(2026 - 12 - 02)),
                origin: Origin::Local,
            }))]);
        let days = |from, to| GrantRole {
            valid_from: Some(from),
            valid_to: Some(to),
            ..grant(Role::KiOfficer)
        };
        let refused = |command, code, field| {
            given([registered(PERSON)])
                .acting_as(Role::Administration)
                .when(command)
                .then_rejected(code, field)
        };
        let empty = days(date!(2026 - 12 - 01), date!(2026 - 12 - 01));
        refused(empty, Code::EndBeforeBeginning, "validTo");
        let past = days(date!(2026 - 11 - 19), date!(2026 - 12 - 01));
        refused(past, Code::DateOutOfRange, "validFrom");
        let endless = days(TODAY, date!(2037 - 01 - 01));
        refused(endless, Code::DateOutOfRange, "validTo");
    }

    #[test]
    fn the_same_role_is_given_once() {
        let history = [registered(PERSON), granted(PERSON, Role::KiOfficer)];
        let same = GrantRole {
            valid_to: Some(END),
            ..grant(Role::KiOfficer)
        };
        given(history.clone())
            .acting_as(Role::KiHead)
            .when(same)
            .then_nothing();
        let message = given(history.clone())
            .acting_as(Role::KiHead)
            .when(grant(Role::KiOfficer))
            .then_rejected(Code::Duplicate, "role");
        assert!(message.contains("01.06.2027"), "{message}");
        let afterwards = GrantRole {
            valid_from: Some(END),
            ..grant(Role::KiOfficer)
        };
        assert!(
            given(history.clone())
                .acting_as(Role::KiHead)
                .when(afterwards)
                .0
                .is_ok()
        );
        let again = history.into_iter().chain([revoked(PERSON)]);
        given(again)
            .acting_as(Role::KiHead)
            .when(grant(Role::KiOfficer))
            .then([given_right(Right::of(Role::KiOfficer), Origin::Local)]);
        // The same role in another centre is another one.
        let elsewhere = granted(PERSON, Role::KiOfficer).in_centre(other_centre());
        given([registered(PERSON), elsewhere])
            .acting_as(Role::KiHead)
            .when(grant(Role::KiOfficer))
            .then([given_right(Right::of(Role::KiOfficer), Origin::Local)]);
    }

    #[test]
    fn a_role_has_what_it_is_held_for_and_no_more() {
        let refused = |history: &[Event], right, code, field| {
            let history = history.iter().cloned().chain([registered(PERSON)]);
            let command = GrantRole {
                right,
                ..grant(Role::KiOfficer)
            };
            given(history)
                .acting_as(Role::KiHead)
                .when(command)
                .then_rejected(code, field)
        };
        for role in [Role::AuthorityOfficer, Role::PartnerOffice] {
            refused(&[], Right::of(role), Code::Missing, "organisation");
            let right = Right {
                organisation: Some(organisation()),
                ..Right::of(role)
            };
            refused(&[], right, Code::UnknownId, "organisation");
            let elsewhere = registered_number(1).in_centre(other_centre());
            refused(&[elsewhere], right, Code::UnknownId, "organisation");
            let more = Right {
                body: Some(network()),
                ..right
            };
            let history = [registered_number(1), founded()];
            refused(&history, more, Code::ValueNotAllowed, "body");
        }
        let steering = Right::of(Role::SteeringMember);
        refused(&[], steering, Code::Missing, "body");
        let steering = Right {
            body: Some(network()),
            ..steering
        };
        refused(&[], steering, Code::UnknownId, "body");
        let group = founded_steering_group();
        refused(
            &[group.clone(), retracted()],
            steering,
            Code::StateForbids,
            "body",
        );
        // Any other body, also one that was a steering group once.
        refused(&[founded()], steering, Code::StateForbids, "body");
        let became = changed_into(facts());
        refused(&[group, became], steering, Code::StateForbids, "body");
        let officer = Right {
            organisation: Some(organisation()),
            ..Right::of(Role::KiOfficer)
        };
        refused(
            &[registered_number(1)],
            officer,
            Code::ValueNotAllowed,
            "organisation",
        );
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for history in [vec![], vec![registered_elsewhere(PERSON)]] {
            given(history)
                .acting_as(Role::KiHead)
                .when(grant(Role::KiOfficer))
                .then_rejected(Code::UnknownId, "account");
        }
        let oneself = GrantRole {
            account: ACTOR,
            ..grant(Role::CaseManager)
        };
        given([registered(ACTOR)])
            .acting_as(Role::KiHead)
            .when(oneself)
            .then_rejected(Code::NotAllowed, "account");
        let machine = |authority| GrantRole {
            account: MACHINE,
            ..by(authority, Role::KiOfficer)
        };
        given([registered(MACHINE)])
            .acting_as(Role::Operator)
            .when(machine(Authority::CommandLine))
            .then_rejected(Code::StateForbids, "account");
        assert!(
            given([registered(MACHINE)])
                .acting_as(Role::Operator)
                .when(machine(Authority::Provider))
                .0
                .is_ok()
        );
        // Somebody of another centre gets a role here only from the installation.
        given([registered_elsewhere(PERSON)])
            .acting_as(Role::Operator)
            .when(by(Authority::CommandLine, Role::KiOfficer))
            .then([given_right(Right::of(Role::KiOfficer), Origin::Local)]);
    }
}
