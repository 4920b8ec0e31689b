//! The import from a running OParl endpoint whose pages are slow or fail, killed in the middle in
//! every way. What an import takes from a source is tested beside it, in the server's crate.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use querschnitt_tests::{App, OparlSource, Reply, command};
use serde_json::{Value, json};

const MEETINGS: usize = 240;
const PAGE: usize = 40;
/// A page that fails twice.
const FAILING: &str = "/meetings?page=2";
/// A page whose end keeps its reader waiting, the first times.
const SLOW: &str = "/meetings?page=5";
const TIMES_SLOW: usize = 3;

fn meeting(number: usize) -> Value {
    let body = number % 3;
    json!({
        "type": "https://schema.oparl.org/1.1/Meeting",
        "id": format!("https://ris.example/meeting/{number}"),
        "name": format!("Sitzung {number} (öffentlich)"),
        "start": format!("2025-{:02}-{:02}T17:00:00+01:00", 1 + number % 12, 1 + number % 28),
        "organization": [format!("https://ris.example/organization/{body}")],
        "agendaItem": [
            { "number": "1", "name": "Begrüßung", "public": true },
            { "number": "2", "name": format!("Vorlage {number}"), "public": true, "result": "beschlossen" },
        ],
    })
}

fn list(objects: &[Value], next: Option<String>) -> Reply {
    Reply::json(&json!({ "data": objects, "links": { "next": next }, "pagination": {} }))
}

fn source() -> OparlSource {
    OparlSource::start(|base, path, before| match path {
        "/system" => Reply::json(&json!({
            "type": "https://schema.oparl.org/1.1/System", "id": "s", "body": format!("{base}/bodies"),
        })),
        "/bodies" => {
            let municipality = json!({
                "type": "https://schema.oparl.org/1.1/Body", "id": "b",
                "organization": format!("{base}/organizations"), "meeting": format!("{base}/meetings?page=1"),
            });
            list(&[municipality], None)
        }
        "/organizations" => {
            let organization = |(number, name)| {
                json!({
                    "type": "https://schema.oparl.org/1.1/Organization", "name": name, "startDate": "2020-11-01",
                    "id": format!("https://ris.example/organization/{number}"),
                })
            };
            let names = ["Rat", "Integrationsrat", "Ausschuss für Schule"];
            let all: Vec<Value> = names.into_iter().enumerate().map(organization).collect();
            list(&all, None)
        }
        FAILING if before < 2 => Reply::status(503),
        _ => {
            let page = path.strip_prefix("/meetings?page=");
            let Some(page) = page.and_then(|page| page.parse::<usize>().ok()) else {
                return Reply::status(404);
            };
            let numbers = (page - 1) * PAGE..page * PAGE;
            let next = format!("{base}/meetings?page={}", page + 1);
            let next = (numbers.end < MEETINGS).then_some(next);
            let reply = list(&numbers.map(meeting).collect::<Vec<_>>(), next);
            if path == SLOW && before < TIMES_SLOW {
                reply.over(Duration::from_secs(5))
            } else {
                reply
            }
        }
    })
}

/// What is in the book: the records with their ids, which follow from the source's, and how many
/// events made them.
fn book(app: &App) -> Value {
    let office = app.officer();
    let mut meetings = Vec::new();
    let mut after = Value::Null;
    loop {
        let answer = office.ask(
            "query($after: String) { networkMeetings(first: 50, after: $after) {
                nodes { id version date startsAt title state network { name bodyType } agenda { number title result } }
                pageInfo { hasNextPage endCursor } } }",
            &json!({ "after": after }),
        );
        let page = &answer["networkMeetings"];
        meetings.extend(page["nodes"].as_array().unwrap().iter().cloned());
        if page["pageInfo"]["hasNextPage"] != json!(true) {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    let rest = office.ask(
        "{ networks(first: 10) { nodes { id name foundedOn version } } }",
        &json!({}),
    );
    json!({ "meetings": meetings, "rest": rest })
}

fn import(app: &App, source: &OparlSource) -> Command {
    let mut import = command(app.data().parent().unwrap());
    import
        .args(["import", "oparl", &source.at("/system")])
        .args(["--centre", "05711", "--data"])
        .arg(app.data())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    import
}

/// Waits until the slow page has kept an import waiting so many times.
fn in_the_middle(source: &OparlSource, times: usize) {
    let begun = Instant::now();
    while source.asked().iter().filter(|path| *path == SLOW).count() < times {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "the import never got to the slow page: {:?}",
            source.asked()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    // Time for what was read before to be recorded.
    std::thread::sleep(Duration::from_millis(700));
}

#[test]
fn an_import_killed_again_and_again_ends_where_an_undisturbed_one_does() {
    let source = source();
    let mut app = App::start();

    // The command is killed while the server imports for it: the server stops importing.
    let mut killed = import(&app, &source).spawn().unwrap();
    in_the_middle(&source, 1);
    killed.kill().unwrap();
    killed.wait().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let size = |app: &App| app.log()["size"].as_u64().unwrap();
    let after_first = size(&app);
    assert!(
        // Two events are those of the token that asks.
        after_first > 2 && after_first < MEETINGS as u64,
        "{after_first}: not in the middle"
    );

    // The server is killed while it imports: the command says so.
    let waiting = import(&app, &source).spawn().unwrap();
    in_the_middle(&source, 2);
    app.kill();
    let output = waiting.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("noch einmal gegeben werden"), "{said}");

    // Without a server the command imports itself, and is killed.
    let mut killed = import(&app, &source).spawn().unwrap();
    in_the_middle(&source, 3);
    killed.kill().unwrap();
    killed.wait().unwrap();

    app.restart();
    let after_third = size(&app);
    assert!(
        after_third < MEETINGS as u64,
        "{after_third}: not in the middle"
    );
    let system = source.at("/system");
    let (code, out, err) = app.cli(&["import", "oparl", &system, "--centre", "05711"]);
    assert_eq!(code, 0, "{out}{err}");
    let undisturbed = App::start();
    let (code, out, err) = undisturbed.cli(&["import", "oparl", &system, "--centre", "05711"]);
    assert_eq!(code, 0, "{out}{err}");
    let end = book(&app);
    assert_eq!(end["meetings"].as_array().unwrap().len(), MEETINGS);
    assert_eq!(end, book(&undisturbed));
    let failures = source.asked();
    let failures = failures.iter().filter(|path| *path == FAILING).count();
    assert!(failures > 2, "the failing page was not asked for again");
    let (code, out, err) = app.cli(&["audit", "verify"]);
    assert_eq!(code, 0, "{out}{err}");
}
