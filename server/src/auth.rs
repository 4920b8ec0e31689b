//! Who asks: from the token of a machine to the viewer that the GraphQL layer asks for. Looked up in
//! the views at every request, so a token that was revoked is refused with the next one.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use querschnitt_domain::Role;
use querschnitt_graphql::http::{self, Authenticate, Credentials, Refused};
use querschnitt_graphql::{Viewer, machine_token};
use querschnitt_projections::{Runner, Status};
use querschnitt_store::{Clock as _, SystemClock};

/// Looks tokens up.
pub(crate) struct TokenAuth {
    runner: Arc<Runner>,
}

impl TokenAuth {
    /// In these views.
    pub(crate) const fn new(runner: Arc<Runner>) -> Self {
        Self { runner }
    }

    /// Unknown, mistyped, expired, revoked, of a locked account: all the same to the caller.
    fn viewer(&self, token: &str) -> Result<Viewer, Refused> {
        if self.runner.status() != Status::Following {
            // A right that was taken away meanwhile would not be seen.
            return Err(Refused::Unavailable);
        }
        let hash = machine_token::read(token).ok_or(Refused::Unknown)?;
        let state = self.runner.read();
        let found = state.facts().access().token(&hash.0, SystemClock.now());
        let found = found.ok_or(Refused::Unknown)?;
        Ok(Viewer::of(&found.acting(), found.account, found.scopes))
    }

    /// Whether this is a token of the role that runs the installation.
    pub(crate) fn is_operator(&self, token: &str) -> bool {
        self.viewer(token)
            .is_ok_and(|viewer| viewer.actor.role == Role::Operator)
    }
}

impl Authenticate for TokenAuth {
    fn authenticate<'a>(
        &'a self,
        credentials: &'a Credentials,
    ) -> BoxFuture<'a, Result<http::Viewer, Refused>> {
        Box::pin(async move {
            let token = credentials.bearer.as_deref().ok_or(Refused::Unknown)?;
            self.viewer(token).map(http::Viewer::new)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use querschnitt_store::Log as _;

    use super::*;
    use crate::config::Settings;
    use crate::office::Office;
    use crate::token::{self, command::Issue};

    /// One thread: the views get no further than the test lets them.
    #[tokio::test]
    async fn nobody_is_refused_before_it_is_known_who_may_act() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            data: folder.path().join("data"),
            ..Settings::default()
        };
        let office = Office::open(&settings).await.unwrap();
        let wanted = Issue::for_sample("05711".parse().unwrap());
        let issued = token::issue(&office, &wanted).await.unwrap();
        let runner = office.run_projections();
        let auth = TokenAuth::new(Arc::clone(&runner));
        for token in [&issued, "x"] {
            assert_eq!(auth.viewer(token), Err(Refused::Unavailable));
        }
        let head = office.log().head();
        runner
            .wait_for(head, Duration::from_secs(30))
            .await
            .unwrap();
        while runner.status() != Status::Following {
            tokio::task::yield_now().await;
        }
        let viewer = auth.viewer(&issued).unwrap();
        assert_eq!(viewer.actor.role, Role::KiOfficer);
        assert_eq!(auth.viewer("x"), Err(Refused::Unknown));
        assert!(!auth.is_operator(&issued));
        office.close().await;
    }
}
