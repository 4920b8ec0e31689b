//! Keeps signed checkpoints in a folder, one small file each, named by its size.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ed25519_dalek::{SigningKey, VerifyingKey};
use querschnitt_domain::CentreKey;

use super::{CentreCheckpoint, Checkpoint, CheckpointError};
use crate::disk::{Access, Disk, RealDisk, read_all, write_new};
use crate::log::LogError;
use crate::tree::TreeFollower;

/// Why a checkpoint could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum KeeperError {
    /// The log no longer holds what an earlier checkpoint says it held. No other is signed.
    #[error(
        "{}: the log has another root at size {size} than this checkpoint says, or is smaller",
        file.display()
    )]
    Inconsistent {
        /// The earlier checkpoint.
        file: PathBuf,
        /// Its size.
        size: u64,
    },
    /// A stored file is no checkpoint signed with this installation's key.
    #[error("{}: {source}", file.display())]
    Checkpoint {
        /// Which file.
        file: PathBuf,
        /// What is wrong with it.
        #[source]
        source: CheckpointError,
    },
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] LogError),
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

/// Signs what the log is and keeps it.
pub struct CheckpointKeeper {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    tree: Arc<TreeFollower>,
    key: SigningKey,
}

const ENDING: &str = "checkpoint";

impl CheckpointKeeper {
    /// A keeper for the checkpoints in `folder` (`DATA/checkpoints`).
    #[must_use]
    pub fn new(folder: &Path, tree: Arc<TreeFollower>, key: SigningKey) -> Self {
        Self::on(Arc::new(RealDisk), folder, tree, key)
    }

    /// See [`CheckpointKeeper::new`]; on any disk.
    pub(crate) fn on(
        disk: Arc<dyn Disk>,
        folder: &Path,
        tree: Arc<TreeFollower>,
        key: SigningKey,
    ) -> Self {
        Self {
            disk,
            folder: folder.to_owned(),
            tree,
            key,
        }
    }

    /// The signed note over everything the log holds now; not stored.
    ///
    /// # Errors
    /// See [`LogError`].
    pub async fn sign_head(&self) -> Result<String, LogError> {
        let checkpoint = Checkpoint {
            log: self.tree.log().identity(),
            head: self.tree.head().await?,
        };
        Ok(checkpoint.sign(&self.key))
    }

    /// The signed note over what the log holds of a centre now; not stored.
    ///
    /// # Errors
    /// See [`LogError`].
    pub async fn sign_centre(&self, centre: CentreKey) -> Result<String, LogError> {
        let checkpoint = CentreCheckpoint {
            log: self.tree.log().identity(),
            centre,
            head: self.tree.head_of(centre).await?.head,
        };
        Ok(checkpoint.sign(&self.key))
    }

    /// Stores a checkpoint at the head of the log, unless one of that size is there or the log is
    /// empty. The newest stored one is compared with the log first: two that contradict each other
    /// are never signed. To be called at intervals and before closing.
    ///
    /// # Errors
    /// See [`KeeperError`].
    pub async fn store(&self) -> Result<Option<Checkpoint>, KeeperError> {
        let checkpoint = Checkpoint {
            log: self.tree.log().identity(),
            head: self.tree.head().await?,
        };
        let public = self.key.verifying_key();
        let newest = stored_on(&*self.disk, &self.folder, &public)?
            .into_iter()
            .rfind(|(_, stored)| stored.log == checkpoint.log);
        if let Some((file, Checkpoint { head, .. })) = newest {
            if self.tree.root_at(head.size).await? != Some(head.root) {
                return Err(KeeperError::Inconsistent {
                    file,
                    size: head.size,
                });
            }
            if head.size == checkpoint.head.size {
                return Ok(None);
            }
        }
        if checkpoint.head.size == 0 {
            return Ok(None);
        }
        self.write(&checkpoint)?;
        Ok(Some(checkpoint))
    }

    /// Stores a checkpoint every `interval`, if there is something new, until the log closes or a
    /// checkpoint can't be stored.
    ///
    /// # Errors
    /// See [`KeeperError`].
    pub async fn run(&self, interval: Duration) -> Result<(), KeeperError> {
        let log = self.tree.log();
        let mut size = 0;
        loop {
            let head = log.wait_beyond(size).await;
            if head <= size {
                return Ok(());
            }
            self.store().await?;
            size = head;
            tokio::time::sleep(interval).await;
        }
    }

    fn write(&self, checkpoint: &Checkpoint) -> Result<(), KeeperError> {
        let Checkpoint { log, head } = checkpoint;
        let name = format!("{:010}-{:020}.{ENDING}", log.epoch, head.size);
        let path = self.folder.join(name);
        let new = path.with_extension("new");
        let failed = |source| KeeperError::Storage {
            what: "storing the checkpoint",
            path: path.clone(),
            source,
        };
        let (disk, folder) = (&*self.disk, self.folder.as_path());
        let store = || {
            disk.create_dir(folder)?;
            // The folder itself has to be there after a power loss, too.
            if let Some(parent) = folder.parent() {
                disk.sync_dir(parent)?;
            }
            match disk.remove(&new) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
            write_new(disk, &new, checkpoint.sign(&self.key).as_bytes())?;
            disk.rename(&new, &path)?;
            disk.sync_dir(folder)
        };
        store().map_err(failed)
    }
}

