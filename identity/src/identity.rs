//! What belongs together to find out who is asking.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use axum::http::{HeaderMap, HeaderValue};
use querschnitt_domain::ActorId;
use querschnitt_store::{Clock, Keys};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::cookies::{Cookies, Which};
use crate::credentials::{Credentials, Stamp};
use crate::directory::{AccountState, Directory};
use crate::oidc::Provider;
use crate::origin::Site;
use crate::password::Hasher;
use crate::rate::Limiter;
use crate::sessions::{Basis, Session, Sessions, Stage, Times};

/// The header that every request of a session that changes something has to have.
pub const CSRF_HEADER: &str = "querschnitt-csrf";

/// Accounts, sessions and what protects them, of a running server.
pub struct Identity {
    /// The secrets of local accounts.
    pub credentials: Arc<Credentials>,
    /// Who is signed in.
    pub sessions: Sessions,
    pub(crate) hasher: Hasher,
    pub(crate) limiter: Limiter,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) cookies: Cookies,
    pub(crate) clock: Arc<dyn Clock>,
    /// For what lasts or waits: it never jumps, as the clock may.
    pub(crate) monotonic: Arc<dyn Fn() -> Instant + Send + Sync>,
    /// Where somebody can sign in elsewhere.
    pub(crate) provider: Option<Arc<Provider>>,
}

/// How a server is set up.
#[derive(Clone, Debug)]
pub struct Setup {
    /// How long sessions last.
    pub times: Times,
    /// Whether the server is reached by TLS (its own or a proxy's).
    pub secure: bool,
    /// Sign-in at a provider.
    pub provider: Option<Arc<Provider>>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity")
    }
}

/// What a request of a session is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Use {
    /// It changes nothing (GET).
    Read,
    /// It may change something.
    Write,
    /// It opens a WebSocket, over which anything may come.
    Socket,
    /// A stream that is open goes on; nobody did anything.
    Recheck,
}

/// Somebody who is signed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SignedIn {
    /// Who.
    pub account: ActorId,
    /// The role that was chosen, by its grant.
    pub grant: Option<Uuid>,
}

/// Why a request of a browser is not let in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotSignedIn {
    /// There is no session, or it has ended.
    None,
    /// There is one, but the request may come from somebody else's page.
    Foreign,
}

impl Identity {
    /// Puts it together.
    ///
    /// # Errors
    /// When the system gives no randomness or no memory.
    pub fn new(
        credentials: Arc<Credentials>,
        directory: Arc<dyn Directory>,
        clock: Arc<dyn Clock>,
        setup: Setup,
    ) -> std::io::Result<Self> {
        Ok(Self {
            credentials,
            sessions: Sessions::new(setup.times),
            hasher: Hasher::new()?,
            limiter: Limiter::default(),
            directory,
            cookies: Cookies {
                secure: setup.secure,
            },
            clock,
            monotonic: Arc::new(Instant::now),
            provider: setup.provider,
        })
    }

    /// The provider at which people sign in, where there is one.
    #[must_use]
    pub const fn provider(&self) -> Option<&Arc<Provider>> {
        self.provider.as_ref()
    }

    /// Who is signed in in the browser that sent these headers. Asked anew at every request: an account that was
    /// locked since has no sessions any more.
    ///
    /// # Errors
    /// See [`NotSignedIn`].
    pub async fn signed_in(&self, headers: &HeaderMap, to: Use) -> Result<SignedIn, NotSignedIn> {
        let found = self.session(headers, to != Use::Recheck).await;
        let (_, session) = found.ok_or(NotSignedIn::None)?;
        if session.stage != Stage::Full {
            return Err(NotSignedIn::None);
        }
        let site = self.site(headers);
        let welcome = match to {
            Use::Read => site != Site::Foreign,
            Use::Write => site != Site::Foreign && has_csrf(headers, &session),
            // Headers can't be added to these by pages; the origin is always there.
            Use::Socket | Use::Recheck => site == Site::Own || to == Use::Recheck,
        };
        if !welcome {
            return Err(NotSignedIn::Foreign);
        }
        Ok(SignedIn {
            account: session.account,
            grant: session.grant,
        })
    }

    /// Begins a session of somebody whom a provider vouches for; the header gives the browser its cookie.
    ///
    /// # Errors
    /// When the system gives no randomness, or the account may not sign in (any more).
    pub async fn begin_session(
        &self,
        headers: &HeaderMap,
        account: ActorId,
    ) -> std::io::Result<HeaderValue> {
        let AccountState::Active { last_lock } = self.directory.state(account).await else {
            return Err(std::io::Error::other("the account may not sign in"));
        };
        let before = self.cookies.read(headers, Which::Session);
        let before = before.as_ref().map(|id| id.as_str());
        let basis = Basis {
            stamp: None,
            last_lock,
        };
        let id = self
            .sessions
            .begin(account, Stage::Full, basis, before, self.instant())?;
        tracing::info!(%account, "signed in by a provider");
        self.cookies
            .set(Which::Session, &id)
            .ok_or_else(|| std::io::Error::other("no cookie could be made"))
    }

    /// The session of a browser, with its id, at whatever stage; none of an account that is not active, and none that
    /// was begun with a password that is another now or before the account was locked, however that came about in
    /// between and also where the account was unlocked since.
    pub(crate) async fn session(
        &self,
        headers: &HeaderMap,
        used: bool,
    ) -> Option<(Zeroizing<String>, Session)> {
        let id = self.cookies.read(headers, Which::Session)?;
        let now = self.instant();
        let session = match used {
            true => self.sessions.use_now(&id, now),
            false => self.sessions.peek(&id, now),
        }?;
        let Basis { stamp, last_lock } = session.basis;
        if stamp.is_some() && stamp != self.stamp_of(session.account) {
            self.sessions.end(&id);
            return None;
        }
        match self.directory.state(session.account).await {
            AccountState::Active { last_lock: now } if now == last_lock => Some((id, session)),
            AccountState::Active { .. } => {
                self.sessions.end(&id);
                None
            }
            AccountState::Locked | AccountState::Unknown => {
                self.sessions.end_all(session.account);
                None
            }
        }
    }

    fn stamp_of(&self, account: ActorId) -> Option<Stamp> {
        self.credentials.get(account).map(|kept| kept.stamp())
    }

    pub(crate) fn site(&self, headers: &HeaderMap) -> Site {
        Site::of(headers, self.cookies.secure)
    }

    pub(crate) fn keys(&self) -> &Keys {
        self.credentials.keys()
    }

    pub(crate) fn instant(&self) -> Instant {
        (self.monotonic)()
    }

    /// Seconds since 1970.
    pub(crate) fn seconds(&self) -> i64 {
        self.clock.now().unix_timestamp()
    }
}

fn has_csrf(headers: &HeaderMap, session: &Session) -> bool {
    headers
        .get(CSRF_HEADER)
        .and_then(|given| given.to_str().ok())
        .is_some_and(|given| session.csrf_is(given))
}
