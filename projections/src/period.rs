//! Periods of whole days, from inclusive, to exclusive, and their German names.
//!
//! Days are calendar days in Europe/Berlin, as the events' `occurred_on` already is: nothing here
//! needs a time zone.

use std::fmt;
use std::str::FromStr;

use time::{Date, Month};

/// The first year a period may touch.
const FIRST_YEAR: i32 = 1900;
/// The first year a period may not touch.
const END_YEAR: i32 = 2200;

/// The calendar's ways to cut time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Grain {
    /// Kalenderjahr.
    Year,
    /// Halbjahr.
    HalfYear,
    /// Quartal.
    Quarter,
    /// Monat.
    Month,
    /// Schuljahr in NRW: 1 August to 31 July (§ 7 Abs. 1 SchulG NRW).
    SchoolYear,
}

impl Grain {
    /// Every grain.
    pub const ALL: [Self; 5] = [
        Self::Year,
        Self::HalfYear,
        Self::Quarter,
        Self::Month,
        Self::SchoolYear,
    ];

    /// How many months a piece has.
    const fn months(self) -> u8 {
        match self {
            Self::Year | Self::SchoolYear => 12,
            Self::HalfYear => 6,
            Self::Quarter => 3,
            Self::Month => 1,
        }
    }

    /// The first day of the piece that holds the day.
    fn start(self, day: Date) -> Date {
        let month = u8::from(day.month());
        let (year, month) = match self {
            Self::SchoolYear if month < 8 => (day.year() - 1, 8),
            Self::SchoolYear => (day.year(), 8),
            Self::Year | Self::HalfYear | Self::Quarter | Self::Month => {
                (day.year(), (month - 1) / self.months() * self.months() + 1)
            }
        };
        first_of(year, month)
    }

    /// The piece of the calendar that holds the day.
    #[must_use]
    pub fn containing(self, day: Date) -> Period {
        let from = self.start(day);
        Period {
            from,
            to: months_later(from, self.months()),
        }
    }
}

/// A span of whole days, not empty.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Period {
    from: Date,
    to: Date,
}

/// What is wrong with a period that was asked for. The text is for the person who asked.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PeriodError {
    /// The key has none of the known forms.
    #[error(
        "„{}“ ist kein Zeitraum; möglich sind 2026 (Jahr), 2026-H1 (Halbjahr), 2026-Q3 (Quartal), 2026-11 (Monat), 2025/26 (Schuljahr) und 2026-01-01/2026-02-15 (erster Tag/Tag nach dem letzten)",
        .0.escape_debug()
    )]
    Unreadable(String),
    /// It ends before it begins, or is empty.
    #[error(
        "der Zeitraum endet am {}, bevor er am {} beginnt; das Ende ist der Tag nach dem letzten",
        german(*to),
        german(*from)
    )]
    Empty {
        /// The first day.
        from: Date,
        /// The day after the last.
        to: Date,
    },
    /// It lies outside the years that can be reported on.
    #[error("der Zeitraum muss zwischen den Jahren {FIRST_YEAR} und {last} liegen", last = END_YEAR - 1)]
    OutOfRange,
}

impl Period {
    /// The days from `from` up to, without, `to`.
    ///
    /// # Errors
    /// When it is empty or touches a year that can't be reported on.
    pub fn new(from: Date, to: Date) -> Result<Self, PeriodError> {
        if to <= from {
            return Err(PeriodError::Empty { from, to });
        }
        if from.year() < FIRST_YEAR || to > first_of(END_YEAR, 1) {
            return Err(PeriodError::OutOfRange);
        }
        Ok(Self { from, to })
    }

    /// The first day.
    #[must_use]
    pub const fn from(self) -> Date {
        self.from
    }

    /// The day after the last.
    #[must_use]
    pub const fn to(self) -> Date {
        self.to
    }

    /// The last day.
    #[must_use]
    pub fn last_day(self) -> Date {
        self.to.previous_day().unwrap_or(self.to)
    }

    /// Whether the day lies in it.
    #[must_use]
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && day < self.to
    }

    /// How many days it has.
    #[must_use]
    pub fn days(self) -> i64 {
        (self.to - self.from).whole_days()
    }

    /// The grain of which it is exactly one piece.
    #[must_use]
    pub fn grain(self) -> Option<Grain> {
        Grain::ALL
            .into_iter()
            .find(|grain| grain.containing(self.from) == self)
    }

    /// The pieces of a grain in it, in order, without gap or overlap. A piece that reaches over the
    /// edge is cut there, so that the pieces hold exactly the days of the period.
    #[must_use]
    pub fn split(self, grain: Grain) -> Vec<Self> {
        let mut pieces = Vec::new();
        let mut from = self.from;
        while from < self.to {
            let to = grain.containing(from).to.min(self.to);
            pieces.push(Self { from, to });
            from = to;
        }
        pieces
    }

    /// The words people read: "2026", "1. Quartal 2026", "Schuljahr 2025/26", "1.1.2026 – 14.2.2026".
    #[must_use]
    pub fn label(self) -> String {
        let year = self.from.year();
        let month = u8::from(self.from.month());
        match self.grain() {
            Some(Grain::Year) => format!("{year}"),
            Some(Grain::HalfYear) => format!("{}. Halbjahr {year}", month / 6 + 1),
            Some(Grain::Quarter) => format!("{}. Quartal {year}", month / 3 + 1),
            Some(Grain::Month) => format!("{} {year}", month_name(self.from.month())),
            Some(Grain::SchoolYear) => format!("Schuljahr {}", school_year(year)),
            None => format!("{} – {}", german(self.from), german(self.last_day())),
        }
    }
}

