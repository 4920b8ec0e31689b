//! Who has to wait, how long, and who never.

use std::net::Ipv4Addr;

use proptest::prelude::*;
use querschnitt_store::Keys;
use uuid::Uuid;

use super::table::MOST;
use super::*;

fn login(name: &str) -> LoginDigest {
    // The same key each time: tests compare names.
    LoginDigest::of(&KEYS, name)
}

static KEYS: std::sync::LazyLock<Keys> = std::sync::LazyLock::new(|| Keys::ephemeral().unwrap());

fn from(n: u32) -> Caller {
    Caller {
        address: Ipv4Addr::from_bits(0x0a00_0000 + n).into(),
        device: None,
    }
}

fn known_browser(n: u8) -> Caller {
    Caller {
        device: Some([n; 16]),
        ..from(0)
    }
}

/// Fails as soon as it may, so many times; gives when the last was.
fn fail(limiter: &Limiter, name: &str, caller: &Caller, times: u32, mut now: Instant) -> Instant {
    for _ in 0..times {
        while let Err(Wait(seconds)) = limiter.try_now(login(name), caller, now) {
            now += Duration::from_secs(seconds);
        }
    }
    now
}

#[test]
fn waits_grow_up_to_a_quarter_of_an_hour() {
    let (limiter, begun) = (Limiter::default(), Instant::now());
    let mut now = fail(&limiter, "erika", &from(1), 10, begun);
    assert_eq!(now, begun, "ten tries wait for nothing");
    let mut waits = Vec::new();
    for _ in 0..12 {
        let Wait(seconds) = limiter.try_now(login("erika"), &from(1), now).unwrap_err();
        waits.push(seconds);
        now += Duration::from_secs(seconds - 1);
        assert!(limiter.try_now(login("erika"), &from(1), now).is_err());
        now += Duration::from_secs(1);
        limiter.try_now(login("erika"), &from(1), now).unwrap();
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
}

#[test]
fn tries_that_have_to_wait_do_not_lengthen_the_wait() {
    let (limiter, now) = (Limiter::default(), Instant::now());
    fail(&limiter, "erika", &from(1), 10, now);
    for _ in 0..1_000 {
        assert_eq!(limiter.try_now(login("erika"), &from(1), now), Err(Wait(1)));
    }
}

#[test]
fn a_success_forgets_the_failures_of_this_name_from_here_but_not_of_the_address() {
    let (limiter, now) = (Limiter::default(), Instant::now());
    fail(&limiter, "erika", &from(1), 10, now);
    let later = now + Duration::from_secs(1);
    limiter.try_now(login("erika"), &from(1), later).unwrap();
    limiter.succeeded(login("erika"), &from(1));
    limiter.try_now(login("erika"), &from(1), later).unwrap();
    // Somebody who signs in again and again at home and guesses at others in between.
    let limiter = Limiter::default();
    let mut refused = false;
    for n in 0..200 {
        refused |= limiter.try_now(login("own"), &from(1), now).is_err();
        limiter.succeeded(login("own"), &from(1));
        refused |= limiter
            .try_now(login(&format!("other{n}")), &from(1), now)
            .is_err();
    }
    assert!(refused);
}

#[test]
fn guessing_at_a_name_from_everywhere_never_shuts_its_browser_out() {
    let (limiter, mut now) = (Limiter::default(), Instant::now());
    for n in 0..1_000 {
        now = fail(&limiter, "erika", &from(n), 1, now);
    }
    let Wait(seconds) = limiter
        .try_now(login("erika"), &from(5_000), now)
        .unwrap_err();
    assert!(seconds <= 60, "{seconds}");
    limiter
        .try_now(login("erika"), &known_browser(1), now)
        .unwrap();
    limiter.try_now(login("max"), &from(5_000), now).unwrap();
    // A browser is no way around the limits either.
    fail(&limiter, "erika", &known_browser(1), 9, now);
    assert!(
        limiter
            .try_now(login("erika"), &known_browser(1), now)
            .is_err()
    );
    // Whoever is in charge can help.
    limiter.forget(login("erika"));
    limiter.try_now(login("erika"), &from(5_000), now).unwrap();
    limiter
        .try_now(login("erika"), &known_browser(1), now)
        .unwrap();
}

#[test]
fn failures_are_forgiven_with_time() {
    let (limiter, now) = (Limiter::default(), Instant::now());
    let now = fail(&limiter, "erika", &from(1), 20, now);
    assert!(limiter.try_now(login("erika"), &from(1), now).is_err());
    let hours = now + Duration::from_secs(6 * 3_600);
    assert_eq!(fail(&limiter, "erika", &from(1), 10, hours), hours);
}

#[test]
fn addresses_of_one_ipv6_network_are_one() {
    let (limiter, now) = (Limiter::default(), Instant::now());
    let at = |text: &str| Caller {
        address: text.parse().unwrap(),
        device: None,
    };
    for n in 0..10 {
        fail(
            &limiter,
            "erika",
            &at(&format!("2001:db8:1:2::{n}")),
            1,
            now,
        );
    }
    let try_from = |text| limiter.try_now(login("erika"), &at(text), now);
    assert!(try_from("2001:db8:1:2:ffff::1").is_err());
    assert!(try_from("2001:db8:1:3::1").is_ok());
    assert_eq!(
        network(at("::ffff:10.1.2.3").address),
        network(at("10.1.2.3").address)
    );
}

#[test]
fn a_flood_of_names_and_addresses_does_not_wipe_out_what_is_being_guessed() {
    let (limiter, now) = (Limiter::default(), Instant::now());
    fail(&limiter, "erika", &from(1), 10, now);
    for n in 0..3 * u32::try_from(MOST).unwrap() {
        limiter
            .try_now(login(&format!("n{n}")), &from(100 + n), now)
            .unwrap();
    }
    let tables = limiter.0.lock().unwrap();
    for len in [
        tables.pairs.len(),
        tables.addresses.len(),
        tables.logins.len(),
    ] {
        assert!(len <= MOST, "{len}");
    }
    drop(tables);
    assert_eq!(limiter.try_now(login("erika"), &from(1), now), Err(Wait(1)));
}

#[test]
fn a_try_that_was_not_looked_at_leaves_nothing_behind() {
    let (limiter, now) = (Limiter::default(), Instant::now());
    let now = fail(&limiter, "erika", &from(1), 13, now);
    let wait = |at| limiter.try_now(login("erika"), &from(1), at);
    assert_eq!(wait(now), Err(Wait(8)));
    let later = now + Duration::from_secs(8);
    // Neither the number of failures nor the time of the last one.
    for _ in 0..200 {
        limiter.try_now(login("erika"), &from(1), later).unwrap();
        limiter.take_back(login("erika"), &from(1));
    }
    limiter.try_now(login("erika"), &from(1), later).unwrap();
    assert_eq!(wait(later), Err(Wait(16)));
    // Nor in what is counted of the address, of the name, and of a known browser.
    let limiter = Limiter::default();
    for n in 0..500 {
        for caller in [from(1), from(1_000 + n), known_browser(1)] {
            limiter.try_now(login("max"), &caller, now).unwrap();
            limiter.take_back(login("max"), &caller);
        }
    }
}

#[test]
fn of_several_tries_at_once_each_that_was_not_looked_at_takes_one_off() {
    let (limiter, now) = (Limiter::default(), Instant::now());
    for _ in 0..10 {
        limiter.try_now(login("erika"), &from(1), now).unwrap();
    }
    for _ in 0..4 {
        limiter.take_back(login("erika"), &from(1));
    }
    assert_eq!(fail(&limiter, "erika", &from(1), 4, now), now);
    assert!(limiter.try_now(login("erika"), &from(1), now).is_err());
}

const DAYS: u64 = 24 * 60 * 60;

fn account(n: u128) -> ActorId {
    ActorId(Uuid::from_u128(n))
}

#[test]
fn wrong_codes_wait_longer_and_longer_up_to_a_day() {
    let (limiter, begun) = (Limiter::default(), Instant::now());
    let mut now = begun;
    for _ in 0..10 {
        limiter.try_code(account(1), now).unwrap();
    }
    let mut waits = Vec::new();
    for _ in 0..20 {
        let Wait(seconds) = limiter.try_code(account(1), now).unwrap_err();
        waits.push(seconds);
        now += Duration::from_secs(seconds);
        limiter.try_code(account(1), now).unwrap();
    }
    assert_eq!(waits[..5], [1, 2, 4, 8, 16]);
    assert_eq!(waits[15..], [32_768, 65_536, DAYS, DAYS, DAYS]);
    limiter.try_code(account(2), now).unwrap();
    // Never for good: after a day one more is looked at, and a long quiet time forgives all.
    now += Duration::from_secs(60 * DAYS);
    for _ in 0..10 {
        limiter.try_code(account(1), now).unwrap();
    }
    limiter.forget_codes(account(1));
    limiter.try_code(account(1), now).unwrap();
}

#[test]
fn right_codes_in_between_give_a_guesser_nothing_and_cost_nothing() {
    let (limiter, now) = (Limiter::default(), Instant::now());
    let right = || {
        limiter.try_code(account(1), now).unwrap();
        limiter.take_back_code(account(1));
    };
    for _ in 0..1_000 {
        right();
    }
    for _ in 0..10 {
        right();
        limiter.try_code(account(1), now).unwrap();
    }
    assert_eq!(limiter.try_code(account(1), now), Err(Wait(1)));
}

proptest! {
    /// ADR 0016 counts with this: whenever somebody guesses, in a year there are at most so many tries at codes.
    #[test]
    fn codes_in_a_year_are_few(pauses in proptest::collection::vec(0_u64..2 * DAYS, 1..1_500), eager in any::<bool>()) {
        let (limiter, begun) = (Limiter::default(), Instant::now());
        let year = begun + Duration::from_secs(365 * DAYS);
        let (mut now, mut tries) = (begun, 0);
        for pause in pauses {
            match limiter.try_code(account(1), now) {
                Ok(()) => tries += 1,
                Err(Wait(seconds)) if eager => now += Duration::from_secs(seconds),
                Err(_) => now += Duration::from_secs(pause),
            }
            if now >= year {
                break;
            }
        }
        prop_assert!(tries <= 10 + 17 + 365, "{tries}");
    }

    /// Whatever is tried and when: a name from one address gets at most so many tries in a day.
    #[test]
    fn tries_in_a_day_are_few(pauses in proptest::collection::vec(0_u64..4_000, 1..300)) {
        let (limiter, begun) = (Limiter::default(), Instant::now());
        let (mut now, mut tries) = (begun, 0);
        for pause in pauses {
            now += Duration::from_secs(pause);
            if now > begun + Duration::from_secs(86_400) {
                break;
            }
            tries += u32::from(limiter.try_now(login("erika"), &from(1), now).is_ok());
        }
        prop_assert!(tries < 10 + 11 + 2 * 96, "{tries}");
    }
}
