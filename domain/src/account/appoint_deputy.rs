//! One account represents another for a time (Vertretung).

use time::Date;

use super::state::{self, Accounts, not_oneself};
use super::{AccountEvent, Authority, DeputyAppointed, validity};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::{ActorId, DeputyId, GrantId};
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};

/// Appoints a deputy: from the first day to the last it acts in the role of the account represented,
/// beside its own roles. The same again: nothing happens.
#[derive(Clone, Debug)]
pub struct AppointDeputy {
    /// On whose word.
    pub authority: Authority,
    /// Who represents.
    pub account: ActorId,
    /// Who is represented.
    pub represents: ActorId,
    /// In which role.
    pub grant: GrantId,
    /// The first day: today unless a later one is said.
    pub valid_from: Option<Date>,
    /// The first day no more: within the role's own, and at most a year later.
    pub valid_to: Date,
}

impl Decision for AppointDeputy {
    type Facts = Accounts;

    fn query(&self) -> Query {
        Query::none()
            .or(Accounts::item(self.account))
            .or(Accounts::item(self.represents))
    }

    fn evolve(facts: &mut Accounts, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, accounts: &Accounts, context: &Context) -> Result<Vec<Event>, Rejection> {
        self.authority.may_write(context)?;
        let deputy = accounts.require("account", self.account, self.authority, context)?;
        let represented = ("represents", self.represents);
        let grant = accounts.require_part(represented, self.grant, self.authority, context)?;
        if self.account == self.represents {
            return Err(Rejection::field(
                RejectionCode::StateForbids,
                "represents",
                "Niemand vertritt sich selbst; nennen Sie eine andere Person.",
            ));
        }
        not_oneself(
            self.account,
            "Zur eigenen Vertretung anderer können Sie sich nicht selbst bestellen.",
            context,
        )?;
        self.authority
            .may_give("grant", grant.right.role, context)?;
        if grant.revoked {
            return Err(Rejection::field(
                RejectionCode::StateForbids,
                "grant",
                "Diese Rolle ist entzogen; vertreten werden kann nur eine Rolle, die gilt.",
            ));
        }
        let from = validity::from(self.valid_from, context)?;
        validity::to(self.valid_to, from, context)?;
        check_within(from, self.valid_to, grant.valid_from, grant.valid_to)?;
        let twin = deputy.deputies.values().find(|other| {
            !other.ended
                && other.represents == self.represents
                && other.grant == self.grant
                && other.valid_to > from
                && self.valid_to > other.valid_from
        });
        if let Some(twin) = twin {
            if twin.valid_to == self.valid_to && twin.valid_from <= from {
                return Ok(Vec::new());
            }
            return Err(Rejection::field(
                RejectionCode::Duplicate,
                "account",
                format!(
                    "Diese Vertretung besteht schon, vom {} bis vor dem {}; beenden Sie sie zuerst, wenn sie für andere Tage gelten soll.",
                    check::german(twin.valid_from),
                    check::german(twin.valid_to)
                ),
            ));
        }
        let appointed = AccountEvent::DeputyAppointed(DeputyAppointed {
            account: self.account,
            deputy: DeputyId(context.new_id()),
            represents: self.represents,
            grant: self.grant,
            valid_from: from,
            valid_to: self.valid_to,
        });
        Ok(vec![state::event(grant.centre, context, appointed)])
    }
}

