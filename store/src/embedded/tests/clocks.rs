//! Clocks that jump.

use std::time::Duration;

use time::macros::datetime;

use super::*;
use crate::clock::ManualClock;
use crate::contract::{all, command, retracted};
use crate::log::{AppendError, LogError};

#[tokio::test]
async fn a_clock_that_jumps_ahead_is_not_believed_and_one_that_jumps_back_is_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let noon = datetime!(2026-11-22 12:00 UTC);
    let clock = Arc::new(ManualClock::at(noon));
    let options = Options {
        clock: Arc::clone(&clock) as Arc<dyn crate::clock::Clock>,
        ..Options::default()
    };
    let log = EmbeddedLog::open(dir.path(), options.clone()).unwrap();
    let log: Arc<dyn Log> = log;
    let append = async || log.append(command(), vec![retracted(1)], None).await;
    append().await.unwrap();

    clock.set(noon + Duration::from_secs(3_600));
    let refused = append().await;
    assert!(
        matches!(&refused, Err(AppendError::Unavailable { reason }) if reason.contains("clock")),
        "{refused:?}"
    );

    // Set right again, it goes on; set back, the times stand still.
    clock.set(noon - Duration::from_secs(3_600));
    append().await.unwrap();
    clock.set(noon + Duration::from_secs(1));
    append().await.unwrap();
    let times: Vec<_> = all(&log)
        .await
        .iter()
        .map(|event| event.recorded_at)
        .collect();
    assert_eq!(times, [noon, noon, noon + Duration::from_secs(1)]);
    drop(log);

    // A log from the future is not opened, one from a little ahead is.
    clock.set(noon - Duration::from_secs(3_600));
    let refused = EmbeddedLog::open(dir.path(), options.clone());
    assert!(matches!(refused, Err(LogError::FromTheFuture { .. })));
    clock.set(noon - Duration::from_secs(60));
    let log: Arc<dyn Log> = EmbeddedLog::open(dir.path(), options).unwrap();
    log.append(command(), vec![retracted(1)], None)
        .await
        .unwrap();
    let newest = all(&log).await.pop().unwrap();
    assert_eq!(newest.recorded_at, noon + Duration::from_secs(1));
}
