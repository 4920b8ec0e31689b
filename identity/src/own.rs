//! What people change about their own account: the password and the second factor.

use std::net::IpAddr;

use axum::http::HeaderMap;
use querschnitt_domain::ActorId;
use zeroize::Zeroizing;

use crate::credentials::{Credential, CredentialError, SecondFactor};
use crate::identity::Identity;
use crate::password::{Password, TooWeak};
use crate::sign_in::{Begun, SignInError};
use crate::{recovery, totp};

/// Keeps the use of the key for secrets that were shown but not confirmed apart from others.
const PENDING: &str = "second-factor";

/// Why something was not changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum OwnError {
    /// As at sign-in.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The new password.
    #[error(transparent)]
    Weak(#[from] TooWeak),
    /// The new password and its repetition differ.
    #[error("Die beiden neuen Kennwörter sind verschieden.")]
    Differ,
    /// The new password is the old one.
    #[error("Das neue Kennwort ist das bisherige.")]
    Same,
    /// The code does not fit the secret that is to be used from now on.
    #[error(
        "Der Code passt nicht. Stimmt die Uhrzeit des Geräts, und ist der neue Schlüssel in der App?"
    )]
    Code,
}

/// A second factor that is to be confirmed.
pub(crate) struct Offer {
    /// To be typed into an app.
    pub(crate) secret: Zeroizing<String>,
    /// To be opened by an app.
    pub(crate) uri: Zeroizing<String>,
    /// Comes back with the confirmation.
    pub(crate) sealed: Zeroizing<String>,
}

impl Identity {
    /// Another password; all other sessions end, and this one gets a new id. `old` only where it is asked for, which is
    /// not right after it was given.
    pub(crate) async fn change_password(
        &self,
        headers: &HeaderMap,
        address: IpAddr,
        account: ActorId,
        old: Option<Password>,
        new: Password,
        again: Password,
    ) -> Result<Begun, OwnError> {
        let kept = self.kept(account)?;
        if let Some(old) = old {
            self.confirm(headers, address, account, old).await?;
        }
        if !new.is(&again) {
            return Err(OwnError::Differ);
        }
        new.check(self.keys(), kept.login())?;
        let stored = Some(kept.password.clone());
        if self
            .hasher
            .verify(new.clone(), stored)
            .await
            .map_err(SignInError::from)?
        {
            return Err(OwnError::Same);
        }
        let hash = self.hasher.hash(new).await.map_err(SignInError::from)?;
        let before = kept.password.clone();
        let changed = self.change(account, move |kept| {
            // Somebody reset it in between: then that counts.
            let unchanged = *kept.password == *before;
            if unchanged {
                kept.password = hash;
                kept.first_until = None;
            }
            unchanged
        });
        self.done(account, changed.await)?;
        self.sessions.end_all(account);
        tracing::info!(%account, "changed the password");
        Ok(self.begin_anew(headers, account)?)
    }

    /// A new secret to be confirmed with a code.
    pub(crate) async fn offer_second_factor(&self, account: ActorId) -> Result<Offer, OwnError> {
        let secret = totp::new_secret().map_err(SignInError::from)?;
        let shown = self.directory.name(account).await.unwrap_or_default();
        Ok(self.offer(account, secret, &shown))
    }

    /// The same secret again, after a code that did not fit.
    pub(crate) async fn offer_again(&self, account: ActorId, sealed: &str) -> Option<Offer> {
        let secret = self.pending(account, sealed)?;
        let shown = self.directory.name(account).await.unwrap_or_default();
        Some(self.offer(account, secret, &shown))
    }

    fn offer(&self, account: ActorId, secret: Zeroizing<String>, shown: &str) -> Offer {
        let content = Zeroizing::new([account.0.as_bytes(), secret.as_bytes()].concat());
        Offer {
            uri: totp::uri(&secret, shown),
            sealed: Zeroizing::new(self.keys().seal_token(PENDING, &content)),
            secret,
        }
    }

    fn pending(&self, account: ActorId, sealed: &str) -> Option<Zeroizing<String>> {
        let content = Zeroizing::new(self.keys().open_token(PENDING, sealed)?);
        let secret = content.strip_prefix(account.0.as_bytes())?;
        std::str::from_utf8(secret)
            .ok()
            .map(|secret| Zeroizing::new(secret.to_owned()))
    }

    /// Turns the second factor on, in the place of one that was there. Gives the recovery codes, to be shown once.
    pub(crate) async fn set_second_factor(
        &self,
        headers: &HeaderMap,
        address: IpAddr,
        account: ActorId,
        sealed: &str,
        password: Password,
        code: &str,
    ) -> Result<Vec<Zeroizing<String>>, OwnError> {
        let secret = self.pending(account, sealed).ok_or(OwnError::Code)?;
        self.confirm(headers, address, account, password).await?;
        let now = u64::try_from(self.seconds()).unwrap_or(0);
        let step = totp::step_of(&secret, code, now).ok_or(OwnError::Code)?;
        let (codes, kept) = recovery::new_codes(self.keys(), account).map_err(SignInError::from)?;
        let changed = self.change(account, move |credential| {
            credential.second = Some(SecondFactor {
                secret,
                used_step: step,
                recovery: kept,
            });
            true
        });
        self.done(account, changed.await)?;
        tracing::info!(%account, "turned the second factor on");
        Ok(codes)
    }

    /// Turns the second factor off.
    pub(crate) async fn remove_second_factor(
        &self,
        headers: &HeaderMap,
        address: IpAddr,
        account: ActorId,
        password: Password,
    ) -> Result<(), OwnError> {
        self.confirm(headers, address, account, password).await?;
        let changed = self.change(account, |credential| credential.second.take().is_some());
        match changed.await {
            Ok(_) => Ok(()),
            Err(error) => self.done(account, Err(error)),
        }?;
        tracing::info!(%account, "turned the second factor off");
        Ok(())
    }

    /// Asks for the password again before something that whoever finds an open browser must not do.
    async fn confirm(
        &self,
        headers: &HeaderMap,
        address: IpAddr,
        account: ActorId,
        password: Password,
    ) -> Result<(), OwnError> {
        let kept = self.kept(account)?;
        let stored = Some(kept.password.clone());
        let right = self.check_password(headers, address, kept.login(), password, stored);
        match right.await? {
            true => Ok(()),
            false => Err(SignInError::Wrong.into()),
        }
    }

    fn kept(&self, account: ActorId) -> Result<std::sync::Arc<Credential>, OwnError> {
        Ok(self.credentials.get(account).ok_or(SignInError::Wrong)?)
    }

    /// Changes the secrets of an account on a thread that may wait for the disk.
    pub(crate) async fn change(
        &self,
        account: ActorId,
        change: impl FnOnce(&mut Credential) -> bool + Send + 'static,
    ) -> Result<bool, CredentialError> {
        let credentials = std::sync::Arc::clone(&self.credentials);
        tokio::task::spawn_blocking(move || credentials.change(account, change))
            .await
            .unwrap_or(Err(CredentialError::Nothing))
    }

    fn done(
        &self,
        account: ActorId,
        changed: Result<bool, CredentialError>,
    ) -> Result<(), OwnError> {
        match changed {
            Ok(true) => Ok(()),
            Ok(false) => Err(SignInError::Wrong.into()),
            Err(error) => {
                tracing::error!(%error, %account, "an account could not be changed");
                Err(SignInError::Busy.into())
            }
        }
    }
}
