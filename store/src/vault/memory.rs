//! A vault without a disk.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use querschnitt_domain::{Commitment, FileContent, RecordId, Text};

use super::sealed::Sealed;

type Held = HashMap<(RecordId, Commitment), Sealed>;

#[derive(Debug, Default)]
pub(crate) struct MemoryVault(Mutex<Held>);

impl MemoryVault {
    pub(super) fn seal(&self, all: Vec<Sealed>) {
        let mut held = self.held();
        for sealed in all {
            held.insert((sealed.subject(), sealed.commitment()), sealed);
        }
    }

    pub(crate) fn text(&self, subject: RecordId, commitment: &Commitment) -> Option<Text> {
        match self.held().get(&(subject, *commitment)) {
            Some(Sealed::Text(text)) => Some(text.text.clone()),
            Some(Sealed::File(_)) | None => None,
        }
    }

    pub(crate) fn file(&self, subject: RecordId, commitment: &Commitment) -> Option<FileContent> {
        match self.held().get(&(subject, *commitment)) {
            Some(Sealed::File(file)) => Some(file.content.clone()),
            Some(Sealed::Text(_)) | None => None,
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.held().len()
    }

    pub(crate) fn sweep(&self, is_referenced: impl Fn(RecordId, &Commitment) -> bool) -> usize {
        let mut held = self.held();
        let before = held.len();
        held.retain(|(subject, commitment), _| is_referenced(*subject, commitment));
        before - held.len()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
