//! Attacks by bytes: requests that two programs read differently, headers that become two, paths and bodies that lead
//! out of what is meant.

use querschnitt_tests::Client;

use super::{JSON, raw, send, start};

/// A second request hidden in the body of the first; its answer would say `ok`.
const HIDDEN: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";

fn post(headers: &str, body: &str) -> String {
    format!(
        "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{headers}\r\n{body}"
    )
}

#[test]
fn no_request_is_read_as_two() {
    let (_app, officer) = start();
    let length = HIDDEN.len();
    let chunked = format!("0\r\n\r\n{HIDDEN}");
    let shapes = [
        // Both a length and chunks: whoever looks at the other one sees another end.
        post(
            &format!(
                "content-length: {}\r\ntransfer-encoding: chunked\r\n",
                chunked.len()
            ),
            &chunked,
        ),
        post(
            &format!(
                "transfer-encoding: chunked\r\ncontent-length: {}\r\n",
                chunked.len()
            ),
            &chunked,
        ),
        post(
            "content-length: 5\r\ntransfer-encoding: chunked\r\n",
            &format!("0\r\n\r\n{HIDDEN}"),
        ),
        // Two lengths, and what some take for one.
        post(
            &format!("content-length: {length}\r\ncontent-length: 0\r\n"),
            HIDDEN,
        ),
        post(
            &format!("content-length: 0\r\ncontent-length: {length}\r\n"),
            HIDDEN,
        ),
        post(&format!("content-length: 0, {length}\r\n"), HIDDEN),
        post("content-length: +0\r\n", HIDDEN),
        post("content-length: -1\r\n", HIDDEN),
        post("content-length: 0x0\r\n", HIDDEN),
        post(
            "content-length: 00000000000000000000000000000000000000000000000000000000000000000\u{85}\r\n",
            HIDDEN,
        ),
        post("content-length: 99999999999999999999999999\r\n", HIDDEN),
        post("content-length : 0\r\n", HIDDEN),
        post(" content-length: 0\r\n", HIDDEN),
        // Codings that are none, or two, or hidden.
        post("transfer-encoding: xchunked\r\n", &chunked),
        post("transfer-encoding: chunked, identity\r\n", &chunked),
        post("transfer-encoding: identity\r\n", HIDDEN),
        post("transfer-encoding: gzip, chunked\r\n", &chunked),
        post("transfer-encoding : chunked\r\n", &chunked),
        post("transfer-encoding:\u{b}chunked\r\n", &chunked),
        post(
            "transfer-encoding: chunked\r\ntransfer-encoding: x\r\n",
            &chunked,
        ),
        post("transfer-encoding: \"chunked\"\r\n", &chunked),
        post(
            "transfer_encoding: chunked\r\ncontent-length: 0\r\nx: y\rtransfer-encoding: chunked\r\n",
            &chunked,
        ),
        // A header on two lines.
        post("transfer-encoding:\r\n chunked\r\n", &chunked),
        post("x: a\r\n transfer-encoding: chunked\r\n", &chunked),
        post("x: a\r\n\tb\r\ncontent-length: 0\r\n", HIDDEN),
        // Sizes of chunks that are none.
        post(
            "transfer-encoding: chunked\r\n",
            &format!("0x0\r\n\r\n{HIDDEN}"),
        ),
        post(
            "transfer-encoding: chunked\r\n",
            &format!("-0\r\n\r\n{HIDDEN}"),
        ),
        post(
            "transfer-encoding: chunked\r\n",
            &format!("10000000000000000\r\n\r\n{HIDDEN}"),
        ),
        post(
            "transfer-encoding: chunked\r\n",
            &format!("0;\n\r\n\r\n{HIDDEN}"),
        ),
        post(
            "transfer-encoding: chunked\r\n",
            &format!("1\r\nxx0\r\n\r\n{HIDDEN}"),
        ),
        // Ends of lines that are none.
        format!("POST /graphql HTTP/1.1\rhost: localhost\r\n\r\n{HIDDEN}"),
        format!("POST /graphql HTTP/1.1\r\nhost: localhost\0\r\n\r\n{HIDDEN}"),
        // A body where none is expected.
        format!(
            "GET /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n\r\n{HIDDEN}"
        ),
        format!(
            "GET /graphql HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\ncontent-length: {length}\r\n\r\n{chunked}"
        ),
        // Versions and targets.
        format!("POST /graphql HTTP/1.2\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n{HIDDEN}"),
        format!(
            "POST /graphql HTTP/1.0\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n{chunked}"
        ),
        format!("POST /graphql\r\n\r\n{HIDDEN}"),
        format!("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{HIDDEN}"),
    ];
    for shape in &shapes {
        let answer = raw(&officer, shape.as_bytes());
        let all = format!("{}{}", answer.head, answer.body);
        let shown: String = shape.chars().take(160).collect();
        assert!(
            !all.contains("\r\n\r\nok\n") && !all.ends_with("ok\n"),
            "answered twice: {shown:?}: {all}"
        );
        assert!(matches!(answer.status, 0 | 400..500), "{shown:?}: {all}");
    }
    // Two requests that are two are answered as two.
    let two = format!("{HIDDEN}{HIDDEN}");
    let answer = raw(&officer, two.as_bytes());
    assert_eq!(answer.body.matches("ok\n").count(), 2, "{answer:?}");
}

