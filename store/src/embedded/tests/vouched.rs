//! A log is held against the checkpoints stored for it before anything is written.

use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::*;
use crate::checkpoint::Checkpoint;
use crate::contract::{command, retracted};
use crate::disk::simulated::SimulatedDisk;
use crate::log::{Contradiction, LogError, LogIdentity};
use crate::tree::TreeFollower;

fn open(
    disk: &SimulatedDisk,
    segment_bytes: u64,
    checkpoint: Option<Checkpoint>,
) -> Result<Arc<EmbeddedLog>, LogError> {
    let options = Options {
        segment_bytes,
        keep_index: false,
        checkpoints: checkpoint
            .map(|kept| (PathBuf::from("kept"), kept))
            .into_iter()
            .collect(),
        ..Options::default()
    };
    EmbeddedLog::open_on(Arc::new(disk.clone()), Path::new("data"), options)
}

/// Six events, closed in order, and the checkpoint of the first five.
async fn written(segment_bytes: u64) -> (SimulatedDisk, Checkpoint) {
    let disk = SimulatedDisk::new(1);
    let log = open(&disk, segment_bytes, None).unwrap();
    let mut kept = None;
    for n in 1..=6 {
        log.append(command(), vec![retracted(n)], None)
            .await
            .unwrap();
        if n == 5 {
            kept = Some(Checkpoint {
                log: log.identity(),
                head: TreeFollower::new(log.clone()).head().await.unwrap(),
            });
        }
    }
    log.close();
    disk.restart(false);
    (disk, kept.unwrap())
}

fn refused(
    disk: &SimulatedDisk,
    segment_bytes: u64,
    kept: Checkpoint,
) -> Option<(u64, Contradiction)> {
    let before = disk.files();
    let answer = match open(disk, segment_bytes, Some(kept)) {
        Ok(log) => {
            log.close();
            None
        }
        Err(LogError::Contradicted {
            checkpoint,
            size,
            head,
            what,
        }) => {
            assert_eq!((checkpoint.as_str(), size), ("kept", kept.head.size));
            assert!(disk.files() == before, "something was written");
            Some((head, what))
        }
        Err(error) => panic!("{error}"),
    };
    disk.restart(false);
    answer
}

#[tokio::test]
async fn a_tail_cut_off_with_its_seal_is_missed() {
    let (disk, kept) = written(1 << 20).await;
    assert_eq!(refused(&disk, 1 << 20, kept), None);
    let path = PathBuf::from(format!("data/log/{:020}.log", 1));
    let whole = disk.content(&path).unwrap();
    // The header, then an event a line.
    let cut = |events: usize| {
        let end = memchr::memchr_iter(b'\n', &whole).nth(events).unwrap() + 1;
        disk.overwrite(&path, whole[..end].to_vec());
        refused(&disk, 1 << 20, kept)
    };
    for left in 0..5 {
        let head = left as u64;
        assert_eq!(cut(left), Some((head, Contradiction::Shorter)));
    }
    assert_eq!(cut(5), None, "the checkpoint vouches for five");
}

#[tokio::test]
async fn other_events_and_other_logs_are_told_also_over_several_segments() {
    for segment_bytes in [1 << 20, 300] {
        let (disk, kept) = written(segment_bytes).await;
        assert_eq!(refused(&disk, segment_bytes, kept), None);
        let mut other = kept;
        other.head.root[0] ^= 1;
        let refusal = refused(&disk, segment_bytes, other);
        assert_eq!(refusal, Some((6, Contradiction::OtherEvents)));
        let mut later = kept;
        later.log.epoch += 1;
        let refusal = refused(&disk, segment_bytes, later);
        assert_eq!(refusal, Some((6, Contradiction::AnotherLog)));
        let foreign = Checkpoint {
            log: LogIdentity {
                id: Uuid::new_v4(),
                ..kept.log
            },
            ..kept
        };
        let refusal = refused(&disk, segment_bytes, foreign);
        assert_eq!(refusal, Some((6, Contradiction::AnotherLog)));
    }
}

#[tokio::test]
async fn where_a_log_was_none_is_begun() {
    let (_, kept) = written(1 << 20).await;
    let refusal = refused(&SimulatedDisk::new(2), 1 << 20, kept);
    assert_eq!(refusal, Some((0, Contradiction::AnotherLog)));
}
