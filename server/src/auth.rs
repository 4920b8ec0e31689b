//! Who asks: from the token of a machine or of a provider, or the session of a browser, to the viewer that the GraphQL layer asks for.
//! Looked up in the views at every request, so what was revoked is refused with the next one.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::map_request;
use futures_util::future::BoxFuture;
use querschnitt_domain::account::Scopes;
use querschnitt_domain::{ActorId, Role};
use querschnitt_graphql::http::{self, Authenticate, Credentials, Peer, Refused, To};
use querschnitt_graphql::{Viewer, machine_token};
use querschnitt_identity::jwt::Invalid;
use querschnitt_identity::oidc::Provider;
use querschnitt_identity::{ClientAddress, Identity, NotSignedIn, Refused as NotLetIn, Use};
use querschnitt_projections::facts::Acting;
use querschnitt_projections::{Runner, Status};
use querschnitt_store::{Clock as _, SystemClock};
use uuid::Uuid;

use crate::directory::Accounts;

/// The pages of signing in, which have to know from where somebody tries.
pub(crate) fn sign_in(identity: Arc<Identity>) -> Router {
    querschnitt_identity::routes(identity).layer(map_request(|mut request: Request| async {
        if let Some(Peer(address)) = request.extensions().get().copied() {
            request.extensions_mut().insert(ClientAddress(address));
        }
        request
    }))
}

/// Looks tokens and sessions up.
pub(crate) struct Auth {
    runner: Arc<Runner>,
    accounts: Arc<Accounts>,
    identity: Arc<Identity>,
}

impl Auth {
    /// In these views and sessions.
    pub(crate) const fn new(
        runner: Arc<Runner>,
        accounts: Arc<Accounts>,
        identity: Arc<Identity>,
    ) -> Self {
        Self {
            runner,
            accounts,
            identity,
        }
    }

    /// Unknown, mistyped, expired, revoked, of a locked account: all the same to the caller.
    fn by_token(&self, token: &str) -> Result<Viewer, Refused> {
        self.following()?;
        let hash = machine_token::read(token).ok_or(Refused::Unknown)?;
        let state = self.runner.read();
        let found = state.facts().access().token(&hash.0, SystemClock.now());
        let found = found.ok_or(Refused::Unknown)?;
        Ok(Viewer::of_token(found))
    }

    /// An access token of the provider, in the roles that both it and the book name.
    async fn by_access_token(
        &self,
        provider: &Provider,
        token: &str,
        grant: Option<&str>,
    ) -> Result<Viewer, Refused> {
        self.following()?;
        let identity = provider.bearer(token).await.map_err(|reason| {
            tracing::debug!(%reason, "refused an access token");
            match reason {
                Invalid::NoKeys => Refused::Unavailable,
                Invalid::Malformed
                | Invalid::Algorithm
                | Invalid::Kind
                | Invalid::UnknownKey
                | Invalid::Signature
                | Invalid::Claims(_) => Refused::Unknown,
            }
        })?;
        let found = self.accounts.people().bearer(&identity).await;
        let (account, all) = found.map_err(|refused| match refused {
            NotLetIn::Locked => Refused::Unknown,
            NotLetIn::NoRole => Refused::NoGrant,
            NotLetIn::Unavailable => Refused::Unavailable,
        })?;
        let chosen = grant.map(chosen).transpose()?;
        acting(account, &all, chosen)
    }

    async fn by_session(&self, credentials: &Credentials) -> Result<Viewer, Refused> {
        let to = match credentials.to {
            To::Read => Use::Read,
            To::Write => Use::Write,
            To::Socket => Use::Socket,
            To::GoOn => Use::Recheck,
        };
        self.following()?;
        let found = self.identity.signed_in(&credentials.headers, to).await;
        let signed_in = found.map_err(|not| match not {
            NotSignedIn::None => Refused::Unknown,
            NotSignedIn::Foreign => Refused::Foreign,
        })?;
        // What the request says counts more than what was chosen in the browser.
        let chosen = match credentials.grant.as_deref() {
            Some(grant) => Some(chosen(grant)?),
            None => signed_in.grant,
        };
        let all = self.accounts.acting(signed_in.account);
        acting(signed_in.account, &all, chosen)
    }

    /// A right that was taken away would not be seen while the views are behind.
    fn following(&self) -> Result<(), Refused> {
        match self.runner.status() {
            Status::Following => Ok(()),
            Status::Replaying { .. } | Status::Stopped { .. } => Err(Refused::Unavailable),
        }
    }

    /// Whether this is a token of the role that runs the installation.
    pub(crate) fn is_operator(&self, token: &str) -> bool {
        self.by_token(token)
            .is_ok_and(|viewer| viewer.actor.role == Role::Operator)
    }
}

fn chosen(grant: &str) -> Result<Uuid, Refused> {
    Uuid::try_parse(grant).map_err(|_| Refused::NoGrant)
}

/// The chosen role, or the one given first where none was chosen. One that is not valid any more is not replaced.
fn acting(account: ActorId, all: &[Acting], chosen: Option<Uuid>) -> Result<Viewer, Refused> {
    let acting = match chosen {
        Some(chosen) => all
            .iter()
            .find(|acting| acting.grant.is_some_and(|grant| grant.0 == chosen)),
        None => all.first(),
    };
    let acting = acting.ok_or(Refused::NoGrant)?;
    Ok(Viewer::of(acting, account, Scopes::all()))
}

impl Authenticate for Auth {
    fn authenticate<'a>(
        &'a self,
        credentials: &'a Credentials,
    ) -> BoxFuture<'a, Result<http::Viewer, Refused>> {
        Box::pin(async move {
            let grant = credentials.grant.as_deref();
            let viewer = match (credentials.bearer.as_deref(), self.identity.provider()) {
                // A machine's token has no points, a provider's two.
                (Some(token), Some(provider)) if token.contains('.') => {
                    self.by_access_token(provider, token, grant).await
                }
                (Some(token), _) => self.by_token(token),
                (None, _) => self.by_session(credentials).await,
            };
            viewer.map(http::Viewer::new)
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::time::Duration;

    use querschnitt_graphql::Rights;
    use querschnitt_store::Log as _;

    use super::*;
    use crate::config::Settings;
    use crate::office::Office;
    use crate::token::{self, command::Issue};

    /// For an office without a server around it.
    pub(crate) async fn auth(office: &Office, settings: &Settings) -> Auth {
        let runner = office.run_projections();
        let rights = Arc::new(Rights::load().unwrap());
        let accounts = Accounts::new(Arc::clone(&runner), office.executor(), rights, None);
        let accounts = Arc::new(accounts);
        let identity = office.identity(settings, Arc::clone(&accounts) as _).await;
        Auth::new(runner, accounts, identity.unwrap())
    }

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
        // Before the views start: opening what belongs to sessions gives them time.
        office.credentials().await.unwrap();
        let auth = auth(&office, &settings).await;
        for token in [&issued, "x"] {
            assert_eq!(auth.by_token(token), Err(Refused::Unavailable));
        }
        let head = office.log().head();
        auth.runner
            .wait_for(head, Duration::from_secs(30))
            .await
            .unwrap();
        while auth.runner.status() != Status::Following {
            tokio::task::yield_now().await;
        }
        let viewer = auth.by_token(&issued).unwrap();
        assert_eq!(viewer.actor.role, Role::KiOfficer);
        assert_eq!(auth.by_token("x"), Err(Refused::Unknown));
        assert!(!auth.is_operator(&issued));
        office.close().await;
    }
}
