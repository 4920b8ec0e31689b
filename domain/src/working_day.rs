//! Working days in Nordrhein-Westfalen: Monday to Friday without the public holidays of the state.
//!
//! Sources: § 2 Feiertagsgesetz NW (Neujahr, Karfreitag, Ostermontag, 1. Mai, Christi Himmelfahrt,
//! Pfingstmontag, Fronleichnam, 3. Oktober, Allerheiligen, 1. and 2. Weihnachtstag); Art. 2 of the
//! Einigungsvertrag (3 October since 1990; 17 June 1990, a holiday for the last time, was a Sunday);
//! the Buß- und Bettag was one until 1994 (given up for the Pflegeversicherung); 31 October 2017
//! was one once, 500 years after the Reformation. 24 and 31 December are working days by law. A term
//! counted in days begins with the day after the event (§ 31 VwVfG NRW, § 187 BGB).

use std::sync::LazyLock;

use time::{Date, Month, Weekday};

/// The public holiday this day is in the state, if it is one.
#[must_use]
pub fn holiday(date: Date) -> Option<&'static str> {
    let year = date.year();
    if let Some(easter) = easter(year) {
        let name = match (date - easter).whole_days() {
            -2 => Some("Karfreitag"),
            1 => Some("Ostermontag"),
            39 => Some("Christi Himmelfahrt"),
            50 => Some("Pfingstmontag"),
            60 => Some("Fronleichnam"),
            _ => None,
        };
        if name.is_some() {
            return name;
        }
    }
    match (date.month(), date.day()) {
        (Month::January, 1) => Some("Neujahr"),
        (Month::May, 1) => Some("Tag der Arbeit"),
        (Month::October, 3) if year >= 1990 => Some("Tag der Deutschen Einheit"),
        (Month::October, 31) if year == 2017 => Some("Reformationstag"),
        (Month::November, 1) => Some("Allerheiligen"),
        (Month::November, 16..=22) if year < 1995 && date.weekday() == Weekday::Wednesday => {
            Some("Buß- und Bettag")
        }
        (Month::December, 25) => Some("1. Weihnachtstag"),
        (Month::December, 26) => Some("2. Weihnachtstag"),
        _ => None,
    }
}

/// Whether offices work on this day.
#[must_use]
pub fn is_working_day(date: Date) -> bool {
    !is_weekend(date) && holiday(date).is_none()
}

/// The last day of a term of this many working days that begins with the day after `from`. A term of
/// none ends on `from`.
#[must_use]
pub fn after_working_days(from: Date, days: u16) -> Date {
    if days == 0 {
        return from;
    }
    let count = working_days_until(from) + i64::from(days);
    let days = COUNTS.partition_point(|until| i64::from(*until) < count);
    i32::try_from(days)
        .ok()
        .and_then(|days| Date::from_julian_day(first_day().to_julian_day() + days).ok())
        .unwrap_or(from)
}

/// How many working days lie after `from` up to and including `to`; negative when `to` is the
/// earlier one. The inverse of [`after_working_days`].
#[must_use]
pub fn working_days_between(from: Date, to: Date) -> i64 {
    working_days_until(to) - working_days_until(from)
}

/// The years of [`COUNTS`]: what the book takes, with room on both sides.
const YEARS: std::ops::Range<i32> = 1890..2201;

/// For each day of [`YEARS`]: how many working days there were from their beginning up to it. A
/// board asks for hundreds of thousands of them.
static COUNTS: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let days = std::iter::successors(Some(first_day()), |day| day.next_day());
    let mut count = 0;
    days.take_while(|day| day.year() < YEARS.end)
        .map(|day| {
            count += u32::from(is_working_day(day));
            count
        })
        .collect()
});

fn first_day() -> Date {
    Date::from_calendar_date(YEARS.start, Month::January, 1).unwrap_or(Date::MIN)
}

/// Working days up to and including this day; those outside [`YEARS`] do not count.
fn working_days_until(date: Date) -> i64 {
    let days = i64::from(date.to_julian_day()) - i64::from(first_day().to_julian_day());
    usize::try_from(days).map_or(0, |days| {
        let count = COUNTS.get(days).or(COUNTS.last());
        count.copied().map_or(0, i64::from)
    })
}

/// When somebody should be reminded of a due date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reminders {
    /// The first day on which no more than half of the term's working days is left.
    pub half: Date,
    /// The first day on which no more than a fifth of them is left.
    pub fifth: Date,
}

/// The reminders of a term that was known on `from` and ends on `due`. A term without a working day
/// has both on its due date.
#[must_use]
pub fn reminders(from: Date, due: Date) -> Reminders {
    let term = u16::try_from(working_days_between(from, due)).unwrap_or(0);
    if term == 0 {
        return Reminders {
            half: due,
            fifth: due,
        };
    }
    Reminders {
        half: after_working_days(from, term - term / 2),
        fifth: after_working_days(from, term - term / 5),
    }
}

/// Easter Sunday by the Gregorian rule (Meeus/Jones/Butcher).
fn easter(year: i32) -> Option<Date> {
    let a = year % 19;
    let (b, c) = (year / 100, year % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    let month = Month::try_from(u8::try_from(n / 31).ok()?).ok()?;
    Date::from_calendar_date(year, month, u8::try_from(n % 31 + 1).ok()?).ok()
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

#[cfg(test)]
mod tests;
