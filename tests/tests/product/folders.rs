//! What a server finds in its data folder: another server, a spoilt index, a newer version, an
//! event it does not know.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use querschnitt_tests::{App, Client};
use serde_json::{Value, json};

use crate::words::{command, consultation, everything, organisation, recorded, with};

#[test]
fn a_second_server_is_refused_and_the_first_goes_on() {
    let app = App::start();
    let office = app.officer();
    recorded(&office, &consultation());
    for _ in 0..2 {
        let (code, _, err) = app.cli(&["serve", "--listen", "127.0.0.1:0"]);
        assert_eq!(code, 1, "{err}");
        assert!(
            err.contains("Fehler: ") && err.contains("läuft bereits ein Server"),
            "{err}"
        );
    }
    recorded(&office, &consultation());
    assert_eq!(app.anonymous().get("/readyz").unwrap().0, 200);
    // The local socket is still the first one's.
    let (code, out, err) = app.cli(&[
        "import",
        "oparl",
        empty_source(&app).as_str(),
        "--centre",
        "05711",
    ]);
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(everything(&office).len(), 2);
}

fn empty_source(app: &App) -> String {
    let folder = app.data().join("../source");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("meetings.ndjson"), "").unwrap();
    folder
        .canonicalize()
        .unwrap()
        .to_string_lossy()
        .into_owned()
}

/// Everything a client can learn, in one answer.
fn answers(app: &App, office: &Client) -> (Value, Value) {
    let answer = office.at(app.url()).ask(
        r#"{ consultations(first: 50) { totalCount nodes { id note durationMinutes organisations { name } } }
            organisations(first: 50) { nodes { id name } }
            events(first: 100) { nodes { type position } }
            figures(keys: ["B1"], period: "2026") { total { value } } }"#,
        &json!({}),
    );
    (answer, app.log())
}

#[test]
fn no_state_of_the_index_changes_an_answer() {
    let mut app = App::start();
    let office = app.officer();
    let club = organisation(&office, "Kulturverein", "MIGRANT_ORG", &[]);
    let input = with(
        consultation(),
        &json!({ "organisations": [club], "note": "Ein Vermerk" }),
    );
    let (id, position) = recorded(&office, &input);
    for _ in 0..10 {
        recorded(&office, &consultation());
    }
    let before = answers(&app, &office);
    let foreign = App::start();
    recorded(&foreign.officer(), &consultation());
    let index = app.data().join("index");
    for spoil in ["gone", "garbage", "cut", "foreign", "a file"] {
        app.stop();
        match spoil {
            "gone" => std::fs::remove_dir_all(&index).unwrap(),
            "garbage" => every_file(&index, &|bytes| {
                bytes
                    .iter_mut()
                    .for_each(|byte| *byte = byte.wrapping_mul(31) ^ 0x5A);
            }),
            "cut" => every_file(&index, &|bytes| bytes.truncate(bytes.len() / 2)),
            "foreign" => {
                std::fs::remove_dir_all(&index).unwrap();
                copy(&foreign.data().join("index"), &index);
            }
            _ => {
                std::fs::remove_dir_all(&index).unwrap();
                std::fs::write(&index, "kein Ordner").unwrap();
            }
        }
        // The audit reads only, finds the log whole, and says what is with its index.
        let spoilt = contents(&index);
        let (code, out, err) = app.cli(&["audit", "verify"]);
        let expected = match spoil {
            "gone" => (0, "es gibt keinen"),
            "garbage" | "cut" => (1, "weicht ab"),
            "foreign" => (1, "gehört zu einem anderen Protokoll"),
            _ => (0, "nicht verglichen"),
        };
        let said = format!("{out}{err}");
        assert_eq!(code, expected.0, "{spoil}: {said}");
        assert!(said.contains(expected.1), "{spoil}: {said}");
        assert!(said.contains("Das Protokoll ist unversehrt"), "{said}");
        assert_eq!(
            said.contains("Ordner") && said.contains("löschen"),
            code == 1
        );
        assert_eq!(contents(&index), spoilt, "{spoil}: the audit changed it");
        app.restart();
        assert_eq!(answers(&app, &office), before, "{spoil}");
        // Commands are known by their ids as before.
        assert_eq!(
            recorded(&office.at(app.url()), &input),
            (id.clone(), position.clone()),
            "{spoil}"
        );
        let (code, out, err) = app.cli(&["audit", "verify"]);
        assert_eq!(code, 0, "{spoil}: {out}{err}");
        assert!(
            out.contains("Index: stimmt mit dem Protokoll überein"),
            "the server did not compare its index: {out}{err}"
        );
    }
}

/// Every file below a path, with its bytes.
fn contents(path: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let Ok(entries) = std::fs::read_dir(path) else {
        return std::fs::read(path)
            .map(|bytes| vec![(path.to_owned(), bytes)])
            .unwrap_or_default();
    };
    let mut found: Vec<_> = entries
        .flat_map(|entry| contents(&entry.unwrap().path()))
        .collect();
    found.sort();
    found
}

