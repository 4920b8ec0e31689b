//! The contract of the log, the same for every engine (`contract_suite` proves it).

use std::sync::Arc;

use async_trait::async_trait;
use querschnitt_domain::{ActorId, CommandId, Event, EventId, EventKind, Query, Recorded, Role};
use time::OffsetDateTime;
use uuid::Uuid;

/// The bounds every engine keeps.
pub mod limits {
    /// The longest stored JSON line, in bytes.
    pub const EVENT_BYTES: usize = 16 * 1024;
    /// The most events one command may append.
    pub const COMMAND_EVENTS: usize = 1_000;
    /// The longest tag, in bytes.
    pub const TAG_BYTES: usize = querschnitt_domain::Tag::MAX_BYTES;
}

/// What a log is for. It takes no other events.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holds {
    /// What happened: the log of the book.
    Book,
    /// Who read what ([`crate::AccessLog`]).
    Access,
}

/// Which log this is. Tokens and cursors carry both, so one from before a restore is recognised.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LogIdentity {
    /// Given once, when the log is created.
    pub id: Uuid,
    /// A new one after each restore, counted from 1.
    pub epoch: u32,
}

/// A keyed hash (HMAC-SHA-256, first 16 bytes) of the canonical command input and the actor.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Fingerprint(pub [u8; 16]);

/// Who appends, and as which command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CommandKey {
    /// The command's id: the same id is recorded once, whatever happens.
    pub id: CommandId,
    /// What the command asked for; the same id with another fingerprint is refused.
    pub fingerprint: Fingerprint,
    /// Who acts.
    pub actor: ActorId,
    /// Who is represented, where a deputy acts.
    pub on_behalf_of: Option<ActorId>,
    /// In which role.
    pub role: Role,
}

/// How far a read was complete. Only a read gives one out; a [`Condition`] takes no other value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct CompleteTo(pub(crate) u64);

impl CompleteTo {
    /// The position up to which the read had seen everything.
    #[must_use]
    pub const fn position(self) -> u64 {
        self.0
    }
}

/// Guards an append: it fails if any event after `complete_to` matches the query.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Condition {
    /// What the decision read.
    pub query: Query,
    /// How far that read was complete.
    pub complete_to: CompleteTo,
}

/// What an append did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Appended {
    /// The position of the command's first event.
    pub first: u64,
    /// The position of its last event.
    pub last: u64,
    /// The same command had been appended before; these are its positions from then.
    pub repeated: bool,
}

/// What the log knows of a command it holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FoundCommand {
    /// What it asked for.
    pub fingerprint: Fingerprint,
    /// The position of its first event.
    pub first: u64,
    /// The position of its last event.
    pub last: u64,
}

/// Events in their order, and how far the read was complete.
#[derive(Clone, Debug)]
pub struct Page {
    /// The matching events after the position asked for, oldest first.
    pub events: Vec<Recorded>,
    /// Every matching event up to here is in `events`. When the limit cut the page, this is the
    /// position of its last event; otherwise the durable head at the time of the read.
    pub complete_to: CompleteTo,
}

/// A stored line as an auditor sees it: the JSON bytes a Merkle leaf is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The event's position.
    pub position: u64,
    /// The JSON bytes, without tab, checksum and line feed.
    pub json: Arc<[u8]>,
}

impl Line {
    /// The event in it.
    ///
    /// # Errors
    /// [`LogError::UnknownEvent`], or [`LogError::Damaged`] when it is no event of the stored form.
    pub fn decode(&self) -> Result<Recorded, LogError> {
        crate::line::decode(&self.json).map_err(|error| {
            error.into_error(|what| LogError::Damaged {
                file: "a line that was read before".to_owned(),
                line: 1,
                position: self.position,
                what,
            })
        })
    }
}

/// Why an append was refused. Nothing of the command is in the log then, except where
/// [`AppendError::Unavailable`] says that it is not known.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// An event after `complete_to` matches the condition's query. Read again, decide again.
    #[error("an event at position {position} conflicts with the condition")]
    Conflict {
        /// The first such event.
        position: u64,
    },
    /// The command id stands in the log with another fingerprint.
    #[error("the command id was used for another command")]
    CommandReused,
    /// Something is over its limit ([`limits`]).
    #[error("{what} has {found}, at most {max} are allowed")]
    OverLimit {
        /// What is over its limit.
        what: &'static str,
        /// How much there is.
        found: usize,
        /// How much is allowed.
        max: usize,
    },
    /// An event that belongs in a log of another kind: what was read does not stand in the log of the
    /// book, and what happened not in an access log.
    #[error("{} belongs in another log", kind.wire_name())]
    OtherLog {
        /// The kind of the first such event.
        kind: EventKind,
    },
    /// The log takes no writes: a write or sync failed, the disk is full, the clock is not
    /// believed, or the engine is closing. If the failed write was this one, whether it is durable
    /// shows after a restart; asking for the command id tells.
    #[error("the log takes no writes: {reason}")]
    Unavailable {
        /// Why, for the operator.
        reason: String,
    },
}

