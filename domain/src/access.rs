//! Who read what: the entries of the access log.
//!
//! They have the line form of events and stand in a log of their own (`store/src/access_log.rs`). No
//! decision emits one, and the log of the book refuses them: what was read changes nothing in it.

mod event;
mod operation;

pub use event::{AccessEvent, MonthRemoved, Read};
pub use operation::{Operation, OperationKind};
