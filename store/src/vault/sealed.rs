//! What is sealed: texts and files alike, told apart so that one can't be read as the other.

use querschnitt_domain::{Commitment, RecordId, SealedFile, SealedText};

/// A text or a file on its way into the vault.
#[derive(Clone, Debug)]
pub(super) enum Sealed {
    /// A text.
    Text(SealedText),
    /// A file.
    File(SealedFile),
}

/// What the content of an entry is. Its word is bound to the entry when it is encrypted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum What {
    /// A text.
    Text,
    /// The bytes of a file.
    File,
}

impl What {
    pub(super) const fn word(self) -> &'static [u8] {
        match self {
            Self::Text => b"text",
            Self::File => b"file",
        }
    }
}

impl Sealed {
    pub(super) const fn what(&self) -> What {
        match self {
            Self::Text(_) => What::Text,
            Self::File(_) => What::File,
        }
    }

    pub(super) const fn subject(&self) -> RecordId {
        match self {
            Self::Text(text) => text.subject,
            Self::File(file) => file.subject,
        }
    }

    pub(super) const fn commitment(&self) -> Commitment {
        match self {
            Self::Text(text) => text.commitment,
            Self::File(file) => file.commitment,
        }
    }

    pub(super) const fn salt(&self) -> &[u8; 16] {
        match self {
            Self::Text(text) => &text.salt,
            Self::File(file) => &file.salt,
        }
    }

    pub(super) fn content(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.text.as_str().as_bytes(),
            Self::File(file) => file.content.bytes(),
        }
    }
}

/// Texts and files of one command together.
pub(super) fn all(texts: Vec<SealedText>, files: Vec<SealedFile>) -> Vec<Sealed> {
    let texts = texts.into_iter().map(Sealed::Text);
    texts.chain(files.into_iter().map(Sealed::File)).collect()
}
