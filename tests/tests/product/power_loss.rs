//! Power loss, once for real: the server works on an ext4 file system in an image, the image is
//! copied as it is at that moment, without a sync, and the copy is what the next start finds. One
//! round here, 20 in `make campaign`.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use querschnitt_tests::{App, Client, ScratchDisk, or_skip};
use serde_json::json;

use crate::words::{consultation, everything, recorded, with};

const CLIENTS: usize = 8;

/// How many more commands are to be acknowledged before the power goes.
const AT_LEAST: usize = 100;

fn rounds() -> u64 {
    if std::env::var_os("QUERSCHNITT_CAMPAIGN").is_some() {
        20
    } else {
        1
    }
}

#[test]
fn what_was_acknowledged_survives_a_power_loss() {
    // One round fills little, and what is small is copied fast.
    let bytes = if rounds() > 1 { 128 << 20 } else { 32 << 20 };
    let Some(disk) = or_skip(ScratchDisk::new(bytes)) else {
        return;
    };
    let app = App::start_on(disk.path().join("data"));
    let office = app.officer();
    let acknowledged: Mutex<BTreeMap<String, String>> = Mutex::default();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // Also when a check fails, so that the clients end and the disk is unmounted.
        let _end = End(&over, &app);
        for client in 0..CLIENTS {
            let (office, acknowledged, over) = (office.clone(), &acknowledged, &over);
            scope.spawn(move || record(&office, client, acknowledged, over));
        }
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut before = 0;
        for round in 0..rounds() {
            let deadline = Instant::now() + Duration::from_secs(120);
            while acknowledged.lock().unwrap().len() < before + AT_LEAST {
                assert!(Instant::now() < deadline, "hardly anything is recorded");
                std::thread::sleep(Duration::from_millis(10));
            }
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            std::thread::sleep(Duration::from_millis(50 + (state >> 33) % 900));
            // The moment the power goes: nothing runs on, nothing is synced.
            signal(&app, "STOP");
            let known = acknowledged.lock().unwrap().clone();
            let copy = disk.after_power_loss();
            signal(&app, "CONT");
            let copy = copy.unwrap();
            let found = check(&copy, &known);
            before = known.len();
            println!("round {round}: {} acknowledged, {found} found", known.len());
        }
    });
}

struct End<'a>(&'a AtomicBool, &'a App);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
        signal(self.1, "CONT");
    }
}

fn signal(app: &App, name: &str) {
    Command::new("kill")
        .args([
            "-s",
            name,
            &app.process_id().expect("the server runs").to_string(),
        ])
        .status()
        .expect("kill runs");
}

fn record(
    office: &Client,
    client: usize,
    acknowledged: &Mutex<BTreeMap<String, String>>,
    over: &AtomicBool,
) {
    let document = "mutation($i: RecordConsultationInput!) {
        recordConsultation(input: $i) { consultation { id } } }";
    let mut number = 0;
    while !over.load(Ordering::Relaxed) {
        number += 1;
        let note = format!("Gerät {client}, Vermerk {number}");
        let input = with(consultation(), &json!({ "note": note }));
        let Some((200, body)) = office.post(document, &json!({ "i": input })) else {
            continue;
        };
        let id = body["data"]["recordConsultation"]["consultation"]["id"].as_str();
        let id = id.expect("a consultation was refused").to_owned();
        acknowledged.lock().unwrap().insert(id, note);
    }
}

/// Starts a server on the copy: all of `known` is there, and nothing without its text. Gives how
/// many consultations there are.
fn check(copy: &ScratchDisk, known: &BTreeMap<String, String>) -> usize {
    let mut app = App::start_on(copy.path().join("data"));
    let office = app.officer();
    let found = everything(&office);
    for (id, note) in known {
        assert_eq!(
            found.get(id),
            Some(&Some(note.clone())),
            "acknowledged and lost; the server said:\n{}",
            app.said()
        );
    }
    assert!(
        found.values().all(Option::is_some),
        "an event without its text"
    );
    recorded(&office, &consultation());
    assert_eq!(app.stop(), Some(0));
    let (code, out, err) = app.cli(&["audit", "verify"]);
    assert_eq!(code, 0, "{out}{err}");
    found.len()
}
