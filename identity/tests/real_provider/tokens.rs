//! Tokens of the provider: keys that change, floods, and what counts.

use std::sync::Arc;

use querschnitt_identity::jwt::{Invalid, Wrong};
use querschnitt_identity::oidc::{Stopped, Unanswered, account};
use serde_json::{Value, json};

use crate::world::{went, world, world_with};

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
