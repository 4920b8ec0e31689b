//! The log: an append-only order of events, durable before it answers; the vault for texts; the
//! Merkle tree over the log; and `execute`, the only way a decision reaches the log.

mod clock;
mod execute;
mod keys;
mod line;
mod log;
mod memory;
mod vault;

pub use clock::{Clock, ManualClock, SystemClock, berlin_date};
pub use execute::{Actor, ExecuteError, Executed, Executor};
pub use keys::{KeyError, Keys, SecretKey};
pub use log::{
    AppendError, Appended, CommandKey, CompleteTo, Condition, Fingerprint, FoundCommand, Line, Log,
    LogError, LogIdentity, Page, limits,
};
pub use memory::MemoryLog;
pub use vault::{Vault, VaultError};
