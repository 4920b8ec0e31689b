//! `/graphql/ws`: the upgrade to a WebSocket that speaks `graphql-transport-ws`.

mod message;
mod session;

use std::sync::Arc;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};

use super::auth::Credentials;
use super::peer::Protected;
use super::problem::Problem;
use super::{Api, auth, witness};

const PROTOCOL: &str = "graphql-transport-ws";
/// Small, because thousands of sockets are idle most of the time.
const BUFFER: usize = 4 * 1024;

pub(super) async fn handle(State(api): State<Arc<Api>>, request: Request) -> Response {
    match upgrade(api, request).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn upgrade(api: Arc<Api>, request: Request) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    if parts.method != Method::GET {
        return Err(Problem::method("GET"));
    }
    let protected = parts.extensions.get::<Protected>().is_some();
    if !origin_is_welcome(&parts.headers, protected, &api.options.allowed_origins) {
        return Err(Problem::forbidden_origin());
    }
    // Browsers can't set headers here: they send a token in `connection_init`, or a cookie. Others may do either.
    let credentials = Credentials::of_socket(&parts.headers);
    if credentials.bearer.is_some() {
        auth::viewer(api.auth.as_ref(), &credentials).await?;
    }
    let longest = api.options.limits.longest_body();
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &())
        .await
        .map_err(|_| Problem::upgrade_required())?
        .protocols([PROTOCOL])
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_message_size(longest)
        .max_frame_size(longest);
    let purpose = witness::purpose(&parts.headers);
    let agreed = upgrade.selected_protocol().is_some();
    Ok(upgrade.on_upgrade(move |socket| session::run(api, socket, credentials, purpose, agreed)))
}

/// A page of another site must not open a socket with what the browser holds of this one. A page that came unprotected
/// can be anybody's, also where it has this server's name.
fn origin_is_welcome(headers: &HeaderMap, protected: bool, allowed: &[String]) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let own = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let (scheme, authority) = origin.split_once("://").unwrap_or_default();
    let is_own = !own.is_empty() && authority.eq_ignore_ascii_case(own);
    (is_own && (!protected || scheme.eq_ignore_ascii_case("https")))
        || allowed
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(origin))
}
