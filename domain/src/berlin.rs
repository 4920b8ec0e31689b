//! The calendar day in Europe/Berlin at an instant: what an office means by the day of something whose
//! instant is known, in whatever offset a source writes it.
//!
//! The rule of the law instead of a time zone database, which the domain has none of: Central European Time,
//! one hour more in summer. Summer time lasts since 1996 from the last Sunday of March to the last Sunday of
//! October, 1981 to 1995 to the last Sunday of September, in 1980 from 6 April; it changes at 01:00 UTC.
//! A test of the store holds it against the database for every year from 1950.

use time::{Date, Duration, Month, OffsetDateTime, UtcOffset};

/// The day.
#[must_use]
pub fn day(at: OffsetDateTime) -> Date {
    let utc = at.to_offset(UtcOffset::UTC);
    let hours = if is_summer(utc) { 2 } else { 1 };
    utc.saturating_add(Duration::hours(hours)).date()
}

fn is_summer(utc: OffsetDateTime) -> bool {
    let year = utc.year();
    let begins = match year {
        ..=1979 => return false,
        1980 => Date::from_calendar_date(year, Month::April, 6).ok(),
        1981.. => last_sunday(year, Month::March),
    };
    let ends = match year {
        ..=1995 => last_sunday(year, Month::September),
        1996.. => last_sunday(year, Month::October),
    };
    let (Some(begins), Some(ends)) = (begins, ends) else {
        return false;
    };
    let at_one = |day: Date| day.midnight().assume_utc().saturating_add(Duration::HOUR);
    (at_one(begins)..at_one(ends)).contains(&utc)
}

/// The last Sunday of a month that has 30 or 31 days.
fn last_sunday(year: i32, month: Month) -> Option<Date> {
    let last = Date::from_calendar_date(year, month, month.length(year)).ok()?;
    let back = last.weekday().number_days_from_sunday();
    Some(last.saturating_sub(Duration::days(back.into())))
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn the_day_begins_at_midnight_in_berlin() {
        for (at, expected) in [
            (datetime!(2026-11-20 22:59:59 UTC), date!(2026 - 11 - 20)),
            (datetime!(2026-11-20 23:30 UTC), date!(2026 - 11 - 21)),
            (datetime!(2026-07-01 21:59:59 UTC), date!(2026 - 07 - 01)),
            (datetime!(2026-07-01 22:00 UTC), date!(2026 - 07 - 02)),
            (datetime!(2026-07-01 23:30 -05:00), date!(2026 - 07 - 02)),
            (datetime!(2026-03-28 23:00 UTC), date!(2026 - 03 - 29)),
            (datetime!(2026-10-25 22:59 UTC), date!(2026 - 10 - 25)),
            (datetime!(1995-10-01 22:30 UTC), date!(1995 - 10 - 01)),
        ] {
            assert_eq!(day(at), expected, "{at}");
        }
    }
}
