//! Why the vault can't do what was asked.

use std::io;
use std::path::{Path, PathBuf};

use crate::keys::KeyError;

/// Why the vault can't do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// What is stored is not what was written. The vault leaves it alone.
    #[error("{}, byte {offset}: {what}", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// Where in it.
        offset: u64,
        /// What is wrong.
        what: &'static str,
    },
    /// The vault was made with another master key.
    #[error(
        "{}: Der Hauptschlüssel passt nicht zu diesem Tresor. Bitte die Datei vault.key aus der Sicherung der Schlüssel zurückholen, die zu diesen Daten gehört (wrong master key)",
        file.display()
    )]
    WrongMasterKey {
        /// The first file that shows it.
        file: PathBuf,
    },
    /// A secret file is open to others.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Another process has this vault open.
    #[error("another process has the vault in {} open", folder.display())]
    InUse {
        /// The vault's folder.
        folder: PathBuf,
    },
    /// The vault takes no texts: a write or sync failed before, or it is closing.
    #[error("the vault takes no texts: {reason}")]
    Unavailable {
        /// Why, for the operator.
        reason: String,
    },
    /// The storage failed.
    #[error("{what} {}", path.display())]
    Storage {
        /// What was tried.
        what: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

pub(super) fn damaged(file: &Path, offset: u64, what: &'static str) -> VaultError {
    VaultError::Damaged {
        file: file.to_owned(),
        offset,
        what,
    }
}

pub(super) fn storage(what: &'static str, path: &Path) -> impl Fn(io::Error) -> VaultError {
    move |source| VaultError::Storage {
        what,
        path: path.to_owned(),
        source,
    }
}
