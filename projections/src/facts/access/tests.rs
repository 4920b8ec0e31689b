//! Who may act when, and what is open until when.

use proptest::prelude::*;
use querschnitt_domain::account::{
    AccountKind, DeputyAppointed, DeputyEnded, Issuer, Locked, Origin, Registered, Right,
    RoleGranted, RoleRevoked, Scopes, TokenIssued, TokenRevoked, Unlocked,
};
use querschnitt_domain::exception::{GlassBroken, GlassClosed, OrderClosed, OrderOpened};
use querschnitt_domain::{Commitment, Event, EventData, GlassId, OrderId, RecordId, RecordKind};
use time::Duration;
use time::macros::{date, datetime};
use uuid::Uuid;

use super::*;
use crate::testing::History;

mod opened;
mod rights;

const NOW: OffsetDateTime = datetime!(2026-11-20 09:00 UTC);
const TODAY: Date = date!(2026 - 11 - 20);

fn account(number: u128) -> ActorId {
    ActorId(Uuid::from_u128(number))
}

fn grant(number: u128) -> GrantId {
    GrantId(Uuid::from_u128(0x100 + number))
}

fn deputy(number: u128) -> DeputyId {
    DeputyId(Uuid::from_u128(0x200 + number))
}

fn token(number: u128) -> MachineTokenId {
    MachineTokenId(Uuid::from_u128(0x300 + number))
}

fn sealed() -> Commitment {
    Commitment::of(&[0; 16], "x")
}

fn centre() -> CentreKey {
    "05711".parse().unwrap()
}

/// Facts that grow event by event.
struct Book {
    facts: Facts,
    first: Recorded,
}

impl Book {
    fn new() -> Self {
        Self {
            facts: Facts::default(),
            first: History::generate(1, 1).events()[0].clone(),
        }
    }

    fn with(events: impl IntoIterator<Item = EventData>) -> Self {
        let mut book = Self::new();
        events.into_iter().for_each(|event| book.happens(event));
        book
    }

    fn happens(&mut self, data: EventData) {
        let recorded = Recorded {
            position: self.facts.applied() + 1,
            recorded_at: NOW,
            actor: account(9),
            event: Event {
                centre: centre(),
                occurred_on: TODAY,
                occurred_at: None,
                data,
            },
            ..self.first.clone()
        };
        assert!(self.facts.apply(&recorded));
    }

    fn roles(&self, who: u128, on: Date) -> Vec<(Role, Option<ActorId>)> {
        let acting = self.facts.access().grants_of(account(who), on);
        acting
            .into_iter()
            .map(|acting| (acting.role, acting.deputy_for))
            .collect()
    }
}

fn of(event: AccountEvent) -> EventData {
    EventData::Account(event)
}

fn registered(who: u128) -> EventData {
    of(AccountEvent::Registered(Registered {
        account: account(who),
        kind: AccountKind::Person,
        origin: Origin::Local,
        name: sealed(),
        login: None,
    }))
}

fn granted(number: u128, who: u128, role: Role, from: Date, to: Option<Date>) -> EventData {
    of(AccountEvent::RoleGranted(RoleGranted {
        account: account(who),
        grant: grant(number),
        right: Right::of(role),
        valid_from: from,
        valid_to: to,
        origin: Origin::Local,
    }))
}

fn revoked(number: u128, who: u128) -> EventData {
    of(AccountEvent::RoleRevoked(RoleRevoked {
        account: account(who),
        grant: grant(number),
        reason: None,
        origin: Some(Origin::Local),
    }))
}

fn appointed(who: u128, represents: u128, from: Date, to: Date) -> EventData {
    of(AccountEvent::DeputyAppointed(DeputyAppointed {
        account: account(who),
        deputy: deputy(1),
        represents: account(represents),
        grant: grant(1),
        valid_from: from,
        valid_to: to,
    }))
}

fn locked(who: u128) -> EventData {
    of(AccountEvent::Locked(Locked {
        account: account(who),
        reason: sealed(),
    }))
}

