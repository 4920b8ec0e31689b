//! What a session may do, and what the pages of others can't do with it.

use querschnitt_tests::App;
use serde_json::json;

use super::browser::{Browser, encoded, form_headers, ready};

const QUESTION: &str = "{ viewer { role } }";

fn ask(browser: &mut Browser, headers: &[(&str, &str)]) -> (u16, String) {
    let mut all = vec![("content-type", "application/json")];
    all.extend_from_slice(headers);
    let answer = browser.send("/graphql", &all, json!({ "query": QUESTION }).to_string());
    let code = answer.json()["errors"][0]["extensions"]["code"].clone();
    (answer.status, code.as_str().unwrap_or_default().to_owned())
}

#[test]
fn requests_need_the_token_of_their_session_and_our_own_page() {
    let app = App::start();
    let mut erika = ready(&app, "erika", "KI_HEAD");
    let mut max = ready(&app, "max", "KI_OFFICER");
    let (csrf, foreign) = (erika.csrf(), max.csrf());
    let own = erika.url().to_owned();
    let ok = (200, String::new());
    let right = ("querschnitt-csrf", csrf.as_str());
    assert_eq!(ask(&mut erika, &[right, ("origin", &own)]), ok);
    assert_eq!(ask(&mut erika, &[right]), ok);
    let tls = own.replace("http", "https");
    for wrong in [
        &[("origin", own.as_str())][..],
        &[("querschnitt-csrf", "")],
        &[("querschnitt-csrf", &foreign)],
        &[("querschnitt-csrf", &csrf[1..])],
        &[right, ("origin", "https://evil.example")],
        &[right, ("origin", "null")],
        &[right, ("origin", &tls)],
        &[right, ("sec-fetch-site", "cross-site")],
        &[right, ("sec-fetch-site", "same-site")],
    ] {
        assert_eq!(
            ask(&mut erika, wrong),
            (403, "FOREIGN_REQUEST".into()),
            "{wrong:?}"
        );
    }
    assert_eq!(erika.get("/graphql?query=%7B__typename%7D").status, 200);
    // Who sends a token is not taken for whom the cookie names.
    let wrong_token = [right, ("authorization", "Bearer falsch")];
    assert_eq!(
        ask(&mut erika, &wrong_token),
        (401, "UNAUTHENTICATED".into())
    );
}

#[test]
fn a_session_records_and_sends_files_with_its_token_only() {
    let app = App::start();
    let mut erika = ready(&app, "erika", "KI_OFFICER");
    let document = "mutation { registerOrganisation(input: { commandId: \"7d444840-9dc0-4f3c-8a3e-0c6d5f2a1b10\", centre: \"05711\", name: \"Kulturverein\", kind: MIGRANT_ORG }) { organisation { id } errors { code } } }";
    let body = json!({ "query": document }).to_string();
    let kind = ("content-type", "application/json");
    assert_eq!(erika.send("/graphql", &[kind], body).status, 403);
    let done = erika.graphql(document, &[]).json();
    assert_eq!(
        done["data"]["registerOrganisation"]["errors"],
        json!([]),
        "{done}"
    );
    let listed = erika
        .graphql("{ organisations(first: 5) { totalCount } }", &[])
        .json();
    assert_eq!(listed["data"]["organisations"]["totalCount"], 1);

    let path =
        "/reviews/x/attachments?kind=APPLICATION&commandId=7d444840-9dc0-4f3c-8a3e-0c6d5f2a1b11";
    let pdf = [("content-type", "application/pdf")];
    assert_eq!(erika.send(path, &pdf, "%PDF".into()).status, 403);
    let csrf = erika.csrf();
    let with_token = [pdf[0], ("querschnitt-csrf", csrf.as_str())];
    // Taken for what it is: a file for a review that there is not.
    assert_eq!(erika.send(path, &with_token, "%PDF".into()).status, 422);
}

#[test]
fn forms_of_other_pages_and_other_sessions_are_not_taken() {
    let app = App::start();
    let mut erika = ready(&app, "erika", "KI_HEAD");
    let csrf = erika.csrf();
    let fields = [("csrf", csrf.clone())];
    for path in [
        "/abmelden",
        "/konto/sitzungen",
        "/rolle",
        "/konto/kennwort",
        "/anmelden",
    ] {
        let headers = form_headers("https://evil.example");
        let answer = erika.send(path, &headers, encoded(&fields));
        assert_eq!(answer.status, 403, "{path}");
        let answer = erika.post(path, &[("csrf", "falsch".to_owned())]);
        assert_eq!(answer.status, 403, "{path}");
    }
    assert_eq!(erika.get("/session").status, 200);
    assert_eq!(erika.post("/abmelden", &fields).leads_to(), "/anmelden");
    assert_eq!(erika.get("/session").status, 401);
}

#[test]
fn pages_say_what_browsers_shall_keep_out() {
    let app = App::start();
    let mut erika = ready(&app, "erika", "KI_HEAD");
    for path in ["/konto", "/rolle", "/konto/zweiter-faktor"] {
        let page = erika.get(path);
        assert_eq!(page.status, 200, "{path}");
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(page.header("cache-control"), "no-store");
        // With another one browsers would not say that our own forms are ours.
        assert_eq!(page.header("referrer-policy"), "same-origin");
        assert!(
            !page.body.contains("<script") && !page.body.contains("style="),
            "{path}"
        );
    }
    let style = erika.get("/anmelden/stil.css");
    assert!(style.header("content-type").starts_with("text/css"));
    assert_eq!(erika.get("/session").header("cache-control"), "no-store");
}
