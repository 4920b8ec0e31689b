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
    /// It has one whose text is not in the vault: erased, or the vault is not the one that belongs to the log.
    Lost,
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
            None => Called::Lost,
            Some(text) => Called::Name(LoginDigest::of(self.credentials().keys(), text.as_str())),
        })
    }

    async fn put_right(&self, account: ActorId) -> Result<(), String> {
        match self.called(account)? {
            // Secrets are made before the account is recorded; those of nobody open nothing.
            Called::Nobody => Ok(()),
            Called::Nothing => {
                self.identity.sessions.end_all(account);
                self.change(move |credentials| credentials.remove(account))
                    .await
            }
            // Secrets are not thrown away because something else is missing.
            Called::Lost => {
                tracing::warn!(%account, "the sign-in name of an account is not in the vault; its secrets stay as they are");
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
            Called::Name(_) | Called::Lost => {
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

#[cfg(test)]
mod tests {
    use querschnitt_domain::account::{Authority, NewLogin, RenameAccount};
    use querschnitt_domain::{CentreKey, Change, Role};
    use querschnitt_graphql::Rights;

    use super::*;
    use crate::account::{self, Add};
    use crate::config::Settings;
    use crate::directory::Accounts;
    use crate::installation;

    fn centre() -> CentreKey {
        "05711".parse().unwrap()
    }

    async fn added(office: &Office, login: &str) -> ActorId {
        let wanted = Add {
            login: login.to_owned(),
            name: format!("Name von {login}"),
            role: Role::KiOfficer,
            centre: centre(),
            organisation: None,
            body: None,
        };
        account::add(office, &wanted).await.unwrap().account
    }

    /// In the book alone, as a process that was killed leaves it.
    async fn renamed(office: &Office, account: ActorId, login: Option<&str>) {
        let new = |name: &str| NewLogin {
            name: name.parse().unwrap(),
            taken: false,
        };
        let rename = RenameAccount {
            authority: Authority::CommandLine,
            account,
            name: None,
            login: Change::from(login.map(new)),
        };
        installation::execute(office, centre(), &rename)
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn what_the_book_says_counts_after_a_start() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            data: folder.path().join("data"),
            ..Settings::default()
        };
        let office = Office::open(&settings).await.unwrap();
        let one = added(&office, "erika").await;
        let other = added(&office, "max").await;
        let third = added(&office, "kim").await;
        renamed(&office, one, Some("erika.neu")).await;
        // A name that the first has given up.
        renamed(&office, other, Some("erika")).await;
        renamed(&office, third, None).await;

        let runner = office.run_projections();
        while runner.status() != Status::Following {
            tokio::task::yield_now().await;
        }
        let rights = Arc::new(Rights::load().unwrap());
        let accounts = Accounts::new(runner, office.executor(), rights, None);
        let identity = office.identity(&settings, Arc::new(accounts)).await;
        let sign_ins = SignIns::of(&office, identity.unwrap());
        let credentials = office.credentials().await.unwrap();
        let found = |name: &str| {
            let login = LoginDigest::of(credentials.keys(), name);
            credentials.find(&login).map(|(account, _)| account)
        };
        let before = ["erika", "max", "kim"].map(found);
        assert_eq!(before, [Some(one), Some(other), Some(third)]);
        sign_ins.follow_all().await;
        assert_eq!(found("erika.neu"), Some(one));
        assert_eq!(found("erika"), Some(other));
        assert_eq!(["max", "kim"].map(found), [None, None]);
        assert!(credentials.get(third).is_none());
        // Again, there is nothing to remove.
        sign_in_names::SignIns::follow(&sign_ins, third)
            .await
            .unwrap();
        // A vault without its texts, as one that was not put back, takes no secrets with it.
        office.executor().vault().sweep(|_, _| false).unwrap();
        sign_ins.follow_all().await;
        assert_eq!(found("erika.neu"), Some(one));
        office.close().await;
    }
}