/// Why the log could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// What is stored is not what was written. The engine leaves it alone.
    #[error("{file}, line {line} (position {position}): {what}")]
    Damaged {
        /// The file.
        file: String,
        /// The line in it, counted from 1.
        line: u64,
        /// The position the line has or should have.
        position: u64,
        /// What is wrong.
        what: String,
    },
    /// The log is not what a stored checkpoint vouches for. Nothing was written.
    #[error("{checkpoint} vouches for {size} events; {what}, the log has {head}")]
    Contradicted {
        /// The file of the checkpoint.
        checkpoint: String,
        /// How many events it vouches for.
        size: u64,
        /// The newest position of the log.
        head: u64,
        /// How they differ.
        what: Contradiction,
    },
    /// An event of a kind or version this program does not know. Nothing is guessed.
    #[error("position {position}: unknown event {event_type} version {version}")]
    UnknownEvent {
        /// Where.
        position: u64,
        /// The stored type.
        event_type: String,
        /// The stored version.
        version: u16,
    },
    /// Another process has this log open.
    #[error("another process has the log in {place} open")]
    InUse {
        /// Which log.
        place: String,
    },
    /// The log was written by a newer version of this program.
    #[error("the log has format {found}, this program knows up to {known}")]
    NewerFormat {
        /// Stored.
        found: u32,
        /// Known.
        known: u32,
    },
    /// The newest event is later than the clock by more than the bound.
    #[error("the newest event is of {newest}, but the clock says {now}")]
    FromTheFuture {
        /// When the newest event was recorded (RFC 3339).
        newest: String,
        /// What the clock says (RFC 3339).
        now: String,
    },
    /// The storage failed.
    #[error("{what}")]
    Storage {
        /// What was tried.
        what: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

/// An error and what lies behind it, on one line.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(below) = cause {
        text = format!("{text}: {below}");
        cause = below.source();
    }
    text
}

/// How a log differs from what a checkpoint vouches for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Contradiction {
    /// Events that were acknowledged are missing at its end.
    #[error("the log is shorter")]
    Shorter,
    /// The events up to there are not those it was made for.
    #[error("the events up to there are others")]
    OtherEvents,
    /// It was made for another log, or this one is missing.
    #[error("it was made for another log")]
    AnotherLog,
}

/// The log.
///
/// Promises every engine MUST keep:
/// - Positions are 1, 2, 3 … without gaps, one order for the whole log.
/// - An append answers only after its events are durable; the whole command is there or none of it.
/// - Of two appends whose conditions exclude each other exactly one succeeds, also within one group.
/// - The same command id is recorded once.
/// - A reader that has seen position n never later finds a smaller one it has not seen.
/// - After a failed write or sync it refuses further writes and never retries the sync.
/// - It takes no event that belongs in a log of another kind ([`Holds`]).
#[async_trait]
pub trait Log: Send + Sync + 'static {
    /// Which log this is.
    fn identity(&self) -> LogIdentity;

    /// The position of the newest durable event; 0 when there is none.
    fn head(&self) -> u64;

    /// The time an event would bear that is recorded when the clock says `now`: never earlier than
    /// the newest event's. What is decided today is decided on that day, so that a clock that is not
    /// believed for recording is not believed for deciding either.
    ///
    /// # Errors
    /// The reason, when the clock is not believed.
    fn recorded_at(&self, now: OffsetDateTime) -> Result<OffsetDateTime, String>;

    /// Appends the events of one command, in their order, if the condition holds. `events` is not
    /// empty: a command that changes nothing records nothing and is not appended.
    ///
    /// # Errors
    /// See [`AppendError`].
    async fn append(
        &self,
        command: CommandKey,
        events: Vec<Event>,
        condition: Option<Condition>,
    ) -> Result<Appended, AppendError>;

    /// The first `limit` events after position `after` that match the query.
    ///
    /// # Errors
    /// See [`LogError`].
    async fn read(&self, query: &Query, after: u64, limit: usize) -> Result<Page, LogError>;

    /// The stored lines after position `after`, at most `limit`.
    ///
    /// # Errors
    /// See [`LogError`].
    async fn lines(&self, after: u64, limit: usize) -> Result<Vec<Line>, LogError>;

    /// What the log knows of a command.
    ///
    /// # Errors
    /// See [`LogError`].
    async fn find_command(&self, id: CommandId) -> Result<Option<FoundCommand>, LogError>;

    /// The position of an event.
    ///
    /// # Errors
    /// See [`LogError`].
    async fn find_event(&self, id: EventId) -> Result<Option<u64>, LogError>;

    /// Waits until the durable head is beyond `position` and returns it. Never shows an event that
    /// is not durable. Returns the unchanged head when the log is closing.
    async fn wait_beyond(&self, position: u64) -> u64;
}
