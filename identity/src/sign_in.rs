//! Signing in with a local account: name and password, then the second factor, then another password where the
//! first one was somebody else's. Nothing in an answer, and no time it takes, tells whether an account exists.

use std::net::IpAddr;

use axum::http::HeaderMap;
use querschnitt_domain::ActorId;

use crate::cookies::Which;
use crate::credentials::{Credential, Stamp};
use crate::directory::AccountState;
use crate::identity::Identity;
use crate::login::LoginDigest;
use crate::password::{Busy, Password};
use crate::rate::{Caller, Wait};
use crate::sessions::{Basis, Session, SessionId, Stage};
use crate::{device, recovery, totp};

/// What the browser gets.
#[derive(Debug)]
pub(crate) struct Begun {
    pub(crate) id: SessionId,
    pub(crate) stage: Stage,
    /// A new mark of this browser, where it has none for this name.
    pub(crate) mark: Option<SessionId>,
}

/// Why somebody is not let in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum SignInError {
    /// Name, password or code are wrong, the account is locked, the first password is too old, or there is no account.
    #[error("wrong")]
    Wrong,
    /// Too many tries; again after so many seconds.
    #[error("wait")]
    Wait(u64),
    /// Too many wrong codes of this account; the next is looked at after so many seconds, a recovery code at once.
    #[error("wait for the next code")]
    WaitForCode(u64),
    /// Not possible at the moment; again later.
    #[error("busy")]
    Busy,
}

impl From<Wait> for SignInError {
    fn from(Wait(seconds): Wait) -> Self {
        Self::Wait(seconds)
    }
}

impl From<Busy> for SignInError {
    fn from(_: Busy) -> Self {
        Self::Busy
    }
}

impl From<std::io::Error> for SignInError {
    fn from(error: std::io::Error) -> Self {
        tracing::error!(%error, "a sign-in was not possible");
        Self::Busy
    }
}

impl Identity {
    /// Name and password.
    pub(crate) async fn by_password(
        &self,
        headers: &HeaderMap,
        address: IpAddr,
        name: &str,
        password: Password,
    ) -> Result<(ActorId, Begun), SignInError> {
        let login = LoginDigest::of(self.keys(), name);
        let found = self.credentials.find(&login);
        let stored = found.as_ref().map(|(_, kept)| kept.password.clone());
        let right = self
            .check_password(headers, address, login, password, stored)
            .await?;
        let (true, Some((account, kept))) = (right, found) else {
            tracing::info!("a sign-in was refused");
            return Err(SignInError::Wrong);
        };
        let last_lock = match self.directory.state(account).await {
            AccountState::Active { last_lock } if !kept.is_void(self.seconds()) => last_lock,
            AccountState::Active { .. } | AccountState::Locked | AccountState::Unknown => {
                tracing::info!(%account, "a sign-in was refused: locked, or the first password is too old");
                return Err(SignInError::Wrong);
            }
        };
        // Meanwhile the password may have been changed or reset, and all sessions ended.
        let still = self.credentials.find(&login);
        let same = |now: &Credential| {
            now.password == kept.password && now.has_second_factor() == kept.has_second_factor()
        };
        if !still.is_some_and(|(_, now)| same(&now)) {
            return Err(SignInError::Wrong);
        }
        let stage = match kept.has_second_factor() {
            true => Stage::SecondFactor,
            false => stage_after_factors(&kept),
        };
        let basis = Basis {
            stamp: Some(kept.stamp()),
            last_lock,
        };
        Ok((account, self.begin(headers, account, login, stage, basis)?))
    }

    /// The code of the second factor, or a recovery code. What begins then rests on what the sign-in began with.
    pub(crate) async fn by_code(
        &self,
        headers: &HeaderMap,
        address: IpAddr,
        session: &Session,
        code: &str,
    ) -> Result<Begun, SignInError> {
        let account = session.account;
        let kept = self.credentials.get(account).ok_or(SignInError::Wrong)?;
        // Who comes from a provider has no second factor here.
        session.basis.stamp.ok_or(SignInError::Wrong)?;
        self.check_code(headers, address, account, code).await?;
        let stage = stage_after_factors(&kept);
        self.begin(headers, account, kept.login(), stage, session.basis)
    }

    /// Whether the password of a sign-in name is right, as often as one may try.
    pub(crate) async fn check_password(
        &self,
        headers: &HeaderMap,
        address: IpAddr,
        login: LoginDigest,
        password: Password,
        stored: Option<zeroize::Zeroizing<String>>,
    ) -> Result<bool, SignInError> {
        let caller = self.caller(headers, address, login);
        self.limiter.try_now(login, &caller, self.instant())?;
        match self.hasher.verify(password, stored).await {
            Ok(true) => self.limiter.succeeded(login, &caller),
            Ok(false) => return Ok(false),
            Err(busy) => {
                self.limiter.take_back(login, &caller);
                return Err(busy.into());
            }
        }
        Ok(true)
    }

