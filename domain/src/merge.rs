//! A source was imported before, the office may have changed the record since, and the source has
//! other content now: what counts?
//!
//! Field by field: what the office changed stays unless the source changed the same field later.
//! Texts are sealed, so the importer opens the record's texts and hands them in; a text that is the
//! same keeps its commitment.

use std::collections::BTreeMap;

use crate::context::Context;
use crate::id::RecordId;
use crate::text::{Commitment, Text};

/// A field that is no text: `theirs` is the source's value now, `base` its value at the last
/// import, `ours` what the record says.
pub(crate) fn value<T: PartialEq>(theirs: T, base: &T, ours: T) -> T {
    if theirs == *base { ours } else { theirs }
}

/// What the source said, seen from an import that led to `new`: where the import kept what the
/// office had entered (`ours`), the source still said `base`.
pub(crate) fn said<T: PartialEq + Clone>(new: &T, ours: &T, base: &T) -> T {
    if ours != base && new == ours {
        base.clone()
    } else {
        new.clone()
    }
}

/// Merges the texts of one record.
pub(crate) struct Texts<'a> {
    /// The texts of the record as the vault holds them.
    pub(crate) known: &'a BTreeMap<Commitment, Text>,
    /// The record.
    pub(crate) subject: RecordId,
    pub(crate) context: &'a Context,
}

impl Texts<'_> {
    /// Whether a commitment is one to this text.
    pub(crate) fn is(&self, commitment: Option<Commitment>, text: Option<&Text>) -> bool {
        match (commitment, text) {
            (None, None) => true,
            (Some(commitment), Some(text)) => self.known.get(&commitment) == Some(text),
            (None, Some(_)) | (Some(_), None) => false,
        }
    }

    /// A text, as [`value`] has it for other fields.
    pub(crate) fn merge(
        &self,
        theirs: Option<&Text>,
        base: Option<Commitment>,
        ours: Option<Commitment>,
    ) -> Option<Commitment> {
        if self.is(ours, theirs) {
            return ours;
        }
        // When the earlier text can't be opened any more, the office's own is the safer one.
        let unknown = base.is_some_and(|base| !self.known.contains_key(&base));
        if ours != base && (unknown || self.is(base, theirs)) {
            return ours;
        }
        self.context.seal_option(self.subject, theirs)
    }
}
