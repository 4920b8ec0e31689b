//! Who asks: from what a request brings along to the viewer the resolvers see.

use std::any::Any;
use std::sync::Arc;

use async_graphql::Request;
use axum::http::{HeaderMap, HeaderName, Method, header};
use futures_util::future::BoxFuture;
use serde_json::{Map, Value};

use super::problem::Problem;

/// The header, and the key in `connection_init`, by which somebody with several roles chooses one.
pub const GRANT: &str = "querschnitt-grant";

/// Turns what a request brings along into a viewer.
pub trait Authenticate: Send + Sync + 'static {
    /// Looks it up. Called for every request, and for open streams before everything they send, so it should be quick.
    fn authenticate<'a>(
        &'a self,
        credentials: &'a Credentials,
    ) -> BoxFuture<'a, Result<Viewer, Refused>>;
}

/// What a request says about who sends it.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The token of the `Authorization` header or of `connection_init`. Empty where something was sent that is no
    /// token: who sends that is not taken for whom a cookie names.
    pub bearer: Option<String>,
    /// The grant that was chosen; see [`GRANT`].
    pub grant: Option<String>,
    /// All headers: cookies, and what browsers say about the page a request comes from.
    pub headers: Arc<HeaderMap>,
    /// What it is about.
    pub to: To,
}

/// What a request is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum To {
    /// It changes nothing.
    Read,
    /// It may change something.
    Write,
    /// It comes over a WebSocket, and may be anything.
    Socket,
    /// An open stream goes on; nobody did anything.
    GoOn,
}

impl Credentials {
    /// What a request brings along.
    pub(crate) fn of(method: &Method, headers: &HeaderMap) -> Self {
        let to = match *method {
            Method::GET | Method::HEAD => To::Read,
            _ => To::Write,
        };
        Self::new(headers, to)
    }

    /// What the request brings along that opens a WebSocket.
    pub(super) fn of_socket(headers: &HeaderMap) -> Self {
        Self::new(headers, To::Socket)
    }

    fn new(headers: &HeaderMap, to: To) -> Self {
        let sent = headers.contains_key(header::AUTHORIZATION);
        Self {
            bearer: sent.then(|| token(headers).unwrap_or_default().to_owned()),
            grant: headers
                .get(HeaderName::from_static(GRANT))
                // What is no text is no grant of anybody's.
                .map(|grant| grant.to_str().unwrap_or_default().to_owned()),
            headers: Arc::new(headers.clone()),
            to,
        }
    }

    /// With what `connection_init` brings along: browsers can't set headers of a WebSocket.
    pub(super) fn take_init(&mut self, payload: &Map<String, Value>) {
        let named = |wanted: &str| {
            payload
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
                .map(|(_, value)| value.as_str().unwrap_or_default())
        };
        if let Some(value) = named("authorization") {
            self.bearer = Some(bearer(value).unwrap_or_default().to_owned());
        }
        if let Some(grant) = named(GRANT) {
            self.grant = Some(grant.to_owned());
        }
    }

    /// The same, for a stream that goes on.
    pub(super) fn going_on(&self) -> Self {
        Self {
            to: To::GoOn,
            ..self.clone()
        }
    }
}

/// Why somebody is not let in. More than this is not told to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Nobody says who asks, or the token or session is unknown, has expired or was revoked.
    Unknown,
    /// A browser's session is there, but the request may come from a page of somebody else.
    Foreign,
    /// Known, but without the role that was chosen, or without any.
    NoGrant,
    /// Whoever knows cannot be asked at the moment.
    Unavailable,
}

/// What resolvers read with `ctx.data::<T>()` about the one who asks.
#[derive(Clone)]
pub struct Viewer {
    value: Arc<dyn Any + Send + Sync>,
    attach: Arc<dyn Fn(Request) -> Request + Send + Sync>,
    is: Arc<dyn Fn(&Viewer) -> bool + Send + Sync>,
}

