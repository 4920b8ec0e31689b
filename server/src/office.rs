//! The open parts of an installation that record and read: keys, log, vault, executor.

mod leftovers;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::OnceLock;

use querschnitt_projections::{Runner, TextSource};
use querschnitt_store::{
    Clock, EmbeddedLog, Executor, Keys, Options, TreeFollower, Vault, stored_checkpoints,
};

use crate::config::Settings;
use crate::exit::Failure;

/// An open data folder. One process at a time has it.
pub(crate) struct Office {
    data: PathBuf,
    log: Arc<EmbeddedLog>,
    tree: Arc<TreeFollower>,
    executor: Executor,
    /// Whether the vault held nothing at start that no event refers to.
    clean: bool,
    runner: OnceLock<Arc<Runner>>,
}

impl Office {
    /// Opens the data folder, or makes a new one.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, Failure> {
        Self::open_with(settings, Options::default()).await
    }

    /// Opens it with a clock that may be set to any time, for an invented history.
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
        Self::open_with(settings, options).await
    }

    async fn open_with(settings: &Settings, options: Options) -> Result<Self, Failure> {
        let data = settings.data.clone();
        let clock = Arc::clone(&options.clock);
        let opened = tokio::task::spawn_blocking(move || {
            let keys = Keys::open(&data.join("keys"))?;
            let public = keys.checkpoint_key().verifying_key();
            let options = Options {
                checkpoints: stored_checkpoints(&data.join("checkpoints"), &public)?,
                ..options
            };
            let log = EmbeddedLog::open(&data, options)?;
            let folder = data.join("vault");
            let vault = Vault::open(&folder, keys.vault_key())?;
            let clean = leftovers::take_mark(&folder).map_err(|error| {
                Failure::failed(format!("In {} ging etwas nicht: {error}", folder.display()))
            })?;
            Ok::<_, Failure>((keys, log, Arc::new(vault), clean))
        });
        let (keys, log, vault, clean) = opened.await.map_err(|error| {
            Failure::failed(format!("Der Datenordner ließ sich nicht öffnen: {error}"))
        })??;
        let clean = clean || leftovers::sweep(&*log, &vault).await?;
        let executor = Executor::new(log.clone(), vault, Arc::new(keys), clock);
        Ok(Self {
            data: settings.data.clone(),
            tree: Arc::new(TreeFollower::new(log.clone())),
            log,
            executor,
            clean,
            runner: OnceLock::new(),
        })
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

    /// Starts the projections, once; `texts` is where names to search for come from.
    pub(crate) fn run_projections(&self, texts: Arc<dyn TextSource>) -> Arc<Runner> {
        let start = || Arc::new(Runner::start(self.log.clone(), texts));
        Arc::clone(self.runner.get_or_init(start))
    }

    /// The log.
    pub(crate) const fn log(&self) -> &Arc<EmbeddedLog> {
        &self.log
    }

    /// Carries out commands; holds the vault and the keys too.
    pub(crate) const fn executor(&self) -> &Executor {
        &self.executor
    }

    /// Writes what waits, seals, and gives the folder free. Commands after this are refused.
    pub(crate) async fn close(&self) {
        let log = Arc::clone(&self.log);
        if let Err(error) = tokio::task::spawn_blocking(move || log.close()).await {
            tracing::error!(%error, "the log did not close");
        }
        if self.clean
            && !self.executor.counts().may_have_left_texts()
            && let Err(error) = leftovers::leave_mark(&self.data.join("vault"))
        {
            tracing::warn!(%error, "the next start will sweep the vault");
        }
    }
}
