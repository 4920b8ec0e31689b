//! What people change about their own account: the password and the second factor.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::HeaderMap;
use querschnitt_domain::ActorId;
use zeroize::Zeroizing;

use crate::credentials::{Credential, CredentialError, SecondFactor, Stamp};
use crate::identity::Identity;
use crate::password::{Password, TooWeak};
use crate::sessions::Session;
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
    /// The code of the second factor that is on does not count.
    #[error(
        "Der Code des bisherigen zweiten Faktors gilt nicht. Jeder gilt nur einmal; warten Sie auf den nächsten, oder nehmen Sie einen Wiederherstellungscode."
    )]
    Current,
    /// Somebody changed or reset the account meanwhile.
    #[error("Das Konto wurde inzwischen geändert. Bitte melden Sie sich neu an.")]
    Changed,
}

impl OwnError {
    /// The field it is about, in forms that have it.
    pub(crate) const fn field(self) -> &'static str {
        match self {
            Self::SignIn(_) | Self::Changed => "",
            Self::Weak(_) | Self::Same => "new",
            Self::Differ => "again",
            Self::Code => "code",
            Self::Current => "current",
        }
    }
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

/// What is sent to turn a second factor on.
pub(crate) struct Wanted<'a> {
    /// The secret that was offered, sealed.
    pub(crate) sealed: &'a str,
    /// A code of it.
    pub(crate) code: &'a str,
    /// The password.
    pub(crate) password: Password,
    /// A code of the second factor that is on, if one is.
    pub(crate) current: &'a str,
}

impl Identity {
    /// Another password; all other sessions end, and this one gets a new id. `old` only where it is asked for, which is
    /// not right after it was given.
    pub(crate) async fn change_password(
        &self,
        headers: &HeaderMap,
        address: IpAddr,
        session: &Session,
        old: Option<Password>,
        new: Password,
        again: Password,
    ) -> Result<Begun, OwnError> {
        let account = session.account;
        let proven = match old {
            Some(old) => Some(self.confirm(headers, address, account, old).await?.stamp()),
            None => session.basis.stamp,
        };
        let proven = proven.ok_or(SignInError::Wrong)?;
        let kept = self.kept(account)?;
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
        let stamp = Stamp::of(&hash);
        let changed = self.change(account, move |kept| {
            // Whoever resets the account or changes it elsewhere meanwhile is not overruled with what was so before.
            let is_proven = kept.stamp() == proven;
            if is_proven {
                kept.password = hash;
                kept.first_until = None;
            }
            is_proven
        });
        self.done(account, changed.await)?;
        self.sessions.end_all(account);
        self.limiter.forget_codes(account);
        tracing::info!(%account, "changed the password");
        Ok(self.begin_anew(headers, session, stamp)?)
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

    /// Turns the second factor on. In the place of one that was there only with a code of that one (`current`), or a
    /// recovery code. Gives the recovery codes, to be shown once.
    pub(crate) async fn set_second_factor(
        &self,
        headers: &HeaderMap,
        address: IpAddr,
        account: ActorId,
        wanted: Wanted<'_>,
    ) -> Result<Vec<Zeroizing<String>>, OwnError> {
        let secret = self.pending(account, wanted.sealed).ok_or(OwnError::Code)?;
        let now = u64::try_from(self.seconds()).unwrap_or(0);
        // First, so that a mistyped one does not use up the code of the old one.
        let step = totp::step_of(&secret, wanted.code, now).ok_or(OwnError::Code)?;
        let proven = self
            .confirm_both(headers, address, account, wanted.password, wanted.current)
            .await?;
        let (codes, kept) = recovery::new_codes(self.keys(), account).map_err(SignInError::from)?;
        let changed = self.change(account, move |credential| {
            let is_proven = credential.has_the_factors_of(&proven);
            if is_proven {
                credential.second = Some(SecondFactor {
                    secret,
                    used_step: step,
                    recovery: kept,
                });
            }
            is_proven
        });
        self.done(account, changed.await)?;
        self.limiter.forget_codes(account);
        tracing::info!(%account, "turned the second factor on");
        Ok(codes)
    }

    /// Turns the second factor off, with a code of it (`current`) or a recovery code.
    pub(crate) async fn remove_second_factor(
        &self,
        headers: &HeaderMap,
        address: IpAddr,
        account: ActorId,
        password: Password,
        current: &str,
    ) -> Result<(), OwnError> {
        let proven = self
            .confirm_both(headers, address, account, password, current)
            .await?;
        let changed = self.change(account, move |credential| {
            let is_proven = credential.has_the_factors_of(&proven);
            if is_proven {
                credential.second = None;
            }
            is_proven
        });
        self.done(account, changed.await)?;
        self.limiter.forget_codes(account);
        tracing::info!(%account, "turned the second factor off");
        Ok(())
    }

    /// Asks for the password again before something that whoever finds an open browser must not do. Gives the secrets
    /// that were proven: they may be others by now.
    async fn confirm(
        &self,
        headers: &HeaderMap,
        address: IpAddr,
        account: ActorId,
        password: Password,
    ) -> Result<Arc<Credential>, OwnError> {
        let kept = self.kept(account)?;
        let stored = Some(kept.password.clone());
        let right = self.check_password(headers, address, kept.login(), password, stored);
        match right.await? {
            true => Ok(kept),
            false => Err(SignInError::Wrong.into()),
        }
    }

    /// The same with a code, where there is a second factor: who knows the password and found an open browser must not
    /// get rid of it.
    async fn confirm_both(
        &self,
        headers: &HeaderMap,
        address: IpAddr,
        account: ActorId,
        password: Password,
        current: &str,
    ) -> Result<Arc<Credential>, OwnError> {
        let proven = self.confirm(headers, address, account, password).await?;
        if proven.has_second_factor() {
            let checked = self.check_code(headers, address, account, current).await;
            checked.map_err(|error| match error {
                SignInError::Wrong => OwnError::Current,
                other => other.into(),
            })?;
        }
        Ok(proven)
    }

    fn kept(&self, account: ActorId) -> Result<Arc<Credential>, OwnError> {
        Ok(self.credentials.get(account).ok_or(SignInError::Wrong)?)
    }

    /// Changes the secrets of an account on a thread that may wait for the disk.
    pub(crate) async fn change(
        &self,
        account: ActorId,
        change: impl FnOnce(&mut Credential) -> bool + Send + 'static,
    ) -> Result<bool, CredentialError> {
        let credentials = Arc::clone(&self.credentials);
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
            Ok(false) => Err(OwnError::Changed),
            Err(error) => {
                tracing::error!(%error, %account, "an account could not be changed");
                Err(SignInError::Busy.into())
            }
        }
    }
}
