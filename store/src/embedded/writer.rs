//! The one writer: takes what waits, checks it, writes once, syncs once, answers all.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::files::{Control, Extent};
use super::options::Durability;
use super::queue::{Request, Taken};
use super::reader::SegmentFile;
use super::segment_index::{Place, SegmentIndex};
use super::shared::Shared;
use super::time_guard::TimeGuard;
use super::view::{IndexState, Sealed};
use crate::disk::{Access, DiskFile};
use crate::line;
use crate::log::{AppendError, Appended, FoundCommand};

/// A write is begun with at most so many bytes waiting; one command may exceed it.
const GROUP_BYTES: usize = 4 * 1024 * 1024;

/// The writer's own state. All else is in [`Shared`].
#[derive(Debug)]
pub(crate) struct Writer {
    shared: Arc<Shared>,
    file: Arc<dyn DiskFile>,
    /// The length of the newest segment: where the next write goes.
    end: u64,
    /// Whether the segment ends with a seal (or its header).
    sealed: bool,
    time: Arc<TimeGuard>,
    buffer: Vec<u8>,
    /// Since when something written is not durable ([`Durability::Within`] only).
    unsynced: Option<Instant>,
}

/// Whatever ends the writer, also a panic: callers learn it instead of waiting for ever.
struct Ending(Arc<Shared>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.queue.abandon();
        self.0.publish_closing();
    }
}

type Answer = (
    oneshot::Sender<Result<Appended, AppendError>>,
    Result<Appended, AppendError>,
);

impl Writer {
    pub(crate) fn new(
        shared: Arc<Shared>,
        file: Arc<dyn DiskFile>,
        end: u64,
        sealed: bool,
        time: Arc<TimeGuard>,
    ) -> Self {
        Self {
            shared,
            file,
            end,
            sealed,
            time,
            buffer: Vec::new(),
            unsynced: None,
        }
    }

    /// Runs until the queue is closed and empty.
    pub(crate) fn run(mut self) {
        let _ending = Ending(Arc::clone(&self.shared));
        loop {
            let patience = (!self.sealed).then(|| self.patience());
            match self.shared.queue.take(patience) {
                Taken::Requests(requests) => {
                    self.take(requests);
                    if self.is_sync_due() {
                        self.seal();
                    }
                }
                Taken::Idle => self.seal(),
                Taken::Closed => {
                    self.seal();
                    break;
                }
            }
        }
    }

    /// How long nothing has to come before what was written is sealed.
    fn patience(&self) -> Duration {
        let options = &self.shared.options;
        match (options.sync, self.unsynced) {
            (Durability::Within(limit), Some(since)) => {
                limit.saturating_sub(since.elapsed()).min(options.idle_seal)
            }
            (Durability::Within(_), None) | (Durability::EachGroup, _) => options.idle_seal,
        }
    }

    /// Whether what was written has to be made durable now, although more is coming.
    fn is_sync_due(&self) -> bool {
        match (self.shared.options.sync, self.unsynced) {
            (Durability::Within(limit), Some(since)) => since.elapsed() >= limit,
            (Durability::Within(_), None) | (Durability::EachGroup, _) => false,
        }
    }

    fn take(&mut self, requests: Vec<Request>) {
        let mut group = Vec::with_capacity(requests.len());
        let mut bytes = 0;
        for request in requests {
            let more = request.prepared.upper_bytes();
            if bytes + more > GROUP_BYTES && !group.is_empty() {
                self.commit(std::mem::take(&mut group));
                bytes = 0;
            }
            bytes += more;
            group.push(request);
        }
        self.commit(group);
    }

    /// Checks, writes, syncs and answers one group.
    fn commit(&mut self, group: Vec<Request>) {
        let refused = self
            .shared
            .refusal()
            .or_else(|| self.begin_segment_if_full());
        let time = match refused.map_or_else(|| self.time.next(), Err) {
            Ok(time) => line::format_time(time),
            Err(reason) => return refuse(group, &reason),
        };
        let mut answers: Vec<Answer> = Vec::with_capacity(group.len());
        self.buffer.clear();
        let shared = Arc::clone(&self.shared);
        let first_of_write = shared.head() + 1;
        let head = {
            let mut view = shared.view.write().unwrap_or_else(PoisonError::into_inner);
            let sealed = Arc::clone(&view.sealed);
            for request in group {
                let answer = match shared.check(&request, &sealed, &view.index) {
                    Ok(Some(repeated)) => Ok(repeated),
                    Ok(None) => Ok(self.admit(
                        request.prepared,
                        request.command,
                        &time,
                        first_of_write,
                        &mut view.index,
                    )),
                    Err(error) => Err(error),
                };
                answers.push((request.answer, answer));
            }
            view.index.next() - 1
        };
        if !self.buffer.is_empty() {
            self.sealed = false;
            if let Err(reason) = self.write_group() {
                self.shared.refuse(&reason);
                for (answer, result) in answers {
                    // What was found in the log before stays true.
                    let kept = match result {
                        Ok(appended) if appended.last >= first_of_write => {
                            Err(unavailable(&reason))
                        }
                        Ok(_) | Err(_) => result,
                    };
                    let _ = answer.send(kept);
                }
                return;
            }
            self.shared.publish(head);
        }
        for (answer, result) in answers {
            // A caller that went away is no concern of the log.
            let _ = answer.send(result);
        }
    }

