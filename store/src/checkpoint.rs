//! Checkpoints: what the log was at a size, signed (C2SP tlog-checkpoint in a C2SP signed note).
//!
//! ```text
//! querschnitt/0199…/1
//! 1042
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — querschnitt/0199…/1 Az3grlgtzPIC…
//! ```

mod centre;
mod keeper;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

pub use centre::CentreCheckpoint;
#[cfg(test)]
pub(crate) use keeper::stored_on;
pub use keeper::{CheckpointKeeper, KeeperError, stored};

use crate::log::LogIdentity;
use crate::tree::{Hash, TreeHead};

/// The longest note that is read, in bytes.
const LONGEST: usize = 64 * 1024;
/// The signature type of Ed25519 in signed notes.
const ED25519: u8 = 1;

/// Which log was how large, and the root over all its lines then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// Which log.
    pub log: LogIdentity,
    /// Size and root.
    pub head: TreeHead,
}

/// Why a note is no checkpoint of this log.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The note is not of the form of a checkpoint.
    #[error("the checkpoint is malformed: {0}")]
    Malformed(&'static str),
    /// The note is signed by others only.
    #[error("the checkpoint has no signature of the key {0}")]
    NotSigned(String),
    /// The signature does not fit the text.
    #[error("the signature of the checkpoint is wrong")]
    WrongSignature,
}

impl Checkpoint {
    /// The name of the log, which is the name of the key too.
    #[must_use]
    pub fn origin(log: LogIdentity) -> String {
        format!("querschnitt/{}/{}", log.id, log.epoch)
    }

    /// The signed note.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> String {
        let name = Self::origin(self.log);
        signed(&text_of(&name, &self.head), &name, key)
    }

    /// Reads a note and checks that `key` signed it. Signatures of others (witnesses) are passed
    /// over, as the format asks.
    ///
    /// # Errors
    /// See [`CheckpointError`].
    pub fn open(note: &[u8], key: &VerifyingKey) -> Result<Self, CheckpointError> {
        opened(note, key, |text| {
            let checkpoint = Self::read(text)?;
            Ok((checkpoint, Self::origin(checkpoint.log)))
        })
    }

    fn read(text: &str) -> Result<Self, CheckpointError> {
        let (origin, head) = head_of(text)?;
        let log = log_named(origin).ok_or(CheckpointError::Malformed(
            "the first line does not name a log of Querschnitt",
        ))?;
        // There is one spelling only: no sign, no leading zero, no capital letters.
        match text_of(&Self::origin(log), &head) == text {
            true => Ok(Self { log, head }),
            false => Err(CheckpointError::Malformed("it is not in its one spelling")),
        }
    }

    /// The verifier key to hand out: `<name>+<key id>+<type and public key>`.
    #[must_use]
    pub fn verifier_key(log: LogIdentity, key: &VerifyingKey) -> String {
        let name = Self::origin(log);
        let id = hex::encode(key_id(&name, key));
        let typed = [&[ED25519], key.as_bytes().as_slice()].concat();
        format!("{name}+{id}+{}", STANDARD.encode(typed))
    }
}

/// The text that is signed: three lines.
fn text_of(origin: &str, head: &TreeHead) -> String {
    let root = STANDARD.encode(head.root);
    format!("{origin}\n{}\n{root}\n", head.size)
}

/// The note of a text, signed by the key of this name.
fn signed(text: &str, name: &str, key: &SigningKey) -> String {
    let mut signature = key_id(name, &key.verifying_key()).to_vec();
    signature.extend_from_slice(&key.sign(text.as_bytes()).to_bytes());
    format!("{text}\n— {name} {}\n", STANDARD.encode(signature))
}

