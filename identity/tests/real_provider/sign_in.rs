//! From the provider back to us, and all that must not get anybody in.

use std::sync::atomic::Ordering;

use querschnitt_identity::jwt::{Invalid, Wrong};
use querschnitt_identity::oidc::{Foreign, Stopped};
use serde_json::{Value, json};

use crate::provider::{Browser, parameter};
use crate::world::{BACK, COOKIE, went, world, world_with};
use querschnitt_domain::Role;

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
    // The ID token is signed and counts; userinfo about somebody else does not.
    let _ = with
        .there
        .tell("tamper", &json!({"userinfo": {"iat": 1, "iss": "x"}}));
    let identity = with.sign_in().await.unwrap().identity;
    assert!(identity.issued_at > 1);
    let _ = with
        .there
        .tell("tamper", &json!({"userinfo": {"sub": "somebody"}}));
    let stopped = with.sign_in().await.err();
    assert!(
        matches!(stopped, Some(Stopped::Unanswered(_))),
        "{stopped:?}"
    );
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
