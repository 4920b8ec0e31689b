//! Why a request does not reach its route.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use querschnitt_graphql::http;

/// What is wrong with a request before anybody looks at what it asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Refusal {
    /// Where it ends can be read in two ways.
    Length,
    /// Its headers are too large.
    Headers,
    /// It names no host, more than one, or something that is no name.
    NoHost,
    /// It names a host that is not this server.
    ForeignHost,
    /// It came past the proxy.
    NotTheProxy,
    /// It came too soon; how long to wait.
    TooSoon(Duration),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, text) = match self {
            Self::TooSoon(wait) => return http::too_many_requests(wait),
            Self::Length => (
                StatusCode::BAD_REQUEST,
                "BAD_LENGTH",
                "the length of the body must be given in one way: content-length, or transfer-encoding: chunked",
            ),
            Self::Headers => (
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "HEADERS_TOO_LARGE",
                "the headers are too large; allowed are 32768 bytes",
            ),
            Self::NoHost => (
                StatusCode::BAD_REQUEST,
                "BAD_HOST",
                "Der Anfrage fehlt ein eindeutiger Name des Servers (Host).",
            ),
            Self::ForeignHost => (
                StatusCode::MISDIRECTED_REQUEST,
                "FOREIGN_HOST",
                "Unter diesem Namen antwortet der Server nicht. Die Einstellung hosts nennt seine Namen.",
            ),
            Self::NotTheProxy => (
                StatusCode::FORBIDDEN,
                "PROXY_ONLY",
                "Dieser Server ist nur über seinen Proxy erreichbar. Die Einstellung trusted_proxy_addresses nennt, von wo er kommt.",
            ),
        };
        let mut response = http::refuse(status, code, text);
        if matches!(self, Self::Length | Self::Headers) {
            // What comes next on the connection is as doubtful.
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
        }
        response
    }
}