/// What a note says that `key` signed. `read` takes its text and says the name of the key it must be signed with.
fn opened<T>(
    note: &[u8],
    key: &VerifyingKey,
    read: impl FnOnce(&str) -> Result<(T, String), CheckpointError>,
) -> Result<T, CheckpointError> {
    let (text, signatures) = take_apart(note)?;
    let (said, name) = read(text)?;
    let id = key_id(&name, key);
    let mut verified = false;
    for (signer, signature) in signatures {
        if signer != name || !signature.starts_with(&id) {
            continue;
        }
        let signature = Signature::from_slice(&signature[id.len()..])
            .map_err(|_| CheckpointError::WrongSignature)?;
        key.verify_strict(text.as_bytes(), &signature)
            .map_err(|_| CheckpointError::WrongSignature)?;
        verified = true;
    }
    match verified {
        true => Ok(said),
        false => Err(CheckpointError::NotSigned(name)),
    }
}

/// The first line of a text, and the size and the root in the others.
fn head_of(text: &str) -> Result<(&str, TreeHead), CheckpointError> {
    use CheckpointError::Malformed;
    let mut lines = text.split_terminator('\n');
    let (Some(origin), Some(size), Some(root), None) =
        (lines.next(), lines.next(), lines.next(), lines.next())
    else {
        return Err(Malformed("it does not have three lines"));
    };
    let head = TreeHead {
        size: size
            .parse()
            .map_err(|_| Malformed("the second line is not a size"))?,
        root: STANDARD
            .decode(root)
            .ok()
            .and_then(|root| Hash::try_from(root).ok())
            .ok_or(Malformed("the third line is not a root"))?,
    };
    Ok((origin, head))
}

/// The log of this name.
fn log_named(origin: &str) -> Option<LogIdentity> {
    let (id, epoch) = origin.strip_prefix("querschnitt/")?.split_once('/')?;
    Some(LogIdentity {
        id: Uuid::try_parse(id).ok()?,
        epoch: epoch.parse().ok()?,
    })
}

/// The first four bytes of SHA-256 over name, line feed, type and public key.
fn key_id(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let mut hash = Sha256::new();
    hash.update(name.as_bytes());
    hash.update([b'\n', ED25519]);
    hash.update(key.as_bytes());
    let hash: Hash = hash.finalize().into();
    [hash[0], hash[1], hash[2], hash[3]]
}

/// The name of a key, and its id with the signature.
type Signed<'a> = (&'a str, Vec<u8>);

