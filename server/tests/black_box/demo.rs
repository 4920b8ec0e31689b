//! `demo`: what it refuses, that it comes again, and that a killed one goes on to the same end.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Office, run};

/// The events of the only segment, without what the log itself draws: the ids of events, and the
/// fingerprints, which need the keys of the folder.
fn told(office: &Office) -> Vec<Value> {
    let text = fs::read_to_string(office.segment()).unwrap();
    let lines = text.lines().filter(|line| line.starts_with('{'));
    let events = lines.map(|line| {
        let json = line.split('\t').next().unwrap();
        let mut event: Value = serde_json::from_str(json).unwrap();
        let known = event.as_object_mut().unwrap();
        assert!(known.remove("id").is_some());
        known.remove("fingerprint");
        event
    });
    events.collect()
}

const PLAN: [&str; 9] = [
    "demo",
    "--centres",
    "3",
    "--years",
    "2",
    "--seed",
    "9",
    "--until",
    "2026-03-31",
];

#[test]
fn a_killed_demo_goes_on_to_the_same_end() {
    let whole = Office::new();
    let ended = whole.done(&PLAN);
    assert!(ended.out.contains("3 Zentren"), "{ended:?}");
    let office = Office::new();
    let marker = office.data().join("demo.json");
    let mut killed_in_between = 0;
    for bytes in [200_000, 900_000, 2_500_000] {
        let mut child = office
            .command(&["demo"])
            .args(if marker.exists() { &[][..] } else { &PLAN[1..] })
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let until = Instant::now() + Duration::from_secs(60);
        let written = || {
            let segment = fs::read_dir(office.data().join("log")).ok()?.next()?.ok()?;
            Some(segment.metadata().ok()?.len())
        };
        while written().is_none_or(|written| written < bytes) && Instant::now() < until {
            if child.try_wait().unwrap().is_some() {
                break;
            }
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        killed_in_between += usize::from(marker.exists());
    }
    assert!(killed_in_between > 0, "no kill hit the demo");

    // Nothing else goes into an unfinished history.
    for arguments in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["demo", "--centres", "2"],
        &["demo", "--until", "2026-03-30"],
        &["audit", "replay"],
    ] {
        let refused = office.run(arguments);
        assert_eq!(refused.code, 1, "{arguments:?}: {refused:?}");
        assert!(refused.err.contains("Beispielgeschichte"), "{refused:?}");
    }
    let ended = office.done(&["demo"]);
    assert!(ended.err.contains("wird fortgesetzt"), "{ended:?}");
    assert!(!marker.exists());
    let (events, _) = office.verified();
    assert_eq!(events, whole.verified().0);
    assert!(told(&office) == told(&whole), "the histories differ");
    let again = office.run(&["demo"]);
    assert!(
        again.code == 1 && again.err.contains("nicht leer"),
        "{again:?}"
    );
}

#[test]
fn what_was_begun_before_a_restart_of_the_machine_is_not_trusted() {
    let office = Office::new();
    fs::create_dir(office.data()).unwrap();
    let begun = r#"{"centres":1,"years":1,"seed":1,"until":[2026,31],"boot":"another"}"#;
    fs::write(office.data().join("demo.json"), begun).unwrap();
    let refused = office.run(&["demo"]);
    assert!(
        refused.code == 1 && refused.err.contains("neu gestartet"),
        "{refused:?}"
    );
    fs::write(office.data().join("demo.json"), "{").unwrap();
    let refused = office.run(&["serve"]);
    assert!(
        refused.code == 1 && refused.err.contains("nicht lesbar"),
        "{refused:?}"
    );
}

#[test]
fn what_is_not_possible_is_refused_by_name() {
    let office = Office::new();
    for (arguments, said) in [
        (
            ["--centres", "0"],
            "--centres: 0 Zentren gibt es nicht; möglich sind 1 bis 54.",
        ),
        (
            ["--centres", "55"],
            "--centres: 55 Zentren gibt es nicht; möglich sind 1 bis 54.",
        ),
        (["--centres", "viele"], "nötig ist eine ganze Zahl ab 1"),
        (["--centres", "99999"], "nötig ist eine ganze Zahl ab 1"),
        (
            ["--years", "11"],
            "--years: 11 Jahre sind nicht möglich; möglich sind 1 bis 10.",
        ),
        (
            ["--years", "0"],
            "--years: 0 Jahre sind nicht möglich; möglich sind 1 bis 10.",
        ),
        (["--seed", "eins"], "nötig ist eine ganze Zahl ab 0"),
        (["--until", "2026-02-30"], "ein Tag sieht so aus"),
        (["--until", "2999-01-01"], "höchstens bis gestern"),
        (["--until", "2010-01-01"], "frühestens"),
    ] {
        let ended = run(office.command(&["demo"]).args(arguments));
        assert_eq!(ended.code, 2, "{arguments:?}: {ended:?}");
        assert!(ended.err.contains(said), "{arguments:?}: {ended:?}");
        assert!(!office.data().exists(), "{arguments:?} made a folder");
    }
}
