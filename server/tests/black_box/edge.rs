//! What stands between the network and the routes: headers, names, proxies, rates and connections.
//! A little over 400 lines: one server in many situations.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::{Office, Server};

/// An answer as it came: status, headers in lower case, body.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let mut values = lines
            .filter(|(found, _)| *found == name)
            .map(|(_, value)| value);
        let value = values.next();
        assert!(values.next().is_none(), "{name} twice: {}", self.head);
        value
    }
}

/// Sends a request as it is and reads until the server closes.
fn raw(server: &Server, request: &str) -> Answer {
    let mut socket = TcpStream::connect(server.url.trim_start_matches("http://")).unwrap();
    socket.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    socket.read_to_end(&mut bytes).ok();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    Answer {
        status: head
            .get(9..12)
            .and_then(|status| status.parse().ok())
            .unwrap_or(0),
        head: head.to_ascii_lowercase(),
        body: body.to_owned(),
    }
}

fn send(server: &Server, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request =
        format!("{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: 0\r\n");
    if !headers.iter().any(|(name, _)| *name == "host") {
        request += "host: localhost\r\n";
    }
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    raw(server, &(request + "\r\n"))
}

/// A server with these settings in its file.
fn with(office: &Office, settings: &str) -> Server {
    let file = office.beside("settings.toml");
    std::fs::write(&file, settings).unwrap();
    office.serve(&["--config", file.to_str().unwrap()])
}

const ALWAYS: [(&str, &str); 8] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "deny"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cache-control", "no-store"),
    (
        "content-security-policy",
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
];

#[test]
fn every_answer_tells_the_browser_to_run_and_keep_nothing() {
    let office = Office::new();
    let server = with(&office, "hosts = ['ki.example']\nrates.sign_in = 4");
    let bearer = format!("Bearer {}", office.token());
    let token = ("authorization", bearer.as_str());
    let query = "/graphql?query=%7B__typename%7D";
    let mut answers = vec![
        (200, send(&server, "GET", "/healthz", &[])),
        (200, send(&server, "GET", "/readyz", &[])),
        (200, send(&server, "GET", "/metrics", &[])),
        (200, send(&server, "GET", query, &[token])),
        (
            200,
            send(&server, "GET", "/graphql/schema.graphql", &[token]),
        ),
        (
            400,
            send(
                &server,
                "GET",
                "/graphql?query=%7B",
                &[token, ("accept", "application/graphql-response+json")],
            ),
        ),
        (401, send(&server, "GET", query, &[])),
        (401, send(&server, "GET", "/graphql/schema.graphql", &[])),
        (404, send(&server, "GET", "/nowhere", &[])),
        (404, send(&server, "GET", "/graphiql", &[])),
        (405, send(&server, "TRACE", "/graphql", &[token])),
        (405, send(&server, "OPTIONS", "/healthz", &[])),
        (
            406,
            send(&server, "GET", query, &[token, ("accept", "text/html")]),
        ),
        (415, send(&server, "POST", "/graphql", &[token])),
        (
            421,
            send(&server, "GET", "/metrics", &[("host", "evil.example")]),
        ),
        (426, send(&server, "GET", "/graphql/ws", &[])),
    ];
    assert_eq!(send(&server, "POST", "/anmelden", &[]).status, 415);
    answers.push((429, send(&server, "POST", "/anmelden", &[])));
    for (status, answer) in answers {
        assert_eq!(answer.status, status, "{answer:?}");
        for (name, value) in ALWAYS {
            assert_eq!(answer.header(name), Some(value), "{name}: {answer:?}");
        }
        assert!(
            answer
                .header("permissions-policy")
                .unwrap()
                .contains("camera=()")
        );
        // Nobody may know what runs here, and no other page may read it.
        for absent in [
            "server",
            "x-powered-by",
            "via",
            "access-control-allow-origin",
            "strict-transport-security",
        ] {
            assert_eq!(answer.header(absent), None, "{answer:?}");
        }
        let all = format!("{}{}", answer.head, answer.body).to_ascii_lowercase();
        for word in [
            "hyper",
            "axum",
            "async-graphql",
            "rust",
            env!("CARGO_PKG_VERSION"),
        ] {
            assert!(!all.contains(word), "{word}: {answer:?}");
        }
    }
}

