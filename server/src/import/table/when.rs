//! Days and instants as offices write them: 31.12.2024, 2024-12-31, with time and offset.

use jiff::tz::TimeZone;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use super::sheet::Cell;

/// How days are written when a mapping says nothing else.
pub(super) const USUAL: [&str; 2] = ["JJJJ-MM-TT", "TT.MM.JJJJ"];

/// A day, and the instant on it where the table has one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct When {
    pub(super) day: Date,
    pub(super) at: Option<OffsetDateTime>,
}

/// Reads a cell. `Err` says in German what is wrong with it.
pub(super) fn when(cell: &Cell, formats: &[String]) -> Result<When, String> {
    match cell {
        Cell::Moment(moment) => local(*moment),
        // A day that lost its format in the spreadsheet: days since 30 December 1899.
        Cell::Number(serial) => {
            spreadsheet_day(*serial).map_or_else(|| Err(unknown(cell, formats)), local)
        }
        Cell::Text(text) => read(text, formats).ok_or_else(|| unknown(cell, formats))?,
        Cell::Empty | Cell::Truth(_) | Cell::Unreadable(_) => Err(unknown(cell, formats)),
    }
}

fn unknown(cell: &Cell, formats: &[String]) -> String {
    let usual = || USUAL.join(" oder ");
    let formats = if formats.is_empty() {
        usual()
    } else {
        formats.join(" oder ")
    };
    format!(
        "{} ist kein Datum; erwartet wird {formats}, wenn nötig mit Uhrzeit",
        cell.shown()
    )
}

/// A local time without an offset. Midnight says no more than the day: spreadsheets write it always.
fn local(moment: PrimitiveDateTime) -> Result<When, String> {
    let day = moment.date();
    if moment.time() == Time::MIDNIGHT {
        return Ok(When { day, at: None });
    }
    let at = in_berlin(moment)
        .ok_or_else(|| format!("„{day}“ liegt außerhalb der Zeit, die das Buch kennt"))?;
    // The hour that is left out in spring is read one hour later.
    Ok(When {
        day: at.date(),
        at: Some(at),
    })
}

/// The instant that a clock in Germany showed so; in autumn the first of two.
fn in_berlin(moment: PrimitiveDateTime) -> Option<OffsetDateTime> {
    let zone = TimeZone::get("Europe/Berlin").ok()?;
    let (date, time) = (moment.date(), moment.time());
    let civil = jiff::civil::DateTime::new(
        i16::try_from(date.year()).ok()?,
        i8::try_from(u8::from(date.month())).ok()?,
        i8::try_from(date.day()).ok()?,
        i8::try_from(time.hour()).ok()?,
        i8::try_from(time.minute()).ok()?,
        i8::try_from(time.second()).ok()?,
        i32::try_from(time.nanosecond()).ok()?,
    )
    .ok()?;
    let zoned = zone.to_ambiguous_zoned(civil).compatible().ok()?;
    let offset = UtcOffset::from_whole_seconds(zoned.offset().seconds()).ok()?;
    let instant =
        OffsetDateTime::from_unix_timestamp_nanos(zoned.timestamp().as_nanosecond()).ok()?;
    Some(instant.to_offset(offset))
}

/// An instant that was written with an offset, on the day it was in Germany.
fn abroad(at: OffsetDateTime) -> Result<When, String> {
    let here = || {
        let zone = TimeZone::get("Europe/Berlin").ok()?;
        let instant = jiff::Timestamp::from_nanosecond(at.unix_timestamp_nanos()).ok()?;
        let offset = UtcOffset::from_whole_seconds(zone.to_offset(instant).seconds()).ok()?;
        at.checked_to_offset(offset)
    };
    let at = here().ok_or_else(|| {
        format!(
            "„{}“ liegt außerhalb der Zeit, die das Buch kennt",
            at.date()
        )
    })?;
    Ok(When {
        day: at.date(),
        at: Some(at),
    })
}

