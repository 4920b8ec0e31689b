//! `/graphql`: methods, media types, status codes, parameters, identity.

use serde_json::json;

use crate::support::{options, start};

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn a_query_is_answered_with_its_cost() {
    let server = start(options()).await;
    let answer = server.query("{ hello me }").await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("application/graphql-response+json; charset=utf-8")
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(
        answer.json(),
        json!({
            "data": { "hello": "hello you", "me": "Ada" },
            "extensions": { "cost": { "requested": 2, "maximum": 50000 } },
        })
    );
}

#[tokio::test]
async fn without_a_valid_token_nothing_is_readable() {
    let server = start(options()).await;
    let body = br#"{"query":"{ __typename }"}"#;
    for headers in [
        vec![JSON],
        vec![JSON, ("authorization", "Bearer wrong")],
        vec![JSON, ("authorization", "correct-horse")],
        vec![JSON, ("authorization", "Basic correct-horse")],
        vec![JSON, ("authorization", "Bearer ")],
        vec![
            JSON,
            ("authorization", "Bearer correct-horse"),
            ("authorization", "Bearer correct-horse"),
        ],
    ] {
        for (method, path) in [
            ("POST", "/graphql"),
            ("GET", "/graphql?query=%7B__typename%7D"),
            ("GET", "/graphql/schema.graphql"),
        ] {
            let body: &[u8] = if method == "POST" { body } else { b"" };
            let answer = server.send_bare(method, path, &headers, body).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (401, "UNAUTHENTICATED"),
                "{method} {headers:?}"
            );
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
            assert!(answer.json().get("data").is_none());
        }
    }
}

#[tokio::test]
async fn get_runs_queries_only() {
    let server = start(options()).await;
    let answer = server
        .send(
            "GET",
            "/graphql?query=mutation%7Brecord(text:%22x%22)%7Bposition%7D%7D",
            &[],
            b"",
        )
        .await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
    let query = "/graphql?query=query+A(%24n:Int!)%7Bdouble(n:%24n)%7D+query+B%7Bhello%7D&operationName=A&variables=%7B%22n%22:4%7D&extensions=%7B%7D&other=1";
    let answer = server.send("GET", query, &[], b"").await;
    assert_eq!(answer.json()["data"], json!({ "double": 8 }), "{answer:?}");
    let recorded = server
        .query("mutation { record(text: \"only one\") { position } }")
        .await;
    assert_eq!(
        recorded.json()["data"]["record"]["position"],
        "1",
        "the mutation by GET did nothing"
    );
}

#[tokio::test]
async fn other_methods_are_refused() {
    let server = start(options()).await;
    for method in [
        "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "QUERY",
    ] {
        let answer = server.send(method, "/graphql", &[], b"").await;
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, Some("GET, POST")),
            "{method}"
        );
    }
}

#[tokio::test]
async fn accept_decides_the_media_type_and_the_status_of_a_wrong_document() {
    let server = start(options()).await;
    for (accept, status, kind) in [
        ("application/json", 200, "application/json; charset=utf-8"),
        ("*/*", 200, "application/json; charset=utf-8"),
        (
            "application/graphql-response+json",
            400,
            "application/graphql-response+json; charset=utf-8",
        ),
    ] {
        for document in ["{", "{ nothing }", "query($n: Int!) { double(n: $n) }"] {
            let body = json!({ "query": document, "variables": { "n": "x" } }).to_string();
            let answer = server
                .send(
                    "POST",
                    "/graphql",
                    &[JSON, ("accept", accept)],
                    body.as_bytes(),
                )
                .await;
            assert_eq!(
                (answer.status, answer.header("content-type")),
                (status, Some(kind)),
                "{accept} {document}"
            );
            assert!(answer.json().get("data").is_none(), "{answer:?}");
        }
    }
    let answer = server
        .send("POST", "/graphql", &[JSON, ("accept", "text/html")], b"{}")
        .await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (406, "NOT_ACCEPTABLE")
    );
}

