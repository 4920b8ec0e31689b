//! The log: an append-only order of events, durable before it answers; the vault for texts; the
//! Merkle tree over the log; and `execute`, the only way a decision reaches the log.

mod log;

pub use log::{
    AppendError, Appended, CommandKey, CompleteTo, Condition, Fingerprint, FoundCommand, Line, Log,
    LogError, LogIdentity, Page, limits,
};
