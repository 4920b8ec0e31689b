//! What an answer holds: nulls where fields failed, no internals, and the pages beside `/graphql`.

use querschnitt_graphql::http::HttpOptions;
use serde_json::json;

use crate::support::{options, start};

#[tokio::test]
async fn a_failed_field_is_null_and_its_siblings_stay() {
    let server = start(options()).await;
    let answer = server.query("{ hello maybe { name strict } }").await;
    assert_eq!(answer.status, 200);
    let body = answer.json();
    assert_eq!(
        body["data"],
        json!({ "hello": "hello you", "maybe": null }),
        "null goes up to the nullable parent"
    );
    assert_eq!(body["errors"].as_array().map(Vec::len), Some(1));
    assert_eq!(body["errors"][0]["path"], json!(["maybe", "strict"]));
    assert_eq!(body["errors"][0]["extensions"]["code"], "NO");
}

#[tokio::test]
async fn null_goes_up_to_the_root_and_data_is_null_not_missing() {
    let server = start(options()).await;
    let answer = server
        .query("{ hello branch { child { strict counted } } }")
        .await;
    assert_eq!(answer.status, 200, "it was executed");
    let body = answer.json();
    assert!(
        body["data"].is_null() && body.get("data").is_some(),
        "{body}"
    );
    assert_eq!(
        body["errors"].as_array().map(Vec::len),
        Some(1),
        "one error for one failed field"
    );
    assert_eq!(
        body["errors"][0]["path"],
        json!(["branch", "child", "strict"])
    );
}

#[tokio::test]
async fn two_failed_fields_under_one_parent_keep_the_answer_valid() {
    // async-graphql 7.1 to 7.2.1 go on evaluating the siblings of a failed field of a type that can't be null,
    // and leave the failed ones out.
    let server = start(options()).await;
    let answer = server
        .query("{ maybe { a: strict b: strict child { strict counted } } }")
        .await;
    let body = answer.json();
    assert_eq!(body["data"], json!({ "maybe": null }));
    let errors = body["errors"].as_array().cloned().unwrap_or_default();
    assert!((1..=3).contains(&errors.len()), "{errors:?}");
    for error in errors {
        assert!(
            error["path"][0] == "maybe" && error["extensions"]["code"] == "NO",
            "{error}"
        );
    }
}

#[tokio::test]
async fn internals_stay_inside() {
    let server = start(options()).await;
    for query in ["{ leak }", "{ panics }"] {
        let answer = server.query(query).await;
        assert_eq!(answer.code(), "INTERNAL", "{answer:?}");
        assert!(!answer.body.contains("secret"), "{answer:?}");
    }
    assert_eq!(server.query("{ panics }").await.status, 500);
    let answer = server.query("{ at(uuid: \"nonsense\") }").await;
    assert_eq!(answer.code(), "BAD_ARGUMENT", "{answer:?}");
    assert_eq!(
        answer.json()["errors"][0]["message"],
        "Die Angabe „uuid“ ist so nicht lesbar. Erlaubt ist hier eine UUID, zum Beispiel 018f0000-0000-7000-8000-000000000001."
    );
    let answer = server.query("{ at(uuid: 17) }").await;
    assert_eq!(answer.code(), "BAD_ARGUMENT", "{answer:?}");
    let answer = server.query("{ helo }").await;
    assert!(!answer.body.contains("hello"), "no suggestions: {answer:?}");
}

#[tokio::test]
async fn subscriptions_have_their_own_addresses() {
    let server = start(options()).await;
    let answer = server.query("subscription { count(to: 1) }").await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (400, "SUBSCRIPTION_ELSEWHERE")
    );
}

#[tokio::test]
async fn the_schema_is_served_as_text() {
    let server = start(options()).await;
    let answer = server
        .send("GET", "/graphql/schema.graphql", &[], b"")
        .await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("type Query"), "{answer:?}");
    assert_eq!(
        server
            .send("POST", "/graphql/schema.graphql", &[], b"")
            .await
            .status,
        405
    );
}

#[tokio::test]
async fn the_editor_is_there_in_development_only_and_loads_nothing_from_elsewhere() {
    let server = start(options()).await;
    let answer = server.send_bare("GET", "/graphiql", &[], b"").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    assert!(!answer.body.contains("://"), "{answer:?}");
    let policy = answer.header("content-security-policy").unwrap_or_default();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self';"),
        "{policy}"
    );
    let production = start(HttpOptions::default()).await;
    for path in ["/graphiql", "/graphiql/graphiql.js"] {
        assert_eq!(production.send("GET", path, &[], b"").await.status, 404);
    }
    assert_eq!(
        production
            .query("{ __schema { types { name } } }")
            .await
            .code(),
        "INTROSPECTION_OFF"
    );
}