/// Nobody is represented while the role does not hold, nor without end.
fn check_within(
    from: Date,
    to: Date,
    grant_from: Date,
    grant_to: Option<Date>,
) -> Result<(), Rejection> {
    let refused = |field, message| {
        Err(Rejection::field(
            RejectionCode::DateOutOfRange,
            field,
            message,
        ))
    };
    if from < grant_from {
        return refused(
            "validFrom",
            format!(
                "Die vertretene Rolle gilt erst vom {} an.",
                check::german(grant_from)
            ),
        );
    }
    if let Some(end) = grant_to.filter(|end| to > *end) {
        return refused(
            "validTo",
            format!(
                "Die vertretene Rolle gilt nur bis vor dem {}.",
                check::german(end)
            ),
        );
    }
    let latest = validity::a_year_after(from);
    if to > latest {
        return refused(
            "validTo",
            format!(
                "Eine Vertretung dauert höchstens ein Jahr, hier bis vor dem {}.",
                check::german(latest)
            ),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use time::macros::date;
    use uuid::Uuid;

    use super::*;
    use crate::account::samples::{
        ACTOR, DEPUTY, END, GRANT, OTHER, PERSON, appointed, granted, registered,
        registered_elsewhere, revoked,
    };
    use crate::account::{DeputyEnded, Origin, Right, RoleGranted};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{TODAY, event, first_id, given};

    const TO: Date = date!(2026 - 12 - 24);

    fn appoint() -> AppointDeputy {
        AppointDeputy {
            authority: Authority::Office,
            account: OTHER,
            represents: PERSON,
            grant: GRANT,
            valid_from: None,
            valid_to: TO,
        }
    }

    fn history(role: Role) -> Vec<Event> {
        vec![registered(PERSON), registered(OTHER), granted(PERSON, role)]
    }

    fn expected(from: Date, to: Date) -> Event {
        event(AccountEvent::DeputyAppointed(DeputyAppointed {
            account: OTHER,
            deputy: DeputyId(first_id()),
            represents: PERSON,
            grant: GRANT,
            valid_from: from,
            valid_to: to,
        }))
    }

    #[test]
    fn a_deputy_is_appointed_once() {
        given(history(Role::KiOfficer))
            .acting_as(Role::Administration)
            .when(appoint())
            .then([expected(TODAY, TO)]);
        let with = |more: &[Event]| {
            let mut events = history(Role::KiOfficer);
            events.extend_from_slice(more);
            given(events).acting_as(Role::Administration)
        };
        let known = appointed(TODAY, TO);
        with(std::slice::from_ref(&known))
            .when(appoint())
            .then_nothing();
        let longer = AppointDeputy {
            valid_to: date!(2026 - 12 - 31),
            ..appoint()
        };
        with(std::slice::from_ref(&known))
            .when(longer)
            .then_rejected(Code::Duplicate, "account");
        let ended = event(AccountEvent::DeputyEnded(DeputyEnded {
            account: OTHER,
            deputy: DEPUTY,
            represents: PERSON,
        }));
        with(&[known, ended])
            .when(appoint())
            .then([expected(TODAY, TO)]);
    }

    #[test]
    fn the_head_is_represented_by_whom_the_head_names() {
        given(history(Role::KiHead))
            .acting_as(Role::Administration)
            .when(appoint())
            .then_rejected(Code::NotAllowed, "grant");
        given(history(Role::KiHead))
            .acting_as(Role::KiHead)
            .when(appoint())
            .then([expected(TODAY, TO)]);
    }

    #[test]
    fn nobody_is_represented_longer_than_the_role_holds_or_than_a_year() {
        let days = |from, to| AppointDeputy {
            valid_from: Some(from),
            valid_to: to,
            ..appoint()
        };
        let refused = |command, field| {
            given(history(Role::KiOfficer))
                .acting_as(Role::KiHead)
                .when(command)
                .then_rejected(Code::DateOutOfRange, field)
        };
        refused(days(TODAY, END.next_day().unwrap()), "validTo");
        refused(days(date!(2026 - 11 - 19), TO), "validFrom");
        given(history(Role::KiOfficer))
            .acting_as(Role::KiHead)
            .when(days(TODAY, END))
            .then([expected(TODAY, END)]);
        let later = event(AccountEvent::RoleGranted(RoleGranted {
            account: PERSON,
            grant: GRANT,
            right: Right::of(Role::KiOfficer),
            valid_from: date!(2026 - 12 - 01),
            valid_to: None,
            origin: Origin::Local,
        }));
        let events = [registered(PERSON), registered(OTHER), later];
        given(events.clone())
            .acting_as(Role::KiHead)
            .when(appoint())
            .then_rejected(Code::DateOutOfRange, "validFrom");
        let first = date!(2026 - 12 - 01);
        given(events.clone())
            .acting_as(Role::KiHead)
            .when(days(first, date!(2027 - 12 - 02)))
            .then_rejected(Code::DateOutOfRange, "validTo");
        given(events)
            .acting_as(Role::KiHead)
            .when(days(first, date!(2027 - 12 - 01)))
            .then([expected(first, date!(2027 - 12 - 01))]);
        assert_eq!(
            validity::a_year_after(date!(2028 - 02 - 29)),
            date!(2029 - 03 - 01)
        );
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given(history(Role::KiOfficer))
            .when(appoint())
            .then_rejected(Code::NotAllowed, "");
        let refused = |events: Vec<Event>, command, code, field| {
            given(events)
                .acting_as(Role::KiHead)
                .when(command)
                .then_rejected(code, field)
        };
        let own = AppointDeputy {
            account: PERSON,
            ..appoint()
        };
        refused(
            history(Role::KiOfficer),
            own,
            Code::StateForbids,
            "represents",
        );
        let oneself = AppointDeputy {
            account: ACTOR,
            ..appoint()
        };
        let mut events = history(Role::KiOfficer);
        events.push(registered(ACTOR));
        refused(events, oneself, Code::NotAllowed, "account");
        let unknown = AppointDeputy {
            grant: GrantId(Uuid::from_u128(9)),
            ..appoint()
        };
        refused(history(Role::KiOfficer), unknown, Code::UnknownId, "grant");
        let events = vec![registered_elsewhere(OTHER), registered(PERSON)];
        refused(events, appoint(), Code::UnknownId, "account");
        refused(
            vec![registered(OTHER)],
            appoint(),
            Code::UnknownId,
            "represents",
        );
        let mut events = history(Role::KiOfficer);
        events.push(revoked(PERSON));
        refused(events, appoint(), Code::StateForbids, "grant");
        let empty = AppointDeputy {
            valid_to: TODAY,
            ..appoint()
        };
        refused(
            history(Role::KiOfficer),
            empty,
            Code::EndBeforeBeginning,
            "validTo",
        );
    }
}
