//! What one request may ask for, and hostile documents. More than 400 lines: every limit and every attack is here once.

use std::time::{Duration, Instant};

use querschnitt_graphql::http::HttpOptions;
use querschnitt_graphql::limits::Limits;
use serde_json::json;

use crate::support::{Server, options, start};

async fn with(limits: Limits) -> Server {
    start(HttpOptions {
        limits: limits.into(),
        ..options()
    })
    .await
}

async fn code(server: &Server, query: &str) -> String {
    let answer = server.query(query).await;
    let body = answer.json();
    if answer.status == 200 {
        return format!(
            "200 {}",
            body["errors"][0]["extensions"]["code"]
                .as_str()
                .unwrap_or("ok")
        );
    }
    assert!(body.get("data").is_none(), "{body}");
    format!("{} {}", answer.status, answer.code())
}

#[tokio::test]
async fn each_limit_lets_the_last_allowed_through_and_has_its_code() {
    let small = Limits {
        depth: 3,
        aliases: 2,
        root_fields: 2,
        directives: 2,
        fields: 5,
        ..Limits::default()
    };
    let server = with(small).await;
    for (query, expected) in [
        ("{ branch { child { name } } }", "200 ok"),
        ("{ branch { child { child { name } } } }", "400 TOO_DEEP"),
        ("{ a: hello b: hello }", "200 ok"),
        (
            "{ a: hello branch { b: name c: name } }",
            "400 TOO_MANY_ALIASES",
        ),
        ("{ hello me }", "200 ok"),
        ("{ hello me branch { name } }", "400 TOO_MANY_ROOT_FIELDS"),
        ("{ hello @skip(if: true) me @include(if: true) }", "200 ok"),
        (
            "query @a @b { hello @skip(if: true) }",
            "400 TOO_MANY_DIRECTIVES",
        ),
        ("{ hello @a @a @a }", "400 TOO_MANY_DIRECTIVES"),
        ("{ branch { name counted child { name } } }", "200 ok"),
        (
            "{ hello branch { name counted child { name } } }",
            "400 TOO_MANY_FIELDS",
        ),
        (
            "subscription { count(to: 1) events { position } }",
            "400 TOO_MANY_ROOT_FIELDS",
        ),
    ] {
        assert_eq!(code(&server, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn fragments_count_as_often_as_they_are_used() {
    let server = with(Limits {
        aliases: 3,
        ..Limits::default()
    })
    .await;
    let query = "{ ...A ...A } fragment A on Query { ...B ...B } fragment B on Query { x: hello }";
    assert_eq!(code(&server, query).await, "400 TOO_MANY_ALIASES");
}

#[tokio::test]
async fn a_page_has_one_to_a_hundred_entries() {
    let server = with(Limits::default()).await;
    for (arguments, expected) in [
        ("(first: 1)", "200 ok"),
        ("(first: 100)", "200 ok"),
        ("(last: 100)", "200 ok"),
        ("", "400 PAGE_SIZE"),
        ("(first: null)", "400 PAGE_SIZE"),
        ("(first: 0)", "400 PAGE_SIZE"),
        ("(first: -1)", "400 PAGE_SIZE"),
        ("(first: 101)", "400 PAGE_SIZE"),
        ("(first: 1, last: 1)", "400 PAGE_SIZE"),
        ("(first: 99999999999999999999)", "400 PAGE_SIZE"),
    ] {
        let query = format!("{{ branches{arguments} {{ edges {{ node {{ name }} }} }} }}");
        assert_eq!(code(&server, &query).await, expected, "{arguments}");
    }
    let query = "query($n: Int, $m: Int = 7) { a: branches(first: $n) { edges { cursor } } b: branches(first: $m) { edges { cursor } } }";
    for (n, expected) in [(json!(5), 200), (json!(101), 400), (json!(null), 400)] {
        let answer = server
            .post(json!({ "query": query, "variables": { "n": n } }))
            .await;
        assert_eq!(answer.status, expected, "{answer:?}");
    }
}

#[tokio::test]
async fn a_page_multiplies_the_cost_of_what_is_asked_per_entry() {
    let server = with(Limits {
        cost: 1_000,
        ..Limits::default()
    })
    .await;
    // The page, and for each of its 10 entries the edge, the node and the name.
    let answer = server
        .query("{ branches(first: 10) { edges { node { name } } } }")
        .await;
    assert_eq!(
        answer.json()["extensions"]["cost"],
        json!({ "requested": 31, "maximum": 1000 })
    );
    let answer = server
        .query("mutation { record(text: \"x\") { position } }")
        .await;
    assert_eq!(answer.json()["extensions"]["cost"]["requested"], 12);
    let wide = "{ a: branches(first: 100) { edges { node { name child { name child { child { counted } } } } } } hello hi: hello ho: hello a1: hello a2: hello b: branches(first: 100) { edges { node { name } } } }";
    let answer = server.query(wide).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (400, "TOO_EXPENSIVE"),
        "{answer:?}"
    );
    assert_eq!(answer.json()["errors"][0]["extensions"]["maximum"], 1000);
    assert_eq!(
        server.counted.load(std::sync::atomic::Ordering::SeqCst),
        0,
        "nothing ran"
    );
}

#[tokio::test]
async fn introspection_is_there_when_allowed_and_only_so_far() {
    let usual = "{ __schema { types { name fields { name args { name type { kind ofType { kind ofType { kind ofType { kind ofType { kind ofType { name } } } } } } } type { name } } possibleTypes { name } } } }";
    let circular =
        "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
    let tight = Limits {
        depth: 3,
        cost: 5,
        ..Limits::default()
    };
    let open = with(Limits {
        depth: 3,
        ..Limits::default()
    })
    .await;
    assert_eq!(code(&open, usual).await, "200 ok");
    assert_eq!(code(&open, circular).await, "400 TOO_DEEP");
    let closed = start(HttpOptions {
        limits: tight.into(),
        introspection: false,
        ..options()
    })
    .await;
    for query in [
        usual,
        "{ __type(name: \"Query\") { name } }",
        "{ ...F } fragment F on Query { ... on Query { x: __schema { types { name } } } }",
    ] {
        assert_eq!(
            code(&closed, query).await,
            "400 INTROSPECTION_OFF",
            "{query}"
        );
    }
    assert_eq!(code(&closed, "{ __typename }").await, "200 ok");
}

#[tokio::test]
async fn hostile_documents_are_refused_quickly() {
    let server = with(Limits::default()).await;
    let bomb: String = (0..60)
        .map(|n| format!("fragment F{n} on Query {{ ...F{m} ...F{m} }} ", m = n + 1))
        .collect();
    let short_bomb: String = (0..20)
        .map(|n| format!("fragment F{n} on Query {{ ...F{m} ...F{m} }} ", m = n + 1))
        .collect();
    // Each level ten times the next, and nothing at the end that counts as a field: 10^22 ways through.
    let empty_bomb: String = (0..22)
        .map(|n| {
            let next = format!("...F{} ", n + 1).repeat(10);
            format!("fragment F{n} on Query {{ {next} }} ")
        })
        .collect();
    let chain: String = (0..600)
        .map(|n| format!("fragment F{n} on Query {{ ...F{} }} ", n + 1))
        .collect();
    for (name, query, expected) in [
        ("deep", "{a".repeat(80_000), "400 TOO_DEEP"),
        (
            "deep lists",
            format!("{{ a(b: {}", "[".repeat(200_000)),
            "400 TOO_DEEP",
        ),
        (
            "deep objects",
            format!("{{ a(b: {}", "{a:".repeat(60_000)),
            "400 TOO_DEEP",
        ),
        (
            "deep types",
            format!("query($a: {}", "[".repeat(200_000)),
            "400 TOO_DEEP",
        ),
        (
            "deep as allowed",
            format!("{}a{}", "{a".repeat(47), "}".repeat(47)),
            "400 TOO_DEEP",
        ),
        (
            "many tokens",
            format!("{{ {} }}", "a ".repeat(100_000)),
            "400 TOO_MANY_TOKENS",
        ),
        (
            "many aliases",
            format!(
                "{{ {} }}",
                (0..1000)
                    .map(|n| format!("a{n}: hello "))
                    .collect::<String>()
            ),
            "400 TOO_MANY_ALIASES",
        ),
        (
            "many fields",
            format!("{{ {} }}", "hello ".repeat(3000)),
            "400 TOO_MANY_ROOT_FIELDS",
        ),
        (
            "fragment bomb",
            format!("{{ ...F0 }} {bomb} fragment F60 on Query {{ hello }}"),
            "400 TOO_DEEP",
        ),
        (
            "short fragment bomb",
            format!("{{ ...F0 }} {short_bomb} fragment F20 on Query {{ hello }}"),
            "400 TOO_MANY_ROOT_FIELDS",
        ),
        (
            "bomb of an unknown fragment",
            format!("{{ ...F0 }} {empty_bomb} fragment F22 on Query {{ ...Nope }}"),
            "400 INVALID",
        ),
        (
            "bomb of an unknown fragment nobody uses",
            format!("{{ hello }} {empty_bomb} fragment F22 on Query {{ ...Nope }}"),
            "400 INVALID",
        ),
        (
            "chain of fragments",
            format!("{{ ...F0 }} {chain} fragment F600 on Query {{ hello }}"),
            "400 TOO_DEEP",
        ),
        (
            "cycle",
            "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }".into(),
            "400 FRAGMENT_CYCLE",
        ),
        (
            "cycle nobody uses",
            "{ hello } fragment A on Query { ...A }".into(),
            "400 FRAGMENT_CYCLE",
        ),
        (
            "directives",
            format!("{{ hello {} }}", "@a".repeat(2000)),
            "400 TOO_MANY_DIRECTIVES",
        ),
        ("number", "{ double(n: 1e999999) }".into(), "400 SYNTAX"),
        (
            "surrogate",
            "{ hello(name: \"\\ud800\") }".into(),
            "400 SYNTAX",
        ),
        ("zero byte", "{ hello\0 }".into(), "400 SYNTAX"),
        ("open string", "{ hello(name: \"\"\" }".into(), "400 SYNTAX"),
        (
            "only a schema",
            "type Query { a: Int }".into(),
            "400 SYNTAX",
        ),
        ("nothing", String::new(), "400 SYNTAX"),
        ("comments", "# a\n".repeat(50_000), "400 SYNTAX"),
    ] {
        let start = Instant::now();
        assert_eq!(code(&server, &query).await, expected, "{name}");
        assert!(
            start.elapsed() < Duration::from_secs(3),
            "{name} took {:?}",
            start.elapsed()
        );
    }
    assert_eq!(
        code(&server, "{ hello }").await,
        "200 ok",
        "the server is well"
    );
}

#[tokio::test]
async fn an_operation_that_is_not_meant_is_no_way_around_a_limit() {
    let server = with(Limits::default()).await;
    let bomb: String = (0..22)
        .map(|n| {
            let next = format!("...F{} ", n + 1).repeat(10);
            format!("fragment F{n} on Query {{ {next} }} ")
        })
        .collect();
    let query =
        format!("query A {{ hello }} query B {{ ...F0 }} {bomb} fragment F22 on Query {{ hello }}");
    let answer = server
        .post(json!({ "query": query, "operationName": "A" }))
        .await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (400, "TOO_MANY_ROOT_FIELDS")
    );
}

#[tokio::test]
async fn a_variable_does_not_grow_by_standing_in_many_places() {
    let server = with(Limits::default()).await;
    let places = "$v ".repeat(1_000);
    let query =
        format!("query($v: String) {{ pick(filter: {{ colour: RED, names: [{places}] }}) }}");
    let answer = server
        .post(json!({ "query": query, "variables": { "v": "x".repeat(100_000) } }))
        .await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (400, "TOO_MANY_VALUES")
    );
}

/// Each of 1,900 fields differs from the first in each of its 800 arguments.
#[tokio::test]
async fn a_small_document_has_no_large_list_of_errors() {
    let server = with(Limits::default()).await;
    let arguments: String = (0..800).map(|n| format!("a{n}:1 ")).collect();
    let fields = "nope ".repeat(1_900);
    let answer = server
        .query(&format!("{{ branch {{ nope({arguments}) {fields} }} }}"))
        .await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "INVALID"));
    assert_eq!(answer.json()["errors"].as_array().map(Vec::len), Some(1));

    let unknown: String = (0..500).map(|n| format!("nope{n} ")).collect();
    let answer = server.query(&format!("{{ branch {{ {unknown} }} }}")).await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "INVALID"));
    assert_eq!(answer.json()["errors"].as_array().map(Vec::len), Some(100));
}

