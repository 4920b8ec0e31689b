//! The log: an append-only order of events, durable before it answers; the vault for texts; the
//! Merkle tree over the log; and `execute`, the only way a decision reaches the log.

mod access_log;
mod checkpoint;
mod clock;
#[cfg(test)]
mod contract;
mod disk;
mod embedded;
mod execute;
#[cfg(test)]
mod histories;
mod keys;
mod leftovers;
mod line;
mod log;
mod memory;
mod proof;
mod small_files;
mod tree;
mod unit_names;
mod vault;
mod verify;

pub use access_log::{
    AccessAsked, AccessFolder, AccessGap, AccessLog, AccessMonth, AccessPage, AccessPlace,
    AccessReadError, AccessRemovalError, access_folders,
};
pub use checkpoint::{
    CentreCheckpoint, Checkpoint, CheckpointError, CheckpointKeeper, KeeperError,
    stored as stored_checkpoints,
};
pub use clock::{Clock, ManualClock, SystemClock, berlin_date};
pub use disk::make_durable;
pub use embedded::{
    Cut, Durability, EmbeddedLog, IndexCheck, IndexReport, OpenReport, Options, check_index,
};
pub use execute::{Actor, Counts, ExecuteError, Executed, Executor, Seeds, SystemSeeds};
pub use keys::{KeyError, Keys, SecretKey};
pub use leftovers::{CleanMark, SweepError, sweep};
pub use log::{
    AppendError, Appended, CommandKey, CompleteTo, Condition, Contradiction, Fingerprint,
    FoundCommand, Holds, Line, Log, LogError, LogIdentity, Page, limits,
};
pub use memory::MemoryLog;
pub use proof::{verify_consistency, verify_inclusion};
pub use small_files::{SmallFileError, SmallFiles};
pub use tree::{
    CentreHead, Frontier, Hash, TreeFollower, TreeHead, empty_root, leaf_hash, node_hash,
};
pub use unit_names::UnitNames;
pub use vault::{Vault, VaultError};
pub use verify::{Check, Look, Progress, VerifyError, VerifyReport, verify};
