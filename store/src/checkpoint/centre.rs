//! Checkpoints of one centre: what anyone needs to check who may know of no other.
//!
//! ```text
//! querschnitt/0199…/1/05711
//! 311
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — querschnitt/0199…/1 Az3grlgtzPIC…
//! ```
//!
//! The first line names the log and the centre, so that it is no checkpoint of the whole log and none of another
//! centre; it is signed with the key of the log, under the log's name. Size and root are those of the tree (RFC
//! 6962) over the lines of the centre's events alone, in the order of the log.

use ed25519_dalek::{SigningKey, VerifyingKey};
use querschnitt_domain::CentreKey;

use super::{Checkpoint, CheckpointError, head_of, log_named, opened, signed, text_of};
use crate::log::LogIdentity;
use crate::tree::TreeHead;

/// Which centre's part of which log was how large, and the root over its lines then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CentreCheckpoint {
    /// Which log.
    pub log: LogIdentity,
    /// Which centre.
    pub centre: CentreKey,
    /// How many events of the centre there are, and the root over them.
    pub head: TreeHead,
}

impl CentreCheckpoint {
    /// Its first line.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{}/{}", Checkpoint::origin(self.log), self.centre)
    }

    /// The signed note.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> String {
        let text = text_of(&self.origin(), &self.head);
        signed(&text, &Checkpoint::origin(self.log), key)
    }

    /// Reads a note and checks that `key` signed it; as [`Checkpoint::open`].
    ///
    /// # Errors
    /// See [`CheckpointError`].
    pub fn open(note: &[u8], key: &VerifyingKey) -> Result<Self, CheckpointError> {
        opened(note, key, |text| {
            let checkpoint = Self::read(text)?;
            Ok((checkpoint, Checkpoint::origin(checkpoint.log)))
        })
    }

    fn read(text: &str) -> Result<Self, CheckpointError> {
        let (origin, head) = head_of(text)?;
        let named = origin.rsplit_once('/').and_then(|(log, centre)| {
            Some(Self {
                log: log_named(log)?,
                centre: centre.parse().ok()?,
                head,
            })
        });
        let checkpoint = named.ok_or(CheckpointError::Malformed(
            "the first line does not name a centre in a log of Querschnitt",
        ))?;
        // There is one spelling only: no sign, no leading zero, no capital letters.
        match text_of(&checkpoint.origin(), &head) == text {
            true => Ok(checkpoint),
            false => Err(CheckpointError::Malformed("it is not in its one spelling")),
        }
    }
}

#[cfg(test)]
mod tests {
    use querschnitt_domain::CENTRES;
    use uuid::Uuid;

    use super::*;

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[5; 32])
    }

    fn checkpoint() -> CentreCheckpoint {
        CentreCheckpoint {
            log: LogIdentity {
                id: Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001),
                epoch: 2,
            },
            centre: CENTRES[0].key,
            head: TreeHead {
                size: 42,
                root: [7; 32],
            },
        }
    }

    #[test]
    fn what_was_signed_is_read_again_and_is_no_checkpoint_of_the_log() {
        let note = checkpoint().sign(&key());
        let public = key().verifying_key();
        let opened = CentreCheckpoint::open(note.as_bytes(), &public);
        assert_eq!(opened, Ok(checkpoint()));
        let as_whole = Checkpoint::open(note.as_bytes(), &public);
        assert!(
            matches!(as_whole, Err(CheckpointError::Malformed(_))),
            "{as_whole:?}"
        );
        let whole = Checkpoint {
            log: checkpoint().log,
            head: checkpoint().head,
        };
        let as_centre = CentreCheckpoint::open(whole.sign(&key()).as_bytes(), &public);
        assert!(
            matches!(as_centre, Err(CheckpointError::Malformed(_))),
            "{as_centre:?}"
        );
    }

    #[test]
    fn another_centre_another_key_and_another_spelling_are_refused() {
        let note = checkpoint().sign(&key());
        let public = key().verifying_key();
        let (centre, other) = (CENTRES[0].key.as_str(), CENTRES[1].key.as_str());
        for (from, to) in [
            (format!("/{centre}\n"), format!("/{other}\n")),
            ("\n42\n".to_owned(), "\n43\n".to_owned()),
        ] {
            let changed = note.replacen(&from, &to, 1);
            assert_ne!(changed, note);
            let opened = CentreCheckpoint::open(changed.as_bytes(), &public);
            assert_eq!(opened, Err(CheckpointError::WrongSignature));
        }
        let spelled = note.replacen("\n42\n", "\n042\n", 1);
        let opened = CentreCheckpoint::open(spelled.as_bytes(), &public);
        assert!(matches!(opened, Err(CheckpointError::Malformed(_))));
        let stranger = SigningKey::from_bytes(&[6; 32]).verifying_key();
        let opened = CentreCheckpoint::open(note.as_bytes(), &stranger);
        assert!(matches!(opened, Err(CheckpointError::NotSigned(_))));
    }
}
