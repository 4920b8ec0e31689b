//! A sound data folder passes; whatever is changed in it is found and named.
//!
//! More than 400 lines: one test per kind of damage.

use std::fs;
use std::sync::Arc;

use ed25519_dalek::SigningKey;
use querschnitt_domain::{RecordId, SealedText, Text};
use uuid::Uuid;

use super::*;
use crate::checkpoint::CheckpointKeeper;
use crate::embedded::{EmbeddedLog, Options};
use crate::keys::SecretKey;
use crate::log::Log;
use crate::memory::tests::{command, renamed};
use crate::tree::TreeFollower;
use crate::vault::Vault;

fn key() -> SigningKey {
    SigningKey::from_bytes(&[5; 32])
}

fn options() -> Options {
    Options {
        segment_bytes: 4_000,
        keep_index: false,
        ..Options::default()
    }
}

fn check<'a>() -> Check<'a> {
    Check {
        key: Some(key().verifying_key()),
        ..Check::default()
    }
}

/// Appends commands of one to three events, each with a text.
async fn record(log: &dyn Log, vault: &Vault, commands: u128) {
    for number in 0..commands {
        let mut events = Vec::new();
        for part in 0..=number % 3 {
            let salt = *Uuid::new_v4().as_bytes();
            let text = format!("Name {number}.{part}");
            let commitment = Commitment::of(&salt, &text);
            let event = renamed(number, commitment);
            let sealed = SealedText {
                subject: event.data.record().unwrap(),
                commitment,
                salt,
                text: Text::new(&text, 99).unwrap(),
            };
            vault.seal(vec![sealed]).await.unwrap();
            events.push(event);
        }
        log.append(command(), events, None).await.unwrap();
    }
}

/// A data folder as a server leaves it: 32 events in several segments, texts, two checkpoints.
async fn sound() -> tempfile::TempDir {
    let data = tempfile::tempdir().unwrap();
    let log = EmbeddedLog::open(data.path(), options()).unwrap();
    let vault = Vault::open(&data.path().join("vault"), &SecretKey::from_bytes([1; 32])).unwrap();
    let tree = Arc::new(TreeFollower::new(log.clone()));
    let keeper = CheckpointKeeper::new(&data.path().join("checkpoints"), tree, key());
    for commands in [4, 12] {
        record(&*log, &vault, commands).await;
        keeper.store().await.unwrap();
    }
    log.close();
    data
}

fn segments(data: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(data.join("log"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}

fn copy(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    for folder in ["log", "checkpoints", "vault/texts", "vault/keys"] {
        fs::create_dir_all(to.path().join(folder)).unwrap();
        for entry in fs::read_dir(from.join(folder)).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), to.path().join(folder).join(entry.file_name())).unwrap();
        }
    }
    fs::copy(from.join("format"), to.path().join("format")).unwrap();
    to
}

/// Writes a segment anew with other lines, each with a right checksum: what a forger would do.
fn forge(path: &Path, change: impl Fn(&mut Vec<(String, u64)>)) {
    let content = fs::read(path).unwrap();
    let mut lines: Vec<(String, u64)> = content
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| {
            let checked = crate::line::check(line).unwrap();
            let text = String::from_utf8(checked.text.to_vec()).unwrap();
            (text, checked.first_of_write)
        })
        .collect();
    change(&mut lines);
    let mut forged = Vec::new();
    for (text, write) in lines {
        let start = forged.len();
        forged.extend_from_slice(text.as_bytes());
        crate::line::finish(&mut forged, start, write);
    }
    fs::write(path, forged).unwrap();
}

#[tokio::test]
async fn a_sound_folder_passes_and_everything_in_it_was_looked_at() {
    let data = sound().await;
    let (mut events, mut last) = (0_u64, None);
    let report = verify(
        data.path(),
        Check {
            event: Some(&mut |recorded| {
                events += 1;
                assert_eq!(recorded.position, events);
                Ok(())
            }),
            progress: Some(&mut |progress| last = Some(progress)),
            ..check()
        },
    )
    .unwrap();
    assert_eq!((report.head.size, events), (31, 31));
    assert_eq!((report.texts, report.missing_texts), (31, 0));
    assert_eq!((report.checkpoints, report.unfinished), (2, 0));
    assert_eq!(report.segments, segments(data.path()).len());
    assert!(report.segments > 2, "several segments: {}", report.segments);
    let last = last.unwrap();
    assert_eq!((last.done, last.events), (last.total, 31));

    let log = EmbeddedLog::open(data.path(), options()).unwrap();
    let tree = TreeFollower::new(log.clone());
    assert_eq!(tree.head().await.unwrap(), report.head);
    assert_eq!(log.identity(), report.log);
    // Beside the running server.
    assert_eq!(verify(data.path(), check()).unwrap(), report);
}

