//! People for whom the provider vouches: their account, and the roles that its claims give, as events.
//!
//! A sign-in is the provider's newest word: roles it does not name any more are taken away. An access token may be
//! older than what is known here, and may name fewer roles than the person has (providers narrow tokens down for the
//! program they are for); it never takes anything away, and it acts only in roles that both it and the book name.
//! A role that somebody here took away is for somebody here to give back, whatever the provider says.

mod plan;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use querschnitt_domain::account::{AddAccount, Authority, GrantRole, Origin};
use querschnitt_domain::account::{RenameAccount, RevokeRole};
use querschnitt_domain::{ActorId, CentreKey, Change, CommandId, Decision, Text, berlin};
use querschnitt_identity::oidc::account;
use querschnitt_identity::{ProviderIdentity, Refused};
use querschnitt_projections::facts::Acting;
use querschnitt_projections::{Runner, Status};
use querschnitt_store::{Clock, ExecuteError, Executor};
use uuid::Uuid;

use crate::installation;
use plan::{Given, Plan};

/// How long a sign-in waits until the views know what it changed.
const WAIT: Duration = Duration::from_secs(10);

/// How far the clock of a provider may be ahead of ours, in seconds. It makes tokens look newer than they are.
const AHEAD: i64 = 60;

/// The name of somebody whose name the provider does not tell.
const NAMELESS: &str = "Ohne Namen beim Anbieter";

/// See above.
pub(crate) struct People {
    executor: Executor,
    runner: Arc<Runner>,
    clock: Arc<dyn Clock>,
    /// In seconds since 1970: what was said before is not known any more.
    started: i64,
    /// When the provider gave its newest word about somebody, in seconds since 1970.
    said: Mutex<HashMap<ActorId, i64>>,
    turn: tokio::sync::Mutex<()>,
}

/// From where a word of the provider comes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    SignIn,
    Token,
}

