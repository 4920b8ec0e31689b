//! Many connections and slow ones, and subscriptions that miss nothing.

use std::io::{BufRead as _, BufReader, ErrorKind};
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use querschnitt_tests::{App, Client, EventStream, Raw, Socket, binary, request, skipped};
use serde_json::{Value, json};

use crate::words::{command, consultation, recorded};

const EVENTS: &str =
    "subscription($after: Position) { events(after: $after) { position type recordId } }";

fn body(document: &str) -> String {
    json!({ "query": document }).to_string()
}

/// What the server's process holds in memory, in bytes.
fn memory(app: &App) -> u64 {
    let status = format!("/proc/{}/status", app.process_id().unwrap());
    let text = std::fs::read_to_string(status).unwrap();
    let line = text.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes * 1024
}

fn answers_quickly(office: &Client) {
    let started = Instant::now();
    for _ in 0..5 {
        recorded(office, &consultation());
    }
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn too_large_too_deep_and_too_wide_requests_are_refused() {
    let app = App::start();
    let office = app.officer();
    let large = body(&format!("{{ centres {{ key }} }} #{}", "x".repeat(300_000)));
    let mut socket = Raw::connect(&office).unwrap();
    // The server may refuse before all of it was sent.
    socket.write(&request(&office, &large)).ok();
    assert_eq!(socket.answer().status, 413);
    let chunk = "x".repeat(1024);
    let mut socket = Raw::connect(&office).unwrap();
    let head = String::from_utf8(request(&office, "")).unwrap();
    let head = head.replace("content-length: 0", "transfer-encoding: chunked");
    socket.write(head.as_bytes()).unwrap();
    for _ in 0..400 {
        if socket
            .write(format!("400\r\n{chunk}\r\n").as_bytes())
            .is_err()
        {
            break;
        }
    }
    assert_eq!(socket.answer().status, 413, "without a length, too");

    let deep = format!("{{ {}key{} }}", "centre { ".repeat(300), " }".repeat(300));
    let wide: String = (0..600)
        .map(|n| format!("a{n}: centres {{ key }} "))
        .collect();
    for document in [deep, format!("{{ {wide} }}")] {
        let mut socket = Raw::connect(&office).unwrap();
        socket.write(&request(&office, &body(&document))).unwrap();
        let answer = socket.answer();
        assert_eq!(answer.status, 400, "{}", answer.body);
    }
    answers_quickly(&office);
}

#[test]
fn slow_and_half_closed_clients_are_served_and_hold_nobody_up() {
    let app = App::start();
    let office = app.officer();
    let whole = request(&office, &body("{ centres { key } }"));
    // A thousand that say nothing, and one that says it byte by byte.
    let idle: Vec<Raw> = (0..1_000).map(|_| Raw::connect(&office).unwrap()).collect();
    let mut slow = Raw::connect(&office).unwrap();
    for byte in &whole {
        slow.write(&[*byte]).unwrap();
        std::thread::sleep(Duration::from_millis(2));
    }
    assert_eq!(slow.answer().status, 200);
    let mut half = Raw::connect(&office).unwrap();
    half.write(&whole).unwrap();
    half.half_close();
    let answer = half.answer();
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("05711"), "{}", answer.body);
    // Gone in the middle of the head, of the body, and without waiting for the answer.
    for length in [10, whole.len() - 5, whole.len()] {
        for _ in 0..50 {
            let mut gone = Raw::connect(&office).unwrap();
            gone.write(&whole[..length]).unwrap();
        }
    }
    answers_quickly(&office);
    drop(idle);
}

