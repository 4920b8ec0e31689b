//! Sign-in and bearer tokens against a real provider (npm `oidc-provider`), which nobody here wrote.

#[path = "../../tests/src/provider.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "written for a crate of its own; not all of it is needed here"
)]
mod provider;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use provider::{Browser, parameter};
use querschnitt_domain::Role;
use querschnitt_identity::jwt::{Invalid, Wrong};
use querschnitt_identity::oidc::{Foreign, Provider, Settings, Stopped, Unanswered, account};
use querschnitt_store::Clock;
use serde_json::{Value, json};
use time::OffsetDateTime;

/// What carries the value of a begun sign-in in these tests.
const COOKIE: &str = "begun";

const BACK: &str = "http://127.0.0.1:9/auth/provider/callback";

/// The machine's clock, moved by some seconds.
#[derive(Debug, Default)]
struct Moved(AtomicI64);

impl Clock for Moved {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc() + time::Duration::seconds(self.0.load(Ordering::SeqCst))
    }
}

struct World {
    there: provider::Provider,
    here: Arc<Provider>,
    clock: Arc<Moved>,
    _folder: tempfile::TempDir,
}

fn world_with(options: &Value, change: impl FnOnce(&mut Settings)) -> World {
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

fn world() -> World {
    world_with(&json!({}), |_| ())
}

fn claims() -> Value {
    json!({
        "name": "Ayşe Öztürk", "centre": "05711",
        "realm_access": {"roles": ["ki-fachkraft", "offline_access"]},
    })
}

/// A browser that went to the provider and came back, and where to.
async fn went(world: &World) -> (Browser, String) {
    let begun = world.here.begin().await.unwrap();
    let mut browser = Browser::default();
    browser.set_cookie(&format!("{COOKIE}={}", begun.cookie));
    let back = browser.follow(&begun.location, BACK);
    (browser, back)
}

impl World {
    async fn finish(
        &self,
        browser: &Browser,
        back: &str,
    ) -> Result<querschnitt_identity::oidc::SignedIn, Stopped> {
        let (_, query) = back.split_once('?').unwrap();
        let cookie = browser.cookie(COOKIE);
        self.here.finish(query, cookie).await
    }

    async fn sign_in(&self) -> Result<querschnitt_identity::oidc::SignedIn, Stopped> {
        let (browser, back) = went(self).await;
        self.finish(&browser, &back).await
    }

    fn now(&self) -> i64 {
        self.clock.now().unix_timestamp()
    }

    /// The claims of a good access token.
    fn access(&self) -> Value {
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

    fn token(&self, change: impl Fn(&mut Value, &mut Value)) -> String {
        let mut header = json!({"alg": "ES256", "typ": "at+jwt"});
        let mut claims = self.access();
        change(&mut header, &mut claims);
        self.there.sign(&header, &claims, "own")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_signs_in_with_every_kind_of_client_and_key() {
    for (client, secret) in [
        ("querschnitt", true),
        ("querschnitt-post", true),
        ("querschnitt-public", false),
        ("querschnitt-eddsa", true),
    ] {
        let world = world_with(&json!({}), |settings| {
            settings.client_id = Some(client.into());
            if !secret {
                settings.client_secret_file = None;
            }
        });
        let signed_in = world.sign_in().await.unwrap();
        let identity = signed_in.identity;
        assert_eq!(identity.issuer, world.there.issuer);
        assert_eq!(identity.subject, "ayse");
        assert_eq!(identity.name.as_deref(), Some("Ayşe Öztürk"));
        assert_eq!(identity.roles.len(), 1);
        assert_eq!(identity.roles[0].role, Role::KiOfficer);
        assert_eq!(identity.roles[0].centre.as_str(), "05711");
        assert!((world.now() - identity.issued_at).abs() < 60);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_that_only_userinfo_tells_are_asked_for_there() {
    let options = json!({"userinfoOnly": true});
    let without = world_with(&options, |_| ());
    assert_eq!(without.sign_in().await.unwrap().identity.roles, []);
    let with = world_with(&options, |settings| settings.userinfo = true);
    assert_eq!(with.sign_in().await.unwrap().identity.roles.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_counts_once_in_the_browser_that_asked() {
    let world = world();
    let (browser, back) = went(&world).await;
    let (stranger, _) = went(&world).await;
    let foreign = |stopped: Result<_, Stopped>| match stopped {
        Err(Stopped::Foreign(foreign)) => foreign,
        other => panic!("{:?}", other.err()),
    };
    let state = parameter(&back, "state").unwrap();
    let asked = world.there.count("/token");
    assert_eq!(
        foreign(world.finish(&Browser::default(), &back).await),
        Foreign::NotBegun
    );
    assert_eq!(
        foreign(world.finish(&stranger, &back).await),
        Foreign::State
    );
    let other = back.replace(&state, &state.to_lowercase());
    assert_eq!(
        foreign(world.finish(&browser, &other).await),
        Foreign::State
    );
    let twice = format!("{back}&state={state}");
    assert_eq!(
        world.finish(&browser, &twice).await.err(),
        Some(Stopped::Malformed)
    );
    assert_eq!(
        world.there.count("/token"),
        asked,
        "no code went out before"
    );
    assert!(world.finish(&browser, &back).await.is_ok());
    assert_eq!(foreign(world.finish(&browser, &back).await), Foreign::Again);
    // A code that was used: the provider refuses it too.
    let code = parameter(&back, "code").unwrap();
    let (browser, later) = went(&world).await;
    let replayed = later.replace(&parameter(&later, "code").unwrap(), &code);
    let refused = world.finish(&browser, &replayed).await.err();
    assert_eq!(refused, Some(Stopped::Refused("invalid_grant".into())));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_another_provider_is_refused_before_the_code_goes_anywhere() {
    let world = world();
    for change in ["http%3A%2F%2Fother.example", ""] {
        let (browser, back) = went(&world).await;
        let issuer = back
            .split("iss=")
            .nth(1)
            .unwrap()
            .split('&')
            .next()
            .unwrap();
        let asked = world.there.count("/token");
        let other = if change.is_empty() {
            back.replace(&format!("iss={issuer}"), "x=y")
        } else {
            back.replace(issuer, change)
        };
        let refused = world.finish(&browser, &other).await.err();
        assert_eq!(refused, Some(Stopped::OtherIssuer));
        assert_eq!(world.there.count("/token"), asked);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_at_the_provider_and_nonsense_in_the_address_stop_the_sign_in() {
    let world = world();
    for (query, stopped) in [
        (
            "error=access_denied",
            Stopped::Refused("access_denied".into()),
        ),
        ("error=%3Cscript%3E", Stopped::Refused("script".into())),
        ("", Stopped::Malformed),
        ("code=a&error=b", Stopped::Malformed),
        ("code=a&code=b", Stopped::Malformed),
        ("code=%ff", Stopped::Malformed),
    ] {
        let (browser, back) = went(&world).await;
        let (address, old) = back.split_once("?").unwrap();
        let kept: Vec<&str> = old
            .split('&')
            .filter(|pair| !pair.starts_with("code="))
            .collect();
        let back = format!("{address}?{}&{query}", kept.join("&"));
        assert_eq!(
            world.finish(&browser, &back).await.err(),
            Some(stopped),
            "{query}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_that_does_not_fit_lets_nobody_in() {
    let world = world();
    let now = world.now();
    let wrong = |wrong| Invalid::Claims(wrong);
    for (change, refused) in [
        (json!({"claims": {"nonce": "another"}}), wrong(Wrong::Nonce)),
        (json!({"without": ["nonce"]}), wrong(Wrong::Nonce)),
        (
            json!({"claims": {"aud": "somebody"}}),
            wrong(Wrong::Audience),
        ),
        (
            json!({"claims": {"aud": ["querschnitt", "somebody"]}}),
            wrong(Wrong::Audience),
        ),
        (
            json!({"claims": {"azp": "somebody"}}),
            wrong(Wrong::Audience),
        ),
        (
            json!({"claims": {"iss": "https://other.example"}}),
            wrong(Wrong::Issuer),
        ),
        (json!({"claims": {"exp": now - 120}}), wrong(Wrong::Expired)),
        (json!({"claims": {"iat": now + 120}}), wrong(Wrong::NotYet)),
        (json!({"without": ["iat"]}), wrong(Wrong::Claim("iat"))),
        (
            json!({"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}}),
            wrong(Wrong::AccessToken),
        ),
        (json!({"claims": {"typ": "Bearer"}}), Invalid::Kind),
        (json!({"header": {"typ": "at+jwt"}}), Invalid::Kind),
        (json!({"header": {"kid": "ES256-1"}}), Invalid::Signature),
    ] {
        let _ = world.there.tell("tamper", &change);
        let stopped = world.sign_in().await.err();
        assert_eq!(stopped, Some(Stopped::Token(refused)), "{change}");
    }
    let _ = world.there.tell(
        "tamper",
        &json!({"claims": {"aud": ["querschnitt", "x"], "azp": "querschnitt"}}),
    );
    assert!(
        world.sign_in().await.is_ok(),
        "what is allowed goes on working"
    );
    let _ = world.there.tell("tamper", &Value::Null);
    let (browser, back) = went(&world).await;
    world.clock.0.store(420, Ordering::SeqCst);
    let stopped = world.finish(&browser, &back).await.err();
    assert_eq!(stopped, Some(Stopped::Token(wrong(Wrong::Expired))));
    world.clock.0.store(0, Ordering::SeqCst);
    let (browser, back) = went(&world).await;
    world.clock.0.store(1_000, Ordering::SeqCst);
    let stopped = world.finish(&browser, &back).await.err();
    assert_eq!(stopped, Some(Stopped::Foreign(Foreign::TooOld)));
}

#[tokio::test(flavor = "multi_thread")]
async fn new_keys_of_the_provider_are_found_and_old_ones_no_longer_count() {
    let world = world();
    let before = world.token(|_, _| ());
    assert!(world.here.bearer(&before).await.is_ok());
    let _ = world.there.tell("rotate", &Value::Null);
    let after = world.token(|_, _| ());
    assert!(world.here.bearer(&after).await.is_ok());
    assert!(world.sign_in().await.is_ok());
    assert_eq!(
        world.here.bearer(&before).await.err(),
        Some(Invalid::UnknownKey)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_invented_keys_asks_the_provider_a_few_times_only() {
    let world = world();
    let good = world.token(|_, _| ());
    assert!(world.here.bearer(&good).await.is_ok());
    let signed = world.there.sign(
        &json!({"alg": "ES256", "kid": "KID"}),
        &world.access(),
        "foreign",
    );
    let (_, rest) = signed.split_once('.').unwrap();
    let mut all = Vec::new();
    for number in 0..500 {
        let header = base64_of(&format!(r#"{{"alg":"ES256","kid":"invented-{number}"}}"#));
        let (here, token) = (Arc::clone(&world.here), format!("{header}.{rest}"));
        all.push(tokio::spawn(async move { here.bearer(&token).await.err() }));
    }
    for refused in all {
        assert_eq!(refused.await.unwrap(), Some(Invalid::UnknownKey));
    }
    let asked = world.there.count("/jwks");
    assert!((2..=4).contains(&asked), "{asked}");
    assert!(world.here.bearer(&good).await.is_ok());
    // What is wrong in another way does not ask at all.
    let tampered = format!("{}AA", &good[..good.len() - 2]);
    for _ in 0..50 {
        assert!(world.here.bearer(&tampered).await.is_err());
    }
    assert_eq!(world.there.count("/jwks"), asked);
}

fn base64_of(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}

#[tokio::test(flavor = "multi_thread")]
async fn access_tokens_of_the_provider_itself_count_and_nothing_else_does() {
    let world = world();
    let identity = world
        .here
        .bearer(&world.there.access_token())
        .await
        .unwrap();
    assert_eq!(identity.subject, "ayse");
    assert_eq!(identity.roles.len(), 1);
    let id_token = world.sign_in().await.unwrap().id_token;
    let refused = world.here.bearer(&id_token).await.err();
    assert_eq!(refused, Some(Invalid::Kind), "an ID token");
    let now = world.now();
    type Change = fn(&mut Value, &mut Value, i64);
    let cases: [(Change, Option<Invalid>); 14] = [
        (|_, _, _| (), None),
        (|header, _, _| header["typ"] = json!("JWT"), None),
        (|_, claims, _| claims["typ"] = json!("Bearer"), None),
        (
            |_, claims, _| claims["typ"] = json!("ID"),
            Some(Invalid::Kind),
        ),
        (
            |_, claims, _| claims["typ"] = json!("Refresh"),
            Some(Invalid::Kind),
        ),
        (
            |_, claims, _| claims["nonce"] = json!("n"),
            Some(Invalid::Kind),
        ),
        (
            |_, claims, _| claims["events"] = json!({}),
            Some(Invalid::Kind),
        ),
        (
            |header, _, _| header["typ"] = json!("logout+jwt"),
            Some(Invalid::Kind),
        ),
        (
            |_, claims, _| claims["aud"] = json!("account"),
            Some(Invalid::Claims(Wrong::Audience)),
        ),
        (
            |_, claims, _| claims["aud"] = json!("querschnitt"),
            Some(Invalid::Claims(Wrong::Audience)),
        ),
        (
            |_, claims, now| claims["exp"] = json!(now - 61),
            Some(Invalid::Claims(Wrong::Expired)),
        ),
        (
            |_, claims, now| claims["nbf"] = json!(now + 90),
            Some(Invalid::Claims(Wrong::NotYet)),
        ),
        (
            |_, claims, _| claims["iss"] = json!("https://other.example"),
            Some(Invalid::Claims(Wrong::Issuer)),
        ),
        (
            |_, claims, _| claims["sub"] = json!(""),
            Some(Invalid::Claims(Wrong::Claim("sub"))),
        ),
    ];
    for (change, refused) in cases {
        let token = world.token(|header, claims| change(header, claims, now));
        let found = world.here.bearer(&token).await.err();
        assert_eq!(found, refused, "{token}");
    }
    for (header, key) in [
        (json!({"alg": "none"}), ""),
        (json!({"alg": "HS256", "kid": "RS256-1"}), "jwk"),
        (json!({"alg": "HS256", "kid": "RS256-1"}), "modulus"),
    ] {
        let token = world.there.sign(&header, &world.access(), key);
        assert_eq!(
            world.here.bearer(&token).await.err(),
            Some(Invalid::Algorithm)
        );
    }
    let header = json!({"alg": "ES256", "kid": "ES256-1"});
    let forged = world.there.sign(&header, &world.access(), "foreign");
    assert_eq!(
        world.here.bearer(&forged).await.err(),
        Some(Invalid::Signature)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_audience_or_an_algorithm_in_the_settings_no_token_counts() {
    let world = world_with(&json!({}), |settings| settings.audience = None);
    assert_eq!(
        world.here.bearer(&world.token(|_, _| ())).await.err(),
        Some(Invalid::Kind)
    );
    let world = world_with(&json!({}), |settings| {
        settings.algorithms = Some(vec![querschnitt_identity::jwt::Algorithm::Rs256]);
    });
    assert_eq!(
        world.here.bearer(&world.token(|_, _| ())).await.err(),
        Some(Invalid::Algorithm)
    );
    assert!(world.sign_in().await.is_ok(), "ID tokens are RS256");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_provider_is_down_its_keys_go_on_and_sign_in_says_so() {
    let world = world();
    let good = world.token(|_, _| ());
    assert!(world.here.bearer(&good).await.is_ok());
    let (browser, back) = went(&world).await;
    let _ = world.there.tell("down", &json!({"down": true}));
    assert!(world.here.bearer(&good).await.is_ok());
    let stopped = world.finish(&browser, &back).await.err();
    assert_eq!(stopped, Some(Stopped::Unanswered(Unanswered::Status(503))));
    // A server that starts while the provider is down finds it as soon as it is there.
    let other = world_with(&json!({}), |_| ());
    let _ = other.there.tell("down", &json!({"down": true}));
    assert!(matches!(
        other.here.begin().await.err(),
        Some(Stopped::Unanswered(_))
    ));
    assert_eq!(other.here.bearer(&good).await.err(), Some(Invalid::NoKeys));
    let _ = other.there.tell("down", &json!({"down": false}));
    assert!(other.sign_in().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_goes_to_the_provider_and_comes_back() {
    let world = world();
    let begun = world.here.begin().await.unwrap();
    let mut browser = Browser::default();
    browser.set_cookie(&format!("{COOKIE}={}", begun.cookie));
    let back = browser.follow(&begun.location, BACK);
    let signed_in = world.finish(&browser, &back).await.unwrap();
    let there = world
        .here
        .end_session(Some(&signed_in.id_token), "/anmelden")
        .await
        .unwrap();
    let page = browser.get(&there);
    assert_eq!(page.status, 200, "{}", page.text);
    let xsrf = page.text.split("name=\"xsrf\" value=\"").nth(1).unwrap();
    let xsrf = xsrf.split('"').next().unwrap();
    let confirm = format!("{}/session/end/confirm", world.there.issuer);
    let form = [("xsrf", xsrf), ("logout", "yes")];
    let page = browser.post(&confirm, &world.there.issuer, &form);
    let to = page.location.unwrap();
    assert!(to.starts_with("http://127.0.0.1:9/anmelden"), "{to}");
}

#[tokio::test(flavor = "multi_thread")]
async fn logout_tokens_name_whose_sessions_end() {
    let world = world();
    let event = json!({"http://schemas.openid.net/event/backchannel-logout": {}});
    let good = json!({
        "iss": world.there.issuer, "aud": "querschnitt", "sub": "ayse", "jti": "1",
        "iat": world.now(), "exp": world.now() + 120, "events": event, "sid": "s",
    });
    let of = async |change: &dyn Fn(&mut Value)| {
        let mut claims = good.clone();
        change(&mut claims);
        let header = json!({"alg": "ES256", "typ": "logout+jwt"});
        let token = world.there.sign(&header, &claims, "own");
        world.here.logged_out(&token).await
    };
    let ours = account(&world.there.issuer, "ayse");
    assert_eq!(of(&|_| ()).await, Ok(ours));
    let without = |name: &'static str| {
        move |claims: &mut Value| {
            claims.as_object_mut().unwrap().remove(name);
        }
    };
    assert_eq!(of(&without("exp")).await, Ok(ours), "as older providers do");
    for name in ["events", "sub", "jti", "iat", "aud", "iss"] {
        assert!(of(&without(name)).await.is_err(), "{name}");
    }
    assert!(of(&|claims| claims["nonce"] = json!("n")).await.is_err());
    assert!(of(&|claims| claims["aud"] = json!("other")).await.is_err());
    let old = world.now() - 600;
    assert!(
        of(&|claims| {
            claims["iat"] = json!(old);
            claims.as_object_mut().unwrap().remove("exp");
        })
        .await
        .is_err()
    );
    // Other tokens end nothing.
    let id_token = world.sign_in().await.unwrap().id_token;
    assert!(world.here.logged_out(&id_token).await.is_err());
    assert!(
        world
            .here
            .logged_out(&world.token(|_, _| ()))
            .await
            .is_err()
    );
}
