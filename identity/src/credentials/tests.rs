//! Secrets are kept, changed whole and erased; damaged files are named and concern their account only.

use std::fs;

use proptest::prelude::*;

use super::*;

fn account(n: u128) -> ActorId {
    ActorId(Uuid::from_u128(n))
}

fn credential(keys: &Keys, login: &str) -> Credential {
    let password = Zeroizing::new(format!("$argon2id$of {login}"));
    Credential::first(LoginDigest::of(keys, login), password, 1_000)
}

struct Place {
    folder: tempfile::TempDir,
    keys: Arc<Keys>,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            keys: Arc::new(Keys::ephemeral().unwrap()),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("credentials")
    }

    fn open(&self) -> (Credentials, Vec<Damaged>) {
        Credentials::open(&self.path(), Arc::clone(&self.keys)).unwrap()
    }

    fn file(&self, n: u128) -> PathBuf {
        self.path().join(account(n).to_string())
    }
}

#[test]
fn another_sign_in_name_takes_the_place_of_the_old_one() {
    let place = Place::new();
    let (credentials, _) = place.open();
    let of = |login| LoginDigest::of(&place.keys, login);
    for (n, login) in [(1, "erika"), (2, "max")] {
        let kept = credential(&place.keys, login);
        credentials.put(account(n), kept).unwrap();
    }
    assert!(credentials.rename(account(1), of("erika.neu")).unwrap());
    assert!(!credentials.rename(account(1), of("Erika.Neu")).unwrap());
    assert!(!credentials.rename(account(3), of("niemand")).unwrap());
    let taken = credentials.rename(account(2), of("erika.neu"));
    assert!(matches!(taken, Err(CredentialError::Taken(other)) if other == account(1)));
    // The old name is free.
    assert!(credentials.rename(account(2), of("erika")).unwrap());
    for credentials in [credentials, place.open().0] {
        let found = |login| credentials.find(&of(login)).map(|(account, _)| account);
        assert_eq!(found("erika.neu"), Some(account(1)));
        assert_eq!(found("erika"), Some(account(2)));
        assert_eq!(found("max"), None);
        let kept = credentials.get(account(1)).unwrap();
        assert_eq!(*kept.password, "$argon2id$of erika");
        let mut accounts = credentials.accounts();
        accounts.sort_unstable();
        assert_eq!(accounts, [account(1), account(2)]);
    }
}

#[test]
fn what_is_kept_is_there_after_opening_again_and_gone_after_removing() {
    let place = Place::new();
    let (credentials, damaged) = place.open();
    assert_eq!(damaged, []);
    credentials
        .put(account(1), credential(&place.keys, "erika"))
        .unwrap();
    credentials
        .put(account(2), credential(&place.keys, "max"))
        .unwrap();
    let changed = credentials.change(account(1), |credential| {
        credential.first_until = None;
        true
    });
    assert!(changed.unwrap());
    assert!(!credentials.change(account(2), |_| false).unwrap());
    drop(credentials);

    let (credentials, damaged) = place.open();
    assert_eq!(damaged, []);
    let (found, erika) = credentials
        .find(&LoginDigest::of(&place.keys, "Erika"))
        .unwrap();
    assert_eq!(found, account(1));
    assert!(!erika.must_change() && *erika.password == "$argon2id$of erika");
    assert!(credentials.get(account(2)).unwrap().must_change());
    credentials.remove(account(1)).unwrap();
    credentials.remove(account(1)).unwrap();
    assert!(
        credentials
            .find(&LoginDigest::of(&place.keys, "erika"))
            .is_none()
    );
    assert!(!place.file(1).exists());
    assert!(place.open().0.get(account(1)).is_none());
}

#[test]
fn a_sign_in_name_belongs_to_one_account() {
    let place = Place::new();
    let (credentials, _) = place.open();
    credentials
        .put(account(1), credential(&place.keys, "erika"))
        .unwrap();
    let again = credentials.put(account(2), credential(&place.keys, "ERIKA"));
    assert!(matches!(again, Err(CredentialError::Taken(other)) if other == account(1)));
    assert!(!place.file(2).exists());
    credentials
        .put(account(1), credential(&place.keys, "erika.neu"))
        .unwrap();
    assert!(
        credentials
            .find(&LoginDigest::of(&place.keys, "erika"))
            .is_none()
    );
    credentials
        .put(account(2), credential(&place.keys, "erika"))
        .unwrap();
}

