//! What belongs to signing in: the secrets of local accounts, and a server's sessions.

use std::sync::Arc;

use querschnitt_identity::credentials::Credentials;
use querschnitt_identity::oidc::Provider;
use querschnitt_identity::{Directory, Identity, Setup};
use querschnitt_store::SystemClock;

use super::Office;
use crate::config::{self, Settings};
use crate::exit::{Failure, with_causes};

impl Office {
    /// The secrets of local accounts (`DATA/credentials`), opened once. Damaged ones are named; the others work.
    pub(crate) async fn credentials(&self) -> Result<Arc<Credentials>, Failure> {
        if let Some(credentials) = self.credentials.get() {
            return Ok(Arc::clone(credentials));
        }
        let folder = self.data.join("credentials");
        let keys = Arc::clone(self.executor.keys());
        let opened = tokio::task::spawn_blocking(move || Credentials::open(&folder, keys));
        let (credentials, damaged) = opened
            .await
            .map_err(|error| Failure::failed(error.to_string()))?
            .map_err(|error| Failure::failed(with_causes(&error)))?;
        for damaged in damaged {
            tracing::error!(%damaged, "an account can't sign in");
        }
        let credentials = self.credentials.get_or_init(|| Arc::new(credentials));
        Ok(Arc::clone(credentials))
    }

    /// Sign-in and sessions of a server, set up once.
    pub(crate) async fn identity(
        &self,
        settings: &Settings,
        accounts: Arc<dyn Directory>,
    ) -> Result<Arc<Identity>, Failure> {
        let credentials = self.credentials().await?;
        let setup = Setup {
            times: settings.sessions,
            secure: settings.is_reachable(),
            provider: provider(settings)?,
        };
        // At start, so nobody waits for the hash that this computes.
        let identity = Identity::new(credentials, accounts, Arc::new(SystemClock), setup).map_err(
            |error| Failure::failed(format!("Die Anmeldung ist nicht möglich: {error}")),
        )?;
        Ok(Arc::clone(self.identity.get_or_init(|| Arc::new(identity))))
    }

    /// Sign-in and sessions, where a server runs.
    pub(crate) fn running_identity(&self) -> Option<&Arc<Identity>> {
        self.identity.get()
    }
}

/// The provider of the settings. It is not asked anything yet: the server starts while it is down.
fn provider(settings: &Settings) -> Result<Option<Arc<Provider>>, Failure> {
    let Some(config) = config::oidc::config(&settings.oidc)? else {
        return Ok(None);
    };
    let provider = Provider::new(config, Arc::new(SystemClock));
    provider.map(Some).map_err(|error| {
        Failure::failed(format!("Das System gibt keine Zufallszahlen her: {error}"))
    })
}