#[tokio::test]
async fn every_mutation_in_a_fragment_is_paid_for() {
    let server = with(Limits::default()).await;
    let query = "mutation { ...M } fragment M on Mutation { record(text: \"x\") { position } r: record(text: \"y\") { position } }";
    let answer = server.query(query).await;
    assert_eq!(
        answer.json()["extensions"]["cost"]["requested"],
        24,
        "{answer:?}"
    );
}

#[tokio::test]
async fn deep_variables_are_refused() {
    let server = with(Limits::default()).await;
    let deep = format!("{}1{}", "[".repeat(50_000), "]".repeat(50_000));
    let body = format!(r#"{{"query":"query($f: Filter) {{ hello }}","variables":{{"f":{deep}}}}}"#);
    let headers = [("content-type", "application/json")];
    assert_eq!(
        server
            .send("POST", "/graphql", &headers, body.as_bytes())
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn a_body_over_the_limit_is_413() {
    let server = with(Limits {
        body_bytes: 1_000,
        ..Limits::default()
    })
    .await;
    let answer = server
        .post(json!({ "query": "{ hello }", "variables": { "x": "y".repeat(1_000) } }))
        .await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "TOO_LARGE"));
    let path = format!("/graphql?query=%7Bhello%7D&x={}", "y".repeat(1_000));
    assert_eq!(server.send("GET", &path, &[], b"").await.status, 413);
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let server = start(HttpOptions {
        time_limit: Duration::from_millis(100),
        ..options()
    })
    .await;
    let answer = server.query("{ slow(millis: 60000) }").await;
    assert_eq!((answer.status, answer.code().as_str()), (503, "TIMEOUT"));
    assert!(answer.json().get("data").is_none());
}

/// What computes without waiting gives a timer no chance.
#[tokio::test]
async fn the_time_limit_also_holds_for_what_never_waits() {
    for time_limit in [Duration::ZERO, Duration::from_millis(5)] {
        let server = start(HttpOptions {
            time_limit,
            ..options()
        })
        .await;
        for query in [
            "{ spin }",
            "{ hello a: spin branch { child { name } } b: spin }",
        ] {
            let answer = server.query(query).await;
            let got = (answer.status, answer.code());
            assert_eq!(got, (503, "TIMEOUT".into()), "{time_limit:?} {query}");
            assert!(answer.json().get("data").is_none(), "{answer:?}");
            assert_eq!(answer.json()["errors"].as_array().map(Vec::len), Some(1));
        }
    }
}