    /// Uses up a code: the step it belongs to, or the recovery code. Both are counted apart from passwords, and apart
    /// from each other: recovery codes can't be guessed, and help who has to wait because somebody guesses the others.
    pub(crate) async fn check_code(
        &self,
        headers: &HeaderMap,
        address: IpAddr,
        account: ActorId,
        code: &str,
    ) -> Result<(), SignInError> {
        let kept = self.credentials.get(account).ok_or(SignInError::Wrong)?;
        let caller = self.caller(headers, address, kept.login());
        let counted = LoginDigest::of_second_factor(self.keys(), account);
        let is_recovery = recovery::has_the_form(code);
        if is_recovery {
            self.limiter.try_now(counted, &caller, self.instant())?;
        } else {
            let tried = self.limiter.try_code(account, self.instant());
            tried.map_err(|Wait(seconds)| {
                tracing::warn!(%account, seconds, "too many wrong codes: somebody knows the password");
                SignInError::WaitForCode(seconds)
            })?;
        }
        let now = u64::try_from(self.seconds()).unwrap_or(0);
        let used = self.change(account, {
            let (code, credentials) = (code.to_owned(), self.credentials.clone());
            move |kept| use_up(credentials.keys(), account, kept, &code, now)
        });
        let used = used.await;
        match (&used, is_recovery) {
            (Ok(false), _) => {}
            (Ok(true), true) => self.limiter.succeeded(counted, &caller),
            (Err(_), true) => self.limiter.take_back(counted, &caller),
            (Ok(true) | Err(_), false) => self.limiter.take_back_code(account),
        }
        match used {
            Ok(true) => Ok(()),
            Ok(false) => {
                tracing::info!(%account, "a code was refused");
                Err(SignInError::Wrong)
            }
            Err(error) => {
                tracing::error!(%error, %account, "a code could not be used up");
                Err(SignInError::Busy)
            }
        }
    }

    fn begin(
        &self,
        headers: &HeaderMap,
        account: ActorId,
        login: LoginDigest,
        stage: Stage,
        basis: Basis,
    ) -> Result<Begun, SignInError> {
        let before = self.cookies.read(headers, Which::Session);
        let before = before.as_ref().map(|id| id.as_str());
        let id = self
            .sessions
            .begin(account, stage, basis, before, self.instant())?;
        let known = self.mark_of(headers, login).is_some();
        let mark = match stage {
            Stage::Full if !known => Some(device::mark(self.keys(), login)?),
            Stage::Full | Stage::SecondFactor | Stage::NewPassword => None,
        };
        if stage == Stage::Full {
            tracing::info!(%account, "signed in");
        }
        Ok(Begun { id, stage, mark })
    }

    /// A new session after something that ends what others may know of the old one. It rests on the password of this
    /// `stamp`, which was chosen just now; if somebody reset the account since, it is void. What else the old one
    /// rests on still counts.
    pub(crate) fn begin_anew(
        &self,
        headers: &HeaderMap,
        session: &Session,
        stamp: Stamp,
    ) -> Result<Begun, SignInError> {
        let account = session.account;
        let kept = self.credentials.get(account).ok_or(SignInError::Wrong)?;
        let basis = Basis {
            stamp: Some(stamp),
            ..session.basis
        };
        self.begin(headers, account, kept.login(), Stage::Full, basis)
    }

    fn caller(&self, headers: &HeaderMap, address: IpAddr, login: LoginDigest) -> Caller {
        Caller {
            address,
            device: self.mark_of(headers, login),
        }
    }

    fn mark_of(&self, headers: &HeaderMap, login: LoginDigest) -> Option<[u8; 16]> {
        let mark = self.cookies.read(headers, Which::Device)?;
        device::read(self.keys(), login, &mark)
    }
}

const fn stage_after_factors(kept: &Credential) -> Stage {
    match kept.must_change() {
        true => Stage::NewPassword,
        false => Stage::Full,
    }
}

/// Whether a code is good, and then it is good no more.
fn use_up(
    keys: &querschnitt_store::Keys,
    account: ActorId,
    kept: &mut Credential,
    code: &str,
    now: u64,
) -> bool {
    let Some(second) = &mut kept.second else {
        return false;
    };
    if let Some(step) = totp::step_of(&second.secret, code, now) {
        let newer = step > second.used_step;
        second.used_step = second.used_step.max(step);
        return newer;
    }
    match recovery::position(keys, account, &second.recovery, code) {
        Some(at) => {
            second.recovery.remove(at);
            true
        }
        None => false,
    }
}
