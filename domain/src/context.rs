//! What comes in from outside with every decision: time, actor, new ids, salts.

use std::cell::{Cell, RefCell};

use sha2::{Digest, Sha256};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::centre::CentreKey;
use crate::file::FileContent;
use crate::id::{ActorId, RecordId};
use crate::role::Role;
use crate::text::{Commitment, Text};

/// A text that has to be in the vault before the event that commits to it is appended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SealedText {
    /// The record the text belongs to; one key per subject.
    pub subject: RecordId,
    /// What the event holds.
    pub commitment: Commitment,
    /// The salt that goes into the vault with the text.
    pub salt: [u8; 16],
    /// The text.
    pub text: Text,
}

/// A file that has to be in the vault before the event that commits to it is appended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SealedFile {
    /// The record the file belongs to; one key per subject.
    pub subject: RecordId,
    /// What the event holds.
    pub commitment: Commitment,
    /// The salt that goes into the vault with the file.
    pub salt: [u8; 16],
    /// The bytes.
    pub content: FileContent,
}

/// Time, actor, new ids and salts for one attempt at one command.
///
/// The randomness is drawn before the decision and handed in, so a decision stays a pure function:
/// the same context, facts and command give the same events.
#[derive(Debug)]
pub struct Context {
    /// Now, in UTC.
    pub now: OffsetDateTime,
    /// Today in Europe/Berlin: what an office means by "today".
    pub today: Date,
    /// Who acts.
    pub actor: ActorId,
    /// In which role.
    pub role: Role,
    /// The centre the actor acts for. Records of other centres do not exist for the decision.
    pub centre: CentreKey,
    seed: [u8; 32],
    drawn: Cell<u32>,
    texts: RefCell<Vec<SealedText>>,
    files: RefCell<Vec<SealedFile>>,
}

impl Context {
    /// A context; `seed` is 256 fresh random bits from which ids and salts are drawn.
    #[must_use]
    pub const fn new(
        now: OffsetDateTime,
        today: Date,
        actor: ActorId,
        role: Role,
        centre: CentreKey,
        seed: [u8; 32],
    ) -> Self {
        Self {
            now,
            today,
            actor,
            role,
            centre,
            seed,
            drawn: Cell::new(0),
            texts: RefCell::new(Vec::new()),
            files: RefCell::new(Vec::new()),
        }
    }

    fn draw(&self) -> [u8; 16] {
        let n = self.drawn.get();
        self.drawn.set(n + 1);
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update(n.to_be_bytes());
        let digest: [u8; 32] = hash.finalize().into();
        let mut drawn = [0; 16];
        drawn.copy_from_slice(&digest[..16]);
        drawn
    }

    /// A new id (UUID version 7 at [`Context::now`]).
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        let random = self.draw();
        let milliseconds = u64::try_from(self.now.unix_timestamp_nanos() / 1_000_000).unwrap_or(0);
        let mut tail = [0_u8; 10];
        tail.copy_from_slice(&random[..10]);
        uuid::Builder::from_unix_timestamp_millis(milliseconds, &tail).into_uuid()
    }

    /// Takes a text for the vault and gives what the event holds instead of it.
    pub fn seal(&self, subject: RecordId, text: &Text) -> Commitment {
        let salt = self.draw();
        let commitment = Commitment::of(&salt, text.as_str());
        self.texts.borrow_mut().push(SealedText {
            subject,
            commitment,
            salt,
            text: text.clone(),
        });
        commitment
    }

    /// [`Context::seal`] for a text that may be missing.
    pub fn seal_option(&self, subject: RecordId, text: Option<&Text>) -> Option<Commitment> {
        text.map(|text| self.seal(subject, text))
    }

    /// Takes a file for the vault and gives what the event holds instead of it.
    pub fn seal_file(&self, subject: RecordId, content: &FileContent) -> Commitment {
        let salt = self.draw();
        let commitment = Commitment::of_bytes(&salt, content.bytes());
        self.files.borrow_mut().push(SealedFile {
            subject,
            commitment,
            salt,
            content: content.clone(),
        });
        commitment
    }

    /// The texts taken so far, of a decision that takes no files.
    #[must_use]
    pub fn into_texts(self) -> Vec<SealedText> {
        self.into_sealed().0
    }

    /// The texts and files taken so far; `store::execute` puts them into the vault before it
    /// appends.
    #[must_use]
    pub fn into_sealed(self) -> (Vec<SealedText>, Vec<SealedFile>) {
        (self.texts.into_inner(), self.files.into_inner())
    }
}