fn spreadsheet_day(serial: f64) -> Option<PrimitiveDateTime> {
    // 1 March 1900 to the end of 9999.
    if !(61.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let start = Date::from_calendar_date(1899, Month::December, 30).ok()?;
    let moment = start.midnight() + time::Duration::seconds_f64((serial * 86_400.0).round());
    Some(moment)
}

/// `None`: it does not look like one; `Some(Err)`: it does, but there is no such day.
fn read(text: &str, formats: &[String]) -> Option<Result<When, String>> {
    let try_format = |format: &str| {
        let mut rest = text;
        let (day, month, year) = day(&mut rest, format)?;
        let rest = rest.strip_prefix(',').unwrap_or(rest);
        let clock = rest.strip_prefix('T').unwrap_or(rest).trim();
        let (time, offset) = time_of_day(clock)?;
        Some(((day, month, year), time, offset))
    };
    let found = if formats.is_empty() {
        USUAL.iter().find_map(|format| try_format(format))
    } else {
        formats.iter().find_map(|format| try_format(format))
    };
    let ((day, month, year), time, offset) = found?;
    let date = Month::try_from(month)
        .ok()
        .and_then(|month| Date::from_calendar_date(year, month, day).ok());
    let Some(date) = date else {
        return Some(Err(format!(
            "den Tag {} gibt es nicht",
            super::sheet::shown(text)
        )));
    };
    Some(match (time, offset) {
        (None, _) => Ok(When {
            day: date,
            at: None,
        }),
        (Some(time), None) => local(PrimitiveDateTime::new(date, time)),
        (Some(time), Some(offset)) => {
            abroad(PrimitiveDateTime::new(date, time).assume_offset(offset))
        }
    })
}

/// Whether a format has one each of TT, MM and JJJJ or JJ, and otherwise only marks.
pub(super) fn is_format(format: &str) -> bool {
    let rest = format.replacen("JJJJ", "", 1);
    let rest = if rest.len() == format.len() {
        rest.replacen("JJ", "", 1)
    } else {
        rest
    };
    let with_days = rest.replacen("TT", "", 1).replacen("MM", "", 1);
    rest.len() < format.len()
        && with_days.len() + 4 == rest.len()
        && with_days.chars().all(|c| ".-/ ".contains(c))
}

/// Takes a day off the beginning: day, month, year.
fn day(rest: &mut &str, format: &str) -> Option<(u8, u8, i32)> {
    let (mut day, mut month, mut year) = (None, None, None);
    let mut format = format;
    while !format.is_empty() {
        if let Some(next) = format.strip_prefix("JJJJ") {
            year = Some(digits(rest, 4, 4)?);
            format = next;
        } else if let Some(next) = format.strip_prefix("JJ") {
            year = Some(2_000 + digits(rest, 2, 2)?);
            format = next;
        } else if let Some(next) = format.strip_prefix("TT") {
            day = Some(digits(rest, 1, 2)?);
            format = next;
        } else if let Some(next) = format.strip_prefix("MM") {
            month = Some(digits(rest, 1, 2)?);
            format = next;
        } else {
            let mark = format.chars().next()?;
            *rest = rest.strip_prefix(mark)?;
            format = &format[mark.len_utf8()..];
        }
    }
    Some((
        u8::try_from(day?).ok()?,
        u8::try_from(month?).ok()?,
        i32::try_from(year?).ok()?,
    ))
}

/// A time of day with or without an offset, or nothing at all.
fn time_of_day(text: &str) -> Option<(Option<Time>, Option<UtcOffset>)> {
    if text.is_empty() {
        return Some((None, None));
    }
    let mut rest = text;
    let hour = digits(&mut rest, 1, 2)?;
    rest = rest.strip_prefix(':')?;
    let minute = digits(&mut rest, 2, 2)?;
    let mut second = 0;
    let mut nanosecond = 0;
    if let Some(next) = rest.strip_prefix(':') {
        rest = next;
        second = digits(&mut rest, 2, 2)?;
        if let Some(next) = rest.strip_prefix(['.', ',']) {
            rest = next;
            let length = rest.bytes().take_while(u8::is_ascii_digit).count();
            let fraction = digits(&mut rest, 1, 9)?;
            nanosecond = fraction * 10_u32.pow(u32::try_from(9 - length.min(9)).ok()?);
        }
    }
    let byte = |number: u32| u8::try_from(number).ok();
    let time = Time::from_hms_nano(byte(hour)?, byte(minute)?, byte(second)?, nanosecond).ok()?;
    let rest = rest.trim();
    if rest.is_empty() || rest == "Uhr" {
        return Some((Some(time), None));
    }
    Some((Some(time), Some(offset(rest)?)))
}

fn offset(text: &str) -> Option<UtcOffset> {
    if matches!(text, "Z" | "z" | "UTC") {
        return Some(UtcOffset::UTC);
    }
    let (sign, mut rest) = match text.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (
            -1,
            text.strip_prefix('-').or_else(|| text.strip_prefix('−'))?,
        ),
    };
    let hours = i8::try_from(digits(&mut rest, 2, 2)?).ok()?;
    rest = rest.strip_prefix(':').unwrap_or(rest);
    let minutes = if rest.is_empty() {
        0
    } else {
        i8::try_from(digits(&mut rest, 2, 2)?).ok()?
    };
    if !rest.is_empty() || hours > 14 || minutes > 59 {
        return None;
    }
    UtcOffset::from_hms(sign * hours, sign * minutes, 0).ok()
}

