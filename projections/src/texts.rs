//! Where the words come from: the vault, seen from here.

use std::sync::Arc;

use querschnitt_domain::{Commitment, RecordId};

/// Gives out the text behind a commitment. Views use it to search names; nothing it gives out is
/// part of a digest, so that a node without a text and one with it agree.
pub trait TextSource: Send + Sync + 'static {
    /// The text of a record; `None` when it is not there (any more).
    fn text(&self, subject: RecordId, commitment: &Commitment) -> Option<Arc<str>>;
}

/// Knows no text: for a replay that is to be compared, not searched.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTexts;

impl TextSource for NoTexts {
    fn text(&self, _subject: RecordId, _commitment: &Commitment) -> Option<Arc<str>> {
        None
    }
}
