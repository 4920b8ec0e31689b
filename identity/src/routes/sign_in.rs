//! The way in: name and password, second factor, another password.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::{Sent, Shared, at, go_on, place_of, refused, to};
use crate::identity::Identity;
use crate::oidc::Provider;
use crate::own::OwnError;
use crate::pages;
use crate::password::Password;
use crate::sessions::Stage;

/// The same for everything that may be wrong.
const WRONG: &str = "Anmeldename oder Kennwort stimmt nicht. Ist das Konto gesperrt oder das erste Kennwort älter als zwei Wochen, hilft die Leitung oder der Betrieb.";
const WRONG_CODE: &str = "Der Code gilt nicht. Jeder gilt nur einmal; warten Sie auf den nächsten, und prüfen Sie die Uhrzeit des Geräts.";

/// What the provider is called, where there is one.
fn label(identity: &Identity) -> Option<&str> {
    identity.provider.as_deref().map(Provider::label)
}

pub(super) async fn page(State(identity): Shared, headers: HeaderMap) -> Response {
    match identity.session(&headers, true).await {
        Some((_, session)) => to(place_of(session.stage)),
        None => pages::sign_in(None, label(&identity)).answer(StatusCode::OK),
    }
}

pub(super) async fn password(State(identity): Shared, request: Request) -> Response {
    let sent = match Sent::read(request).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let (name, password) = (
        sent.fields.get("name"),
        Password::new(sent.fields.get("password")),
    );
    match identity
        .by_password(&sent.headers, sent.address, name, password)
        .await
    {
        Ok((account, begun)) => go_on(&identity, account, &begun).await,
        Err(error) => refused(error, (WRONG, &["name", "password"]), |text| {
            pages::sign_in(text, label(&identity))
        }),
    }
}

pub(super) async fn code_page(State(identity): Shared, headers: HeaderMap) -> Response {
    match at(&identity, &headers, Stage::SecondFactor).await {
        Ok((_, session)) => pages::code(None, session.csrf()).answer(StatusCode::OK),
        Err(response) => response,
    }
}

pub(super) async fn code(State(identity): Shared, request: Request) -> Response {
    let own = match Sent::read(request).await {
        Ok(sent) => sent.of(&identity, Stage::SecondFactor).await,
        Err(response) => return response,
    };
    let own = match own {
        Ok(own) => own,
        Err(response) => return response,
    };
    let (sent, session) = (&own.sent, &own.session);
    match identity
        .by_code(
            &sent.headers,
            sent.address,
            session,
            sent.fields.get("code"),
        )
        .await
    {
        Ok(begun) => go_on(&identity, session.account, &begun).await,
        Err(error) => refused(error, (WRONG_CODE, &["code"]), |text| {
            pages::code(text, session.csrf())
        }),
    }
}

pub(super) async fn new_password_page(State(identity): Shared, headers: HeaderMap) -> Response {
    match at(&identity, &headers, Stage::NewPassword).await {
        Ok((_, session)) => pages::new_password(None, session.csrf()).answer(StatusCode::OK),
        Err(response) => response,
    }
}

pub(super) async fn new_password(State(identity): Shared, request: Request) -> Response {
    let own = match Sent::read(request).await {
        Ok(sent) => sent.of(&identity, Stage::NewPassword).await,
        Err(response) => return response,
    };
    let own = match own {
        Ok(own) => own,
        Err(response) => return response,
    };
    let (sent, session) = (&own.sent, &own.session);
    let [new, again] = ["new", "again"].map(|field| Password::new(sent.fields.get(field)));
    let changed = identity.change_password(&sent.headers, sent.address, session, None, new, again);
    let page = |text| pages::new_password(text, own.session.csrf());
    match changed.await {
        Ok(begun) => go_on(&identity, session.account, &begun).await,
        Err(OwnError::SignIn(error)) => refused(error, (WRONG, &[]), page),
        Err(error) => page(Some(error.to_string()))
            .about(error.field())
            .answer(StatusCode::UNPROCESSABLE_ENTITY),
    }
}
