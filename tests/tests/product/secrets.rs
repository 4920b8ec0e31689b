//! Secrets that are sent stay where they belong: whatever a client sends is in no log, no file that is not sealed, no
//! error, no figure about the server and no list of processes, however much the server is asked to say.

use std::path::Path;

use querschnitt_tests::{App, Client, Raw, ServerOptions, Socket};
use serde_json::json;

use crate::words::command;

/// A word that stands nowhere else. Letters only, so that nothing escapes it.
fn marker(what: &str) -> String {
    format!("geheim{what}kassandra")
}

const KINDS: [&str; 22] = [
    "bearer",
    "basic",
    "cookie",
    "proxyauth",
    "apikey",
    "password",
    "code",
    "variable",
    "literal",
    "querystring",
    "operation",
    "alias",
    "comment",
    "init",
    "documentid",
    "path",
    "host",
    "agent",
    "forwarded",
    "form",
    "broken",
    "name",
];

/// Every answer to what is wrong.
#[derive(Default)]
struct Answers(Vec<String>);

impl Answers {
    fn send(&mut self, client: &Client, request: &str) {
        let mut socket = Raw::connect(client).unwrap();
        socket.write(request.as_bytes()).unwrap();
        socket.half_close();
        let answer = socket.answer();
        assert_ne!(answer.status, 0, "{request}");
        self.0.push(format!("{}\n{}", answer.head, answer.body));
    }
}

fn post(path: &str, kind: &str, headers: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
}

