//! Damage: found and named, the file left alone; and what a crash leaves, which is no damage.
//!
//! More than 400 lines: one test per kind of damage.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::*;
use crate::contract::{command, linked, retracted};
use crate::disk::simulated::{Fault, SimulatedDisk};
use crate::log::{AppendError, LogError};

fn segment(first: u64) -> PathBuf {
    PathBuf::from(format!("data/log/{first:020}.log"))
}

/// With one segment, or with several; sealed when idle at once, or never.
fn options(segment_bytes: u64, idle_seal: Duration) -> Options {
    Options {
        segment_bytes,
        idle_seal,
        keep_index: false,
        ..Options::default()
    }
}

const NEVER: Duration = Duration::from_secs(600);

fn open(disk: &SimulatedDisk, options: &Options) -> Result<Arc<EmbeddedLog>, LogError> {
    EmbeddedLog::open_on(Arc::new(disk.clone()), Path::new("data"), options.clone())
}

/// Opens it and reads all of it, as a start does.
async fn open_and_read(disk: &SimulatedDisk, options: &Options) -> Result<Vec<u64>, LogError> {
    let log = open(disk, options)?;
    let page = log
        .read(&querschnitt_domain::Query::all(), 0, usize::MAX)
        .await;
    log.close();
    Ok(page?.events.iter().map(|event| event.position).collect())
}

/// A log of so many commands of two events, closed in order or killed.
async fn written(commands: u128, options: &Options, closed: bool) -> SimulatedDisk {
    let disk = SimulatedDisk::new(1);
    let log = open(&disk, options).unwrap();
    for n in 0..commands {
        log.append(command(), vec![retracted(n), linked(n, 1)], None)
            .await
            .unwrap();
    }
    if closed {
        log.close();
        disk.restart(false);
    } else {
        disk.restart(false);
        log.close();
    }
    disk
}

fn copy_of(files: &BTreeMap<PathBuf, Vec<u8>>, disk: &SimulatedDisk) {
    disk.restart(false);
    for (path, content) in files {
        disk.overwrite(path, content.clone());
    }
}

/// Every byte of every file, in every state a log can be found in: found and named, and no file
/// changed by as much as a byte.
#[tokio::test]
async fn a_flipped_byte_anywhere_is_found_and_named() {
    let bits: &[u8] = if campaign() {
        &[1, 2, 4, 8, 16, 32, 64, 128, 255]
    } else {
        &[1, 128]
    };
    for (segment_bytes, idle_seal, closed) in [
        (1 << 20, NEVER, true),
        (1 << 20, NEVER, false),
        (1 << 20, Duration::ZERO, true),
        (1_000, NEVER, true),
        (1_000, NEVER, false),
    ] {
        let options = options(segment_bytes, idle_seal);
        let disk = written(3, &options, closed).await;
        let files = disk.files();
        for (path, content) in &files {
            for (at, bit) in (0..content.len()).flat_map(|at| bits.iter().map(move |bit| (at, bit)))
            {
                let mut damaged = content.clone();
                damaged[at] ^= bit;
                disk.overwrite(path, damaged.clone());
                let found = open_and_read(&disk, &options).await;
                let name = format!("{} byte {at} ^ {bit}, closed: {closed}", path.display());
                match found {
                    Err(LogError::Damaged { file, .. }) => {
                        let format = Path::new("data/format");
                        assert!(
                            Path::new(&file) == path || path == format,
                            "{name}: {file} is named"
                        );
                    }
                    Err(LogError::NewerFormat { .. }) => assert_eq!(path, Path::new("data/format")),
                    Err(error) => panic!("{name}: {error}"),
                    Ok(events) => panic!("{name}: not found, {events:?}"),
                }
                assert_eq!(disk.content(path).unwrap(), damaged, "{name}: changed");
                copy_of(&files, &disk);
            }
        }
        assert_eq!(
            open_and_read(&disk, &options).await.unwrap(),
            [1, 2, 3, 4, 5, 6]
        );
    }
}

