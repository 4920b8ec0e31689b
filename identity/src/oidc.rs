//! Sign-in at a provider (OpenID Connect, authorization code with PKCE), and bearer tokens of that provider.
//!
//! `docs/adr/0017-sign-in-at-a-provider.md` says what is checked and why.

mod address;
mod attempt;
mod claims;
mod discovery;
mod http;
mod kept;
mod logout;
mod settings;
mod sign_in;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use querschnitt_domain::ActorId;
use querschnitt_store::Clock;
use zeroize::Zeroizing;

pub use attempt::{Foreign, LONGEST};
pub use claims::account;
pub use http::Unanswered;
pub use settings::{Config, Settings, WrongSetting};
pub use sign_in::{Begun, SignedIn, Stopped};

use crate::directory::ProviderIdentity;
use crate::jwt::claims::Expected;
use crate::jwt::key::{self, Key};
use crate::jwt::{Invalid, Signed, Token};
use attempt::Attempts;
use discovery::Metadata;
use http::Client;
use kept::{Kept, Load, Pace, Ticks};

/// Where a sign-in at the provider begins.
pub const BEGIN: &str = "/auth/provider";

/// Where the provider sends browsers back to.
pub const CALLBACK: &str = "/auth/provider/callback";

/// Where the provider says that somebody signed out there.
pub const BACKCHANNEL_LOGOUT: &str = "/auth/provider/backchannel-logout";

/// The provider of the settings.
pub struct Provider {
    config: Config,
    clock: Arc<dyn Clock>,
    client: Client,
    metadata: Arc<Kept<Metadata>>,
    keys: Arc<Kept<Vec<Key>>>,
    attempts: Attempts,
    hints: Mutex<Hints>,
}

/// The last ID token of those who signed in, so that the provider knows who signs out.
type Hints = HashMap<ActorId, Zeroizing<String>>;

/// More are not kept; whoever signs out without one is asked at the provider.
const MOST_HINTS: usize = 4_096;

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl Provider {
    /// Nothing is fetched yet: the server starts, and local accounts work, while the provider is down.
    ///
    /// # Errors
    /// When the system gives no random bits.
    pub fn new(config: Config, clock: Arc<dyn Clock>) -> Result<Arc<Self>, getrandom::Error> {
        Self::paced(config, clock, Pace::USUAL, Arc::new(Instant::now))
    }

    fn paced(
        config: Config,
        clock: Arc<dyn Clock>,
        pace: Pace,
        ticks: Ticks,
    ) -> Result<Arc<Self>, getrandom::Error> {
        let loopback = address::is_loopback(&config.issuer);
        let client = Client::new(config.roots.clone(), loopback);
        let load: Load<Metadata> = {
            let (client, issuer) = (client.clone(), config.issuer.clone());
            Arc::new(move || {
                let (client, issuer) = (client.clone(), issuer.clone());
                Box::pin(async move {
                    let found = client.object(&discovery::address(&issuer)).await?;
                    Metadata::read(&found, &issuer)
                })
            })
        };
        let metadata = Kept::new(load, pace, Arc::clone(&ticks));
        let load: Load<Vec<Key>> = {
            let (client, metadata) = (client.clone(), Arc::clone(&metadata));
            Arc::new(move || {
                let (client, metadata) = (client.clone(), Arc::clone(&metadata));
                Box::pin(async move {
                    let address = &metadata.get().await?.jwks_uri;
                    key::set(&client.bytes(address).await?)
                        .ok_or(Unanswered::Content("no set of keys"))
                })
            })
        };
        Ok(Arc::new(Self {
            keys: Kept::new(load, pace, ticks),
            metadata,
            client,
            attempts: Attempts::new()?,
            hints: Mutex::default(),
            clock,
            config,
        }))
    }

    /// What people call the provider.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.config.label
    }

    /// Who bears an access token of the provider. Causes at most a fetch of the keys, and that not often.
    ///
    /// # Errors
    /// Why it does not count; for the log only.
    pub async fn bearer(&self, token: &str) -> Result<ProviderIdentity, Invalid> {
        // Without an audience of our own, tokens for anybody would count.
        let audience = self.config.audience.as_ref().ok_or(Invalid::Kind)?;
        let signed = self.signed(token).await?;
        signed.kind(&["at+jwt"])?;
        // Providers that call everything a JWT (Keycloak) say in the claims what it is. An ID token or a logout
        // token is no access token, whatever its audience.
        let is_other = |name: &str| signed.claims.contains_key(name);
        let named = signed.claims.get("typ").and_then(|kind| kind.as_str());
        if ["nonce", "at_hash", "c_hash", "s_hash", "events"]
            .iter()
            .any(|name| is_other(name))
            || named.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer"))
        {
            return Err(Invalid::Kind);
        }
        let base = self.expected(audience).check(&signed.claims)?;
        let mapping = &self.config.mapping;
        Ok(mapping.identity(&self.config.issuer, &base, &signed.claims))
    }

    /// What is in a token of the provider, its signature checked with the provider's keys. A key that is not known
    /// is looked for once more at the provider, if it was not asked a moment ago.
    async fn signed(&self, token: &str) -> Result<Signed, Invalid> {
        let token = Token::read(token, &self.config.algorithms)?;
        let unanswered = |error: Unanswered| {
            tracing::debug!(%error, "no keys");
            Invalid::NoKeys
        };
        let keys = self.keys.get().await.map_err(unanswered)?;
        match token.verified(&keys) {
            Err(Invalid::UnknownKey) => {
                let newer = self.keys.newer(&keys).await.map_err(unanswered)?;
                token.verified(&newer)
            }
            found => found,
        }
    }

    fn expected<'a>(&'a self, audience: &'a str) -> Expected<'a> {
        Expected {
            issuer: &self.config.issuer,
            audience,
            now: self.now(),
            skew: self.config.skew,
        }
    }

    /// In seconds since 1970.
    fn now(&self) -> i64 {
        self.clock.now().unix_timestamp()
    }
}