#[test]
fn nothing_that_is_sent_becomes_a_header() {
    let (_app, officer) = start();
    let injected = "%0d%0aset-cookie:%20a=b%0d%0a%0d%0a<script>";
    for path in [
        format!("/{injected}"),
        format!("/graphql?query={injected}"),
        format!("/graphql?operationName={injected}&query=%7B__typename%7D"),
        format!("/attachments/{injected}"),
        format!("/letters/{injected}"),
    ] {
        let answer = send(
            &officer,
            "GET",
            &path,
            &[("accept", "*/*"), ("x-request-id", "a%0d%0ab: c")],
            "",
        );
        let head = answer.head.to_lowercase();
        assert!(
            !head.contains("set-cookie") && !answer.body.contains("<script>"),
            "{path}: {answer:?}"
        );
        assert!(
            (400..500).contains(&answer.status) || answer.status == 200,
            "{path}: {answer:?}"
        );
    }
    for line in ["x: a\rb: c", "x: a\0", "x\u{1}: a", "x y: a", ": a", "x"] {
        let request = format!(
            "GET /healthz HTTP/1.1\r\nhost: localhost\r\n{line}\r\nconnection: close\r\n\r\n"
        );
        assert_eq!(raw(&officer, request.as_bytes()).status, 400, "{line:?}");
    }
}

#[test]
fn no_path_leads_out() {
    let (_app, officer) = start();
    for path in [
        "/../../../../etc/passwd",
        "/..%2f..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/....//....//etc/passwd",
        "/graphql/../../etc/passwd",
        "/graphiql/../data/keys",
        "/attachments/../../keys",
        "/attachments/..%2f..%2fkeys",
        "/attachments/%00",
        "/letters/..%2f..%2fkeys",
        "/.env",
        "/.git/config",
        "/data/keys",
        "/etc/passwd%00.json",
        "/..\\..\\windows\\win.ini",
        "/%c0%ae%c0%ae/etc/passwd",
        "/file:///etc/passwd",
        "/graphql;/../healthz",
        "/anmelden/..%2f..%2fetc%2fpasswd",
        "/konto/%2e%2e/%2e%2e/etc/passwd",
    ] {
        let answer = send(&officer, "GET", path, &[], "");
        assert!((400..500).contains(&answer.status), "{path}: {answer:?}");
        assert!(!answer.body.contains("root:"), "{path}: {answer:?}");
    }
}

