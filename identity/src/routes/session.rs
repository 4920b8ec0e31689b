//! `/session`: what a program in the browser needs to know of its session.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use super::Shared;
use super::account::acting;
use crate::directory::Choice;
use crate::origin::Site;
use crate::pages::no_store;
use crate::sessions::Stage;

/// `account`, `name`, `grants` with the roles to choose from, `acting` with the one that counts, `csrf` for the header
/// `Querschnitt-CSRF`, `expires` if nothing more is asked. 401 without a session. Asking is not using.
pub(super) async fn json(State(identity): Shared, headers: HeaderMap) -> Response {
    let session = match identity.session(&headers, false).await {
        Some((_, session)) if session.stage == Stage::Full => session,
        Some(_) | None => return nobody(),
    };
    if identity.site(&headers) == Site::Foreign {
        return nobody();
    }
    let account = session.account;
    let choices = identity.directory.choices(account).await;
    let expires = identity.clock.now() + session.left;
    // Nobody needs parts of a second.
    let expires = expires.replace_nanosecond(0).unwrap_or(expires);
    let mut response = Json(json!({
        "account": account,
        "name": identity.directory.name(account).await,
        "grants": choices.iter().map(choice).collect::<Vec<_>>(),
        "acting": acting(&choices, session.grant).map(choice),
        "csrf": session.csrf(),
        "expires": expires.format(&Rfc3339).ok(),
    }))
    .into_response();
    no_store(&mut response);
    response
}

fn choice(choice: &Choice) -> Value {
    json!({
        "grant": choice.grant,
        "role": choice.role,
        "centre": choice.centre,
        "deputyFor": choice.deputy_for,
    })
}

fn nobody() -> Response {
    let body = json!({
        "errors": [{ "message": "Niemand ist angemeldet.", "extensions": { "code": "UNAUTHENTICATED" } }],
    });
    let mut response = (StatusCode::UNAUTHORIZED, Json(body)).into_response();
    no_store(&mut response);
    response
}