impl People {
    pub(crate) fn new(executor: Executor, runner: Arc<Runner>, clock: Arc<dyn Clock>) -> Self {
        Self {
            started: clock.now().unix_timestamp(),
            executor,
            runner,
            clock,
            said: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// The account of somebody who has just signed in at the provider.
    ///
    /// # Errors
    /// See [`Refused`].
    pub(crate) async fn signed_in(&self, identity: &ProviderIdentity) -> Result<ActorId, Refused> {
        let account = self.follow(identity, Word::SignIn).await?;
        match self.acting(account).is_empty() {
            true => Err(Refused::NoRole),
            false => Ok(account),
        }
    }

    /// In what the bearer of an access token may act now.
    ///
    /// # Errors
    /// See [`Refused`].
    pub(crate) async fn bearer(
        &self,
        identity: &ProviderIdentity,
    ) -> Result<(ActorId, Vec<Acting>), Refused> {
        let account = self.follow(identity, Word::Token).await?;
        let named = plan::wanted(&identity.roles);
        let both = |acting: &Acting| {
            acting.deputy_for.is_none()
                && acting.body.is_none()
                && named.contains(&plan::Named {
                    role: acting.role,
                    centre: acting.centre,
                    organisation: acting.organisation,
                })
        };
        let acting: Vec<Acting> = self.acting(account).into_iter().filter(both).collect();
        match acting.is_empty() {
            true => Err(Refused::NoRole),
            false => Ok((account, acting)),
        }
    }

    /// Does what a word of the provider changes, if it is news.
    async fn follow(&self, identity: &ProviderIdentity, word: Word) -> Result<ActorId, Refused> {
        let account = account(&identity.issuer, &identity.subject);
        self.ready(account)?;
        match self.plan(account, identity, word) {
            None => return Ok(account),
            Some(plan) if plan.is_empty() => {
                self.remember(account, identity.issued_at);
                return Ok(account);
            }
            Some(_) => {}
        }
        // One after the other: two words about one person must not mix.
        let _turn = self.turn.lock().await;
        self.ready(account)?;
        if let Some(plan) = self.plan(account, identity, word) {
            self.carry_out(account, identity, &plan).await?;
            self.remember(account, identity.issued_at);
        }
        Ok(account)
    }

    /// The views must be up to date, and the account not locked.
    fn ready(&self, account: ActorId) -> Result<(), Refused> {
        if self.runner.status() != Status::Following {
            return Err(Refused::Unavailable);
        }
        let state = self.runner.read();
        match state.facts().access().account(account) {
            Some(row) if row.locked => Err(Refused::Locked),
            Some(_) | None => Ok(()),
        }
    }

    /// What to do; `None` where the word is no news.
    fn plan(&self, account: ActorId, identity: &ProviderIdentity, word: Word) -> Option<Plan> {
        let known = self.centre(account).is_some();
        if known && !self.is_news(account, identity.issued_at, word) {
            return None;
        }
        let mut plan = {
            let (given, acting) = (self.given(account), self.acting(account));
            let state = self.runner.read();
            let access = state.facts().access();
            let withheld =
                |named: plan::Named| access.is_withheld(account, named.right(), named.centre);
            plan::of(&given, &acting, &identity.roles, withheld)
        };
        match word {
            Word::Token => plan.revoke.clear(),
            Word::SignIn => plan.rename = known && self.is_renamed(account, identity),
        }
        // Whoever has no role here leaves no trace here.
        plan.register = !known && !plan.grant.is_empty();
        Some(plan)
    }

    /// Whether this is newer than what is known. After a restart that is not known, and no token from before counts as
    /// news. A sign-in was asked for by us just now.
    fn is_news(&self, account: ActorId, at: i64, word: Word) -> bool {
        match (word, self.said().get(&account)) {
            (Word::SignIn, said) => said.is_none_or(|said| at >= *said),
            (Word::Token, None) => at > self.started.saturating_add(AHEAD),
            (Word::Token, Some(said)) => at > *said,
        }
    }

    fn is_renamed(&self, account: ActorId, identity: &ProviderIdentity) -> bool {
        let name = name_of(identity);
        name.is_some() && name != self.name(account)
    }

    async fn carry_out(
        &self,
        account: ActorId,
        identity: &ProviderIdentity,
        plan: &Plan,
    ) -> Result<(), Refused> {
        let authority = Authority::Provider;
        let name = name_of(identity);
        for (centre, grant) in &plan.revoke {
            let revoke = RevokeRole {
                authority,
                account,
                grant: *grant,
                reason: None,
            };
            self.execute(*centre, &revoke).await?;
        }
        let mut registered = !plan.register;
        for role in &plan.grant {
            let right = role.right();
            if registered {
                let grant = GrantRole {
                    authority,
                    account,
                    right,
                    valid_from: None,
                    valid_to: None,
                };
                self.execute(role.centre, &grant).await?;
            } else {
                let nameless = || Text::line(NAMELESS, Text::NAME);
                let add = AddAccount {
                    authority,
                    account,
                    name: name
                        .clone()
                        .map_or_else(nameless, Ok)
                        .map_err(|_| Refused::Unavailable)?,
                    login: None,
                    right,
                };
                registered = self.execute(role.centre, &add).await?;
            }
        }
        if plan.rename
            && let Some(centre) = self.centre(account)
        {
            let rename = RenameAccount {
                authority,
                account,
                name,
                login: Change::Keep,
            };
            self.execute(centre, &rename).await?;
        }
        Ok(())
    }

    /// Whether the decision was followed. One that is refused (an organisation that does not exist) leaves the others
    /// alone.
    async fn execute<D>(&self, centre: CentreKey, decision: &D) -> Result<bool, Refused>
    where
        D: Decision + Sync,
        D::Facts: Send,
    {
        let command = CommandId(Uuid::now_v7());
        let actor = installation::actor(centre);
        let executed = self
            .executor
            .execute(&actor, command, command.0.as_bytes(), decision)
            .await;
        let position = match executed {
            Ok(executed) => executed.position,
            Err(ExecuteError::Rejected(rejection)) => {
                tracing::warn!(code = ?rejection.code, field = ?rejection.field, "a word of the provider was not followed");
                return Ok(false);
            }
            Err(error) => {
                tracing::error!(%error, "a word of the provider could not be followed");
                return Err(Refused::Unavailable);
            }
        };
        let seen = self.runner.wait_for(position, WAIT).await;
        seen.map(|()| true).map_err(|_| Refused::Unavailable)
    }

    /// Nothing is remembered of those who have no account.
    fn remember(&self, account: ActorId, at: i64) {
        if self.centre(account).is_none() {
            return;
        }
        let mut all = self.said();
        let said = all.entry(account).or_insert(at);
        *said = at.max(*said);
    }

    /// What the provider has given and nobody has taken away.
    fn given(&self, account: ActorId) -> BTreeSet<Given> {
        let state = self.runner.read();
        let grants = state.facts().access().grants_ever(account);
        grants
            .filter(|row| row.origin == Origin::Provider && row.known.is_current())
            .filter_map(Given::of)
            .collect()
    }

    fn acting(&self, account: ActorId) -> Vec<Acting> {
        let today = berlin::day(self.clock.now());
        let state = self.runner.read();
        state.facts().access().grants_of(account, today)
    }

    fn centre(&self, account: ActorId) -> Option<CentreKey> {
        let state = self.runner.read();
        state
            .facts()
            .access()
            .account(account)
            .map(|row| row.centre)
    }

    fn name(&self, account: ActorId) -> Option<Text> {
        let sealed = {
            let state = self.runner.read();
            state.facts().access().account(account)?.name
        };
        let vault = self.executor.vault();
        vault.text(account.record(), &sealed).ok()?
    }

    fn said(&self) -> MutexGuard<'_, HashMap<ActorId, i64>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name as the book would write it; one it can't write counts as none.
fn name_of(identity: &ProviderIdentity) -> Option<Text> {
    Text::line(identity.name.as_deref()?, Text::NAME).ok()
}
