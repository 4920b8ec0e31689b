//! Checks that commands share: each gives a [`Rejection`] with the field and a German sentence that
//! says what is wrong and what is allowed.

use std::ops::RangeInclusive;

use time::{Date, Duration, Month, OffsetDateTime};

use crate::centre::{CENTRES, CentreKey};
use crate::context::Context;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::{Text, TextError};
use crate::value_list::{Code, List};

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

/// The centre a command names must be the one the actor acts for.
///
/// # Errors
/// [`RejectionCode::WrongCentre`] on the field `centre`.
pub fn own_centre(centre: CentreKey, context: &Context) -> Result<(), Rejection> {
    if centre == context.centre {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::WrongCentre,
        "centre",
        format!(
            "Sie arbeiten für das Zentrum {own}; für ein anderes Zentrum ({centre}) können Sie nichts eintragen.",
            own = context.centre
        ),
    ))
}

/// A value that must be there.
///
/// # Errors
/// [`RejectionCode::Missing`].
pub fn required<T>(field: &str, value: Option<T>) -> Result<T, Rejection> {
    value.ok_or_else(|| missing(field))
}

/// The refusal of a field that must not be left out.
#[must_use]
pub fn missing(field: &str) -> Rejection {
    Rejection::field(
        RejectionCode::Missing,
        field,
        "Diese Angabe fehlt; sie ist hier nötig.",
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

/// The value with this code.
///
/// # Errors
/// [`RejectionCode::UnknownValue`].
pub fn code<L: List>(field: &str, code: &str) -> Result<Code<L>, Rejection> {
    Code::parse(code)
        .map_err(|error| Rejection::field(RejectionCode::UnknownValue, field, format!("{error}.")))
}

/// A value that must be valid on the day something happens.
///
/// # Errors
/// [`RejectionCode::ValueNotValidOnDate`].
pub fn valid_on<L: List>(field: &str, code: Code<L>, date: Date) -> Result<(), Rejection> {
    if code.valid_on(date) {
        return Ok(());
    }
    let entry = code.entry();
    let when = match (entry.valid_from, entry.valid_to) {
        (Some(from), _) if date < from => format!("er gilt erst ab dem {}", german(from)),
        (_, Some(to)) => format!(
            "er galt bis zum {}",
            german(to.previous_day().unwrap_or(to))
        ),
        (_, None) => "er gilt dann nicht".to_owned(),
    };
    Err(Rejection::field(
        RejectionCode::ValueNotValidOnDate,
        field,
        format!(
            "Der Wert „{}“ ist am {} nicht gültig: {when}. Wählen Sie einen Wert, der an diesem Tag gilt.",
            entry.label,
            german(date)
        ),
    ))
}

/// [`valid_on`] for a value that may be missing.
///
/// # Errors
/// See [`valid_on`].
pub fn valid_on_option<L: List>(
    field: &str,
    code: Option<Code<L>>,
    date: Date,
) -> Result<(), Rejection> {
    code.map_or(Ok(()), |code| valid_on(field, code, date))
}

/// [`valid_on`] for each value of a list; the field says which one (`actionAreas[2]`).
///
/// # Errors
/// See [`valid_on`].
pub fn all_valid_on<L: List>(field: &str, codes: &[Code<L>], date: Date) -> Result<(), Rejection> {
    codes
        .iter()
        .enumerate()
        .try_for_each(|(index, code)| valid_on(&format!("{field}[{index}]"), *code, date))
}

/// A number within its bounds. `what` begins the sentence ("Die Dauer"); `unit` may be empty.
///
/// # Errors
/// [`RejectionCode::NumberOutOfRange`].
pub fn number(
    field: &str,
    what: &str,
    unit: &str,
    value: impl Into<i64>,
    bounds: RangeInclusive<u16>,
) -> Result<u16, Rejection> {
    let value = value.into();
    if let Ok(number) = u16::try_from(value)
        && bounds.contains(&number)
    {
        return Ok(number);
    }
    let (least, most) = (bounds.start(), bounds.end());
    let unit = if unit.is_empty() {
        String::new()
    } else {
        format!(" {unit}")
    };
    Err(Rejection::field(
        RejectionCode::NumberOutOfRange,
        field,
        format!("{what} muss zwischen {least} und {most}{unit} liegen, angegeben sind {value}."),
    ))
}

/// A list that is not longer than its field takes.
///
/// # Errors
/// [`RejectionCode::TooMany`].
pub fn at_most<T>(field: &str, list: &[T], most: usize) -> Result<(), Rejection> {
    if list.len() <= most {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::TooMany,
        field,
        format!(
            "Möglich sind höchstens {most} Einträge, angegeben sind {}.",
            list.len()
        ),
    ))
}

/// A list with at least one entry.
///
/// # Errors
/// [`RejectionCode::Missing`].
pub fn not_empty<T>(field: &str, list: &[T]) -> Result<(), Rejection> {
    if list.is_empty() {
        return Err(Rejection::field(
            RejectionCode::Missing,
            field,
            "Nennen Sie hier mindestens einen Eintrag.",
        ));
    }
    Ok(())
}

/// The list sorted, as events hold it; no entry may be there twice.
///
/// # Errors
/// [`RejectionCode::Duplicate`]; the field says which entry is the second one (`organisations[3]`).
pub fn sorted_once<T: Ord + Clone>(field: &str, list: &[T]) -> Result<Vec<T>, Rejection> {
    let mut seen = std::collections::BTreeSet::new();
    for (index, entry) in list.iter().enumerate() {
        if !seen.insert(entry) {
            return Err(Rejection::field(
                RejectionCode::Duplicate,
                format!("{field}[{index}]"),
                format!(
                    "Der Eintrag an Stelle {} ist schon genannt; nennen Sie jeden Eintrag nur einmal.",
                    index + 1
                ),
            ));
        }
    }
    Ok(seen.into_iter().cloned().collect())
}

/// The official key of a municipality in North Rhine-Westphalia (AGS): eight digits, of which the
/// first five are a Kreis or kreisfreie Stadt.
///
/// # Errors
/// [`RejectionCode::Malformed`].
pub fn municipality(field: &str, key: &str) -> Result<Box<str>, Rejection> {
    if is_plausible_municipality(key) {
        return Ok(key.into());
    }
    let shown: String = key.chars().filter(|c| !c.is_control()).take(20).collect();
    Err(Rejection::field(
        RejectionCode::Malformed,
        field,
        format!(
            "„{shown}“ ist kein amtlicher Gemeindeschlüssel in Nordrhein-Westfalen; er hat acht Ziffern und beginnt mit 05, zum Beispiel 05711000 für Bielefeld."
        ),
    ))
}

/// A kreisfreie Stadt has no municipalities below it (`000`), a Kreis has only such.
fn is_plausible_municipality(key: &str) -> bool {
    if key.len() != 8 || !key.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let (district, rest) = key.split_at(5);
    CENTRES
        .iter()
        .find(|centre| centre.ags.starts_with(district))
        .is_some_and(|centre| (centre.kind == "kreisfreie Stadt") == (rest == "000"))
}

/// A text of several lines, at most `max` characters.
///
/// # Errors
/// [`RejectionCode::TextEmpty`], [`RejectionCode::TextTooLong`] or
/// [`RejectionCode::ControlCharacter`].
pub fn text(field: &str, raw: &str, max: usize) -> Result<Text, Rejection> {
    Text::new(raw, max)
        .map_err(|error| text_refused(field, error, "; erlaubt sind Zeilenumbruch und Tabulator"))
}

/// A text of one line, at most `max` characters.
///
/// # Errors
/// See [`text`].
pub fn line(field: &str, raw: &str, max: usize) -> Result<Text, Rejection> {
    Text::line(raw, max)
        .map_err(|error| text_refused(field, error, "; erlaubt ist Text in einer Zeile"))
}

fn text_refused(field: &str, error: TextError, allowed: &str) -> Rejection {
    let (code, allowed) = match error {
        TextError::Empty => (RejectionCode::TextEmpty, ""),
        TextError::TooLong { .. } => (RejectionCode::TextTooLong, ""),
        TextError::ControlCharacter { .. } => (RejectionCode::ControlCharacter, allowed),
    };
    Rejection::field(code, field, format!("Der Text {error}{allowed}."))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::values::{ConsultationType, Programme, list};

    fn refused<T: std::fmt::Debug>(result: Result<T, Rejection>) -> (RejectionCode, String) {
        let rejection = result.unwrap_err();
        (rejection.code, rejection.message)
    }

    #[test]
    fn numbers_stay_within_their_bounds() {
        let minutes =
            |value: i64| number("durationMinutes", "Die Dauer", "Minuten", value, 1..=1440);
        assert_eq!(minutes(1), Ok(1));
        assert_eq!(minutes(1440), Ok(1440));
        for value in [0, -1, 1441, 65_536 + 60, i64::MAX, i64::MIN] {
            assert_eq!(
                refused(minutes(value)),
                (
                    RejectionCode::NumberOutOfRange,
                    format!(
                        "Die Dauer muss zwischen 1 und 1440 Minuten liegen, angegeben sind {value}."
                    )
                )
            );
        }
    }

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

    #[test]
    fn a_value_says_from_when_until_when_it_is_valid() {
        let ended = Programme::parse("KOMM_AN_II").unwrap();
        assert_eq!(
            refused(valid_on("programme", ended, date!(2025 - 03 - 01))).1,
            "Der Wert „KOMM-AN NRW Programmteil II“ ist am 01.03.2025 nicht gültig: er galt bis zum 31.12.2024. Wählen Sie einen Wert, der an diesem Tag gilt."
        );
        let later = ConsultationType::parse("CASE_MANAGEMENT_CONTACT").unwrap();
        let (code, message) = refused(valid_on("type", later, date!(2019 - 03 - 01)));
        assert_eq!(code, RejectionCode::ValueNotValidOnDate);
        assert!(
            message.contains("er gilt erst ab dem 25.11.2020"),
            "{message}"
        );
        assert_eq!(refused(code_of("NO_SUCH")).0, RejectionCode::UnknownValue);
    }

    fn code_of(text: &str) -> Result<Programme, Rejection> {
        code::<list::Programmes>("programme", text)
    }

    #[test]
    fn a_list_is_sorted_and_names_its_second_duplicate() {
        assert_eq!(sorted_once("list", &[3, 1, 2]), Ok(vec![1, 2, 3]));
        let rejection = sorted_once("list", &[3, 1, 3]).unwrap_err();
        assert_eq!(rejection.code, RejectionCode::Duplicate);
        assert_eq!(rejection.field.as_deref(), Some("list[2]"));
        assert_eq!(
            refused(at_most("list", &[1, 2], 1)).0,
            RejectionCode::TooMany
        );
        assert_eq!(
            refused(not_empty::<u8>("list", &[])).0,
            RejectionCode::Missing
        );
    }

    #[test]
    fn a_municipality_is_one_of_the_state() {
        for key in ["05711000", "05754008", "05334002", "05334004"] {
            assert!(municipality("municipality", key).is_ok(), "{key}");
        }
        for key in [
            "",
            "05711",
            "057110000",
            "0571100a",
            "05999000",
            "06711000",
            "05711001",
            "05754000",
            "0571100０",
        ] {
            let code = refused(municipality("municipality", key)).0;
            assert_eq!(code, RejectionCode::Malformed, "{key}");
        }
    }

    #[test]
    fn texts_are_refused_with_their_field() {
        let too_long = text("note", "abc", 2).unwrap_err();
        assert_eq!(too_long.code, RejectionCode::TextTooLong);
        assert_eq!(too_long.field.as_deref(), Some("note"));
        assert_eq!(
            too_long.message,
            "Der Text darf höchstens 2 Zeichen haben, hat aber 3."
        );
        assert_eq!(refused(text("note", " \n", 2)).0, RejectionCode::TextEmpty);
        assert_eq!(
            refused(text("note", "a\u{7}", 9)).0,
            RejectionCode::ControlCharacter
        );
        assert!(text("note", "a\nb\tc", 9).is_ok());
        let broken = refused(line("name", "a\nb", 9));
        assert_eq!(broken.0, RejectionCode::ControlCharacter);
    }
}
