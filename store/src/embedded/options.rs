//! What an operator or a test may set, and what an open says it found.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::checkpoint::Checkpoint;
use crate::clock::{Clock, SystemClock};
use crate::log::Holds;

/// When what was written is made durable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Durability {
    /// Before it is acknowledged: nothing that was acknowledged is lost, whatever happens. A power loss can
    /// damage only the last write, which is cut off when the log is opened.
    EachGroup,
    /// Acknowledged when it is written, durable within this time at the latest. A killed process loses
    /// nothing that was acknowledged; a power loss may damage everything of that time, in any order. So
    /// nothing is ever cut off: a log that does not end as it was left is not opened for writing
    /// ([`LogError::Damaged`](crate::LogError::Damaged)), and stays as it is. For access logs.
    Within(Duration),
}

/// How the embedded log is run. The defaults are right for an installation.
#[derive(Clone, Debug)]
pub struct Options {
    /// What the log is for (the book).
    pub holds: Holds,
    /// When what was written is made durable (before it is acknowledged).
    pub sync: Durability,
    /// Whether it is only looked at: nothing in the folder is changed, no writes are taken, and what is
    /// whole before the first damage of the newest segment is shown (no).
    pub look_only: bool,
    /// A new segment is begun when the newest has this many bytes (64 MiB).
    pub segment_bytes: u64,
    /// How many events may wait for the writer; more wait for a place (16,384).
    pub queue: u32,
    /// How long nothing has to come before what was written is sealed (250 ms).
    pub idle_seal: Duration,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// By how much the clock may run ahead of the monotonic clock, and the newest event ahead of
    /// the clock, before it is not believed (10 minutes).
    pub clock_bound: Duration,
    /// Whether sealed segments are indexed in sled (`DATA/index`); otherwise their index stays in
    /// memory.
    pub keep_index: bool,
    /// How much memory sled may use for its cache, in bytes (64 MiB).
    pub index_cache_bytes: u64,
    /// How long sled may take to answer one question (3 s; it takes microseconds, and some milliseconds
    /// while a segment is taken in). One that takes longer is not used any more before the next start.
    pub index_patience: Duration,
    /// The checkpoints stored for this log, with their files ([`crate::stored_checkpoints`]): a log
    /// that contradicts the newest is not opened. A large one is compared by its size only.
    pub checkpoints: Vec<(PathBuf, Checkpoint)>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            holds: Holds::Book,
            sync: Durability::EachGroup,
            look_only: false,
            segment_bytes: 64 * 1024 * 1024,
            queue: 16_384,
            idle_seal: Duration::from_millis(250),
            clock: Arc::new(SystemClock),
            clock_bound: Duration::from_secs(600),
            keep_index: true,
            index_cache_bytes: 64 * 1024 * 1024,
            index_patience: Duration::from_secs(3),
            checkpoints: Vec::new(),
        }
    }
}

/// What was found when the log was opened, for the operator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenReport {
    /// The log was created by this open.
    pub created: bool,
    /// The position of the newest event.
    pub head: u64,
    /// How many segment files there are.
    pub segments: usize,
    /// What a write that did not finish left behind and was cut off; of a log that is only looked at,
    /// what is not shown because it is damaged.
    pub cut: Option<Cut>,
    /// Whether it ends with a seal: whoever wrote it last closed it, or had fallen idle.
    pub sealed: bool,
    /// What became of the index.
    pub index: IndexReport,
}

/// The end of the newest segment that was cut off, because a crash interrupted its write.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cut {
    /// The segment file.
    pub file: PathBuf,
    /// At which byte it was cut.
    pub at: u64,
    /// How many bytes were cut off.
    pub bytes: u64,
    /// The newest event that stayed.
    pub head: u64,
}

/// What became of the sled index when the log was opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IndexReport {
    /// It fits the log; so many sealed segments were in it, the others are indexed now.
    Continued {
        /// Segments in it.
        listed: usize,
        /// Segments that are being indexed while the log serves.
        missing: usize,
    },
    /// There was none; it is being built while the log serves.
    Built,
    /// It was in doubt and set aside; a new one is being built while the log serves.
    SetAside {
        /// Why.
        reason: String,
        /// Where it is now.
        place: PathBuf,
    },
    /// It could not be opened or set aside; the log serves without it, from memory.
    Unusable {
        /// Why.
        reason: String,
    },
    /// Not wanted ([`Options::keep_index`]).
    Off,
}
