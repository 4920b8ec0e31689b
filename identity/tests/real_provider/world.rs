//! A provider there and ours here, and a clock between them that can be moved.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::provider::{self, Browser};
use querschnitt_domain::Role;
use querschnitt_identity::oidc::{Provider, Settings, SignedIn, Stopped};
use querschnitt_store::Clock;
use serde_json::{Value, json};
use time::OffsetDateTime;

/// What carries the value of a begun sign-in in these tests.
pub(crate) const COOKIE: &str = "begun";

pub(crate) const BACK: &str = "http://127.0.0.1:9/auth/provider/callback";

/// The machine's clock, moved by some seconds.
#[derive(Debug, Default)]
pub(crate) struct Moved(pub(crate) AtomicI64);

impl Clock for Moved {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc() + time::Duration::seconds(self.0.load(Ordering::SeqCst))
    }
}

pub(crate) struct World {
    pub(crate) there: provider::Provider,
    pub(crate) here: Arc<Provider>,
    pub(crate) clock: Arc<Moved>,
    _folder: tempfile::TempDir,
}

pub(crate) fn world_with(options: &Value, change: impl FnOnce(&mut Settings)) -> World {
    let there = provider::Provider::start(options);
    there.person("ayse", &claims());
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "geheim: mit+Zeichen/%\n").unwrap();
    let mut settings = Settings {
        issuer: Some(there.issuer.clone()),
        client_id: Some("querschnitt".into()),
        client_secret_file: Some(secret),
        public_address: Some("http://127.0.0.1:9".into()),
        audience: Some("querschnitt-api".into()),
        claims_roles: Some("realm_access.roles".into()),
        claims_centre: Some("centre".into()),
        roles: vec![(Role::KiOfficer, vec!["ki-fachkraft".into()])],
        ..Settings::default()
    };
    change(&mut settings);
    let config = settings.check().unwrap().unwrap();
    let clock = Arc::new(Moved::default());
    let here = Provider::new(config, Arc::clone(&clock) as _).unwrap();
    World {
        there,
        here,
        clock,
        _folder: folder,
    }
}

pub(crate) fn world() -> World {
    world_with(&json!({}), |_| ())
}

pub(crate) fn claims() -> Value {
    json!({
        "name": "Ayşe Öztürk", "centre": "05711",
        "realm_access": {"roles": ["ki-fachkraft", "offline_access"]},
    })
}

/// A browser that went to the provider and came back, and where to.
pub(crate) async fn went(world: &World) -> (Browser, String) {
    let begun = world.here.begin().await.unwrap();
    let mut browser = Browser::default();
    browser.set_cookie(&format!("{COOKIE}={}", begun.cookie));
    let back = browser.follow(&begun.location, BACK);
    (browser, back)
}

impl World {
    pub(crate) async fn finish(&self, browser: &Browser, back: &str) -> Result<SignedIn, Stopped> {
        let (_, query) = back.split_once('?').unwrap();
        let cookie = browser.cookie(COOKIE);
        self.here.finish(query, cookie).await
    }

    pub(crate) async fn sign_in(&self) -> Result<SignedIn, Stopped> {
        let (browser, back) = went(self).await;
        self.finish(&browser, &back).await
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.now().unix_timestamp()
    }

    /// The claims of a good access token.
    pub(crate) fn access(&self) -> Value {
        let mut all = claims();
        let more = json!({
            "iss": self.there.issuer, "aud": "querschnitt-api", "sub": "ayse",
            "iat": self.now(), "exp": self.now() + 300, "jti": "1", "client_id": "fachverfahren",
        });
        for (name, value) in more.as_object().unwrap() {
            all[name] = value.clone();
        }
        all
    }

    pub(crate) fn token(&self, change: impl Fn(&mut Value, &mut Value)) -> String {
        let mut header = json!({"alg": "ES256", "typ": "at+jwt"});
        let mut claims = self.access();
        change(&mut header, &mut claims);
        self.there.sign(&header, &claims, "own")
    }
}
