//! The vault in a folder: what it keeps, what it refuses, and what a crash leaves.
//!
//! More than 400 lines: one test per promise.

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use proptest::prelude::*;
use querschnitt_domain::{Commitment, RecordId, RecordKind, SealedText, Text};
use uuid::Uuid;

use super::*;
use crate::keys::KeyError;

const MARKER: &str = "Ümbra-Kranich-7731";

pub(super) fn subject(number: u128) -> RecordId {
    RecordId {
        kind: RecordKind::ALL[(number % 6) as usize],
        id: Uuid::from_u128(number),
    }
}

pub(super) fn sealed(subject: RecordId, text: &str) -> SealedText {
    let salt = *Uuid::new_v4().as_bytes();
    SealedText {
        subject,
        commitment: Commitment::of(&salt, text),
        salt,
        text: Text::new(text, Text::NOTE).unwrap(),
    }
}

pub(super) fn master() -> SecretKey {
    SecretKey::from_bytes([7; 32])
}

fn open(folder: &Path) -> Vault {
    Vault::open(folder, &master()).unwrap()
}

pub(super) fn read(vault: &Vault, text: &SealedText) -> Option<String> {
    let found = vault.text(text.subject, &text.commitment).unwrap();
    found.map(|text| text.as_str().to_owned())
}

#[track_caller]
pub(super) fn holds(vault: &Vault, texts: &[SealedText]) {
    for text in texts {
        assert_eq!(read(vault, text).as_deref(), Some(text.text.as_str()));
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn copy(from: &Path, to: &Path) {
    for path in files(from) {
        let target = to.join(path.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::set_permissions(target.parent().unwrap(), fs::Permissions::from_mode(0o700)).unwrap();
        fs::copy(&path, &target).unwrap();
    }
}

fn entries(file: &Path) -> Vec<u64> {
    let bytes = fs::read(file).unwrap();
    let mut offsets = Vec::new();
    frame::scan(&bytes, 1, true, |place, _| {
        offsets.push(u64::from(place.offset));
        Ok(())
    })
    .unwrap();
    offsets
}

#[tokio::test]
async fn texts_are_there_again_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let texts = [
        sealed(subject(1), "Erstberatung zum Sprachkurs"),
        sealed(subject(1), "zweiter Text, gleiche Sache"),
        sealed(subject(2), "eine andere Sache\nin zwei Zeilen"),
    ];
    let vault = open(folder.path());
    vault.seal(texts[..2].to_vec()).await.unwrap();
    vault.seal(texts[2..].to_vec()).await.unwrap();
    holds(&vault, &texts);
    drop(vault);
    let vault = open(folder.path());
    holds(&vault, &texts);
    let more = [sealed(subject(1), "nachgetragen")];
    vault.seal(more.to_vec()).await.unwrap();
    drop(vault);
    let vault = open(folder.path());
    holds(&vault, &texts);
    holds(&vault, &more);
}

#[tokio::test]
async fn a_text_is_found_only_under_its_own_subject_and_commitment() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open(folder.path());
    let text = sealed(subject(1), "nur hier");
    vault
        .seal(vec![text.clone(), sealed(subject(2), "dort")])
        .await
        .unwrap();
    assert_eq!(vault.text(subject(2), &text.commitment).unwrap(), None);
    assert_eq!(vault.text(subject(1), &Commitment([9; 32])).unwrap(), None);
}

#[tokio::test]
async fn sealing_the_same_text_again_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open(folder.path());
    let text = sealed(subject(1), "zweimal geschickt");
    vault.seal(vec![text.clone()]).await.unwrap();
    let before = fs::metadata(folder.path().join("texts/00000001.texts"))
        .unwrap()
        .len();
    vault.seal(vec![text.clone()]).await.unwrap();
    let after = fs::metadata(folder.path().join("texts/00000001.texts"))
        .unwrap()
        .len();
    assert!(
        after <= before + frame::AROUND as u64,
        "at most a seal was added"
    );
    holds(&vault, &[text]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_callers_at_once_all_find_their_texts() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Arc::new(open(folder.path()));
    let tasks: Vec<_> = (0..64_u128)
        .map(|caller| {
            let vault = Arc::clone(&vault);
            tokio::spawn(async move {
                let mut texts = Vec::new();
                for round in 0..10 {
                    let batch = vec![
                        sealed(subject(caller), &format!("{caller} in Runde {round}")),
                        sealed(subject(1_000 + round), "alle schreiben hierzu"),
                    ];
                    vault.seal(batch.clone()).await.unwrap();
                    holds(&vault, &batch);
                    texts.extend(batch);
                }
                texts
            })
        })
        .collect();
    let mut texts = Vec::new();
    for task in tasks {
        texts.extend(task.await.unwrap());
    }
    drop(vault);
    let vault = open(folder.path());
    holds(&vault, &texts);
    let keys = entries(&folder.path().join("keys/00000001.keys"));
    assert_eq!(keys.len(), 64 + 10, "one key per subject");
}

#[tokio::test]
async fn no_plaintext_stands_anywhere_in_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open(folder.path());
    let text = sealed(
        subject(3),
        &format!("Frau {MARKER} fragt nach dem Kita-Platz"),
    );
    vault.seal(vec![text.clone()]).await.unwrap();
    holds(&vault, std::slice::from_ref(&text));
    drop(vault);
    let mut total = 0;
    for path in files(folder.path()) {
        let bytes = fs::read(&path).unwrap();
        total += bytes.len();
        for needle in [MARKER.as_bytes(), &text.salt] {
            let found = bytes.windows(needle.len()).any(|window| window == needle);
            assert!(!found, "{} holds something in the clear", path.display());
        }
    }
    assert!(total > 300, "the vault was written");
}

