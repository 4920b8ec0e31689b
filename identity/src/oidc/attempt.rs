//! A sign-in that was begun: what binds the answer of the provider to the browser and to the question.
//!
//! The browser keeps a random value in a cookie; state, nonce and PKCE verifier follow from it with a key that only
//! this process has. So begun sign-ins take no memory here, however many somebody begins, and what somebody sees of
//! one (the state and the nonce in addresses, the cookie on the disk of the browser) does not give the others away.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::{digest, hmac};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// How long somebody may take at the provider, in seconds: with a second factor and a forgotten password.
pub const LONGEST: i64 = 900;

/// Answers that came are remembered until they would be too old; so many at most.
const MOST_ANSWERED: usize = 65_536;

/// Makes and recognises attempts.
pub(crate) struct Attempts {
    key: hmac::Key,
    answered: Mutex<Answered>,
}

#[derive(Default)]
struct Answered {
    all: HashSet<[u8; 32]>,
    by_time: BTreeMap<i64, Vec<[u8; 32]>>,
}

/// One attempt.
#[derive(Clone)]
pub(crate) struct Attempt {
    begun: i64,
    random: [u8; 32],
    /// Goes to the provider and comes back.
    pub(crate) state: String,
    /// Goes to the provider and comes back in the ID token.
    pub(crate) nonce: String,
    /// Goes to the token endpoint.
    pub(crate) verifier: Zeroizing<String>,
}

/// Why the answer of a provider belongs to no attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Foreign {
    /// This browser began none, or another process did.
    #[error("this browser began no sign-in")]
    NotBegun,
    /// It took too long.
    #[error("the sign-in was begun too long ago")]
    TooOld,
    /// The answer is for another attempt.
    #[error("another state")]
    State,
    /// It was answered before.
    #[error("answered before")]
    Again,
}

impl Attempts {
    /// # Errors
    /// When the system gives no random bits.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        Ok(Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &*Zeroizing::new(random()?)),
            answered: Mutex::default(),
        })
    }

    /// Begins one; `now` in seconds since 1970.
    pub(crate) fn begin(&self, now: i64) -> Result<Attempt, getrandom::Error> {
        Ok(self.attempt(now, random()?))
    }

    /// The attempt of a cookie, if it is the one that is answered, and for the first time.
    pub(crate) fn answered(
        &self,
        cookie: Option<&str>,
        state: &str,
        now: i64,
    ) -> Result<Attempt, Foreign> {
        let (begun, random) = cookie
            .and_then(|cookie| self.open(cookie))
            .ok_or(Foreign::NotBegun)?;
        let attempt = self.attempt(begun, random);
        if !bool::from(attempt.state.as_bytes().ct_eq(state.as_bytes())) {
            return Err(Foreign::State);
        }
        // A clock that was set back makes no attempt older than it can be.
        if now.saturating_sub(begun).unsigned_abs() > LONGEST.unsigned_abs() {
            return Err(Foreign::TooOld);
        }
        if !self.first(begun, random, now) {
            return Err(Foreign::Again);
        }
        Ok(attempt)
    }

    fn first(&self, begun: i64, random: [u8; 32], now: i64) -> bool {
        let mut guard = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        let answered = &mut *guard;
        while let Some(oldest) = answered.by_time.first_entry()
            && (*oldest.key() < now - LONGEST || answered.all.len() >= MOST_ANSWERED)
        {
            for gone in oldest.remove() {
                answered.all.remove(&gone);
            }
        }
        let first = answered.all.insert(random);
        if first {
            answered.by_time.entry(begun).or_default().push(random);
        }
        first
    }

    fn attempt(&self, begun: i64, random: [u8; 32]) -> Attempt {
        let derived = |what| URL_SAFE_NO_PAD.encode(self.derive(what, begun, &random));
        Attempt {
            begun,
            random,
            state: derived("state"),
            nonce: derived("nonce"),
            verifier: Zeroizing::new(derived("verifier")),
        }
    }

    /// The value of the cookie of an attempt.
    pub(crate) fn cookie(&self, attempt: &Attempt) -> String {
        let seal = self.derive("cookie", attempt.begun, &attempt.random);
        let begun = attempt.begun.to_be_bytes();
        URL_SAFE_NO_PAD.encode([&begun[..], &attempt.random, seal.as_ref()].concat())
    }

    fn open(&self, cookie: &str) -> Option<(i64, [u8; 32])> {
        let bytes: [u8; 72] = URL_SAFE_NO_PAD.decode(cookie).ok()?.try_into().ok()?;
        let (begun, rest) = bytes.split_first_chunk::<8>()?;
        let (random, seal) = rest.split_first_chunk::<32>()?;
        let begun = i64::from_be_bytes(*begun);
        let ours = self.derive("cookie", begun, random);
        bool::from(ours.as_ref().ct_eq(seal)).then_some((begun, *random))
    }

    fn derive(&self, what: &str, begun: i64, random: &[u8; 32]) -> hmac::Tag {
        let mut mac = hmac::Context::with_key(&self.key);
        // The words are of different lengths and what follows is not: no two inputs are the same bytes.
        mac.update(what.as_bytes());
        mac.update(&begun.to_be_bytes());
        mac.update(random);
        mac.sign()
    }
}