#[tokio::test]
async fn only_plain_json_is_taken() {
    let server = start(options()).await;
    for headers in [
        vec![],
        vec![("content-type", "text/plain")],
        vec![("content-type", "application/x-www-form-urlencoded")],
        vec![("content-type", "multipart/form-data; boundary=x")],
        vec![("content-type", "application/graphql")],
        vec![("content-type", "application/json; charset=latin1")],
        vec![JSON, JSON],
        vec![JSON, ("content-encoding", "gzip")],
    ] {
        let answer = server
            .send("POST", "/graphql", &headers, br#"{"query":"{hello}"}"#)
            .await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (415, "UNSUPPORTED_MEDIA_TYPE"),
            "{headers:?}"
        );
    }
}

#[tokio::test]
async fn wrong_parameters_are_refused_in_short_words() {
    let server = start(options()).await;
    for (body, message) in [
        (&b""[..], "the body is empty"),
        (
            b"{ \"not a JSON",
            "the body is not valid JSON (line 1, column 13)",
        ),
        (
            b"[{\"query\":\"{hello}\"}]",
            "one request at a time: the body is a JSON object",
        ),
        (b"\"x\"", "the body is not a JSON object"),
        (b"\xff\xfe", "the body is not UTF-8"),
        (b"{}", "`query` is missing"),
        (br#"{"query":1}"#, "`query` must be a string"),
        (
            br#"{"query":"{hello}","query":"{me}"}"#,
            "a parameter is given twice",
        ),
        (
            br#"{"query":"{hello}","operationName":1}"#,
            "`operationName` must be a string",
        ),
        (
            br#"{"query":"{hello}","variables":[]}"#,
            "`variables` must be an object",
        ),
        (
            br#"{"query":"{hello}","extensions":"x"}"#,
            "`extensions` must be an object",
        ),
    ] {
        let answer = server.send("POST", "/graphql", &[JSON], body).await;
        assert_eq!(answer.status, 400, "{message}");
        let expected =
            json!({ "errors": [{ "message": message, "extensions": { "code": "BAD_REQUEST" } }] });
        assert_eq!(answer.json(), expected);
    }
    for (query, message) in [
        ("", "`query` is missing"),
        ("query={hello}&query={me}", "a parameter is given twice"),
        ("query=%FF", "the query string is not UTF-8"),
        ("query={hello}&variables={", "`variables` is not valid JSON"),
        ("query={hello}&variables=1", "`variables` must be an object"),
    ] {
        let path = format!("/graphql?{}", query.replace('{', "%7B").replace('}', "%7D"));
        let answer = server.send("GET", &path, &[], b"").await;
        assert_eq!(
            (
                answer.status,
                answer.json()["errors"][0]["message"].as_str()
            ),
            (400, Some(message)),
            "{query}"
        );
    }
}

#[tokio::test]
async fn the_operation_is_chosen_by_name() {
    let server = start(options()).await;
    let two = "query A { hello } query B { me }";
    let answer = server
        .post(json!({ "query": two, "operationName": "B" }))
        .await;
    assert_eq!(answer.json()["data"], json!({ "me": "Ada" }));
    for name in [json!(null), json!("C"), json!("")] {
        let answer = server
            .post(json!({ "query": two, "operationName": name }))
            .await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "OPERATION_NAME"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn variables_are_checked_before_anything_runs() {
    let server = start(options()).await;
    let query = "mutation($f: Filter, $n: [Int!], $t: String!) { record(text: $t) { position } }";
    let read = "query($f: Filter!) { pick(filter: $f) }";
    let good = server
        .post(json!({ "query": read, "variables": { "f": { "colour": "RED", "names": "a" } } }))
        .await;
    assert_eq!(good.json()["data"], json!({ "pick": 5 }), "{good:?}");
    for (document, variables) in [
        (query, json!({})),
        (query, json!({ "t": null })),
        (query, json!({ "t": 5 })),
        (read, json!({ "f": null })),
        (read, json!({ "f": {} })),
        (read, json!({ "f": { "colour": "BLUE" } })),
        (read, json!({ "f": { "colour": "RED", "size": "x" } })),
        (read, json!({ "f": { "colour": "RED", "names": [1] } })),
        (read, json!({ "f": { "colour": "RED", "names": [null] } })),
        (read, json!({ "f": { "colour": "RED", "other": 1 } })),
        (read, json!({ "f": [] })),
    ] {
        let answer = server
            .post(json!({ "query": document, "variables": variables }))
            .await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "BAD_ARGUMENT"),
            "{variables} {answer:?}"
        );
        assert!(answer.json().get("data").is_none());
    }
}
