//! Working days in Nordrhein-Westfalen: Monday to Friday without the public holidays of the state.
//!
//! Sources: § 2 Feiertagsgesetz NW (Neujahr, Karfreitag, Ostermontag, 1. Mai, Christi Himmelfahrt,
//! Pfingstmontag, Fronleichnam, 3. Oktober, Allerheiligen, 1. and 2. Weihnachtstag); Art. 2 of the
//! Einigungsvertrag (3 October since 1990; 17 June 1990, a holiday for the last time, was a Sunday);
//! the Buß- und Bettag was one until 1994 (given up for the Pflegeversicherung); 31 October 2017
//! was one once, 500 years after the Reformation. 24 and 31 December are working days by law. A term
//! counted in days begins with the day after the event (§ 31 VwVfG NRW, § 187 BGB).

use time::{Date, Duration, Month, Weekday};

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
    let mut date = from;
    let mut left = days;
    while left > 0 {
        let Some(next) = date.next_day() else {
            return date;
        };
        date = next;
        if is_working_day(date) {
            left -= 1;
        }
    }
    date
}

/// How many working days lie after `from` up to and including `to`; negative when `to` is the
/// earlier one. The inverse of [`after_working_days`].
#[must_use]
pub fn working_days_between(from: Date, to: Date) -> i64 {
    if to < from {
        return -working_days_between(to, from);
    }
    let days = weekdays_until(to) - weekdays_until(from);
    let off = (from.year()..=to.year())
        .flat_map(holidays)
        .filter(|holiday| from < *holiday && *holiday <= to && !is_weekend(*holiday))
        .count();
    days - i64::try_from(off).unwrap_or(0)
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

/// The holidays of a year: the moveable ones by Easter, and the days on which the others can fall.
fn holidays(year: i32) -> impl Iterator<Item = Date> {
    let moveable = easter(year).into_iter().flat_map(|easter| {
        [-2, 1, 39, 50, 60].map(|days| easter.saturating_add(Duration::days(days)))
    });
    let fixed = [
        (Month::January, 1..=1),
        (Month::May, 1..=1),
        (Month::October, 3..=3),
        (Month::October, 31..=31),
        (Month::November, 1..=1),
        (Month::November, 16..=22),
        (Month::December, 25..=26),
    ];
    let fixed = fixed.into_iter().flat_map(move |(month, days)| {
        days.filter_map(move |day| Date::from_calendar_date(year, month, day).ok())
    });
    // 1 May can be Christi Himmelfahrt as well (2008), and counts once.
    let moved: Vec<Date> = moveable.collect();
    let fixed = fixed
        .filter(|date| !moved.contains(date) && holiday(*date).is_some())
        .collect::<Vec<_>>();
    moved.into_iter().chain(fixed)
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Mondays to Fridays up to and including this day, from a Monday long ago on.
fn weekdays_until(date: Date) -> i64 {
    // Julian day 0 was a Monday.
    let days = i64::from(date.to_julian_day()) + 1;
    days.div_euclid(7) * 5 + days.rem_euclid(7).min(5)
}

#[cfg(test)]
mod tests;