/// The key clients use; parsing it gives the period again.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.from.year();
        let month = u8::from(self.from.month());
        match self.grain() {
            Some(Grain::Year) => write!(f, "{year}"),
            Some(Grain::HalfYear) => write!(f, "{year}-H{}", month / 6 + 1),
            Some(Grain::Quarter) => write!(f, "{year}-Q{}", month / 3 + 1),
            Some(Grain::Month) => write!(f, "{year}-{month:02}"),
            Some(Grain::SchoolYear) => f.write_str(&school_year(year)),
            None => write!(f, "{}/{}", self.from, self.to),
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let unreadable = || PeriodError::Unreadable(text.chars().take(40).collect());
        if let Some((from, to)) = text.split_once('/') {
            if let (Some(from), Some(to)) = (day(from), day(to)) {
                return Self::new(from, to);
            }
            let year = number(from, 4).ok_or_else(unreadable)?;
            let follows = match to.len() {
                2 => number(to, 2) == Some((year + 1) % 100),
                _ => number(to, 4) == Some(year + 1),
            };
            return follows
                .then(|| piece(Grain::SchoolYear, year, 8))
                .ok_or_else(unreadable)?;
        }
        let (year, part) = text.split_once('-').unwrap_or((text, ""));
        let year = number(year, 4).ok_or_else(unreadable)?;
        let (grain, digits, number_of) = match part.as_bytes().first() {
            None if text.len() == 4 => return piece(Grain::Year, year, 1),
            Some(b'H') => (Grain::HalfYear, &part[1..], 2),
            Some(b'Q') => (Grain::Quarter, &part[1..], 4),
            Some(_) => (Grain::Month, part, 12),
            None => return Err(unreadable()),
        };
        let width = if grain == Grain::Month { 2 } else { 1 };
        number(digits, width)
            .and_then(|nth| u8::try_from(nth).ok())
            .filter(|nth| (1..=number_of).contains(nth))
            .map(|nth| piece(grain, year, (nth - 1) * grain.months() + 1))
            .ok_or_else(unreadable)?
    }
}

fn piece(grain: Grain, year: i32, month: u8) -> Result<Period, PeriodError> {
    if !(FIRST_YEAR..END_YEAR).contains(&year) {
        return Err(PeriodError::OutOfRange);
    }
    let piece = grain.containing(first_of(year, month));
    Period::new(piece.from, piece.to)
}

/// Exactly `width` digits.
fn number(text: &str, width: usize) -> Option<i32> {
    (text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())?
}

fn day(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let year = number(parts.next()?, 4)?;
    let month = u8::try_from(number(parts.next()?, 2)?).ok()?;
    let day = u8::try_from(number(parts.next()?, 2)?).ok()?;
    Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()
}

/// The first day of a month from 1 to 12.
fn first_of(year: i32, month: u8) -> Date {
    let month = Month::try_from(month).unwrap_or(Month::January);
    Date::from_calendar_date(year, month, 1).unwrap_or(Date::MIN)
}

/// The first of a month, so many months later.
fn months_later(first: Date, months: u8) -> Date {
    let month = u8::from(first.month()) + months;
    match month {
        1..=12 => first_of(first.year(), month),
        _ => first_of(first.year() + 1, month - 12),
    }
}

fn school_year(year: i32) -> String {
    format!("{year}/{:02}", (year + 1) % 100)
}

fn german(day: Date) -> String {
    format!("{}.{}.{}", day.day(), u8::from(day.month()), day.year())
}

const fn month_name(month: Month) -> &'static str {
    match month {
        Month::January => "Januar",
        Month::February => "Februar",
        Month::March => "März",
        Month::April => "April",
        Month::May => "Mai",
        Month::June => "Juni",
        Month::July => "Juli",
        Month::August => "August",
        Month::September => "September",
        Month::October => "Oktober",
        Month::November => "November",
        Month::December => "Dezember",
    }
}

/// The pieces of a period, with a look-up by day that costs no search.
pub(crate) struct Pieces {
    /// The pieces in order.
    pub(crate) pieces: Vec<Period>,
    first_day: i32,
    by_day: Vec<u16>,
}

impl Pieces {
    /// The period cut by the grain; without a grain it is one piece.
    pub(crate) fn new(period: Period, grain: Option<Grain>) -> Self {
        let pieces = grain.map_or_else(|| vec![period], |grain| period.split(grain));
        let by_day = pieces
            .iter()
            .zip(0_u16..)
            .flat_map(|(piece, index)| (0..piece.days()).map(move |_| index))
            .collect();
        Self {
            pieces,
            first_day: period.from.to_julian_day(),
            by_day,
        }
    }

    /// Which piece holds the day; `None`: it lies outside the period.
    pub(crate) fn index(&self, day: Date) -> Option<u16> {
        let offset = usize::try_from(day.to_julian_day() - self.first_day).ok()?;
        self.by_day.get(offset).copied()
    }
}

#[cfg(test)]
mod tests;
