//! `/graphiql`: an editor for queries in the browser, in development only, from the binary.
//!
//! The bundle is built from the npm registry by `make graphiql` (`graphql/graphiql`); nothing is loaded from
//! elsewhere. The pages hold no data: the editor asks for a token and sends it like any other client.

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

const SCRIPT: &str = include_str!(concat!(env!("OUT_DIR"), "/graphiql.js"));
const STYLE: &str = include_str!(concat!(env!("OUT_DIR"), "/graphiql.css"));

const PAGE: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Querschnitt: GraphiQL</title>
<link rel="stylesheet" href="/graphiql/graphiql.css">
<div id="graphiql"></div>
<script src="/graphiql/graphiql.js"></script>
</html>
"#;

const NOT_BUILT: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Querschnitt: GraphiQL</title>
<p>GraphiQL is not part of this build. With Node 20 and npm: <code>make graphiql</code>, then build again.</p>
</html>
"#;

/// Styles are set by scripts everywhere in the editor, hence `unsafe-inline` for them and only for them.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; \
    img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) fn routes() -> Router {
    let page = if SCRIPT.is_empty() { NOT_BUILT } else { PAGE };
    Router::new()
        .route("/graphiql", get(move || async move { guarded(Html(page)) }))
        .route(
            "/graphiql/graphiql.js",
            get(|| async { file(SCRIPT, "text/javascript; charset=utf-8") }),
        )
        .route(
            "/graphiql/graphiql.css",
            get(|| async { file(STYLE, "text/css; charset=utf-8") }),
        )
}

fn file(content: &'static str, kind: &'static str) -> Response {
    guarded(([(header::CONTENT_TYPE, kind)], content))
}

fn guarded(response: impl IntoResponse) -> Response {
    let mut response = response.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}
