//! The one thread that writes to the vault: it takes what waits, writes it, syncs once per file,
//! and answers all.

use std::collections::{HashMap, HashSet};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use querschnitt_domain::{Commitment, RecordId};
use tokio::sync::oneshot;

use crate::keys::SecretKey;

use super::cipher;
use super::error::VaultError;
use super::frame::Place;
use super::index::Index;
use super::sealed::Sealed;
use super::series::Series;

type Answer = oneshot::Sender<Result<(), VaultError>>;

/// What the thread is asked to do.
#[derive(Debug)]
pub(super) enum Job {
    /// Make texts and files durable.
    Seal { all: Vec<Sealed>, done: Answer },
    /// Remove texts, and the keys of subjects that have none left.
    Remove {
        commitments: HashSet<Commitment>,
        done: std::sync::mpsc::Sender<Result<(), VaultError>>,
    },
}

/// The most texts that wait for one sync; a file counts as many.
const GROUP: usize = 4_096;
/// As much of a file as counts like one text, in bytes: no more than 64 MiB wait for one sync.
const LIKE_A_TEXT: usize = 16 << 10;
/// After this long without work the files are sealed, so that later damage at their end is told
/// from a torn write.
const IDLE: Duration = Duration::from_millis(100);

pub(super) struct Writer {
    pub(super) master: SecretKey,
    pub(super) index: Arc<Index>,
    pub(super) texts: Series,
    pub(super) keys: Series,
    /// Why nothing more may be written, once that is so.
    pub(super) broken: Arc<OnceLock<String>>,
}

/// Entries of one job, encrypted, before they are written.
#[derive(Default)]
struct Entries {
    keys: Vec<(RecordId, Vec<u8>)>,
    texts: Vec<(RecordId, Commitment, Vec<u8>)>,
}

