//! Checks a data folder from its first byte to its last, with no help of the running engine or its
//! index; also beside a running server.

mod expected;
mod order;
mod segment;

use std::path::{Path, PathBuf};

use ed25519_dalek::VerifyingKey;
use querschnitt_domain::{CENTRES, CentreKey, Commitment, Recorded};
use time::OffsetDateTime;

use crate::checkpoint::{CentreCheckpoint, Checkpoint, KeeperError, stored};
use crate::disk::{Access, Disk as _, RealDisk, read_all};
use crate::embedded::files::{Places, list_segments, read_identity, storage};
use crate::log::{LogError, LogIdentity};
use crate::tree::{Frontier, TreeHead};
use crate::vault::{VaultError, inventory};

use expected::{Centre, Expected};
use order::Order;
use segment::{End, Event, Segment, says_it_ended};

/// Looks at an event and says what is wrong with it.
pub type Look<'a> = &'a mut dyn FnMut(&Recorded) -> Result<(), String>;

/// What to check a data folder against, and who wants to know how far it is.
#[derive(Default)]
pub struct Check<'a> {
    /// The installation's public key. Without it the stored checkpoints are not looked at.
    pub key: Option<VerifyingKey>,
    /// Checkpoints that were kept elsewhere, their signatures already verified
    /// ([`Checkpoint::open`]): the log must still begin as they say.
    pub against: &'a [Checkpoint],
    /// The same of single centres ([`CentreCheckpoint::open`]).
    pub against_centres: &'a [CentreCheckpoint],
    /// Told now and then how far the work is.
    pub progress: Option<&'a mut dyn FnMut(Progress)>,
    /// Shown every event, in order; what it finds wrong is damage of that line.
    pub event: Option<Look<'a>>,
}

/// How far a check is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Bytes of segments read.
    pub done: u64,
    /// Bytes of all segments.
    pub total: u64,
    /// Events checked.
    pub events: u64,
}

/// What was found in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyReport {
    /// Which log it is.
    pub log: LogIdentity,
    /// How many events there are, and the root over their lines.
    pub head: TreeHead,
    /// The same of the events of each centre alone, in the order of the log, for those that have events.
    pub centres: Vec<(CentreKey, TreeHead)>,
    /// How many segment files.
    pub segments: usize,
    /// When the newest event was recorded.
    pub newest: Option<OffsetDateTime>,
    /// How many stored checkpoints were verified.
    pub checkpoints: usize,
    /// How many texts the events commit to.
    pub texts: usize,
    /// How many of these are not in the vault: erased or lost.
    pub missing_texts: usize,
    /// Bytes after the last whole command: a write under way, or what a crash left. No event was
    /// acknowledged in them.
    pub unfinished: u64,
}

/// What is wrong, or why it could not be found out.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// There is no log in this folder.
    #[error("{}: there is no log here", data.display())]
    NoLog {
        /// The data folder.
        data: PathBuf,
    },
    /// A line or segment is not what was written, or could not be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The log is not the one that a checkpoint vouches for.
    #[error("{checkpoint}: {what}")]
    Contradicted {
        /// The file of a stored checkpoint, or the origin and size of a given one.
        checkpoint: String,
        /// What is different.
        what: String,
    },
    /// A stored checkpoint is damaged or unreadable.
    #[error(transparent)]
    Checkpoint(#[from] KeeperError),
    /// The vault is damaged or unreadable.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl VerifyError {
    /// Whether what is stored is wrong, rather than out of reach.
    #[must_use]
    pub const fn is_damage(&self) -> bool {
        match self {
            Self::Log(error) => match error {
                LogError::Damaged { .. } | LogError::Contradicted { .. } => true,
                LogError::UnknownEvent { .. }
                | LogError::InUse { .. }
                | LogError::NewerFormat { .. }
                | LogError::FromTheFuture { .. }
                | LogError::Storage { .. } => false,
            },
            Self::Contradicted { .. } => true,
            Self::Checkpoint(error) => match error {
                KeeperError::Inconsistent { .. } | KeeperError::Checkpoint { .. } => true,
                KeeperError::Log(_) | KeeperError::Storage { .. } => false,
            },
            Self::Vault(error) => matches!(error, VaultError::Damaged { .. }),
            Self::NoLog { .. } => false,
        }
    }
}

/// Checks the data folder `data`: every segment and line (form, checksum, position, order of time,
/// parts of a command, ids, tags, a known event), the tree against all checkpoints, and that the
/// vault holds the texts. Stops at the first damage and names file, line and position.
///
/// # Errors
/// See [`VerifyError`].
pub fn verify(data: &Path, check: Check<'_>) -> Result<VerifyReport, VerifyError> {
    // The checkpoints before the log, the log before the vault: what a running server adds
    // meanwhile can then only be more than what is asked for.
    let checkpoints = match &check.key {
        Some(key) => stored(&data.join("checkpoints"), key)?,
        None => Vec::new(),
    };
    let mut audit = Audit::open(data, check)?;
    for (file, checkpoint) in &checkpoints {
        let name = file.display().to_string();
        audit.expected.add(name, checkpoint, true)?;
    }
    audit.read()?;
    let head = audit.frontier.head();
    audit.expected.finish(head.size)?;
    let centres = audit.centres.iter_mut().map(Centre::finish);
    let mut centres = centres.collect::<Result<Vec<_>, _>>()?;
    centres.retain(|(_, head)| head.size > 0);
    let held = inventory(&data.join("vault"))?;
    let missing = audit
        .commitments
        .iter()
        .filter(|commitment| !held.contains(*commitment));
    Ok(VerifyReport {
        log: audit.log,
        head,
        centres,
        segments: audit.firsts.len(),
        newest: audit.order.newest,
        checkpoints: checkpoints.len(),
        missing_texts: missing.count(),
        texts: audit.commitments.len(),
        unfinished: audit.unfinished,
    })
}