/// The checkpoints in a folder with their files, oldest first; none when there is no folder.
///
/// # Errors
/// When a file can't be read or is not signed with `key`.
pub fn stored(
    folder: &Path,
    key: &VerifyingKey,
) -> Result<Vec<(PathBuf, Checkpoint)>, KeeperError> {
    stored_on(&RealDisk, folder, key)
}

/// See [`stored`]; on any disk.
pub(crate) fn stored_on(
    disk: &dyn Disk,
    folder: &Path,
    key: &VerifyingKey,
) -> Result<Vec<(PathBuf, Checkpoint)>, KeeperError> {
    let failed = |what, path: &Path| {
        let path = path.to_owned();
        move |source| KeeperError::Storage { what, path, source }
    };
    let names = match disk.list(folder) {
        Ok(names) => names,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed("listing", folder)(error)),
    };
    let mut found = Vec::new();
    for name in names {
        let path = folder.join(name);
        if path.extension().is_none_or(|ending| ending != ENDING) {
            continue;
        }
        let note = disk
            .open(&path, Access::Read)
            .and_then(|file| read_all(&*file))
            .map_err(failed("reading", &path))?;
        let checkpoint =
            Checkpoint::open(&note, key).map_err(|source| KeeperError::Checkpoint {
                file: path.clone(),
                source,
            })?;
        found.push((path, checkpoint));
    }
    found.sort_by_key(|(_, checkpoint)| (checkpoint.log.epoch, checkpoint.head.size));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::log::Log as _;
    use crate::memory::MemoryLog;
    use crate::memory::tests::fill;

    fn keeper(folder: &Path, log: &Arc<MemoryLog>) -> CheckpointKeeper {
        let tree = Arc::new(TreeFollower::new(log.clone()));
        CheckpointKeeper::new(folder, tree, SigningKey::from_bytes(&[5; 32]))
    }

    fn sizes(folder: &Path) -> Vec<u64> {
        let key = SigningKey::from_bytes(&[5; 32]).verifying_key();
        let stored = stored(folder, &key).unwrap();
        stored
            .iter()
            .map(|(_, checkpoint)| checkpoint.head.size)
            .collect()
    }

    #[tokio::test]
    async fn each_size_is_stored_once_and_read_again_in_order() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("checkpoints");
        let log = Arc::new(MemoryLog::new());
        let keeper = keeper(&folder, &log);
        assert_eq!(keeper.store().await.unwrap(), None);
        for events in [3, 0, 9, 100] {
            fill(&*log, events).await;
            keeper.store().await.unwrap();
        }
        assert_eq!(sizes(&folder), [3, 12, 112]);
        let newest = Checkpoint::open(
            keeper.sign_head().await.unwrap().as_bytes(),
            &keeper.key.verifying_key(),
        );
        assert_eq!(newest.unwrap().log, log.identity());
    }

    #[tokio::test]
    async fn nothing_is_signed_that_contradicts_an_earlier_checkpoint() {
        let data = tempfile::tempdir().unwrap();
        let (one, two) = (Arc::new(MemoryLog::new()), Arc::new(MemoryLog::new()));
        fill(&*one, 5).await;
        fill(&*two, 7).await;
        let keeper = keeper(data.path(), &one);
        let forged = Checkpoint {
            log: one.identity(),
            head: TreeFollower::new(two.clone()).head().await.unwrap(),
        };
        keeper.write(&forged).unwrap();
        fill(&*one, 5).await;
        let refused = keeper.store().await;
        assert!(
            matches!(refused, Err(KeeperError::Inconsistent { size: 7, .. })),
            "{refused:?}"
        );
    }

    #[tokio::test]
    async fn a_damaged_checkpoint_is_named() {
        let data = tempfile::tempdir().unwrap();
        let log = Arc::new(MemoryLog::new());
        fill(&*log, 5).await;
        let keeper = keeper(data.path(), &log);
        keeper.store().await.unwrap();
        let (file, _) = stored(data.path(), &keeper.key.verifying_key())
            .unwrap()
            .remove(0);
        let note = fs::read_to_string(&file).unwrap();
        fs::write(&file, note.replacen("\n5\n", "\n4\n", 1)).unwrap();
        let refused = keeper.store().await;
        assert!(
            matches!(&refused, Err(KeeperError::Checkpoint { file: named, .. }) if *named == file),
            "{refused:?}"
        );
    }

    #[tokio::test]
    async fn it_stores_at_intervals_until_the_log_closes() {
        let data = tempfile::tempdir().unwrap();
        let log = Arc::new(MemoryLog::new());
        let keeper = Arc::new(keeper(data.path(), &log));
        let running = tokio::spawn({
            let keeper = Arc::clone(&keeper);
            async move { keeper.run(Duration::from_millis(1)).await }
        });
        for expected in [1, 2] {
            fill(&*log, 1).await;
            while sizes(data.path()).len() < expected {
                tokio::task::yield_now().await;
            }
        }
        log.close();
        running.await.unwrap().unwrap();
        assert_eq!(sizes(data.path()), [1, 2]);
    }
}
