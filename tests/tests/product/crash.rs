//! SIGKILL at random under load through HTTP: what was acknowledged is there, whole commands only,
//! nothing doubled when the clients retry. 6 rounds here, 200 in `make campaign`.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use querschnitt_tests::{App, Client};
use serde_json::{Value, json};

use crate::words::{consultation, with};

const CLIENTS: usize = 8;

fn rounds() -> u64 {
    if std::env::var_os("QUERSCHNITT_CAMPAIGN").is_some() {
        200
    } else {
        6
    }
}

/// Sends one command: what is wrong with the answer, `None` when nobody answered.
fn send(client: &Client, input: &Value) -> Option<Result<(), String>> {
    let document = "mutation($i: RecordConsultationInput!) {
        recordConsultation(input: $i) { consultation { id } errors { code } } }";
    let (status, body) = client.post(document, &json!({ "i": input }))?;
    let payload = &body["data"]["recordConsultation"];
    let good = status == 200
        && payload["errors"] == json!([])
        && payload["consultation"]["id"].is_string();
    Some(if good { Ok(()) } else { Err(body.to_string()) })
}

#[test]
fn what_was_acknowledged_survives_sigkill_and_retries_double_nothing() {
    let mut app = App::start();
    // One token throughout: a retry has to come from the account that sent the command.
    let token = app.token("KI_OFFICER", "05711");
    let mut acknowledged = 0_u64;
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for round in 0..rounds() {
        let office = Client::new(app.url(), Some(token.clone()));
        let over = AtomicBool::new(false);
        let unanswered: Mutex<Vec<Value>> = Mutex::default();
        let answered: Mutex<u64> = Mutex::default();
        // A fixed sequence: a failing round can be repeated.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let pause = Duration::from_millis(20 + (state >> 33) % 300);
        std::thread::scope(|scope| {
            for client in 0..CLIENTS {
                let (office, over, unanswered, answered) =
                    (office.clone(), &over, &unanswered, &answered);
                scope.spawn(move || {
                    while !over.load(Ordering::Relaxed) {
                        let note = format!("Runde {round}, Gerät {client}");
                        let input = with(consultation(), &json!({ "note": note }));
                        if send(&office, &input) == Some(Ok(())) {
                            *answered.lock().unwrap() += 1;
                        } else {
                            unanswered.lock().unwrap().push(input);
                        }
                    }
                });
            }
            std::thread::sleep(pause);
            app.kill();
            over.store(true, Ordering::Relaxed);
        });
        acknowledged += answered.into_inner().unwrap();
        app.restart();
        let office = Client::new(app.url(), Some(token.clone()));
        for input in unanswered.into_inner().unwrap() {
            assert_eq!(send(&office, &input), Some(Ok(())), "a retry was refused");
            acknowledged += 1;
        }
        let total = office.ask(
            "{ consultations(first: 1) { totalCount nodes { note } } }",
            &json!({}),
        );
        assert_eq!(
            total["consultations"]["totalCount"], acknowledged,
            "round {round}"
        );
        assert!(
            total["consultations"]["nodes"][0]["note"].is_string(),
            "an event without its text"
        );
    }
    let (code, out, err) = app.cli(&["audit", "verify"]);
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(commands(&app).len() as u64, acknowledged);
}

/// The command ids in the log files, each of which must stand there once.
fn commands(app: &App) -> HashSet<String> {
    let mut seen = HashSet::new();
    let mut files: Vec<_> = std::fs::read_dir(app.data().join("log"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    for file in files {
        if file.extension().is_none_or(|ending| ending != "log") {
            continue;
        }
        for line in std::fs::read_to_string(file).unwrap().lines() {
            if line.starts_with('{') {
                let json = line.split('\t').next().unwrap();
                let event: Value = serde_json::from_str(json).unwrap();
                assert!(
                    seen.insert(event["command"].as_str().unwrap().to_owned()),
                    "doubled: {json}"
                );
            }
        }
    }
    seen
}
