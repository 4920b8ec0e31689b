//! What people sign in with follows what the book calls their accounts.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use querschnitt_domain::ActorId;
use querschnitt_graphql::sign_in_names;
use querschnitt_identity::Identity;
use querschnitt_identity::credentials::{CredentialError, Credentials};
use querschnitt_identity::login::LoginDigest;
use querschnitt_projections::{Runner, Status};
use querschnitt_store::Vault;

use crate::exit::with_causes;
use crate::office::Office;

/// Of a running server.
#[derive(Debug)]
pub(crate) struct SignIns {
    runner: Arc<Runner>,
    vault: Arc<Vault>,
    identity: Arc<Identity>,
}

/// What the book says of an account.
enum Called {
    /// There is none.
    Nobody,
    /// It has no sign-in name (any more).
    Nothing,
    /// It has this one.
    Name(LoginDigest),
}

impl SignIns {
    pub(crate) fn of(office: &Office, identity: Arc<Identity>) -> Self {
        Self {
            runner: office.run_projections(),
            vault: Arc::clone(office.executor().vault()),
            identity,
        }
    }

    /// After a start: a process that was killed may have recorded a name that did not count yet. Not while the views
    /// have stopped: they may not know names that were given since.
    pub(crate) async fn follow_all(&self) {
        if self.runner.status() != Status::Following {
            return;
        }
        for account in self.credentials().accounts() {
            if let Err(error) = sign_in_names::SignIns::follow(self, account).await {
                tracing::error!(%error, %account, "an account may not sign in under its name");
            }
        }
    }

    fn credentials(&self) -> &Arc<Credentials> {
        &self.identity.credentials
    }

    fn called(&self, account: ActorId) -> Result<Called, String> {
        let sealed = {
            let state = self.runner.read();
            match state.facts().access().account(account) {
                None => return Ok(Called::Nobody),
                Some(row) => row.login,
            }
        };
        let Some(sealed) = sealed else {
            return Ok(Called::Nothing);
        };
        let text = self.vault.text(account.record(), &sealed);
        Ok(match text.map_err(|error| with_causes(&error))? {
            None => Called::Nothing,
            Some(text) => Called::Name(LoginDigest::of(self.credentials().keys(), text.as_str())),
        })
    }

    async fn put_right(&self, account: ActorId) -> Result<(), String> {
        match self.called(account)? {
            // Secrets are made before the account is recorded; those of nobody open nothing.
            Called::Nobody => Ok(()),
            Called::Nothing => {
                self.change(move |credentials| credentials.remove(account))
                    .await?;
                self.identity.sessions.end_all(account);
                Ok(())
            }
            Called::Name(login) => self.rename(account, login).await,
        }
    }

    async fn rename(&self, account: ActorId, login: LoginDigest) -> Result<(), String> {
        let renamed = self.change(
            move |credentials| match credentials.rename(account, login) {
                Ok(renamed) => Ok(Ok(renamed)),
                Err(CredentialError::Taken(other)) => Ok(Err(other)),
                Err(error) => Err(error),
            },
        );
        let other = match renamed.await? {
            Ok(true) => {
                tracing::info!(%account, "another sign-in name counts");
                return Ok(());
            }
            Ok(false) => return Ok(()),
            Err(other) => other,
        };
        // The book gives each name to one account: the other secrets are of nobody, or wait for their own new name.
        match self.called(other)? {
            Called::Name(theirs) if theirs != login => {
                self.change(move |credentials| credentials.rename(other, theirs))
                    .await?;
            }
            Called::Nobody | Called::Nothing => {
                self.change(move |credentials| credentials.remove(other))
                    .await?;
            }
            Called::Name(_) => {
                return Err(format!(
                    "two accounts have one sign-in name: {account}, {other}"
                ));
            }
        }
        self.change(move |credentials| credentials.rename(account, login))
            .await
            .map(drop)
    }

    /// On a thread that may wait for the disk.
    async fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Credentials) -> Result<T, CredentialError> + Send + 'static,
    ) -> Result<T, String> {
        let credentials = Arc::clone(self.credentials());
        tokio::task::spawn_blocking(move || change(&credentials))
            .await
            .map_err(|error| error.to_string())?
            .map_err(|error| with_causes(&error))
    }
}

impl sign_in_names::SignIns for SignIns {
    fn follow(&self, account: ActorId) -> BoxFuture<'_, Result<(), String>> {
        self.put_right(account).boxed()
    }
}