impl Writer {
    /// Works until nobody can send a job any more.
    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        loop {
            let first = match jobs.recv_timeout(IDLE) {
                Ok(job) => job,
                Err(RecvTimeoutError::Timeout) => {
                    self.seal_files();
                    match jobs.recv() {
                        Ok(job) => job,
                        Err(_) => return,
                    }
                }
                Err(RecvTimeoutError::Disconnected) => {
                    self.seal_files();
                    return;
                }
            };
            let mut next = Some(first);
            let mut group = Vec::new();
            let mut count = 0;
            let mut removal = None;
            while let Some(job) = next {
                match job {
                    Job::Seal { all, done } => {
                        let weight = |sealed: &Sealed| 1 + sealed.content().len() / LIKE_A_TEXT;
                        count += all.iter().map(weight).sum::<usize>();
                        group.push((all, done));
                    }
                    Job::Remove { commitments, done } => {
                        removal = Some((commitments, done));
                        break;
                    }
                }
                next = if count < GROUP {
                    jobs.try_recv().ok()
                } else {
                    None
                };
            }
            self.seal_group(group);
            if let Some((commitments, done)) = removal {
                let removed = self.healthy().and_then(|()| self.remove(&commitments));
                let _ = done.send(self.note(removed));
            }
        }
    }

    fn healthy(&self) -> Result<(), VaultError> {
        match self.broken.get() {
            None => Ok(()),
            Some(reason) => Err(VaultError::Unavailable {
                reason: reason.clone(),
            }),
        }
    }

    /// After a failed write or sync nothing is known about the files: no more writes.
    fn note<T>(&mut self, result: Result<T, VaultError>) -> Result<T, VaultError> {
        if let Err(error) = &result
            && self.broken.get().is_none()
        {
            tracing::error!(%error, "the vault takes no more texts");
            // Only this thread sets it, and only once.
            let _ = self.broken.set(describe(error));
        }
        result
    }

    fn seal_files(&mut self) {
        if self.broken.get().is_none() {
            let sealed = self.keys.seal().and_then(|()| self.texts.seal());
            // The reason is noted; whoever seals next is told.
            let _ = self.note(sealed);
        }
    }

    fn seal_group(&mut self, group: Vec<(Vec<Sealed>, Answer)>) {
        let mut fresh = HashMap::new();
        let mut encrypted = Entries::default();
        let mut waiting = Vec::with_capacity(group.len());
        for (all, done) in group {
            match self.healthy().and_then(|()| self.encrypt(&all, &mut fresh)) {
                Ok(mut entries) => {
                    encrypted.keys.append(&mut entries.keys);
                    encrypted.texts.append(&mut entries.texts);
                    waiting.push(done);
                }
                // Whoever asked may have gone; the answer is then nobody's.
                Err(error) => drop(done.send(Err(error))),
            }
        }
        let written = if waiting.is_empty() {
            Ok(())
        } else {
            let written = self.write(&encrypted);
            self.note(written)
        };
        for done in waiting {
            let answer = written
                .as_ref()
                .copied()
                .map_err(|error| VaultError::Unavailable {
                    reason: describe(error),
                });
            drop(done.send(answer));
        }
    }

    /// Encrypts the texts of one job; keys of new subjects go to `fresh`.
    fn encrypt(
        &self,
        all: &[Sealed],
        fresh: &mut HashMap<RecordId, SecretKey>,
    ) -> Result<Entries, VaultError> {
        let mut entries = Entries::default();
        // A key counts only when all of the job is written: only then others may use it.
        let mut made = HashMap::new();
        for sealed in all {
            let commitment = sealed.commitment();
            if self.index.read().texts.contains_key(&commitment) {
                continue;
            }
            let subject = sealed.subject();
            let known = made.get(&subject).or_else(|| fresh.get(&subject)).cloned();
            let known = match known {
                Some(key) => Some(key),
                None => self.stored_key(subject)?,
            };
            let key = match known {
                Some(key) => key,
                None => {
                    let key = SecretKey::random().map_err(no_randomness)?;
                    let body =
                        cipher::put_key(&self.master, subject, &key).map_err(no_randomness)?;
                    entries.keys.push((subject, body));
                    key
                }
            };
            let body = cipher::put(&key, sealed).map_err(no_randomness)?;
            entries.texts.push((subject, commitment, body));
            made.insert(subject, key);
        }
        fresh.extend(made);
        Ok(entries)
    }

    fn stored_key(&self, subject: RecordId) -> Result<Option<SecretKey>, VaultError> {
        let Some(place) = self.index.read().keys.get(&subject).copied() else {
            return Ok(None);
        };
        let files = self.keys.files();
        let body = files.read(place)?;
        cipher::get_key(&self.master, subject, &body)
            .map(Some)
            .map_err(|what| files.damaged(place, what))
    }

    /// Writes and syncs, then lets readers see it.
    fn write(&mut self, entries: &Entries) -> Result<(), VaultError> {
        let keys: Vec<(RecordId, Place)> = entries
            .keys
            .iter()
            .map(|(subject, body)| Ok((*subject, self.keys.push(body)?)))
            .collect::<Result<_, VaultError>>()?;
        // Before the first text is written: a text whose key was lost would be taken for damaged as
        // soon as its subject has another key.
        self.keys.sync()?;
        let texts: Vec<(Commitment, (RecordId, Place))> = entries
            .texts
            .iter()
            .map(|(subject, commitment, body)| {
                Ok((*commitment, (*subject, self.texts.push(body)?)))
            })
            .collect::<Result<_, VaultError>>()?;
        self.texts.sync()?;
        let mut places = self.index.write();
        places.keys.extend(keys);
        places.texts.extend(texts);
        Ok(())
    }

    fn remove(&mut self, commitments: &HashSet<Commitment>) -> Result<(), VaultError> {
        let mut texts = HashMap::new();
        self.texts.retain(
            |body| cipher::text_name(body).is_ok_and(|(_, found)| !commitments.contains(&found)),
            |place, body| {
                let (subject, commitment) = cipher::text_name(body)?;
                texts.insert(commitment, (subject, place));
                Ok(())
            },
        )?;
        let subjects: HashSet<RecordId> = {
            let mut places = self.index.write();
            places.texts.extend(texts);
            places
                .texts
                .retain(|commitment, _| !commitments.contains(commitment));
            places.texts.values().map(|(subject, _)| *subject).collect()
        };
        let mut keys = HashMap::new();
        self.keys.retain(
            |body| cipher::key_subject(body).is_ok_and(|subject| subjects.contains(&subject)),
            |place, body| {
                keys.insert(cipher::key_subject(body)?, place);
                Ok(())
            },
        )?;
        let mut places = self.index.write();
        places.keys.extend(keys);
        places.keys.retain(|subject, _| subjects.contains(subject));
        Ok(())
    }
}

/// The error and what lies behind it, for the operator.
fn describe(error: &VaultError) -> String {
    std::error::Error::source(error)
        .map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

fn no_randomness(error: impl std::fmt::Display) -> VaultError {
    VaultError::Unavailable {
        reason: format!("no random numbers: {error}"),
    }
}