#[tokio::test]
async fn a_second_opening_and_a_wrong_master_key_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open(folder.path());
    let second = Vault::open(folder.path(), &master());
    assert!(
        matches!(second, Err(VaultError::InUse { .. })),
        "{second:?}"
    );
    drop(vault);
    let wrong = Vault::open(folder.path(), &SecretKey::from_bytes([8; 32])).unwrap_err();
    assert!(
        matches!(wrong, VaultError::WrongMasterKey { .. }),
        "{wrong}"
    );
    assert!(wrong.to_string().contains("Hauptschlüssel"), "{wrong}");
    open(folder.path());
}

#[tokio::test]
async fn a_key_file_that_others_may_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    let keys = folder.path().join("keys/00000001.keys");
    assert_eq!(
        fs::metadata(&keys).unwrap().permissions().mode() & 0o777,
        0o600
    );
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o644)).unwrap();
    let refused = Vault::open(folder.path(), &master()).unwrap_err();
    assert!(
        matches!(
            refused,
            VaultError::Key(KeyError::Readable { mode: 0o644, .. })
        ),
        "{refused}"
    );
}

#[tokio::test]
async fn a_text_without_a_key_is_missing_and_a_damaged_one_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let text = sealed(subject(1), "wird beschädigt");
    let vault = open(folder.path());
    vault.seal(vec![text.clone()]).await.unwrap();
    let file = folder.path().join("texts/00000001.texts");
    let mut bytes = fs::read(&file).unwrap();
    bytes[150] ^= 1;
    fs::write(&file, &bytes).unwrap();
    let error = vault.text(text.subject, &text.commitment).unwrap_err();
    assert!(
        matches!(&error, VaultError::Damaged { file: named, offset: HEADER, .. } if *named == file),
        "{error}"
    );
    drop(vault);
    let without = tempfile::tempdir().unwrap();
    copy(folder.path(), without.path());
    bytes[150] ^= 1;
    fs::write(without.path().join("texts/00000001.texts"), &bytes).unwrap();
    fs::remove_file(without.path().join("keys/00000001.keys")).unwrap();
    assert_eq!(read(&open(without.path()), &text), None);
}

const HEADER: u64 = frame::HEADER;

