//! Sign-in and access tokens of a real provider (npm `oidc-provider`) at the real binary.

use querschnitt_tests::provider::{Browser, Page, Provider, parameter};
use querschnitt_tests::{App, Client, ServerOptions, command};
use serde_json::{Value, json};

struct World {
    there: Provider,
    app: App,
    _folder: tempfile::TempDir,
}

fn claims(roles: &[&str]) -> Value {
    json!({"name": "Ayşe Öztürk", "centre": "05711", "realm_access": {"roles": roles}})
}

fn world() -> World {
    let there = Provider::start(&json!({}));
    there.person("ayse", &claims(&["ki-fachkraft"]));
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "geheim: mit+Zeichen/%\n").unwrap();
    let set = |name: &str, value: &str| (format!("QUERSCHNITT_OIDC_{name}"), value.to_owned());
    let app = App::start_with(ServerOptions {
        arguments: Vec::new(),
        environment: vec![
            set("ISSUER", &there.issuer),
            set("CLIENT_ID", "querschnitt"),
            set("CLIENT_SECRET_FILE", secret.to_str().unwrap()),
            set("PUBLIC_ADDRESS", "http://127.0.0.1:{port}"),
            set("AUDIENCE", "querschnitt-api"),
            set("LABEL", "Kreis-Konto"),
            set("CLAIMS_ROLES", "realm_access.roles"),
            set("CLAIMS_CENTRE", "centre"),
            set("ROLES_KI_OFFICER", "[\"ki-fachkraft\", \"ki-team\"]"),
            set("ROLES_KI_HEAD", "ki-leitung"),
        ],
    });
    let _ = there.tell("client", &json!({"address": app.url()}));
    World {
        there,
        app,
        _folder: folder,
    }
}

impl World {
    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.app.url())
    }

    /// To the provider and back, up to our own answer.
    fn sign_in(&self, browser: &mut Browser) -> Page {
        let back = browser.follow(
            &self.at("/auth/provider"),
            &self.at("/auth/provider/callback"),
        );
        browser.get(&back)
    }

    fn session(&self, browser: &mut Browser) -> Option<Value> {
        let page = browser.get(&self.at("/session"));
        (page.status == 200).then(|| serde_json::from_str(&page.text).unwrap())
    }

    /// The status of a query, as a page of this server asks it.
    fn query(&self, browser: &mut Browser) -> u16 {
        browser
            .get(&self.at("/graphql?query=%7Bcentres%7Bkey%7D%7D"))
            .status
    }

    fn bearer(&self, token: &str) -> (u16, Value) {
        let client = Client::new(self.app.url(), Some(token.to_owned()));
        client
            .post("{ organisations(first: 1) { totalCount } }", &json!({}))
            .unwrap()
    }

    fn token(&self, change: impl FnOnce(&mut Value, &mut Value)) -> String {
        self.signed("own", change)
    }

    fn signed(&self, key: &str, change: impl FnOnce(&mut Value, &mut Value)) -> String {
        let now = now();
        let mut claims = claims(&["ki-fachkraft"]);
        for (name, value) in [
            ("iss", json!(self.there.issuer)),
            ("aud", json!("querschnitt-api")),
            ("sub", json!("ayse")),
            ("iat", json!(now)),
            ("exp", json!(now + 300)),
        ] {
            claims[name] = value;
        }
        let mut header = json!({"alg": "ES256", "typ": "at+jwt"});
        change(&mut header, &mut claims);
        self.there.sign(&header, &claims, key)
    }
}