/// The text of a signed note (with its last line feed), and name and bytes of each signature.
fn take_apart(note: &[u8]) -> Result<(&str, Vec<Signed<'_>>), CheckpointError> {
    use CheckpointError::Malformed;
    if note.len() > LONGEST {
        return Err(Malformed("it is too long"));
    }
    let note = std::str::from_utf8(note).map_err(|_| Malformed("it is not UTF-8"))?;
    if note.chars().any(|c| c < ' ' && c != '\n') {
        return Err(Malformed("it holds control characters"));
    }
    let end = note
        .rfind("\n\n")
        .ok_or(Malformed("it has no empty line before the signatures"))?;
    let (text, signatures) = (&note[..=end], &note[end + 2..]);
    let lines = signatures
        .strip_suffix('\n')
        .ok_or(Malformed("it does not end in a line feed"))?;
    let signatures = lines.split('\n').map(|line| {
        let (name, signature) = line
            .strip_prefix("— ")
            .and_then(|rest| rest.split_once(' '))
            .ok_or(Malformed("a signature line is not of its form"))?;
        let signature = STANDARD
            .decode(signature)
            .ok()
            .filter(|bytes| bytes.len() > 4)
            .ok_or(Malformed("a signature is not of its form"))?;
        if name.is_empty() || name.contains('+') || name.contains(char::is_whitespace) {
            return Err(Malformed("a signature's name is not of its form"));
        }
        Ok((name, signature))
    });
    Ok((text, signatures.collect::<Result<_, _>>()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tree::empty_root;

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[5; 32])
    }

    fn checkpoint(size: u64) -> Checkpoint {
        Checkpoint {
            log: LogIdentity {
                id: Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001),
                epoch: 2,
            },
            head: TreeHead {
                size,
                root: empty_root(),
            },
        }
    }

    fn open(note: &str) -> Result<Checkpoint, CheckpointError> {
        Checkpoint::open(note.as_bytes(), &key().verifying_key())
    }

    #[test]
    fn a_note_has_the_form_of_the_specification() {
        let note = checkpoint(1042).sign(&key());
        let lines: Vec<_> = note.split('\n').collect();
        let name = "querschnitt/01990000-0000-7000-8000-000000000001/2";
        assert_eq!(
            lines[..4],
            [
                name,
                "1042",
                "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                ""
            ]
        );
        assert!(lines[4].starts_with(&format!("— {name} ")), "{note}");
        assert_eq!(lines[5..], [""]);
        assert_eq!(open(&note), Ok(checkpoint(1042)));
    }

    /// The example of the Go package `golang.org/x/mod/sumdb/note`, which the specification was
    /// written after.
    #[test]
    fn ids_and_signatures_are_those_of_the_reference_implementation() {
        let typed = STANDARD
            .decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
            .unwrap();
        let key = VerifyingKey::from_bytes(typed[1..].try_into().unwrap()).unwrap();
        let note = "If you think cryptography is the answer to your problem,\n\
            then you don't know what your problem is.\n\
            \n\
            — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        let (text, signatures) = take_apart(note.as_bytes()).unwrap();
        let (name, signature) = &signatures[0];
        assert_eq!(*name, "PeterNeumann");
        assert_eq!(signature[..4], key_id(name, &key));
        let signature = Signature::from_slice(&signature[4..]).unwrap();
        assert!(key.verify_strict(text.as_bytes(), &signature).is_ok());
    }

    #[test]
    fn witnesses_may_sign_too_but_the_logs_signature_must_be_there_and_right() {
        let note = checkpoint(7).sign(&key());
        let witness = format!("— example.org/witness {}\n", STANDARD.encode([1; 76]));
        assert_eq!(open(&format!("{note}{witness}")), Ok(checkpoint(7)));
        let (text, _) = note.split_once("\n\n").unwrap();
        let unsigned = format!("{text}\n\n{witness}");
        assert!(matches!(
            open(&unsigned),
            Err(CheckpointError::NotSigned(_))
        ));
        let other = Checkpoint::open(
            note.as_bytes(),
            &SigningKey::from_bytes(&[6; 32]).verifying_key(),
        );
        assert!(matches!(other, Err(CheckpointError::NotSigned(_))));
        let enlarged = note.replacen("\n7\n", "\n8\n", 1);
        assert_eq!(open(&enlarged), Err(CheckpointError::WrongSignature));
    }

    #[test]
    fn other_spellings_are_refused_even_when_signed() {
        let good = checkpoint(7);
        let good = text_of(&Checkpoint::origin(good.log), &good.head);
        let spellings = [
            good.replacen("\n7\n", "\n07\n", 1),
            good.replacen("\n7\n", "\n+7\n", 1),
            good.replacen("/2\n", "/02\n", 1),
            good.replacen("0199", "{0199", 1),
            good.to_uppercase(),
            format!("{good}extension\n"),
            good.replacen('=', "", 1),
        ];
        for text in spellings {
            let name = Checkpoint::origin(checkpoint(7).log);
            let mut signature = key_id(&name, &key().verifying_key()).to_vec();
            signature.extend_from_slice(&key().sign(text.as_bytes()).to_bytes());
            let note = format!("{text}\n— {name} {}\n", STANDARD.encode(signature));
            assert!(
                matches!(open(&note), Err(CheckpointError::Malformed(_))),
                "{note}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_changed_byte_is_never_accepted(at in any::<prop::sample::Index>(), byte: u8) {
            let note = checkpoint(123_456).sign(&key()).into_bytes();
            let mut changed = note.clone();
            let at = at.index(note.len());
            changed[at] = byte;
            let opened = Checkpoint::open(&changed, &key().verifying_key());
            prop_assert_eq!(opened.is_ok(), changed == note);
        }

        #[test]
        fn anything_hostile_is_refused(note in prop::collection::vec(any::<u8>(), 0..300), text in "\\PC{0,200}") {
            prop_assert!(Checkpoint::open(&note, &key().verifying_key()).is_err());
            prop_assert!(open(&text).is_err());
            let note = format!("{text}\n\n— {text}\n");
            prop_assert!(open(&note).is_err());
        }
    }
}
