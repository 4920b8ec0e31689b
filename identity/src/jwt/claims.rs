//! What every token must say: from whom, for whom, about whom, and when.

use serde_json::{Map, Value};

/// No subject is longer, in bytes (OpenID Connect Core, section 2).
const LONGEST_SUBJECT: usize = 255;

/// More audiences no honest token has.
const MOST_AUDIENCES: usize = 64;

/// What in a token is missing or does not fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Wrong {
    /// Missing, or not of the kind it must be; with the claim's name.
    #[error("the claim {0} is missing or malformed")]
    Claim(&'static str),
    /// From somebody else.
    #[error("another issuer")]
    Issuer,
    /// For somebody else.
    #[error("another audience")]
    Audience,
    /// Too old.
    #[error("expired")]
    Expired,
    /// From the future.
    #[error("not valid yet")]
    NotYet,
    /// Not of the sign-in that was begun.
    #[error("another nonce")]
    Nonce,
    /// Not of the access token that came with it.
    #[error("another access token")]
    AccessToken,
}

/// What a token is held against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected<'a> {
    /// The provider's `iss`.
    pub(crate) issuer: &'a str,
    /// One of its audiences.
    pub(crate) audience: &'a str,
    /// Now, in seconds since 1970.
    pub(crate) now: i64,
    /// How far the provider's clock may be from ours, in seconds.
    pub(crate) skew: i64,
}

/// What every token says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Base {
    /// About whom.
    pub(crate) subject: String,
    /// When it was issued, in seconds since 1970.
    pub(crate) issued_at: i64,
    /// From when on it is void, in seconds since 1970.
    pub(crate) expires_at: i64,
    /// For whom.
    pub(crate) audiences: Vec<String>,
}

impl Expected<'_> {
    /// Holds the claims that every token has against what is expected.
    pub(crate) fn check(&self, claims: &Map<String, Value>) -> Result<Base, Wrong> {
        if text(claims, "iss")? != Some(self.issuer) {
            return Err(Wrong::Issuer);
        }
        let audiences = audiences(claims)?;
        if !audiences.iter().any(|one| one == self.audience) {
            return Err(Wrong::Audience);
        }
        let expires_at = time(claims, "exp")?.ok_or(Wrong::Claim("exp"))?;
        if self.now >= expires_at.saturating_add(self.skew) {
            return Err(Wrong::Expired);
        }
        let issued_at = time(claims, "iat")?.ok_or(Wrong::Claim("iat"))?;
        let begins = time(claims, "nbf")?.unwrap_or(issued_at).max(issued_at);
        if begins > self.now.saturating_add(self.skew) {
            return Err(Wrong::NotYet);
        }
        let subject = text(claims, "sub")?.ok_or(Wrong::Claim("sub"))?;
        if subject.is_empty()
            || subject.len() > LONGEST_SUBJECT
            || subject.chars().any(char::is_control)
        {
            return Err(Wrong::Claim("sub"));
        }
        Ok(Base {
            subject: subject.to_owned(),
            issued_at,
            expires_at,
            audiences,
        })
    }
}

/// A claim that is a text, if it is there.
pub(crate) fn text<'a>(
    claims: &'a Map<String, Value>,
    name: &'static str,
) -> Result<Option<&'a str>, Wrong> {
    match claims.get(name) {
        None => Ok(None),
        Some(value) => value.as_str().map(Some).ok_or(Wrong::Claim(name)),
    }
}

fn audiences(claims: &Map<String, Value>) -> Result<Vec<String>, Wrong> {
    let wrong = Wrong::Claim("aud");
    let of = |value: &Value| value.as_str().map(str::to_owned).ok_or(wrong);
    match claims.get("aud").ok_or(wrong)? {
        Value::Array(all) if all.len() <= MOST_AUDIENCES => all.iter().map(of).collect(),
        one => Ok(vec![of(one)?]),
    }
}

/// Seconds since 1970; the part of a second counts for nothing (RFC 7519 allows one).
fn time(claims: &Map<String, Value>, name: &'static str) -> Result<Option<i64>, Wrong> {
    /// The end of the year 9999.
    const LATEST: i64 = 253_402_300_799;
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    let seconds = match (value.as_i64(), value.as_f64()) {
        (Some(seconds), _) => seconds,
        #[expect(clippy::cast_possible_truncation, reason = "bounded first")]
        (None, Some(seconds)) if seconds.abs() <= LATEST as f64 => seconds.floor() as i64,
        (None, _) => return Err(Wrong::Claim(name)),
    };
    if (0..=LATEST).contains(&seconds) {
        return Ok(Some(seconds));
    }
    Err(Wrong::Claim(name))
}
