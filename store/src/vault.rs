//! The vault: sealed texts and files outside the log, one key per subject.
//!
//! `keys/` holds one random key per subject, wrapped by the master key, in small files, so that
//! erasing a key rewrites one of them; `texts/` holds the texts and files, each encrypted with its subject's
//! key together with the salt of its commitment.
//!
//! **Architecture Invariant:** a text is durable here before the event that commits to it is
//! appended, so no crash leaves an event without its content.

mod cipher;
mod error;
mod folder;
mod frame;
mod index;
mod inventory;
mod memory;
mod on_disk;
mod sealed;
mod series;
mod writer;

use std::path::Path;
use std::sync::Arc;

use querschnitt_domain::{Commitment, FileContent, RecordId, SealedFile, SealedText, Text};

pub use error::VaultError;
pub(crate) use inventory::inventory;

use crate::disk::{Disk, LazyDisk, RealDisk};
use crate::keys::{SecretKey, refuse_if_readable};
use folder::Kind;
use memory::MemoryVault;
use on_disk::DiskVault;

/// Holds the texts that events only commit to.
#[derive(Debug)]
pub struct Vault {
    store: Store,
}

#[derive(Debug)]
enum Store {
    Memory(MemoryVault),
    Disk(DiskVault),
}

impl Vault {
    /// Opens the vault in `folder` (`DATA/vault`), or makes an empty one there. Closes when it is
    /// dropped.
    ///
    /// # Errors
    /// See [`VaultError`].
    pub fn open(folder: &Path, master_key: &SecretKey) -> Result<Self, VaultError> {
        refuse_readable_keys(&RealDisk, &folder.join(folder::KEYS.name))?;
        Self::open_in(Arc::new(RealDisk), folder, master_key)
    }

    /// [`Vault::open`] for a history that can be made again: nothing is synced. What was sealed is durable when
    /// the vault is dropped and [`crate::make_durable`] has returned.
    ///
    /// # Errors
    /// See [`VaultError`].
    pub fn open_lazily(folder: &Path, master_key: &SecretKey) -> Result<Self, VaultError> {
        refuse_readable_keys(&LazyDisk, &folder.join(folder::KEYS.name))?;
        Self::open_in(Arc::new(LazyDisk), folder, master_key)
    }

    /// See [`Vault::open`]; on any disk.
    pub(crate) fn open_in(
        disk: Arc<dyn Disk>,
        folder: &Path,
        master_key: &SecretKey,
    ) -> Result<Self, VaultError> {
        let kinds = [folder::KEYS, folder::TEXTS];
        Self::open_on(disk, folder, master_key, kinds)
    }

    fn open_on(
        disk: Arc<dyn Disk>,
        folder: &Path,
        master_key: &SecretKey,
        kinds: [Kind; 2],
    ) -> Result<Self, VaultError> {
        DiskVault::open(disk, folder, master_key, kinds).map(|vault| Self {
            store: Store::Disk(vault),
        })
    }

    /// A vault that lives as long as the process, for tests.
    #[must_use]
    pub fn in_memory() -> Self {
        Self {
            store: Store::Memory(MemoryVault::default()),
        }
    }

    /// Seals texts. Answers only when all of them are durable.
    ///
    /// # Errors
    /// See [`VaultError`]. After a failed write or sync the vault takes no more texts.
    pub async fn seal(&self, texts: Vec<SealedText>) -> Result<(), VaultError> {
        self.seal_all(texts, Vec::new()).await
    }

    /// Seals texts and files. Answers only when all of them are durable.
    ///
    /// # Errors
    /// See [`Vault::seal`].
    pub async fn seal_all(
        &self,
        texts: Vec<SealedText>,
        files: Vec<SealedFile>,
    ) -> Result<(), VaultError> {
        let all = sealed::all(texts, files);
        match &self.store {
            Store::Memory(vault) => {
                vault.seal(all);
                Ok(())
            }
            Store::Disk(vault) => vault.seal(all).await,
        }
    }

    /// Why it takes no more texts, if it does not: a write or sync failed.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        match &self.store {
            Store::Memory(_) => None,
            Store::Disk(vault) => vault.refusal(),
        }
    }

    /// The text of `subject` behind a commitment; `None` when it is not there, as after an erasure.
    /// A text that is there but damaged is an error.
    ///
    /// # Errors
    /// See [`VaultError`].
    pub fn text(
        &self,
        subject: RecordId,
        commitment: &Commitment,
    ) -> Result<Option<Text>, VaultError> {
        match &self.store {
            Store::Memory(vault) => Ok(vault.text(subject, commitment)),
            Store::Disk(vault) => vault.text(subject, commitment),
        }
    }

    /// The file of `subject` behind a commitment, as [`Vault::text`] has it for texts.
    ///
    /// # Errors
    /// See [`VaultError`].
    pub fn file(
        &self,
        subject: RecordId,
        commitment: &Commitment,
    ) -> Result<Option<FileContent>, VaultError> {
        match &self.store {
            Store::Memory(vault) => Ok(vault.file(subject, commitment)),
            Store::Disk(vault) => vault.file(subject, commitment),
        }
    }

    /// How many texts and files it holds.
    #[must_use]
    pub fn count(&self) -> usize {
        match &self.store {
            Store::Memory(vault) => vault.count(),
            Store::Disk(vault) => vault.count(),
        }
    }

    /// Removes every text that no event refers to (left by a command that did not get through), and
    /// says how many there were. Only for a time when no command is under way, as at start.
    ///
    /// # Errors
    /// See [`VaultError`].
    pub fn sweep(
        &self,
        is_referenced: impl Fn(RecordId, &Commitment) -> bool,
    ) -> Result<usize, VaultError> {
        match &self.store {
            Store::Memory(vault) => Ok(vault.sweep(is_referenced)),
            Store::Disk(vault) => vault.sweep(is_referenced),
        }
    }
}

/// Wrapped keys are to be read by the owner only, as the master key is.
fn refuse_readable_keys(disk: &dyn Disk, folder: &Path) -> Result<(), VaultError> {
    let failed = error::storage("listing", folder);
    if !disk.exists(folder).map_err(&failed)? {
        return Ok(());
    }
    refuse_if_readable(disk, folder)?;
    for name in disk.list(folder).map_err(&failed)? {
        refuse_if_readable(disk, &folder.join(name))?;
    }
    Ok(())
}

#[cfg(test)]
mod histories;
#[cfg(test)]
mod tests;
