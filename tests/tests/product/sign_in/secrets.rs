//! What signs somebody in, sent rightly and wrongly, is written nowhere, however much the server is asked to say.

use querschnitt_tests::{App, ServerOptions};

use super::browser::{self, Browser, PASSWORD, account};
use crate::secrets::{environment_of, files};

const WRONG: &str = "geheim wie Kassandra";
const LOGIN: &str = "kassandrafalsch";

#[test]
fn what_signs_somebody_in_is_written_nowhere() {
    let mut app = App::start_with(ServerOptions {
        arguments: Vec::new(),
        environment: vec![("RUST_LOG".into(), "trace".into())],
    });
    let (_, first) = account(&app, LOGIN, "KI_OFFICER");
    let mut secrets = vec![first.clone(), PASSWORD.into(), WRONG.into(), LOGIN.into()];
    let mut person = Browser::new(&app);
    person.sign_in(LOGIN, &first);
    secrets.push(person.csrf_of("/anmelden/kennwort"));
    assert_eq!(person.choose_password(PASSWORD).leads_to(), "/konto");
    secrets.extend(person.cookies());
    secrets.push(person.csrf());

    // A second factor, and every way to get something wrong.
    let page = person.get("/konto/zweiter-faktor");
    let factor = page
        .between("<p class=\"secret\"><code>", "<")
        .replace(' ', "");
    let fields = [
        ("csrf", page.field("csrf")),
        ("offer", page.field("offer")),
        ("password", PASSWORD.to_owned()),
        ("code", browser::code(&factor, 0)),
    ];
    let codes = person.post("/konto/zweiter-faktor", &fields);
    secrets.extend([
        factor,
        page.field("offer"),
        codes.between("<li><code>", "<"),
    ]);
    let mut answers = vec![
        Browser::new(&app).sign_in(LOGIN, WRONG).body,
        Browser::new(&app).sign_in(WRONG, PASSWORD).body,
        Browser::new(&app)
            .send("/anmelden", &[("content-type", "text/plain")], WRONG.into())
            .body,
        person
            .graphql("{ viewer { role } }", &[("querschnitt-csrf", WRONG)])
            .body,
    ];
    let mut halfway = Browser::new(&app);
    halfway.sign_in(LOGIN, PASSWORD);
    secrets.extend(halfway.cookies());
    answers.push(halfway.give_code(WRONG).body);
    assert_eq!(person.graphql("{ viewer { role } }", &[]).status, 200);
    let token = app.token("KI_OFFICER", "05711");
    secrets.push(token);

    let mut places = environment_of(app.process_id().unwrap());
    places.push(("metrics".into(), app.anonymous().get("/metrics").unwrap().1));
    for (number, body) in answers.into_iter().enumerate() {
        places.push((format!("answer {number}"), body));
    }
    app.stop();
    assert!(app.said().contains("TRACE") || app.said().contains("DEBUG"));
    places.push(("log".into(), app.said()));
    files(&app.data(), &mut places);
    for (place, text) in &places {
        for (number, secret) in secrets.iter().enumerate() {
            // The form shows again which name was typed, as forms do.
            let is_own = place.starts_with("answer") && [WRONG, LOGIN].contains(&secret.as_str());
            assert!(secret.len() > 5, "no secret: {secret:?}");
            assert!(
                is_own || !text.contains(secret.as_str()),
                "secret {number} is in {place}: {text}"
            );
        }
    }
}
