//! Free text on its way to the vault, and what an event holds instead of it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Free text that passed the checks: not empty, no control characters but line breaks and tabs.
///
/// Its content never reaches a log line; it is sealed in the vault.
#[derive(Clone, PartialEq, Eq)]
pub struct Text(Box<str>);

/// Why a text was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("darf nicht leer sein")]
    Empty,
    /// More characters than the field takes.
    #[error("darf höchstens {max} Zeichen haben, hat aber {found}")]
    TooLong {
        /// The most the field takes, in characters (Unicode scalar values).
        max: usize,
        /// What came.
        found: usize,
    },
    /// A control character other than line break and tab, or a bidirectional override.
    #[error("enthält ein unerlaubtes Steuerzeichen (U+{code:04X}) an Stelle {at}")]
    ControlCharacter {
        /// The character's code point.
        code: u32,
        /// Its place, counted from 1.
        at: usize,
    },
}

impl Text {
    /// The longest name (organisation, network, meeting, place), in characters.
    pub const NAME: usize = 300;
    /// The longest title of an agenda item or subject of an agreement, in characters.
    pub const TITLE: usize = 2_000;
    /// The longest note, reason or minutes, in characters.
    pub const NOTE: usize = 20_000;

    /// Checks a text of several lines; `max` in characters. Surrounding white space is dropped.
    ///
    /// # Errors
    /// See [`TextError`].
    pub fn new(text: &str, max: usize) -> Result<Self, TextError> {
        Self::checked(text, max, |c| c == '\n' || c == '\t' || c == '\r')
    }

    /// Checks a text of one line.
    ///
    /// # Errors
    /// See [`TextError`].
    pub fn line(text: &str, max: usize) -> Result<Self, TextError> {
        Self::checked(text, max, |_| false)
    }

    fn checked(text: &str, max: usize, allowed: fn(char) -> bool) -> Result<Self, TextError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        let found = text.chars().count();
        if found > max {
            return Err(TextError::TooLong { max, found });
        }
        for (at, c) in text.chars().enumerate() {
            if Self::forbids(c) && !allowed(c) {
                return Err(TextError::ControlCharacter {
                    code: u32::from(c),
                    at: at + 1,
                });
            }
        }
        Ok(Self(text.into()))
    }

    /// Whether a text of one line must not hold this character.
    #[must_use]
    pub fn forbids(c: char) -> bool {
        c.is_control() || is_invisible_direction(c)
    }

    /// The content.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Overrides and isolates that make a text read otherwise than it is stored.
const fn is_invisible_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

impl fmt::Debug for Text {
    /// Shows the length only: texts must not slip into traces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes)", self.0.len())
    }
}

/// SHA-256 over a random 128-bit salt and the content; what an event holds instead of a text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Commitment(pub [u8; 32]);

impl Commitment {
    /// The commitment to `content` with `salt`.
    #[must_use]
    pub fn of(salt: &[u8; 16], content: &str) -> Self {
        Self::of_bytes(salt, content.as_bytes())
    }

    /// The commitment to the bytes of a file.
    #[must_use]
    pub fn of_bytes(salt: &[u8; 16], content: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(salt);
        hash.update(content);
        Self(hash.finalize().into())
    }
}

impl fmt::Display for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Commitment({self})")
    }
}

impl Serialize for Commitment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Commitment {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::parsed::parsed(deserializer, "a commitment", |text| {
            let mut bytes = [0_u8; 32];
            match URL_SAFE_NO_PAD.decode_slice(text.as_bytes(), &mut bytes) {
                Ok(length) if length == bytes.len() => Ok(Self(bytes)),
                Ok(_) => Err("a commitment has 32 bytes".to_owned()),
                Err(error) => Err(error.to_string()),
            }
        })
    }
}
