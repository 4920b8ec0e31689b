//! What is shown outside of the API, on a page or on the command line: noted in the access log before it is shown.

use std::sync::Arc;

use querschnitt_domain::access::{AccessEvent, Operation, OperationKind, Read};
use querschnitt_domain::values::{AccessCell, AccessPurpose};
use querschnitt_domain::{CommandId, Event, EventData, RecordId, UnknownCode, berlin};
use querschnitt_policy::Cell;
use querschnitt_store::{
    AccessLog, Actor, AppendError, Clock as _, CommandKey, Fingerprint, SystemClock, limits,
};
use uuid::Uuid;

/// How many records one entry names: with their tags they keep it below the longest line.
const RECORDS: usize = 100;

/// Who is shown something, through what, for which purpose.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown {
    /// Who.
    pub(crate) actor: Actor,
    /// Through what.
    pub(crate) kind: OperationKind,
    /// Its name: a path, a command.
    pub(crate) name: &'static str,
    /// A code of `access_purpose`.
    pub(crate) purpose: &'static str,
}

/// Why nothing may be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotNoted {
    /// A code of ours is none.
    #[error("{0}")]
    Code(#[from] UnknownCode),
    /// The access log takes no entries.
    #[error("{0}")]
    Log(#[from] AppendError),
}

impl Shown {
    /// Notes that this cell of these records is shown. Nothing to note: nothing happens.
    ///
    /// # Errors
    /// See [`NotNoted`]: they may not be shown then.
    pub(crate) async fn note(
        &self,
        log: &Arc<AccessLog>,
        cell: Cell,
        records: &[RecordId],
    ) -> Result<(), NotNoted> {
        let purpose = AccessPurpose::parse(self.purpose)?;
        let cells: Vec<AccessCell> = AccessCell::at(cell as u16).into_iter().collect();
        let today = berlin::day(SystemClock.now());
        let entry = |records: &[RecordId]| Event {
            centre: self.actor.centre,
            occurred_on: today,
            occurred_at: None,
            data: EventData::Access(AccessEvent::Read(Read {
                operation: Operation {
                    kind: self.kind,
                    fields: vec![self.name.into()],
                },
                purpose,
                deputy_for: self.actor.on_behalf_of,
                token: None,
                cells: cells.clone(),
                records: records.to_vec(),
            })),
        };
        for some in records.chunks(RECORDS * limits::COMMAND_EVENTS) {
            let key = CommandKey {
                id: CommandId(Uuid::now_v7()),
                fingerprint: Fingerprint([0; 16]),
                actor: self.actor.id,
                // An entry says itself who was represented.
                on_behalf_of: None,
                role: self.actor.role,
            };
            let entries: Vec<Event> = some.chunks(RECORDS).map(entry).collect();
            log.append(key, &entries).await?;
        }
        Ok(())
    }
}
