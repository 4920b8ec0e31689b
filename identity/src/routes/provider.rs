//! Signing in at a provider, and out again because it says so.

use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::fields::Fields;
use super::{Shared, to};
use querschnitt_domain::ActorId;

use crate::cookies::Which;
use crate::directory::Refused;
use crate::identity::Identity;
use crate::oidc::{Begun, Provider, Stopped};
use crate::pages;

const FOREIGN: &str = "Diese Anmeldung ist abgelaufen, wurde schon benutzt oder in einem anderen Browser begonnen. Bitte melden Sie sich noch einmal an.";
const LOCKED: &str =
    "Dieses Konto ist gesperrt. Bitte wenden Sie sich an die Leitung oder den Betrieb.";
const UNAVAILABLE: &str = "Die Anmeldung ist gerade nicht möglich. Bitte versuchen Sie es in einigen Minuten noch einmal.";

/// Without a provider there is nothing at these addresses.
fn nothing() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

pub(super) async fn begin(State(identity): Shared) -> Response {
    let Some(provider) = identity.provider() else {
        return nothing();
    };
    match provider.begin().await {
        Ok(begun) => away(&identity, &begun),
        Err(stopped) => stop(provider, &stopped),
    }
}

pub(super) async fn callback(
    State(identity): Shared,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(provider) = identity.provider() else {
        return nothing();
    };
    let cookie = identity.cookies.read(&headers, Which::Provider);
    let cookie = cookie.as_ref().map(|cookie| cookie.as_str());
    let finished = provider.finish(&query.unwrap_or_default(), cookie).await;
    let mut response = match finished {
        Ok(signed_in) => match identity.directory.provider(&signed_in.identity).await {
            Ok(account) => {
                provider.remember(account, signed_in.id_token);
                let session = identity.begin_session(&headers, account).await;
                welcome(&identity, account, session).await
            }
            Err(refused) => turn_away(provider, refused),
        },
        Err(stopped) => stop(provider, &stopped),
    };
    if let Some(cookie) = identity.cookies.clear(Which::Provider) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Whoever signed out at the provider is signed out here, in every browser.
pub(super) async fn signed_out_there(State(identity): Shared, request: Request) -> Response {
    let Some(provider) = identity.provider() else {
        return nothing();
    };
    let (parts, body) = request.into_parts();
    let fields = match Fields::read(&parts.headers, body).await {
        Ok(fields) => fields,
        Err(response) => return response,
    };
    let status = match provider.logged_out(fields.get("logout_token")).await {
        Ok(account) => {
            identity.sessions.end_all(account);
            tracing::info!(%account, "signed out by the provider");
            StatusCode::OK
        }
        Err(error) => {
            tracing::warn!(%error, "refused a logout token");
            StatusCode::BAD_REQUEST
        }
    };
    let mut response = status.into_response();
    pages::no_store(&mut response);
    response
}

/// After signing out here, for those who came from the provider: the way to sign out there. A link, because browsers
/// do not let a form that is sent to us go on to somebody else.
pub(super) async fn also_there(identity: &Identity, account: ActorId) -> Option<Response> {
    let provider = identity.provider.as_ref()?;
    let id_token = provider.hint(account)?;
    let there = provider.end_session(Some(&id_token), "/anmelden").await?;
    Some(pages::signed_out(provider.label(), &there).answer(StatusCode::OK))
}

async fn welcome(
    identity: &Identity,
    account: ActorId,
    session: std::io::Result<HeaderValue>,
) -> Response {
    let cookie = match session {
        Ok(cookie) => cookie,
        Err(error) => {
            tracing::error!(%error, "no session could be begun");
            return pages::stopped(UNAVAILABLE).answer(StatusCode::INTERNAL_SERVER_ERROR);
        }
    };
    let several = identity.directory.choices(account).await.len() > 1;
    let mut response = to(if several { "/rolle" } else { "/konto" });
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

fn turn_away(provider: &Provider, refused: Refused) -> Response {
    let (status, text) = match refused {
        Refused::Locked => (StatusCode::FORBIDDEN, LOCKED.to_owned()),
        Refused::NoRole => (
            StatusCode::FORBIDDEN,
            format!(
                "Sie sind bei „{}“ angemeldet, haben hier aber noch keine Rolle. Bitten Sie die Leitung oder den Betrieb darum.",
                provider.label()
            ),
        ),
        Refused::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE.to_owned()),
    };
    pages::stopped(&text).answer(status)
}

/// Why is for our log; the person learns what to do.
fn stop(provider: &Provider, stopped: &Stopped) -> Response {
    let label = provider.label();
    tracing::warn!(%stopped, "a sign-in at the provider was stopped");
    let (status, text) = match stopped {
        Stopped::Foreign(_) => (StatusCode::BAD_REQUEST, FOREIGN.to_owned()),
        Stopped::Refused(code) if code == "access_denied" => (
            StatusCode::FORBIDDEN,
            format!("Die Anmeldung wurde bei „{label}“ abgebrochen."),
        ),
        Stopped::Refused(code) => (
            StatusCode::BAD_GATEWAY,
            format!(
                "„{label}“ hat die Anmeldung abgelehnt ({code}). Bitte wenden Sie sich an den Betrieb, wenn das wieder geschieht."
            ),
        ),
        Stopped::Unanswered(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            format!(
                "„{label}“ antwortet gerade nicht. Bitte versuchen Sie es in einigen Minuten noch einmal. Mit einem Kennwort von hier können Sie sich weiter anmelden."
            ),
        ),
        Stopped::Malformed | Stopped::OtherIssuer => (
            StatusCode::BAD_REQUEST,
            format!("Das war keine Antwort von „{label}“. Bitte melden Sie sich noch einmal an."),
        ),
        Stopped::Token(_) => (
            StatusCode::BAD_GATEWAY,
            format!(
                "Was „{label}“ über Sie schickt, ließ sich nicht prüfen. Bitte wenden Sie sich an den Betrieb, wenn das wieder geschieht."
            ),
        ),
        Stopped::NoRandom => (StatusCode::INTERNAL_SERVER_ERROR, UNAVAILABLE.to_owned()),
    };
    pages::stopped(&text).answer(status)
}

/// Goes to the provider.
fn away(identity: &Identity, begun: &Begun) -> Response {
    let cookie = identity.cookies.set(Which::Provider, &begun.cookie);
    let (Ok(location), Some(cookie)) = (HeaderValue::from_str(&begun.location), cookie) else {
        return pages::stopped(UNAVAILABLE).answer(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let headers = [(header::LOCATION, location), (header::SET_COOKIE, cookie)];
    let mut response = (StatusCode::SEE_OTHER, headers).into_response();
    pages::no_store(&mut response);
    response
}
