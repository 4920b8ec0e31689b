//! The addresses of signing in.
//!
//! | Path | What |
//! |---|---|
//! | `/anmelden` | name and password |
//! | `/anmelden/code`, `/anmelden/kennwort` | the second factor; another password where the first was somebody else's |
//! | `/rolle` | which role to act in |
//! | `/konto`, `/konto/…` | password, second factor, other sessions |
//! | `/abmelden` | the end of the session (`POST`) |
//! | `/session` | the session as JSON, for programs in the browser |
//! | `/auth/provider`, `/auth/provider/…` | to the provider and back; its word that somebody signed out there (`POST`) |

mod account;
mod fields;
mod provider;
mod session;
mod sign_in;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use zeroize::Zeroizing;

use crate::cookies::Which;
use crate::identity::Identity;
use crate::oidc;
use crate::origin::Site;
use crate::pages::{self, Page};
use crate::sessions::{Session, Stage};
use crate::sign_in::{Begun, SignInError};
use fields::Fields;

/// The address a request comes from; the server puts it into the request's extensions. Requests without one are
/// counted together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClientAddress(pub IpAddr);

type Shared = State<Arc<Identity>>;

/// The routes of the table above.
pub fn routes(identity: Arc<Identity>) -> Router {
    Router::new()
        .route("/anmelden", get(sign_in::page).post(sign_in::password))
        .route("/anmelden/stil.css", get(style))
        .route(
            "/anmelden/code",
            get(sign_in::code_page).post(sign_in::code),
        )
        .route(
            "/anmelden/kennwort",
            get(sign_in::new_password_page).post(sign_in::new_password),
        )
        .route("/rolle", get(account::roles).post(account::choose))
        .route("/konto", get(account::page))
        .route("/konto/kennwort", post(account::password))
        .route(
            "/konto/zweiter-faktor",
            get(account::offer).post(account::second_factor_on),
        )
        .route(
            "/konto/zweiter-faktor/aus",
            post(account::second_factor_off),
        )
        .route("/konto/sitzungen", post(account::end_others))
        .route("/abmelden", post(account::sign_out))
        .route("/session", get(session::json))
        .route(oidc::BEGIN, get(provider::begin))
        .route(oidc::CALLBACK, get(provider::callback))
        .route(oidc::BACKCHANNEL_LOGOUT, post(provider::signed_out_there))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&identity),
            refuse_foreign,
        ))
        .with_state(identity)
}

/// No page of somebody else sends a form here. (Links to here are welcome.)
async fn refuse_foreign(State(identity): Shared, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    if !safe && identity.site(request.headers()) == Site::Foreign {
        return foreign();
    }
    next.run(request).await
}

async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "max-age=3600"),
    ];
    (headers, include_str!("pages/stil.css")).into_response()
}

/// A form that was sent, and from where.
struct Sent {
    headers: HeaderMap,
    address: IpAddr,
    fields: Fields,
}

/// A form and the session it belongs to.
struct Own {
    sent: Sent,
    id: Zeroizing<String>,
    session: Session,
}

impl Sent {
    async fn read(request: Request) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let address = parts
            .extensions
            .get::<ClientAddress>()
            .map_or(Ipv4Addr::UNSPECIFIED.into(), |client| client.0);
        Ok(Self {
            fields: Fields::read(&parts.headers, body).await?,
            headers: parts.headers,
            address,
        })
    }

    /// With the session at this stage, whose token the form has.
    async fn of(self, identity: &Identity, stage: Stage) -> Result<Own, Response> {
        let (id, session) = at(identity, &self.headers, stage).await?;
        if !session.csrf_is(self.fields.get("csrf")) {
            return Err(foreign());
        }
        Ok(Own {
            sent: self,
            id,
            session,
        })
    }
}