/// Takes so many digits off the beginning; not more may follow.
fn digits(rest: &mut &str, least: usize, most: usize) -> Option<u32> {
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    if length < least || length > most {
        return None;
    }
    let (number, after) = rest.split_at(length);
    *rest = after;
    number.parse().ok()
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    fn text(text: &str) -> Result<When, String> {
        when(&Cell::text(text), &[])
    }

    fn on(day: Date) -> Result<When, String> {
        Ok(When { day, at: None })
    }

    fn at(at: OffsetDateTime) -> Result<When, String> {
        Ok(When {
            day: at.date(),
            at: Some(at),
        })
    }

    #[test]
    fn offices_write_days_in_many_ways() {
        for day in [
            "31.12.2024",
            "2024-12-31",
            "31.12.2024 00:00",
            "2024-12-31 00:00:00",
        ] {
            assert_eq!(text(day), on(date!(2024 - 12 - 31)), "{day}");
        }
        assert_eq!(text("1.2.2024"), on(date!(2024 - 02 - 01)));
        assert_eq!(
            text("2011-10-11 13:42:22.688000+02:00"),
            at(datetime!(2011-10-11 13:42:22.688 +02:00))
        );
        assert_eq!(
            text("2011-10-11T13:42:22Z"),
            at(datetime!(2011-10-11 13:42:22 UTC))
        );
        assert_eq!(
            text("11.10.2011 13:42"),
            at(datetime!(2011-10-11 13:42 +02:00))
        );
        assert_eq!(
            text("11.1.2011, 9:42 Uhr"),
            at(datetime!(2011-01-11 09:42 +01:00))
        );
        // An instant of elsewhere is on the day it was in Germany.
        assert_eq!(
            text("2024-06-30T23:30:00Z"),
            at(datetime!(2024-07-01 01:30 +02:00))
        );
        assert_eq!(
            text("2025-01-01 00:30:00+14:00"),
            at(datetime!(2024-12-31 11:30 +01:00))
        );
        // Twice in autumn, never in spring.
        assert_eq!(
            text("27.10.2024 02:30"),
            at(datetime!(2024-10-27 02:30 +02:00))
        );
        assert_eq!(
            text("31.03.2024 02:30"),
            at(datetime!(2024-03-31 03:30 +02:00))
        );
        let american = ["MM/TT/JJJJ".to_owned(), "TT.MM.JJ".to_owned()];
        assert_eq!(
            when(&Cell::text("12/31/2024"), &american),
            on(date!(2024 - 12 - 31))
        );
        assert_eq!(
            when(&Cell::text("31.12.24"), &american),
            on(date!(2024 - 12 - 31))
        );
        assert!(when(&Cell::text("31.12.2024"), &american).is_err());
        assert_eq!(
            when(&Cell::Number(45_657.0), &[]),
            on(date!(2024 - 12 - 31))
        );
        assert_eq!(
            when(&Cell::Number(45_657.5), &[]),
            at(datetime!(2024-12-31 12:00 +01:00))
        );
    }

    #[test]
    fn what_is_no_day_is_said() {
        assert_eq!(
            text("31.02.2024").unwrap_err(),
            "den Tag „31.02.2024“ gibt es nicht"
        );
        assert!(text("29.02.2023").is_err());
        for wrong in [
            "gestern",
            "31.12.24",
            "2024",
            "31.12.2024 25:00",
            "2024-12-31 10:00 +99:00",
            "1e9",
            "31.12.2024x",
            "2024-12-31 10",
            "99999999999999999999.1.1",
            "00.00.0000",
            "45657",
            "=HEUTE()",
        ] {
            assert!(text(wrong).is_err(), "{wrong}");
        }
        for serial in [f64::NAN, f64::INFINITY, -1.0, 0.0, 60.0, 1e300] {
            assert!(when(&Cell::Number(serial), &[]).is_err(), "{serial}");
        }
    }

    #[test]
    fn formats_are_checked() {
        for format in ["TT.MM.JJJJ", "JJJJ-MM-TT", "MM/TT/JJ", "JJJJMMTT"] {
            assert!(is_format(format), "{format}");
        }
        for format in [
            "",
            "TT.MM",
            "DD.MM.YYYY",
            "TT.MM.JJJJ hh:mm",
            "TT.TT.JJJJ",
            "TTMMJJJJJJ",
        ] {
            assert!(!is_format(format), "{format}");
        }
    }
}
