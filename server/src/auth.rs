//! Turns the tokens of [`crate::token`] into the viewers that the GraphQL layer asks for.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use querschnitt_domain::Role;
use querschnitt_graphql::Viewer;
use querschnitt_graphql::http::{self, Authenticate, Credentials, Refused};
use querschnitt_store::{Actor, Clock as _, Executor, Keys, SystemClock};

use crate::token::{self, Claims};

/// Checks tokens with the installation's keys.
pub(crate) struct TokenAuth {
    keys: Arc<Keys>,
}

impl TokenAuth {
    /// With the keys of an open installation.
    pub(crate) fn new(executor: &Executor) -> Self {
        Self {
            keys: Arc::clone(executor.keys()),
        }
    }

    fn claims(&self, token: &str) -> Result<Claims, Refused> {
        let now = SystemClock.now().unix_timestamp();
        token::verify(&self.keys, token, now).map_err(|reason| {
            tracing::debug!(%reason, "refused a token");
            Refused::Unknown
        })
    }

    /// Whether this is a token of the role that runs the installation.
    pub(crate) fn is_operator(&self, token: &str) -> bool {
        self.claims(token)
            .is_ok_and(|claims| claims.role == Role::Operator)
    }
}

impl Authenticate for TokenAuth {
    fn authenticate<'a>(
        &'a self,
        credentials: &'a Credentials,
    ) -> BoxFuture<'a, Result<http::Viewer, Refused>> {
        Box::pin(async move {
            let token = credentials.bearer.as_deref().ok_or(Refused::Unknown)?;
            let claims = self.claims(token)?;
            Ok(http::Viewer::new(Viewer::new(Actor {
                id: claims.actor,
                role: claims.role,
                centre: claims.centre,
            })))
        })
    }
}