fn every_file(folder: &Path, change: &dyn Fn(&mut Vec<u8>)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            every_file(&path, change);
        } else {
            let mut bytes = std::fs::read(&path).unwrap();
            change(&mut bytes);
            std::fs::write(&path, bytes).unwrap();
        }
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn a_folder_of_a_newer_version_is_refused_and_left_alone() {
    let mut app = App::start();
    recorded(&app.officer(), &consultation());
    app.stop();
    let format = app.data().join("format");
    let old = std::fs::read_to_string(&format).unwrap();
    let text = old
        .split('\t')
        .next()
        .unwrap()
        .replace(r#""format":1"#, r#""format":2"#);
    assert!(text.contains(r#""format":2"#), "{old}");
    std::fs::write(&format, line(&text, number_behind_tab(&old))).unwrap();
    let before = std::fs::read(segment(&app)).unwrap();
    for call in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["audit", "verify"],
    ] {
        let (code, _, err) = app.cli(call);
        assert!(matches!(code, 1 | 3), "{call:?}: {code} {err}");
        assert!(
            err.contains("Format 2") && err.contains("neuere Version"),
            "{err}"
        );
    }
    let after = std::fs::read(segment(&app)).unwrap();
    assert_eq!(after, before);
    std::fs::write(&format, old).unwrap();
    app.restart();
    assert_eq!(everything(&app.officer()).len(), 1);
}

const BODY: &str =
    r#"{"type":"https://schema.oparl.org/1.1/Organization","id":"o","name":"Integrationsrat"}"#;
const MEETING: &str = r#"{"type":"https://schema.oparl.org/1.1/Meeting","id":"m","name":"Sitzung","start":"2025-01-10T17:00:00+01:00","organization":["o"]}"#;

/// A stopped server with one consultation, and the line of its log after these replacements put
/// behind it as the next event.
fn with_a_strange_event(replacements: &[(&str, &str)]) -> (App, Client, String) {
    let mut app = App::start();
    let office = app.officer();
    let (id, _) = recorded(&office, &consultation());
    app.stop();
    let log = std::fs::read_to_string(segment(&app)).unwrap();
    let known = log
        .lines()
        .find(|line| line.contains("consultation.recorded"))
        .unwrap();
    let known = known.split('\t').next().unwrap();
    let event: Value = serde_json::from_str(known).unwrap();
    let mut text = known.replacen(r#""position":3"#, r#""position":4"#, 1);
    for own in ["id", "command"] {
        text = text.replace(event[own].as_str().unwrap(), &command());
    }
    for (from, to) in replacements {
        assert!(text.contains(from), "{text}");
        text = text.replace(from, to);
    }
    let mut file = std::fs::File::options()
        .append(true)
        .open(segment(&app))
        .unwrap();
    file.write_all(line(&text, 4).as_bytes()).unwrap();
    (app, office, id)
}

fn segment(app: &App) -> PathBuf {
    app.data().join("log/00000000000000000001.log")
}

/// The server comes up and says what it does not know; it serves nothing beyond, and takes nothing in.
#[test]
fn an_event_it_does_not_know_is_not_guessed_and_nothing_is_recorded_on_it() {
    for (replacement, named) in [
        (
            ("consultation.recorded", "consultation.dreamt"),
            "position 4: unknown event consultation.dreamt version 1",
        ),
        (
            (r#""version":1"#, r#""version":2"#),
            "position 4: unknown event consultation.recorded version 2",
        ),
    ] {
        let (mut app, office, id) = with_a_strange_event(&[replacement]);
        let before = std::fs::read(segment(&app)).unwrap();
        app.launch();
        let office = office.at(app.url());
        let said = stopped(&app);
        for part in ["log", "projections"] {
            assert!(said[part].to_string().contains(named), "{said}");
        }
        // A right that was taken away since would not be seen, so nobody is let in.
        let (status, body) = office.post("{ __typename }", &json!({})).unwrap();
        assert_eq!(status, 503, "{body}");
        let correction =
            json!({ "commandId": command(), "id": id, "reason": "x", "durationMinutes": 5 });
        for (name, input) in [
            ("recordConsultation", consultation()),
            ("correctConsultation", correction),
        ] {
            let kind = name.replacen(&name[..1], &name[..1].to_uppercase(), 1);
            let document =
                format!("mutation($i: {kind}Input!) {{ {name}(input: $i) {{ position }} }}");
            let (_, body) = office.post(&document, &json!({ "i": input })).unwrap();
            assert_eq!(
                body["errors"][0]["extensions"]["code"], "UNAVAILABLE",
                "{body}"
            );
        }
        app.stop();
        assert_eq!(std::fs::read(segment(&app)).unwrap(), before);
        for audit in ["verify", "replay"] {
            let (code, out, err) = app.cli(&["audit", audit]);
            assert_eq!(code, 1, "{audit}: {out}{err}");
            for part in ["Position 4", "neuere Version"] {
                assert!(err.contains(part), "{audit}: {part} is missing: {err}");
            }
        }
        let source = empty_source(&app);
        std::fs::write(format!("{source}/organizations.ndjson"), BODY).unwrap();
        std::fs::write(format!("{source}/meetings.ndjson"), MEETING).unwrap();
        let (code, out, err) = app.cli(&["import", "oparl", &source, "--centre", "05711"]);
        assert_eq!(code, 1, "{out}{err}");
        assert!(
            err.contains("Es kann nichts eingetragen werden: an Position 4"),
            "{err}"
        );
        assert_eq!(std::fs::read(segment(&app)).unwrap(), before);
    }
}

/// What `/readyz` says once the views have stopped; until then it is not ready either.
fn stopped(app: &App) -> Value {
    let mut said = String::new();
    for _ in 0..400 {
        if let Some((status, body)) = app.anonymous().get("/readyz") {
            assert_eq!(status, 503, "ready: {body}");
            said = body;
            if said.contains("stopped") {
                break;
            }
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(said.contains("stopped"), "{said}{}", app.said());
    serde_json::from_str(&said).unwrap()
}

/// A line as the log writes them: the text, the write it belongs to, the checksum over both.
fn line(text: &str, first_of_write: u64) -> String {
    let covered = format!("{text}\t{first_of_write}");
    format!("{covered} {:08x}\n", crc32c(covered.as_bytes()))
}

fn number_behind_tab(line: &str) -> u64 {
    line.split('\t')
        .nth(1)
        .and_then(|rest| rest.split(' ').next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0x82F6_3B78 * (crc & 1))
        })
    })
}