/// The tail of an unsealed log, cut at every byte: what is left are whole commands, and it says so.
#[tokio::test]
async fn a_half_written_last_command_is_cut_and_reported() {
    let options = options(1 << 20, NEVER);
    let disk = written(3, &options, false).await;
    let whole = disk.content(&segment(1)).unwrap();
    let files = disk.files();
    let lines: Vec<usize> = memchr::memchr_iter(b'\n', &whole).collect();
    // Header, then two lines per command.
    let second = lines[4] + 1;
    for length in second..whole.len() {
        let mut torn = whole.clone();
        torn.truncate(length);
        disk.overwrite(&segment(1), torn);
        let log = open(&disk, &options).unwrap();
        assert_eq!(log.head(), 4, "cut at {length}");
        let cut = log.report().cut.clone();
        let bytes = (length - second) as u64;
        assert_eq!(cut.map_or(0, |cut| cut.bytes), bytes, "cut at {length}");
        let appended = log.append(command(), vec![retracted(9)], None).await;
        assert_eq!(appended.unwrap().first, 5);
        log.close();
        assert_eq!(open_and_read(&disk, &options).await.unwrap().len(), 5);
        copy_of(&files, &disk);
    }
}

/// Sectors of the last write that never reached the disk are zero: that is a crash, no damage.
#[tokio::test]
async fn a_torn_last_command_is_cut_and_reported() {
    let options = options(1 << 20, NEVER);
    let disk = SimulatedDisk::new(1);
    let log = open(&disk, &options).unwrap();
    log.append(command(), vec![retracted(1)], None)
        .await
        .unwrap();
    let start = disk.content(&segment(1)).unwrap().len();
    log.append(command(), vec![retracted(2); 6], None)
        .await
        .unwrap();
    disk.restart(false);
    log.close();
    let (whole, files) = (disk.content(&segment(1)).unwrap(), disk.files());
    for sector in start / 512..whole.len() / 512 {
        let mut torn = whole.clone();
        let from = (sector * 512).max(start);
        torn[from..(sector + 1) * 512].fill(0);
        disk.overwrite(&segment(1), torn);
        let log = open(&disk, &options).unwrap();
        assert_eq!(log.head(), 1);
        assert_eq!(log.report().cut.as_ref().unwrap().at, start as u64);
        log.close();
        copy_of(&files, &disk);
    }
}

/// A seal says that what is before it was acknowledged: then it is never cut.
#[tokio::test]
async fn an_acknowledged_last_write_that_is_torn_after_a_seal_is_damage() {
    let options = options(1 << 20, NEVER);
    let disk = written(2, &options, true).await;
    let mut content = disk.content(&segment(1)).unwrap();
    let (from, to) = (1_024, 1_536);
    content[from..to].fill(0);
    disk.overwrite(&segment(1), content.clone());
    let found = open_and_read(&disk, &options).await;
    assert!(matches!(found, Err(LogError::Damaged { .. })), "{found:?}");
    assert_eq!(disk.content(&segment(1)).unwrap(), content);
}

#[tokio::test]
async fn a_missing_segment_is_named() {
    let options = options(1_000, NEVER);
    let disk = written(4, &options, true).await;
    let files = disk.files();
    let segments: Vec<&PathBuf> = files
        .keys()
        .filter(|path| path.starts_with("data/log"))
        .collect();
    assert!(segments.len() >= 3);
    for lost in segments {
        let disk = written(4, &options, true).await;
        disk.lose(lost);
        let Err(LogError::Damaged { file, .. }) = open_and_read(&disk, &options).await else {
            panic!("{} is lost and nobody noticed", lost.display());
        };
        // Named is the missing one, or the one before it that ends too early.
        assert!(file.starts_with("data/log"), "{file}");
    }
}

