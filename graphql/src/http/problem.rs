//! What is wrong with an HTTP request itself, as a status and a GraphQL error body without `data`.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The code of a refusal because somebody asked too often.
pub(super) const TOO_MANY: &str = "TOO_MANY_REQUESTS";

/// Seconds to wait, rounded up.
pub(super) fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// What people read who asked too often.
pub(super) fn too_many_text(seconds: u64) -> String {
    let unit = if seconds == 1 { "Sekunde" } else { "Sekunden" };
    format!(
        "Das waren zu viele Anfragen in kurzer Zeit. Bitte in {seconds} {unit} erneut versuchen."
    )
}

/// The answer to a request that comes too soon, for layers around the routes of this crate.
#[must_use]
pub fn too_many_requests(wait: Duration) -> Response {
    Problem::too_many(wait).into_response()
}

/// A refusal in the form all refusals have, for layers around the routes of this crate.
#[must_use]
pub fn refuse(status: StatusCode, code: &'static str, message: impl Into<String>) -> Response {
    Problem::new(status, code, message).into_response()
}

/// A refusal before any GraphQL is looked at.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    message: String,
    allow: Option<&'static str>,
    /// Seconds.
    retry_after: Option<u64>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            allow: None,
            retry_after: None,
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    pub(crate) fn unauthenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "UNAUTHENTICATED",
            "Die Anmeldung fehlt oder gilt nicht mehr. Bitte neu anmelden (Authorization: Bearer …).",
        )
    }

    pub(super) fn foreign_page() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "FOREIGN_REQUEST",
            "Diese Anfrage kommt nicht von einer Seite dieses Servers, oder ihr fehlt der Wert aus /session im Kopf Querschnitt-CSRF.",
        )
    }

    pub(super) fn no_grant() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "NO_GRANT",
            "Das Konto hat diese Rolle nicht, oder zurzeit gar keine. Welche es gibt, steht unter /session und /rolle.",
        )
    }

    pub(super) fn no_answer_who() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "UNAVAILABLE",
            "Wer fragt, lässt sich gerade nicht feststellen. Bitte gleich noch einmal versuchen.",
        )
    }

    /// With a status and a code of the caller's.
    pub(crate) fn other(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self::new(status, code, message)
    }

    pub(super) fn forbidden_origin() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "FORBIDDEN_ORIGIN",
            "pages of this origin may not connect",
        )
    }

    pub(crate) fn method(allow: &'static str) -> Self {
        let problem = Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            format!("allowed here: {allow}"),
        );
        Self {
            allow: Some(allow),
            ..problem
        }
    }

    pub(super) fn mutation_over_get() -> Self {
        let text = "GET runs queries only; send mutations by POST";
        let problem = Self::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", text);
        Self {
            allow: Some("POST"),
            ..problem
        }
    }

    pub(super) fn not_acceptable(offer: &str) -> Self {
        Self::new(
            StatusCode::NOT_ACCEPTABLE,
            "NOT_ACCEPTABLE",
            format!("answers here are {offer}"),
        )
    }

    pub(crate) fn body_timeout() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "REQUEST_TIMEOUT",
            "the body took too long to arrive",
        )
    }

    pub(crate) fn too_many(wait: Duration) -> Self {
        let seconds = whole_seconds(wait);
        Self {
            retry_after: Some(seconds),
            ..Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                TOO_MANY,
                too_many_text(seconds),
            )
        }
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "TOO_LARGE",
            format!("Die Anfrage ist zu groß; erlaubt sind höchstens {limit} Bytes."),
        )
    }

    pub(crate) fn content_type(message: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_MEDIA_TYPE",
            message,
        )
    }

    pub(super) fn upgrade_required() -> Self {
        Self::new(
            StatusCode::UPGRADE_REQUIRED,
            "UPGRADE_REQUIRED",
            "this address speaks WebSocket only",
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::json!({
            "errors": [{ "message": self.message, "extensions": { "code": self.code } }],
        });
        let mut response = (self.status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json; charset=utf-8"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(allow) = self.allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.status == StatusCode::UPGRADE_REQUIRED {
            headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        }
        if matches!(
            self.status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::PAYLOAD_TOO_LARGE
        ) {
            // What is left of the body is not read.
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}
