//! The disk under a running server: full, failing, read-only. Nothing acknowledged is lost, nothing
//! half-written stays, and whoever asks learns that nothing can be saved.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use querschnitt_tests::{App, Client, ScratchDisk, or_skip};
use serde_json::{Value, json};

use crate::words::{consultation, everything, recorded, with};

const BYTES: u64 = 24 << 20;

fn disk() -> Option<ScratchDisk> {
    or_skip(ScratchDisk::new(BYTES))
}

fn note(number: usize) -> String {
    // Long enough that little space is soon no space.
    format!("Vermerk {number}{}", " lang".repeat(700))
}

/// Records some consultations and gives what was acknowledged.
fn some(office: &Client) -> BTreeMap<String, String> {
    (0..10)
        .map(|number| {
            let note = note(number);
            let input = with(consultation(), &json!({ "note": note }));
            (recorded(office, &input).0, note)
        })
        .collect()
}

/// One attempt: the id when it was recorded, otherwise the code of the top-level error.
fn attempt(office: &Client, input: &Value) -> Result<String, String> {
    let document = "mutation($i: RecordConsultationInput!) {
        recordConsultation(input: $i) { consultation { id } errors { code } } }";
    let (_, body) = office.post(document, &json!({ "i": input })).unwrap();
    match &body["data"]["recordConsultation"]["consultation"]["id"] {
        Value::String(id) => Ok(id.clone()),
        _ => Err(body["errors"][0]["extensions"]["code"]
            .as_str()
            .unwrap_or("no top-level error")
            .to_owned()),
    }
}

/// What can still be asked: anything that shows no record, and records as long as it can be written who was
/// shown them.
fn reads_what_it_may(office: &Client, known: &BTreeMap<String, String>) {
    let document = "{ figureDefinitions { key } consultations(first: 100) { nodes { id note } } }";
    let (status, body) = office.post(document, &json!({})).unwrap();
    if status == 503 {
        assert_eq!(body["errors"][0]["extensions"]["code"], "ACCESS_LOG");
        assert_eq!(body["data"], Value::Null, "shown to nobody knows whom");
    } else {
        let seen = body["data"]["consultations"]["nodes"].as_array().unwrap();
        assert!(seen.len() >= known.len(), "{body}");
    }
    let (status, body) = office
        .post("{ figureDefinitions { key } }", &json!({}))
        .unwrap();
    assert!(status == 200 && body["errors"].is_null(), "{status} {body}");
}

/// The server says that it takes no writes, and goes on reading what may be read then.
fn refuses_writes_and_reads_on(app: &App, office: &Client, known: &BTreeMap<String, String>) {
    let refused = attempt(office, &with(consultation(), &json!({ "note": note(0) })));
    assert_eq!(refused, Err("UNAVAILABLE".to_owned()));
    // The texts come first, so it is the vault that met it.
    let (status, body) = app.anonymous().get("/readyz").unwrap();
    assert_eq!(status, 503, "{body}");
    let health: Value = serde_json::from_str(&body).unwrap();
    assert!(health["vault"]["refuses"].is_string(), "{body}");
    for _ in 0..3 {
        let refused = attempt(office, &with(consultation(), &json!({ "note": note(0) })));
        assert_eq!(refused, Err("UNAVAILABLE".to_owned()));
        // A command without a text does not go past the vault either way.
        assert_eq!(
            attempt(office, &consultation()),
            Err("UNAVAILABLE".to_owned())
        );
    }
    assert_eq!(app.anonymous().get("/healthz").unwrap().0, 200);
    reads_what_it_may(office, known);
    assert!(!app.said().contains("Vermerk"), "a text in the log");
}

/// After a restart everything acknowledged is there, and what was not is there whole or not at all.
fn is_whole(app: &App, office: &Client, known: &BTreeMap<String, String>) {
    let seen = everything(office);
    for (id, note) in known {
        assert_eq!(seen.get(id), Some(&Some(note.clone())), "lost");
    }
    assert!(
        seen.values().all(Option::is_some),
        "an event without its text"
    );
    let (code, out, err) = app.cli(&["audit", "verify"]);
    assert_eq!(code, 0, "{out}{err}");
}

#[test]
fn a_full_disk_refuses_writes_and_loses_nothing() {
    let Some(disk) = disk() else { return };
    let mut app = App::start_on(disk.path().join("data"));
    let office = app.officer();
    let mut known = some(&office);
    let filler = disk.fill();
    // What the files still have room for in their last blocks gets in, then it ends.
    let mut refused = None;
    for number in 10..200 {
        let input = with(consultation(), &json!({ "note": note(number) }));
        match attempt(&office, &input) {
            Ok(id) => {
                known.insert(id, note(number));
            }
            Err(code) => {
                assert_eq!(code, "UNAVAILABLE");
                refused = Some((input, note(number)));
                break;
            }
        }
    }
    let (input, text) = refused.expect("the disk never got full");
    refuses_writes_and_reads_on(&app, &office, &known);
    std::fs::remove_file(filler).unwrap();
    assert_eq!(
        attempt(&office, &consultation()),
        Err("UNAVAILABLE".into()),
        "no writes after a failed one"
    );
    app.restart();
    is_whole(&app, &app.officer(), &known);
    let again = attempt(&app.officer(), &input).expect("there is space again");
    known.insert(again, text);
    is_whole(&app, &app.officer(), &known);
}

#[test]
fn a_server_without_space_to_start_says_so_and_spoils_nothing() {
    let Some(disk) = disk() else { return };
    let mut app = App::start_on(disk.path().join("data"));
    let token = app.token("KI_OFFICER", "05711");
    let known = some(&Client::new(app.url(), Some(token.clone())));
    app.kill();
    let filler = disk.fill();
    app.launch();
    // Either it ends and says why, or it serves what there is.
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(code) = app.ended() {
            assert_eq!(code, 1, "{}", app.said());
            assert!(app.said().contains("Fehler: "), "{}", app.said());
            break;
        }
        if app.anonymous().get("/readyz").is_some() {
            reads_what_it_may(&Client::new(app.url(), Some(token)), &known);
            break;
        }
        assert!(Instant::now() < deadline, "{}", app.said());
        std::thread::sleep(Duration::from_millis(50));
    }
    app.kill();
    std::fs::remove_file(filler).unwrap();
    app.restart();
    is_whole(&app, &app.officer(), &known);
}

#[test]
fn a_disk_that_turns_read_only_refuses_writes_and_loses_nothing() {
    let Some(mut disk) = disk() else { return };
    let mut app = App::start_on(disk.path().join("data"));
    let office = app.officer();
    let known = some(&office);
    disk.fail().unwrap();
    refuses_writes_and_reads_on(&app, &office, &known);
    app.kill();

    disk.remount(true).unwrap();
    let (code, _, err) = app.cli(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("Fehler: "), "{err}");

    disk.remount(false).unwrap();
    app.restart();
    is_whole(&app, &app.officer(), &known);
    recorded(&app.officer(), &consultation());
    app.kill();
}