impl Viewer {
    /// A viewer that resolvers see as `T`. Two are the same when their values are: an open stream ends when somebody else
    /// would be answered.
    pub fn new<T: Any + Clone + PartialEq + Send + Sync>(value: T) -> Self {
        let (attached, compared) = (value.clone(), value.clone());
        Self {
            value: Arc::new(value),
            attach: Arc::new(move |request| request.data(attached.clone())),
            is: Arc::new(move |other| other.get::<T>() == Some(&compared)),
        }
    }

    pub(super) fn attach(&self, request: Request) -> Request {
        (self.attach)(request)
    }

    /// The same for what is not GraphQL; `None` where the viewer is no `T`.
    pub(crate) fn get<T: Any>(&self) -> Option<&T> {
        self.value.downcast_ref()
    }

    /// Whether somebody else is the same viewer.
    pub(super) fn is(&self, other: &Self) -> bool {
        (self.is)(other)
    }
}

impl std::fmt::Debug for Viewer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Viewer")
    }
}

/// The token of a value like `Bearer abc`.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// The token in the `Authorization` header; more than one such header counts as none.
fn token(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let only = all.next()?;
    if all.next().is_some() {
        return None;
    }
    bearer(only.to_str().ok()?)
}

/// Who sends a request.
pub(crate) async fn viewer(
    auth: &dyn Authenticate,
    credentials: &Credentials,
) -> Result<Viewer, Problem> {
    auth.authenticate(credentials).await.map_err(Problem::from)
}

/// Whether an open stream may still go to the one it was opened for.
pub(super) async fn still(auth: &dyn Authenticate, going_on: &Credentials, of: &Viewer) -> bool {
    match auth.authenticate(going_on).await {
        Ok(viewer) => viewer.is(of),
        Err(_) => false,
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Unknown => Self::unauthenticated(),
            Refused::Foreign => Self::foreign_page(),
            Refused::NoGrant => Self::no_grant(),
            Refused::Unavailable => Self::no_answer_who(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(given: &[(HeaderName, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in given {
            headers.append(name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn a_header_that_is_no_token_is_not_the_same_as_none() {
        let of = |given: &[(HeaderName, &'static str)]| {
            Credentials::of(&Method::GET, &headers(given)).bearer
        };
        let authorization = header::AUTHORIZATION;
        assert_eq!(of(&[]), None);
        assert_eq!(
            of(&[(authorization.clone(), "bearer  abc ")]),
            Some("abc".into())
        );
        for wrong in ["Basic abc", "Bearer", "Bearer ", "abc", ""] {
            assert_eq!(
                of(&[(authorization.clone(), wrong)]),
                Some(String::new()),
                "{wrong}"
            );
        }
        let twice = [
            (authorization.clone(), "Bearer a"),
            (authorization, "Bearer a"),
        ];
        assert_eq!(of(&twice), Some(String::new()));
    }

    #[test]
    fn what_a_request_is_about_follows_from_its_method() {
        let to = |method: &Method| Credentials::of(method, &HeaderMap::new()).to;
        assert_eq!((to(&Method::GET), to(&Method::HEAD)), (To::Read, To::Read));
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
            assert_eq!(to(&method), To::Write);
        }
    }

    #[test]
    fn the_first_message_of_a_socket_says_what_headers_can_not() {
        let mut credentials = Credentials::of_socket(&HeaderMap::new());
        let payload =
            serde_json::json!({ "Authorization": "Bearer abc", "Querschnitt-Grant": "g" });
        credentials.take_init(payload.as_object().unwrap());
        assert_eq!(credentials.bearer.as_deref(), Some("abc"));
        assert_eq!(credentials.grant.as_deref(), Some("g"));
        let payload = serde_json::json!({ "authorization": 7 });
        credentials.take_init(payload.as_object().unwrap());
        assert_eq!(credentials.bearer.as_deref(), Some(""));
    }

    #[test]
    fn viewers_are_the_same_when_their_values_are() {
        assert!(Viewer::new(1).is(&Viewer::new(1)));
        assert!(!Viewer::new(1).is(&Viewer::new(2)));
        assert!(!Viewer::new(1).is(&Viewer::new("1")));
    }
}
