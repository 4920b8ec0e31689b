//! The way to the provider and back through the pages of this crate, as a browser goes it.

use std::sync::{Arc, Mutex};

use crate::provider::{self, Browser, parameter};
use querschnitt_domain::{ActorId, Role};
use querschnitt_identity::credentials::Credentials;
use querschnitt_identity::oidc::{Provider, Settings, account};
use querschnitt_identity::sessions::Times;
use querschnitt_identity::{
    AccountState, Choice, Directory, Identity, NotRecorded, Notice, ProviderIdentity, Refused,
    Setup, routes,
};
use querschnitt_store::{Keys, SystemClock};
use serde_json::{Value, json};
use uuid::Uuid;

/// Lets everybody in who has a role; remembers who came.
#[derive(Default)]
struct House {
    came: Mutex<Vec<ProviderIdentity>>,
    locked: Mutex<bool>,
}

#[async_trait::async_trait]
impl Directory for House {
    async fn state(&self, _: ActorId) -> AccountState {
        AccountState::Active { last_lock: None }
    }

    async fn name(&self, _: ActorId) -> Option<String> {
        self.came.lock().unwrap().last()?.name.clone()
    }

    async fn choices(&self, _: ActorId) -> Vec<Choice> {
        let came = self.came.lock().unwrap();
        let roles = came.last().map(|who| who.roles.clone()).unwrap_or_default();
        let choice = |role: querschnitt_identity::ClaimedRole| Choice {
            grant: Uuid::new_v4(),
            role: role.role,
            centre: role.centre,
            deputy_for: None,
        };
        roles.into_iter().map(choice).collect()
    }

    async fn notices(&self, _: ActorId, _: &Choice) -> Result<Vec<Notice>, NotRecorded> {
        Ok(Vec::new())
    }

    async fn provider(&self, identity: &ProviderIdentity) -> Result<ActorId, Refused> {
        if *self.locked.lock().unwrap() {
            return Err(Refused::Locked);
        }
        if identity.roles.is_empty() {
            return Err(Refused::NoRole);
        }
        self.came.lock().unwrap().push(identity.clone());
        Ok(account(&identity.issuer, &identity.subject))
    }
}

struct World {
    here: String,
    there: provider::Provider,
    house: Arc<House>,
}

async fn world() -> World {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = format!("http://{}", listener.local_addr().unwrap());
    let there = provider::Provider::start(&json!({
        "redirect": format!("{here}/auth/provider/callback"),
        "backchannel": format!("{here}/auth/provider/backchannel-logout"),
    }));
    there.person("ayse", &claims(&["ki-fachkraft"]));
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "geheim: mit+Zeichen/%").unwrap();
    let settings = Settings {
        issuer: Some(there.issuer.clone()),
        client_id: Some("querschnitt".into()),
        client_secret_file: Some(secret),
        public_address: Some(here.clone()),
        label: Some("Kreis & Co".into()),
        claims_roles: Some("realm_access.roles".into()),
        centre: Some("05711".parse().unwrap()),
        roles: vec![
            (Role::KiOfficer, vec!["ki-fachkraft".into()]),
            (Role::KiHead, vec!["ki-leitung".into()]),
        ],
        ..Settings::default()
    };
    let config = settings.check().unwrap().unwrap();
    let keys = Arc::new(Keys::ephemeral().unwrap());
    let (credentials, _) = Credentials::open(&folder.path().join("credentials"), keys).unwrap();
    let house = Arc::new(House::default());
    let setup = Setup {
        times: Times::default(),
        secure: false,
        provider: Some(Provider::new(config, Arc::new(SystemClock)).unwrap()),
    };
    let identity = Identity::new(
        Arc::new(credentials),
        Arc::clone(&house) as _,
        Arc::new(SystemClock),
        setup,
    );
    let app = routes(Arc::new(identity.unwrap()));
    tokio::spawn(async move { axum::serve(listener, app).await });
    World { here, there, house }
}

fn claims(roles: &[&str]) -> Value {
    json!({"name": "Ayşe <b>Öztürk</b>", "realm_access": {"roles": roles}})
}

impl World {
    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.here)
    }

    /// To the provider and back, up to our own answer.
    fn sign_in(&self, browser: &mut Browser) -> provider::Page {
        let back = browser.follow(
            &self.at("/auth/provider"),
            &self.at("/auth/provider/callback"),
        );
        browser.get(&back)
    }

    fn csrf(&self, browser: &mut Browser) -> String {
        let page = browser.get(&self.at("/konto"));
        assert_eq!(page.status, 200, "{}", page.text);
        let field = page.text.split("name=\"csrf\" value=\"").nth(1).unwrap();
        field.split('"').next().unwrap().to_owned()
    }

    fn is_signed_in(&self, browser: &mut Browser) -> bool {
        browser.get(&self.at("/konto")).status == 200
    }
}