#[tokio::test]
async fn any_flipped_bit_of_the_log_is_named_with_file_and_line() {
    let data = sound().await;
    let mut flips = 0;
    for path in segments(data.path()) {
        let whole = fs::read(&path).unwrap();
        for byte in (0..whole.len()).step_by(29) {
            let mut changed = whole.clone();
            changed[byte] ^= 1 << (byte % 8);
            fs::write(&path, &changed).unwrap();
            let error = verify(data.path(), check()).unwrap_err();
            let before = whole[..byte].iter().filter(|byte| **byte == b'\n').count() as u64;
            let VerifyError::Log(LogError::Damaged { file, line, .. }) = &error else {
                panic!("byte {byte}: {error}");
            };
            assert_eq!((file.as_str(), *line), (path.to_str().unwrap(), before + 1));
            assert!(error.is_damage());
            flips += 1;
        }
        fs::write(&path, whole).unwrap();
    }
    assert!(flips > 200);
    assert!(verify(data.path(), check()).is_ok());
}

#[tokio::test]
async fn a_missing_shortened_or_exchanged_segment_is_found() {
    let data = sound().await;
    let paths = segments(data.path());
    for gone in &paths[..paths.len() - 1] {
        let copied = copy(data.path());
        fs::remove_file(copied.path().join("log").join(gone.file_name().unwrap())).unwrap();
        assert!(verify(copied.path(), check()).unwrap_err().is_damage());
    }
    // The newest one gone: the one before says that another was begun.
    let copied = copy(data.path());
    let newest = paths.last().unwrap().file_name().unwrap();
    fs::remove_file(copied.path().join("log").join(newest)).unwrap();
    let error = verify(copied.path(), check()).unwrap_err();
    assert!(error.to_string().contains("after it is missing"), "{error}");
    // An end line taken away where events follow.
    let copied = copy(data.path());
    forge(&segments(copied.path())[0], |lines| drop(lines.pop()));
    let error = verify(copied.path(), check()).unwrap_err();
    assert!(
        error.to_string().contains("does not say that it ended"),
        "{error}"
    );
    // A segment that was begun and nothing more, as after a crash.
    let copied = copy(data.path());
    let last = segments(copied.path()).pop().unwrap();
    forge(&last, |lines| {
        assert!(lines.pop().unwrap().0.starts_with("# sealed"));
    });
    let mut header = Vec::new();
    let report = verify(copied.path(), check()).unwrap();
    let begun = crate::embedded::files::Control::Header {
        log: report.log.id,
        first: 32,
    };
    begun.write(&mut header);
    fs::write(copied.path().join("log/00000000000000000032.log"), header).unwrap();
    assert_eq!(verify(copied.path(), check()).unwrap().head, report.head);

    let other = sound().await;
    let name = paths[1].file_name().unwrap();
    fs::copy(
        segments(other.path())[1].clone(),
        data.path().join("log").join(name),
    )
    .unwrap();
    assert!(verify(data.path(), check()).unwrap_err().is_damage());
}

