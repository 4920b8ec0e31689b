//! The second factor: on, used, lost, off.

use std::time::Duration;

use axum::http::StatusCode;
use querschnitt_store::Clock as _;
use totp_rs::{Builder, Secret};

use super::browser::{Answer, Browser, House};

/// The code an app would show now.
pub(super) fn code(house: &House, secret: &str) -> String {
    let now = u64::try_from(house.clock.now().unix_timestamp()).unwrap();
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    totp.generate(now).to_string()
}

pub(super) fn secret(page: &Answer) -> String {
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
async fn codes_can_not_be_tried_out_from_however_many_places() {
    let house = House::new();
    let mut erika = house.ready("erika").await;
    let (secret, codes) = turn_on(&house, &mut erika).await;
    house.wait(Duration::from_secs(60));
    for n in 0..10 {
        let mut thief = house.browser_at(n + 1);
        thief.sign_in("erika", "drei Tassen Tee").await;
        assert_eq!(
            give_code(&mut thief, "123456").await.status,
            StatusCode::FORBIDDEN
        );
    }
    // Neither another place nor the browser of its owner, who has an app that shows the right one.
    let right = code(&house, &secret);
    for mut browser in [house.browser_at(77), erika] {
        browser.sign_in("erika", "drei Tassen Tee").await;
        let answer = give_code(&mut browser, &right).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(answer.header("retry-after"), "1");
        assert!(answer.body.contains("kennt jemand Ihr Kennwort"));
        // What is not looked at is not used up, and is not counted.
    }
    let mut owner = house.browser_at(78);
    owner.sign_in("erika", "drei Tassen Tee").await;
    let answer = give_code(&mut owner, &codes[0]).await;
    assert_eq!(answer.leads_to(), "/konto", "a recovery code goes at once");
    house.wait(Duration::from_secs(1));
    owner.sign_in("erika", "drei Tassen Tee").await;
    assert_eq!(give_code(&mut owner, &right).await.leads_to(), "/konto");
    // One that was right gives a guesser nothing: there is still one try a second, then two.
    let mut thief = house.browser_at(1);
    thief.sign_in("erika", "drei Tassen Tee").await;
    assert_eq!(
        give_code(&mut thief, "123456").await.status,
        StatusCode::FORBIDDEN
    );
    let answer = give_code(&mut thief, "123456").await;
    assert_eq!(answer.header("retry-after"), "2");
    // With another password all of that is worth nothing.
    let csrf = owner.get("/konto").await.csrf();
    let fields = [
        ("csrf", &*csrf),
        ("old", "drei Tassen Tee"),
        ("new", "vier Tassen Tee"),
        ("again", "vier Tassen Tee"),
    ];
    assert_eq!(
        owner.post("/konto/kennwort", &fields).await.status,
        StatusCode::OK
    );
    house.wait(Duration::from_secs(30));
    owner.sign_in("erika", "vier Tassen Tee").await;
    let next = code(&house, &secret);
    assert_eq!(give_code(&mut owner, &next).await.leads_to(), "/konto");
}

#[tokio::test]
async fn recovery_codes_can_not_be_tried_out_either() {
    let house = House::new();
    let mut erika = house.ready("erika").await;
    turn_on(&house, &mut erika).await;
    let mut thief = house.browser_at(1);
    thief.sign_in("erika", "drei Tassen Tee").await;
    let wrong = "aaaa-bbbb-cccc-dddd";
    for _ in 0..10 {
        let answer = give_code(&mut thief, wrong).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    let answer = give_code(&mut thief, wrong).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
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
}

/// Sends the form that turns it off; gives the answer.
async fn turn_off(browser: &mut Browser, password: &str, code: &str) -> Answer {
    let csrf = browser.get("/konto").await.csrf();
    let fields = [
        ("csrf", &*csrf),
        ("off-password", password),
        ("off-code", code),
    ];
    browser.post("/konto/zweiter-faktor/aus", &fields).await
}

#[tokio::test]
async fn turning_it_off_needs_the_password_and_a_code() {
    let house = House::new();
    let mut erika = house.ready("erika").await;
    let (secret, codes) = turn_on(&house, &mut erika).await;
    house.wait(Duration::from_secs(30));
    let right = code(&house, &secret);
    let off = async |browser: &mut Browser, password: &str, code: &str| {
        turn_off(browser, password, code).await.status
    };
    assert_eq!(
        off(&mut erika, "falsch", &right).await,
        StatusCode::FORBIDDEN
    );
    for wrong in ["", "000000", "aaaa-bbbb-cccc-dddd"] {
        let answer = turn_off(&mut erika, "drei Tassen Tee", wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(answer.body.contains("Der Code des bisherigen"));
    }
    let answer = turn_off(&mut erika, "drei Tassen Tee", &right).await;
    assert!(answer.body.contains("Der zweite Faktor ist aus"));
    let answer = house.browser().sign_in("erika", "drei Tassen Tee").await;
    assert_eq!(answer.leads_to(), "/konto");
    // Codes of one that is off are worth nothing any more; of the next one they are.
    let (_, new) = turn_on(&house, &mut erika).await;
    assert_eq!(
        off(&mut erika, "drei Tassen Tee", &codes[0]).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        off(&mut erika, "drei Tassen Tee", &new[0]).await,
        StatusCode::OK
    );
}

#[tokio::test]
async fn another_one_in_its_place_needs_a_code_of_the_old_one() {
    let house = House::new();
    let mut erika = house.ready("erika").await;
    let (old, codes) = turn_on(&house, &mut erika).await;
    house.wait(Duration::from_secs(30));
    let page = erika.get("/konto/zweiter-faktor").await;
    assert!(page.body.contains("name=\"current\""));
    let (new, csrf, offer) = (secret(&page), page.csrf(), page.field("offer"));
    let shown = code(&house, &new);
    let mut replace = async |current: &str, code: &str| {
        let fields = [
            ("csrf", &*csrf),
            ("offer", &*offer),
            ("password", "drei Tassen Tee"),
            ("code", code),
            ("current", current),
        ];
        erika.post("/konto/zweiter-faktor", &fields).await
    };
    for wrong in ["", "000000", &*shown] {
        let answer = replace(wrong, &shown).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert_eq!(secret(&answer), new, "the app keeps its key");
        assert!(answer.body.contains("Der Code des bisherigen"));
    }
    // A mistyped code of the new one does not use up the old one's.
    let current = code(&house, &old);
    let answer = replace(&current, "000000").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(replace(&current, &shown).await.status, StatusCode::OK);
    // Only the new one and its recovery codes count.
    house.wait(Duration::from_secs(30));
    let mut browser = house.browser_at(1);
    browser.sign_in("erika", "drei Tassen Tee").await;
    for dead in [&code(&house, &old), &codes[0]] {
        let answer = give_code(&mut browser, dead).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    let next = code(&house, &new);
    assert_eq!(give_code(&mut browser, &next).await.leads_to(), "/konto");
}
