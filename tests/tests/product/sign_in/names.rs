//! Sign-in names: each is of one account, and a changed one counts from the next sign-in on.

use querschnitt_tests::{App, Client};
use serde_json::{Value, json};

use super::browser::{Browser, PASSWORD, account, ready};
use crate::words::{command, refusal};

fn rename(head: &Client, id: &str, login: Value) -> Value {
    let input = json!({ "commandId": command(), "id": id, "login": login });
    head.send("renameAccount", &input, "account { login }")
}

fn signs_in(app: &App, name: &str) -> bool {
    match Browser::new(app).sign_in(name, PASSWORD).status {
        303 => true,
        403 => false,
        other => panic!("{other}"),
    }
}

#[test]
fn a_changed_sign_in_name_counts_and_the_old_one_does_not() {
    let mut app = App::start();
    let mut erika = ready(&app, "erika", "KI_OFFICER");
    let id = erika.session()["account"].as_str().unwrap().to_owned();
    let head = app.with_role("KI_HEAD", "05711");
    let done = rename(&head, &id, json!(" Erika.Neu@Stadt.example "));
    assert_eq!(done["errors"], json!([]));
    assert_eq!(done["account"]["login"], "erika.neu@stadt.example");
    // Who is signed in stays so.
    assert_eq!(erika.get("/session").status, 200);
    assert!(signs_in(&app, "erika.neu@stadt.example"));
    assert!(!signs_in(&app, "erika"));
    // Also for whoever runs the installation, and the old name is free.
    assert_eq!(app.cli(&["account", "lock", "erika"]).0, 1);
    let (code, _, err) = app.cli(&["account", "lock", "ERIKA.NEU@stadt.example"]);
    assert_eq!(code, 0, "{err}");
    assert!(!signs_in(&app, "erika.neu@stadt.example"));
    assert_eq!(
        app.cli(&["account", "unlock", "erika.neu@stadt.example"]).0,
        0
    );
    account(&app, "erika", "KI_OFFICER");
    app.restart();
    assert!(signs_in(&app, "erika.neu@stadt.example"));

    // Without a name nobody signs in, and nothing is kept.
    let head = head.at(app.url());
    let mut erika = Browser::new(&app);
    erika.sign_in("erika.neu@stadt.example", PASSWORD);
    assert_eq!(erika.get("/session").status, 200);
    let kept = app.data().join("credentials").join(&id);
    assert!(kept.exists());
    let done = rename(&head, &id, Value::Null);
    assert_eq!(done["account"]["login"], Value::Null, "{done}");
    assert!(!kept.exists());
    assert_eq!(erika.get("/session").status, 401);
    assert!(!signs_in(&app, "erika.neu@stadt.example"));
    // A new one, with another first password.
    let done = rename(&head, &id, json!("erika.zurueck"));
    assert_eq!(done["errors"], json!([]));
    let (code, out, err) = app.cli(&["account", "reset", "erika.zurueck"]);
    assert_eq!(code, 0, "{err}");
    let first = super::browser::password_in(&out);
    let again = Browser::new(&app).sign_in("erika.zurueck", &first);
    assert_eq!(again.leads_to(), "/anmelden/kennwort");
}

#[test]
fn a_name_is_of_one_account() {
    let app = App::start();
    let (erika, _) = account(&app, "erika", "KI_OFFICER");
    let (max, _) = account(&app, "max", "KI_OFFICER");
    let head = app.with_role("KI_HEAD", "05711");
    let elsewhere = app.with_role("KI_HEAD", "05315");
    let duplicate = ("DUPLICATE".to_owned(), "login".to_owned());
    assert_eq!(refusal(&rename(&head, &max, json!("Erika"))), duplicate);
    // One's own name again is none of another's.
    assert_eq!(rename(&head, &erika, json!("erika"))["errors"], json!([]));
    // Names are of the installation: also in another centre, and for a machine.
    let input =
        json!({ "commandId": command(), "kind": "PERSON", "name": "Erika", "login": "ERIKA" });
    let refused = elsewhere.send("registerAccount", &input, "account { id }");
    assert_eq!(refusal(&refused), duplicate);
    // The same command again gives what it gave, though the name is taken now.
    let input = json!({ "commandId": command(), "kind": "PERSON", "name": "Kim", "login": "kim" });
    let one = elsewhere.done("registerAccount", &input, "account { id login }");
    let two = elsewhere.done("registerAccount", &input, "account { id login }");
    assert_eq!(one, two);
    let (code, _, err) = app.cli(&[
        "account",
        "add",
        "--login",
        "Kim",
        "--name",
        "Kim",
        "--role",
        "KI_OFFICER",
        "--centre",
        "05711",
    ]);
    assert!(code == 1 && err.contains("anderes Konto"), "{code}: {err}");
    for (login, code) in [
        ("müller", "MALFORMED"),
        ("ab", "MALFORMED"),
        ("a b", "MALFORMED"),
    ] {
        let refused = refusal(&rename(&head, &max, json!(login)));
        assert_eq!(refused, (code.to_owned(), "login".to_owned()), "{login}");
    }
}

/// Each gets the name or a refusal, however many want it at once.
#[test]
fn of_many_who_want_a_name_at_once_one_gets_it() {
    let app = App::start();
    let head = app.with_role("KI_HEAD", "05711");
    let got: usize = std::thread::scope(|scope| {
        let wants = || {
            let input =
                json!({ "commandId": command(), "kind": "PERSON", "name": "Kim", "login": "kim" });
            let answer = head.send("registerAccount", &input, "account { id }");
            usize::from(answer["errors"] == json!([]))
        };
        let all: Vec<_> = (0..16).map(|_| scope.spawn(wants)).collect();
        all.into_iter().map(|one| one.join().unwrap()).sum()
    });
    assert_eq!(got, 1);
}
