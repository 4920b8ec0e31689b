//! Closing and opening again.

use super::*;
use crate::contract::{all, command, linked, retracted, tag};
use crate::log::LogError;
use querschnitt_domain::Query;

#[tokio::test]
async fn what_was_appended_is_there_after_opening_again() {
    for segment_bytes in [1_000, 1 << 20] {
        let dir = tempfile::tempdir().unwrap();
        let options = Options {
            segment_bytes,
            ..Options::default()
        };
        let mut before = Vec::new();
        let repeated = command();
        for round in 0..4 {
            let log = EmbeddedLog::open(dir.path(), options.clone()).unwrap();
            assert_eq!(log.report().created, round == 0);
            assert_eq!(log.report().cut, None);
            let log: Arc<dyn Log> = log;
            assert_eq!(all(&log).await, before);
            for n in 0..5 {
                log.append(command(), vec![retracted(n), linked(n, round)], None)
                    .await
                    .unwrap();
            }
            let again = log
                .append(repeated, vec![retracted(1)], None)
                .await
                .unwrap();
            assert_eq!(again.repeated, round > 0);
            let tagged = log.read(&Query::tagged(tag(2)), 0, 100).await.unwrap();
            assert_eq!(tagged.events.len() as u128, 2 * (round + 1));
            before = all(&log).await;
        }
        assert_eq!(before.len(), 41);
    }
}

#[tokio::test]
async fn a_second_open_is_told_that_the_log_is_in_use() {
    let dir = tempfile::tempdir().unwrap();
    let log = EmbeddedLog::open(dir.path(), Options::default()).unwrap();
    let second = EmbeddedLog::open(dir.path(), Options::default());
    assert!(matches!(second, Err(LogError::InUse { .. })));
    log.close();
    EmbeddedLog::open(dir.path(), Options::default()).unwrap();
    let late = log.append(command(), vec![retracted(1)], None).await;
    assert!(matches!(late, Err(crate::AppendError::Unavailable { .. })));
}