/// Browsers here wait for answers, which the server gives in the same process.
async fn browse<T: Send + 'static>(
    world: &Arc<World>,
    steps: impl FnOnce(&World) -> T + Send + 'static,
) -> T {
    let world = Arc::clone(world);
    tokio::task::spawn_blocking(move || steps(&world))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_goes_to_the_provider_comes_back_and_signs_out_in_both_places() {
    let world = Arc::new(world().await);
    browse(&world, |world| {
        let mut browser = Browser::default();
        let page = browser.get(&world.at("/anmelden"));
        assert!(
            page.text.contains("Anmelden mit Kreis &amp; Co"),
            "{}",
            page.text
        );
        let page = world.sign_in(&mut browser);
        assert_eq!(page.status, 303, "{}", page.text);
        assert_eq!(page.location, Some(world.at("/konto")));
        assert!(browser.cookie("querschnitt").is_some());
        assert_eq!(
            browser.cookie("querschnitt-provider"),
            None,
            "it is used up"
        );
        for cookie in &page.set_cookies {
            assert!(
                cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
                "{cookie}"
            );
        }
        let konto = browser.get(&world.at("/konto"));
        assert!(
            konto.text.contains("Ayşe &lt;b&gt;Öztürk"),
            "{}",
            konto.text
        );
        let csrf = world.csrf(&mut browser);
        let form = [("csrf", csrf.as_str())];
        let page = browser.post(&world.at("/abmelden"), &world.here, &form);
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(!world.is_signed_in(&mut browser));
        let link = page
            .text
            .split("href=\"")
            .find(|link| link.contains("/session/end"));
        let link = link
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .replace("&amp;", "&");
        assert!(parameter(&link, "id_token_hint").is_some());
        let page = browser.get(&link);
        assert!(
            page.text.contains("logout"),
            "the provider knows where to go back to: {}",
            page.text
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_several_roles_chooses_one_and_who_has_none_is_told_so() {
    let world = Arc::new(world().await);
    browse(&world, |world| {
        world
            .there
            .person("mehmet", &claims(&["ki-fachkraft", "ki-leitung"]));
        let page = world.sign_in(&mut Browser::default());
        assert_eq!(page.location, Some(world.at("/rolle")));
        world.there.person("gast", &claims(&["ehrenamt"]));
        let mut guest = Browser::default();
        let page = world.sign_in(&mut guest);
        assert_eq!(page.status, 403);
        assert!(page.text.contains("noch keine Rolle"), "{}", page.text);
        assert!(!world.is_signed_in(&mut guest));
        *world.house.locked.lock().unwrap() = true;
        let page = world.sign_in(&mut Browser::default());
        assert_eq!(page.status, 403);
        assert!(page.text.contains("gesperrt"), "{}", page.text);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_the_answer_to_our_question_gets_a_page_and_no_session() {
    let world = Arc::new(world().await);
    browse(&world, |world| {
        let mut browser = Browser::default();
        let callback = world.at("/auth/provider/callback");
        let back = browser.follow(&world.at("/auth/provider"), &callback);
        let mut stranger = Browser::default();
        for address in [
            back.clone(),
            callback.clone(),
            format!("{callback}?code=x&state=y"),
            format!("{callback}?{}", "x".repeat(9_000)),
        ] {
            let page = stranger.get(&address);
            assert_eq!(page.status, 400, "{}", page.text);
            assert!(page.text.contains("noch einmal"), "{}", page.text);
            assert!(!world.is_signed_in(&mut stranger));
        }
        let state = parameter(&back, "state").unwrap();
        let issuer = &world.there.issuer;
        let no = format!("{callback}?error=access_denied&state={state}&iss={issuer}");
        let page = browser.get(&no);
        assert_eq!(page.status, 403);
        assert!(page.text.contains("abgebrochen"), "{}", page.text);
        // That was the answer; another one does not count.
        assert_eq!(browser.get(&back).status, 400);
        assert!(!world.is_signed_in(&mut browser));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_provider_is_down_a_page_says_so_and_passwords_go_on() {
    let world = Arc::new(world().await);
    browse(&world, |world| {
        let _ = world.there.tell("down", &json!({"down": true}));
        let mut browser = Browser::default();
        let page = browser.get(&world.at("/auth/provider"));
        assert_eq!(page.status, 503);
        assert!(
            page.text.contains("antwortet gerade nicht"),
            "{}",
            page.text
        );
        assert!(page.text.contains("Kreis &amp; Co"), "{}", page.text);
        assert_eq!(browser.get(&world.at("/anmelden")).status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_out_at_the_provider_is_signed_out_here_in_every_browser() {
    let world = Arc::new(world().await);
    browse(&world, |world| {
        let (mut office, mut home) = (Browser::default(), Browser::default());
        let mut other = Browser::default();
        for browser in [&mut office, &mut home] {
            assert_eq!(world.sign_in(browser).status, 303);
        }
        world.there.person("mehmet", &claims(&["ki-fachkraft"]));
        assert_eq!(world.sign_in(&mut other).status, 303);
        let logout = world.at("/auth/provider/backchannel-logout");
        let forged = Browser::default().post(&logout, &world.here, &[("logout_token", "x.y.z")]);
        assert_eq!(forged.status, 400);
        assert!(world.is_signed_in(&mut office) && world.is_signed_in(&mut home));
        // The provider itself tells us when somebody signs out there.
        let page = office.get(&format!("{}/session/end", world.there.issuer));
        let xsrf = page.text.split("name=\"xsrf\" value=\"").nth(1).unwrap();
        let form = [("xsrf", xsrf.split('"').next().unwrap()), ("logout", "yes")];
        let confirm = format!("{}/session/end/confirm", world.there.issuer);
        let page = office.post(&confirm, &world.there.issuer, &form);
        assert!(page.status < 400, "{}", page.text);
        assert!(!world.is_signed_in(&mut office));
        assert!(!world.is_signed_in(&mut home));
        assert!(world.is_signed_in(&mut other), "somebody else");
    })
    .await;
}
