//! Imports from a small server, and what becomes of them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::oparl_server::{OparlServer, Reply, page};
use crate::support::Office;

fn organization(id: &str, name: &str) -> Value {
    json!({"type": "https://schema.oparl.org/1.1/Organization", "id": id, "name": name})
}

fn meeting(id: &str, day: &str, name: &str) -> Value {
    json!({
        "type": "https://schema.oparl.org/1.1/Meeting", "id": id, "name": name,
        "start": format!("{day}T17:00:00+01:00"), "end": format!("{day}T00:00:00+01:00"),
        "organization": ["o1"],
        "agendaItem": [{"number": "1", "name": "Begrüßung", "public": true}],
    })
}

/// A source whose meetings can be changed.
struct Source {
    meetings: Arc<Mutex<Vec<Value>>>,
    server: OparlServer,
}

impl Source {
    fn of(meetings: Vec<Value>) -> Self {
        let meetings = Arc::new(Mutex::new(meetings));
        let shared = Arc::clone(&meetings);
        let server = OparlServer::start(move |base, path, _| {
            Some(match path {
                "/body" => Reply::json(&json!({
                    "type": "https://schema.oparl.org/1.1/Body", "id": "b",
                    "organization": format!("{base}/organizations"),
                    "meeting": format!("{base}/meetings/0"),
                })),
                "/organizations" => page(
                    &[
                        organization("o1", "Integrationsrat"),
                        organization("o2", "Forstamt"),
                    ],
                    None,
                ),
                path => {
                    // Two meetings a page.
                    let number: usize = path.strip_prefix("/meetings/")?.parse().ok()?;
                    let all = shared.lock().unwrap();
                    let rest = &all[(number * 2).min(all.len())..];
                    let next = (rest.len() > 2).then(|| format!("{base}/meetings/{}", number + 1));
                    page(&rest[..rest.len().min(2)], next)
                }
            })
        });
        Self { meetings, server }
    }

    fn address(&self) -> String {
        self.server.at("/body")
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Value>)) {
        change(&mut self.meetings.lock().unwrap());
    }
}

fn three() -> Vec<Value> {
    vec![
        meeting("m1", "2024-01-10", "Erste Sitzung"),
        meeting("m2", "2024-02-10", "Zweite Sitzung"),
        meeting("m3", "2024-03-10", "Dritte Sitzung"),
    ]
}