#[test]
fn methods_and_credentials_are_what_they_say() {
    let (_app, officer) = start();
    for method in [
        "TRACE", "TRACK", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "PROPFIND", "DEBUG", "get",
        "PoSt",
    ] {
        for path in [
            "/graphql",
            "/graphql/stream",
            "/graphql/ws",
            "/graphql/schema.graphql",
        ] {
            let answer = send(&officer, method, path, &[("x-marker", "come-back")], "");
            assert_eq!(answer.status, 405, "{method} {path}: {answer:?}");
            assert!(!answer.body.contains("come-back"), "{answer:?}");
            assert!(answer.header("allow").is_some(), "{answer:?}");
        }
    }
    let connect = raw(
        &officer,
        b"CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example:443\r\n\r\n",
    );
    assert!((400..500).contains(&connect.status), "{connect:?}");

    let token = officer.token();
    let ask = |lines: &str, query: &str| {
        let request = format!(
            "GET /graphql?query=%7B__typename%7D{query} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{lines}\r\n"
        );
        raw(&officer, request.as_bytes()).status
    };
    assert_eq!(ask(&format!("authorization: Bearer {token}\r\n"), ""), 200);
    for lines in [
        format!("authorization: Bearer {token}\r\nauthorization: Bearer {token}\r\n"),
        format!("authorization: Basic {token}\r\n"),
        format!("authorization: {token}\r\n"),
        format!("authorization: Bearer {token}, Bearer x\r\n"),
        format!("x-authorization: Bearer {token}\r\n"),
        format!("proxy-authorization: Bearer {token}\r\n"),
        format!("cookie: authorization={token}; token={token}\r\n"),
        "authorization: Bearer null\r\nx-forwarded-for: 127.0.0.1\r\nx-remote-user: admin\r\n"
            .into(),
    ] {
        assert_eq!(ask(&lines, ""), 401, "{lines}");
    }
    for name in ["access_token", "token", "authorization", "Authorization"] {
        assert_eq!(ask("", &format!("&{name}={token}")), 401, "{name}");
    }
}

#[test]
fn what_is_oversized_is_refused_and_the_server_goes_on() {
    let (_app, officer) = start();
    let kilobytes = |number: usize| "x".repeat(number * 1024);
    let request = |headers: &str| {
        format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n")
    };
    let many: String = (0..200)
        .map(|number| format!("x-{number}: y\r\n"))
        .collect();
    for (what, bytes) in [
        (
            "a long target",
            format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", kilobytes(80)),
        ),
        (
            "a long query",
            format!(
                "GET /graphql?query={} HTTP/1.1\r\nhost: localhost\r\n\r\n",
                kilobytes(70)
            ),
        ),
        (
            "a long method",
            format!("{} / HTTP/1.1\r\nhost: localhost\r\n\r\n", kilobytes(80)),
        ),
        (
            "a long header",
            request(&format!("x: {}\r\n", kilobytes(80))),
        ),
        (
            "a long name of a header",
            request(&format!("{}: x\r\n", kilobytes(80))),
        ),
        (
            "a long host",
            format!(
                "GET /metrics HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
                kilobytes(20)
            ),
        ),
        ("many headers", request(&many)),
        (
            "many cookies",
            request(&format!("cookie: {}\r\n", "a=b; ".repeat(20_000))),
        ),
        ("no end", kilobytes(200)),
    ] {
        let answer = raw(&officer, bytes.as_bytes());
        assert!(
            matches!(answer.status, 0 | 400..500),
            "{what}: {}",
            answer.head
        );
        goes_on(&officer);
    }
    let large = format!("{{\"query\": \"{{ __typename }} #{}\"}}", kilobytes(300));
    assert_eq!(
        send(&officer, "POST", "/graphql", &[JSON], &large).status,
        413
    );
    // One that only says how large it will be is not waited for.
    let said = post("content-length: 1000000000000\r\n", "");
    let said = said.replace(
        "host:",
        &format!("authorization: Bearer {}\r\nhost:", officer.token()),
    );
    assert!(matches!(raw(&officer, said.as_bytes()).status, 400..500));
    goes_on(&officer);
}

fn goes_on(client: &Client) {
    assert_eq!(client.get("/healthz").map(|(status, _)| status), Some(200));
}