fn now() -> u64 {
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

#[test]
fn one_signs_in_at_the_provider_works_and_signs_out() {
    let world = world();
    let mut browser = Browser::default();
    let page = browser.get(&world.at("/anmelden"));
    assert!(
        page.text.contains("Anmelden mit Kreis-Konto"),
        "{}",
        page.text
    );
    assert_eq!(world.query(&mut browser), 401);
    let page = world.sign_in(&mut browser);
    assert_eq!(page.status, 303, "{} {}", page.text, world.app.said());
    assert_eq!(world.query(&mut browser), 200);
    let konto = browser.get(&world.at("/konto"));
    assert!(konto.text.contains("Ayşe Öztürk"), "{}", konto.text);
    let csrf = konto.text.split("name=\"csrf\" value=\"").nth(1).unwrap();
    let csrf = csrf.split('"').next().unwrap().to_owned();
    let out = browser.post(&world.at("/abmelden"), &world.app.url(), &[("csrf", &csrf)]);
    assert!(out.text.contains("/session/end?"), "{}", out.text);
    assert_eq!(world.query(&mut browser), 401);
    let said = world.app.said();
    for secret in ["geheim: mit", "geheim%3A", "eyJ", "Öztürk"] {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
}

#[test]
fn wrong_states_replayed_codes_and_lies_let_nobody_in() {
    let world = world();
    let callback = world.at("/auth/provider/callback");
    let mut browser = Browser::default();
    let back = browser.follow(&world.at("/auth/provider"), &callback);
    let state = parameter(&back, "state").unwrap();
    let other = back.replace(&state, &state.chars().rev().collect::<String>());
    assert_eq!(browser.get(&other).status, 400, "another state");
    assert_eq!(Browser::default().get(&back).status, 400, "another browser");
    assert!(world.session(&mut browser).is_none());
    let mut again = Browser::default();
    let back = again.follow(&world.at("/auth/provider"), &callback);
    let code = parameter(&back, "code").unwrap();
    assert_eq!(again.get(&back).status, 303);
    assert_eq!(again.get(&back).status, 400, "answered before");
    let mut replayed = Browser::default();
    let back = replayed.follow(&world.at("/auth/provider"), &callback);
    let back = back.replace(&parameter(&back, "code").unwrap(), &code);
    assert_eq!(replayed.get(&back).status, 502, "a code that was used");
    for lie in [
        json!({"claims": {"nonce": "another"}}),
        json!({"claims": {"aud": "somebody"}}),
        json!({"claims": {"exp": now() - 600}}),
        json!({"header": {"alg": "ES256", "kid": "RS256-2"}}),
    ] {
        let _ = world.there.tell("tamper", &lie);
        let mut browser = Browser::default();
        assert_eq!(world.sign_in(&mut browser).status, 502, "{lie}");
        assert!(world.session(&mut browser).is_none());
    }
    let _ = world.there.tell("tamper", &Value::Null);
    assert_eq!(world.sign_in(&mut Browser::default()).status, 303);
}

#[test]
fn roles_follow_the_provider_at_the_next_sign_in() {
    let world = world();
    let mut browser = Browser::default();
    world.there.person("gast", &claims(&["ehrenamt"]));
    let page = world.sign_in(&mut browser);
    assert_eq!(page.status, 403, "{}", page.text);
    assert!(page.text.contains("noch keine Rolle"), "{}", page.text);
    world
        .there
        .person("mehmet", &claims(&["ki-team", "ki-leitung"]));
    let mut both = Browser::default();
    assert_eq!(world.sign_in(&mut both).location, Some(world.at("/rolle")));
    assert_eq!(world.query(&mut both), 200);
    // Withdrawn there: gone from the next sign-in on, also for the session that is open.
    world.there.person("mehmet", &claims(&[]));
    assert_eq!(world.sign_in(&mut Browser::default()).status, 403);
    assert_ne!(world.query(&mut both), 200);
}

#[test]
fn access_tokens_of_the_provider_count_and_others_do_not() {
    let world = world();
    let (status, body) = world.bearer(&world.there.access_token());
    assert_eq!(
        (status, &body["data"]["organisations"]["totalCount"]),
        (200, &json!(0)),
        "{body}"
    );
    assert_eq!(world.bearer(&world.token(|_, _| ())).0, 200);
    for (what, token) in [
        (
            "expired",
            world.token(|_, claims| claims["exp"] = json!(now() - 61)),
        ),
        (
            "audience",
            world.token(|_, claims| claims["aud"] = json!("querschnitt")),
        ),
        (
            "issuer",
            world.token(|_, claims| claims["iss"] = json!("https://other.example")),
        ),
        (
            "not yet",
            world.token(|_, claims| claims["nbf"] = json!(now() + 300)),
        ),
        (
            "a logout token",
            world.token(|header, _| header["typ"] = json!("logout+jwt")),
        ),
        (
            "an ID token",
            world.token(|_, claims| claims["nonce"] = json!("n")),
        ),
        (
            "critical",
            world.token(|header, _| {
                header["crit"] = json!(["later"]);
                header["later"] = json!(true);
            }),
        ),
        (
            "none",
            world.signed("", |header, _| *header = json!({"alg": "none"})),
        ),
        (
            "HS256 with the key",
            world.signed("jwk", |header, _| {
                *header = json!({"alg": "HS256", "kid": "RS256-2"});
            }),
        ),
        (
            "HS256 with the modulus",
            world.signed("modulus", |header, _| {
                *header = json!({"alg": "HS256", "kid": "RS256-2"});
            }),
        ),
        (
            "another key",
            world.signed("foreign", |header, _| {
                *header = json!({"alg": "ES256", "kid": "ES256-2"});
            }),
        ),
        ("nonsense", "a.b.c".to_owned()),
    ] {
        let (status, body) = world.bearer(&token);
        assert_eq!(status, 401, "{what}: {body}");
        assert!(body.get("data").is_none(), "{what}: {body}");
    }
    // Right, but without a role: not the same as wrong.
    let (status, body) = world.bearer(&world.token(|_, claims| {
        claims["sub"] = json!("gast");
        claims["realm_access"] = json!({"roles": ["ehrenamt"]});
    }));
    assert!(
        (400..500).contains(&status) && body.get("data").is_none(),
        "{status} {body}"
    );
}

#[test]
fn other_keys_are_found_and_a_flood_of_invented_ones_stays_here() {
    let world = world();
    let before = world.token(|_, _| ());
    assert_eq!(world.bearer(&before).0, 200);
    let _ = world.there.tell("rotate", &Value::Null);
    assert_eq!(world.bearer(&world.token(|_, _| ())).0, 200);
    assert_eq!(world.bearer(&before).0, 401, "the old key is gone");
    for number in 0..60 {
        let forged = world.signed("foreign", |header, _| {
            *header = json!({"alg": "ES256", "kid": format!("invented-{number}")});
        });
        assert_ne!(world.bearer(&forged).0, 200);
    }
    // Four at once, and one more for every half minute that these requests took.
    let asked = world.there.count("/jwks");
    assert!((2..=6).contains(&asked), "{asked}");
}

#[test]
fn while_the_provider_is_down_everything_else_goes_on() {
    let world = world();
    let mut browser = Browser::default();
    assert_eq!(world.sign_in(&mut browser).status, 303);
    let _ = world.there.tell("down", &json!({"down": true}));
    assert_eq!(world.query(&mut browser), 200, "who is signed in");
    assert_eq!(
        world.bearer(&world.token(|_, _| ())).0,
        200,
        "keys that are known"
    );
    let machine = world.app.token("KI_OFFICER", "05711");
    assert_eq!(world.bearer(&machine).0, 200);
    let back = browser.follow(&world.at("/auth/provider"), &world.there.issuer);
    assert!(back.starts_with(&world.there.issuer));
    let mut app = App::start_with(ServerOptions {
        arguments: Vec::new(),
        environment: vec![
            ("QUERSCHNITT_OIDC_ISSUER".into(), world.there.issuer.clone()),
            (
                "QUERSCHNITT_OIDC_CLIENT_ID".into(),
                "querschnitt-public".into(),
            ),
            (
                "QUERSCHNITT_OIDC_PUBLIC_ADDRESS".into(),
                "http://127.0.0.1:{port}".into(),
            ),
            ("QUERSCHNITT_OIDC_CENTRE".into(), "05711".into()),
            ("QUERSCHNITT_OIDC_ROLES_KI_HEAD".into(), "x".into()),
        ],
    });
    let page = Browser::default().get(&format!("{}/auth/provider", app.url()));
    assert_eq!(page.status, 503, "a server that started meanwhile");
    assert!(
        page.text.contains("antwortet gerade nicht"),
        "{}",
        page.text
    );
    assert_eq!(
        Browser::default()
            .get(&format!("{}/anmelden", app.url()))
            .status,
        200
    );
    app.kill();
}

#[test]
fn who_signs_out_at_the_provider_is_signed_out_here() {
    let world = world();
    let (mut office, mut home) = (Browser::default(), Browser::default());
    for browser in [&mut office, &mut home] {
        assert_eq!(world.sign_in(browser).status, 303);
    }
    let page = office.get(&format!("{}/session/end", world.there.issuer));
    let xsrf = page.text.split("name=\"xsrf\" value=\"").nth(1).unwrap();
    let form = [("xsrf", xsrf.split('"').next().unwrap()), ("logout", "yes")];
    let confirm = format!("{}/session/end/confirm", world.there.issuer);
    let page = office.post(&confirm, &world.there.issuer, &form);
    assert!(page.status < 400, "{}", page.text);
    assert_eq!(world.query(&mut office), 401);
    assert_eq!(world.query(&mut home), 401);
}

#[test]
fn a_server_does_not_start_with_half_a_provider() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value, said) in [
        ("ISSUER", "https://sso.example", "oidc.public_address"),
        ("ISSUER", "http://sso.example", "oidc.issuer"),
        ("ALGORITHMS", "[\"RS256\", \"none\"]", "OIDC_ALGORITHMS"),
        ("CLIENT_SECRET", "geheim", "OIDC_CLIENT_SECRET"),
    ] {
        let ended = command(folder.path())
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path().join("data"))
            .env(format!("QUERSCHNITT_OIDC_{name}"), value)
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(2), "{name}: {error}");
        assert!(error.contains(said), "{name}: {error}");
    }
}