fn unlocked(who: u128) -> EventData {
    of(AccountEvent::Unlocked(Unlocked {
        account: account(who),
        reason: sealed(),
    }))
}

fn issued(number: u128, who: u128, expires_at: OffsetDateTime) -> EventData {
    issued_by(number, who, expires_at, None)
}

fn issued_by(
    number: u128,
    who: u128,
    expires_at: OffsetDateTime,
    issuer: Option<Issuer>,
) -> EventData {
    of(AccountEvent::TokenIssued(TokenIssued {
        account: account(who),
        token: token(number),
        name: sealed(),
        right: Right::of(Role::Auditor),
        scopes: Scopes::of_role(Role::Auditor),
        expires_at,
        hash: TokenHash::of(&[u8::try_from(number).unwrap(); 32]),
        issuer,
    }))
}

#[test]
fn a_role_holds_from_its_first_day_until_the_day_before_its_end() {
    let (from, to) = (date!(2026 - 11 - 20), date!(2026 - 11 - 22));
    let mut book = Book::with([
        registered(1),
        granted(1, 1, Role::KiOfficer, from, Some(to)),
        granted(2, 1, Role::KimCoordinator, from, None),
    ]);
    let officer = (Role::KiOfficer, None);
    let coordinator = (Role::KimCoordinator, None);
    assert_eq!(book.roles(1, date!(2026 - 11 - 19)), []);
    assert_eq!(book.roles(1, from), [officer, coordinator]);
    assert_eq!(book.roles(1, date!(2026 - 11 - 21)), [officer, coordinator]);
    assert_eq!(book.roles(1, to), [coordinator]);
    assert_eq!(book.roles(2, from), []);
    book.happens(revoked(2, 1));
    assert_eq!(book.roles(1, from), [officer]);
    let ever = book.facts.access().grants_ever(account(1)).count();
    assert_eq!(ever, 2, "what was taken away stays to be seen");
    book.happens(locked(1));
    assert_eq!(book.roles(1, from), []);
    book.happens(unlocked(1));
    assert_eq!(book.roles(1, from), [officer]);
}

#[test]
fn a_deputy_acts_while_both_the_appointment_and_the_role_hold() {
    let (from, to) = (date!(2026 - 11 - 20), date!(2026 - 12 - 01));
    let history = [
        registered(1),
        registered(2),
        granted(1, 1, Role::KiHead, from, None),
        granted(2, 2, Role::KiOfficer, from, None),
        appointed(2, 1, date!(2026 - 11 - 25), to),
    ];
    let own = (Role::KiOfficer, None);
    let represented = (Role::KiHead, Some(account(1)));
    let mut book = Book::with(history.clone());
    assert_eq!(book.roles(2, date!(2026 - 11 - 24)), [own]);
    assert_eq!(book.roles(2, date!(2026 - 11 - 25)), [own, represented]);
    assert_eq!(book.roles(2, to), [own]);
    assert_eq!(book.roles(1, to), [(Role::KiHead, None)]);
    let day = date!(2026 - 11 - 30);
    // Who is away may be locked meanwhile.
    book.happens(locked(1));
    assert_eq!(book.roles(2, day), [own, represented]);
    book.happens(revoked(1, 1));
    assert_eq!(book.roles(2, day), [own]);

    let mut book = Book::with(history);
    book.happens(of(AccountEvent::DeputyEnded(DeputyEnded {
        account: account(2),
        deputy: deputy(1),
        represents: account(1),
    })));
    assert_eq!(book.roles(2, day), [own]);
    book.happens(locked(2));
    assert_eq!(book.roles(2, day), []);
}

