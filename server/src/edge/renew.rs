//! Notices when a certificate or the trusted documents are renewed, without a restart.
//!
//! The files are looked at every few seconds, and read again at once on SIGHUP. What is wrong with new files is said
//! in the log, and what was there stays. A tool that writes two files one after the other is not caught in between:
//! without SIGHUP changed files are read only once they have stayed the same from one look to the next.

use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::Signal;
use tokio::time::MissedTickBehavior;

use querschnitt_graphql::http::{Handshake, Trust, Trusted};

use super::documents::Documents;
use super::tls::Certificate;
use crate::config::Settings;
use crate::exit::Failure;

/// How often the files are looked at.
const EVERY: Duration = Duration::from_secs(5);

/// What can be renewed.
trait Renewable: Send + Sync + 'static {
    fn name(&self) -> &'static str;
    fn paths(&self) -> Vec<PathBuf>;
    fn renew(&self) -> Result<(), String>;
}

impl Renewable for Certificate {
    fn name(&self) -> &'static str {
        "certificate"
    }

    fn paths(&self) -> Vec<PathBuf> {
        self.paths()
    }

    fn renew(&self) -> Result<(), String> {
        self.renew()
    }
}

impl Renewable for Documents {
    fn name(&self) -> &'static str {
        "trusted documents"
    }

    fn paths(&self) -> Vec<PathBuf> {
        self.paths()
    }

    fn renew(&self) -> Result<(), String> {
        self.renew()
    }
}

/// What comes from files and is kept up to date with them.
#[derive(Default)]
pub(crate) struct Kept {
    certificate: Option<Arc<Certificate>>,
    documents: Option<Arc<Documents>>,
}

impl Kept {
    /// Reads the files that the settings name.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(crate) fn load(settings: &Settings) -> Result<Self, Failure> {
        let edge = &settings.edge;
        let certificate = edge.tls().map(Certificate::load);
        let documents = edge.documents().filter(|_| edge.trust != Trust::Off);
        let documents = documents.map(|path| Documents::load(edge.trust, path));
        Ok(Self {
            certificate: certificate
                .transpose()
                .map_err(Failure::usage)?
                .map(Arc::new),
            documents: documents.transpose().map_err(Failure::usage)?.map(Arc::new),
        })
    }

    /// What comes before HTTP on every connection.
    pub(crate) fn handshake(&self) -> Option<Arc<dyn Handshake>> {
        self.certificate.clone().map(|certificate| certificate as _)
    }

    /// What requests' documents are looked up in.
    pub(crate) fn trusted(&self) -> Trusted {
        let documents = self.documents.as_ref();
        documents
            .map(|documents| documents.trusted.clone())
            .unwrap_or_default()
    }

    /// Follows the files until it is dropped. `hangup` is SIGHUP.
    pub(crate) async fn keep_up_to_date(self, hangup: Signal) {
        let certificate = self.certificate.map(|one| one as Arc<dyn Renewable>);
        let documents = self.documents.map(|one| one as Arc<dyn Renewable>);
        let all = certificate.into_iter().chain(documents);
        follow(all.map(Watched::new).collect(), hangup).await;
    }
}

async fn follow(mut all: Vec<Watched>, mut hangup: Signal) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let asked = tokio::select! {
            _ = ticks.tick() => false,
            received = hangup.recv() => match received {
                Some(()) => true,
                None => return,
            },
        };
        let looked = tokio::task::spawn_blocking(move || {
            all.iter_mut().for_each(|one| one.look(asked));
            all
        });
        match looked.await {
            Ok(back) => all = back,
            Err(error) => {
                tracing::error!(%error, "certificate and documents are not followed any more");
                return;
            }
        }
    }
}

/// What tells a file from the one that was there before.
#[derive(Clone, PartialEq, Eq)]
struct Stamp {
    path: PathBuf,
    /// Inode, length, seconds and nanoseconds of the last change; `None` where there is no file.
    seen: Option<(u64, u64, i64, i64)>,
}

struct Watched {
    what: Arc<dyn Renewable>,
    /// The files that were read last, rightly or not.
    read: Vec<Stamp>,
    /// Changed files that have to stay as they are until the next look.
    changed: Option<Vec<Stamp>>,
}

impl Watched {
    fn new(what: Arc<dyn Renewable>) -> Self {
        let read = stamps(what.as_ref());
        Self {
            what,
            read,
            changed: None,
        }
    }

    fn look(&mut self, asked: bool) {
        let now = stamps(self.what.as_ref());
        let is_new = now != self.read;
        let has_settled = self.changed.as_ref() == Some(&now);
        if !(asked || is_new && has_settled) {
            self.changed = is_new.then_some(now);
            return;
        }
        self.changed = None;
        self.read = now;
        let what = self.what.name();
        match self.what.renew() {
            Ok(()) => tracing::info!("renewed the {what}"),
            Err(error) => {
                tracing::error!(%error, "the new files of the {what} are refused, the old ones stay")
            }
        }
    }
}

fn stamps(what: &dyn Renewable) -> Vec<Stamp> {
    let paths = what.paths().into_iter();
    let stamped = paths.map(|path| {
        let seen = std::fs::metadata(&path).ok();
        let seen = seen.map(|file| (file.ino(), file.len(), file.mtime(), file.mtime_nsec()));
        Stamp { path, seen }
    });
    stamped.collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    struct OneFile(PathBuf, AtomicUsize);

    impl Renewable for OneFile {
        fn name(&self) -> &'static str {
            "file"
        }

        fn paths(&self) -> Vec<PathBuf> {
            vec![self.0.clone()]
        }

        fn renew(&self) -> Result<(), String> {
            self.1.fetch_add(1, Ordering::SeqCst);
            Err("always wrong".into())
        }
    }

    #[test]
    fn changed_files_are_read_once_when_they_have_settled() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "1").unwrap();
        let file = Arc::new(OneFile(path.clone(), AtomicUsize::new(0)));
        let mut watched = Watched::new(Arc::clone(&file) as _);
        let mut reads_after = |asked| {
            watched.look(asked);
            file.1.load(Ordering::SeqCst)
        };
        assert_eq!(reads_after(false), 0);
        std::fs::write(&path, "22").unwrap();
        assert_eq!(reads_after(false), 0, "may still be written");
        std::fs::write(&path, "333").unwrap();
        assert_eq!(reads_after(false), 0, "was still being written");
        assert_eq!(reads_after(false), 1);
        assert_eq!(reads_after(false), 1, "what is wrong is said once");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(reads_after(false), 1);
        assert_eq!(reads_after(false), 2);
        assert_eq!(reads_after(true), 3, "who asks is answered");
    }
}
