//! How sessions end, and what a crash leaves of a password that was being changed.

use std::time::{Duration, Instant};

use querschnitt_tests::{App, ServerOptions};

use super::browser::{Browser, PASSWORD, encoded, form_headers, ready};

/// Waits for what has to come, however slow this machine is.
fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::yield_now();
    }
}

fn with_times(idle: &str, absolute: &str) -> App {
    App::start_with(ServerOptions {
        arguments: Vec::new(),
        environment: vec![
            ("QUERSCHNITT_SESSIONS_IDLE_SECONDS".into(), idle.into()),
            (
                "QUERSCHNITT_SESSIONS_ABSOLUTE_SECONDS".into(),
                absolute.into(),
            ),
        ],
    })
}

#[test]
fn a_session_that_is_not_used_ends_by_itself() {
    let app = with_times("2", "3600");
    let mut erika = ready(&app, "erika", "KI_OFFICER");
    // Asking whether it is there is not using it.
    until("the session ends", || erika.get("/session").status == 401);
    assert_eq!(erika.get("/konto").leads_to(), "/anmelden");
    assert_eq!(erika.graphql("{ viewer { role } }", &[]).status, 401);
}

#[test]
fn a_session_ends_however_much_it_is_used() {
    let app = with_times("3600", "2");
    let mut erika = ready(&app, "erika", "KI_OFFICER");
    until("the session ends", || erika.get("/konto").status == 303);
    assert_eq!(erika.get("/session").status, 401);
}

#[test]
fn a_locked_account_is_out_at_the_next_request_and_an_unlocked_one_signs_in_again() {
    let app = App::start();
    let mut erika = ready(&app, "erika", "KI_OFFICER");
    assert_eq!(erika.graphql("{ viewer { role } }", &[]).status, 200);
    let (code, out, err) = app.cli(&["account", "lock", "erika", "--reason", "verlorenes Gerät"]);
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(erika.get("/session").status, 401);
    assert_eq!(erika.get("/konto").leads_to(), "/anmelden");
    assert_eq!(erika.sign_in("erika", PASSWORD).status, 403);
    assert_eq!(app.cli(&["account", "unlock", "erika"]).0, 0);
    assert_eq!(
        erika.get("/session").status,
        401,
        "the old session does not come back"
    );
    assert_eq!(erika.sign_in("erika", PASSWORD).leads_to(), "/konto");
}

#[test]
fn another_password_and_a_restart_end_sessions() {
    let mut app = App::start();
    let mut erika = ready(&app, "erika", "KI_OFFICER");
    let mut elsewhere = Browser::new(&app);
    elsewhere.sign_in("erika", PASSWORD);
    let fields = change(&erika.csrf(), PASSWORD, "vier Tassen Tee");
    assert_eq!(erika.post("/konto/kennwort", &fields).status, 200);
    assert_eq!(elsewhere.get("/session").status, 401);
    assert_eq!(erika.get("/session").status, 200);
    let cookie = erika.cookie("querschnitt");
    app.restart();
    let mut later = Browser::new(&app);
    later.set_cookie("querschnitt", &cookie);
    assert_eq!(later.get("/session").status, 401);
    assert_eq!(later.sign_in("erika", PASSWORD).status, 403);
    assert_eq!(
        later.sign_in("erika", "vier Tassen Tee").leads_to(),
        "/konto"
    );
}

fn change(csrf: &str, old: &str, new: &str) -> Vec<(&'static str, String)> {
    vec![
        ("csrf", csrf.to_owned()),
        ("old", old.to_owned()),
        ("new", new.to_owned()),
        ("again", new.to_owned()),
    ]
}

/// Killed before, while and after the file is replaced: the old password or the new one opens the account, one of them, and
/// an answer that said so is kept.
#[test]
fn a_kill_while_a_password_is_changed_leaves_the_old_one_or_the_new_one() {
    let mut app = App::start();
    ready(&app, "erika", "KI_OFFICER");
    let mut password = PASSWORD.to_owned();
    let folder = app.data().join("credentials");
    for round in 0..8 {
        let mut browser = Browser::new(&app);
        assert_eq!(browser.sign_in("erika", &password).leads_to(), "/konto");
        let next = format!("Kanne Nummer {round}");
        let fields = change(&browser.csrf(), &password, &next);
        let origin = browser.url().to_owned();
        let before = files(&folder);
        let changing = std::thread::spawn(move || {
            browser.try_send("/konto/kennwort", &form_headers(&origin), encoded(&fields))
        });
        match round % 4 {
            0 => {}
            1 => until("it is being changed", || {
                files(&folder) != before || changing.is_finished()
            }),
            2 => until("hashing has begun", || changing.is_finished() || busy(&app)),
            _ => until("it is changed", || changing.is_finished()),
        }
        app.kill();
        let answer = changing.join().unwrap();
        app.restart();
        let opens = [&password, &next]
            .map(|candidate| Browser::new(&app).sign_in("erika", candidate).status == 303);
        assert!(opens[0] != opens[1], "round {round}: {opens:?}");
        if answer.is_some_and(|answer| answer.status == 200) {
            assert!(opens[1], "round {round}: the change was confirmed");
        }
        if opens[1] {
            password = next;
        }
    }
}

/// Names and times of the files: one that is replaced is another.
fn files(folder: &std::path::Path) -> Vec<(String, std::time::SystemTime)> {
    let entries = std::fs::read_dir(folder).unwrap().filter_map(Result::ok);
    let mut files: Vec<_> = entries
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            Some((name, entry.metadata().ok()?.modified().ok()?))
        })
        .collect();
    files.sort();
    files
}

/// Whether a thread of the server is at work.
fn busy(app: &App) -> bool {
    let tasks = app
        .process_id()
        .and_then(|id| std::fs::read_dir(format!("/proc/{id}/task")).ok());
    let stats = tasks.into_iter().flatten().filter_map(Result::ok);
    let mut stats = stats.filter_map(|task| std::fs::read_to_string(task.path().join("stat")).ok());
    stats.any(|stat| stat.contains(") R "))
}
