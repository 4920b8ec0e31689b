//! Days and instants: not ahead, not too far back, ends after beginnings.

use time::{Date, Duration, Month, OffsetDateTime};

use crate::rejection::{Rejection, RejectionCode};

/// The first day the book takes at all.
pub const FIRST_DAY: Date = match Date::from_calendar_date(1900, Month::January, 1) {
    Ok(date) => date,
    Err(_) => Date::MIN,
};

/// How far ahead the book takes plans, in years.
pub const YEARS_AHEAD: i32 = 10;

/// A date as German offices write it: `20.11.2026`.
#[must_use]
pub fn german(date: Date) -> String {
    format!(
        "{:02}.{:02}.{:04}",
        date.day(),
        u8::from(date.month()),
        date.year()
    )
}

/// A day that cannot lie ahead.
///
/// # Errors
/// [`RejectionCode::DateInFuture`].
pub fn past_or_today(field: &str, date: Date, today: Date) -> Result<(), Rejection> {
    if date <= today {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::DateInFuture,
        field,
        format!(
            "Der {} liegt in der Zukunft; möglich ist spätestens heute, der {}.",
            german(date),
            german(today)
        ),
    ))
}

/// A day that cannot lie before another.
///
/// # Errors
/// [`RejectionCode::DateOutOfRange`].
pub fn not_before(field: &str, date: Date, earliest: Date) -> Result<(), Rejection> {
    if date >= earliest {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::DateOutOfRange,
        field,
        format!(
            "Der {} liegt zu weit zurück; möglich ist frühestens der {}.",
            german(date),
            german(earliest)
        ),
    ))
}

/// A day the book takes: from [`FIRST_DAY`] to [`YEARS_AHEAD`] years after today.
///
/// # Errors
/// [`RejectionCode::DateOutOfRange`].
pub fn date_in_range(field: &str, date: Date, today: Date) -> Result<(), Rejection> {
    // 29 February has no counterpart in most years; a day more or less does not matter here.
    let last = today
        .replace_year(today.year() + YEARS_AHEAD)
        .unwrap_or_else(|_| today.saturating_add(Duration::days(3_653)));
    if (FIRST_DAY..=last).contains(&date) {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::DateOutOfRange,
        field,
        format!(
            "Der {} liegt außerhalb dessen, was das Buch annimmt: vom {} bis zum {}.",
            german(date),
            german(FIRST_DAY),
            german(last)
        ),
    ))
}

/// An end (of days) that cannot lie before its beginning; both may be the same day.
///
/// # Errors
/// [`RejectionCode::EndBeforeBeginning`] on the field of the end.
pub fn end_not_before(field: &str, end: Date, beginning: Date) -> Result<(), Rejection> {
    if end >= beginning {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::EndBeforeBeginning,
        field,
        format!(
            "Das Ende am {} liegt vor dem Beginn am {}; möglich ist derselbe Tag oder ein späterer.",
            german(end),
            german(beginning)
        ),
    ))
}

/// An end (of instants) that cannot lie before its beginning.
///
/// # Errors
/// [`RejectionCode::EndBeforeBeginning`] on the field of the end.
pub fn ends_after(
    field: &str,
    end: OffsetDateTime,
    beginning: OffsetDateTime,
) -> Result<(), Rejection> {
    if end >= beginning {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::EndBeforeBeginning,
        field,
        "Das Ende liegt vor dem Beginn; möglich ist derselbe Zeitpunkt oder ein späterer.",
    ))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::check::refused;

    #[test]
    fn a_day_stays_within_the_book() {
        let today = date!(2026 - 11 - 20);
        let check = |date| date_in_range("occurredOn", date, today).map_err(|error| error.code);
        assert_eq!(check(date!(1900 - 01 - 01)), Ok(()));
        assert_eq!(check(date!(2036 - 11 - 20)), Ok(()));
        assert_eq!(
            check(date!(1899 - 12 - 31)),
            Err(RejectionCode::DateOutOfRange)
        );
        assert_eq!(
            check(date!(2036 - 11 - 21)),
            Err(RejectionCode::DateOutOfRange)
        );
        assert!(date_in_range("d", date!(2038 - 02 - 28), date!(2028 - 02 - 29)).is_ok());
        assert_eq!(past_or_today("d", today, today), Ok(()));
        assert_eq!(
            refused(past_or_today("d", date!(2026 - 11 - 21), today)).1,
            "Der 21.11.2026 liegt in der Zukunft; möglich ist spätestens heute, der 20.11.2026."
        );
    }

    #[test]
    fn an_end_is_not_before_its_beginning() {
        let day = date!(2026 - 11 - 20);
        assert_eq!(end_not_before("dueOn", day, day), Ok(()));
        let code = refused(end_not_before("dueOn", date!(2026 - 11 - 19), day)).0;
        assert_eq!(code, RejectionCode::EndBeforeBeginning);
    }
}
