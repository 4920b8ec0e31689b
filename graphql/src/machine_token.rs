//! How tokens of machines look: who brings one acts in the role that the log says of it.
//!
//! `qst_`, 256 random bits and a checksum, so that scanners for secrets find one that got lost and a
//! mistyped one is told from an unknown one before anything is looked up. The token is shown once; the
//! log holds the SHA-256 of its random bits.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use querschnitt_domain::account::TokenHash;
use querschnitt_store::SecretKey;

/// What every token begins with.
const PREFIX: &str = "qst_";

/// The random bits, in bytes.
const SECRET: usize = 32;

/// The random bits and the checksum, in bytes.
const WHOLE: usize = SECRET + 4;

/// A token as its bearer brings it.
#[must_use]
pub fn write(secret: &SecretKey) -> String {
    let mut bytes = [0; WHOLE];
    bytes[..SECRET].copy_from_slice(secret.bytes());
    bytes[SECRET..].copy_from_slice(&checksum(secret.bytes()));
    format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// What a token is looked up by; `None` for what is none.
#[must_use]
pub fn read(token: &str) -> Option<TokenHash> {
    let mut bytes = [0; WHOLE];
    let encoded = token.strip_prefix(PREFIX)?;
    // A longer one does not fit and is refused without being read to its end.
    let length = URL_SAFE_NO_PAD
        .decode_slice(encoded.as_bytes(), &mut bytes)
        .ok()?;
    let (secret, check) = bytes.split_first_chunk::<SECRET>()?;
    (length == WHOLE && *check == checksum(secret)).then(|| TokenHash::of(secret))
}

/// Of the prefix too: nothing else that is made like this is taken for a token.
fn checksum(secret: &[u8; SECRET]) -> [u8; 4] {
    let sum = crc32c::crc32c(PREFIX.as_bytes());
    crc32c::crc32c_append(sum, secret).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_token_is_read_as_it_was_written() {
        let secret = SecretKey::random().unwrap();
        let token = write(&secret);
        assert!(token.starts_with("qst_"), "{token}");
        assert_eq!(token.len(), 52);
        assert_eq!(read(&token), Some(TokenHash::of(secret.bytes())));
        let more = format!("{token}AAAA");
        for other in [&more, &token[4..], &token[..51], "", "qst_", "Bearer x"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_changed_byte_is_noticed(at in 0_usize..52, other in any::<u8>()) {
            let mut token = write(&SecretKey::from_bytes([7; 32])).into_bytes();
            prop_assume!(token[at] != other);
            token[at] = other;
            if let Ok(token) = String::from_utf8(token) {
                prop_assert_eq!(read(&token), None);
            }
        }

        #[test]
        fn any_text_is_taken_calmly(text in "\\PC{0,2000}") {
            prop_assert_eq!(read(&text), None);
            let token = format!("qst_{text}");
            prop_assert_eq!(read(&token), None);
        }
    }
}
