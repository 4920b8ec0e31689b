//! What sign-in asks about accounts, answered from the views.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use querschnitt_domain::ActorId;
use querschnitt_identity::{AccountState, Choice, Directory, ProviderIdentity, Refused};
use querschnitt_projections::facts::Acting;
use querschnitt_projections::{Runner, Status};
use querschnitt_store::{Clock as _, Executor, SystemClock, Vault, berlin_date};

use crate::provider::People;

/// How long a sign-in waits after a start until it is known who has an account.
const PATIENCE: Duration = Duration::from_secs(20);

/// Accounts as the views know them, names as the vault does.
pub(crate) struct Accounts {
    runner: Arc<Runner>,
    vault: Arc<Vault>,
    people: People,
}

impl Accounts {
    /// Of these views.
    pub(crate) fn new(runner: Arc<Runner>, executor: &Executor) -> Self {
        let clock = Arc::new(SystemClock);
        Self {
            vault: Arc::clone(executor.vault()),
            people: People::new(executor.clone(), Arc::clone(&runner), clock),
            runner,
        }
    }

    /// Those who come from a provider.
    pub(crate) const fn people(&self) -> &People {
        &self.people
    }

    /// In what an account may act today; nothing while the views are behind, when a right that was taken away
    /// would not be seen.
    pub(crate) fn acting(&self, account: ActorId) -> Vec<Acting> {
        if self.runner.status() != Status::Following {
            return Vec::new();
        }
        let today = berlin_date(SystemClock.now());
        let state = self.runner.read();
        state.facts().access().grants_of(account, today)
    }

    async fn caught_up(&self) -> bool {
        let mut progress = self.runner.watch();
        let behind = progress.wait_for(|now| !matches!(now.status, Status::Replaying { .. }));
        // An error means that the runner is gone.
        let waited = tokio::time::timeout(PATIENCE, behind).await;
        matches!(waited, Ok(Ok(_))) && self.runner.status() == Status::Following
    }
}

#[async_trait]
impl Directory for Accounts {
    async fn state(&self, account: ActorId) -> AccountState {
        if !self.caught_up().await {
            return AccountState::Unknown;
        }
        let state = self.runner.read();
        match state.facts().access().account(account) {
            None => AccountState::Unknown,
            Some(row) if row.locked => AccountState::Locked,
            Some(_) => AccountState::Active,
        }
    }

    async fn choices(&self, account: ActorId) -> Vec<Choice> {
        let acting = self.acting(account);
        let choice = |acting: Acting| {
            Some(Choice {
                grant: acting.grant?.0,
                role: acting.role,
                centre: acting.centre,
                deputy_for: acting.deputy_for,
            })
        };
        acting.into_iter().filter_map(choice).collect()
    }

    async fn name(&self, account: ActorId) -> Option<String> {
        let sealed = {
            let state = self.runner.read();
            state.facts().access().account(account)?.name
        };
        let name = self.vault.text(account.record(), &sealed).ok()??;
        Some(name.as_str().to_owned())
    }

    async fn provider(&self, identity: &ProviderIdentity) -> Result<ActorId, Refused> {
        if !self.caught_up().await {
            return Err(Refused::Unavailable);
        }
        self.people.signed_in(identity).await
    }
}