    /// Gives a command its positions: its lines into the buffer, its events into the index.
    fn admit(
        &mut self,
        prepared: line::Prepared,
        command: crate::log::CommandKey,
        time: &[u8; line::TIME_BYTES],
        first_of_write: u64,
        index: &mut SegmentIndex,
    ) -> Appended {
        let first = index.next();
        let last = first + prepared.events.len() as u64 - 1;
        for ordinal in 0..prepared.events.len() {
            let start = self.buffer.len();
            let position = first + ordinal as u64;
            prepared.write_json(ordinal, position, time, &mut self.buffer);
            line::finish(&mut self.buffer, start, first_of_write);
            let event = &prepared.events[ordinal];
            // Segments are bounded far below what an u32 counts (see `open`).
            let place = Place {
                offset: (self.end + start as u64) as u32,
                length: (self.buffer.len() - start - 1) as u32,
            };
            index.push_event(place, Some(event.kind), event.id);
        }
        for (ordinal, event) in prepared.events.into_iter().enumerate() {
            index.push_tags(first + ordinal as u64, event.tags);
        }
        let found = FoundCommand {
            fingerprint: command.fingerprint,
            first,
            last,
        };
        index.commands.insert(command.id, found);
        Appended {
            first,
            last,
            repeated: false,
        }
    }

    /// Writes the events of a group, durably unless that may wait.
    fn write_group(&mut self) -> Result<(), String> {
        match self.shared.options.sync {
            Durability::EachGroup => self.write_and_sync(),
            Durability::Within(_) => {
                self.file
                    .write_at(&self.buffer, self.end)
                    .map_err(|error| format!("a write failed: {error}"))?;
                self.end += self.buffer.len() as u64;
                self.unsynced.get_or_insert_with(Instant::now);
                Ok(())
            }
        }
    }

    fn write_and_sync(&mut self) -> Result<(), String> {
        self.file
            .write_at(&self.buffer, self.end)
            .map_err(|error| format!("a write failed: {error}"))?;
        self.file
            .sync()
            .map_err(|error| format!("a sync failed: {error}"))?;
        self.end += self.buffer.len() as u64;
        Ok(())
    }

    fn extent(&self) -> Extent {
        let view = self
            .shared
            .view
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        Extent {
            last: view.index.next() - 1,
            events: view.index.len(),
        }
    }

    /// Says that everything so far was acknowledged, so that later damage in it is told from a
    /// write that was interrupted.
    fn seal(&mut self) {
        if self.sealed || self.shared.refusal().is_some() {
            return;
        }
        if let Err(reason) = self.write_control(Control::Seal(self.extent())) {
            self.shared.refuse(&reason);
        }
    }

    /// Makes durable what may have waited for it.
    fn sync_what_waits(&mut self) -> Result<(), String> {
        if self.unsynced.take().is_some() {
            self.file
                .sync()
                .map_err(|error| format!("a sync failed: {error}"))?;
        }
        Ok(())
    }

    /// A control line vouches for what stands before it, so that is durable first.
    fn write_control(&mut self, control: Control) -> Result<(), String> {
        self.sync_what_waits()?;
        self.buffer.clear();
        control.write(&mut self.buffer);
        self.write_and_sync()?;
        self.sealed = true;
        Ok(())
    }

    fn begin_segment_if_full(&mut self) -> Option<String> {
        if self.end < self.shared.options.segment_bytes {
            return None;
        }
        let result = self.begin_segment();
        if let Err(reason) = &result {
            self.shared.refuse(reason);
        }
        result.err()
    }

    /// The new file is durable before the old one says that it ended: so a segment that ended and
    /// has none after it is known to miss one.
    fn begin_segment(&mut self) -> Result<(), String> {
        let extent = self.extent();
        let first = extent.last + 1;
        if extent.events == 0 {
            return Ok(());
        }
        // So only the newest segment is ever at risk.
        self.sync_what_waits()?;
        let shared = Arc::clone(&self.shared);
        let file = create_segment(&shared, first)?;
        self.write_control(Control::End(extent))?;
        let path = shared.places.segment(first);
        let end = file
            .len()
            .map_err(|error| format!("the new segment cannot be read: {error}"))?;
        self.file = Arc::clone(&file);
        self.end = end;
        self.sealed = true;
        let sealed = {
            let mut view = shared.view.write().unwrap_or_else(PoisonError::into_inner);
            let index = std::mem::replace(&mut view.index, SegmentIndex::new(first));
            let segment = std::mem::replace(&mut view.newest, SegmentFile { file, path });
            let sealed = Arc::new(Sealed::new(
                index.first,
                extent.last,
                segment,
                IndexState::Memory(Arc::new(index)),
            ));
            let mut all = Vec::with_capacity(view.sealed.len() + 1);
            all.extend(view.sealed.iter().cloned());
            all.push(Arc::clone(&sealed));
            view.sealed = Arc::new(all);
            sealed
        };
        shared.index_in_background(sealed);
        Ok(())
    }
}

/// Creates a segment with its header, durably.
pub(crate) fn create_segment(shared: &Shared, first: u64) -> Result<Arc<dyn DiskFile>, String> {
    new_segment(&*shared.disk, &shared.places, first, shared.identity.id)
        .map_err(|error| format!("a segment cannot be created: {error}"))
}

/// See [`create_segment`].
pub(crate) fn new_segment(
    disk: &dyn crate::disk::Disk,
    places: &super::files::Places,
    first: u64,
    log: uuid::Uuid,
) -> std::io::Result<Arc<dyn DiskFile>> {
    let file = disk.open(&places.segment(first), Access::Create)?;
    let mut header = Vec::new();
    Control::Header { log, first }.write(&mut header);
    file.write_at(&header, 0)?;
    file.sync()?;
    disk.sync_dir(&places.log)?;
    Ok(Arc::from(file))
}

fn unavailable(reason: &str) -> AppendError {
    AppendError::Unavailable {
        reason: reason.to_owned(),
    }
}

fn refuse(group: Vec<Request>, reason: &str) {
    for request in group {
        let _ = request.answer.send(Err(unavailable(reason)));
    }
}
