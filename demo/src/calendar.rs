//! The year of an office in Nordrhein-Westfalen: working days, school holidays, busy weeks.

use querschnitt_domain::working_day::{after_working_days, holiday, is_working_day};
use time::{Date, Duration, Month, OffsetDateTime, Time, UtcOffset, Weekday};

/// The first and the last day of the summer holidays, by year (the state's school calendar as known in
/// 2024). Other years get a window in the middle of them.
const SUMMER: [(i32, Month, u8, Month, u8); 15] = [
    (2016, Month::July, 11, Month::August, 23),
    (2017, Month::July, 17, Month::August, 29),
    (2018, Month::July, 16, Month::August, 28),
    (2019, Month::July, 15, Month::August, 27),
    (2020, Month::June, 29, Month::August, 11),
    (2021, Month::July, 5, Month::August, 17),
    (2022, Month::June, 27, Month::August, 9),
    (2023, Month::June, 22, Month::August, 4),
    (2024, Month::July, 8, Month::August, 20),
    (2025, Month::July, 14, Month::August, 26),
    (2026, Month::July, 20, Month::September, 1),
    (2027, Month::July, 19, Month::August, 31),
    (2028, Month::July, 10, Month::August, 22),
    (2029, Month::July, 2, Month::August, 14),
    (2030, Month::June, 24, Month::August, 6),
];

/// Whether schools are closed. The short holidays are only about right: two weeks each at Easter, in
/// October and at Christmas.
pub(crate) fn school_holidays(day: Date) -> bool {
    summer_holidays(day) || christmas(day) || october(day) || easter(day)
}

/// Whether it is in the summer holidays, when nearly nothing meets.
pub(crate) fn summer_holidays(day: Date) -> bool {
    let year = SUMMER.iter().find(|(year, ..)| *year == day.year());
    let (from, to) = year.map_or(
        ((Month::July, 10), (Month::August, 21)),
        |(_, first, from, last, to)| ((*first, *from), (*last, *to)),
    );
    let place = (day.month(), day.day());
    (from.0 as u8, from.1) <= (place.0 as u8, place.1)
        && (place.0 as u8, place.1) <= (to.0 as u8, to.1)
}

fn christmas(day: Date) -> bool {
    match day.month() {
        Month::December => day.day() >= 22,
        Month::January => day.day() <= 6,
        Month::February
        | Month::March
        | Month::April
        | Month::May
        | Month::June
        | Month::July
        | Month::August
        | Month::September
        | Month::October
        | Month::November => false,
    }
}

fn october(day: Date) -> bool {
    day.month() == Month::October && (12..=26).contains(&day.day())
}

fn easter(day: Date) -> bool {
    // Good Friday lies in the middle of them.
    (-8..=10).any(|days| holiday(day.saturating_add(Duration::days(days))) == Some("Karfreitag"))
}

/// How many requests for a statement come in, in percent of a usual day. Applications for the next
/// year are due at the end of October, those of third parties at the end of February, what is left of
/// the year's money at the end of June (`domain.md` 2.2).
pub(crate) fn requests(day: Date) -> i32 {
    let usual = match (day.month(), day.day()) {
        (Month::October, 18..) => 420,
        (Month::October, _) | (Month::November, ..=6) => 230,
        (Month::February, 10..) => 220,
        (Month::June, 12..) => 150,
        (Month::December, 15..) => 30,
        _ => 70,
    };
    if summer_holidays(day) {
        usual / 3
    } else {
        usual
    }
}

/// How many consultations there are, in percent of a usual day.
pub(crate) fn consultations(day: Date) -> i32 {
    match (school_holidays(day), day.month()) {
        (true, _) => 45,
        (false, Month::September | Month::October | Month::November) => 125,
        (false, _) => 105,
    }
}

/// The day itself if offices work on it, else the next one on which they do.
pub(crate) fn working_day(day: Date) -> Date {
    if is_working_day(day) {
        day
    } else {
        after_working_days(day, 1)
    }
}

/// The day so many working days later.
pub(crate) fn working_days_later(day: Date, days: i32) -> Date {
    after_working_days(day, u16::try_from(days.max(0)).unwrap_or(0))
}

/// A working day on which a network may meet: not in the summer holidays nor around the turn of the year.
pub(crate) fn meeting_day(mut day: Date) -> Date {
    while summer_holidays(day) || christmas(day) || !is_working_day(day) {
        day = day.saturating_add(Duration::DAY);
    }
    day
}

/// An instant of a day by the clock on the wall.
pub(crate) fn at(day: Date, minutes_of_day: i32) -> OffsetDateTime {
    let minutes = u16::try_from(minutes_of_day.clamp(0, 1_439)).unwrap_or(0);
    let time = u8::try_from(minutes / 60)
        .ok()
        .zip(u8::try_from(minutes % 60).ok())
        .and_then(|(hour, minute)| Time::from_hms(hour, minute, 0).ok())
        .unwrap_or(Time::MIDNIGHT);
    day.with_time(time).assume_offset(offset(day))
}

/// Berlin's offset at the opening hours of a day: summer time lasts from the last Sunday of March to the
/// last Sunday of October.
fn offset(day: Date) -> UtcOffset {
    let last_sunday = |month| {
        let last = Date::from_calendar_date(day.year(), month, 31).unwrap_or(day);
        let back = last.weekday().number_days_from_sunday();
        last.saturating_sub(Duration::days(i64::from(back)))
    };
    let summer = last_sunday(Month::March) <= day && day < last_sunday(Month::October);
    debug_assert_eq!(last_sunday(Month::March).weekday(), Weekday::Sunday);
    UtcOffset::from_hms(if summer { 2 } else { 1 }, 0, 0).unwrap_or(UtcOffset::UTC)
}

#[cfg(test)]
mod tests {
    use querschnitt_store::berlin_date;
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn the_clock_on_the_wall_is_that_of_berlin() {
        assert_eq!(
            at(date!(2026 - 01 - 15), 8 * 60),
            datetime!(2026-01-15 08:00 +1)
        );
        assert_eq!(
            at(date!(2026 - 07 - 15), 8 * 60 + 5),
            datetime!(2026-07-15 08:05 +2)
        );
        // Midnight is the instant that tells an hour from another: the store knows the real rule.
        let mut day = date!(2013 - 01 - 01);
        while day < date!(2031 - 01 - 01) {
            if day.weekday() != Weekday::Sunday {
                let midnight = at(day, 0);
                assert_eq!(berlin_date(midnight), day);
                assert_eq!(
                    berlin_date(midnight - Duration::SECOND),
                    day - Duration::DAY
                );
            }
            day += Duration::DAY;
        }
    }

    #[test]
    fn schools_are_closed_in_summer_and_open_in_november() {
        for closed in [
            date!(2024 - 07 - 08),
            date!(2024 - 08 - 20),
            date!(2024 - 03 - 28),
            date!(2025 - 01 - 02),
        ] {
            assert!(school_holidays(closed), "{closed}");
        }
        for open in [
            date!(2024 - 07 - 05),
            date!(2024 - 08 - 21),
            date!(2024 - 11 - 15),
        ] {
            assert!(!school_holidays(open), "{open}");
        }
        assert_eq!(meeting_day(date!(2024 - 07 - 15)), date!(2024 - 08 - 21));
    }

    #[test]
    fn most_requests_come_before_the_end_of_october() {
        assert!(requests(date!(2024 - 10 - 28)) > 5 * requests(date!(2024 - 05 - 14)));
        assert!(requests(date!(2024 - 07 - 20)) < requests(date!(2024 - 05 - 14)));
    }
}
