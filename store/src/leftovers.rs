//! Texts in the vault that no event refers to: a crash between the two writes leaves them, and a
//! command that did not get through.
//!
//! Looking for them reads the whole log, so a process that knows it left none says so when it
//! closes ([`CleanMark`]), and the next one takes it at its word.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use querschnitt_domain::{Commitment, Query};

use crate::disk::{Disk, RealDisk, write_new};
use crate::log::{Log, LogError};
use crate::vault::{Vault, VaultError};

/// How many events are read at once.
const PAGE: usize = 20_000;

/// Why they could not be removed.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The log could not be read whole, so nothing was removed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The vault could not remove them.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The work was given up: the process is ending.
    #[error("sweeping the vault was interrupted")]
    Interrupted,
}

/// Removes them and says how many there were. Only for a time when no command is under way, and only
/// when the log fits its checkpoints: the texts of events that are missing there would be taken for
/// left over.
///
/// # Errors
/// See [`SweepError`].
pub async fn sweep(log: &dyn Log, vault: &Arc<Vault>) -> Result<usize, SweepError> {
    if vault.count() == 0 {
        return Ok(0);
    }
    let referenced = referenced(log).await?;
    let vault = Arc::clone(vault);
    let sweeping =
        tokio::task::spawn_blocking(move || vault.sweep(|_, text| referenced.contains(text)));
    Ok(sweeping.await.map_err(|_| SweepError::Interrupted)??)
}

async fn referenced(log: &dyn Log) -> Result<HashSet<Commitment>, LogError> {
    let mut found = HashSet::new();
    let mut after = 0;
    loop {
        let page = log.read(&Query::all(), after, PAGE).await?;
        for recorded in &page.events {
            found.extend(recorded.event.data.commitments());
        }
        if page.events.len() < PAGE {
            return Ok(found);
        }
        after = page.complete_to.position();
    }
}

/// The word of a process that closed in order: there are none. Counts once.
#[derive(Debug)]
pub struct CleanMark {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
}

impl CleanMark {
    /// The mark in the folder of a vault (`DATA/vault`).
    #[must_use]
    pub fn new(vault: &Path) -> Self {
        Self::on(Arc::new(RealDisk), vault)
    }

    /// See [`CleanMark::new`]; on any disk.
    pub(crate) fn on(disk: Arc<dyn Disk>, vault: &Path) -> Self {
        Self {
            disk,
            folder: vault.to_owned(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.join("clean")
    }

    /// Takes the mark away, durably, and says whether it was there. To be called before anything is
    /// sealed.
    ///
    /// # Errors
    /// What the system said.
    pub fn take(&self) -> io::Result<bool> {
        match self.disk.remove(&self.path()) {
            Ok(()) => self.disk.sync_dir(&self.folder).map(|()| true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Leaves the mark. Without it the next start looks for left-over texts: nothing is lost.
    ///
    /// # Errors
    /// What the system said.
    pub fn leave(&self) -> io::Result<()> {
        match write_new(&*self.disk, &self.path(), b"") {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            Ok(()) | Err(_) => {}
        }
        self.disk.sync_dir(&self.folder)
    }
}
