//! Who asks: from a bearer token to the viewer the resolvers see.

use std::any::Any;
use std::sync::Arc;

use async_graphql::Request;
use axum::http::{HeaderMap, header};
use futures_util::future::BoxFuture;

use super::problem::Problem;

/// Turns a token into a viewer.
pub trait Authenticate: Send + Sync + 'static {
    /// Looks `token` up. Called for every request and now and then for open streams, so it should be quick.
    fn authenticate<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Viewer, Refused>>;
}

/// The token is unknown, expired or revoked. Why is not told to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

/// What resolvers read with `ctx.data::<T>()` about the one who asks.
#[derive(Clone)]
pub struct Viewer {
    value: Arc<dyn Any + Send + Sync>,
    attach: Arc<dyn Fn(Request) -> Request + Send + Sync>,
}

impl Viewer {
    /// A viewer that resolvers see as `T`.
    pub fn new<T: Any + Clone + Send + Sync>(value: T) -> Self {
        Self {
            value: Arc::new(value.clone()),
            attach: Arc::new(move |request| request.data(value.clone())),
        }
    }

    pub(super) fn attach(&self, request: Request) -> Request {
        (self.attach)(request)
    }

    /// The same for what is not GraphQL; `None` where the viewer is no `T`.
    pub(crate) fn get<T: Any>(&self) -> Option<&T> {
        self.value.downcast_ref()
    }
}

impl std::fmt::Debug for Viewer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Viewer")
    }
}

/// The token of a value like `Bearer abc`.
pub(super) fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// The token in the `Authorization` header; more than one such header counts as none.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let only = all.next()?;
    if all.next().is_some() {
        return None;
    }
    bearer(only.to_str().ok()?)
}

pub(crate) async fn viewer(
    auth: &dyn Authenticate,
    headers: &HeaderMap,
) -> Result<Viewer, Problem> {
    let token = token(headers).ok_or_else(Problem::unauthenticated)?;
    auth.authenticate(token)
        .await
        .map_err(|Refused| Problem::unauthenticated())
}
