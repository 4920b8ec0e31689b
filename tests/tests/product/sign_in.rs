//! Signing in with a local account, as a browser does it, at the real server.

mod advice;
mod browser;
mod deputies;
mod ends;
mod glass;
mod names;
mod requests;
mod secrets;
mod uploads;

use querschnitt_tests::App;
use serde_json::json;

use browser::{Browser, PASSWORD, account, ready};

#[test]
fn a_first_password_is_changed_at_the_first_sign_in_and_shown_nowhere() {
    let app = App::start();
    let (id, first) = account(&app, "erika", "KI_HEAD");
    let mut erika = Browser::new(&app);
    assert_eq!(erika.get("/konto").leads_to(), "/anmelden");
    assert_eq!(
        erika.sign_in(" ERIKA ", &first).leads_to(),
        "/anmelden/kennwort"
    );
    assert_eq!(erika.get("/session").status, 401);
    assert_eq!(erika.graphql("{ viewer { role } }", &[]).status, 401);
    assert_eq!(erika.choose_password(PASSWORD).leads_to(), "/konto");

    let session = erika.session();
    assert_eq!(session["account"], id.as_str());
    assert_eq!(session["name"], "Name von erika");
    assert_eq!(session["acting"]["role"], "KI_HEAD");
    assert_eq!(session["acting"]["centre"], "05711");
    assert!(erika.get("/konto").body.contains("Leitung, Bielefeld"));
    assert_eq!(Browser::new(&app).sign_in("erika", &first).status, 403);
    assert_eq!(
        Browser::new(&app).sign_in("erika", PASSWORD).leads_to(),
        "/konto"
    );

    // What is kept and said of it holds neither name nor password.
    let kept = std::fs::read(app.data().join("credentials").join(&id)).unwrap();
    let said = app.said();
    for secret in ["erika", PASSWORD, first.as_str()] {
        assert!(
            !kept
                .windows(secret.len())
                .any(|part| part == secret.as_bytes())
        );
        assert!(!said.contains(secret), "{said}");
    }
    let listed = app.cli(&["account", "list"]).1;
    assert!(
        listed.contains("  erika  offen  KI_HEAD 05711") && !listed.contains("Name von"),
        "{listed}"
    );
    // That the command line shows under which names people sign in is told like everything that is read.
    let protection = app.with_role("DATA_PROTECTION_OFFICER", "05711");
    let first = protection.ask(
        "{ events(first: 1) { nodes { type recordId } } }",
        &json!({}),
    );
    let first = &first["events"]["nodes"][0];
    assert_eq!(first["type"], "account.registered");
    let record = &first["recordId"];
    let query = "query($r: ID!) { accessLog(record: $r, first: 9) { nodes { role purpose operation operationFields cells } } }";
    let told = protection.ask(query, &json!({ "r": record }));
    let expected = json!({
        "role": "OPERATOR", "purpose": "TECHNICAL_CHECK", "operation": "COMMAND_LINE",
        "operationFields": ["account list"], "cells": ["ACCOUNT_GRANTS"],
    });
    let entries = told["accessLog"]["nodes"].as_array().unwrap();
    assert!(entries.contains(&expected), "{told}");
}

