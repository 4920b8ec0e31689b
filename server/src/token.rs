//! Tokens for sign-in: who carries one acts in its role for its centre until it expires.
//!
//! `qs1.<sealed claims>`: the claims as JSON, sealed with the installation's token key. The server
//! keeps no list of them; only the key in the data folder can make or read one.

pub(crate) mod command;

use querschnitt_domain::{ActorId, CentreKey, Role};
use querschnitt_store::Keys;
use serde::{Deserialize, Serialize};

/// The format of the tokens this program makes; a changed one gets another.
const FORMAT: &str = "qs1.";

/// Keeps these tokens apart from others sealed with the same key.
const PURPOSE: &str = "access";

/// No honest token is longer.
const MAX_BYTES: usize = 1_024;

/// How far an issuer's clock may be ahead of ours, in seconds.
const CLOCK_SKEW: i64 = 60;

/// What a token says about its bearer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Claims {
    /// The account that acts.
    pub(crate) actor: ActorId,
    /// In which role.
    pub(crate) role: Role,
    /// For which centre.
    pub(crate) centre: CentreKey,
    /// When it was issued, in seconds since 1970.
    pub(crate) issued: i64,
    /// From when on it is void, in seconds since 1970.
    pub(crate) expires: i64,
}

/// Why a token was refused. For our log only: callers learn no more than that it does not count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum TokenError {
    /// Not of the form of a token, or of a format this program does not make.
    #[error("not a token")]
    Malformed,
    /// Not made with our key, or changed since.
    #[error("not sealed with this installation's key")]
    WrongSeal,
    /// From the future.
    #[error("not valid yet")]
    NotYet,
    /// Too old.
    #[error("expired")]
    Expired,
}

/// Makes a token.
pub(crate) fn issue(keys: &Keys, claims: &Claims) -> String {
    // A struct of numbers, ids and words always serialises.
    let claims = serde_json::to_vec(claims).unwrap_or_default();
    format!("{FORMAT}{}", keys.seal_token(PURPOSE, &claims))
}

/// Reads a token; `now` in seconds since 1970. Nothing in it is believed before its seal is found
/// unbroken (compared in constant time).
pub(crate) fn verify(keys: &Keys, token: &str, now: i64) -> Result<Claims, TokenError> {
    if token.len() > MAX_BYTES {
        return Err(TokenError::Malformed);
    }
    let sealed = token.strip_prefix(FORMAT).ok_or(TokenError::Malformed)?;
    let claims = keys
        .open_token(PURPOSE, sealed)
        .ok_or(TokenError::WrongSeal)?;
    let claims: Claims = serde_json::from_slice(&claims).map_err(|_| TokenError::Malformed)?;
    if claims.issued > now.saturating_add(CLOCK_SKEW) {
        return Err(TokenError::NotYet);
    }
    if claims.expires <= now {
        return Err(TokenError::Expired);
    }
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    const NOW: i64 = 1_790_000_000;

    fn keys() -> Keys {
        Keys::ephemeral().unwrap()
    }

    fn claims() -> Claims {
        Claims {
            actor: ActorId(Uuid::from_u128(1)),
            role: Role::KiOfficer,
            centre: "05711".parse().unwrap(),
            issued: NOW - 10,
            expires: NOW + 10,
        }
    }

    #[test]
    fn an_issued_token_verifies() {
        let keys = keys();
        let token = issue(&keys, &claims());
        assert!(token.starts_with("qs1."));
        assert!(token.len() < 400, "{}", token.len());
        assert_eq!(verify(&keys, &token, NOW), Ok(claims()));
    }

    #[test]
    fn another_key_another_format_another_purpose_and_other_times_are_refused() {
        let ours = keys();
        let token = issue(&ours, &claims());
        assert_eq!(verify(&keys(), &token, NOW), Err(TokenError::WrongSeal));
        assert_eq!(verify(&ours, &token, NOW + 10), Err(TokenError::Expired));
        assert_eq!(verify(&ours, &token, NOW - 71), Err(TokenError::NotYet));
        let other = token.replacen("qs1", "qs2", 1);
        assert_eq!(verify(&ours, &other, NOW), Err(TokenError::Malformed));
        let content = serde_json::to_vec(&claims()).unwrap();
        let other = format!("qs1.{}", ours.seal_token("position", &content));
        assert_eq!(verify(&ours, &other, NOW), Err(TokenError::WrongSeal));
    }

    #[test]
    fn claims_of_another_shape_are_refused_even_when_sealed() {
        let keys = keys();
        for claims in [
            r#"{"actor":"00000000-0000-0000-0000-000000000001","role":"KI_OFFICER","centre":"05711","issued":1,"expires":9999999999,"admin":true}"#,
            r#"{"actor":"00000000-0000-0000-0000-000000000001","role":"BOSS","centre":"05711","issued":1,"expires":9999999999}"#,
            r#"{"actor":"00000000-0000-0000-0000-000000000001","role":"KI_OFFICER","centre":"99999","issued":1,"expires":9999999999}"#,
            "[]",
            "",
        ] {
            let token = format!("qs1.{}", keys.seal_token("access", claims.as_bytes()));
            assert_eq!(verify(&keys, &token, NOW), Err(TokenError::Malformed));
        }
    }

    proptest! {
        #[test]
        fn any_changed_byte_is_noticed(at in 0_usize..400, other in any::<u8>()) {
            let keys = keys();
            let mut token = issue(&keys, &claims()).into_bytes();
            let at = at % token.len();
            prop_assume!(token[at] != other);
            token[at] = other;
            if let Ok(token) = String::from_utf8(token) {
                prop_assert!(verify(&keys, &token, NOW).is_err());
            }
        }

        #[test]
        fn any_text_is_taken_calmly(text in "\\PC{0,2000}") {
            let keys = keys();
            prop_assert!(verify(&keys, &text, NOW).is_err());
            let token = format!("qs1.{text}");
            prop_assert!(verify(&keys, &token, NOW).is_err());
        }
    }
}
