//! Where the time comes from: the system, or a clock that a test sets.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use time::{Date, OffsetDateTime};

/// Gives the time to whoever records something.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Now, in UTC.
    fn now(&self) -> OffsetDateTime;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }
}

/// A clock that stands still until it is told otherwise; for tests and for invented histories.
#[derive(Debug)]
pub struct ManualClock(Mutex<OffsetDateTime>);

impl ManualClock {
    /// A clock that says `now`.
    #[must_use]
    pub const fn at(now: OffsetDateTime) -> Self {
        Self(Mutex::new(now))
    }

    /// From now on it says `now`, which may be earlier than before.
    pub fn set(&self, now: OffsetDateTime) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Moves it on.
    pub fn advance(&self, by: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> OffsetDateTime {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The calendar day in Europe/Berlin at an instant: what an office means by "today".
#[must_use]
pub fn berlin_date(now: OffsetDateTime) -> Date {
    let Ok(instant) = jiff::Timestamp::from_nanosecond(now.unix_timestamp_nanos()) else {
        return now.date();
    };
    let Ok(berlin) = jiff::tz::TimeZone::get("Europe/Berlin") else {
        return now.date();
    };
    let offset = berlin.to_offset(instant).seconds();
    time::UtcOffset::from_whole_seconds(offset)
        .map_or_else(|_| now.date(), |offset| now.to_offset(offset).date())
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn the_day_changes_at_midnight_in_berlin_in_winter_and_in_summer() {
        assert_eq!(
            berlin_date(datetime!(2026-11-21 22:59:59 UTC)),
            date!(2026 - 11 - 21)
        );
        assert_eq!(
            berlin_date(datetime!(2026-11-21 23:00 UTC)),
            date!(2026 - 11 - 22)
        );
        assert_eq!(
            berlin_date(datetime!(2026-07-01 21:59:59 UTC)),
            date!(2026 - 07 - 01)
        );
        assert_eq!(
            berlin_date(datetime!(2026-07-01 22:00 UTC)),
            date!(2026 - 07 - 02)
        );
    }

    /// What decisions use, which have no database of time zones.
    #[test]
    fn the_rule_of_the_domain_says_what_the_database_says() {
        let mut at = datetime!(1950-01-01 00:30 UTC);
        while at.year() < 2101 {
            let step = match u8::from(at.month()) {
                3 | 4 | 9 | 10 => 60,
                _ => 60 * 23,
            };
            let expected = berlin_date(at);
            assert_eq!(querschnitt_domain::berlin::day(at), expected, "{at}");
            at += time::Duration::minutes(step);
        }
    }

    #[test]
    fn a_manual_clock_stands_still_until_moved() {
        let clock = ManualClock::at(datetime!(2026-11-22 09:00 UTC));
        assert_eq!(clock.now(), clock.now());
        clock.advance(Duration::from_secs(60));
        assert_eq!(clock.now(), datetime!(2026-11-22 09:01 UTC));
    }
}
