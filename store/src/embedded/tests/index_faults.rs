//! sled deleted, damaged, stale, foreign, and one that makes it panic: set aside and built again
//! while the log serves, and said.

use std::path::Path;
use std::time::Duration;

use querschnitt_domain::{EventId, Query, Recorded};

use super::*;
use crate::contract::{all, command, linked, retracted, tag};
use crate::embedded::IndexReport;
use crate::log::CommandKey;

fn options() -> Options {
    Options {
        segment_bytes: 1_500,
        index_cache_bytes: 4 * 1024 * 1024,
        ..Options::default()
    }
}

fn open(dir: &Path) -> Arc<EmbeddedLog> {
    EmbeddedLog::open(dir, options()).unwrap()
}

/// Waits until every sealed segment is in sled.
async fn indexed(log: &EmbeddedLog) {
    for _ in 0..500 {
        if log.is_indexed() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not indexed in five seconds");
}

/// A log of several segments, all of them indexed, and closed.
async fn written(dir: &Path, commands: u128) -> Vec<CommandKey> {
    let log = open(dir);
    let mut sent = Vec::new();
    for n in 0..commands {
        let command = command();
        log.append(command, vec![retracted(n % 7), linked(n % 7, n)], None)
            .await
            .unwrap();
        sent.push(command);
    }
    indexed(&log).await;
    log.close();
    sent
}

/// Everything that can be looked up is what a look through the whole log finds.
async fn answers(log: &Arc<EmbeddedLog>, sent: &[CommandKey]) {
    let log: Arc<dyn Log> = Arc::clone(log) as Arc<dyn Log>;
    let events = all(&log).await;
    assert_eq!(events.len(), 2 * sent.len());
    for n in 0..7 {
        let query = Query::tagged(tag(n));
        let expected: Vec<&Recorded> = events
            .iter()
            .filter(|event| query.matches_event(&event.event))
            .collect();
        let found = log.read(&query, 0, usize::MAX).await.unwrap().events;
        assert!(found.iter().eq(expected), "consultation {n}");
    }
    for (command, position) in sent.iter().zip((1..).step_by(2)) {
        let found = log.find_command(command.id).await.unwrap().unwrap();
        assert_eq!((found.first, found.last), (position, position + 1));
        let again = log
            .append(*command, vec![retracted(1)], None)
            .await
            .unwrap();
        assert!(again.repeated);
    }
    for event in &events {
        assert_eq!(
            log.find_event(event.id).await.unwrap(),
            Some(event.position)
        );
    }
    assert_eq!(log.find_command(command().id).await.unwrap(), None);
    assert_eq!(
        log.find_event(EventId(uuid::Uuid::new_v4())).await.unwrap(),
        None
    );
    let guard = crate::log::Condition {
        query: Query::tagged(tag(3)),
        complete_to: crate::log::CompleteTo(0),
    };
    let refused = log.append(command(), vec![retracted(1)], Some(guard)).await;
    assert!(matches!(
        refused,
        Err(crate::AppendError::Conflict { position: 7 })
    ));
}

/// Opens it, looks everything up before and after sled is there again, and gives the report.
async fn serves(dir: &Path, sent: &[CommandKey]) -> IndexReport {
    let log = open(dir);
    let report = log.report().index.clone();
    answers(&log, sent).await;
    indexed(&log).await;
    answers(&log, sent).await;
    log.close();
    report
}

#[tokio::test]
async fn an_index_that_fits_is_used() {
    let dir = tempfile::tempdir().unwrap();
    let sent = written(dir.path(), 30).await;
    let report = serves(dir.path(), &sent).await;
    assert!(
        matches!(report, IndexReport::Continued { listed, missing: 0 } if listed > 10),
        "{report:?}"
    );
}

#[tokio::test]
async fn a_deleted_index_is_built_again() {
    let dir = tempfile::tempdir().unwrap();
    let sent = written(dir.path(), 12).await;
    std::fs::remove_dir_all(dir.path().join("index")).unwrap();
    assert_eq!(serves(dir.path(), &sent).await, IndexReport::Built);
}

#[tokio::test]
async fn a_stale_index_is_continued() {
    let dir = tempfile::tempdir().unwrap();
    let mut sent = written(dir.path(), 12).await;
    let (index, old) = (dir.path().join("index"), dir.path().join("old"));
    copy(&index, &old);
    let log = open(dir.path());
    for n in 12..24 {
        let command = command();
        log.append(command, vec![retracted(n % 7), linked(n % 7, n)], None)
            .await
            .unwrap();
        sent.push(command);
    }
    drop(log);
    std::fs::remove_dir_all(&index).unwrap();
    copy(&old, &index);
    let report = serves(dir.path(), &sent).await;
    assert!(
        matches!(report, IndexReport::Continued { missing, .. } if missing > 2),
        "{report:?}"
    );
}

#[tokio::test]
async fn an_index_of_another_log_or_ahead_of_this_one_is_set_aside() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let sent = written(dir.path(), 12).await;
    written(other.path(), 12).await;
    let index = dir.path().join("index");
    std::fs::remove_dir_all(&index).unwrap();
    copy(&other.path().join("index"), &index);
    let report = serves(dir.path(), &sent).await;
    assert!(
        matches!(&report, IndexReport::SetAside { reason, place }
            if reason.contains("another log") && place.exists()),
        "{report:?}"
    );

    // The log as it was before, the index as it is now.
    let before = tempfile::tempdir().unwrap();
    copy(dir.path(), before.path());
    let log = open(dir.path());
    for n in 12..24 {
        log.append(command(), vec![retracted(n)], None)
            .await
            .unwrap();
    }
    indexed(&log).await;
    drop(log);
    std::fs::remove_dir_all(before.path().join("index")).unwrap();
    copy(&index, &before.path().join("index"));
    let report = serves(before.path(), &sent).await;
    assert!(matches!(report, IndexReport::SetAside { .. }), "{report:?}");
}

