//! The account of whoever is signed in: role, password, second factor, sessions, sign-out.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use uuid::Uuid;

use super::{Own, Sent, Shared, at, give, refused, to};
use crate::cookies::Which;
use crate::directory::Choice;
use crate::identity::Identity;
use crate::own::{OwnError, Wanted};
use crate::pages::{self, Account, Local, Page};
use crate::password::Password;
use crate::sessions::{Session, Stage};

const WRONG: &str = "Das Kennwort stimmt nicht.";

/// The role a session acts in: the chosen one, and where none was chosen the first. One that was chosen and is not valid
/// any more is not replaced: nobody shall act in another role than they think.
pub(super) fn acting(choices: &[Choice], chosen: Option<Uuid>) -> Option<&Choice> {
    match chosen {
        Some(chosen) => choices.iter().find(|choice| choice.grant == chosen),
        None => choices.first(),
    }
}

pub(super) async fn page(State(identity): Shared, headers: HeaderMap) -> Response {
    match at(&identity, &headers, Stage::Full).await {
        Ok((id, session)) => shown(&identity, &id, &session, None, None)
            .await
            .answer(StatusCode::OK),
        Err(response) => response,
    }
}

async fn shown(
    identity: &Identity,
    id: &str,
    session: &Session,
    error: Option<String>,
    done: Option<&'static str>,
) -> Page {
    let account = session.account;
    let choices = identity.directory.choices(account).await;
    let local = identity.credentials.get(account).map(|kept| Local {
        recovery: kept.second.as_ref().map(|second| second.recovery.len()),
    });
    let acting = acting(&choices, session.grant).cloned();
    let notices = match &acting {
        Some(acting) => identity.directory.notices(account, acting).await,
        None => Ok(Vec::new()),
    };
    let shown = Account {
        name: identity.directory.name(account).await.unwrap_or_default(),
        csrf: session.csrf().to_owned(),
        acting,
        notices,
        choices: choices.len(),
        local,
        others: identity.sessions.others(account, id, identity.instant()),
        done,
    };
    pages::account(error, &shown)
}

pub(super) async fn roles(State(identity): Shared, headers: HeaderMap) -> Response {
    let session = match at(&identity, &headers, Stage::Full).await {
        Ok((_, session)) => session,
        Err(response) => return response,
    };
    let choices = identity.directory.choices(session.account).await;
    let acting = acting(&choices, session.grant);
    pages::choose_role(session.csrf(), &choices, acting).answer(StatusCode::OK)
}

/// A form of somebody who is signed in.
async fn own(identity: &Identity, request: Request) -> Result<Own, Response> {
    Sent::read(request).await?.of(identity, Stage::Full).await
}

