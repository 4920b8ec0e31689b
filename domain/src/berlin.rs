//! The calendar day in Europe/Berlin at an instant: what an office means by the day of something whose
//! instant is known, in whatever offset a source writes it.
//!
//! The rule of the law instead of a time zone database, which the domain has none of: Central European Time,
//! one hour more in summer. Summer time lasts since 1996 from the last Sunday of March to the last Sunday of
//! October, 1981 to 1995 to the last Sunday of September, in 1980 from 6 April; it changes at 01:00 UTC.
//! A test of the store holds it against the database for every year from 1950.

use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, UtcOffset};

/// The day.
#[must_use]
pub fn day(at: OffsetDateTime) -> Date {
    clock(at).date()
}

/// What calendar and clocks in Berlin show.
#[must_use]
pub fn clock(at: OffsetDateTime) -> PrimitiveDateTime {
    let utc = at.to_offset(UtcOffset::UTC);
    let hours = if is_summer(utc) { 2 } else { 1 };
    let there = utc.saturating_add(Duration::hours(hours));
    PrimitiveDateTime::new(there.date(), there.time())
}

/// The instant at which a day begins.
#[must_use]
pub fn begin(day: Date) -> OffsetDateTime {
    let midnight = day.midnight().assume_utc();
    // The clocks change at 01:00 UTC, never at midnight.
    let in_summer = midnight.saturating_sub(Duration::hours(2));
    if self::day(in_summer) == day {
        in_summer
    } else {
        midnight.saturating_sub(Duration::HOUR)
    }
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
    fn a_day_begins_where_the_one_before_it_ends() {
        for (day, begins) in [
            (date!(2026 - 11 - 20), datetime!(2026-11-19 23:00 UTC)),
            (date!(2026 - 07 - 01), datetime!(2026-06-30 22:00 UTC)),
            // The clocks change on these days, later.
            (date!(2026 - 03 - 29), datetime!(2026-03-28 23:00 UTC)),
            (date!(2026 - 10 - 25), datetime!(2026-10-24 22:00 UTC)),
        ] {
            assert_eq!(begin(day), begins);
        }
        let mut at = date!(1979 - 01 - 01);
        while at < date!(2040 - 01 - 01) {
            let begins = begin(at);
            assert_eq!(day(begins), at);
            assert_eq!(
                Some(day(begins.saturating_sub(Duration::MICROSECOND))),
                at.previous_day()
            );
            at = at.next_day().unwrap();
        }
    }

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