#[test]
fn a_token_counts_until_it_expires_or_is_revoked_or_its_account_is_locked() {
    let expires_at = NOW + Duration::DAY;
    let mut book = Book::with([registered(1), issued(1, 1, expires_at)]);
    let hash = TokenHash::of(&[1; 32]).0;
    let found = |book: &Book, now| {
        let row = book.facts.access().token(&hash, now);
        row.map(|row| (row.id, row.acting().role))
    };
    let counts = Some((token(1), Role::Auditor));
    assert_eq!(found(&book, NOW), counts);
    let last = expires_at - Duration::MICROSECOND;
    assert_eq!(found(&book, last), counts);
    assert_eq!(found(&book, expires_at), None);
    assert!(book.facts.access().token(&[0; 32], NOW).is_none());
    book.happens(locked(1));
    assert_eq!(found(&book, NOW), None);
    book.happens(unlocked(1));
    assert_eq!(found(&book, NOW), counts);
    book.happens(of(AccountEvent::TokenRevoked(TokenRevoked {
        account: account(1),
        token: token(1),
    })));
    assert_eq!(found(&book, NOW), None);
}

#[test]
fn every_change_shows_in_the_digest() {
    let mut book = Book::new();
    let mut digests = vec![book.facts.access_digest()];
    let (from, to) = (date!(2026 - 11 - 20), date!(2026 - 12 - 01));
    for event in [
        registered(1),
        locked(1),
        unlocked(1),
        granted(1, 1, Role::KiHead, from, None),
        registered(2),
        appointed(2, 1, from, to),
        revoked(1, 1),
        issued(1, 2, NOW),
        glass_broken(),
        glass_closed(),
    ] {
        book.happens(event);
        digests.push(book.facts.access_digest());
    }
    let different: std::collections::HashSet<_> = digests.iter().collect();
    assert_eq!(different.len(), digests.len());
}

fn glass_broken() -> EventData {
    EventData::Exception(ExceptionEvent::GlassBroken(GlassBroken {
        glass: GlassId(Uuid::from_u128(1)),
        until: NOW + Duration::HOUR,
        reason: sealed(),
    }))
}

fn glass_closed() -> EventData {
    let glass = GlassId(Uuid::from_u128(1));
    EventData::Exception(ExceptionEvent::GlassClosed(GlassClosed { glass }))
}

impl Facts {
    /// Of this part alone: the position stands in the whole one anyway.
    fn access_digest(&self) -> crate::digest::Digest {
        let mut to = Canonical::new();
        self.access.digest(&mut to);
        to.finish()
    }
}

fn any_event() -> impl Strategy<Value = EventData> {
    let who = 1_u128..4;
    let day = (0_i64..6).prop_map(|days| TODAY + Duration::days(days));
    let number = 1_u128..6;
    prop_oneof![
        who.clone().prop_map(registered),
        (
            number.clone(),
            who.clone(),
            day.clone(),
            proptest::option::of(day.clone())
        )
            .prop_map(|(number, who, from, to)| granted(
                number,
                who,
                Role::KiOfficer,
                from,
                to
            )),
        (number, who.clone()).prop_map(|(number, who)| revoked(number, who)),
        who.clone().prop_map(locked),
        who.clone().prop_map(unlocked),
        (who.clone(), who, day.clone(), day)
            .prop_map(|(who, represents, from, to)| appointed(who, represents, from, to)),
    ]
}

proptest! {
    /// Whatever happens: who acts is registered and not locked, and each role in which somebody acts
    /// was given to that account or to the one represented, and was not taken away since.
    #[test]
    fn nobody_acts_without_a_right(events in proptest::collection::vec(any_event(), 0..60)) {
        let book = Book::with(events);
        let access = book.facts.access();
        for who in 1..4 {
            for days in 0..6 {
                let day = TODAY + Duration::days(days);
                for acting in access.grants_of(account(who), day) {
                    let row = access.account(account(who));
                    prop_assert!(row.is_some_and(|row| !row.locked));
                    let grant = access.grants.newest(acting.grant.unwrap()).unwrap();
                    prop_assert!(grant.known.is_current() && grant.valid_from <= day);
                    prop_assert!(grant.valid_to.is_none_or(|to| day < to));
                    let owner = acting.deputy_for.unwrap_or(account(who));
                    prop_assert_eq!(grant.account, owner);
                    let represents = access.deputies_ever(account(who)).any(|deputy| {
                        deputy.represents == owner && deputy.holds_on(day)
                    });
                    prop_assert!(acting.deputy_for.is_none() || represents);
                }
            }
        }
    }
}