#[test]
fn thousands_of_connections_leave_nothing_behind() {
    let app = App::start();
    let office = app.officer();
    let whole = request(&office, &body("{ centres { key } }"));
    let round = || {
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..125 {
                        let mut socket = Raw::connect(&office).unwrap();
                        socket.write(&whole).unwrap();
                        assert_eq!(socket.answer().status, 200);
                    }
                });
            }
        });
    };
    round();
    let before = memory(&app);
    for _ in 0..3 {
        round();
    }
    let grown = memory(&app).saturating_sub(before);
    assert!(
        grown < 24 << 20,
        "{grown} bytes after 3,000 connections more"
    );
    let open = std::fs::read_dir(format!("/proc/{}/fd", app.process_id().unwrap()));
    assert!(open.unwrap().count() < 200, "connections stay open");
}

/// Most systems give a process 1,024 open files to begin with.
#[test]
fn a_low_limit_of_open_files_does_not_limit_connections() {
    let app = App::start();
    let office = app.officer();
    let limit = std::process::Command::new("prlimit")
        .args(["--nofile=64:4096", "--"])
        .arg(binary())
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(app.data().with_file_name("other"))
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut server) = limit else {
        skipped("there is no prlimit");
        return;
    };
    let mut said = String::new();
    BufReader::new(server.stdout.take().unwrap())
        .read_line(&mut said)
        .unwrap();
    let url = said.trim().trim_start_matches("Querschnitt läuft: ");
    let other = office.at(url.trim_end_matches("/graphql").to_owned());
    let idle: Vec<_> = (0..200).map(|_| Raw::connect(&other)).collect();
    // Refused for its token, but answered.
    let answer = idle.into_iter().next_back().unwrap().and_then(|mut last| {
        last.write(&request(&other, &body("{ centres { key } }")))?;
        Ok(last.answer().status)
    });
    server.kill().unwrap();
    server.wait().unwrap();
    assert_eq!(answer.unwrap(), 401, "{said}");
}

#[test]
fn two_thousand_idle_subscriptions_leave_room_for_work() {
    const SOCKETS: u64 = 2_000;
    let app = App::start();
    let office = app.officer();
    recorded(&office, &consultation());
    let before = memory(&app);
    let mut sockets: Vec<Socket> = (0..SOCKETS)
        .map(|_| {
            let mut socket = Socket::open(&office).unwrap();
            socket.subscribe(EVENTS, &json!({})).unwrap();
            socket
        })
        .collect();
    answers_quickly(&office);
    let each = memory(&app).saturating_sub(before) / SOCKETS;
    assert!(each < 64 * 1024, "{each} bytes for each idle subscription");
    // Each of them is alive.
    for socket in sockets.iter_mut().step_by(100) {
        let message = socket.receive().unwrap();
        assert_eq!(
            message["payload"]["data"]["events"]["type"], "consultation.recorded",
            "{message}"
        );
    }
    drop(sockets);
    answers_quickly(&office);
}

#[test]
fn one_event_wakes_each_of_fifteen_hundred_idle_event_streams() {
    const STREAMS: usize = 1_500;
    let app = App::start();
    let office = app.officer();
    let (_, after) = recorded(&office, &consultation());
    let after = json!({ "after": after });
    let mut streams: Vec<EventStream> = (0..STREAMS)
        .map(|_| EventStream::open(&office, EVENTS, &after).unwrap())
        .collect();
    // Nothing has happened since; then one thing does, and the next only when all have heard of it.
    for _ in 0..2 {
        let (id, position) = recorded(&office, &consultation());
        for stream in &mut streams {
            let message = stream.receive().unwrap();
            let event = &message["data"]["events"];
            assert_eq!(
                (&event["recordId"], &event["position"]),
                (&json!(id), &json!(position)),
                "{message}"
            );
        }
        answers_quickly(&office);
        for stream in &mut streams {
            for _ in 0..5 {
                stream.receive().unwrap();
            }
        }
    }
    drop(streams);
    answers_quickly(&office);
}

