//! Against days that are known, and properties.

use proptest::prelude::*;
use time::Duration;
use time::macros::date;

use super::*;

#[test]
fn easter_is_when_it_was() {
    for day in [
        date!(1990 - 04 - 15),
        date!(1997 - 03 - 30),
        date!(2000 - 04 - 23),
        date!(2008 - 03 - 23),
        date!(2011 - 04 - 24),
        date!(2019 - 04 - 21),
        date!(2024 - 03 - 31),
        date!(2025 - 04 - 20),
        date!(2026 - 04 - 05),
        date!(2038 - 04 - 25),
        date!(2049 - 04 - 18),
        date!(2100 - 03 - 28),
    ] {
        assert_eq!(easter(day.year()), Some(day));
    }
}

#[test]
fn the_holidays_of_2026() {
    let all: Vec<(Date, &str)> = std::iter::successors(Some(date!(2026 - 01 - 01)), |day| {
        day.next_day().filter(|day| day.year() == 2026)
    })
    .filter_map(|day| Some((day, holiday(day)?)))
    .collect();
    assert_eq!(
        all,
        [
            (date!(2026 - 01 - 01), "Neujahr"),
            (date!(2026 - 04 - 03), "Karfreitag"),
            (date!(2026 - 04 - 06), "Ostermontag"),
            (date!(2026 - 05 - 01), "Tag der Arbeit"),
            (date!(2026 - 05 - 14), "Christi Himmelfahrt"),
            (date!(2026 - 05 - 25), "Pfingstmontag"),
            (date!(2026 - 06 - 04), "Fronleichnam"),
            (date!(2026 - 10 - 03), "Tag der Deutschen Einheit"),
            (date!(2026 - 11 - 01), "Allerheiligen"),
            (date!(2026 - 12 - 25), "1. Weihnachtstag"),
            (date!(2026 - 12 - 26), "2. Weihnachtstag"),
        ]
    );
}

#[test]
fn days_that_were_holidays_only_for_a_while() {
    assert_eq!(holiday(date!(2017 - 10 - 31)), Some("Reformationstag"));
    assert!(is_working_day(date!(2018 - 10 - 31)));
    assert!(is_working_day(date!(2016 - 10 - 31)));
    assert_eq!(holiday(date!(1994 - 11 - 16)), Some("Buß- und Bettag"));
    assert!(is_working_day(date!(1995 - 11 - 22)));
    assert_eq!(
        holiday(date!(1990 - 10 - 03)),
        Some("Tag der Deutschen Einheit")
    );
    // 6 January and 15 August are holidays elsewhere; Christmas Eve is none by law.
    for day in [
        date!(2026 - 01 - 06),
        date!(2025 - 08 - 15),
        date!(2026 - 12 - 24),
        date!(2026 - 12 - 31),
    ] {
        assert!(is_working_day(day), "{day}");
    }
}

#[test]
fn a_term_runs_over_holidays() {
    // Maundy Thursday 2026: the next working day is the Tuesday after Easter.
    assert_eq!(
        after_working_days(date!(2026 - 04 - 02), 1),
        date!(2026 - 04 - 07)
    );
    // Fronleichnam is a Thursday; the Friday after it is worked.
    assert_eq!(
        after_working_days(date!(2026 - 06 - 03), 1),
        date!(2026 - 06 - 05)
    );
    // Christmas 2026: the 25th a Friday, the 26th a Saturday, New Year a Friday.
    assert_eq!(
        after_working_days(date!(2026 - 12 - 24), 5),
        date!(2027 - 01 - 04)
    );
    // 261 Mondays to Fridays, of which eight are holidays.
    assert_eq!(
        working_days_between(date!(2025 - 12 - 31), date!(2026 - 12 - 31)),
        253
    );
    // 1 May 2008 was Christi Himmelfahrt, too, and counts once.
    assert_eq!(
        working_days_between(date!(2008 - 04 - 30), date!(2008 - 05 - 02)),
        1
    );
}

#[test]
fn reminders_come_when_half_and_a_fifth_of_the_term_is_left() {
    let received = date!(2026 - 11 - 02);
    let due = after_working_days(received, 10);
    assert_eq!(due, date!(2026 - 11 - 16));
    assert_eq!(
        reminders(received, due),
        Reminders {
            half: date!(2026 - 11 - 09),
            fifth: date!(2026 - 11 - 12),
        }
    );
    let at_once = reminders(received, received);
    assert_eq!((at_once.half, at_once.fifth), (received, received));
}

fn day() -> impl Strategy<Value = Date> {
    // 1 January 1990 to 31 December 2100.
    (2_447_893..=2_488_434_i32).prop_map(|day| Date::from_julian_day(day).unwrap())
}

proptest! {
    #[test]
    fn counting_is_the_inverse_of_adding(from in day(), days in 0..=600_u16) {
        let to = after_working_days(from, days);
        prop_assert_eq!(working_days_between(from, to), i64::from(days));
        prop_assert!(days == 0 || is_working_day(to));
    }

    #[test]
    fn counting_is_looking_at_each_day(from in day(), days in 0..=1_500_i64) {
        let to = from + Duration::days(days);
        let mut slow = 0;
        let mut at = from;
        while at < to {
            at = at.next_day().unwrap();
            slow += i64::from(is_working_day(at));
        }
        prop_assert_eq!(working_days_between(from, to), slow);
        prop_assert_eq!(working_days_between(to, from), -slow);
    }

    #[test]
    fn a_reminder_leaves_no_more_than_its_share(from in day(), term in 1..=200_u16) {
        let due = after_working_days(from, term);
        let Reminders { half, fifth } = reminders(from, due);
        prop_assert!(from <= half && half <= fifth && fifth <= due);
        prop_assert!(2 * working_days_between(half, due) <= i64::from(term));
        prop_assert!(5 * working_days_between(fifth, due) <= i64::from(term));
        prop_assert!(2 * (working_days_between(half, due) + 1) > i64::from(term));
        prop_assert!(5 * (working_days_between(fifth, due) + 1) > i64::from(term));
    }
}
