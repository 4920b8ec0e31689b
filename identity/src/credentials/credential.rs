//! What is kept of one account, and its form in the file before it is sealed.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::login::LoginDigest;
use crate::recovery::RecoveryDigest;

/// The form this version writes; a changed one gets another.
const FORMAT: u8 = 1;

/// How long a first password is good for, in seconds: two weeks.
const FIRST_PASSWORD: i64 = 14 * 24 * 60 * 60;

/// The secrets of one account. Instants are seconds since 1970.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credential {
    format: u8,
    pub(crate) login: LoginDigest,
    /// The PHC string.
    pub(crate) password: Zeroizing<String>,
    /// Of a first password, which somebody else knows: until when it is good for choosing another.
    pub(crate) first_until: Option<i64>,
    pub(crate) second: Option<SecondFactor>,
}

/// The second factor of an account that has one.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecondFactor {
    /// In base32.
    pub(crate) secret: Zeroizing<String>,
    /// The newest step of which a code was used; no code of it or of an older one counts any more.
    pub(crate) used_step: u64,
    /// The recovery codes that were not used.
    pub(crate) recovery: Vec<RecoveryDigest>,
}

/// Tells one password of an account from the next: what was begun with one ends with it. A password that is chosen
/// again is another, by its salt.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Stamp([u8; 32]);

impl Stamp {
    /// Of the PHC string of a password.
    pub(crate) fn of(password: &str) -> Self {
        Self(Sha256::digest(password.as_bytes()).into())
    }
}

impl std::fmt::Debug for Stamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stamp(…)")
    }
}

impl Credential {
    /// Of an account whose first password (its PHC string) somebody else made at `now`.
    #[must_use]
    pub fn first(login: LoginDigest, password: Zeroizing<String>, now: i64) -> Self {
        Self {
            format: FORMAT,
            login,
            password,
            first_until: Some(now.saturating_add(FIRST_PASSWORD)),
            second: None,
        }
    }

    /// The sign-in name as it is kept.
    #[must_use]
    pub const fn login(&self) -> LoginDigest {
        self.login
    }

    /// Of its password.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        Stamp::of(&self.password)
    }

    /// Whether both factors are still those of `other`; codes may have been used up since.
    pub(crate) fn has_the_factors_of(&self, other: &Self) -> bool {
        let secret = |of: &Self| of.second.as_ref().map(|second| second.secret.clone());
        self.stamp() == other.stamp() && secret(self) == secret(other)
    }

    /// Whether a first password is good no more.
    #[must_use]
    pub fn is_void(&self, now: i64) -> bool {
        self.first_until.is_some_and(|until| until <= now)
    }

    /// Whether the account has a second factor.
    #[must_use]
    pub const fn has_second_factor(&self) -> bool {
        self.second.is_some()
    }

    /// Whether another password has to be chosen before anything else.
    #[must_use]
    pub const fn must_change(&self) -> bool {
        self.first_until.is_some()
    }

    pub(super) fn to_json(&self) -> Zeroizing<Vec<u8>> {
        // Texts and numbers always serialise.
        Zeroizing::new(serde_json::to_vec(self).unwrap_or_default())
    }

    pub(super) fn from_json(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json)
            .ok()
            .filter(|credential: &Self| credential.format == FORMAT)
    }
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credential(…)")
    }
}
