//! The vault: sealed texts outside the log, one key per subject.

mod error;
mod memory;

use std::path::Path;

use querschnitt_domain::{Commitment, RecordId, SealedText, Text};

pub use error::VaultError;

use crate::keys::SecretKey;
use memory::MemoryVault;

/// Holds the texts that events only commit to.
#[derive(Debug)]
pub struct Vault {
    texts: MemoryVault,
}

impl Vault {
    /// Opens the vault in `folder` (`DATA/vault`), or makes an empty one there.
    ///
    /// # Errors
    /// See [`VaultError`].
    pub fn open(folder: &Path, master_key: &SecretKey) -> Result<Self, VaultError> {
        let _ = (folder, master_key);
        Err(VaultError::Unavailable {
            reason: "the vault on disk is not there yet".to_owned(),
        })
    }

    /// A vault that lives as long as the process, for tests.
    #[must_use]
    pub fn in_memory() -> Self {
        Self {
            texts: MemoryVault::default(),
        }
    }

    /// Seals texts. Answers only when all of them are durable.
    ///
    /// # Errors
    /// See [`VaultError`]. After a failed write or sync the vault takes no more texts.
    pub async fn seal(&self, texts: Vec<SealedText>) -> Result<(), VaultError> {
        self.texts.seal(texts);
        Ok(())
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
        Ok(self.texts.text(subject, commitment))
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
        Ok(self.texts.sweep(is_referenced))
    }
}
