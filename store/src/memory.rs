//! The engine in memory: the contract in its simplest form, for tests and as the model of others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use querschnitt_domain::{CommandId, Event, EventId, Part, Query, Recorded, Tag};
use time::OffsetDateTime;
use tokio::sync::watch;
use uuid::Uuid;

use crate::clock::{Clock, SystemClock};
use crate::line::{Prepared, format_time};
use crate::log::{
    AppendError, Appended, CommandKey, CompleteTo, Condition, FoundCommand, Holds, Line, Log,
    LogError, LogIdentity, Page,
};

/// A log that lives as long as the process.
#[derive(Debug)]
pub struct MemoryLog {
    identity: LogIdentity,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    head: watch::Sender<Head>,
}

#[derive(Clone, Copy, Debug)]
struct Head {
    position: u64,
    closing: bool,
}

#[derive(Debug, Default)]
struct State {
    events: Vec<Stored>,
    commands: HashMap<CommandId, FoundCommand>,
    ids: HashMap<EventId, u64>,
    /// The positions of the events with a tag.
    tagged: HashMap<Tag, Vec<u64>>,
    refuses: Option<String>,
}

#[derive(Debug)]
struct Stored {
    recorded: Recorded,
    tags: Vec<Tag>,
    json: Arc<[u8]>,
}

impl Default for MemoryLog {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryLog {
    /// An empty log with the machine's clock.
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(Arc::new(SystemClock))
    }

    /// An empty log with this clock.
    #[must_use]
    pub fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self {
            identity: LogIdentity {
                id: Uuid::new_v4(),
                epoch: 1,
            },
            clock,
            state: Mutex::default(),
            head: watch::Sender::new(Head {
                position: 0,
                closing: false,
            }),
        }
    }

    /// From now on every append is refused with this reason, as after a failed write.
    pub fn refuse_writes(&self, reason: impl Into<String>) {
        self.state().refuses = Some(reason.into());
    }

    /// Closes the log: no more writes, and whoever waits is woken.
    pub fn close(&self) {
        self.refuse_writes("the log is closing");
        self.head.send_modify(|head| head.closing = true);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn record(
        &self,
        state: &State,
        command: CommandKey,
        events: Vec<Event>,
    ) -> Result<Vec<Stored>, AppendError> {
        let now = self.clock.now();
        let prepared = Prepared::new(&command, &events, Holds::Book, now)?;
        let recorded_at = state.recorded_at(now);
        let time = format_time(recorded_at);
        // `Prepared` has checked the number of events.
        let count = u16::try_from(events.len()).unwrap_or(u16::MAX);
        let mut stored = Vec::with_capacity(events.len());
        for ((part, event), line) in (1..=count).zip(events).zip(&prepared.events) {
            let position = state.head() + u64::from(part);
            let mut json = Vec::new();
            prepared.write_json(usize::from(part) - 1, position, &time, &mut json);
            stored.push(Stored {
                recorded: Recorded {
                    position,
                    id: line.id,
                    part: Part(part, count),
                    recorded_at,
                    actor: command.actor,
                    on_behalf_of: command.on_behalf_of,
                    role: command.role,
                    command: command.id,
                    event,
                },
                tags: line.tags.clone(),
                json: json.into(),
            });
        }
        Ok(stored)
    }
}

impl State {
    fn head(&self) -> u64 {
        self.events.len() as u64
    }

    fn recorded_at(&self, now: OffsetDateTime) -> OffsetDateTime {
        let now = to_the_microsecond(now);
        let newest = self.events.last();
        newest.map_or(now, |newest| newest.recorded.recorded_at.max(now))
    }

    fn after(&self, position: u64) -> &[Stored] {
        let index = usize::try_from(position)
            .unwrap_or(usize::MAX)
            .min(self.events.len());
        &self.events[index..]
    }

