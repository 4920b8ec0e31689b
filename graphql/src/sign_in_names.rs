//! The sign-in names of an installation. Texts are sealed, so no decision can tell whether a name is taken: who
//! registers or renames an account finds out here, and holds all names still until it is recorded.

use std::fmt;
use std::sync::{Arc, OnceLock};

use futures_util::future::BoxFuture;
use querschnitt_domain::account::LoginName;
use querschnitt_domain::{ActorId, Commitment};
use querschnitt_projections::facts::AccessFacts;
use querschnitt_store::{Vault, VaultError};
use tokio::sync::{Mutex, MutexGuard};

/// What people sign in with, where a server keeps that.
pub trait SignIns: fmt::Debug + Send + Sync + 'static {
    /// An account may be called otherwise: from now on what the book says is what it signs in with.
    ///
    /// # Errors
    /// Why that did not work, for the operator. Asking again is safe.
    fn follow(&self, account: ActorId) -> BoxFuture<'_, Result<(), String>>;
}

/// One for all who change names in an installation; one process has its data at a time.
#[derive(Debug, Default)]
pub struct SignInNames {
    turn: Mutex<()>,
    sign_ins: OnceLock<Arc<dyn SignIns>>,
}

/// While this is there, nobody else takes a name or gives one up.
#[derive(Debug)]
pub struct Held<'a>(#[expect(dead_code, reason = "it is held")] MutexGuard<'a, ()>);

impl SignInNames {
    /// Waits for one's turn. Ask whether a name is taken after that.
    pub async fn hold(&self) -> Held<'_> {
        Held(self.turn.lock().await)
    }

    /// Names the sign-in of a running server, once.
    pub fn serve(&self, sign_ins: Arc<dyn SignIns>) {
        let _ = self.sign_ins.set(sign_ins);
    }

    /// See [`SignIns::follow`]; without a server nobody signs in.
    ///
    /// # Errors
    /// See [`SignIns::follow`].
    pub async fn follow(&self, account: ActorId) -> Result<(), String> {
        match self.sign_ins.get() {
            Some(sign_ins) => sign_ins.follow(account).await,
            None => Ok(()),
        }
    }
}

/// The sign-in names, sealed, of all accounts but one, in whatever centre, locked or not.
#[must_use]
pub fn names_of_others(access: &AccessFacts, but: Option<ActorId>) -> Vec<(ActorId, Commitment)> {
    let others = access.accounts().all().filter(|row| Some(row.id) != but);
    others
        .filter_map(|row| Some((row.id, row.login?)))
        .collect()
}

/// Whether a name is among these. Each is opened, so not while the views are held.
///
/// # Errors
/// When the vault can't be read.
pub fn is_among(
    names: &[(ActorId, Commitment)],
    vault: &Vault,
    name: &LoginName,
) -> Result<bool, VaultError> {
    for (account, sealed) in names {
        if let Some(text) = vault.text(account.record(), sealed)?
            // Older books have names as they were typed.
            && LoginName::plain(text.as_str()) == name.as_str()
        {
            return Ok(true);
        }
    }
    Ok(false)
}
