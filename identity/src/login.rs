//! The name people sign in with. It is never stored in the clear with the secrets, only as a keyed hash.

use std::fmt;

use querschnitt_domain::ActorId;
pub use querschnitt_domain::account::LoginName;
use querschnitt_store::Keys;
use serde::{Deserialize, Serialize};

/// Keeps this use of the key apart from others.
const PURPOSE: &str = "login";
const SECOND_FACTOR: &str = "login-second-factor";

/// What is kept of a sign-in name: only the installation's key can make it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LoginDigest([u8; 32]);

impl LoginDigest {
    /// Of whatever somebody typed; what can't be a sign-in name is that of no account.
    #[must_use]
    pub fn of(keys: &Keys, text: &str) -> Self {
        Self(keys.token_digest(PURPOSE, LoginName::plain(text).as_bytes()))
    }

    /// By which tries at the second factor of an account are counted; the digest of no name.
    #[must_use]
    pub(crate) fn of_second_factor(keys: &Keys, account: ActorId) -> Self {
        Self(keys.token_digest(SECOND_FACTOR, account.0.as_bytes()))
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for LoginDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginDigest(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_spaces_around_them() {
        let keys = Keys::ephemeral().unwrap();
        let of = |text| LoginDigest::of(&keys, text);
        let name: LoginName = " Erika.Muster@Bielefeld.de ".parse().unwrap();
        assert_eq!(name.as_str(), "erika.muster@bielefeld.de");
        assert!(of(" ERIKA.Muster@bielefeld.DE") == of(name.as_str()));
        assert!(of("erika.muster@bielefeld.d") != of(name.as_str()));
        assert!(LoginDigest::of(&Keys::ephemeral().unwrap(), "erika") != of("erika"));
    }
}
