//! Signing in as a browser does: pages, cookies and what must not work.

mod account;
mod browser;
mod foreign;
mod second_factor;
mod stale;

use axum::http::StatusCode;
use browser::{Answer, Browser, House};

#[tokio::test]
async fn a_first_password_has_to_be_changed_before_anything_else() {
    let house = House::new();
    let (account, first) = house.account("erika").await;
    let mut erika = house.browser();
    let answer = erika.get("/konto").await;
    assert_eq!(answer.leads_to(), "/anmelden");
    let answer = erika.sign_in("Erika ", &first).await;
    assert_eq!(answer.leads_to(), "/anmelden/kennwort");
    for path in [
        "/konto",
        "/rolle",
        "/anmelden",
        "/anmelden/code",
        "/konto/zweiter-faktor",
    ] {
        assert_eq!(
            erika.get(path).await.leads_to(),
            "/anmelden/kennwort",
            "{path}"
        );
    }
    assert_eq!(erika.get("/session").await.status, StatusCode::UNAUTHORIZED);
    assert!(house.signed_in(&erika).await.is_none());

    let page = erika.get("/anmelden/kennwort").await;
    let mut choose = async |new: &str, again: &str| {
        let fields = [("csrf", &*page.csrf()), ("new", new), ("again", again)];
        erika.post("/anmelden/kennwort", &fields).await
    };
    for (new, again, said) in [
        ("Zwerg", "Zwerg", "mindestens 12 Zeichen"),
        (
            "passwort1234",
            "passwort1234",
            "als eines der ersten probiert",
        ),
        ("drei Tassen Tee", "drei Tassen", "verschieden"),
        (&*first, &*first, "das bisherige"),
    ] {
        let answer = choose(new, again).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(said), "{}", answer.body);
        assert!(!answer.body.contains(new));
    }
    let answer = choose("drei Tassen Tee", "drei Tassen Tee").await;
    assert_eq!(answer.leads_to(), "/konto");
    assert_eq!(house.signed_in(&erika).await, Some(account));
    assert!(erika.get("/konto").await.body.contains("Name von erika"));

    // The first password is worth nothing now, the new one everything.
    let mut other = house.browser();
    assert_eq!(
        other.sign_in("erika", &first).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        other.sign_in("erika", "drei Tassen Tee").await.leads_to(),
        "/konto"
    );
}

#[tokio::test]
async fn nothing_tells_whether_an_account_exists() {
    let house = House::new();
    house.account("erika").await;
    let (locked, password) = house.account("max").await;
    let void = house.account("ute").await.1;
    house.directory.lock(locked);
    let answers: Vec<Answer> = vec![
        house.browser().sign_in("erika", "falsch").await,
        house.browser().sign_in("niemand", "falsch").await,
        house.browser().sign_in("", "").await,
        house.browser().sign_in("kein Name!", "falsch").await,
        house.browser().sign_in("max", &password).await,
        {
            house.wait(std::time::Duration::from_secs(15 * 86_400));
            house.browser().sign_in("ute", &void).await
        },
    ];
    for answer in &answers {
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(answer, &answers[0]);
    }
}

#[tokio::test]
async fn existing_and_unknown_names_have_to_wait_alike() {
    let house = House::new();
    house.account("erika").await;
    let mut answers = Vec::new();
    for (n, name) in ["erika", "niemand"].into_iter().enumerate() {
        let mut browser = house.browser_at(n);
        for _ in 0..10 {
            assert_eq!(
                browser.sign_in(name, "falsch").await.status,
                StatusCode::FORBIDDEN
            );
        }
        // Many at once: the wait of the first is not over.
        let answer = browser.sign_in(name, "falsch").await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        answers.push(answer);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].header("retry-after"), "1");
    // Not even the right password is looked at; elsewhere it is.
    let (_, first) = house.account("max").await;
    let mut browser = house.browser_at(3);
    for _ in 0..10 {
        browser.sign_in("max", "falsch").await;
    }
    assert_eq!(
        browser.sign_in("max", &first).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    let mut elsewhere = house.browser_at(4);
    assert_eq!(
        elsewhere.sign_in("max", &first).await.leads_to(),
        "/anmelden/kennwort"
    );
}

#[tokio::test]
async fn each_sign_in_gets_an_id_of_its_own() {
    let house = House::new();
    let mut erika = house.ready("erika").await;
    let first = erika.session_id();
    // Somebody plants an id they know in the browser; it is not taken.
    let mut victim = house.browser();
    victim.plant("bekannt-und-untergeschoben");
    victim.sign_in("erika", "drei Tassen Tee").await;
    assert_ne!(victim.session_id(), "bekannt-und-untergeschoben");
    let mut known = house.browser();
    known.plant("bekannt-und-untergeschoben");
    assert_eq!(known.get("/konto").await.leads_to(), "/anmelden");
    // Signing in again ends the session before.
    let answer = erika.sign_in("erika", "drei Tassen Tee").await;
    assert_eq!(answer.leads_to(), "/konto");
    assert_ne!(erika.session_id(), first);
    erika.plant(&first);
    assert_eq!(erika.get("/konto").await.leads_to(), "/anmelden");
}

#[tokio::test]
async fn forms_are_read_strictly() {
    let house = House::new();
    let mut browser = house.browser();
    for (content_type, body, status) in [
        ("application/json", "{}", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (
            "text/plain",
            "name=a&password=b",
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        (
            "application/x-www-form-urlencoded",
            "name=a&name=b",
            StatusCode::BAD_REQUEST,
        ),
        (
            "application/x-www-form-urlencoded",
            "name=%FF",
            StatusCode::BAD_REQUEST,
        ),
        (
            "application/x-www-form-urlencoded; charset=utf-8",
            &format!("name={}", "a".repeat(20_000)),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
    ] {
        let answer = browser
            .send("POST", "/anmelden", &[("content-type", content_type)], body)
            .await;
        assert_eq!(answer.status, status, "{body:.40}");
    }
    let answer = browser.get("/abmelden").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn sessions_end_by_themselves() {
    let house = House::new();
    let minutes = |n: u64| std::time::Duration::from_secs(60 * n);
    let mut erika = house.ready("erika").await;
    house.wait(minutes(29));
    assert!(house.signed_in(&erika).await.is_some());
    // Asking how long it lasts does not keep it.
    house.wait(minutes(29));
    assert_eq!(erika.get("/session").await.status, StatusCode::OK);
    house.wait(minutes(1));
    assert_eq!(erika.get("/session").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(erika.get("/konto").await.leads_to(), "/anmelden");
    erika.sign_in("erika", "drei Tassen Tee").await;
    for _ in 0..23 {
        house.wait(minutes(25));
        assert!(house.signed_in(&erika).await.is_some());
    }
    house.wait(minutes(25));
    assert!(house.signed_in(&erika).await.is_none());
}