/// A vault with three writes to each file: the folder and what was sealed in each.
async fn three_writes(folder: &Path) -> Vec<Vec<SealedText>> {
    let vault = open(folder);
    let mut writes = Vec::new();
    for write in 0..3_u128 {
        let texts: Vec<_> = (0..3)
            .map(|number| {
                sealed(
                    subject(write * 10 + number),
                    &format!("Text {write}/{number}"),
                )
            })
            .collect();
        vault.seal(texts.clone()).await.unwrap();
        writes.push(texts);
    }
    // What is on disk now, before anything is sealed, is what a crash would leave.
    let copied = tempfile::tempdir().unwrap();
    copy(folder, copied.path());
    drop(vault);
    for path in files(copied.path()) {
        fs::copy(
            &path,
            folder.join(path.strip_prefix(copied.path()).unwrap()),
        )
        .unwrap();
    }
    writes
}

#[tokio::test]
async fn a_torn_last_write_is_cut_off_and_everything_before_it_stays() {
    let original = tempfile::tempdir().unwrap();
    let writes = three_writes(original.path()).await;
    for file in ["texts/00000001.texts", "keys/00000001.keys"] {
        let whole = fs::read(original.path().join(file)).unwrap();
        let third = entries(&original.path().join(file))[6] as usize;
        for cut in (third..whole.len()).step_by(7) {
            for garbage in [&[][..], &[0; 40][..], &[0xA7; 300][..]] {
                let folder = tempfile::tempdir().unwrap();
                copy(original.path(), folder.path());
                let mut torn = whole[..cut].to_vec();
                torn.extend_from_slice(garbage);
                fs::write(folder.path().join(file), &torn).unwrap();
                let vault = open(folder.path());
                holds(&vault, &writes[0]);
                holds(&vault, &writes[1]);
                for text in &writes[2] {
                    // Never acknowledged in this history: whole or not there, never an error.
                    let found = read(&vault, text);
                    assert!(found.is_none() || found.as_deref() == Some(text.text.as_str()));
                }
                if cut.is_multiple_of(25) {
                    let again = [sealed(subject(77), "nach dem Absturz")];
                    vault.seal(again.to_vec()).await.unwrap();
                    drop(vault);
                    holds(&open(folder.path()), &again);
                }
            }
        }
    }
}

#[tokio::test]
async fn damage_before_the_last_write_is_named_with_file_and_offset() {
    let original = tempfile::tempdir().unwrap();
    three_writes(original.path()).await;
    for file in ["texts/00000001.texts", "keys/00000001.keys"] {
        let whole = fs::read(original.path().join(file)).unwrap();
        let offsets = entries(&original.path().join(file));
        let third = offsets[6];
        for byte in (HEADER..third).step_by(3) {
            let folder = tempfile::tempdir().unwrap();
            copy(original.path(), folder.path());
            let mut damaged = whole.clone();
            damaged[byte as usize] ^= 1 << (byte % 8);
            fs::write(folder.path().join(file), &damaged).unwrap();
            let error = Vault::open(folder.path(), &master()).unwrap_err();
            let expected = offsets
                .iter()
                .rev()
                .find(|offset| **offset <= byte)
                .unwrap();
            let VaultError::Damaged {
                file: named,
                offset,
                ..
            } = &error
            else {
                panic!("{error}");
            };
            assert_eq!((named, offset), (&folder.path().join(file), expected));
        }
    }
}

