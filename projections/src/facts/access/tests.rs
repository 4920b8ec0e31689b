//! Who may act when, and what is open until when.

use proptest::prelude::*;
use querschnitt_domain::account::{
    AccountKind, DeputyAppointed, DeputyEnded, Locked, Origin, Registered, Right, RoleGranted,
    RoleRevoked, Scopes, TokenIssued, TokenRevoked, Unlocked,
};
use querschnitt_domain::exception::{GlassBroken, OrderClosed, OrderOpened};
use querschnitt_domain::{Commitment, Event, EventData, GlassId, OrderId, RecordId, RecordKind};
use time::Duration;
use time::macros::{date, datetime};
use uuid::Uuid;

use super::*;
use crate::testing::History;

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
    of(AccountEvent::TokenIssued(TokenIssued {
        account: account(who),
        token: token(number),
        name: sealed(),
        right: Right::of(Role::Auditor),
        scopes: Scopes::of_role(Role::Auditor),
        expires_at,
        hash: TokenHash::of(&[u8::try_from(number).unwrap(); 32]),
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
fn an_order_is_open_until_its_end_or_until_it_is_closed() {
    let order = OrderId(Uuid::from_u128(1));
    let record = |number| RecordId {
        kind: RecordKind::Review,
        id: Uuid::from_u128(number),
    };
    let opened = EventData::Exception(ExceptionEvent::OrderOpened(OrderOpened {
        order,
        kind: OrderKind::Audit,
        records: vec![record(1), record(2)],
        valid_to: date!(2026 - 11 - 22),
        reason: sealed(),
    }));
    let mut book = Book::with([opened]);
    let open = |book: &Book, now| {
        let of_kind = |kind| book.facts.access().orders_of(centre(), kind, now).count();
        (of_kind(OrderKind::Audit), of_kind(OrderKind::PersonRequest))
    };
    assert_eq!(open(&book, NOW), (1, 0));
    // Midnight in Berlin.
    assert_eq!(open(&book, datetime!(2026-11-21 22:59 UTC)), (1, 0));
    assert_eq!(open(&book, datetime!(2026-11-21 23:00 UTC)), (0, 0));
    let elsewhere = "05315".parse().unwrap();
    assert_eq!(book.facts.access().orders(elsewhere, NOW).count(), 0);
    let row = book.facts.access().orders(centre(), NOW).next().unwrap();
    assert!(row.is_about(record(2)) && !row.is_about(record(3)));
    assert_eq!(row.opened_by, account(9));
    book.happens(EventData::Exception(ExceptionEvent::OrderClosed(
        OrderClosed { order },
    )));
    assert_eq!(open(&book, NOW), (0, 0));
}

#[test]
fn break_glass_opens_one_centre_to_one_account_for_some_hours() {
    let broken = |number, hours| {
        EventData::Exception(ExceptionEvent::GlassBroken(GlassBroken {
            glass: GlassId(Uuid::from_u128(number)),
            until: NOW + Duration::hours(hours),
            reason: sealed(),
        }))
    };
    let book = Book::with([broken(1, 1), broken(2, 3), broken(3, 2)]);
    let access = book.facts.access();
    let opened = |who, centre, after| {
        access
            .glass(account(who), centre, NOW + Duration::hours(after))
            .map(|glass| glass.id.0.as_u128())
    };
    assert_eq!(opened(9, centre(), 0), Some(2));
    assert_eq!(opened(9, centre(), 2), Some(2));
    assert_eq!(opened(9, centre(), 3), None);
    assert_eq!(opened(1, centre(), 0), None);
    assert_eq!(opened(9, "05315".parse().unwrap(), 0), None);
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
    ] {
        book.happens(event);
        digests.push(book.facts.access_digest());
    }
    let different: std::collections::HashSet<_> = digests.iter().collect();
    assert_eq!(different.len(), digests.len());
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
