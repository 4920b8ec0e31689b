//! Imports from a small server, and what becomes of them.
//!
//! More than 400 lines: one small server gives everything that can come.

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
        "abgelehnt: m1: gehört zu keinem Gremium (organization fehlt) (organization: MISSING)",
        "abgelehnt: m2: agendaItem ist keine Liste (agendaItem: MALFORMED)",
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
fn endpoints_of_both_versions_are_read() {
    for version in ["1.0", "1.1"] {
        let kind = move |word: &str| format!("https://schema.oparl.org/{version}/{word}");
        let endpoint = OparlServer::start(move |base, path, _| {
            Some(match path {
                "/system" => Reply::json(&json!({
                    "id": format!("{base}/system"), "type": kind("System"),
                    "oparlVersion": kind(""), "body": format!("{base}/bodies"),
                })),
                "/bodies" => page(
                    &[json!({
                        "id": format!("{base}/body"), "type": kind("Body"), "name": "Stadt",
                        "organization": format!("{base}/organizations"),
                        "person": format!("{base}/people"), "meeting": format!("{base}/meetings"),
                        "paper": format!("{base}/papers"), "legislativeTerm": [],
                    })],
                    None,
                ),
                "/organizations" => page(
                    &[json!({
                        "id": format!("{base}/o/1"), "type": kind("Organization"),
                        "name": "Integrationsrat", "startDate": "2014-05-25",
                    })],
                    None,
                ),
                "/meetings" => page(
                    &[json!({
                        "id": format!("{base}/m/1"), "type": kind("Meeting"), "name": "Sitzung",
                        "start": "2024-05-14T22:00:00Z", "organization": [format!("{base}/o/1")],
                        "location": {
                            "id": format!("{base}/l/1"), "type": kind("Location"), "room": "Saal",
                        },
                        "agendaItem": [{
                            "id": format!("{base}/a/1"), "type": kind("AgendaItem"),
                            "meeting": format!("{base}/m/1"), "number": "Ö 1", "name": "Begrüßung",
                            "public": true,
                        }],
                    })],
                    None,
                ),
                _ => return None,
            })
        });
        let office = Office::new();
        let ended = office.import(&endpoint.at("/system"), &[]);
        assert_eq!(ended.code, 0, "{version}: {ended:?}");
        let counts = ["Gremien:", "Sitzungen:", "Abgelehnt:", "Hinweise:"];
        let counts = counts.map(|line| ended.count(line));
        assert_eq!(counts, [1, 1, 0, 0], "{version}: {ended:?}");
        let lines = std::fs::read_to_string(office.segment()).unwrap();
        assert!(
            lines.contains(r#""occurred_on":"2024-05-15""#),
            "{version}: {lines}"
        );
    }
}

#[test]
fn a_joint_meeting_stands_with_its_first_body_and_is_said() {
    let office = Office::new();
    let mut meetings = three();
    meetings[1]["organization"] = json!(["o1", "o2", "o1", "elsewhere"]);
    let source = Source::of(meetings);
    for _ in 0..2 {
        let ended = office.import(&source.address(), &[]);
        assert_eq!(ended.code, 0, "{ended:?}");
        assert_eq!(ended.count("Hinweise:"), 1, "{ended:?}");
        let notice = "Hinweis: m2: gemeinsame Sitzung mehrerer Gremien; im Buch steht sie bei „Integrationsrat“, nicht bei elsewhere, „Forstamt“";
        assert!(ended.out.contains(notice), "{}", ended.out);
    }
    assert_eq!(office.verified().0, 4);
}

#[test]
fn what_the_source_deletes_is_cancelled_once_and_what_was_held_stays() {
    let office = Office::new();
    let mut meetings = three();
    meetings.push(meeting("m4", &next_year(), "Im nächsten Jahr"));
    let source = Source::of(meetings);
    assert_eq!(office.import(&source.address(), &[]).code, 0);
    assert_eq!(office.verified().0, 5);
    // What is deleted keeps nothing but its id; m5 never was in the book.
    let deleted = |id: &str| json!({"type": "https://schema.oparl.org/1.1/Meeting", "id": id, "deleted": true});
    source.change(|meetings| {
        meetings[0] = deleted("m1");
        meetings[3] = deleted("m4");
        meetings.push(deleted("m5"));
    });
    let tried = office.import(&source.address(), &["--dry-run"]);
    let says = "geändert: Sitzung abgesagt, weil in der Quelle gelöscht (m4)";
    assert!(tried.out.contains(says), "{}", tried.out);
    let ended = office.import(&source.address(), &[]);
    assert_eq!(ended.code, 0, "{ended:?}");
    for part in [
        "Sitzungen: 0 neu, 1 geändert, 2 unverändert",
        "In der Quelle gelöscht: 3 Sitzungen",
        "Hinweis: m1: ist in der Quelle gelöscht, im Buch aber als durchgeführt erfasst",
        "Hinweise: 1",
        "Abgelehnt: 0",
    ] {
        assert!(ended.out.contains(part), "{part}: {}", ended.out);
    }
    let lines = std::fs::read_to_string(office.segment()).unwrap();
    assert_eq!(lines.matches("meeting.cancelled").count(), 1);
    let again = office.import(&source.address(), &[]);
    assert!(again.out.contains("0 geändert"), "{}", again.out);
    assert_eq!(office.verified().0, 6);
    // And when the source has it again, it is to come again.
    source.change(|meetings| meetings[3] = meeting("m4", &next_year(), "Im nächsten Jahr"));
    assert!(
        office
            .import(&source.address(), &[])
            .out
            .contains("1 geändert")
    );
    assert_eq!(office.verified().0, 7);
}

/// A day to come, whenever the test runs.
fn next_year() -> String {
    let year = time::OffsetDateTime::now_utc().year() + 1;
    format!("{year}-03-10")
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
    let changed = "/list?modified_since=2024-02-29T22:00:00Z";
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
    // With the two events of the token that was issued.
    assert_eq!(office.verified().0, 6);
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