#[tokio::test]
async fn after_closing_damage_in_the_last_write_is_told_from_a_torn_one() {
    for idle in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let vault = open(folder.path());
        vault
            .seal(vec![sealed(subject(1), "die letzte Zeile des Tages")])
            .await
            .unwrap();
        let kept = tempfile::tempdir().unwrap();
        if idle {
            tokio::time::sleep(Duration::from_millis(400)).await;
            copy(folder.path(), kept.path());
            drop(vault);
        } else {
            drop(vault);
            copy(folder.path(), kept.path());
        }
        let file = kept.path().join("texts/00000001.texts");
        let mut bytes = fs::read(&file).unwrap();
        bytes[100] ^= 4;
        fs::write(&file, bytes).unwrap();
        let error = Vault::open(kept.path(), &master()).unwrap_err();
        assert!(
            matches!(error, VaultError::Damaged { offset: HEADER, .. }),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_sweep_removes_what_no_event_refers_to_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut vault = open(folder.path());
    let kept = sealed(subject(1), "steht im Buch");
    let orphans = [
        sealed(subject(1), "gehört zu keinem Ereignis"),
        sealed(subject(2), "auch nicht"),
    ];
    vault
        .seal(vec![orphans[0].clone(), kept.clone(), orphans[1].clone()])
        .await
        .unwrap();
    let before = entries(&folder.path().join("texts/00000001.texts")).len();
    let removed = vault
        .sweep(|_, commitment| *commitment == kept.commitment)
        .unwrap();
    assert_eq!((before, removed), (3, 2));
    assert_eq!(
        vault
            .sweep(|_, commitment| *commitment == kept.commitment)
            .unwrap(),
        0
    );
    let later = sealed(subject(2), "danach");
    vault.seal(vec![later.clone()]).await.unwrap();
    for reopened in [false, true] {
        if reopened {
            drop(std::mem::replace(&mut vault, Vault::in_memory()));
            vault = open(folder.path());
        }
        holds(&vault, &[kept.clone(), later.clone()]);
        assert!(orphans.iter().all(|orphan| read(&vault, orphan).is_none()));
    }
    assert_eq!(
        entries(&folder.path().join("texts/00000001.texts")).len(),
        2
    );
    let held: HashSet<_> = files(folder.path()).into_iter().collect();
    assert_eq!(held.len(), 3, "nothing unfinished stays: {held:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// No file, however damaged, makes the scan panic or loop.
    #[test]
    fn a_scan_of_anything_ends(bytes in prop::collection::vec(any::<u8>(), 0..400), newest: bool) {
        let mut file = vec![0; HEADER as usize];
        frame::put(&mut file, 1, HEADER, HEADER, b"one");
        file.extend(bytes);
        let mut found = 0;
        let scanned = frame::scan(&file, 1, newest, |_, _| { found += 1; Ok(()) });
        prop_assert!(found >= 1);
        if let Ok(frame::Scanned { end, sealed }) = scanned {
            prop_assert!(sealed <= end && end <= file.len() as u64);
        }
    }
}

fn sealed_file(subject: RecordId, content: Vec<u8>) -> SealedFile {
    let salt = *Uuid::new_v4().as_bytes();
    SealedFile {
        subject,
        commitment: Commitment::of_bytes(&salt, &content),
        salt,
        content: FileContent::new(content).unwrap(),
    }
}

#[tokio::test]
async fn a_file_of_ten_mebibytes_is_read_back_after_a_restart_and_is_no_text() {
    let folder = tempfile::tempdir().unwrap();
    let text = sealed(subject(5), "Antrag.pdf");
    // Bytes that are no UTF-8, and some that are.
    let bytes = |n: u8, length| {
        (0..length)
            .map(|i| (i % 251) as u8 ^ n)
            .collect::<Vec<u8>>()
    };
    let files = [
        sealed_file(subject(5), bytes(0, FileContent::MOST)),
        sealed_file(subject(5), b"Text wie jeder andere".to_vec()),
        sealed_file(subject(7), bytes(9, 100_000)),
    ];
    let vault = open(folder.path());
    vault
        .seal_all(vec![text.clone()], files.to_vec())
        .await
        .unwrap();
    drop(vault);
    for vault in [open(folder.path()), {
        let vault = Vault::in_memory();
        let texts = vec![text.clone()];
        vault.seal_all(texts, files.to_vec()).await.unwrap();
        vault
    }] {
        holds(&vault, std::slice::from_ref(&text));
        for file in &files {
            let found = vault.file(file.subject, &file.commitment).unwrap();
            assert!(found.as_ref() == Some(&file.content));
            assert_eq!(vault.file(subject(11), &file.commitment).unwrap(), None);
            let as_text = vault.text(file.subject, &file.commitment);
            assert!(!matches!(as_text, Ok(Some(_))), "a file was read as a text");
        }
        let as_file = vault.file(text.subject, &text.commitment);
        assert!(!matches!(as_file, Ok(Some(_))), "a text was read as a file");
    }
}
