//! Tokens for sign-in: who carries one acts in its role for its centre until it expires.
//!
//! `qs1.<claims>.<mac>`: the claims as JSON in base64url, HMAC-SHA-256 over everything before the
//! last dot. The server keeps no list of them; only the key in the data folder can make one.

pub(crate) mod command;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac as _};
use querschnitt_domain::{ActorId, CentreKey, Role};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// The format of the tokens this program makes; a changed one gets another.
const VERSION: &str = "qs1";

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
    /// Not of the form of a token.
    #[error("not a token")]
    Malformed,
    /// A format this program does not make.
    #[error("unknown token format")]
    UnknownVersion,
    /// Not made with our key, or changed since.
    #[error("wrong signature")]
    WrongSignature,
    /// From the future.
    #[error("not valid yet")]
    NotYet,
    /// Too old.
    #[error("expired")]
    Expired,
}

/// Makes a token.
pub(crate) fn issue(key: &[u8; 32], claims: &Claims) -> String {
    // A struct of numbers, ids and words always serialises.
    let claims = serde_json::to_vec(claims).unwrap_or_default();
    let signed = format!("{VERSION}.{}", URL_SAFE_NO_PAD.encode(claims));
    let mac = mac(key, &signed).finalize().into_bytes();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac))
}

/// Reads a token. The signature is compared in constant time and before anything else is read.
pub(crate) fn verify(key: &[u8; 32], token: &str, now: i64) -> Result<Claims, TokenError> {
    if token.len() > MAX_BYTES {
        return Err(TokenError::Malformed);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
    let (version, claims) = signed.split_once('.').ok_or(TokenError::Malformed)?;
    if version != VERSION {
        return Err(TokenError::UnknownVersion);
    }
    let decode = |text: &str| {
        URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| TokenError::Malformed)
    };
    mac(key, signed)
        .verify_slice(&decode(signature)?)
        .map_err(|_| TokenError::WrongSignature)?;
    let claims: Claims =
        serde_json::from_slice(&decode(claims)?).map_err(|_| TokenError::Malformed)?;
    if claims.issued > now.saturating_add(CLOCK_SKEW) {
        return Err(TokenError::NotYet);
    }
    if claims.expires <= now {
        return Err(TokenError::Expired);
    }
    Ok(claims)
}

#[expect(
    clippy::expect_used,
    reason = "HMAC takes a key of any length; new_from_slice never fails"
)]
fn mac(key: &[u8; 32], signed: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key length will do");
    mac.update(signed.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    const KEY: [u8; 32] = [7; 32];
    const NOW: i64 = 1_790_000_000;

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
        let token = issue(&KEY, &claims());
        assert!(token.starts_with("qs1."));
        assert!(token.len() < 400, "{}", token.len());
        assert_eq!(verify(&KEY, &token, NOW), Ok(claims()));
    }

    #[test]
    fn another_key_another_version_and_other_times_are_refused() {
        let token = issue(&KEY, &claims());
        assert_eq!(
            verify(&[8; 32], &token, NOW),
            Err(TokenError::WrongSignature)
        );
        assert_eq!(verify(&KEY, &token, NOW + 10), Err(TokenError::Expired));
        assert_eq!(verify(&KEY, &token, NOW - 71), Err(TokenError::NotYet));
        let other = token.replacen("qs1", "qs2", 1);
        assert_eq!(verify(&KEY, &other, NOW), Err(TokenError::UnknownVersion));
    }

    #[test]
    fn claims_of_another_shape_are_refused_even_when_signed() {
        for claims in [
            r#"{"actor":"00000000-0000-0000-0000-000000000001","role":"KI_OFFICER","centre":"05711","issued":1,"expires":9999999999,"admin":true}"#,
            r#"{"actor":"00000000-0000-0000-0000-000000000001","role":"BOSS","centre":"05711","issued":1,"expires":9999999999}"#,
            r#"{"actor":"00000000-0000-0000-0000-000000000001","role":"KI_OFFICER","centre":"99999","issued":1,"expires":9999999999}"#,
            "[]",
            "",
        ] {
            let signed = format!("qs1.{}", URL_SAFE_NO_PAD.encode(claims));
            let signature = URL_SAFE_NO_PAD.encode(mac(&KEY, &signed).finalize().into_bytes());
            let token = format!("{signed}.{signature}");
            assert_eq!(verify(&KEY, &token, NOW), Err(TokenError::Malformed));
        }
    }

    proptest! {
        #[test]
        fn any_changed_byte_is_noticed(at in 0_usize..400, other in any::<u8>()) {
            let mut token = issue(&KEY, &claims()).into_bytes();
            let at = at % token.len();
            prop_assume!(token[at] != other);
            token[at] = other;
            if let Ok(token) = String::from_utf8(token) {
                prop_assert!(verify(&KEY, &token, NOW).is_err());
            }
        }

        #[test]
        fn any_text_is_taken_calmly(text in "\\PC{0,2000}") {
            prop_assert!(verify(&KEY, &text, NOW).is_err());
            for token in [format!("qs1.{text}"), format!("qs1.{text}.{text}")] {
                prop_assert!(verify(&KEY, &token, NOW).is_err());
            }
        }
    }
}