#[tokio::test]
async fn a_segment_under_another_name_is_named() {
    let options = options(1_000, NEVER);
    let disk = written(4, &options, true).await;
    let newest = disk
        .files()
        .into_keys()
        .rfind(|path| path.starts_with("data/log"))
        .unwrap();
    for wrong in [segment(99), PathBuf::from("data/log/9.log")] {
        use crate::disk::Disk as _;
        disk.rename(&newest, &wrong).unwrap();
        let found = open_and_read(&disk, &options).await;
        assert!(matches!(found, Err(LogError::Damaged { .. })), "{found:?}");
        disk.rename(&wrong, &newest).unwrap();
    }
    assert_eq!(open_and_read(&disk, &options).await.unwrap().len(), 8);
}

#[tokio::test]
async fn a_segment_of_another_log_is_named() {
    let options = options(1_000, NEVER);
    let (disk, other) = (
        written(4, &options, true).await,
        written(4, &options, true).await,
    );
    let path = segment(3);
    disk.overwrite(&path, other.content(&path).unwrap());
    let found = open_and_read(&disk, &options).await;
    assert!(
        matches!(&found, Err(LogError::Damaged { what, .. }) if what.contains("another log")),
        "{found:?}"
    );
}

#[tokio::test]
async fn a_log_without_its_format_file_is_not_taken_for_a_new_one() {
    let options = options(1 << 20, NEVER);
    let disk = written(1, &options, true).await;
    disk.lose(Path::new("data/format"));
    let found = open_and_read(&disk, &options).await;
    assert!(matches!(found, Err(LogError::Damaged { .. })), "{found:?}");
}

#[tokio::test]
async fn a_newer_format_is_refused() {
    let options = options(1 << 20, NEVER);
    let disk = written(1, &options, true).await;
    let newer = br#"{"format":2,"log":"whatever comes"}"#.to_vec();
    disk.overwrite(Path::new("data/format"), newer);
    let found = open_and_read(&disk, &options).await;
    assert!(matches!(
        found,
        Err(LogError::NewerFormat { found: 2, known: 1 })
    ));
}

/// A segment with this replacement in one of its lines, whole by its checksum.
fn with_line(content: &[u8], changed: usize, from: &str, to: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for (number, line) in str::from_utf8(content).unwrap().lines().enumerate() {
        let start = out.len();
        let (text, rest) = line.split_once('\t').unwrap();
        let text = if number == changed {
            assert!(text.contains(from), "{text}");
            text.replace(from, to)
        } else {
            text.to_owned()
        };
        out.extend_from_slice(text.as_bytes());
        let write = rest.split(' ').next().unwrap().parse().unwrap();
        crate::line::finish(&mut out, start, write);
    }
    out
}

/// What a crash left of a newer program's last command was never acknowledged: it is cut, and then
/// every event is known.
#[tokio::test]
async fn an_unknown_event_that_is_cut_off_does_not_count() {
    let options = options(1 << 20, NEVER);
    let disk = written(3, &options, false).await;
    let content = disk.content(&segment(1)).unwrap();
    let mut changed = with_line(&content, 5, "\"version\":1", "\"version\":9");
    let before_last = memchr::memrchr(b'\n', &changed[..changed.len() - 1]).unwrap();
    changed.truncate(before_last + 1);
    disk.overwrite(&segment(1), changed);
    let log = open(&disk, &options).unwrap();
    assert_eq!((log.head(), log.refusal()), (4, None));
    let appended = log.append(command(), vec![retracted(9)], None).await;
    assert_eq!(appended.unwrap().first, 5);
}

