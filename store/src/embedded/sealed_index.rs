//! Where the indexes of sealed segments are kept.

use std::sync::Arc;

use querschnitt_domain::{CommandId, EventId, Query};
use uuid::Uuid;

use super::files::Places;
use super::options::{IndexReport, Options};
use super::shared::Found;
use super::view::Sealed;
use crate::log::{FoundCommand, LogError, LogIdentity};

/// The index of the sealed segments.
#[derive(Debug)]
pub(crate) struct SealedIndex {}

impl SealedIndex {
    pub(crate) fn open(
        _places: &Places,
        _options: &Options,
        _identity: LogIdentity,
        _sealed: &[Arc<Sealed>],
    ) -> (Self, IndexReport) {
        (Self {}, IndexReport::Off)
    }

    pub(crate) fn queue(&self, _segment: Arc<Sealed>) {}

    pub(crate) fn close(&self) {}

    pub(crate) fn find_command(
        &self,
        _id: CommandId,
        _sealed: &[Arc<Sealed>],
        _log: Uuid,
    ) -> Result<Option<FoundCommand>, LogError> {
        Ok(None)
    }

    pub(crate) fn find_event(
        &self,
        _id: EventId,
        _sealed: &[Arc<Sealed>],
        _log: Uuid,
    ) -> Result<Option<u64>, LogError> {
        Ok(None)
    }

    pub(crate) fn matching(
        &self,
        _segment: &Sealed,
        _query: &Query,
        _after: u64,
        _limit: usize,
        _log: Uuid,
    ) -> Result<Vec<Found>, LogError> {
        Ok(Vec::new())
    }
}
