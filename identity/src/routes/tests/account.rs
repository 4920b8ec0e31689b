//! What people do with their own account, and what ends it.

use axum::http::StatusCode;
use uuid::Uuid;

use super::browser::House;
use crate::identity::Use;

#[tokio::test]
async fn a_locked_account_has_no_session_at_the_next_request() {
    let house = House::new();
    let mut erika = house.ready("erika").await;
    let account = house.signed_in(&erika).await.unwrap();
    house.directory.lock(account);
    assert!(house.signed_in(&erika).await.is_none());
    assert_eq!(erika.get("/konto").await.leads_to(), "/anmelden");
    assert_eq!(erika.get("/session").await.status, StatusCode::UNAUTHORIZED);
    let answer = erika.sign_in("erika", "drei Tassen Tee").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_was_begun_before_a_lock_stays_over() {
    let house = House::new();
    let mut erika = house.ready("erika").await;
    let account = house.signed_in(&erika).await.unwrap();
    for last_lock in [7, 9] {
        // Nobody asks anything between the two.
        house.directory.lock(account);
        house.directory.unlock(account, last_lock);
        assert!(house.signed_in(&erika).await.is_none());
        assert_eq!(erika.get("/konto").await.leads_to(), "/anmelden");
        erika.sign_in("erika", "drei Tassen Tee").await;
        assert_eq!(house.signed_in(&erika).await, Some(account));
    }
}

#[tokio::test]
async fn another_password_ends_all_other_sessions() {
    let house = House::new();
    let mut erika = house.ready("erika").await;
    let mut elsewhere = house.browser_at(1);
    elsewhere.sign_in("erika", "drei Tassen Tee").await;
    assert!(erika.get("/konto").await.body.contains("noch in 1 anderen"));
    let before = erika.session_id();
    let csrf = erika.get("/konto").await.csrf();
    let mut change = async |old: &str, new: &str| {
        let fields = [("csrf", &*csrf), ("old", old), ("new", new), ("again", new)];
        erika.post("/konto/kennwort", &fields).await
    };
    assert_eq!(
        change("falsch", "vier Tassen Tee").await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        change("drei Tassen Tee", "erika").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert!(house.signed_in(&elsewhere).await.is_some());
    let answer = change("drei Tassen Tee", "vier Tassen Tee").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(answer.body.contains("Das Kennwort ist geändert"));
    assert!(house.signed_in(&elsewhere).await.is_none());
    assert!(house.signed_in(&erika).await.is_some());
    assert_ne!(erika.session_id(), before);
    // The page after it is of the new session.
    let fields = [("csrf", &*answer.csrf())];
    assert_eq!(
        erika.post("/abmelden", &fields).await.leads_to(),
        "/anmelden"
    );
}

#[tokio::test]
async fn other_sessions_can_be_ended() {
    let house = House::new();
    let mut erika = house.ready("erika").await;
    let mut elsewhere = house.browser_at(1);
    elsewhere.sign_in("erika", "drei Tassen Tee").await;
    let csrf = erika.get("/konto").await.csrf();
    let answer = erika.post("/konto/sitzungen", &[("csrf", &csrf)]).await;
    assert!(answer.body.contains("Alle anderen Sitzungen sind beendet"));
    assert!(house.signed_in(&elsewhere).await.is_none());
    assert!(house.signed_in(&erika).await.is_some());
}

#[tokio::test]
async fn a_reset_ends_the_sessions_and_the_waiting() {
    let house = House::new();
    let erika = house.ready("erika").await;
    let account = house.signed_in(&erika).await.unwrap();
    let mut stranger = house.browser_at(1);
    for _ in 0..11 {
        stranger.sign_in("erika", "falsch").await;
    }
    house.identity.reset(account);
    assert!(house.signed_in(&erika).await.is_none());
    assert_eq!(
        stranger.sign_in("erika", "falsch").await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn who_has_several_roles_chooses_one_and_keeps_it() {
    let house = House::new();
    let mut erika = house.ready("erika").await;
    let account = house.signed_in(&erika).await.unwrap();
    house.directory.set_choices(account, &[1, 2]);
    let chosen = async |browser: &super::Browser| {
        let signed_in = house
            .identity
            .signed_in(&browser.headers(), Use::Read)
            .await;
        signed_in.unwrap().grant
    };
    let answer = erika.sign_in("erika", "drei Tassen Tee").await;
    assert_eq!(answer.leads_to(), "/rolle");
    assert_eq!(chosen(&erika).await, None);
    let csrf = erika.get("/rolle").await.csrf();
    let [first, second, other] = [1, 2, 3].map(|n| Uuid::from_u128(n).to_string());
    for wrong in [other.as_str(), "", "kein Grant"] {
        let answer = erika
            .post("/rolle", &[("csrf", &csrf), ("grant", wrong)])
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let answer = erika
        .post("/rolle", &[("csrf", &csrf), ("grant", &second)])
        .await;
    assert_eq!(answer.leads_to(), "/konto");
    assert_eq!(chosen(&erika).await, Some(Uuid::from_u128(2)));
    let session: serde_json::Value =
        serde_json::from_str(&erika.get("/session").await.body).unwrap();
    assert_eq!(session["acting"]["grant"], second.as_str());
    assert_eq!(session["grants"][0]["grant"], first.as_str());
    assert_eq!(session["grants"][0]["role"], "KI_OFFICER");
    assert_eq!(session["expires"], "2026-09-21T14:43:20Z");
    // The role goes: no other takes its place unasked.
    house.directory.set_choices(account, &[1]);
    let session: serde_json::Value =
        serde_json::from_str(&erika.get("/session").await.body).unwrap();
    assert_eq!(session["acting"], serde_json::Value::Null);
    assert!(erika.get("/konto").await.body.contains("gilt nicht mehr"));
}

#[tokio::test]
async fn a_browser_that_was_signed_in_before_is_not_shut_out_by_strangers() {
    let house = House::new();
    let mut erika = house.ready("erika").await;
    let csrf = erika.get("/konto").await.csrf();
    erika.post("/abmelden", &[("csrf", &csrf)]).await;
    // From the same address, as behind one of an office.
    let mut stranger = house.browser();
    for _ in 0..11 {
        stranger.sign_in("erika", "falsch").await;
    }
    let answer = stranger.sign_in("erika", "drei Tassen Tee").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        erika.sign_in("erika", "drei Tassen Tee").await.leads_to(),
        "/konto"
    );
}
