//! What rests on a password that is another by now counts no more, however the two came in each other's way.

use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::http::StatusCode;
use querschnitt_domain::ActorId;

use super::browser::{Browser, House};
use crate::admin::give_first_password;
use crate::login::LoginDigest;
use crate::own::{OwnError, Wanted};
use crate::password::Password;
use crate::sessions::{Basis, Session, Stage};

/// Somebody in charge gives another first password; no session is ended.
async fn reset(house: &House, account: ActorId, login: &str) -> String {
    let identity = &house.identity;
    let digest = LoginDigest::of(identity.keys(), login);
    let first = give_first_password(&identity.credentials, account, digest, identity.seconds());
    first.await.unwrap().to_string()
}

async fn change_password(browser: &mut Browser, old: &str, new: &str) {
    let csrf = browser.get("/konto").await.csrf();
    let fields = [("csrf", &*csrf), ("old", old), ("new", new), ("again", new)];
    let answer = browser.post("/konto/kennwort", &fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

/// As a sign-in does that looked at the password before it was changed, and comes to its session after that.
#[tokio::test]
async fn a_session_begun_with_a_changed_password_is_void() {
    let house = House::new();
    let mut erika = house.ready("erika").await;
    let account = house.signed_in(&erika).await.unwrap();
    let rests_on = |stamp| Basis {
        stamp: Some(stamp),
        last_lock: None,
    };
    let stamp = || house.identity.credentials.get(account).unwrap().stamp();
    let old = stamp();
    change_password(&mut erika, "drei Tassen Tee", "vier Tassen Tee").await;
    let begin = |stage, stamp| {
        let sessions = &house.identity.sessions;
        let id = sessions.begin(
            account,
            stage,
            rests_on(stamp),
            None,
            house.identity.instant(),
        );
        let mut browser = house.browser_at(1);
        browser.plant(&id.unwrap());
        browser
    };
    for stage in [Stage::Full, Stage::SecondFactor, Stage::NewPassword] {
        let mut late = begin(stage, old);
        assert!(house.signed_in(&late).await.is_none());
        for page in ["/konto", "/anmelden/code", "/anmelden/kennwort"] {
            assert_eq!(late.get(page).await.leads_to(), "/anmelden", "{stage:?}");
        }
        assert_eq!(late.get("/session").await.status, StatusCode::UNAUTHORIZED);
    }
    assert!(
        house
            .signed_in(&begin(Stage::Full, stamp()))
            .await
            .is_some()
    );
    // The same password again is not the same.
    change_password(&mut erika, "vier Tassen Tee", "drei Tassen Tee").await;
    assert!(house.signed_in(&begin(Stage::Full, old)).await.is_none());
    reset(&house, account, "erika").await;
    assert!(house.signed_in(&erika).await.is_none());
}

/// Who is at choosing a password of their own does not overrule who resets the account at the same moment.
#[tokio::test]
async fn a_reset_counts_more_than_a_password_that_is_being_chosen() {
    let house = House::new();
    let (account, first) = house.account("erika").await;
    let mut thief = house.browser();
    thief.sign_in("erika", &first).await;
    let identity = Arc::clone(&house.identity);
    let choose = async |browser: &Browser, old: Option<&str>, session: Session| {
        let new = || Password::new("Kanne und Tasse");
        let (headers, address) = (browser.headers(), Ipv4Addr::LOCALHOST.into());
        let old = old.map(Password::new);
        let changed = identity.change_password(&headers, address, &session, old, new(), new());
        changed.await.map(|_| ())
    };
    let session = async |browser: &Browser| {
        let found = house.identity.session(&browser.headers(), true).await;
        found.unwrap().1
    };
    // The request came in, and then:
    let before = session(&thief).await;
    let second = reset(&house, account, "erika").await;
    assert_eq!(choose(&thief, None, before).await, Err(OwnError::Changed));
    let mut erika = house.browser();
    let answer = erika.sign_in("erika", &second).await;
    assert_eq!(answer.leads_to(), "/anmelden/kennwort");
    let own = session(&erika).await;
    assert_eq!(choose(&erika, None, own).await, Ok(()));
    // Two changes at once from the same old password: the second does not count.
    let mut erika = house.browser();
    erika.sign_in("erika", "Kanne und Tasse").await;
    let own = session(&erika).await;
    change_password(&mut erika, "Kanne und Tasse", "vier Tassen Tee").await;
    let late = choose(&erika, Some("Kanne und Tasse"), own).await;
    assert!(late.is_err(), "{late:?}");
    let mut elsewhere = house.browser();
    let answer = elsewhere.sign_in("erika", "vier Tassen Tee").await;
    assert_eq!(answer.leads_to(), "/konto");
}

/// As whoever found an open browser and knows the password does, while the account is being reset.
#[tokio::test]
async fn a_second_factor_is_not_set_on_an_account_that_was_reset_meanwhile() {
    let house = House::new();
    let mut thief = house.ready("erika").await;
    let account = house.signed_in(&thief).await.unwrap();
    let page = thief.get("/konto/zweiter-faktor").await;
    let (offer, headers) = (page.field("offer"), thief.headers());
    let code = super::second_factor::code(&house, &super::second_factor::secret(&page));
    let stopped = house.identity.hasher.stopped();
    let identity = Arc::clone(&house.identity);
    let setting = tokio::spawn(async move {
        let wanted = Wanted {
            sealed: &offer,
            code: &code,
            password: Password::new("drei Tassen Tee"),
            current: "",
        };
        let address = Ipv4Addr::LOCALHOST.into();
        let set = identity.set_second_factor(&headers, address, account, wanted);
        set.await.map(|codes| codes.len())
    });
    while house.identity.hasher.asked() == 0 {
        tokio::task::yield_now().await;
    }
    let second = reset(&house, account, "erika").await;
    drop(stopped);
    assert_eq!(setting.await.unwrap(), Err(OwnError::Changed));
    let answer = house.browser().sign_in("erika", &second).await;
    assert_eq!(answer.leads_to(), "/anmelden/kennwort");
}

#[tokio::test]
async fn a_sign_in_that_finds_no_place_is_no_try() {
    let house = House::new();
    house.ready("erika").await;
    let mut erika = house.browser_at(1);
    let full = house.identity.hasher.full();
    for _ in 0..200 {
        let answer = erika.sign_in("erika", "falsch").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    }
    drop(full);
    for _ in 0..10 {
        let answer = erika.sign_in("erika", "falsch").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    let answer = erika.sign_in("erika", "falsch").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
}
