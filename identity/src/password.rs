//! Passwords: which are good enough, and how they are hashed and compared.

mod common;

use std::io;
use std::sync::Arc;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use querschnitt_store::Keys;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::login::LoginDigest;
use crate::random;

/// The fewest characters of a password.
pub const SHORTEST: usize = 12;
/// The most.
pub const LONGEST: usize = 128;
/// Memory of one computation, in KiB. With [`PASSES`] what OWASP's Password Storage Cheat Sheet asks for.
const MEMORY: u32 = 19 * 1_024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// How many may wait for a computation; whoever comes then is asked to come again.
const WAITING: usize = 64;

/// A password as it was typed. Two ways to write the same letter are the same; wiped when dropped.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// From a form.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.nfc().collect()))
    }

    /// Whether somebody with this sign-in name may choose this one.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, keys: &Keys, login: LoginDigest) -> Result<(), TooWeak> {
        let characters = self.0.chars().count();
        if characters < SHORTEST {
            return Err(TooWeak::Short);
        }
        if characters > LONGEST {
            return Err(TooWeak::Long);
        }
        if LoginDigest::of(keys, &self.0) == login {
            return Err(TooWeak::Login);
        }
        let lower = Zeroizing::new(self.0.to_lowercase());
        if common::is_guessed_first(&lower) {
            return Err(TooWeak::Common);
        }
        Ok(())
    }

    /// Whether it is the same as another.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        use subtle::ConstantTimeEq as _;
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }

    /// No honest one is longer; nothing longer is hashed.
    fn is_possible(&self) -> bool {
        self.0.chars().count() <= LONGEST
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Why a password can't be chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TooWeak {
    /// Fewer than [`SHORTEST`] characters.
    #[error("Das Kennwort ist zu kurz; nötig sind mindestens 12 Zeichen.")]
    Short,
    /// More than [`LONGEST`] characters.
    #[error("Das Kennwort ist zu lang; möglich sind höchstens 128 Zeichen.")]
    Long,
    /// It is the sign-in name.
    #[error("Das Kennwort darf nicht der Anmeldename sein.")]
    Login,
    /// It is among those that are tried first.
    #[error(
        "Dieses Kennwort wird als eines der ersten probiert. Nehmen Sie zum Beispiel mehrere Wörter, die nichts miteinander zu tun haben."
    )]
    Common,
}

/// A one-time password for somebody else to begin with: 100 random bits, easy to type.
///
/// # Errors
/// When the system gives no randomness.
pub fn first() -> io::Result<Zeroizing<String>> {
    random::readable(5)
}

/// Too many computations are under way, or the machine has no memory for one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("too many sign-ins at the same time")]
pub struct Busy;

/// Computes hashes, a few at a time: each takes 19 MiB and a processor for a while.
pub struct Hasher {
    argon: Argon2<'static>,
    decoy: Zeroizing<String>,
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hasher")
    }
}

impl Hasher {
    /// With the parameters of this version.
    ///
    /// # Errors
    /// When the system gives no randomness or no memory.
    pub fn new() -> io::Result<Self> {
        let params = Params::new(MEMORY, PASSES, LANES, None)
            .map_err(|error| io::Error::other(error.to_string()))?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let decoy = hash(&argon, &Password::new(&random::token()?))
            .map_err(|error| io::Error::other(error.to_string()))?;
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            argon,
            decoy,
            running: Arc::new(Semaphore::new(processors.clamp(1, 4))),
            waiting: Arc::new(Semaphore::new(WAITING)),
        })
    }

    /// The PHC string of a password.
    ///
    /// # Errors
    /// [`Busy`].
    pub async fn hash(&self, password: Password) -> Result<Zeroizing<String>, Busy> {
        let argon = self.argon.clone();
        self.compute(move || hash(&argon, &password).map_err(|_| Busy))
            .await?
    }

    /// Whether a password is the one of this PHC string. Without one, as for an account that does not exist, the
    /// same is computed with that of nobody, so that it takes as long, and the answer is no.
    ///
    /// # Errors
    /// [`Busy`].
    pub async fn verify(
        &self,
        password: Password,
        stored: Option<Zeroizing<String>>,
    ) -> Result<bool, Busy> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.decoy.clone());
        let argon = self.argon.clone();
        let fits = self
            .compute(move || {
                PasswordHash::new(&stored).is_ok_and(|stored| {
                    let password = match password.is_possible() {
                        true => password.0.as_bytes(),
                        false => b"",
                    };
                    argon.verify_password(password, &stored).is_ok()
                })
            })
            .await?;
        Ok(fits && known)
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let place = Arc::clone(&self.waiting)
            .try_acquire_owned()
            .map_err(|_| Busy)?;
        let turn = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(|_| Busy)?;
        // Whoever hangs up does not make room before the computation is over.
        let held: (OwnedSemaphorePermit, OwnedSemaphorePermit) = (place, turn);
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop(held);
            result
        })
        .await
        .map_err(|_| Busy)
    }
}