/// Damage of many kinds in sled's file; with most of them it panics while opening.
#[tokio::test]
async fn a_damaged_index_never_changes_an_answer() {
    let dir = tempfile::tempdir().unwrap();
    let sent = written(dir.path(), 12).await;
    let index = dir.path().join("index");
    let whole = std::fs::read(index.join("db")).unwrap();
    let kept = tempfile::tempdir().unwrap();
    copy(&index, kept.path());
    // Most of the file is empty: bytes that say something are what damage can be noticed in.
    let said: Vec<usize> = (0..whole.len()).filter(|at| whole[*at] != 0).collect();
    let mut set_aside = 0;
    for at in said
        .iter()
        .step_by(said.len() / if campaign() { 200 } else { 12 })
    {
        std::fs::remove_dir_all(&index).unwrap();
        copy(kept.path(), &index);
        let mut damaged = whole.clone();
        damaged[*at] ^= 0x55;
        std::fs::write(index.join("db"), damaged).unwrap();
        let report = serves(dir.path(), &sent).await;
        set_aside += usize::from(matches!(report, IndexReport::SetAside { .. }));
    }
    assert!(set_aside > 0, "sled noticed none of it");
}

#[tokio::test]
async fn what_is_no_index_at_all_is_set_aside() {
    let dir = tempfile::tempdir().unwrap();
    let sent = written(dir.path(), 12).await;
    let index = dir.path().join("index");
    for name in ["db", "conf"] {
        std::fs::write(index.join(name), b"nothing that sled could read").unwrap();
        std::fs::write(index.join("snap.0000.generating"), b"left over").unwrap();
        let report = serves(dir.path(), &sent).await;
        assert!(matches!(report, IndexReport::SetAside { .. }), "{report:?}");
    }
    // Not even a folder.
    std::fs::remove_dir_all(&index).unwrap();
    std::fs::write(&index, b"a file").unwrap();
    let report = serves(dir.path(), &sent).await;
    assert!(matches!(report, IndexReport::SetAside { .. }), "{report:?}");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// A snapshot under a name that is no text makes sled panic while it opens.
#[tokio::test]
async fn an_index_that_makes_sled_panic_is_set_aside() {
    use std::os::unix::ffi::OsStrExt as _;
    let dir = tempfile::tempdir().unwrap();
    let mut sent = written(dir.path(), 40).await;
    // sled writes a snapshot when it opens what was written before, and takes old ones away.
    let log = open(dir.path());
    for n in 40..60 {
        let command = command();
        log.append(command, vec![retracted(n % 7), linked(n % 7, n)], None)
            .await
            .unwrap();
        sent.push(command);
    }
    indexed(&log).await;
    drop(log);
    let index = dir.path().join("index");
    let name = std::ffi::OsStr::from_bytes(b"snap.\xff");
    let snapshot = std::fs::read_dir(&index)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().contains("snap."))
        .unwrap();
    std::fs::rename(snapshot, index.join(name)).unwrap();
    let report = serves(dir.path(), &sent).await;
    assert!(
        matches!(&report, IndexReport::SetAside { reason, .. } if reason.contains("panicked")),
        "{report:?}"
    );
}
