//! The vault in a folder: opening, and the reading end.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, OnceLock, mpsc};
use std::thread::JoinHandle;

use querschnitt_domain::{Commitment, FileContent, RecordId, Text};
use tokio::sync::oneshot;

use crate::disk::{Disk, LockGuard};
use crate::keys::SecretKey;

use super::cipher;
use super::error::{VaultError, storage};
use super::folder::Kind;
use super::index::{Index, Places};
use super::sealed::Sealed;
use super::series::{Files, Series};
use super::writer::{Job, Writer};

#[derive(Debug)]
pub(super) struct DiskVault {
    master: SecretKey,
    index: Arc<Index>,
    texts: Arc<Files>,
    keys: Arc<Files>,
    jobs: Option<mpsc::Sender<Job>>,
    writer: Option<JoinHandle<()>>,
    /// Set by the thread.
    broken: Arc<OnceLock<String>>,
    _lock: Box<dyn LockGuard>,
}

impl DiskVault {
    pub(super) fn open(
        disk: Arc<dyn Disk>,
        folder: &Path,
        master: &SecretKey,
        [key_files, text_files]: [Kind; 2],
    ) -> Result<Self, VaultError> {
        let parent = folder.parent().unwrap_or(folder);
        disk.create_dir(folder)
            .and_then(|()| disk.sync_dir(parent))
            .map_err(storage("making the folder", folder))?;
        let lock = folder.join("lock");
        let lock = disk
            .lock(&lock)
            .map_err(storage("locking", &lock))?
            .ok_or_else(|| VaultError::InUse {
                folder: folder.to_owned(),
            })?;
        let mut places = Places::default();
        let keys = Series::open(
            Arc::clone(&disk),
            folder,
            key_files,
            master,
            |place, body| {
                places.keys.insert(cipher::key_subject(body)?, place);
                Ok(())
            },
        )?;
        let texts = Series::open(disk, folder, text_files, master, |place, body| {
            let (subject, commitment) = cipher::text_name(body)?;
            places.texts.insert(commitment, (subject, place));
            Ok(())
        })?;
        let index = Arc::new(Index::of(places));
        let (text_end, key_end) = (Arc::clone(texts.files()), Arc::clone(keys.files()));
        let broken = Arc::default();
        let writer = Writer {
            master: master.clone(),
            index: Arc::clone(&index),
            texts,
            keys,
            broken: Arc::clone(&broken),
        };
        let (jobs, queue) = mpsc::channel();
        let writer = std::thread::Builder::new()
            .name("vault".to_owned())
            .spawn(move || writer.run(&queue))
            .map_err(storage("starting the thread of", folder))?;
        Ok(Self {
            master: master.clone(),
            index,
            texts: text_end,
            keys: key_end,
            jobs: Some(jobs),
            writer: Some(writer),
            broken,
            _lock: lock,
        })
    }

    pub(super) fn refusal(&self) -> Option<String> {
        self.broken.get().cloned()
    }

    pub(super) async fn seal(&self, all: Vec<Sealed>) -> Result<(), VaultError> {
        let (done, answer) = oneshot::channel();
        self.send(Job::Seal { all, done })?;
        answer.await.map_err(|_| closed())?
    }

    pub(super) fn text(
        &self,
        subject: RecordId,
        commitment: &Commitment,
    ) -> Result<Option<Text>, VaultError> {
        self.content(subject, commitment, cipher::get_text)
    }

    pub(super) fn file(
        &self,
        subject: RecordId,
        commitment: &Commitment,
    ) -> Result<Option<FileContent>, VaultError> {
        self.content(subject, commitment, cipher::get_file)
    }

    fn content<T>(
        &self,
        subject: RecordId,
        commitment: &Commitment,
        get: fn(&SecretKey, &[u8]) -> Result<T, &'static str>,
    ) -> Result<Option<T>, VaultError> {
        let (text, key) = {
            let places = self.index.read();
            let Some((owner, text)) = places.texts.get(commitment).copied() else {
                return Ok(None);
            };
            // Without its key a text is gone: that is what an erasure leaves.
            let Some(key) = places.keys.get(&owner).copied() else {
                return Ok(None);
            };
            if owner != subject {
                return Ok(None);
            }
            (text, key)
        };
        let body = self.keys.read(key)?;
        let subject_key = cipher::get_key(&self.master, subject, &body)
            .map_err(|what| self.keys.damaged(key, what))?;
        let body = self.texts.read(text)?;
        get(&subject_key, &body)
            .map(Some)
            .map_err(|what| self.texts.damaged(text, what))
    }

    pub(super) fn count(&self) -> usize {
        self.index.read().texts.len()
    }

    pub(super) fn sweep(
        &self,
        is_referenced: impl Fn(RecordId, &Commitment) -> bool,
    ) -> Result<usize, VaultError> {
        let commitments: HashSet<Commitment> = self
            .index
            .read()
            .texts
            .iter()
            .filter(|(commitment, (subject, _))| !is_referenced(*subject, commitment))
            .map(|(commitment, _)| *commitment)
            .collect();
        let count = commitments.len();
        if count == 0 {
            return Ok(0);
        }
        let (done, answer) = mpsc::channel();
        self.send(Job::Remove { commitments, done })?;
        answer.recv().map_err(|_| closed())??;
        Ok(count)
    }

    fn send(&self, job: Job) -> Result<(), VaultError> {
        self.jobs
            .as_ref()
            .and_then(|jobs| jobs.send(job).ok())
            .ok_or_else(closed)
    }
}

impl Drop for DiskVault {
    /// Waits for the thread, which seals its files first.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(writer) = self.writer.take() {
            // A panic there was reported when it happened.
            let _ = writer.join();
        }
    }
}

fn closed() -> VaultError {
    VaultError::Unavailable {
        reason: "the vault's thread has ended".to_owned(),
    }
}