pub(super) async fn choose(State(identity): Shared, request: Request) -> Response {
    let own = match own(&identity, request).await {
        Ok(own) => own,
        Err(response) => return response,
    };
    let choices = identity.directory.choices(own.session.account).await;
    let wanted = Uuid::try_parse(own.sent.fields.get("grant")).ok();
    match choices.iter().find(|choice| Some(choice.grant) == wanted) {
        Some(choice) => {
            identity.sessions.choose(&own.id, choice.grant);
            to("/konto")
        }
        None => {
            let mut page = pages::choose_role(own.session.csrf(), &choices, None);
            page.error = Some("Diese Rolle haben Sie nicht (mehr).".to_owned());
            page.answer(StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

pub(super) async fn password(State(identity): Shared, request: Request) -> Response {
    let own = match own(&identity, request).await {
        Ok(own) => own,
        Err(response) => return response,
    };
    let (sent, session) = (&own.sent, &own.session);
    let [old, new, again] =
        ["old", "new", "again"].map(|field| Password::new(sent.fields.get(field)));
    let changed =
        identity.change_password(&sent.headers, sent.address, session, Some(old), new, again);
    match changed.await {
        Ok(begun) => {
            let now = identity.instant();
            if let Some(grant) = own.session.grant {
                identity.sessions.choose(&begun.id, grant);
            }
            let Some(session) = identity.sessions.use_now(&begun.id, now) else {
                return to("/anmelden");
            };
            let done = "Das Kennwort ist geändert. Alle anderen Sitzungen sind beendet.";
            let page = shown(&identity, &begun.id, &session, None, Some(done)).await;
            let mut response = page.answer(StatusCode::OK);
            give(&identity, &begun, &mut response);
            response
        }
        Err(error) => not_done(&identity, &own, error, ["old", error.field()]).await,
    }
}

/// The page of the account with what went wrong; `fields` are those a wrong password and everything else are about.
async fn not_done(identity: &Identity, own: &Own, error: OwnError, fields: [&str; 2]) -> Response {
    let mut page = shown(identity, &own.id, &own.session, None, None).await;
    let [password, field] = fields;
    match error {
        OwnError::SignIn(error) => refused(error, (WRONG, &[password]), |text| {
            page.error = text;
            page
        }),
        other => {
            page.error = Some(other.to_string());
            page.about(field).answer(StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

pub(super) async fn offer(State(identity): Shared, headers: HeaderMap) -> Response {
    let session = match at(&identity, &headers, Stage::Full).await {
        Ok((_, session)) => session,
        Err(response) => return response,
    };
    let Some(kept) = identity.credentials.get(session.account) else {
        return to("/konto");
    };
    match identity.offer_second_factor(session.account).await {
        Ok(offer) => pages::second_factor(None, session.csrf(), &offer, kept.has_second_factor())
            .answer(StatusCode::OK),
        Err(_) => to("/konto"),
    }
}

pub(super) async fn second_factor_on(State(identity): Shared, request: Request) -> Response {
    let own = match own(&identity, request).await {
        Ok(own) => own,
        Err(response) => return response,
    };
    let (sent, account) = (&own.sent, own.session.account);
    let wanted = Wanted {
        sealed: sent.fields.get("offer"),
        code: sent.fields.get("code"),
        password: Password::new(sent.fields.get("password")),
        current: sent.fields.get("current"),
    };
    let sealed = wanted.sealed;
    let set = identity.set_second_factor(&sent.headers, sent.address, account, wanted);
    let error = match set.await {
        Ok(codes) => return pages::recovery_codes(&codes).answer(StatusCode::OK),
        Err(error) => error,
    };
    let Some(offer) = identity.offer_again(account, sealed).await else {
        return to("/konto/zweiter-faktor");
    };
    let kept = identity.credentials.get(account);
    let is_on = kept.is_some_and(|kept| kept.has_second_factor());
    let page = |text| pages::second_factor(text, own.session.csrf(), &offer, is_on);
    match error {
        OwnError::SignIn(error) => refused(error, (WRONG, &["password"]), page),
        other => page(Some(other.to_string()))
            .about(other.field())
            .answer(StatusCode::UNPROCESSABLE_ENTITY),
    }
}

pub(super) async fn second_factor_off(State(identity): Shared, request: Request) -> Response {
    let own = match own(&identity, request).await {
        Ok(own) => own,
        Err(response) => return response,
    };
    let (sent, account) = (&own.sent, own.session.account);
    let password = Password::new(sent.fields.get("off-password"));
    let current = sent.fields.get("off-code");
    let removed =
        identity.remove_second_factor(&sent.headers, sent.address, account, password, current);
    match removed.await {
        Ok(()) => {
            let done = "Der zweite Faktor ist aus.";
            shown(&identity, &own.id, &own.session, None, Some(done))
                .await
                .answer(StatusCode::OK)
        }
        Err(error) => not_done(&identity, &own, error, ["off-password", "off-code"]).await,
    }
}

pub(super) async fn end_others(State(identity): Shared, request: Request) -> Response {
    let own = match own(&identity, request).await {
        Ok(own) => own,
        Err(response) => return response,
    };
    identity.sessions.end_others(own.session.account, &own.id);
    let done = "Alle anderen Sitzungen sind beendet.";
    shown(&identity, &own.id, &own.session, None, Some(done))
        .await
        .answer(StatusCode::OK)
}

/// At any stage: who began to sign in may also stop.
pub(super) async fn sign_out(State(identity): Shared, request: Request) -> Response {
    let sent = match Sent::read(request).await {
        Ok(sent) => sent,
        Err(response) => return response,
    };
    let mut response = None;
    if let Some((id, session)) = identity.session(&sent.headers, false).await {
        if !session.csrf_is(sent.fields.get("csrf")) {
            return super::foreign();
        }
        identity.sessions.end(&id);
        tracing::info!(account = %session.account, "signed out");
        response = super::provider::also_there(&identity, session.account).await;
    }
    let mut response = response.unwrap_or_else(|| to("/anmelden"));
    if let Some(cookie) = identity.cookies.clear(Which::Session) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