    /// The events after a position that match, in order.
    fn matching<'a>(&'a self, query: &'a Query, after: u64) -> impl Iterator<Item = &'a Stored> {
        let named: Option<Vec<&Tag>> = query.items.iter().map(|item| item.tags.first()).collect();
        let some = named.map(|tags| {
            let positions = tags.into_iter().filter_map(|tag| self.tagged.get(tag));
            let mut positions: Vec<u64> = positions.flatten().copied().collect();
            positions.sort_unstable();
            positions.dedup();
            positions
        });
        let all = if some.is_some() {
            &[]
        } else {
            self.after(after)
        };
        let some = some.into_iter().flatten().filter(move |at| *at > after);
        let some = some.filter_map(|at| self.after(at - 1).first());
        some.chain(all).filter(|stored| stored.matches(query))
    }

    fn add(&mut self, stored: Stored) {
        let position = stored.recorded.position;
        self.ids.insert(stored.recorded.id, position);
        for tag in &stored.tags {
            self.tagged.entry(tag.clone()).or_default().push(position);
        }
        self.events.push(stored);
    }
}

impl Stored {
    fn matches(&self, query: &Query) -> bool {
        query.matches(self.recorded.event.data.kind(), &self.tags)
    }
}

/// Stored times have six digits after the second.
fn to_the_microsecond(now: OffsetDateTime) -> OffsetDateTime {
    now.replace_microsecond(now.microsecond()).unwrap_or(now)
}

#[async_trait]
impl Log for MemoryLog {
    fn identity(&self) -> LogIdentity {
        self.identity
    }

    fn head(&self) -> u64 {
        self.state().head()
    }

    fn recorded_at(&self, now: OffsetDateTime) -> Result<OffsetDateTime, String> {
        Ok(self.state().recorded_at(now))
    }

    async fn append(
        &self,
        command: CommandKey,
        events: Vec<Event>,
        condition: Option<Condition>,
    ) -> Result<Appended, AppendError> {
        let mut state = self.state();
        if let Some(found) = state.commands.get(&command.id) {
            return if found.fingerprint == command.fingerprint {
                Ok(Appended {
                    first: found.first,
                    last: found.last,
                    repeated: true,
                })
            } else {
                Err(AppendError::CommandReused)
            };
        }
        if let Some(reason) = &state.refuses {
            return Err(AppendError::Unavailable {
                reason: reason.clone(),
            });
        }
        let stored = self.record(&state, command, events)?;
        if let Some(Condition { query, complete_to }) = condition
            && let Some(found) = state.matching(&query, complete_to.position()).next()
        {
            return Err(AppendError::Conflict {
                position: found.recorded.position,
            });
        }
        let first = state.head() + 1;
        for stored in stored {
            state.add(stored);
        }
        let last = state.head();
        let found = FoundCommand {
            fingerprint: command.fingerprint,
            first,
            last,
        };
        state.commands.insert(command.id, found);
        self.head.send_modify(|head| head.position = last);
        Ok(Appended {
            first,
            last,
            repeated: false,
        })
    }

    async fn read(&self, query: &Query, after: u64, limit: usize) -> Result<Page, LogError> {
        let state = self.state();
        let mut matching = state.matching(query, after);
        let events: Vec<Recorded> = matching
            .by_ref()
            .take(limit)
            .map(|stored| stored.recorded.clone())
            .collect();
        let complete_to = if matching.next().is_none() {
            state.head()
        } else {
            events.last().map_or(after, |last| last.position)
        };
        Ok(Page {
            events,
            complete_to: CompleteTo(complete_to),
        })
    }

    async fn lines(&self, after: u64, limit: usize) -> Result<Vec<Line>, LogError> {
        let state = self.state();
        let lines = state.after(after).iter().take(limit).map(|stored| Line {
            position: stored.recorded.position,
            json: Arc::clone(&stored.json),
        });
        Ok(lines.collect())
    }

    async fn find_command(&self, id: CommandId) -> Result<Option<FoundCommand>, LogError> {
        Ok(self.state().commands.get(&id).copied())
    }

    async fn find_event(&self, id: EventId) -> Result<Option<u64>, LogError> {
        Ok(self.state().ids.get(&id).copied())
    }

    async fn wait_beyond(&self, position: u64) -> u64 {
        let mut head = self.head.subscribe();
        match head
            .wait_for(|head| head.position > position || head.closing)
            .await
        {
            Ok(head) => head.position,
            Err(_) => self.head(),
        }
    }
}

#[cfg(test)]
#[path = "memory_tests.rs"]
pub(crate) mod tests;
