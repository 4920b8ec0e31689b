//! Requests, orders and break-glass: what is open until when.

use super::*;

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
    let mut book = Book::with([broken(1, 1), broken(2, 3), broken(3, 2)]);
    let opened_in = |book: &Book, who, centre, after| {
        let access = book.facts.access();
        access
            .glass(account(who), centre, NOW + Duration::hours(after))
            .map(|glass| glass.id.0.as_u128())
    };
    let opened = |who, centre, after| opened_in(&book, who, centre, after);
    assert_eq!(opened(9, centre(), 0), Some(2));
    assert_eq!(opened(9, centre(), 2), Some(2));
    assert_eq!(opened(9, centre(), 3), None);
    assert_eq!(opened(1, centre(), 0), None);
    assert_eq!(opened(9, "05315".parse().unwrap(), 0), None);
    book.happens(EventData::Exception(ExceptionEvent::GlassClosed(
        GlassClosed {
            glass: GlassId(Uuid::from_u128(2)),
        },
    )));
    assert_eq!(opened_in(&book, 9, centre(), 0), Some(3));
    assert_eq!(opened_in(&book, 9, centre(), 2), None);
}

#[test]
fn break_glass_of_who_was_head_stays_closed() {
    let broken = |number| {
        EventData::Exception(ExceptionEvent::GlassBroken(GlassBroken {
            glass: GlassId(Uuid::from_u128(number)),
            until: NOW + Duration::hours(8),
            reason: sealed(),
        }))
    };
    let opened = |book: &Book| {
        let glass = book.facts.access().glass(account(9), centre(), NOW);
        glass.map(|glass| glass.id.0.as_u128())
    };
    let head = |number, who| granted(number, who, Role::KiHead, TODAY, None);
    let ended = of(AccountEvent::DeputyEnded(DeputyEnded {
        account: account(9),
        deputy: deputy(1),
        represents: account(1),
    }));
    let other_role = granted(3, 9, Role::KiOfficer, TODAY, None);
    let represents = appointed(9, 1, TODAY, date!(2026 - 12 - 24));
    // Whoever is represented may be locked; that ends nothing.
    let harmless = [locked(1), revoked(3, 9)];
    for (begins, ends) in [
        (vec![head(1, 9)], revoked(1, 9)),
        (vec![head(1, 9)], locked(9)),
        (vec![head(1, 1), represents.clone()], ended),
        (vec![head(1, 1), represents], revoked(1, 1)),
    ] {
        let mut book = Book::with([registered(9), registered(1), other_role.clone()]);
        begins.into_iter().for_each(|event| book.happens(event));
        book.happens(broken(1));
        harmless
            .iter()
            .for_each(|event| book.happens(event.clone()));
        assert_eq!(opened(&book), Some(1));
        book.happens(ends.clone());
        assert_eq!(opened(&book), None, "{ends:?}");
        book.happens(unlocked(9));
        book.happens(head(2, 9));
        assert_eq!(opened(&book), None, "{ends:?}");
        book.happens(broken(2));
        assert_eq!(opened(&book), Some(2), "{ends:?}");
    }
}

#[test]
fn the_last_lock_is_known_after_it_ended() {
    let mut book = Book::with([registered(9)]);
    let last = |book: &Book| book.facts.access().last_lock(account(9));
    assert_eq!(last(&book), None);
    book.happens(locked(9));
    book.happens(unlocked(9));
    assert_eq!(last(&book), Some(2));
    book.happens(locked(9));
    book.happens(unlocked(9));
    assert_eq!(last(&book), Some(4));
}
