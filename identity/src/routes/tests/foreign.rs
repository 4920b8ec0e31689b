//! What pages of others can't do.

use axum::http::{HeaderValue, StatusCode, header};

use super::browser::House;
use crate::identity::{CSRF_HEADER, NotSignedIn, Use};

const OTHERS: [&[(&str, &str)]; 5] = [
    &[("origin", "https://evil.example")],
    &[("origin", "null")],
    &[("origin", "http://ki.example")],
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
];

#[tokio::test]
async fn no_form_of_another_page_is_taken() {
    let house = House::new();
    let mut erika = house.ready("erika").await;
    let csrf = erika.get("/konto").await.csrf();
    for from in OTHERS {
        for path in [
            "/abmelden",
            "/konto/sitzungen",
            "/rolle",
            "/anmelden",
            "/konto/kennwort",
        ] {
            let fields = [
                ("csrf", &*csrf),
                ("name", "erika"),
                ("password", "drei Tassen Tee"),
            ];
            let answer = erika.post_from(path, &fields, from).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {from:?}");
            assert!(answer.header("set-cookie").is_empty());
        }
    }
    assert!(house.signed_in(&erika).await.is_some());
}

#[tokio::test]
async fn no_form_without_the_token_of_its_session_is_taken() {
    let house = House::new();
    let mut erika = house.ready("erika").await;
    let mut max = house.ready("max").await;
    let foreign = max.get("/konto").await.csrf();
    for csrf in ["", "falsch", &foreign] {
        for path in [
            "/abmelden",
            "/konto/sitzungen",
            "/rolle",
            "/konto/kennwort",
            "/konto/zweiter-faktor",
        ] {
            let answer = erika.post(path, &[("csrf", csrf)]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {csrf}");
        }
    }
    assert!(house.signed_in(&erika).await.is_some());
    let own = erika.get("/konto").await.csrf();
    assert_eq!(
        erika.post("/abmelden", &[("csrf", &own)]).await.leads_to(),
        "/anmelden"
    );
    assert!(house.signed_in(&erika).await.is_none());
    assert!(!erika.jar.contains_key("__Host-querschnitt"));
}

#[tokio::test]
async fn requests_for_data_need_the_token_and_our_own_page() {
    let house = House::new();
    let mut erika = house.ready("erika").await;
    let session: serde_json::Value =
        serde_json::from_str(&erika.get("/session").await.body).unwrap();
    let csrf = session["csrf"].as_str().unwrap();
    let ask = async |more: &[(&'static str, &str)], to: Use| {
        let mut headers = erika.headers();
        for (name, value) in more {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        house.identity.signed_in(&headers, to).await.map(|_| ())
    };
    let own = ("origin", "https://ki.example");
    assert_eq!(ask(&[], Use::Read).await, Ok(()));
    assert_eq!(ask(&[own, (CSRF_HEADER, csrf)], Use::Write).await, Ok(()));
    assert_eq!(ask(&[(CSRF_HEADER, csrf)], Use::Write).await, Ok(()));
    assert_eq!(ask(&[own], Use::Socket).await, Ok(()));
    assert_eq!(ask(&[], Use::Recheck).await, Ok(()));
    for refused in [
        ask(&[own], Use::Write).await,
        ask(&[own, (CSRF_HEADER, "falsch")], Use::Write).await,
        ask(
            &[("origin", "https://evil.example"), (CSRF_HEADER, csrf)],
            Use::Write,
        )
        .await,
        ask(&[("sec-fetch-site", "cross-site")], Use::Read).await,
        ask(&[("origin", "https://evil.example")], Use::Socket).await,
        ask(&[], Use::Socket).await,
    ] {
        assert_eq!(refused, Err(NotSignedIn::Foreign));
    }
    let mut nobody = erika.headers();
    nobody.remove(header::COOKIE);
    assert_eq!(
        house.identity.signed_in(&nobody, Use::Read).await,
        Err(NotSignedIn::None)
    );
    let answer = erika
        .send("GET", "/session", &[("sec-fetch-site", "cross-site")], "")
        .await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}
