//! Recovery codes: what lets somebody in whose second factor is lost, each once.

use std::io;

use querschnitt_domain::ActorId;
use querschnitt_store::Keys;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::random;

/// How many there are.
pub(crate) const COUNT: usize = 10;
const PURPOSE: &str = "recovery";
/// Letters and digits of one: 80 bits.
const LENGTH: usize = 4 * GROUPS;
const GROUPS: usize = 4;

/// What is kept of a code: with 80 random bits in it no slow hash is needed.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct RecoveryDigest([u8; 32]);

impl RecoveryDigest {
    fn of(keys: &Keys, account: ActorId, code: &str) -> Self {
        let mut content = Zeroizing::new(account.0.as_bytes().to_vec());
        content.extend(letters(code).map(|c| c.to_ascii_lowercase() as u8));
        Self(keys.token_digest(PURPOSE, &content))
    }
}

/// New codes, to be shown once, and what is kept of them.
///
/// # Errors
/// When the system gives no randomness.
pub(crate) fn new_codes(
    keys: &Keys,
    account: ActorId,
) -> io::Result<(Vec<Zeroizing<String>>, Vec<RecoveryDigest>)> {
    let mut codes = Vec::with_capacity(COUNT);
    let mut kept = Vec::with_capacity(COUNT);
    for _ in 0..COUNT {
        let code = random::readable(GROUPS)?;
        kept.push(RecoveryDigest::of(keys, account, &code));
        codes.push(code);
    }
    Ok((codes, kept))
}

/// Whether this may be a recovery code; a code of an app never looks like one.
pub(crate) fn has_the_form(typed: &str) -> bool {
    letters(typed).count() == LENGTH
}

fn letters(typed: &str) -> impl Iterator<Item = char> {
    typed.chars().filter(char::is_ascii_alphanumeric)
}

/// Which of the kept ones a typed code is. All are compared, so that the time does not tell which.
pub(crate) fn position(
    keys: &Keys,
    account: ActorId,
    kept: &[RecoveryDigest],
    typed: &str,
) -> Option<usize> {
    let typed = RecoveryDigest::of(keys, account, typed);
    let mut found = None;
    for (at, digest) in kept.iter().enumerate() {
        if bool::from(digest.0.ct_eq(&typed.0)) {
            found = Some(at);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_code_is_found_however_it_is_typed_and_only_for_its_account() {
        let keys = Keys::ephemeral().unwrap();
        let [one, other] = [1, 2].map(|n| ActorId(Uuid::from_u128(n)));
        let (codes, kept) = new_codes(&keys, one).unwrap();
        assert_eq!((codes.len(), kept.len()), (COUNT, COUNT));
        for (at, code) in codes.iter().enumerate() {
            let typed = code.to_uppercase().replace('-', " ");
            assert_eq!(position(&keys, one, &kept, &typed), Some(at));
            assert!(has_the_form(&typed));
            assert_eq!(position(&keys, other, &kept, code), None);
        }
        for app in ["", "123456", "123 456", " 1 2 3 4 5 6 ", "1234567890"] {
            assert!(!has_the_form(app), "{app}");
        }
        for wrong in ["", "aaaa-aaaa-aaaa-aaaa", &codes[0][..18]] {
            assert_eq!(position(&keys, one, &kept, wrong), None);
        }
    }
}
