//! Postal addresses as they fit on a letter.

use crate::check;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;

/// The longest line of an address, in characters: what the window of an envelope shows.
const WIDTH: usize = 50;

/// An address of at most `most` lines, none of them empty or longer than the window of an envelope.
///
/// # Errors
/// [`RejectionCode::TooMany`], [`RejectionCode::TextEmpty`] or [`RejectionCode::TextTooLong`].
pub(crate) fn address(field: &str, address: &Text, most: usize) -> Result<Text, Rejection> {
    let lines: Vec<&str> = address.as_str().lines().map(str::trim).collect();
    if lines.len() > most {
        return Err(Rejection::field(
            RejectionCode::TooMany,
            field,
            format!(
                "Eine Anschrift hat hier höchstens {most} Zeilen, angegeben sind {}.",
                lines.len()
            ),
        ));
    }
    for (index, line) in lines.iter().enumerate() {
        let length = line.chars().count();
        let (code, problem) = if line.is_empty() {
            (RejectionCode::TextEmpty, "ist leer; lassen Sie sie weg")
        } else if length > WIDTH {
            (
                RejectionCode::TextTooLong,
                "ist zu lang für das Anschriftfeld",
            )
        } else {
            continue;
        };
        return Err(Rejection::field(
            code,
            field,
            format!(
                "Zeile {} der Anschrift {problem}. Erlaubt sind {most} Zeilen mit je 1 bis {WIDTH} Zeichen.",
                index + 1
            ),
        ));
    }
    check::text(field, &lines.join("\n"), Text::NAME * 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::refused;
    use crate::testing::text;

    #[test]
    fn an_address_fits_the_window() {
        let given = text("Bezirksregierung Arnsberg \nDezernat 36\n59817 Arnsberg");
        assert_eq!(
            address("recipient", &given, 3).unwrap().as_str(),
            "Bezirksregierung Arnsberg\nDezernat 36\n59817 Arnsberg"
        );
        let refused = |given: &str| refused(address("recipient", &text(given), 3));
        assert_eq!(refused("1\n2\n3\n4").0, RejectionCode::TooMany);
        assert_eq!(refused("1\n\n3").0, RejectionCode::TextEmpty);
        let (code, sentence) = refused(&format!("1\n{}", "ä".repeat(51)));
        assert_eq!(code, RejectionCode::TextTooLong);
        assert!(sentence.starts_with("Zeile 2"), "{sentence}");
        assert!(address("recipient", &text(&"ä".repeat(50)), 3).is_ok());
    }
}