/// Lines that are whole but of a kind or version this program does not know.
#[tokio::test]
async fn an_unknown_event_is_named_and_not_guessed() {
    for (segment_bytes, first) in [(1 << 20, 1), (1_000, 3)] {
        let options = options(segment_bytes, NEVER);
        for (from, to) in [
            ("consultation.retracted", "consultation.reversed_"),
            ("\"version\":1", "\"version\":9"),
        ] {
            let disk = written(4, &options, true).await;
            let content = disk.content(&segment(first)).unwrap();
            let changed = with_line(&content, 1, from, to);
            disk.overwrite(&segment(first), changed);
            let found = open_and_read(&disk, &options).await;
            assert!(
                matches!(&found, Err(LogError::UnknownEvent { position, .. }) if *position == first),
                "{found:?}"
            );
            // It opens all the same, says which one, and takes nothing in: also what was written
            // before cannot be relied on to be the whole of it.
            let before = disk.content(&segment(first)).unwrap();
            let log = open(&disk, &options).unwrap();
            let refused = log.append(command(), vec![retracted(1)], None).await;
            let Err(AppendError::Unavailable { reason }) = refused else {
                panic!("{refused:?}")
            };
            assert!(reason.contains("unknown event consultation.re"), "{reason}");
            log.close();
            assert_eq!(disk.content(&segment(first)).unwrap(), before);
        }
    }
}

/// No space, or no right to write: the caller learns it, nothing is written after it, and once
/// there is space again the log opens with whole commands only.
#[tokio::test]
async fn a_full_or_read_only_disk_refuses_and_recovers() {
    for fault in [Fault::Full, Fault::ReadOnly] {
        let options = options(1 << 20, NEVER);
        let disk = SimulatedDisk::new(3);
        let log = open(&disk, &options).unwrap();
        log.append(command(), vec![retracted(1)], None)
            .await
            .unwrap();
        disk.fail_at(0, fault);
        let lost = command();
        let refused = log.append(lost, vec![retracted(2); 5], None).await;
        assert!(matches!(
            refused,
            Err(crate::AppendError::Unavailable { .. })
        ));
        disk.mend();
        let operations = disk.operations();
        let late = log.append(command(), vec![retracted(3)], None).await;
        assert!(matches!(late, Err(crate::AppendError::Unavailable { .. })));
        assert_eq!(log.head(), 1);
        log.close();
        assert_eq!(
            disk.operations(),
            operations,
            "nothing is written after a failure"
        );
        let log = open(&disk, &options).unwrap();
        let kept = log.find_command(lost.id).await.unwrap();
        assert_eq!(log.head(), kept.map_or(1, |kept| kept.last));
        let again = log.append(lost, vec![retracted(2); 5], None).await.unwrap();
        assert_eq!((again.first, again.last), (2, 6));
        log.close();
        assert_eq!(open_and_read(&disk, &options).await.unwrap().len(), 6);
    }
}

/// Long reads are decoded on two threads: complete, in order, and exact about what is wrong.
#[tokio::test]
async fn damage_under_a_running_server_is_named_by_a_long_read() {
    let options = options(1 << 30, NEVER);
    let disk = SimulatedDisk::new(1);
    let log = open(&disk, &options).unwrap();
    for _ in 0..3 {
        log.append(command(), vec![retracted(1); 1_000], None)
            .await
            .unwrap();
    }
    let all = querschnitt_domain::Query::all();
    let page = log.read(&all, 0, usize::MAX).await.unwrap();
    let positions = page.events.iter().map(|event| event.position);
    assert!(positions.eq(1..=3_000));
    let whole = disk.content(&segment(1)).unwrap();
    assert!(whole.len() > 1_000_000);
    // Header in line 1, position n in line n + 1.
    for position in [1, 700, 1_499, 1_500, 1_501, 2_300, 3_000] {
        let start = memchr::memchr_iter(b'\n', &whole)
            .nth(usize::try_from(position).unwrap() - 1)
            .unwrap();
        let mut damaged = whole.clone();
        damaged[start + 100] ^= 4;
        disk.overwrite(&segment(1), damaged);
        let found = log.read(&all, 0, usize::MAX).await;
        assert!(
            matches!(&found, Err(LogError::Damaged { line, position: named, .. })
                if *named == position && *line == position + 1),
            "{position}: {:?}",
            found.map(|page| page.events.len())
        );
    }
    disk.overwrite(&segment(1), whole);
    log.close();
}