#[test]
fn only_own_names_are_answered() {
    let office = Office::new();
    let status = |server: &Server, host: &str, path: &str| {
        send(server, "GET", path, &[("host", host)]).status
    };
    {
        let server = with(&office, "");
        for host in ["localhost", "127.0.0.1:1", "[::1]"] {
            assert_eq!(status(&server, host, "/metrics"), 200, "{host}");
        }
        for host in [
            "ki.example",
            "evil.example",
            "169.254.169.254",
            "127.0.0.1.evil.example",
        ] {
            assert_eq!(status(&server, host, "/metrics"), 421, "{host}");
            assert_eq!(status(&server, host, "/graphql"), 421, "{host}");
        }
        // A load balancer that asks whether the server is alive knows no name.
        assert_eq!(status(&server, "10.0.0.5", "/healthz"), 200);
        assert_eq!(raw(&server, "GET /readyz HTTP/1.0\r\n\r\n").status, 200);
        for request in [
            "GET /metrics HTTP/1.1\r\nconnection: close\r\n\r\n",
            "GET /metrics HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\nconnection: close\r\n\r\n",
            "GET http://evil.example/metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
            "GET /metrics HTTP/1.1\r\nhost: a@localhost\r\nconnection: close\r\n\r\n",
        ] {
            assert_eq!(raw(&server, request).status, 400, "{request}");
        }
    }
    let server = with(&office, "hosts = ['KI.example']");
    assert_eq!(status(&server, "ki.Example:443", "/metrics"), 200);
    assert_eq!(status(&server, "evil.example", "/metrics"), 421);
    // Whatever the request says of proxies, without one in front it is nothing.
    let forged = [
        ("host", "evil.example"),
        ("x-forwarded-host", "ki.example"),
        ("forwarded", "host=ki.example"),
    ];
    assert_eq!(send(&server, "GET", "/metrics", &forged).status, 421);
}

