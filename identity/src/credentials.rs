//! The secrets of local accounts: one sealed file each in `DATA/credentials`, replaced whole.
//!
//! They have to be erasable and would be guessable in the log, so nothing of them is an event. A file is sealed
//! with the installation's key and bound to its account: a changed one, and one moved to another account, is damaged.

mod credential;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use querschnitt_domain::ActorId;
use querschnitt_store::{Keys, SmallFileError, SmallFiles};
use uuid::Uuid;
use zeroize::Zeroizing;

pub(crate) use credential::SecondFactor;
pub use credential::{Credential, Stamp};

use crate::login::LoginDigest;

/// The longest file, in bytes; ten recovery codes and everything else are a third of it.
const LONGEST: u64 = 16 * 1_024;

/// The secrets of all local accounts. All are in memory, so that looking one up takes as long as not finding it.
#[derive(Debug)]
pub struct Credentials {
    files: SmallFiles,
    keys: Arc<Keys>,
    held: RwLock<Held>,
    changing: Mutex<()>,
}

#[derive(Debug, Default)]
struct Held {
    accounts: HashMap<ActorId, Arc<Credential>>,
    logins: HashMap<LoginDigest, ActorId>,
}

/// A file that is not what was written. Its account can't sign in until it is reset; the others can.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct Damaged {
    /// Which file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub reason: String,
}

/// Why secrets can't be kept.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// Another account has this sign-in name.
    #[error("Diesen Anmeldenamen hat schon ein anderes Konto.")]
    Taken(ActorId),
    /// There is nothing kept for the account: it does not sign in here.
    #[error("Für dieses Konto sind hier keine Zugangsdaten hinterlegt.")]
    Nothing,
    /// The files.
    #[error("Die Zugangsdaten ließen sich nicht lesen oder schreiben: {0}")]
    Files(#[from] SmallFileError),
}

impl Credentials {
    /// Reads all of them; a new installation gets an empty folder. Damaged files are named and left alone.
    ///
    /// # Errors
    /// When the folder can't be read, or others than its owner may read it.
    pub fn open(folder: &Path, keys: Arc<Keys>) -> Result<(Self, Vec<Damaged>), CredentialError> {
        let files = SmallFiles::open(folder, LONGEST)?;
        let mut held = Held::default();
        let mut damaged = Vec::new();
        for name in files.list()? {
            match read(&files, &keys, &name) {
                Ok((account, credential)) => match held.logins.get(&credential.login) {
                    None => held.take(account, credential),
                    Some(_) => damaged.push(Damaged {
                        path: files.path(&name),
                        reason:
                            "Den Anmeldenamen hat schon ein anderes Konto (sign-in name is taken)"
                                .to_owned(),
                    }),
                },
                Err(reason) => damaged.push(Damaged {
                    path: files.path(&name),
                    reason,
                }),
            }
        }
        let credentials = Self {
            files,
            keys,
            held: RwLock::new(held),
            changing: Mutex::default(),
        };
        Ok((credentials, damaged))
    }

    /// The keys they are sealed with.
    #[must_use]
    pub const fn keys(&self) -> &Arc<Keys> {
        &self.keys
    }

    /// The account of a sign-in name with its secrets.
    #[must_use]
    pub fn find(&self, login: &LoginDigest) -> Option<(ActorId, Arc<Credential>)> {
        let held = self.held();
        let account = *held.logins.get(login)?;
        Some((account, Arc::clone(held.accounts.get(&account)?)))
    }

    /// The secrets of an account.
    #[must_use]
    pub fn get(&self, account: ActorId) -> Option<Arc<Credential>> {
        self.held().accounts.get(&account).map(Arc::clone)
    }

    /// Keeps new secrets of an account, whatever it had before. Durable when this returns.
    ///
    /// # Errors
    /// See [`CredentialError`].
    pub fn put(&self, account: ActorId, credential: Credential) -> Result<(), CredentialError> {
        let _one_at_a_time = self.changing();
        if let Some((other, _)) = self.find(&credential.login)
            && other != account
        {
            return Err(CredentialError::Taken(other));
        }
        self.write(account, credential)
    }