#[test]
fn secrets_are_in_no_log_no_file_no_error_and_no_list_of_processes() {
    let options = ServerOptions {
        arguments: Vec::new(),
        environment: vec![
            ("RUST_LOG".into(), "trace".into()),
            ("RUST_BACKTRACE".into(), "1".into()),
        ],
    };
    let mut app = App::start_with(options);
    let officer = app.officer();
    let token = officer.token().to_owned();
    let mut answers = Answers::default();
    let m = marker;
    let get = |path: &str, headers: &str| {
        format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n")
    };
    let signed = format!("authorization: Bearer {token}\r\n");
    let json_body =
        |query: &str| json!({ "query": query, "variables": { "v": m("variable") } }).to_string();

    // As somebody signs in, rightly or wrongly.
    for headers in [
        format!("authorization: Bearer {}\r\n", m("bearer")),
        format!("authorization: Basic {}\r\n", m("basic")),
        format!("authorization: {}\r\n", m("bearer")),
        format!(
            "cookie: session={}; __Host-session={}\r\n",
            m("cookie"),
            m("cookie")
        ),
        format!("proxy-authorization: Basic {}\r\n", m("proxyauth")),
        format!(
            "x-api-key: {}\r\nuser-agent: {}\r\n",
            m("apikey"),
            m("agent")
        ),
        format!(
            "x-forwarded-for: {}\r\nforwarded: for={}\r\n",
            m("forwarded"),
            m("forwarded")
        ),
        format!(
            "authorization: Bearer {}\r\nauthorization: Bearer {token}\r\n",
            m("bearer")
        ),
    ] {
        answers.send(&officer, &get("/graphql?query=%7B__typename%7D", &headers));
        answers.send(&officer, &get("/metrics", &headers));
        answers.send(
            &officer,
            &post(
                "/graphql",
                "application/json",
                &headers,
                &json_body("{ __typename }"),
            ),
        );
    }
    let form = format!(
        "name={}&kennwort={}&code={}",
        m("name"),
        m("password"),
        m("code")
    );
    for path in [
        "/anmelden",
        "/anmelden/code",
        "/konto/kennwort",
        "/auth/provider/callback",
    ] {
        answers.send(
            &officer,
            &post(path, "application/x-www-form-urlencoded", "", &form),
        );
        answers.send(
            &officer,
            &get(
                &format!("{path}?code={}&state={}", m("code"), m("querystring")),
                "",
            ),
        );
    }

    // Documents and what goes with them, wrong in every way the server can say.
    for query in [
        format!(
            "query {}($v: String) {{ {}: organisations(first: 5, filter: {{ search: $v }}) {{ totalCount }} }}",
            m("operation"),
            m("alias")
        ),
        format!(
            "{{ organisations(first: 5, filter: {{ search: \"{}\" }}) {{ totalCount }} }} # {}",
            m("literal"),
            m("comment")
        ),
        format!("{{ organisation(id: \"{}\") {{ id }} }}", m("literal")),
        format!("{{ figures(period: \"{}\") {{ key }} }}", m("literal")),
        "query($v: UUID!) { __typename }".to_owned(),
        "query($v: Int!) { organisations(first: $v) { totalCount } }".to_owned(),
        format!("{{ log {{ size }} # {}", m("comment")),
    ] {
        answers.send(
            &officer,
            &post("/graphql", "application/json", &signed, &json_body(&query)),
        );
    }
    for body in [
        format!("{{\"query\": \"{}", m("broken")),
        format!("{{\"query\": 5, \"x\": \"{}\"}}", m("broken")),
        json!({ "documentId": m("documentid") }).to_string(),
        json!({ "query": "{ __typename }", "operationName": m("operation") }).to_string(),
    ] {
        answers.send(
            &officer,
            &post("/graphql", "application/json", &signed, &body),
        );
    }
    answers.send(
        &officer,
        &post(
            "/graphql",
            "multipart/form-data; boundary=x",
            &signed,
            &m("form"),
        ),
    );
    answers.send(
        &officer,
        &get(
            &format!(
                "/graphql?query={}&token={}",
                m("querystring"),
                m("querystring")
            ),
            &signed,
        ),
    );
    answers.send(&officer, &get(&format!("/{}", m("path")), &signed));
    answers.send(
        &officer,
        &format!(
            "GET /metrics HTTP/1.1\r\nhost: {}.example\r\nconnection: close\r\n\r\n",
            m("host")
        ),
    );
    answers.send(
        &officer,
        &format!(
            "GET / HTTP/1.1\r\nhost: localhost\r\n{} {}\r\n\r\n",
            m("broken"),
            m("broken")
        ),
    );
    let stranger = Client::new(app.url(), Some(m("init")));
    let refused = Socket::open(&stranger);
    assert!(refused.is_err(), "a wrong token opens no socket");

    // What is meant to be kept is sealed.
    let input = json!({
        "commandId": command(), "centre": "05711", "name": m("name"), "kind": "MIGRANT_ORG", "note": m("variable"),
        "occurredOn": "2026-01-05",
    });
    let done = officer.done("registerOrganisation", &input, "organisation { id name }");
    assert_eq!(done["organisation"]["name"], m("name"));

    let (_, metrics) = app.anonymous().get("/metrics").unwrap();
    let mut places = environment_of(app.process_id().unwrap());
    places.push(("metrics".to_owned(), metrics));
    assert!(places.len() > 2, "the server is a process");
    let errors = answers.0.into_iter().enumerate();
    places.extend(errors.map(|(number, text)| (format!("answer {number}"), text)));
    app.stop();
    let said = app.said();
    assert!(
        said.contains("TRACE") || said.contains("DEBUG"),
        "the log says much: {said}"
    );
    places.push(("log".into(), said));
    files(&app.data(), &mut places);
    assert!(
        places.iter().any(|(name, _)| name.contains("/log/")),
        "the data folder was looked at"
    );
    for (place, text) in &places {
        for kind in KINDS {
            // A sender may be told the words of the own document; never what signs somebody in.
            let is_told =
                place.starts_with("answer") && ["alias", "operation", "literal"].contains(&kind);
            assert!(
                is_told || !text.contains(&marker(kind)),
                "{kind} is in {place}: {text}"
            );
        }
        assert!(!text.contains(&token), "the token is in {place}");
    }
}

/// The command lines and environments of a process and all that descend from it.
pub(crate) fn environment_of(id: u32) -> Vec<(String, String)> {
    let mut places = Vec::new();
    for id in family(id) {
        for file in ["cmdline", "environ"] {
            let path = format!("/proc/{id}/{file}");
            // One that has ended has none.
            let bytes = std::fs::read(&path).unwrap_or_default();
            places.push((path, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    places
}

/// The process and all that descend from it.
fn family(id: u32) -> Vec<u32> {
    let mut family = vec![id];
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let ids: Vec<u32> = all
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    let parent = |id: u32| {
        let text = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
        let line = text.lines().find(|line| line.starts_with("PPid:"))?;
        line.split_whitespace().nth(1)?.parse::<u32>().ok()
    };
    loop {
        let known = family.len();
        for id in &ids {
            if !family.contains(id) && parent(*id).is_some_and(|parent| family.contains(&parent)) {
                family.push(*id);
            }
        }
        if family.len() == known {
            return family;
        }
    }
}

/// What stands in the files below a folder.
pub(crate) fn files(folder: &Path, all: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, all);
        } else if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            all.push((
                path.display().to_string(),
                String::from_utf8_lossy(&bytes).into_owned(),
            ));
        }
    }
}
