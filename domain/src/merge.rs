//! A source was imported before, the office may have changed the record since, and the source has
//! other content now: what counts?
//!
//! Field by field: what the office changed stays unless the source changed the same field later.
//! Texts are sealed, so the importer opens the record's texts and hands them in; a text that is the
//! same keeps its commitment. What the source no longer says is taken out, texts too.

use std::collections::BTreeMap;

use crate::context::Context;
use crate::id::RecordId;
use crate::text::{Commitment, Text};

/// What the source said, seen from an import that led to `new`: where the import kept what the
/// office had entered (`ours`), the source still said `base`. Where the source came to agree with
/// the office, [`SourceSeen`](crate::SourceSeen) says so.
pub(crate) fn said<T: PartialEq + Clone>(new: &T, ours: &T, base: &T) -> T {
    if ours != base && new == ours {
        base.clone()
    } else {
        new.clone()
    }
}

/// Merges the fields of one record. `theirs` is the source's value now, `base` its value at the last
/// import, `ours` what the record says.
pub(crate) struct Merge<'a> {
    /// The texts of the record as the vault holds them.
    known: &'a BTreeMap<Commitment, Text>,
    /// The record.
    pub(crate) subject: RecordId,
    pub(crate) context: &'a Context,
    /// The fields in which the source came to say what the record says already.
    agreed: Vec<Box<str>>,
}

impl<'a> Merge<'a> {
    pub(crate) const fn new(
        known: &'a BTreeMap<Commitment, Text>,
        subject: RecordId,
        context: &'a Context,
    ) -> Self {
        Self {
            known,
            subject,
            context,
            agreed: Vec::new(),
        }
    }

    /// A field that is no text.
    pub(crate) fn value<T: PartialEq>(&mut self, field: &str, theirs: T, base: &T, ours: T) -> T {
        if theirs == *base {
            return ours;
        }
        if theirs == ours {
            self.agree(field);
        }
        theirs
    }

    /// A text.
    pub(crate) fn text(
        &mut self,
        field: &str,
        theirs: Option<&Text>,
        base: Option<Commitment>,
        ours: Option<Commitment>,
    ) -> Option<Commitment> {
        if self.is(ours, theirs) {
            if ours != base && !self.is(base, theirs) {
                self.agree(field);
            }
            return ours;
        }
        // When the earlier text can't be opened any more, the office's own is the safer one.
        let unknown = base.is_some_and(|base| !self.known.contains_key(&base));
        if ours != base && (unknown || self.is(base, theirs)) {
            return ours;
        }
        self.context.seal_option(self.subject, theirs)
    }

    /// Whether a commitment is one to this text.
    pub(crate) fn is(&self, commitment: Option<Commitment>, text: Option<&Text>) -> bool {
        match (commitment, text) {
            (None, None) => true,
            (Some(commitment), Some(text)) => self.known.get(&commitment) == Some(text),
            (None, Some(_)) | (Some(_), None) => false,
        }
    }

    /// A text of the record, where it could be opened.
    pub(crate) fn opened(&self, commitment: Commitment) -> Option<&'a Text> {
        self.known.get(&commitment)
    }

    /// Notes that the source came to say what the record says in this field.
    pub(crate) fn agree(&mut self, field: &str) {
        self.agreed.push(field.into());
    }

    /// The fields in which it did.
    pub(crate) fn agreed(self) -> Vec<Box<str>> {
        self.agreed
    }
}

/// Makes, from one list of all fields of a struct with their names for clients, what its module
/// needs beside the merge itself: `said_facts`, see [`said`], and `agree_facts`, which takes over
/// from the record (`ours`) in what the source came to agree.
macro_rules! fields {
    ($facts:ident { $($name:literal => $field:ident,)+ }) => {
        fn said_facts(new: &$facts, ours: &$facts, base: &$facts) -> $facts {
            $facts {
                $($field: $crate::merge::said(&new.$field, &ours.$field, &base.$field),)+
            }
        }

        fn agree_facts(base: &mut $facts, ours: &$facts, seen: &$crate::seen::SourceSeen) {
            $(if seen.agrees($name) {
                base.$field.clone_from(&ours.$field);
            })+
        }
    };
}
pub(crate) use fields;
