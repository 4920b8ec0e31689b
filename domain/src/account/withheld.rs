//! A role that was taken away here is not the provider's to give back.

use super::state::Account;
use super::{Authority, Origin, Right};
use crate::context::Context;
use crate::rejection::{Rejection, RejectionCode};

/// Refuses the provider a role whose last grant in the centre was taken away on another word. Whoever gives
/// roles here can give it again; what the provider does after that is as before.
pub(super) fn check(
    account: &Account,
    right: &Right,
    authority: Authority,
    context: &Context,
) -> Result<(), Rejection> {
    let before = account.grants.values();
    let last = before
        .filter(|grant| grant.centre == context.centre && grant.right == *right)
        .max_by_key(|grant| grant.place);
    let taken = last.is_some_and(|last| last.revoked_by == Some(Origin::Local));
    match authority {
        Authority::Provider if taken => Err(Rejection::field(
            RejectionCode::StateForbids,
            "role",
            "Diese Rolle wurde hier entzogen; der Anbieter gibt sie nicht zurück. Das kann nur, wer hier Rollen vergibt.",
        )),
        Authority::Provider | Authority::Office | Authority::CommandLine => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::account::samples::{GRANT, PERSON, granted, registered};
    use crate::account::{AccountEvent, GrantRole, RoleGranted, RoleRevoked};
    use crate::event::Event;
    use crate::id::GrantId;
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved as _, Outcome, TODAY, event, given, other_centre};

    fn taken(grant: GrantId, origin: Option<Origin>) -> Event {
        event(AccountEvent::RoleRevoked(RoleRevoked {
            account: PERSON,
            grant,
            reason: None,
            origin,
        }))
    }

    fn given_here(grant: GrantId) -> Event {
        event(AccountEvent::RoleGranted(RoleGranted {
            account: PERSON,
            grant,
            right: Right::of(Role::KiOfficer),
            valid_from: TODAY,
            valid_to: None,
            origin: Origin::Local,
        }))
    }

    fn again(authority: Authority, events: &[Event]) -> Outcome {
        let history = [registered(PERSON), granted(PERSON, Role::KiOfficer)];
        given(history.iter().chain(events).cloned())
            .acting_as(Role::Operator)
            .when(GrantRole {
                authority,
                account: PERSON,
                right: Right::of(Role::KiOfficer),
                valid_from: None,
                valid_to: None,
            })
    }

    #[test]
    fn the_provider_gives_back_what_it_took_away_and_nothing_else() {
        let here = taken(GRANT, Some(Origin::Local));
        again(Authority::Provider, std::slice::from_ref(&here))
            .then_rejected(Code::StateForbids, "role");
        assert!(again(Authority::CommandLine, &[here]).0.is_ok());
        // By the provider itself, or before it was said by whom.
        for origin in [Some(Origin::Provider), None] {
            let outcome = again(Authority::Provider, &[taken(GRANT, origin)]);
            assert!(outcome.0.is_ok(), "{origin:?}");
        }
        let elsewhere = [
            taken(GRANT, Some(Origin::Provider)),
            given_here(GrantId(Uuid::from_u128(8))).in_centre(other_centre()),
            taken(GrantId(Uuid::from_u128(8)), Some(Origin::Local)),
        ];
        assert!(again(Authority::Provider, &elsewhere).0.is_ok());
    }

    /// Ids do not say what came first.
    #[test]
    fn the_last_time_counts() {
        for number in [1, 0xffff] {
            let later = GrantId(Uuid::from_u128(number));
            let here = taken(GRANT, Some(Origin::Local));
            let lifted = [
                here.clone(),
                given_here(later),
                taken(later, Some(Origin::Provider)),
            ];
            assert!(again(Authority::Provider, &lifted).0.is_ok());
            let once_more = [here, given_here(later), taken(later, Some(Origin::Local))];
            again(Authority::Provider, &once_more).then_rejected(Code::StateForbids, "role");
        }
    }
}
