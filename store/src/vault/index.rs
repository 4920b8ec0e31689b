//! Where in the vault's files everything lies; held in memory, built when the vault is opened.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use querschnitt_domain::{Commitment, RecordId};

use super::frame::Place;

/// The places of texts and keys.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Each text, with the subject it belongs to.
    pub(super) texts: HashMap<Commitment, (RecordId, Place)>,
    /// Each subject's key.
    pub(super) keys: HashMap<RecordId, Place>,
}

/// The places, for one writer and many readers.
#[derive(Debug, Default)]
pub(super) struct Index(RwLock<Places>);

impl Index {
    pub(super) const fn of(places: Places) -> Self {
        Self(RwLock::new(places))
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, Places> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Places> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
