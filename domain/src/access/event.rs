//! What an entry of the access log says.

use serde::{Deserialize, Serialize};

use super::operation::Operation;
use crate::id::{ActorId, MachineTokenId, RecordId};
use crate::values::{AccessCell, AccessPurpose};

/// The entries of an access log. Who, in which role, in whose book and when stands on the line itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AccessEvent {
    /// Somebody was shown records.
    Read(Read),
    /// A whole month of the access log was removed, because its time was over.
    MonthRemoved(MonthRemoved),
}

/// See [`AccessEvent::Read`]. An answer that shows different classes of different records takes several
/// entries of one command, so that each says exactly what was shown of its records.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// Through which operation.
    pub operation: Operation,
    /// For which purpose.
    pub purpose: AccessPurpose,
    /// Whom the account represented, if it acted as a deputy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy_for: Option<ActorId>,
    /// By which token, if a machine acted; older entries do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<MachineTokenId>,
    /// Which classes were shown of each of these records.
    pub cells: Vec<AccessCell>,
    /// The records; none where the texts of these classes were searched, whatever was found.
    pub records: Vec<RecordId>,
}

/// See [`AccessEvent::MonthRemoved`]; one for each centre that had entries in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonthRemoved {
    /// Which month, as `2024-10`.
    pub month: Box<str>,
    /// How many entries of the centre were in it.
    pub entries: u64,
}

impl AccessEvent {
    /// The records that were shown.
    #[must_use]
    pub fn records(&self) -> &[RecordId] {
        match self {
            Self::Read(read) => &read.records,
            Self::MonthRemoved(_) => &[],
        }
    }
}
