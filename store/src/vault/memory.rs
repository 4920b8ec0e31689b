//! A vault without a disk.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use querschnitt_domain::{Commitment, RecordId, SealedText, Text};

type Texts = HashMap<(RecordId, Commitment), Text>;

#[derive(Debug, Default)]
pub(crate) struct MemoryVault(Mutex<Texts>);

impl MemoryVault {
    pub(crate) fn seal(&self, texts: Vec<SealedText>) {
        let mut held = self.texts();
        for sealed in texts {
            held.insert((sealed.subject, sealed.commitment), sealed.text);
        }
    }

    pub(crate) fn text(&self, subject: RecordId, commitment: &Commitment) -> Option<Text> {
        self.texts().get(&(subject, *commitment)).cloned()
    }

    pub(crate) fn count(&self) -> usize {
        self.texts().len()
    }

    pub(crate) fn sweep(&self, is_referenced: impl Fn(RecordId, &Commitment) -> bool) -> usize {
        let mut held = self.texts();
        let before = held.len();
        held.retain(|(subject, commitment), _| is_referenced(*subject, commitment));
        before - held.len()
    }

    fn texts(&self) -> MutexGuard<'_, Texts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
