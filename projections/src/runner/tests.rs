//! The runner against a log in memory.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use querschnitt_domain::{CommandId, Event, EventId, Query, Role};
use querschnitt_store::{
    AppendError, Appended, CommandKey, Condition, Fingerprint, FoundCommand, Line, Log, LogError,
    LogIdentity, MemoryLog, Page,
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{NotApplied, Runner, Status};
use crate::state::State;
use crate::testing::History;
use crate::texts::NoTexts;

const SOON: Duration = Duration::from_secs(10);

async fn append(log: &dyn Log, events: &[querschnitt_domain::Recorded]) {
    for recorded in events {
        let command = CommandKey {
            id: CommandId(Uuid::now_v7()),
            fingerprint: Fingerprint([0; 16]),
            actor: recorded.actor,
            on_behalf_of: recorded.on_behalf_of,
            role: Role::KiOfficer,
        };
        log.append(command, vec![recorded.event.clone()], None)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn it_replays_then_follows_and_agrees_with_a_rebuild() {
    let log = Arc::new(MemoryLog::new());
    let history = History::generate(11, 300);
    append(log.as_ref(), &history.events()[..200]).await;
    let runner = Runner::start(log.clone(), Arc::new(NoTexts));
    runner.wait_for(200, SOON).await.unwrap();
    assert_eq!(runner.status(), Status::Following);
    append(log.as_ref(), &history.events()[200..]).await;
    runner.wait_for(300, SOON).await.unwrap();
    let rebuilt = State::rebuild(log.as_ref(), 300).await.unwrap();
    assert_eq!(runner.read().digest(), rebuilt.digest());
    let before = State::rebuild(log.as_ref(), 299).await.unwrap();
    assert_ne!(before.digest(), rebuilt.digest());
    assert!(State::rebuild(log.as_ref(), 301).await.is_err());
}

#[tokio::test]
async fn waiting_ends_with_its_limit() {
    let log = Arc::new(MemoryLog::new());
    append(log.as_ref(), History::generate(1, 5).events()).await;
    let runner = Runner::start(log, Arc::new(NoTexts));
    runner.wait_for(5, SOON).await.unwrap();
    assert_eq!(
        runner.wait_for(6, Duration::from_millis(20)).await,
        Err(NotApplied::TimedOut { applied: 5 })
    );
}

#[tokio::test]
async fn it_says_so_when_the_log_closes() {
    let log = Arc::new(MemoryLog::new());
    let runner = Runner::start(log.clone(), Arc::new(NoTexts));
    let waiting = tokio::spawn({
        let runner = runner.clone();
        async move { runner.wait_for(1, SOON).await }
    });
    log.close();
    assert!(matches!(
        waiting.await.unwrap(),
        Err(NotApplied::Stopped { .. })
    ));
}

/// A log whose event at position 4 is of a kind from the future.
struct FromTheFuture(MemoryLog);

#[async_trait]
impl Log for FromTheFuture {
    fn identity(&self) -> LogIdentity {
        self.0.identity()
    }
    fn head(&self) -> u64 {
        self.0.head()
    }
    fn recorded_at(&self, now: OffsetDateTime) -> Result<OffsetDateTime, String> {
        self.0.recorded_at(now)
    }
    async fn append(
        &self,
        command: CommandKey,
        events: Vec<Event>,
        condition: Option<Condition>,
    ) -> Result<Appended, AppendError> {
        self.0.append(command, events, condition).await
    }
    async fn read(&self, query: &Query, after: u64, limit: usize) -> Result<Page, LogError> {
        if after >= 3 {
            return Err(LogError::UnknownEvent {
                position: 4,
                event_type: "case.opened".to_owned(),
                version: 1,
            });
        }
        self.0.read(query, after, limit.min(3)).await
    }
    async fn lines(&self, after: u64, limit: usize) -> Result<Vec<Line>, LogError> {
        self.0.lines(after, limit).await
    }
    async fn find_command(&self, id: CommandId) -> Result<Option<FoundCommand>, LogError> {
        self.0.find_command(id).await
    }
    async fn find_event(&self, id: EventId) -> Result<Option<u64>, LogError> {
        self.0.find_event(id).await
    }
    async fn wait_beyond(&self, position: u64) -> u64 {
        self.0.wait_beyond(position).await
    }
}

#[tokio::test]
async fn an_unknown_event_stops_it() {
    let log = Arc::new(FromTheFuture(MemoryLog::new()));
    append(&log.0, History::generate(1, 5).events()).await;
    let runner = Runner::start(log, Arc::new(NoTexts));
    let Err(NotApplied::Stopped { reason }) = runner.wait_for(5, SOON).await else {
        panic!("it guessed");
    };
    assert!(reason.contains("case.opened"), "{reason}");
    assert_eq!(runner.applied(), 3);
}
