//! What the writer, the indexer and the readers share, and how things are looked up in it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use querschnitt_domain::{CommandId, EventId, Query};
use tokio::sync::watch;

use super::files::Places;
use super::options::Options;
use super::queue::{Queue, Request};
use super::sealed_index::{IndexCheck, SealedIndex};
use super::segment_index::SegmentIndex;
use super::view::{IndexState, Sealed, View};
use crate::disk::Disk;
use crate::log::{AppendError, Appended, FoundCommand, LogError, LogIdentity};

/// The shared state of an open log.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) identity: LogIdentity,
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) places: Places,
    pub(crate) options: Options,
    pub(crate) view: RwLock<View>,
    pub(crate) queue: Queue,
    pub(crate) sealed_index: SealedIndex,
    head: AtomicU64,
    announced: watch::Sender<Announced>,
    refuses: AtomicBool,
    reason: Mutex<Option<String>>,
}

/// What waiting readers are told.
#[derive(Clone, Copy, Debug)]
struct Announced {
    head: u64,
    closing: bool,
}

/// Where a matching event is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Found {
    pub(crate) position: u64,
    pub(crate) offset: u64,
    /// Without the line feed, where it is known.
    pub(crate) length: Option<u32>,
}

impl Shared {
    pub(crate) fn new(
        identity: LogIdentity,
        disk: Arc<dyn Disk>,
        places: Places,
        options: Options,
        view: View,
        sealed_index: SealedIndex,
    ) -> Self {
        let head = view.index.next() - 1;
        Self {
            identity,
            disk,
            places,
            queue: Queue::new(options.queue),
            options,
            view: RwLock::new(view),
            sealed_index,
            head: AtomicU64::new(head),
            announced: watch::Sender::new(Announced {
                head,
                closing: false,
            }),
            refuses: AtomicBool::new(false),
            reason: Mutex::default(),
        }
    }

    /// The newest durable position.
    pub(crate) fn head(&self) -> u64 {
        self.head.load(Ordering::Acquire)
    }

    /// What was written is durable up to here: readers may see it.
    pub(crate) fn publish(&self, head: u64) {
        self.head.store(head, Ordering::Release);
        self.announced
            .send_modify(|announced| announced.head = head);
    }

    /// Wakes whoever waits for events that will not come.
    pub(crate) fn publish_closing(&self) {
        self.announced
            .send_modify(|announced| announced.closing = true);
    }

    /// See [`crate::Log::wait_beyond`].
    pub(crate) async fn wait_beyond(&self, position: u64) -> u64 {
        let mut announced = self.announced.subscribe();
        match announced
            .wait_for(|announced| announced.head > position || announced.closing)
            .await
        {
            Ok(announced) => announced.head,
            Err(_) => self.head(),
        }
    }

    /// No more writes from now on, for this reason.
    pub(crate) fn refuse(&self, reason: &str) {
        tracing::error!(reason, "the log takes no more writes");
        self.stop_writes(reason);
    }

    /// [`Shared::refuse`] where nothing is wrong.
    pub(crate) fn stop_writes(&self, reason: &str) {
        let mut first = self.reason.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert_with(|| reason.to_owned());
        self.refuses.store(true, Ordering::Release);
    }

