//! The unit of an office (Organisationseinheit) that did a step.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::rejection::{Rejection, RejectionCode};

/// The name of a unit as the office's plan has it: `Group 1`, `50.2 Soziale Dienste`, `Jugendamt`.
///
/// It stands in events in the clear, because hand-overs between units are counted by it, so it must
/// name an office and never a person: a short label of letters, digits and a few marks.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize)]
#[serde(transparent)]
pub struct Unit(Box<str>);

impl Unit {
    /// The longest name, in characters.
    pub const LONGEST: usize = 80;

    /// The unit with this name; surrounding white space is dropped.
    ///
    /// # Errors
    /// [`RejectionCode::TextEmpty`], [`RejectionCode::TextTooLong`] or [`RejectionCode::Malformed`].
    pub fn new(field: &str, name: &str) -> Result<Self, Rejection> {
        let name = name.trim();
        let refuse = |code, message: String| Err(Rejection::field(code, field, message));
        if name.is_empty() {
            let message = "Der Name der Organisationseinheit ist leer; nennen Sie sie oder lassen Sie die Angabe weg.";
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
        Ok(Self(name.into()))
    }

    fn takes(c: char) -> bool {
        c.is_alphanumeric() || " .,-–/&()+_".contains(c)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::parsed::parsed(deserializer, "the name of a unit", |name| {
            Self::new("unit", name)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(name: &str) -> Result<(), RejectionCode> {
        Unit::new("unit", name)
            .map(drop)
            .map_err(|error| error.code)
    }

    #[test]
    fn a_unit_is_a_short_label() {
        for name in [
            "Group 1",
            "50.2 Soziale Dienste",
            "Amt für Jugend & Familie (Ost)",
            &"ä".repeat(80),
        ] {
            assert_eq!(code(name), Ok(()), "{name}");
        }
        assert_eq!(Unit::new("unit", " 50.2 ").unwrap().as_str(), "50.2");
        assert_eq!(code("  "), Err(RejectionCode::TextEmpty));
        assert_eq!(code(&"ä".repeat(81)), Err(RejectionCode::TextTooLong));
        for name in ["a@b.de", "a\nb", "=1+1", "<b>", "\u{202E}x", "a;b"] {
            assert_eq!(code(name), Err(RejectionCode::Malformed), "{name}");
        }
    }
}