#[test]
fn a_proxy_says_whom_a_request_comes_from_and_nobody_else_can() {
    let office = Office::new();
    let from = |server: &Server, address: &str| {
        send(server, "POST", "/anmelden", &[("x-forwarded-for", address)]).status
    };
    {
        // Without a proxy the header is air: all of them are one client.
        let server = with(&office, "rates.sign_in = 4");
        assert_eq!(from(&server, "203.0.113.1"), 415);
        assert_eq!(from(&server, "203.0.113.2"), 429);
    }
    let server = with(
        &office,
        "rates.sign_in = 4\ntrusted_proxy = true\ntrusted_proxy_host = true\nhosts = ['ki.example']",
    );
    assert_eq!(from(&server, "203.0.113.1"), 415);
    assert_eq!(from(&server, "203.0.113.2"), 415);
    assert_eq!(
        from(&server, "6.6.6.6, 203.0.113.1"),
        429,
        "what stands before was written by the client"
    );
    assert_eq!(from(&server, "2001:db8::1"), 415);
    assert_eq!(
        from(&server, "2001:db8::2"),
        429,
        "a whole network is one client"
    );

    let secure = ("x-forwarded-proto", "https");
    let answer = send(&server, "GET", "/healthz", &[secure]);
    assert_eq!(
        answer.header("strict-transport-security"),
        Some("max-age=31536000")
    );
    let answer = send(&server, "GET", "/healthz", &[("x-forwarded-proto", "http")]);
    assert_eq!(answer.header("strict-transport-security"), None);
    let connects = |origin: &str| {
        let upgrade = [
            secure,
            ("x-forwarded-host", "ki.example"),
            ("origin", origin),
            ("upgrade", "websocket"),
            ("connection", "upgrade"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA=="),
        ];
        send(&server, "GET", "/graphql/ws", &upgrade).status
    };
    // A page of this name that came without TLS can be anybody's.
    assert_eq!(connects("http://ki.example"), 403);
    assert_eq!(connects("https://evil.example"), 403);
    assert_ne!(connects("https://ki.example"), 403);
    let named = |host: &str| {
        send(
            &server,
            "GET",
            "/graphql",
            &[secure, ("x-forwarded-host", host)],
        )
        .status
    };
    assert_eq!((named("ki.example"), named("evil.example")), (401, 421));
}

#[test]
fn a_name_that_a_stranger_sends_is_not_believed_because_a_proxy_passes_it_on() {
    let office = Office::new();
    let server = with(&office, "trusted_proxy = true\nhosts = ['ki.example']");
    let asked = |host: &str| {
        let headers = [
            ("x-forwarded-for", "203.0.113.7"),
            ("x-forwarded-host", "ki.example"),
            ("host", host),
        ];
        send(&server, "GET", "/graphql", &headers).status
    };
    assert_eq!((asked("evil.example"), asked("ki.example")), (421, 401));
}

#[test]
fn why_it_is_not_ready_is_for_those_on_this_machine() {
    let office = Office::new();
    for settings in ["", "trusted_proxy = true"] {
        let server = with(&office, settings);
        let body = |headers: &[(&str, &str)]| {
            let answer = send(&server, "GET", "/readyz", headers);
            assert_eq!(answer.status, 200);
            serde_json::from_str::<Value>(&answer.body).unwrap()
        };
        let here = body(&[]);
        assert_eq!(
            (&here["ready"], &here["log"]),
            (&json!(true), &json!("writable"))
        );
        for passed_on in [
            ("x-forwarded-for", "127.0.0.1"),
            ("x-forwarded-host", "localhost"),
            ("x-real-ip", "127.0.0.1"),
            ("forwarded", "for=127.0.0.1"),
            ("via", "1.1 proxy"),
        ] {
            assert_eq!(
                body(&[passed_on]),
                json!({ "ready": true }),
                "{passed_on:?}"
            );
        }
    }
}

/// A token has 256 random bits, so nobody guesses one; but whoever sends many keeps no processor busy with it.
#[test]
fn tokens_that_are_tried_out_are_refused_before_they_are_looked_up() {
    let office = Office::new();
    let server = with(&office, "rates.per_address = 8");
    let token = office.token();
    let ask = |token: &str| {
        let bearer = format!("Bearer {token}");
        let question = "/graphql?query=%7B__typename%7D";
        send(&server, "GET", question, &[("authorization", &bearer)]).status
    };
    // Two at once, whoever waited for the start included; then not even the right one is looked at.
    let wrong = format!("qst_{}", "A".repeat(48));
    let refused = (0..3).map(|_| ask(&wrong)).find(|status| *status == 429);
    assert!(refused.is_some());
    assert_eq!(ask(&token), 429);
}

#[test]
fn who_asks_too_often_is_told_when_to_come_back() {
    let office = Office::new();
    let server = with(
        &office,
        "rates.per_account = 4\n[limits.roles.STATE_LEVEL]\ncost = 100",
    );
    let token = office.token();
    let ask = |token: &str| {
        let header = format!("Bearer {token}");
        send(
            &server,
            "GET",
            "/graphql?query=%7B__typename%7D",
            &[("authorization", &header)],
        )
    };
    assert_eq!(ask(&token).status, 200);
    let answer = ask(&token);
    assert_eq!(answer.status, 429, "{answer:?}");
    let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=15).contains(&seconds), "{answer:?}");
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let error = &body["errors"][0];
    assert_eq!(error["extensions"]["code"], "TOO_MANY_REQUESTS");
    let text = error["message"].as_str().unwrap();
    assert!(
        text.contains(&seconds.to_string()) && text.ends_with("erneut versuchen."),
        "{text}"
    );
    // Everybody has an own bucket, and wrong tokens take from none.
    assert_eq!(ask("wrong").status, 401);
    assert_eq!(ask("wrong").status, 401);
    let state = office.done(&[
        "token",
        "issue",
        "--role",
        "STATE_LEVEL",
        "--centre",
        "05711",
    ]);
    let answer = server.ask(
        state.out.trim_end(),
        "{ figures(period: \"2026\") { key } }",
    );
    let extensions = &answer["errors"][0]["extensions"];
    assert_eq!(extensions["code"], "TOO_EXPENSIVE", "{answer}");

    drop(server);

    // Fifteen at once; those that waited for the start count too.
    let server = with(&office, "rates.per_address = 60");
    let refused = (0..200)
        .map(|_| send(&server, "GET", "/healthz", &[]))
        .find(|answer| answer.status == 429);
    assert!(refused.is_some_and(|answer| answer.header("retry-after") == Some("1")));
}

