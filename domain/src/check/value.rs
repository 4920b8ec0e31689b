//! Coded values, numbers and official keys.

use std::ops::RangeInclusive;

use time::Date;

use super::german;
use crate::centre::CENTRES;
use crate::rejection::{Rejection, RejectionCode};
use crate::value_list::{Code, List};

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

/// The official key of a municipality in any Land: eight digits, of which the first two are a Land
/// (01 to 16); in North Rhine-Westphalia as [`municipality`] has it.
///
/// # Errors
/// [`RejectionCode::Malformed`].
pub fn municipality_of_any_land(field: &str, key: &str) -> Result<Box<str>, Rejection> {
    if key.starts_with("05") {
        return municipality(field, key);
    }
    let digits = key.len() == 8 && key.bytes().all(|byte| byte.is_ascii_digit());
    if digits && ("01".."17").contains(&&key[..2]) {
        return Ok(key.into());
    }
    let shown: String = key.chars().filter(|c| !c.is_control()).take(20).collect();
    Err(Rejection::field(
        RejectionCode::Malformed,
        field,
        format!(
            "„{shown}“ ist kein amtlicher Gemeindeschlüssel; er hat acht Ziffern und beginnt mit dem Land (01 bis 16), zum Beispiel 05711000 für Bielefeld oder 08212000 für Karlsruhe."
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

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::check::refused;
    use crate::values::{ConsultationType, Programme, list};

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
    fn a_municipality_may_lie_in_any_land() {
        for key in ["05711000", "08212000", "01001000", "16077052"] {
            assert!(
                municipality_of_any_land("municipality", key).is_ok(),
                "{key}"
            );
        }
        for key in [
            "",
            "05999000",
            "00211000",
            "17001000",
            "0821200",
            "0821200a",
            "Köln0000",
        ] {
            let code = refused(municipality_of_any_land("municipality", key)).0;
            assert_eq!(code, RejectionCode::Malformed, "{key}");
        }
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
}