#[tokio::test]
async fn a_forged_line_with_a_right_checksum_is_found() {
    let data = sound().await;
    let newest = segments(data.path()).len() - 1;
    type Change = fn(&mut Vec<(String, u64)>);
    let forgeries: [(usize, &str, Change); 8] = [
        (1, "not those it was made for", |lines| {
            lines[1].0 = lines[1].0.replace("KI_OFFICER", "KI_HEAD");
        }),
        (0, "tags", |lines| {
            let (before, after) = lines[1].0.split_once("\"tags\":[\"").unwrap();
            lines[1].0 = format!("{before}\"tags\":[\"organisation:x\",\"{after}");
        }),
        (0, "time goes backwards", |lines| {
            lines[3].0 = lines[3]
                .0
                .replacen("\"recorded_at\":\"20", "\"recorded_at\":\"19", 1);
        }),
        (0, "stands where", |lines| drop(lines.remove(3))),
        (0, "does not follow", |lines| {
            let second = lines
                .iter_mut()
                .find(|line| line.0.contains("\"part\":[2,2]"));
            let second = second.unwrap();
            second.0 = second.0.replacen("\"part\":[2,2]", "\"part\":[1,2]", 1);
        }),
        (0, "not an event", |lines| {
            lines[1].0 = lines[1].0.replacen("\"centre\"", "\"center\"", 1);
        }),
        (0, "seal covers other", |lines| {
            drop(lines.remove(lines.len() - 2))
        }),
        (newest, "log has only", |lines| {
            let seal = lines.pop().unwrap();
            assert!(seal.0.starts_with("# sealed"));
            while lines.len() > 1 {
                lines.pop();
            }
        }),
    ];
    for (segment, expected, change) in forgeries {
        let copied = copy(data.path());
        forge(&segments(copied.path())[segment], change);
        let error = verify(copied.path(), check()).unwrap_err();
        assert!(error.to_string().contains(expected), "{expected}: {error}");
        assert!(error.is_damage());
    }
}

#[tokio::test]
async fn an_unknown_event_is_told_from_damage() {
    let data = sound().await;
    forge(&segments(data.path())[0], |lines| {
        lines[1].0 = lines[1].0.replacen("\"version\":1", "\"version\":9", 1);
    });
    let error = verify(data.path(), check()).unwrap_err();
    assert!(
        matches!(
            &error,
            VerifyError::Log(LogError::UnknownEvent { version: 9, .. })
        ),
        "{error}"
    );
    assert!(!error.is_damage());
}

#[tokio::test]
async fn a_checkpoint_kept_elsewhere_proves_a_rewritten_log_wrong() {
    let data = sound().await;
    let report = verify(data.path(), check()).unwrap();
    let kept = |size, root| Checkpoint {
        log: report.log,
        head: TreeHead { size, root },
    };
    let against = |checkpoint| {
        let against = [checkpoint];
        verify(
            data.path(),
            Check {
                against: &against,
                ..check()
            },
        )
    };
    assert_eq!(against(kept(31, report.head.root)).unwrap(), report);
    assert_eq!(against(kept(0, crate::empty_root())).unwrap(), report);
    for (size, root) in [
        (31, [0; 32]),
        (30, report.head.root),
        (32, report.head.root),
        (0, [0; 32]),
    ] {
        let error = against(kept(size, root)).unwrap_err();
        assert!(matches!(error, VerifyError::Contradicted { .. }), "{error}");
    }
    let mut foreign = kept(31, report.head.root);
    foreign.log.id = Uuid::nil();
    let error = against(foreign).unwrap_err();
    assert!(error.to_string().contains("another log"), "{error}");
}

#[tokio::test]
async fn texts_that_are_gone_are_counted_and_a_damaged_vault_is_named() {
    let data = sound().await;
    let vault = Vault::open(&data.path().join("vault"), &SecretKey::from_bytes([1; 32])).unwrap();
    let removed = vault.sweep(|_: RecordId, commitment| commitment.0[0] < 128);
    drop(vault);
    let report = verify(data.path(), check()).unwrap();
    assert_eq!(report.missing_texts, removed.unwrap());
    assert_eq!(report.texts, 31);

    let file = data.path().join("vault/texts/00000001.texts");
    let mut bytes = fs::read(&file).unwrap();
    bytes[70] ^= 1;
    fs::write(&file, bytes).unwrap();
    let error = verify(data.path(), check()).unwrap_err();
    assert!(
        matches!(&error, VerifyError::Vault(VaultError::Damaged { .. })),
        "{error}"
    );
    assert!(error.is_damage());
    fs::remove_dir_all(data.path().join("vault")).unwrap();
    assert_eq!(verify(data.path(), check()).unwrap().missing_texts, 31);
}

