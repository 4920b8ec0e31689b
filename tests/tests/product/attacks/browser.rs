//! Attacks by pages of others in the browser of somebody who may ask.

use serde_json::json;

use super::{JSON, MUTATION, encoded, send, start, untouched};

#[test]
fn a_form_of_another_page_changes_nothing() {
    let (_app, officer) = start();
    let json = json!({ "query": MUTATION }).to_string();
    let form = format!("query={}", encoded(MUTATION));
    let multipart = format!(
        "--x\r\ncontent-disposition: form-data; name=\"operations\"\r\n\r\n{json}\r\n--x\r\ncontent-disposition: form-data; name=\"map\"\r\n\r\n{{}}\r\n--x--\r\n"
    );
    // All a page can send without asking first, and what some servers take for JSON.
    for (kind, body) in [
        (Some("application/x-www-form-urlencoded"), &form),
        (Some("application/x-www-form-urlencoded"), &json),
        (Some("multipart/form-data; boundary=x"), &multipart),
        (Some("text/plain"), &json),
        (Some("text/plain;charset=application/json"), &json),
        (Some("text/plain, application/json"), &json),
        (Some("application/graphql"), &MUTATION.to_owned()),
        (Some("application/json; charset=utf-7"), &json),
        (Some("application/jsonp"), &json),
        (Some("application/json, text/plain"), &json),
        (Some(""), &json),
        (None, &json),
    ] {
        let headers: Vec<(&str, &str)> = kind
            .map(|kind| ("content-type", kind))
            .into_iter()
            .collect();
        for path in ["/graphql", "/graphql?query=%7B__typename%7D"] {
            let answer = send(&officer, "POST", path, &headers, body);
            assert_eq!(answer.status, 415, "{kind:?}: {answer:?}");
        }
        let more: Vec<(&str, &str)> = headers
            .iter()
            .copied()
            .chain([("accept", "text/event-stream")])
            .collect();
        let answer = send(&officer, "POST", "/graphql/stream", &more, body);
        assert_eq!(answer.status, 415, "{kind:?}: {answer:?}");
    }
    let compressed = [JSON, ("content-encoding", "gzip")];
    assert_eq!(
        send(&officer, "POST", "/graphql", &compressed, &json).status,
        415
    );
    untouched(&officer);
}

#[test]
fn no_other_origin_may_read_or_connect() {
    let (_app, officer) = start();
    for origin in [
        "https://evil.example",
        "null",
        "http://localhost.evil.example",
        "http://127.0.0.1",
    ] {
        let origin = ("origin", origin);
        let asked = [
            origin,
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "authorization"),
        ];
        for answer in [
            send(&officer, "OPTIONS", "/graphql", &asked, ""),
            send(
                &officer,
                "GET",
                "/graphql?query=%7B__typename%7D",
                &[origin],
                "",
            ),
            send(&officer, "GET", "/healthz", &[origin], ""),
        ] {
            let allows = answer.head.to_lowercase().contains("access-control-");
            assert!(!allows, "{answer:?}");
        }
        let upgrade = [
            origin,
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA=="),
            ("sec-websocket-protocol", "graphql-transport-ws"),
        ];
        let answer = send(&officer, "GET", "/graphql/ws", &upgrade, "");
        assert_eq!(answer.status, 403, "{answer:?}");
    }
}

#[test]
fn answers_are_kept_nowhere_and_shown_in_no_frame() {
    let (_app, officer) = start();
    let body = json!({ "query": "{ __typename }" }).to_string();
    let events = ("accept", "text/event-stream");
    for answer in [
        send(&officer, "POST", "/graphql", &[JSON], &body),
        send(&officer, "GET", "/graphql?query=%7B__typename%7D", &[], ""),
        send(
            &officer,
            "GET",
            "/graphql/stream?query=%7B__typename%7D",
            &[events],
            "",
        ),
        send(&officer, "GET", "/graphql/schema.graphql", &[], ""),
        send(&officer, "GET", "/nowhere", &[], ""),
    ] {
        assert_eq!(
            answer.header("cache-control"),
            Some("no-store"),
            "{answer:?}"
        );
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{answer:?}");
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{answer:?}"
        );
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        // Whoever asks with another token or none gets an answer of their own.
        let kind = answer.header("content-type").unwrap_or_default();
        assert!(!kind.contains("html"), "{answer:?}");
    }
}

#[test]
fn nobody_is_sent_elsewhere() {
    let (_app, officer) = start();
    for path in [
        "//evil.example",
        "//evil.example/%2e%2e",
        "/\\evil.example",
        "/%2f%2fevil.example",
        "/https:evil.example",
        "/graphql/",
        "/graphql/..//evil.example",
        "/?next=//evil.example",
        "/anmelden?next=https://evil.example",
        "/anmelden?weiter=//evil.example",
        "/anmelden?weiter=/%5Cevil.example",
        "/abmelden?next=//evil.example",
    ] {
        let answer = send(&officer, "GET", path, &[], "");
        let place = answer.header("location").unwrap_or_default();
        assert!(!place.contains("evil"), "{path}: {answer:?}");
        assert!(answer.header("refresh").is_none(), "{path}: {answer:?}");
    }
}
