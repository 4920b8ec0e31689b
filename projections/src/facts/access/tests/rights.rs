//! What a right depends on beside its own days: tokens on their issuers, a provider's roles on the office.

use super::*;

#[test]
fn a_token_ends_with_the_right_it_was_issued_in() {
    let ends = NOW + Duration::days(300);
    let (from, to) = (TODAY, date!(2026 - 12 - 01));
    let own = Issuer::Person {
        account: account(1),
        grant: grant(1),
        represents: None,
    };
    let history = [
        registered(1),
        registered(2),
        registered(3),
        granted(1, 1, Role::KiHead, from, Some(date!(2027 - 01 - 01))),
        appointed(2, 1, from, to),
        issued_by(1, 3, ends, Some(own)),
        issued_by(
            2,
            3,
            ends,
            Some(Issuer::Person {
                account: account(2),
                grant: grant(1),
                represents: Some(account(1)),
            }),
        ),
        issued_by(
            3,
            3,
            ends,
            Some(Issuer::Machine {
                account: account(3),
                token: token(1),
            }),
        ),
    ];
    let states = |book: &Book, now: OffsetDateTime| {
        [1, 2, 3].map(|number: u8| {
            let access = book.facts.access();
            let row = access.tokens().newest(token(number.into())).unwrap();
            let state = access.token_state(row, now);
            let found = access.token(&TokenHash::of(&[number; 32]).0, now);
            assert_eq!(found.is_some(), state == TokenState::Counts);
            state
        })
    };
    use TokenState::{Counts, Expired, IssuerLocked, IssuerWithoutRight, Revoked};
    let mut book = Book::with(history.clone());
    assert_eq!(states(&book, NOW), [Counts; 3]);
    // The deputy's days are over, then the role is.
    let later = NOW + Duration::days(11);
    assert_eq!(states(&book, later), [Counts, IssuerWithoutRight, Counts]);
    let much_later = NOW + Duration::days(60);
    assert_eq!(states(&book, much_later), [IssuerWithoutRight; 3]);
    assert_eq!(states(&book, ends), [Expired; 3]);
    // Who is represented may be locked; who issued may not.
    book.happens(locked(1));
    let second_hand = IssuerWithoutRight;
    assert_eq!(states(&book, NOW), [IssuerLocked, Counts, second_hand]);
    book.happens(unlocked(1));
    book.happens(locked(2));
    assert_eq!(states(&book, NOW), [Counts, IssuerLocked, Counts]);
    book.happens(of(AccountEvent::TokenRevoked(TokenRevoked {
        account: account(3),
        token: token(1),
    })));
    assert_eq!(states(&book, NOW), [Revoked, IssuerLocked, second_hand]);

    let mut book = Book::with(history);
    book.happens(revoked(1, 1));
    assert_eq!(states(&book, NOW), [IssuerWithoutRight; 3]);
}

#[test]
fn what_was_taken_away_here_is_withheld_until_it_is_given_again() {
    let right = Right::of(Role::KiOfficer);
    let withheld = |book: &Book| {
        let access = book.facts.access();
        assert!(!access.is_withheld(account(1), Right::of(Role::KiHead), centre()));
        assert!(!access.is_withheld(account(1), right, "05315".parse().unwrap()));
        access.is_withheld(account(1), right, centre())
    };
    let taken = |number, origin| {
        of(AccountEvent::RoleRevoked(RoleRevoked {
            account: account(1),
            grant: grant(number),
            reason: None,
            origin,
        }))
    };
    // Before events said on whose word, the role of the provider told.
    for (origin, role, expected) in [
        (Some(Origin::Local), Role::Operator, true),
        (Some(Origin::Provider), Role::Operator, false),
        (None, Role::Operator, false),
        (None, Role::KiHead, true),
    ] {
        let mut book = Book::with([registered(1), granted(9, 1, Role::KiOfficer, TODAY, None)]);
        assert!(!withheld(&book));
        book.first.role = role;
        book.happens(taken(9, origin));
        assert_eq!(withheld(&book), expected, "{origin:?} {role}");
        // The newer grant has the smaller id.
        book.happens(granted(1, 1, Role::KiOfficer, TODAY, None));
        assert!(!withheld(&book));
        book.happens(taken(1, Some(Origin::Provider)));
        assert!(!withheld(&book));
    }
}
