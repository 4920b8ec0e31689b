//! Up to where each kind of record was changed, by centre: what says that a computed table still
//! holds.

use querschnitt_domain::{CENTRES, CentreKey, EventData, RecordKind, Recorded};

use crate::digest::Canonical;
use crate::dimension::CentreSet;

const KINDS: usize = RecordKind::ALL.len();

/// See the module.
#[derive(Debug)]
pub struct Changes {
    /// By centre and kind; 0: never.
    last: Vec<[u64; KINDS]>,
}

impl Default for Changes {
    fn default() -> Self {
        Self {
            last: vec![[0; KINDS]; CENTRES.len()],
        }
    }
}

impl Changes {
    /// The position of the last event that changed a record of this kind in a book of these
    /// centres; 0 when there is none.
    #[must_use]
    pub fn last(&self, kind: RecordKind, centres: CentreSet) -> u64 {
        centres
            .iter()
            .map(|centre| self.slot(centre, kind))
            .max()
            .unwrap_or_default()
    }

    fn slot(&self, centre: CentreKey, kind: RecordKind) -> u64 {
        self.last
            .get(centre.index())
            .and_then(|kinds| kinds.get(kind as usize))
            .copied()
            .unwrap_or_default()
    }

    pub(super) fn digest(&self, to: &mut Canonical) {
        for kinds in &self.last {
            for (kind, position) in RecordKind::ALL.into_iter().zip(kinds) {
                if is_of_the_first_log(kind) || *position > 0 {
                    to.number(*position);
                }
            }
        }
    }

    pub(super) fn note(&mut self, recorded: &Recorded) {
        let kind = match recorded.event.data {
            EventData::Organisation(_) => RecordKind::Organisation,
            EventData::Consultation(_) => RecordKind::Consultation,
            EventData::Network(_) => RecordKind::Network,
            EventData::Meeting(_) => RecordKind::Meeting,
            EventData::Agreement(_) => RecordKind::Agreement,
            EventData::Review(_) => RecordKind::Review,
            EventData::Seen(_) | EventData::Access(_) => return,
            EventData::Letterhead(_) => RecordKind::Letterhead,
            EventData::Account(_) => RecordKind::Account,
            EventData::Exception(_) => RecordKind::Exception,
            EventData::Unit(_) => RecordKind::Unit,
        };
        if let Some(slot) = self
            .last
            .get_mut(recorded.event.centre.index())
            .and_then(|kinds| kinds.get_mut(kind as usize))
        {
            *slot = recorded.position;
        }
    }
}

/// A log from before there were records of the other kinds keeps its digest.
const fn is_of_the_first_log(kind: RecordKind) -> bool {
    match kind {
        RecordKind::Organisation
        | RecordKind::Consultation
        | RecordKind::Network
        | RecordKind::Meeting
        | RecordKind::Agreement
        | RecordKind::Review => true,
        RecordKind::Letterhead | RecordKind::Account | RecordKind::Exception | RecordKind::Unit => {
            false
        }
    }
}
