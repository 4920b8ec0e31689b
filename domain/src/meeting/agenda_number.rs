//! The numbers of agenda items ("3", "Ö 4.1", "TOP 12a").
//!
//! A number stands in the log in the clear, so it has a grammar that no name and no word fits:
//! one of the usual marks, then digits with dots between them, and at most two small letters. Of the
//! 18,677 items that one city has published, each is digits and dots.

use crate::check;
use crate::rejection::{Rejection, RejectionCode};

/// The longest number, in characters.
const LENGTH: usize = 20;

/// The most letters behind the digits.
const LETTERS: usize = 2;

/// Marks before the digits: Tagesordnungspunkt, Zusatzpunkt, öffentlich, nicht öffentlich.
const MARKS: [&str; 9] = ["ZTOP", "TOP", "Top", "NÖT", "NÖ", "ÖT", "Ö", "N", "Z"];

/// The number, as the body writes it.
///
/// # Errors
/// [`RejectionCode::Malformed`] for what is none; else see [`check::line`].
pub(super) fn agenda_number(field: &str, raw: &str) -> Result<Box<str>, Rejection> {
    let number = check::line(field, raw, LENGTH)?;
    if is_number(number.as_str()) {
        return Ok(number.as_str().into());
    }
    Err(Rejection::field(
        RejectionCode::Malformed,
        field,
        "Das ist keine Nummer eines Tagesordnungspunkts; möglich sind Ziffern mit Punkten, davor TOP, Ö, N oder NÖ, dahinter höchstens zwei kleine Buchstaben, zum Beispiel „3“, „Ö 4.1“ oder „TOP 12a“. Wörter gehören in den Titel.",
    ))
}

fn is_number(text: &str) -> bool {
    let unmarked = MARKS.iter().find_map(|mark| text.strip_prefix(mark));
    let rest = unmarked.unwrap_or(text).trim_start_matches([' ', '.', '-']);
    let rest = without_roman(rest);
    let letters = rest.chars().filter(char::is_ascii_lowercase).count();
    letters <= LETTERS
        && rest.chars().all(|c| {
            c.is_ascii_digit() || c.is_ascii_lowercase() || matches!(c, '.' | '/' | '-' | ' ' | ')')
        })
        && rest.starts_with(|c: char| c.is_ascii_digit())
}

/// Some bodies count their parts in Roman numerals ("IV", "II.3"): such a part counts as a digit.
fn without_roman(text: &str) -> &str {
    let rest = text.trim_start_matches(['I', 'V', 'X']);
    let numeral = text.len() - rest.len();
    let ends = rest.is_empty() || rest.starts_with(['.', ' ', '/', '-', ')']);
    if !(1..=5).contains(&numeral) || !ends {
        return text;
    }
    match rest.trim_start_matches(['.', ' ', '/', '-', ')']) {
        "" => "0",
        more => more,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::refused;

    #[test]
    fn what_bodies_write_is_a_number() {
        for number in [
            "1", "12", "9.1", "1.1.2", "394", "3.", "3)", "12a", "3.a", "4 b", "3ab", "Ö 4.1",
            "Ö4.1", "N 2", "NÖ 12", "TOP 3", "TOP 12a", "Top 3", "ZTOP 1", "Z 2", "ÖT 7", "IV",
            "II.3", "3/1", "2-4", "N-1",
        ] {
            assert_eq!(agenda_number("n", number), Ok(number.into()));
        }
        assert_eq!(agenda_number("n", " 3 "), Ok("3".into()));
    }

    #[test]
    fn no_name_is_a_number() {
        for name in [
            "Müller",
            "Frau Ay",
            "Li",
            "li",
            "Ng",
            "Ö",
            "TOP",
            "N. Ay",
            "N Li",
            "TOP Ö",
            "1 Müller",
            "3 Ay",
            "1abc",
            "Vix",
            "Xi",
            "X Li",
            "a",
            "ab",
            "1 a b c",
            "Nr. 3",
            "Nachtrag",
            "1🙂",
            "１",
        ] {
            let code = refused(agenda_number("agenda[0].number", name)).0;
            assert_eq!(code, RejectionCode::Malformed, "{name}");
        }
        let too_long = refused(agenda_number("n", &"1".repeat(21))).0;
        assert_eq!(too_long, RejectionCode::TextTooLong);
    }
}
