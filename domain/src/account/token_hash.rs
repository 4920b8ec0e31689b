//! What a machine's token is recognised by.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// SHA-256 over the 256 random bits of a token: nobody finds the token from it, so that it may stand
/// in the log. Stored in hex.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenHash(pub [u8; 32]);

impl TokenHash {
    /// The hash of a token's random bits.
    #[must_use]
    pub fn of(secret: &[u8; 32]) -> Self {
        Self(Sha256::digest(secret).into())
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenHash({self})")
    }
}

impl Serialize for TokenHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TokenHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::parsed::parsed(deserializer, "the hash of a token", |text| {
            let digits = text.as_bytes();
            if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
                return Err("the hash of a token has 64 hex digits");
            }
            let digit = |at: usize| {
                let digit = digits.get(at).copied().map_or('0', char::from);
                digit
                    .to_digit(16)
                    .and_then(|value| u8::try_from(value).ok())
            };
            let mut bytes = [0_u8; 32];
            for (at, byte) in bytes.iter_mut().enumerate() {
                let (Some(high), Some(low)) = (digit(2 * at), digit(2 * at + 1)) else {
                    return Err("the hash of a token has 64 hex digits");
                };
                *byte = high << 4 | low;
            }
            Ok(Self(bytes))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_as_it_was_written() {
        let hash = TokenHash::of(&[7; 32]);
        let stored = serde_json::to_string(&hash).unwrap();
        assert_eq!(stored.len(), 66);
        assert_eq!(serde_json::from_str::<TokenHash>(&stored).unwrap(), hash);
        assert_ne!(TokenHash::of(&[8; 32]), hash);
        for other in ["", "\"\"", "\"zz\"", &stored.replace('"', "\"0")] {
            assert!(serde_json::from_str::<TokenHash>(other).is_err(), "{other}");
        }
    }
}