    /// Why no writes are taken, if so.
    pub(crate) fn refusal(&self) -> Option<String> {
        if !self.refuses.load(Ordering::Acquire) {
            return None;
        }
        self.reason
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Whether sled holds every sealed segment.
    pub(crate) fn is_indexed(&self) -> bool {
        let view = self.view.read().unwrap_or_else(PoisonError::into_inner);
        let mut sealed = view.sealed.iter();
        sealed.all(|segment| matches!(segment.state(), IndexState::Listed(_)))
    }

    /// See [`super::EmbeddedLog::check_index`].
    pub(crate) fn check_index(&self) -> Result<IndexCheck, LogError> {
        let sealed = {
            let view = self.view.read().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(&view.sealed)
        };
        self.sealed_index.compare(&sealed, self.identity.id)
    }

    /// A durable command, and how many sealed segments were looked through for it.
    pub(crate) fn find_command(
        &self,
        id: CommandId,
    ) -> Result<(Option<FoundCommand>, usize), LogError> {
        let sealed = {
            let view = self.view.read().unwrap_or_else(PoisonError::into_inner);
            let head = self.head();
            if let Some(found) = view.index.commands.get(&id) {
                // One that is being written now is not in the log yet, and is nowhere else.
                return Ok(((found.last <= head).then_some(*found), view.sealed.len()));
            }
            Arc::clone(&view.sealed)
        };
        let found = self.find_sealed_command(&sealed, id)?;
        Ok((found, sealed.len()))
    }

    fn find_sealed_command(
        &self,
        sealed: &[Arc<Sealed>],
        id: CommandId,
    ) -> Result<Option<FoundCommand>, LogError> {
        for segment in sealed.iter().rev() {
            let found = self
                .sealed_index
                .find_command(segment, id, self.identity.id)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// The position of a durable event.
    pub(crate) fn find_event(&self, id: EventId) -> Result<Option<u64>, LogError> {
        let sealed = {
            let view = self.view.read().unwrap_or_else(PoisonError::into_inner);
            let head = self.head();
            if let Some(ordinal) = view.index.events.get(&id) {
                let position = view.index.first + u64::from(*ordinal);
                return Ok((position <= head).then_some(position));
            }
            Arc::clone(&view.sealed)
        };
        for segment in sealed.iter().rev() {
            let found = self
                .sealed_index
                .find_event(segment, id, self.identity.id)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Whether an append may be written: `Some` when the same command is there already. `index`
    /// holds the newest segment with what is in this group so far.
    pub(crate) fn check(
        &self,
        request: &Request,
        sealed: &[Arc<Sealed>],
        index: &SegmentIndex,
    ) -> Result<Option<Appended>, AppendError> {
        let found = match index.commands.get(&request.command.id) {
            Some(found) => Some(*found),
            None => self
                .find_sealed_command(
                    sealed.get(request.looked_in..).unwrap_or_default(),
                    request.command.id,
                )
                .map_err(unreadable)?,
        };
        if let Some(found) = found {
            return repeated(found, request.command.fingerprint).map(Some);
        }
        let Some(condition) = &request.condition else {
            return Ok(None);
        };
        let after = condition.complete_to.position();
        if after + 1 < index.first {
            let first_open = sealed.partition_point(|segment| segment.last <= after);
            for segment in &sealed[first_open..] {
                let found = self
                    .sealed_matching(segment, &condition.query, after, 1)
                    .map_err(unreadable)?;
                if let Some(found) = found.first() {
                    return Err(AppendError::Conflict {
                        position: found.position,
                    });
                }
            }
        }
        match index
            .matching(&condition.query, after, u64::MAX - 1, 1)
            .first()
        {
            Some(position) => Err(AppendError::Conflict {
                position: *position,
            }),
            None => Ok(None),
        }
    }

    /// The first `limit` matching events of a sealed segment after a position. Every item of the
    /// query may be of any form.
    pub(crate) fn sealed_matching(
        &self,
        segment: &Sealed,
        query: &Query,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Found>, LogError> {
        self.sealed_index
            .matching(segment, query, after, limit, self.identity.id)
    }

    /// Hands a segment that was just sealed to the indexer.
    pub(crate) fn index_in_background(&self, segment: Arc<Sealed>) {
        debug_assert!(matches!(segment.state(), IndexState::Memory(_)));
        self.sealed_index.queue(segment);
    }
}

/// Where an indexed event is.
pub(crate) fn found(index: &SegmentIndex, position: u64) -> Option<Found> {
    let place = index.place(position)?;
    Some(Found {
        position,
        offset: u64::from(place.offset),
        length: Some(place.length),
    })
}

/// The answer to a command that is in the log already.
pub(crate) fn repeated(
    found: FoundCommand,
    fingerprint: crate::log::Fingerprint,
) -> Result<Appended, AppendError> {
    if found.fingerprint == fingerprint {
        Ok(Appended {
            first: found.first,
            last: found.last,
            repeated: true,
        })
    } else {
        Err(AppendError::CommandReused)
    }
}

/// What was needed to check an append could not be read.
pub(crate) fn unreadable(error: LogError) -> AppendError {
    AppendError::Unavailable {
        reason: error.to_string(),
    }
}