/// A right that was taken away ends what is open: nothing that happens after it is told.
#[test]
fn a_locked_account_is_told_nothing_more_over_an_open_stream() {
    let app = App::start();
    let (watcher, writer) = (app.officer(), app.officer());
    let head = app.with_role("KI_HEAD", "05711");
    let (_, after) = recorded(&writer, &consultation());
    let after = json!({ "after": after });
    let mut socket = Socket::open(&watcher).unwrap();
    socket.subscribe(EVENTS, &after).unwrap();
    let mut stream = EventStream::open(&watcher, EVENTS, &after).unwrap();
    // Both are alive.
    let (id, _) = recorded(&writer, &consultation());
    let told = socket.receive().unwrap();
    assert_eq!(told["payload"]["data"]["events"]["recordId"], json!(id));
    let told = stream.receive().unwrap();
    assert_eq!(told["data"]["events"]["recordId"], json!(id));

    let account = crate::words::account(&watcher);
    let input = json!({ "commandId": command(), "id": account, "reason": "verlorenes Gerät" });
    head.done("lockAccount", &input, "account { locked }");
    recorded(&writer, &consultation());
    // Closed by the server, both of them: not even an empty answer comes.
    let ended = |received: std::io::Result<Value>| received.map_err(|error| error.kind());
    assert_eq!(ended(socket.receive()), Err(ErrorKind::ConnectionReset));
    assert_eq!(ended(stream.receive()), Err(ErrorKind::UnexpectedEof));
}

/// The records of so many events after a position, over one connection, and the position behind
/// them.
fn follow(office: &Client, after: &mut String, count: usize) -> Vec<String> {
    let mut socket = Socket::open(office).unwrap();
    socket
        .subscribe(EVENTS, &json!({ "after": after }))
        .unwrap();
    let next = |_| {
        let message = socket.receive().unwrap();
        let event = &message["payload"]["data"]["events"];
        *after = event["position"].as_str().unwrap().to_owned();
        event["recordId"].as_str().unwrap().to_owned()
    };
    (0..count).map(next).collect()
}

#[test]
fn a_subscription_that_resumes_misses_nothing_while_64_write() {
    const WRITERS: usize = 64;
    const EACH: usize = 10;
    const FAR_BEHIND: usize = 250;
    let mut app = App::start();
    let office = app.officer();
    let (_, mut after) = recorded(&office, &consultation());
    let acknowledged = AtomicUsize::new(0);
    let mut seen: Vec<String> = Vec::new();
    std::thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                for _ in 0..EACH {
                    recorded(&office, &consultation());
                    acknowledged.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        // Cut off again and again, at different places of what is under way; once so late that it
        // is many pages behind.
        for count in [3, 5, FAR_BEHIND].into_iter().chain((7..).step_by(6)) {
            while count == FAR_BEHIND && acknowledged.load(Ordering::Relaxed) < 2 * FAR_BEHIND {
                std::thread::sleep(Duration::from_millis(1));
            }
            let left = WRITERS * EACH - seen.len();
            seen.extend(follow(&office, &mut after, count.min(left)));
            if seen.len() == WRITERS * EACH {
                break;
            }
        }
    });
    let in_order = order(&office);
    assert_eq!(in_order[1..], seen, "left out, doubled or out of order");

    // A position is good after a restart, too.
    app.restart();
    let office = office.at(app.url());
    let (id, _) = recorded(&office, &consultation());
    assert_eq!(follow(&office, &mut after, 1), [id]);
}

/// The records of all events in the order of the log.
fn order(office: &Client) -> Vec<String> {
    let mut all = Vec::new();
    let mut after = Value::Null;
    loop {
        let answer = office.ask(
            "query($after: Position) { events(first: 100, after: $after) { nodes { recordId position } } }",
            &json!({ "after": after }),
        );
        let nodes = answer["events"]["nodes"].as_array().unwrap();
        let Some(last) = nodes.last() else { return all };
        after = last["position"].clone();
        all.extend(
            nodes
                .iter()
                .map(|node| node["recordId"].as_str().unwrap().to_owned()),
        );
    }
}