fn content(path: &Path) -> Result<Vec<u8>, LogError> {
    RealDisk
        .open(path, Access::Read)
        .and_then(|file| read_all(&*file))
        .map_err(storage("cannot read", path))
}

/// How many events are checked between two reports of progress.
const STEP: u64 = 10_000;

/// A check under way.
struct Audit<'a> {
    check: Check<'a>,
    places: Places,
    log: LogIdentity,
    /// The first positions of the segments.
    firsts: Vec<u64>,
    order: Order,
    frontier: Frontier,
    expected: Expected,
    centres: Vec<Centre>,
    commitments: Vec<Commitment>,
    unfinished: u64,
}

impl<'a> Audit<'a> {
    fn open(data: &Path, check: Check<'a>) -> Result<Self, VerifyError> {
        let places = Places::of(data);
        let no_log = || VerifyError::NoLog {
            data: data.to_owned(),
        };
        let log = read_identity(&RealDisk, &places)?.ok_or_else(no_log)?;
        let firsts = list_segments(&RealDisk, &places)?;
        let mut expected = Expected::new(log);
        for checkpoint in check.against {
            let name = format!(
                "{}, {}",
                Checkpoint::origin(checkpoint.log),
                checkpoint.head.size
            );
            expected.add(name, checkpoint, false)?;
        }
        let of_centre = |centre: &querschnitt_domain::Centre| {
            let against = check.against_centres.iter();
            let own = against.filter(|checkpoint| checkpoint.centre == centre.key);
            Centre::new(centre.key, log, own)
        };
        let centres = CENTRES
            .iter()
            .map(of_centre)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            check,
            places,
            log,
            firsts,
            order: Order::new(),
            frontier: Frontier::default(),
            expected,
            centres,
            commitments: Vec::new(),
            unfinished: 0,
        })
    }

    fn read(&mut self) -> Result<(), VerifyError> {
        let firsts = self.firsts.clone();
        let paths: Vec<PathBuf> = firsts
            .iter()
            .map(|first| self.places.segment(*first))
            .collect();
        let mut progress = Progress {
            done: 0,
            total: 0,
            events: 0,
        };
        for path in &paths {
            let file = std::fs::metadata(path).map_err(storage("cannot read", path))?;
            progress.total += file.len();
        }
        // Before the first event: a checkpoint of the empty log.
        self.expected.compare(&self.frontier)?;
        for (index, (first, path)) in firsts.iter().zip(&paths).enumerate() {
            let content = content(path)?;
            let segment = Segment {
                path,
                log: self.log.id,
                first: *first,
                newest: index + 1 == paths.len(),
                content: &content,
            };
            let mut order = std::mem::replace(&mut self.order, Order::new());
            let read = segment.read(&mut order, |command, read| {
                self.command(&segment, command)?;
                if self.frontier.size() >= progress.events + STEP {
                    progress.events = self.frontier.size();
                    self.report(Progress {
                        done: progress.done + read as u64,
                        ..progress
                    });
                }
                Ok::<_, VerifyError>(())
            });
            self.order = order;
            let end = read?;
            self.unfinished = end.unfinished;
            self.check_end(&segment, &end, paths.get(index + 1))?;
            progress.done += content.len() as u64;
            progress.events = self.frontier.size();
            self.report(progress);
        }
        Ok(())
    }

    /// A segment says that it ended after the next one was begun, and before that holds an event.
    /// Beside a running server the answer may have changed since the files were listed.
    fn check_end(
        &self,
        segment: &Segment<'_>,
        end: &End,
        next: Option<&PathBuf>,
    ) -> Result<(), VerifyError> {
        let damaged = |what| segment.damaged(end.line, self.order.next - 1, what);
        match next {
            None if end.ended => {
                if list_segments(&RealDisk, &self.places)?.contains(&self.order.next) {
                    Ok(())
                } else {
                    Err(damaged("the segment after it is missing").into())
                }
            }
            Some(next) if !end.ended => {
                let begun = content(next)?;
                let has_events = begun
                    .split(|byte| *byte == b'\n')
                    .any(|line| !line.is_empty() && line.first() != Some(&b'#'));
                if !has_events || says_it_ended(&content(segment.path)?) {
                    Ok(())
                } else {
                    Err(damaged("the segment does not say that it ended").into())
                }
            }
            None | Some(_) => Ok(()),
        }
    }

    /// Takes the events of a whole command in.
    fn command(&mut self, segment: &Segment<'_>, events: Vec<Event>) -> Result<(), VerifyError> {
        for Event {
            recorded,
            leaf,
            line,
        } in events
        {
            if let Some(look) = &mut self.check.event {
                look(&recorded).map_err(|what| segment.damaged(line, recorded.position, what))?;
            }
            self.commitments.extend(recorded.event.data.commitments());
            if let Some(centre) = self.centres.get_mut(recorded.event.centre.index()) {
                centre.push(leaf)?;
            }
            self.frontier.push(leaf);
            self.expected.compare(&self.frontier)?;
        }
        Ok(())
    }

    fn report(&mut self, progress: Progress) {
        if let Some(report) = &mut self.check.progress {
            report(progress);
        }
    }
}

#[cfg(test)]
mod tests;