#[test]
fn an_address_has_so_many_connections() {
    let office = Office::new();
    let server = with(&office, "limits.connections_per_address = 3");
    let address = server.url.trim_start_matches("http://").to_owned();
    let open = || {
        let mut socket = TcpStream::connect(&address).unwrap();
        socket
            .write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
            .ok();
        let mut first = [0; 12];
        socket.read_exact(&mut first).is_ok().then_some(socket)
    };
    // Those of the client that waited for the start may still be open for a moment.
    let mut kept = Vec::new();
    while kept.len() < 3 {
        kept.extend(open());
    }
    assert!(open().is_none());
    kept.pop();
    while kept.len() < 3 {
        kept.extend(open());
    }
    assert!(open().is_none());
}

#[test]
fn outside_roles_may_ask_less_at_a_time() {
    let office = Office::new();
    let server = office.serve(&[]);
    let maximum = |role: &str| {
        let issued = office.done(&["token", "issue", "--role", role, "--centre", "05711"]);
        let answer = server.ask(issued.out.trim_end(), "{ __typename }");
        answer["extensions"]["cost"]["maximum"].as_u64().unwrap()
    };
    let inside = maximum("KI_OFFICER");
    // The other outside roles need an organisation or a body; the limits of all are held against each other beside them.
    assert!(maximum("STATE_LEVEL") < inside);
}

/// A file with these documents as client tools write it.
fn documents(office: &Office, texts: &[&str]) -> PathBuf {
    let pairs = texts.iter().map(|text| (id(text), json!(text)));
    let map: serde_json::Map<String, Value> = pairs.collect();
    let file = office.beside("documents.json");
    std::fs::write(&file, Value::from(map).to_string()).unwrap();
    file
}

fn id(text: &str) -> String {
    let digits = Sha256::digest(text);
    let digits: String = digits.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}

#[test]
fn only_trusted_documents_are_taken_and_new_ones_without_a_restart() {
    let office = Office::new();
    let (old, new) = ("{ centres { key } }", "query New { centres { name } }");
    let file = documents(&office, &[old]);
    let settings = format!(
        "trusted_documents = 'only'\ntrusted_documents_path = '{}'",
        file.display()
    );
    let server = with(&office, &settings);
    let token = office.token();
    let code = |body: &Value| {
        let answer = server.ask_with(&token, body);
        answer["errors"][0]["extensions"]["code"]
            .as_str()
            .map(str::to_owned)
    };
    let by_id = |text: &str| json!({ "documentId": id(text) });
    let text = json!({ "query": old });
    assert_eq!(code(&text).as_deref(), Some("TRUSTED_DOCUMENTS_ONLY"));
    assert_eq!(code(&by_id(old)), None);
    assert_eq!(code(&by_id(new)).as_deref(), Some("DOCUMENT_UNKNOWN"));

    let until = |holds: &dyn Fn() -> bool| {
        server.hang_up();
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while !holds() {
            assert!(std::time::Instant::now() < deadline, "{}", server.said());
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    documents(&office, &[old, new]);
    until(&|| code(&by_id(new)).is_none());
    std::fs::write(&file, "{\"abc\": \"{ a }\"}").unwrap();
    until(&|| server.said().contains("„abc“"));
    assert_eq!(
        (code(&by_id(old)), code(&by_id(new))),
        (None, None),
        "the old ones stay"
    );
    drop(server);

    let ended = office.run(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--config",
        office.beside("settings.toml").to_str().unwrap(),
    ]);
    assert!(
        ended.code == 2 && ended.err.contains("documents.json") && ended.err.contains("„abc“"),
        "{ended:?}"
    );
}