/// The session at this stage; otherwise the way to where it goes on.
async fn at(
    identity: &Identity,
    headers: &HeaderMap,
    stage: Stage,
) -> Result<(Zeroizing<String>, Session), Response> {
    match identity.session(headers, true).await {
        Some((id, session)) if session.stage == stage => Ok((id, session)),
        Some((_, session)) => Err(to(place_of(session.stage))),
        None => Err(to("/anmelden")),
    }
}

const fn place_of(stage: Stage) -> &'static str {
    match stage {
        Stage::SecondFactor => "/anmelden/code",
        Stage::NewPassword => "/anmelden/kennwort",
        Stage::Full => "/konto",
    }
}

/// Goes on at another page of ours.
fn to(place: &'static str) -> Response {
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response();
    pages::no_store(&mut response);
    response
}

/// Gives the browser its new session and goes on where that leads; who has several roles chooses one.
async fn go_on(
    identity: &Identity,
    account: querschnitt_domain::ActorId,
    begun: &Begun,
) -> Response {
    let place = match begun.stage {
        Stage::Full if identity.directory.choices(account).await.len() > 1 => "/rolle",
        stage => place_of(stage),
    };
    let mut response = to(place);
    give(identity, begun, &mut response);
    response
}

fn give(identity: &Identity, begun: &Begun, response: &mut Response) {
    let cookies = identity.cookies;
    let session = cookies.set(Which::Session, &begun.id);
    let mark = begun
        .mark
        .as_ref()
        .and_then(|mark| cookies.set(Which::Device, mark));
    for cookie in session.into_iter().chain(mark) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// What a page says of something wrong, and in which fields.
type Wrong<'a> = (&'a str, &'a [&'a str]);

/// A page that says what a sign-in did not get past; with a status for programs.
fn refused(
    error: SignInError,
    (wrong, fields): Wrong<'_>,
    page: impl FnOnce(Option<String>) -> Page,
) -> Response {
    match error {
        SignInError::Wrong => {
            let page = page(Some(wrong.to_owned()));
            let page = fields.iter().fold(page, |page, field| page.about(field));
            page.answer(StatusCode::FORBIDDEN)
        }
        SignInError::Wait(seconds) => {
            let text = format!(
                "Zu viele Versuche. Der nächste zählt in {}.",
                duration(seconds)
            );
            too_soon(seconds, &page(Some(text)))
        }
        SignInError::WaitForCode(seconds) => {
            let text = format!(
                "Zu viele falsche Codes. Der nächste zählt in frühestens {}; ein Wiederherstellungscode geht sofort. Waren Sie das nicht, dann kennt jemand Ihr Kennwort: Ändern Sie es, sobald Sie angemeldet sind.",
                duration(seconds)
            );
            too_soon(seconds, &page(Some(text)))
        }
        SignInError::Busy => {
            let text = "Das geht gerade nicht. Bitte in einer Minute noch einmal versuchen.";
            let mut response = page(Some(text.to_owned())).answer(StatusCode::SERVICE_UNAVAILABLE);
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
            response
        }
    }
}

fn too_soon(seconds: u64, page: &Page) -> Response {
    let mut response = page.answer(StatusCode::TOO_MANY_REQUESTS);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// In words that fit behind "in" as well.
fn duration(seconds: u64) -> String {
    match seconds {
        1 => "einer Sekunde".to_owned(),
        2..=90 => format!("{seconds} Sekunden"),
        91..=5_400 => format!("{} Minuten", seconds.div_ceil(60)),
        _ => format!("{} Stunden", seconds.div_ceil(3_600)),
    }
}

/// The form does not come from our page, or from one of another session.
fn foreign() -> Response {
    Page {
        title: "Nicht angenommen",
        error: Some(
            "Dieses Formular kommt nicht von der Seite, die Sie geöffnet haben, oder Ihre Sitzung ist inzwischen eine andere."
                .to_owned(),
        ),
        content: "<p><a href=\"/anmelden\">Zur Anmeldung</a></p>".to_owned(),
    }
    .answer(StatusCode::FORBIDDEN)
}

#[cfg(test)]
mod tests;