#[tokio::test]
async fn an_unfinished_write_at_the_very_end_is_no_damage() {
    let data = sound().await;
    let path = segments(data.path()).pop().unwrap();
    let whole = fs::read(&path).unwrap();
    let seal = whole[..whole.len() - 1]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .unwrap()
        + 1;
    // What another write would have begun: the first lines of the segment, cut anywhere.
    for tail in [
        &b"{\"position\":32,\"id\""[..],
        &[0; 700][..],
        b"{\"pos\0\0\0\0\0\n\0\0",
    ] {
        fs::write(&path, [&whole, tail].concat()).unwrap();
        let report = verify(data.path(), check()).unwrap();
        assert_eq!(
            (report.head.size, report.unfinished),
            (31, tail.len() as u64)
        );
    }
    // Garbage is damage, and so is a part of an older line.
    for tail in [&b"garbage\n"[..], &whole[seal..seal + 9]] {
        fs::write(&path, [&whole, tail, b"\n"].concat()).unwrap();
        assert!(verify(data.path(), check()).unwrap_err().is_damage());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_a_running_server_it_never_reports_damage() {
    let data = tempfile::tempdir().unwrap();
    let log = EmbeddedLog::open(data.path(), options()).unwrap();
    let vault =
        Arc::new(Vault::open(&data.path().join("vault"), &SecretKey::from_bytes([1; 32])).unwrap());
    let tree = Arc::new(TreeFollower::new(log.clone()));
    let folder = data.path().join("checkpoints");
    let writer = tokio::spawn({
        let (log, vault) = (log.clone(), Arc::clone(&vault));
        async move {
            let keeper = CheckpointKeeper::new(&folder, tree, key());
            for _ in 0..30 {
                record(&*log, &vault, 10).await;
                keeper.store().await.unwrap();
            }
        }
    });
    let mut sizes = Vec::new();
    while !writer.is_finished() {
        let report = verify(data.path(), check()).unwrap();
        assert_eq!(report.missing_texts, 0, "a text came after its event");
        sizes.push(report.head.size);
    }
    writer.await.unwrap();
    sizes.push(verify(data.path(), check()).unwrap().head.size);
    assert!(sizes.is_sorted() && sizes.len() > 2, "{sizes:?}");
    assert_eq!(sizes.last(), Some(&log.head()));
}

#[test]
fn a_folder_without_a_log_is_named() {
    let data = tempfile::tempdir().unwrap();
    let error = verify(data.path(), Check::default()).unwrap_err();
    assert!(matches!(error, VerifyError::NoLog { .. }));
}

/// The trees of single centres are found in the folder as the running log has them, and a checkpoint of one is
/// held against its events only.
#[tokio::test]
async fn each_centre_is_verified_by_its_own_events() {
    let data = tempfile::tempdir().unwrap();
    let log = EmbeddedLog::open(data.path(), options()).unwrap();
    let [one, other, third] = [0, 1, 2].map(|index| CENTRES[index].key);
    for (number, centre) in [one, other, one, one].into_iter().enumerate() {
        let event = renamed(number as u128, Commitment([0; 32]));
        let events = vec![querschnitt_domain::Event { centre, ..event }];
        log.append(command(), events, None).await.unwrap();
    }
    let tree = TreeFollower::new(log.clone());
    let head_of = async |centre| tree.head_of(centre).await.unwrap().head;
    let (of_one, of_other) = (head_of(one).await, head_of(other).await);
    log.close();
    let verified = |against: &[CentreCheckpoint]| {
        let check = Check {
            against_centres: against,
            ..check()
        };
        verify(data.path(), check)
    };
    let report = verified(&[]).unwrap();
    assert_eq!(report.centres, [(one, of_one), (other, of_other)]);
    let kept = |centre, head| CentreCheckpoint {
        log: report.log,
        centre,
        head,
    };
    let nothing = TreeHead {
        size: 0,
        root: crate::empty_root(),
    };
    let right = [
        kept(one, of_one),
        kept(other, of_other),
        kept(third, nothing),
    ];
    assert_eq!(verified(&right).unwrap(), report);
    for wrong in [
        kept(other, of_one),
        kept(one, of_other),
        kept(third, of_one),
        kept(third, TreeHead { size: 0, ..of_one }),
    ] {
        let error = verified(&[wrong]).unwrap_err();
        assert!(matches!(error, VerifyError::Contradicted { .. }), "{error}");
    }
}
