//! What sign-in asks about accounts, answered from the views.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use querschnitt_domain::access::OperationKind;
use querschnitt_domain::{ActorId, CentreKey, RecordId, berlin, check};
use querschnitt_graphql::Rights;
use querschnitt_identity::{
    AccountState, Choice, Directory, NotRecorded, Notice, ProviderIdentity, Refused,
};
use querschnitt_policy::{Action, Cell, Relation, Relations};
use querschnitt_projections::facts::{Acting, GlassRow};
use querschnitt_projections::{Runner, Status};
use querschnitt_store::{AccessLog, Actor, Clock as _, Executor, SystemClock, Vault, berlin_date};
use time::OffsetDateTime;

use crate::provider::People;
use crate::shown::Shown;

/// How long a sign-in waits after a start until it is known who has an account.
const PATIENCE: Duration = Duration::from_secs(20);

/// Accounts as the views know them, names as the vault does.
pub(crate) struct Accounts {
    runner: Arc<Runner>,
    vault: Arc<Vault>,
    people: People,
    rights: Arc<Rights>,
    access_log: Option<Arc<AccessLog>>,
}

impl Accounts {
    /// Of these views. What is shown on pages is noted in the access log, where there is one.
    pub(crate) fn new(
        runner: Arc<Runner>,
        executor: &Executor,
        rights: Arc<Rights>,
        access_log: Option<Arc<AccessLog>>,
    ) -> Self {
        let clock = Arc::new(SystemClock);
        Self {
            vault: Arc::clone(executor.vault()),
            people: People::new(executor.clone(), Arc::clone(&runner), clock),
            runner,
            rights,
            access_log,
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

    /// Break-glass of the last days in a centre, the newest first.
    fn broken(&self, centre: CentreKey) -> Vec<GlassRow> {
        let state = self.runner.read();
        state
            .glasses_to_show(centre, SystemClock.now())
            .cloned()
            .collect()
    }

    fn notice(&self, glass: &GlassRow) -> Notice {
        let text = |record, sealed| {
            let text = self.vault.text(record, &sealed).ok().flatten();
            text.map_or_else(|| "(gelöscht)".to_owned(), |text| text.as_str().to_owned())
        };
        let called = {
            let state = self.runner.read();
            let row = state.facts().access().account(glass.account);
            row.map(|row| row.name)
        };
        let ended = match glass.known.is_current() {
            true => "",
            false => ", vorher beendet",
        };
        Notice {
            who: match called {
                Some(name) => text(glass.account.record(), name),
                None => format!("Konto {}", glass.account),
            },
            when: format!(
                "geöffnet am {}, bis {}{ended}",
                german_time(glass.recorded_at),
                german_time(glass.until)
            ),
            why: text(glass.id.record(), glass.reason),
        }
    }

    async fn caught_up(&self) -> bool {
        let mut progress = self.runner.watch();
        let behind = progress.wait_for(|now| !matches!(now.status, Status::Replaying { .. }));
        // An error means that the runner is gone.
        let waited = tokio::time::timeout(PATIENCE, behind).await;
        matches!(waited, Ok(Ok(_))) && self.runner.status() == Status::Following
    }
}

/// Day and time in Berlin.
fn german_time(at: OffsetDateTime) -> String {
    let clock = berlin::clock(at);
    format!(
        "{}, {:02}:{:02} Uhr",
        check::german(clock.date()),
        clock.hour(),
        clock.minute()
    )
}

#[async_trait]
impl Directory for Accounts {
    async fn state(&self, account: ActorId) -> AccountState {
        if !self.caught_up().await {
            return AccountState::Unknown;
        }
        let state = self.runner.read();
        let access = state.facts().access();
        match access.account(account) {
            None => AccountState::Unknown,
            Some(row) if row.locked => AccountState::Locked,
            Some(_) => AccountState::Active {
                last_lock: access.last_lock(account),
            },
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

    async fn notices(&self, account: ActorId, acting: &Choice) -> Result<Vec<Notice>, NotRecorded> {
        let relations = Relations::of([Relation::Centre]);
        let reads = |cell| {
            self.rights
                .allows(acting.role, cell, Action::Read, relations)
        };
        if !reads(Cell::AccessLog) || !reads(Cell::Grants) {
            return Ok(Vec::new());
        }
        let broken = self.broken(acting.centre);
        if let Some(log) = &self.access_log {
            let shown = Shown {
                actor: Actor {
                    id: account,
                    role: acting.role,
                    centre: acting.centre,
                    on_behalf_of: acting.deputy_for,
                },
                kind: OperationKind::Page,
                name: "/konto",
                purpose: "DATA_PROTECTION",
            };
            let mut accounts: Vec<RecordId> =
                broken.iter().map(|glass| glass.account.record()).collect();
            accounts.sort_unstable();
            accounts.dedup();
            let glasses: Vec<RecordId> = broken.iter().map(|glass| glass.id.record()).collect();
            for (cell, records) in [(Cell::AccessLog, glasses), (Cell::Grants, accounts)] {
                let noted = shown.note(log, cell, &records).await;
                noted.map_err(|error| {
                    tracing::error!(%error, "the access log takes no entries, so break-glass was not shown");
                    NotRecorded
                })?;
            }
        }
        let notices = broken.iter().map(|glass| self.notice(glass));
        Ok(notices.collect())
    }

    async fn provider(&self, identity: &ProviderIdentity) -> Result<ActorId, Refused> {
        if !self.caught_up().await {
            return Err(Refused::Unavailable);
        }
        self.people.signed_in(identity).await
    }
}
