//! What somebody in charge does with accounts of others: a first password, another first password, an end.
//!
//! Works with and without a running server: sessions are the server's ([`Identity::reset`] ends them).

use querschnitt_domain::ActorId;
use querschnitt_store::Keys;
use zeroize::Zeroizing;

use crate::credentials::{Credential, CredentialError, Credentials};
use crate::identity::Identity;
use crate::login::{LoginDigest, LoginName};
use crate::password::{self, Hasher, Password};

/// Why there is no first password.
#[derive(Debug, thiserror::Error)]
pub enum FirstPasswordError {
    /// See [`CredentialError`].
    #[error(transparent)]
    Credentials(#[from] CredentialError),
    /// The machine gives no randomness, memory or thread.
    #[error("Der Rechner gibt keinen Zufall, keinen Speicher oder keine Threads her: {0}")]
    Machine(#[from] std::io::Error),
}

/// Gives an account a first password that has to be changed at the first sign-in, and removes its second factor.
/// Whatever it had before is gone. `now` in seconds since 1970. The password is shown to whoever asked for it, once.
///
/// # Errors
/// See [`FirstPasswordError`].
pub async fn give_first_password(
    credentials: &std::sync::Arc<Credentials>,
    account: ActorId,
    login: LoginDigest,
    now: i64,
) -> Result<Zeroizing<String>, FirstPasswordError> {
    let first = password::first()?;
    let hash = Hasher::new()?
        .hash(Password::new(&first))
        .await
        .map_err(|busy| std::io::Error::other(busy.to_string()))?;
    let credential = Credential::first(login, hash, now);
    let credentials = std::sync::Arc::clone(credentials);
    tokio::task::spawn_blocking(move || credentials.put(account, credential))
        .await
        .map_err(std::io::Error::other)??;
    Ok(first)
}

/// The digest of a sign-in name.
#[must_use]
pub fn login_digest(keys: &Keys, name: &LoginName) -> LoginDigest {
    LoginDigest::of(keys, name.as_str())
}

impl Identity {
    /// What follows in a running server when an account got another first password or was locked: nobody is signed in
    /// to it any more, and its name may be tried anew.
    pub fn reset(&self, account: ActorId) {
        self.sessions.end_all(account);
        self.limiter.forget_codes(account);
        if let Some(kept) = self.credentials.get(account) {
            self.limiter.forget(kept.login());
            self.limiter
                .forget(LoginDigest::of_second_factor(self.keys(), account));
        }
    }
}
