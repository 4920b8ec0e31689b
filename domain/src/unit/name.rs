//! The name of a unit.

use std::fmt;

use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;

/// The name of a unit as the office's plan has it: `Group 1`, `50.2 Soziale Dienste`, `Jugendamt`.
///
/// A short label of letters, digits and a few marks; it names an office and never a person. It is
/// sealed in the vault like any text, so that one that names a person after all can be erased.
#[derive(Clone, PartialEq, Eq)]
pub struct UnitName(Text);

impl UnitName {
    /// The longest name, in characters.
    pub const LONGEST: usize = 80;

    /// The name; surrounding white space is dropped.
    ///
    /// # Errors
    /// [`RejectionCode::TextEmpty`], [`RejectionCode::TextTooLong`] or [`RejectionCode::Malformed`].
    pub fn new(field: &str, name: &str) -> Result<Self, Rejection> {
        let name = name.trim();
        let refuse = |code, message: String| Err(Rejection::field(code, field, message));
        if name.is_empty() {
            let message = "Der Name der Organisationseinheit ist leer; nennen Sie sie, wie sie im Haus heißt.";
            return refuse(RejectionCode::TextEmpty, message.to_owned());
        }
        let length = name.chars().count();
        if length > Self::LONGEST {
            let message = format!(
                "Der Name der Organisationseinheit darf höchstens {} Zeichen haben, hat aber {length}.",
                Self::LONGEST
            );
            return refuse(RejectionCode::TextTooLong, message);
        }
        if let Some(other) = name.chars().find(|c| !Self::takes(*c)) {
            let message = format!(
                "Der Name der Organisationseinheit enthält ein unerlaubtes Zeichen (U+{:04X}); erlaubt sind Buchstaben, Ziffern, Leerzeichen und . , - – / & ( ) + _. Nennen Sie die Stelle, keine Person.",
                u32::from(other)
            );
            return refuse(RejectionCode::Malformed, message);
        }
        match Text::line(name, Self::LONGEST) {
            Ok(name) => Ok(Self(name)),
            // All of it was looked at above.
            Err(error) => refuse(RejectionCode::Malformed, error.to_string()),
        }
    }

    fn takes(c: char) -> bool {
        c.is_alphanumeric() || " .,-–/&()+_".contains(c)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The name as the vault takes it.
    #[must_use]
    pub const fn text(&self) -> &Text {
        &self.0
    }

    /// What two names have in common that are the same to people: without regard to capital letters and
    /// to how wide the spaces are.
    #[must_use]
    pub fn alike(name: &str) -> String {
        let words: Vec<&str> = name.split_whitespace().collect();
        words.join(" ").to_lowercase()
    }
}

impl fmt::Debug for UnitName {
    /// Shows the length only, as [`Text`] does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnitName({:?})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(name: &str) -> Result<(), RejectionCode> {
        UnitName::new("name", name)
            .map(drop)
            .map_err(|error| error.code)
    }

    #[test]
    fn a_name_is_a_short_label() {
        for name in [
            "Group 1",
            "50.2 Soziale Dienste",
            "Amt für Jugend & Familie (Ost)",
            &"ä".repeat(80),
        ] {
            assert_eq!(code(name), Ok(()), "{name}");
        }
        assert_eq!(UnitName::new("name", " 50.2 ").unwrap().as_str(), "50.2");
        assert_eq!(code("  "), Err(RejectionCode::TextEmpty));
        assert_eq!(code(&"ä".repeat(81)), Err(RejectionCode::TextTooLong));
        for name in ["a@b.de", "a\nb", "=1+1", "<b>", "\u{202E}x", "a;b"] {
            assert_eq!(code(name), Err(RejectionCode::Malformed), "{name}");
        }
    }

    #[test]
    fn the_same_name_is_known_however_it_is_typed() {
        assert_eq!(
            UnitName::alike(" amt  für\u{a0}Jugend"),
            UnitName::alike("Amt für Jugend")
        );
        assert_ne!(UnitName::alike("Amt 50"), UnitName::alike("Amt 51"));
    }

    #[test]
    fn a_name_does_not_slip_into_traces() {
        let name = UnitName::new("name", "Jugendamt").unwrap();
        assert!(!format!("{name:?}").contains("Jugendamt"));
    }
}