impl Attempt {
    /// The challenge of the verifier (RFC 7636, S256).
    pub(crate) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, self.verifier.as_bytes()))
    }
}

fn random() -> Result<[u8; 32], getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: i64 = 1_790_000_000;

    #[test]
    fn an_attempt_is_answered_once_by_its_own_state_in_its_own_browser_and_in_time() {
        let attempts = Attempts::new().unwrap();
        let ours = attempts.begin(NOW).unwrap();
        let other = attempts.begin(NOW).unwrap();
        let cookie = attempts.cookie(&ours);
        let answered = |cookie: Option<&str>, state: &str, now| {
            attempts
                .answered(cookie, state, now)
                .map(|attempt| attempt.nonce)
        };
        let (cookie, state) = (Some(cookie.as_str()), ours.state.as_str());
        assert_eq!(answered(None, state, NOW), Err(Foreign::NotBegun));
        assert_eq!(answered(cookie, &other.state, NOW), Err(Foreign::State));
        assert_eq!(answered(cookie, "", NOW), Err(Foreign::State));
        assert_eq!(answered(cookie, state, NOW + 901), Err(Foreign::TooOld));
        assert_eq!(answered(cookie, state, NOW - 901), Err(Foreign::TooOld));
        assert_eq!(answered(cookie, state, NOW + 900), Ok(ours.nonce.clone()));
        assert_eq!(answered(cookie, state, NOW + 900), Err(Foreign::Again));
        // After a restart nothing that was begun before counts.
        let later = Attempts::new().unwrap();
        assert!(later.answered(cookie, state, NOW).is_err());
    }

    #[test]
    fn everything_in_an_attempt_is_different_and_none_follows_from_another() {
        let attempts = Attempts::new().unwrap();
        let mut seen = HashSet::new();
        for _ in 0..50 {
            let one = attempts.begin(NOW).unwrap();
            assert_eq!(one.verifier.len(), 43);
            let cookie = attempts.cookie(&one);
            for value in [
                one.state.clone(),
                one.nonce.clone(),
                one.verifier.to_string(),
                cookie,
            ] {
                assert!(seen.insert(value));
            }
        }
    }

    #[test]
    fn answers_are_forgotten_when_they_are_too_old_or_too_many() {
        let attempts = Attempts::new().unwrap();
        let count = || attempts.answered.lock().unwrap().all.len();
        for at in 0..2_000_u32 {
            let mut random = [0; 32];
            random[..4].copy_from_slice(&at.to_be_bytes());
            assert!(attempts.first(NOW + i64::from(at), random, NOW + i64::from(at)));
        }
        assert_eq!(count(), 901);
        for at in 0..70_000_u32 {
            let mut random = [1; 32];
            random[..4].copy_from_slice(&at.to_be_bytes());
            attempts.first(NOW + 2_000 + i64::from(at % 60), random, NOW + 2_060);
        }
        assert!(count() <= MOST_ANSWERED, "{}", count());
    }

    proptest! {
        #[test]
        fn any_cookie_is_taken_calmly(cookie in "\\PC{0,200}", at in 0_usize..96, other in "[A-Za-z0-9_-]") {
            let attempts = Attempts::new().unwrap();
            prop_assert!(attempts.open(&cookie).is_none());
            let ours = attempts.begin(NOW).unwrap();
            let mut cookie = attempts.cookie(&ours);
            prop_assume!(cookie[at..=at] != other);
            cookie.replace_range(at..=at, &other);
            prop_assert!(attempts.open(&cookie).is_none());
        }
    }
}