    /// Changes the secrets of an account, unless `change` finds that there is nothing to change, which is
    /// the answer `false`. Durable when this returns; nothing else changes them in between.
    ///
    /// # Errors
    /// See [`CredentialError`].
    pub fn change(
        &self,
        account: ActorId,
        change: impl FnOnce(&mut Credential) -> bool,
    ) -> Result<bool, CredentialError> {
        let _one_at_a_time = self.changing();
        let before = self.get(account).ok_or(CredentialError::Nothing)?;
        let mut credential = (*before).clone();
        if !change(&mut credential) {
            return Ok(false);
        }
        self.write(account, credential)?;
        Ok(true)
    }

    /// Gives the secrets of an account another sign-in name; the old one opens nothing any more. `false` where
    /// nothing is kept for the account, or under this name already. Durable when this returns.
    ///
    /// # Errors
    /// See [`CredentialError`].
    pub fn rename(&self, account: ActorId, login: LoginDigest) -> Result<bool, CredentialError> {
        let _one_at_a_time = self.changing();
        match self.find(&login) {
            Some((other, _)) if other != account => return Err(CredentialError::Taken(other)),
            Some(_) | None => {}
        }
        let Some(before) = self.get(account).filter(|kept| kept.login != login) else {
            return Ok(false);
        };
        let mut credential = (*before).clone();
        credential.login = login;
        self.write(account, credential)?;
        Ok(true)
    }

    /// The accounts that have secrets here.
    #[must_use]
    pub fn accounts(&self) -> Vec<ActorId> {
        self.held().accounts.keys().copied().collect()
    }

    /// Forgets the secrets of an account, if it has any. Durable when this returns.
    ///
    /// # Errors
    /// See [`CredentialError`].
    pub fn remove(&self, account: ActorId) -> Result<(), CredentialError> {
        let _one_at_a_time = self.changing();
        let name = file_name(account);
        if self.files.list()?.contains(&name) {
            self.files.remove(&name)?;
        }
        self.held_mut().drop_account(account);
        Ok(())
    }

    fn write(&self, account: ActorId, credential: Credential) -> Result<(), CredentialError> {
        let name = file_name(account);
        let sealed = self
            .keys
            .seal_token(&purpose(account), &credential.to_json());
        let written = self.files.replace(&name, sealed.as_bytes());
        // After a failure the file is the old one or the new one: what counts is what is there.
        let now = match &written {
            Ok(()) => Some(credential),
            Err(_) => read(&self.files, &self.keys, &name)
                .ok()
                .map(|(_, found)| found),
        };
        if let Some(credential) = now {
            self.held_mut().take(account, credential);
        }
        Ok(written?)
    }

    fn held(&self) -> std::sync::RwLockReadGuard<'_, Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn held_mut(&self) -> std::sync::RwLockWriteGuard<'_, Held> {
        self.held.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn changing(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn take(&mut self, account: ActorId, credential: Credential) {
        self.drop_account(account);
        self.logins.insert(credential.login, account);
        self.accounts.insert(account, Arc::new(credential));
    }

    fn drop_account(&mut self, account: ActorId) {
        if let Some(before) = self.accounts.remove(&account) {
            self.logins.remove(&before.login);
        }
    }
}

fn file_name(account: ActorId) -> String {
    account.to_string()
}

/// Binds a file to its account.
fn purpose(account: ActorId) -> String {
    format!("credential:{account}")
}

fn read(files: &SmallFiles, keys: &Keys, name: &str) -> Result<(ActorId, Credential), String> {
    let account = Uuid::try_parse(name)
        .ok()
        .map(ActorId)
        .filter(|account| file_name(*account) == name)
        .ok_or("Diese Datei gehört nicht hierher (file name is not an account)")?;
    let sealed = files
        .read(name)
        .map_err(|error| error.to_string())?
        .ok_or("Die Datei ist verschwunden (file is gone)")?;
    let opened = std::str::from_utf8(&sealed)
        .ok()
        .and_then(|sealed| keys.open_token(&purpose(account), sealed))
        .map(Zeroizing::new)
        .ok_or(
            "Die Datei ist beschädigt oder mit einem anderen Schlüssel versiegelt; das Konto lässt sich mit „querschnitt account reset“ wieder öffnen (file is damaged or sealed with another key)",
        )?;
    let credential = Credential::from_json(&opened)
        .ok_or("Die Datei ist von einer anderen Version dieses Programms (unknown format)")?;
    Ok((account, credential))
}

#[cfg(test)]
mod tests;