#[test]
fn the_same_again_adds_nothing_and_a_change_becomes_a_correction() {
    let office = Office::new();
    let source = Source::of(three());
    let first = office.import(&source.address(), &[]);
    assert_eq!(first.code, 0, "{first:?}");
    assert_eq!((first.count("Gremien:"), first.count("Sitzungen:")), (1, 3));
    let (size, root) = office.verified();
    assert_eq!(size, 4);
    assert_eq!(office.import(&source.address(), &[]).code, 0);
    assert_eq!(office.verified(), (size, root));

    source.change(|meetings| meetings[1]["name"] = "Zweite Sitzung (öffentlich)".into());
    let changed = office.import(&source.address(), &[]);
    assert!(
        changed
            .out
            .contains("Sitzungen: 0 neu, 1 geändert, 2 unverändert"),
        "{changed:?}"
    );
    let lines = std::fs::read_to_string(office.segment()).unwrap();
    let last = lines.lines().rfind(|line| line.starts_with('{')).unwrap();
    assert!(
        last.contains("meeting.corrected") && last.contains(r#""changed":["title"]"#),
        "{last}"
    );

    // And back: as new a change as the first.
    source.change(|meetings| meetings[1]["name"] = "Zweite Sitzung".into());
    let back = office.import(&source.address(), &[]);
    assert!(
        back.out.contains("0 neu, 1 geändert, 2 unverändert"),
        "{back:?}"
    );
    assert_eq!(office.verified().0, 6);
    for word in ["Zweite", "Integrationsrat", "Begrüßung"] {
        assert!(!lines.contains(word), "{word} stands in the log");
    }
}

#[test]
fn a_dry_run_says_everything_and_records_nothing() {
    let office = Office::new();
    let mut meetings = three();
    meetings[0]["organization"] = json!([]);
    meetings[1]["agendaItem"] = json!("x");
    let source = Source::of(meetings);
    let ended = office.import(&source.address(), &["--dry-run"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    for part in [
        "neu: Gremium „Integrationsrat“",
        "neu: Sitzung am 2024-03-10 „Dritte Sitzung“, 1 Tagesordnungspunkte (m3)",
        "abgelehnt: m1: gehört zu keinem Gremium",
        "abgelehnt: m2: agendaItem ist keine Liste",
        "übergangen: Forstamt",
        "Abgelehnt: 2",
    ] {
        assert!(
            ended.out.contains(part),
            "{part:?} is missing in {}",
            ended.out
        );
    }
    assert!(!office.data().exists());
}

#[test]
fn filters_take_what_is_asked_for() {
    let office = Office::new();
    let source = Source::of(three());
    let ended = office.import(&source.address(), &["--words", "DRITTE"]);
    assert_eq!(ended.count("Sitzungen:"), 1, "{ended:?}");
    let ended = office.import(&source.address(), &["--body", "Bauausschuss"]);
    assert_eq!(ended.count("Sitzungen:"), 0, "{ended:?}");
    let ended = office.import(&source.address(), &["--body", "integration"]);
    assert!(
        ended.out.contains("2 neu, 0 geändert, 1 unverändert"),
        "{ended:?}"
    );
}

#[test]
fn a_source_that_breaks_off_is_continued() {
    let office = Office::new();
    let whole = Source::of(three());
    let address = whole.address();
    let broken = OparlServer::start(move |base, path, _| match path {
        "/body" => Some(page(
            &[organization("o1", "Integrationsrat"), three()[0].clone()],
            Some(format!("{base}/gone")),
        )),
        _ => None,
    });
    let ended = office.import(&broken.at("/body"), &[]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(
        ended.err.contains("404") && ended.err.contains("setzt den Import fort"),
        "{}",
        ended.err
    );
    assert_eq!(office.verified().0, 2);
    let ended = office.import(&address, &[]);
    assert!(
        ended
            .out
            .contains("Sitzungen: 2 neu, 0 geändert, 1 unverändert"),
        "{ended:?}"
    );
}

#[test]
fn a_busy_source_is_waited_for_and_asked_for_changes_only() {
    let office = Office::new();
    let busy = OparlServer::start(|_, path, before| {
        Some(match (path, before) {
            (_, 0) => Reply::status(429).header("retry-after", "1"),
            ("/list", _) => page(&three(), None),
            (_, _) => page(&three()[2..], None).after(Duration::from_millis(300)),
        })
    });
    let ended = office.import(&busy.at("/list"), &["--since", "2024-03-01"]);
    assert!(ended.out.contains("Sitzungen: 1 neu"), "{ended:?}");
    assert!(
        ended.err.contains("429") && ended.err.contains("neuer Versuch in 1 s"),
        "{}",
        ended.err
    );
    let changed = "/list?modified_since=2024-03-01T00:00:00Z";
    assert_eq!(busy.asked(), ["/list", "/list", changed, changed]);
}

#[test]
fn what_is_no_source_ends_with_1() {
    let office = Office::new();
    let ended = office.import("/nowhere/at/all", &[]);
    assert!(
        ended.code == 1 && ended.err.contains("/nowhere/at/all"),
        "{ended:?}"
    );
    let ended = office.import("https://", &[]);
    assert_eq!(ended.code, 1, "{ended:?}");
}

#[test]
fn a_running_server_carries_the_import_out() {
    let office = Office::new();
    let source = Source::of(three());
    let server = office.serve(&[]);
    let ended = office.import(&source.address(), &[]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(ended.count("Sitzungen:"), 3);
    let answer = server.ask(
        &office.token(),
        "{ networkMeetings(first: 10) { totalCount } }",
    );
    assert_eq!(
        answer["data"]["networkMeetings"]["totalCount"],
        json!(3),
        "{answer}"
    );
    // Failures come back through the socket with their exit code.
    let ended = office.import("http://127.0.0.1:1/", &["--dry-run", "--words", "x"]);
    assert!(
        ended.code == 1 && ended.err.contains("nicht erreichbar"),
        "{ended:?}"
    );
    assert_eq!(server.stop(), Some(0));
    assert_eq!(office.verified().0, 4);
}

#[test]
fn an_import_that_is_killed_is_continued_to_the_same_end() {
    let meetings: Vec<Value> = (0..600)
        .map(|n| meeting(&format!("m{n}"), "2024-01-10", &format!("Sitzung {n}")))
        .collect();
    let source = Source::of(meetings);
    let office = Office::new();
    let mut killed_in_between = false;
    for round in 1..=6 {
        let mut child = office
            .command(&["import", "oparl", &source.address(), "--centre", "05711"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(120 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        if office.data().join("log").is_dir() {
            let events = office.verified().0;
            killed_in_between |= events > 0 && events < 601;
        }
    }
    assert!(killed_in_between, "no kill hit the import");
    let ended = office.import(&source.address(), &[]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(office.verified().0, 601);
    let again = office.import(&source.address(), &[]);
    assert!(
        again.out.contains("0 neu, 0 geändert, 600 unverändert"),
        "{again:?}"
    );
}

#[test]
fn a_dry_run_on_a_folder_that_is_not_there_leaves_nothing_behind() {
    let office = Office::new();
    let source = Source::of(three());
    let temporary = office.beside("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let address = source.address();
    let import = [
        "import",
        "oparl",
        &address,
        "--centre",
        "05711",
        "--dry-run",
    ];
    let ended = crate::support::run(office.command(&import).env("TMPDIR", &temporary));
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(
        ended.out.contains('3'),
        "it says what would be recorded: {ended:?}"
    );
    assert!(!office.data().exists(), "the data folder was made");
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0);
    // Said about an empty book: the same as about one that was made before.
    let real = office.import(&address, &[]);
    assert_eq!(real.code, 0, "{real:?}");
    let again = office.import(&address, &["--dry-run"]);
    assert_ne!(again.out, ended.out);
}