#[test]
fn nothing_lies_on_the_disk_in_the_clear() {
    let place = Place::new();
    let (credentials, _) = place.open();
    credentials
        .put(account(1), credential(&place.keys, "erika"))
        .unwrap();
    let bytes = fs::read(place.file(1)).unwrap();
    for clear in ["argon2id", "erika", "login", "{"] {
        assert!(
            !bytes
                .windows(clear.len())
                .any(|found| found == clear.as_bytes()),
            "{clear}"
        );
    }
}

#[test]
fn a_damaged_a_moved_and_a_foreign_file_are_named_and_the_others_work() {
    let place = Place::new();
    let (credentials, _) = place.open();
    for (n, login) in [(1, "erika"), (2, "max"), (3, "ute")] {
        credentials
            .put(account(n), credential(&place.keys, login))
            .unwrap();
    }
    drop(credentials);
    fs::rename(place.file(1), place.file(4)).unwrap();
    let mut bytes = fs::read(place.file(2)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(place.file(2), bytes).unwrap();
    fs::rename(place.file(3), place.file(3).with_file_name("ute")).unwrap();
    fs::write(place.file(5), vec![b'a'; 20_000]).unwrap();
    let (credentials, damaged) = place.open();
    let named: Vec<_> = damaged.iter().map(|damaged| damaged.path.clone()).collect();
    let ute = place.file(3).with_file_name("ute");
    assert_eq!(named, [place.file(2), place.file(4), place.file(5), ute]);
    assert_eq!(credentials.held().accounts.len(), 0);
    // A reset takes the place of what is damaged.
    credentials
        .put(account(2), credential(&place.keys, "max"))
        .unwrap();
    drop(credentials);
    assert!(place.open().0.get(account(2)).is_some());
}

#[test]
fn another_key_opens_nothing() {
    let place = Place::new();
    place
        .open()
        .0
        .put(account(1), credential(&place.keys, "erika"))
        .unwrap();
    let other = Arc::new(Keys::ephemeral().unwrap());
    let (credentials, damaged) = Credentials::open(&place.path(), other).unwrap();
    assert_eq!(damaged.len(), 1);
    assert!(credentials.get(account(1)).is_none());
}

#[test]
fn factors_are_others_after_a_change_of_either_and_the_same_after_codes_were_used() {
    let keys = Keys::ephemeral().unwrap();
    let one = credential(&keys, "erika");
    let with = |secret: &str, used_step| {
        let mut credential = one.clone();
        credential.second = Some(SecondFactor {
            secret: Zeroizing::new(secret.to_owned()),
            used_step,
            recovery: Vec::new(),
        });
        credential
    };
    let mut changed = one.clone();
    changed.password = Zeroizing::new("$argon2id$other".to_owned());
    assert!(one.has_the_factors_of(&one) && with("A", 1).has_the_factors_of(&with("A", 2)));
    for other in [&changed, &with("A", 1)] {
        assert!(!one.has_the_factors_of(other) && !other.has_the_factors_of(&one));
    }
    assert!(!with("A", 1).has_the_factors_of(&with("B", 1)));
    assert!(one.stamp() != changed.stamp());
}

#[test]
fn an_older_or_newer_form_is_not_misread() {
    let keys = Keys::ephemeral().unwrap();
    let json = credential(&keys, "erika").to_json();
    let text = String::from_utf8(json.to_vec()).unwrap();
    assert!(Credential::from_json(text.as_bytes()).is_some());
    for other in [
        text.replace("\"format\":1", "\"format\":2"),
        text.replace('{', "{\"more\":1,"),
        text.replace("\"password\"", "\"word\""),
        String::new(),
    ] {
        assert!(Credential::from_json(other.as_bytes()).is_none(), "{other}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever is changed in a file, or cut off, or added: it is noticed.
    #[test]
    fn any_change_of_a_file_is_noticed(at in 0_usize..1_000, byte in any::<u8>(), cut in 0_usize..3) {
        let place = Place::new();
        place.open().0.put(account(1), credential(&place.keys, "erika")).unwrap();
        let mut bytes = fs::read(place.file(1)).unwrap();
        let at = at % bytes.len();
        match cut {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, byte),
            _ => {
                prop_assume!(bytes[at] != byte);
                bytes[at] = byte;
            }
        }
        fs::write(place.file(1), &bytes).unwrap();
        let (credentials, damaged) = place.open();
        prop_assert_eq!(damaged.len(), 1);
        prop_assert!(credentials.get(account(1)).is_none());
    }
}
