//! The open parts of an installation that record and read: keys, log, vault, executor.

mod identity;
pub(crate) mod leftovers;
mod texts;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use querschnitt_graphql::SignInNames;
use querschnitt_identity::Identity;
use querschnitt_identity::credentials::Credentials;
use querschnitt_projections::Runner;
use querschnitt_store::{
    AccessLog, CleanMark, Clock, EmbeddedLog, Executor, Keys, Log, Options, TreeFollower, Vault,
    stored_checkpoints,
};

use crate::config::{AccessLogSettings, Settings};
use crate::exit::Failure;
use crate::{access_log, demo};
use texts::VaultTexts;
use tokio::sync::OnceCell;

/// An open data folder. One process at a time has it.
pub(crate) struct Office {
    data: PathBuf,
    log: Arc<EmbeddedLog>,
    tree: Arc<TreeFollower>,
    executor: Executor,
    /// Whether the vault held nothing at start that no event refers to.
    clean: AtomicBool,
    runner: OnceLock<Arc<Runner>>,
    credentials: OnceLock<Arc<Credentials>>,
    identity: OnceLock<Arc<Identity>>,
    access_log: OnceCell<Option<Arc<AccessLog>>>,
    access_settings: AccessLogSettings,
    names: Arc<SignInNames>,
}

impl Office {
    /// Opens the data folder, or makes a new one. One with an unfinished invented history is refused.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, Failure> {
        demo::refuse_unfinished(&settings.data)?;
        Self::open_with(settings, Options::default(), false).await
    }

    /// Opens it with a clock that may be set to any time, for an invented history. What is recorded is durable
    /// only when it is closed and dropped and `make_durable` has returned.
    pub(crate) async fn open_at(
        settings: &Settings,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Failure> {
        let options = Options {
            clock,
            // Days pass between two entries of an invented history, but no time on the machine.
            clock_bound: std::time::Duration::from_secs(100 * 365 * 24 * 60 * 60),
            ..Options::default()
        };
        Self::open_with(settings, options, true).await
    }

    /// Opens it with other options of the log; `lazily` as in [`Office::open_at`].
    pub(crate) async fn open_with(
        settings: &Settings,
        options: Options,
        lazily: bool,
    ) -> Result<Self, Failure> {
        let data = settings.data.clone();
        let clock = Arc::clone(&options.clock);
        let opened = tokio::task::spawn_blocking(move || {
            let keys = Keys::open(&data.join("keys"))?;
            let public = keys.checkpoint_key().verifying_key();
            let options = Options {
                checkpoints: stored_checkpoints(&data.join("checkpoints"), &public)?,
                ..options
            };
            let folder = data.join("vault");
            let (log, vault) = if lazily {
                let log = EmbeddedLog::open_lazily(&data, options)?;
                (log, Vault::open_lazily(&folder, keys.vault_key())?)
            } else {
                let log = EmbeddedLog::open(&data, options)?;
                (log, Vault::open(&folder, keys.vault_key())?)
            };
            let clean = CleanMark::new(&folder).take().map_err(|error| {
                Failure::failed(format!("In {} ging etwas nicht: {error}", folder.display()))
            })?;
            Ok::<_, Failure>((keys, log, Arc::new(vault), clean))
        });
        let (keys, log, vault, clean) = opened.await.map_err(|error| {
            Failure::failed(format!("Der Datenordner ließ sich nicht öffnen: {error}"))
        })??;
        let executor = Executor::new(log.clone(), vault, Arc::new(keys), clock);
        Ok(Self {
            data: settings.data.clone(),
            tree: Arc::new(TreeFollower::new(log.clone())),
            log,
            executor,
            clean: AtomicBool::new(clean),
            runner: OnceLock::new(),
            credentials: OnceLock::new(),
            identity: OnceLock::new(),
            access_log: OnceCell::new(),
            access_settings: settings.access_log,
            names: Arc::default(),
        })
    }

    /// Whether the process before this one may have left texts in the vault that no event refers to.
    pub(crate) fn may_hold_leftovers(&self) -> bool {
        !self.clean.load(Ordering::Acquire)
    }

    /// Removes them. To be called before commands are accepted, and only when the whole log fits its
    /// checkpoints: the texts of events that are missing there would be taken for left over.
    pub(crate) async fn sweep(&self) -> Result<(), Failure> {
        let swept = leftovers::sweep(&*self.log, self.executor.vault()).await?;
        self.clean.store(swept, Ordering::Release);
        Ok(())
    }

    /// The data folder.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// The tree over the log.
    pub(crate) const fn tree(&self) -> &Arc<TreeFollower> {
        &self.tree
    }

    /// The running projections, where a server runs them.
    pub(crate) fn runner(&self) -> Option<&Arc<Runner>> {
        self.runner.get()
    }

    /// Starts the projections, once.
    pub(crate) fn run_projections(&self) -> Arc<Runner> {
        self.run_projections_over(self.log.clone())
    }

    /// The projections of a log; another than the office's only where a test needs views that differ.
    pub(crate) fn run_projections_over(&self, log: Arc<dyn Log>) -> Arc<Runner> {
        let start = || Arc::new(Runner::start(log, Arc::new(self.texts())));
        Arc::clone(self.runner.get_or_init(start))
    }

    /// Where names to search for come from.
    pub(crate) fn texts(&self) -> VaultTexts {
        VaultTexts(Arc::clone(self.executor.vault()))
    }

    /// The log.
    pub(crate) const fn log(&self) -> &Arc<EmbeddedLog> {
        &self.log
    }

    /// Carries out commands; holds the vault and the keys too.
    pub(crate) const fn executor(&self) -> &Executor {
        &self.executor
    }

    /// The access log, opened once: by a server at its start, by a command when it shows something. `None` where
    /// the settings switch it off.
    pub(crate) async fn access_log(&self) -> Result<Option<Arc<AccessLog>>, Failure> {
        let open = || {
            let clock = Arc::clone(self.executor.clock());
            access_log::open(&self.data, self.access_settings, clock)
        };
        self.access_log.get_or_try_init(open).await.cloned()
    }

    /// Under which names people sign in.
    pub(crate) const fn names(&self) -> &Arc<SignInNames> {
        &self.names
    }

    /// Writes what waits, seals, and gives the folder free. Commands after this are refused.
    pub(crate) async fn close(&self) {
        access_log::close(self.access_log.get().cloned().flatten()).await;
        let log = Arc::clone(&self.log);
        if let Err(error) = tokio::task::spawn_blocking(move || log.close()).await {
            tracing::error!(%error, "the log did not close");
        }
        if !self.may_hold_leftovers()
            && !self.executor.counts().may_have_left_texts()
            && let Err(error) = CleanMark::new(&self.data.join("vault")).leave()
        {
            tracing::warn!(%error, "the next start will sweep the vault");
        }
    }
}