#[test]
fn with_a_second_factor_a_code_is_asked_for_and_counts_once() {
    let app = App::start();
    let mut erika = ready(&app, "erika", "KI_OFFICER");
    let page = erika.get("/konto/zweiter-faktor");
    let secret = page
        .between("<p class=\"secret\"><code>", "<")
        .replace(' ', "");
    let code = browser::code(&secret, 0);
    let fields = [
        ("csrf", page.field("csrf")),
        ("offer", page.field("offer")),
        ("password", PASSWORD.to_owned()),
        ("code", code.clone()),
    ];
    let codes = erika.post("/konto/zweiter-faktor", &fields);
    assert_eq!(codes.status, 200, "{}", codes.body);
    let recovery = codes.between("<li><code>", "<");

    let mut again = Browser::new(&app);
    assert_eq!(
        again.sign_in("erika", PASSWORD).leads_to(),
        "/anmelden/code"
    );
    assert_eq!(again.get("/session").status, 401);
    assert_eq!(again.give_code(&code).status, 403, "it was used");
    // The code of the next half minute counts already.
    assert_eq!(
        again.give_code(&browser::code(&secret, 30)).leads_to(),
        "/konto"
    );
    assert_eq!(again.session()["acting"]["role"], "KI_OFFICER");

    let mut lost = Browser::new(&app);
    lost.sign_in("erika", PASSWORD);
    assert_eq!(lost.give_code(&recovery).leads_to(), "/konto");
    let mut twice = Browser::new(&app);
    twice.sign_in("erika", PASSWORD);
    assert_eq!(twice.give_code(&recovery).status, 403);

    // Whoever runs the installation can help, and then the first factor is new too.
    let (code, out, err) = app.cli(&["account", "reset", "erika"]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(erika.get("/session").status, 401);
    let mut reset = Browser::new(&app);
    let answer = reset.sign_in("erika", &browser::password_in(&out));
    assert_eq!(answer.leads_to(), "/anmelden/kennwort");
}

#[test]
fn nothing_tells_whether_an_account_exists() {
    let app = App::start();
    ready(&app, "erika", "KI_OFFICER");
    let (_, locked) = account(&app, "max", "KI_OFFICER");
    assert_eq!(app.cli(&["account", "lock", "max"]).0, 0);
    let mut wrong = Vec::new();
    let mut waiting = Vec::new();
    for (name, password) in [("erika", "falsch"), ("niemand", "falsch"), ("max", &locked)] {
        let mut browser = Browser::new(&app);
        wrong.push(browser.sign_in(name, password));
        // Sooner or later one has to wait, however slow this machine is.
        let refused = (0..100).map(|_| browser.sign_in(name, "falsch"));
        let mut refused = refused.skip_while(|answer| answer.status == 403);
        let mut answer = refused.next().expect("it comes to waiting");
        assert_eq!(answer.status, 429);
        assert!(answer.header("retry-after").parse::<u32>().unwrap() >= 1);
        // How long differs with the machine.
        let differs = ["retry-after", "content-length"];
        answer
            .headers
            .retain(|(name, _)| !differs.contains(&name.as_str()));
        waiting.push(answer.headers);
    }
    for answer in &wrong {
        assert_eq!(answer.status, 403);
        assert_eq!(answer, &wrong[0]);
    }
    assert!(waiting.iter().all(|headers| headers == &waiting[0]));
}

#[test]
fn a_sign_in_gets_a_session_of_its_own() {
    let app = App::start();
    let mut erika = ready(&app, "erika", "KI_OFFICER");
    let first = erika.cookie("querschnitt");
    let mut victim = Browser::new(&app);
    victim.set_cookie("querschnitt", "untergeschoben");
    assert_eq!(victim.sign_in("erika", PASSWORD).leads_to(), "/konto");
    assert_ne!(victim.cookie("querschnitt"), "untergeschoben");
    let mut planter = Browser::new(&app);
    planter.set_cookie("querschnitt", "untergeschoben");
    assert_eq!(planter.get("/session").status, 401);
    // The session before a sign-in ends with it.
    erika.sign_in("erika", PASSWORD);
    erika.set_cookie("querschnitt", &first);
    assert_eq!(erika.get("/session").status, 401);
}

#[test]
fn accounts_are_added_with_reasons_against_them() {
    let app = App::start();
    let (_, first) = account(&app, "erika", "KI_HEAD");
    assert_eq!(first.len(), 24);
    let add = |login: &str, more: &[&str]| {
        let mut arguments = vec![
            "account", "add", "--login", login, "--name", "Name", "--centre", "05711",
        ];
        arguments.extend(more);
        app.cli(&arguments)
    };
    let (code, _, err) = add("ERIKA", &["--role", "KI_HEAD"]);
    assert!(
        code == 1 && err.contains("erika") && err.contains("account reset"),
        "{err}"
    );
    let (code, _, err) = add("er ika", &["--role", "KI_HEAD"]);
    assert!(code == 2 && err.contains("--login"), "{err}");
    // A role that needs an organisation: nothing usable stays behind, and the name is free.
    let (code, out, err) = add("max", &["--role", "PARTNER_OFFICE"]);
    assert!(
        code == 1 && err.contains("organisation") && out.is_empty(),
        "{out}{err}"
    );
    let (code, _, err) = add("max", &["--role", "KI_OFFICER"]);
    assert_eq!(code, 0, "{err}");
    let (code, _, err) = app.cli(&["account", "reset", "niemand"]);
    assert!(code == 1 && err.contains("niemand"), "{err}");
    let files = std::fs::read_dir(app.data().join("credentials"))
        .unwrap()
        .count();
    assert_eq!(files, 2);
}

#[test]
fn damaged_secrets_concern_their_account_only_and_a_reset_mends_them() {
    let mut app = App::start();
    let (id, _) = account(&app, "erika", "KI_OFFICER");
    ready(&app, "max", "KI_OFFICER");
    assert_eq!(app.stop(), Some(0));
    let file = app.data().join("credentials").join(&id);
    std::fs::write(&file, "kaputt").unwrap();
    app.restart();
    assert!(app.said().contains(&id), "{}", app.said());
    assert_eq!(
        Browser::new(&app).sign_in("max", PASSWORD).leads_to(),
        "/konto"
    );
    let (code, out, err) = app.cli(&["account", "reset", "erika"]);
    assert_eq!(code, 0, "{err}");
    let first = browser::password_in(&out);
    let answer = Browser::new(&app).sign_in("erika", &first);
    assert_eq!(answer.leads_to(), "/anmelden/kennwort");
}

#[test]
fn one_with_several_roles_acts_in_the_one_that_was_chosen() {
    let app = App::start();
    let mut erika = ready(&app, "erika", "KI_HEAD");
    let session = erika.session();
    let grant = session["acting"]["grant"].as_str().unwrap().to_owned();
    let ask = |erika: &mut Browser, grant: &str| {
        erika.graphql("{ viewer { role } }", &[("querschnitt-grant", grant)])
    };
    let answer = ask(&mut erika, &grant);
    assert_eq!(
        answer.json()["data"]["viewer"]["role"],
        "KI_HEAD",
        "{}",
        answer.body
    );
    for wrong in ["", "x", "00000000-0000-0000-0000-000000000000"] {
        let answer = ask(&mut erika, wrong);
        assert_eq!(answer.status, 403);
        assert_eq!(answer.json()["errors"][0]["extensions"]["code"], "NO_GRANT");
    }
    assert_eq!(
        erika.graphql("{ viewer { role } }", &[]).json()["data"],
        json!({ "viewer": { "role": "KI_HEAD" } })
    );
}
