//! Accounts and their events as the tests of this crate use them.

use time::Date;
use time::macros::date;
use uuid::Uuid;

use super::{
    AccountEvent, AccountKind, DeputyAppointed, Issuer, Locked, NewLogin, Origin, Registered,
    Right, RoleGranted, RoleRevoked, Scopes, TokenHash, TokenIssued,
};
use crate::testing::Moved;
use crate::testing::{centre, event, other_centre, sealed};
use crate::{ActorId, DeputyId, Event, GrantId, MachineTokenId, Role};

/// Who acts in every test.
pub(crate) const ACTOR: ActorId = ActorId(Uuid::from_u128(1));
pub(crate) const PERSON: ActorId = ActorId(Uuid::from_u128(0xa1));
pub(crate) const OTHER: ActorId = ActorId(Uuid::from_u128(0xa2));
pub(crate) const MACHINE: ActorId = ActorId(Uuid::from_u128(0xa3));
pub(crate) const GRANT: GrantId = GrantId(Uuid::from_u128(0xb1));
pub(crate) const DEPUTY: DeputyId = DeputyId(Uuid::from_u128(0xc1));
pub(crate) const TOKEN: MachineTokenId = MachineTokenId(Uuid::from_u128(0xd1));

/// In an own role.
pub(crate) const OWN: Issuer = Issuer::Person {
    account: ACTOR,
    grant: GRANT,
    represents: None,
};

/// The last day before which the rights of these samples hold.
pub(crate) const END: Date = date!(2027 - 06 - 01);

pub(crate) fn registered(account: ActorId) -> Event {
    let kind = if account == MACHINE {
        AccountKind::Machine
    } else {
        AccountKind::Person
    };
    event(AccountEvent::Registered(Registered {
        account,
        kind,
        origin: Origin::Local,
        name: sealed("Kim Muster"),
        login: None,
    }))
}

/// A sign-in name that nobody has.
pub(crate) fn new_login(name: &str) -> NewLogin {
    NewLogin {
        name: name.parse().unwrap(),
        taken: false,
    }
}

/// An account of another centre.
pub(crate) fn registered_elsewhere(account: ActorId) -> Event {
    registered(account).in_centre(other_centre())
}

pub(crate) fn locked(account: ActorId) -> Event {
    event(AccountEvent::Locked(Locked {
        account,
        reason: sealed("Verdacht"),
    }))
}

/// A role from long ago, until [`END`].
pub(crate) fn granted(account: ActorId, role: Role) -> Event {
    event(AccountEvent::RoleGranted(RoleGranted {
        account,
        grant: GRANT,
        right: Right::of(role),
        valid_from: date!(2020 - 01 - 01),
        valid_to: Some(END),
        origin: Origin::Local,
    }))
    .in_centre(centre())
}

pub(crate) fn revoked(account: ActorId) -> Event {
    event(AccountEvent::RoleRevoked(RoleRevoked {
        account,
        grant: GRANT,
        reason: None,
        origin: Some(Origin::Local),
    }))
}

/// [`ACTOR`] with the role of [`OWN`].
pub(crate) fn acting(role: Role) -> [Event; 2] {
    [registered(ACTOR), granted(ACTOR, role)]
}

/// [`OTHER`] represents [`PERSON`].
pub(crate) fn appointed(from: Date, to: Date) -> Event {
    event(AccountEvent::DeputyAppointed(DeputyAppointed {
        account: OTHER,
        deputy: DEPUTY,
        represents: PERSON,
        grant: GRANT,
        valid_from: from,
        valid_to: to,
    }))
}

pub(crate) fn issued(role: Role) -> Event {
    event(AccountEvent::TokenIssued(TokenIssued {
        account: MACHINE,
        token: TOKEN,
        name: sealed("Schnittstelle"),
        right: Right::of(role),
        scopes: Scopes::of_role(role),
        expires_at: time::macros::datetime!(2027-01-01 00:00 UTC),
        hash: TokenHash::of(&[1; 32]),
        issuer: None,
    }))
}
