//! The second factor: on, used, lost, off.

use std::time::Duration;

use axum::http::StatusCode;
use querschnitt_store::Clock as _;
use totp_rs::{Builder, Secret};

use super::browser::{Answer, Browser, House};

/// The code an app would show now.
fn code(house: &House, secret: &str) -> String {
    let now = u64::try_from(house.clock.now().unix_timestamp()).unwrap();
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    totp.generate(now).to_string()
}

fn secret(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("<p class=\"secret\"><code>").unwrap();
    rest.split('<').next().unwrap().replace(' ', "")
}

/// Turns it on; gives the secret and the recovery codes.
async fn turn_on(house: &House, browser: &mut Browser) -> (String, Vec<String>) {
    let page = browser.get("/konto/zweiter-faktor").await;
    let secret = secret(&page);
    let code = code(house, &secret);
    let fields = [
        ("csrf", &*page.csrf()),
        ("offer", &*page.field("offer")),
        ("password", "drei Tassen Tee"),
        ("code", &*code),
    ];
    let answer = browser.post("/konto/zweiter-faktor", &fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let codes = answer.body.split("<li><code>").skip(1);
    let codes: Vec<String> = codes
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect();
    assert_eq!(codes.len(), 10);
    (secret, codes)
}

async fn give_code(browser: &mut Browser, code: &str) -> Answer {
    let csrf = browser.get("/anmelden/code").await.csrf();
    browser
        .post("/anmelden/code", &[("csrf", &csrf), ("code", code)])
        .await
}

#[tokio::test]
async fn with_a_second_factor_the_password_alone_opens_nothing() {
    let house = House::new();
    let mut erika = house.ready("erika").await;
    let (secret, _) = turn_on(&house, &mut erika).await;
    assert!(
        erika
            .get("/konto")
            .await
            .body
            .contains("Übrige Wiederherstellungscodes: 10")
    );

    let mut browser = house.browser();
    let answer = browser.sign_in("erika", "drei Tassen Tee").await;
    assert_eq!(answer.leads_to(), "/anmelden/code");
    assert!(house.signed_in(&browser).await.is_none());
    for path in ["/konto", "/rolle", "/anmelden/kennwort"] {
        assert_eq!(browser.get(path).await.leads_to(), "/anmelden/code");
    }
    assert_eq!(
        give_code(&mut browser, "000000").await.status,
        StatusCode::FORBIDDEN
    );
    // The code that turned it on was used.
    let used = code(&house, &secret);
    assert_eq!(
        give_code(&mut browser, &used).await.status,
        StatusCode::FORBIDDEN
    );
    house.wait(Duration::from_secs(30));
    let before = browser.session_id();
    let next = code(&house, &secret);
    assert_eq!(give_code(&mut browser, &next).await.leads_to(), "/konto");
    assert_ne!(browser.session_id(), before);
    assert!(house.signed_in(&browser).await.is_some());
    // Whoever saw it over the shoulder can't use it again.
    let mut thief = house.browser();
    thief.sign_in("erika", "drei Tassen Tee").await;
    assert_eq!(
        give_code(&mut thief, &next).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_recovery_code_works_once() {
    let house = House::new();
    let mut erika = house.ready("erika").await;
    let (_, codes) = turn_on(&house, &mut erika).await;
    let mut browser = house.browser();
    browser.sign_in("erika", "drei Tassen Tee").await;
    let typed = codes[3].to_uppercase();
    assert_eq!(give_code(&mut browser, &typed).await.leads_to(), "/konto");
    assert!(
        browser
            .get("/konto")
            .await
            .body
            .contains("Übrige Wiederherstellungscodes: 9")
    );
    let mut again = house.browser();
    again.sign_in("erika", "drei Tassen Tee").await;
    assert_eq!(
        give_code(&mut again, &codes[3]).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(give_code(&mut again, &codes[4]).await.leads_to(), "/konto");
}

#[tokio::test]
async fn codes_can_not_be_tried_out() {
    let house = House::new();
    let mut erika = house.ready("erika").await;
    let (secret, _) = turn_on(&house, &mut erika).await;
    house.wait(Duration::from_secs(60));
    let mut thief = house.browser_at(1);
    for _ in 0..10 {
        thief.sign_in("erika", "drei Tassen Tee").await;
        assert_eq!(
            give_code(&mut thief, "123456").await.status,
            StatusCode::FORBIDDEN
        );
    }
    // A sign-in that begins anew does not begin the count anew.
    thief.sign_in("erika", "drei Tassen Tee").await;
    let right = code(&house, &secret);
    assert_eq!(
        give_code(&mut thief, &right).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    erika.sign_in("erika", "drei Tassen Tee").await;
    assert_eq!(give_code(&mut erika, &right).await.leads_to(), "/konto");
}

#[tokio::test]
async fn turning_it_on_and_off_needs_the_password() {
    let house = House::new();
    let mut erika = house.ready("erika").await;
    let page = erika.get("/konto/zweiter-faktor").await;
    let (shown, csrf, offer) = (secret(&page), page.csrf(), page.field("offer"));
    assert!(
        page.body
            .contains("otpauth://totp/Querschnitt:Name%20von%20erika?secret=")
    );
    let right = code(&house, &shown);
    let mut turn_on_with = async |password: &str, code: &str, offer: &str| {
        let fields = [
            ("csrf", &*csrf),
            ("offer", offer),
            ("password", password),
            ("code", code),
        ];
        erika.post("/konto/zweiter-faktor", &fields).await
    };
    let answer = turn_on_with("falsch", &right, &offer).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(secret(&answer), shown, "the app keeps its key");
    let answer = turn_on_with("drei Tassen Tee", "000000", &offer).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Nobody can give somebody else a secret they know.
    let mut max = house.ready("max").await;
    let foreign = max.get("/konto/zweiter-faktor").await.field("offer");
    let answer = turn_on_with("drei Tassen Tee", &right, &foreign).await;
    assert_eq!(answer.leads_to(), "/konto/zweiter-faktor");
    let off = ("off-password", "drei Tassen Tee");
    let (_, _) = turn_on(&house, &mut erika).await;
    let csrf = erika.get("/konto").await.csrf();
    let answer = erika
        .post(
            "/konto/zweiter-faktor/aus",
            &[("csrf", &csrf), ("off-password", "falsch")],
        )
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let answer = erika
        .post("/konto/zweiter-faktor/aus", &[("csrf", &csrf), off])
        .await;
    assert!(answer.body.contains("Der zweite Faktor ist aus"));
    assert_eq!(
        house
            .browser()
            .sign_in("erika", "drei Tassen Tee")
            .await
            .leads_to(),
        "/konto"
    );
}