#[cfg(test)]
impl Hasher {
    /// Nothing more is computed while this is held; what is asked for waits.
    pub(crate) fn stopped(&self) -> OwnedSemaphorePermit {
        let all = u32::try_from(self.running.available_permits()).unwrap();
        let running = Arc::clone(&self.running);
        running.try_acquire_many_owned(all).unwrap()
    }

    /// Nobody more may wait while this is held.
    pub(crate) fn full(&self) -> OwnedSemaphorePermit {
        let all = u32::try_from(WAITING).unwrap();
        let waiting = Arc::clone(&self.waiting);
        waiting.try_acquire_many_owned(all).unwrap()
    }

    /// How many wait or compute.
    pub(crate) fn asked(&self) -> usize {
        WAITING - self.waiting.available_permits()
    }
}

fn hash(
    argon: &Argon2<'_>,
    password: &Password,
) -> Result<Zeroizing<String>, argon2::password_hash::Error> {
    let hash = argon.hash_password(password.0.as_bytes())?;
    Ok(Zeroizing::new(hash.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_fits_its_password_only_and_has_the_parameters_asked_for() {
        let hasher = Hasher::new().unwrap();
        let right = Password::new("richtig Pferd Batterie");
        let stored = hasher.hash(right.clone()).await.unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{}",
            *stored
        );
        let again = hasher.hash(right.clone()).await.unwrap();
        assert!(*stored != *again, "the salt is new each time");
        let verify = |text: &str| hasher.verify(Password::new(text), Some(stored.clone()));
        assert_eq!(verify("richtig Pferd Batterie").await, Ok(true));
        assert_eq!(verify("richtig Pferd Batteri").await, Ok(false));
        assert_eq!(verify("").await, Ok(false));
        assert_eq!(hasher.verify(right, None).await, Ok(false));
    }

    #[tokio::test]
    async fn nobody_has_the_password_of_nobody() {
        let hasher = Hasher::new().unwrap();
        let long = Password::new(&"x".repeat(200));
        assert_eq!(hasher.verify(long, None).await, Ok(false));
        let damaged = Zeroizing::new("$argon2id$".to_owned());
        assert_eq!(
            hasher.verify(Password::new("x"), Some(damaged)).await,
            Ok(false)
        );
    }

    #[tokio::test]
    async fn letters_written_in_two_ways_are_the_same() {
        let hasher = Hasher::new().unwrap();
        let stored = hasher.hash(Password::new("Grüße aus Köln")).await.unwrap();
        let other = Password::new("Gru\u{308}ße aus Ko\u{308}ln");
        assert_eq!(hasher.verify(other, Some(stored)).await, Ok(true));
    }

    #[tokio::test]
    async fn only_so_many_wait() {
        let hasher = Hasher::new().unwrap();
        let all: Vec<_> = (0..WAITING)
            .map(|_| Arc::clone(&hasher.waiting).try_acquire_owned().unwrap())
            .collect();
        assert_eq!(hasher.verify(Password::new("x"), None).await, Err(Busy));
        drop(all);
        assert_eq!(hasher.verify(Password::new("x"), None).await, Ok(false));
        assert_eq!(hasher.waiting.available_permits(), WAITING);
    }

    #[test]
    fn weak_passwords_are_refused_with_the_reason() {
        let keys = Keys::ephemeral().unwrap();
        let login = LoginDigest::of(&keys, "erika.muster@bielefeld.de");
        let check = |text: &str| Password::new(text).check(&keys, login);
        assert_eq!(check("elf Zeichen"), Err(TooWeak::Short));
        assert_eq!(check(&"ü".repeat(11)), Err(TooWeak::Short));
        assert_eq!(check(&"Abc!1 xyz".repeat(15)), Err(TooWeak::Long));
        assert_eq!(check("Erika.Muster@Bielefeld.de"), Err(TooWeak::Login));
        assert_eq!(check("Passwort1234"), Err(TooWeak::Common));
        assert_eq!(check("drei Tassen Tee"), Ok(()));
        assert_eq!(check(&first().unwrap()), Ok(()));
    }
}
