//! The digest of a state: SHA-256 over every row there ever was, every timeline and every order of a
//! list, in a form of its own.
//!
//! Two nodes at one position agree on it, and so do a running state and a rebuilt one. Values go in
//! as their stable codes, never as places in a list's file, and no text goes in at all.

use querschnitt_domain::{CentreKey, Code, Commitment, List, RecordId};
use sha2::{Digest as _, Sha256};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::action_area_set::ActionAreaSet;
use crate::known::Known;

/// Which state a digest is of. To be raised by every change after which the same log gives another
/// digest: a new field of a row, a new list. Digests of two versions are not to be compared.
pub const DIGEST_VERSION: u32 = 7;

/// A SHA-256 over a state or a part of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Digest(pub [u8; 32]);

impl std::fmt::Display for Digest {
    /// Lower-case hex.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Writes values so that no two different rows give the same bytes: fixed widths, or the length in
/// front.
pub(crate) struct Canonical {
    hash: Sha256,
    buffer: Vec<u8>,
}

/// What a row is in a digest.
pub(crate) trait Digested {
    /// Every field but texts.
    fn digest(&self, to: &mut Canonical);
}

const FLUSH_AT: usize = 64 * 1024;

impl Canonical {
    pub(crate) fn new() -> Self {
        Self {
            hash: Sha256::new(),
            buffer: Vec::with_capacity(FLUSH_AT + 1024),
        }
    }

    pub(crate) fn finish(mut self) -> Digest {
        self.hash.update(&self.buffer);
        Digest(self.hash.finalize().into())
    }

    /// A table: its name, its length, its rows.
    pub(crate) fn table<R: Digested>(&mut self, name: &str, rows: &[R]) {
        self.text(name).number(rows.len() as u64);
        for row in rows {
            row.digest(self);
            self.spill();
        }
    }

    /// Hashes what has gathered, if it is much. To be called between the entries of anything long.
    pub(crate) fn spill(&mut self) {
        if self.buffer.len() >= FLUSH_AT {
            self.hash.update(&self.buffer);
            self.buffer.clear();
        }
    }

    /// The digest of a part.
    pub(crate) fn part(&mut self, part: Digest) -> &mut Self {
        self.buffer.extend_from_slice(&part.0);
        self
    }

    /// A place in a table, or anything else of 32 bits.
    pub(crate) fn place(&mut self, place: u32) -> &mut Self {
        self.buffer.extend_from_slice(&place.to_be_bytes());
        self
    }

    pub(crate) fn number(&mut self, value: impl Into<u64>) -> &mut Self {
        self.buffer.extend_from_slice(&value.into().to_be_bytes());
        self
    }

    pub(crate) fn text(&mut self, value: &str) -> &mut Self {
        self.number(value.len() as u64);
        self.buffer.extend_from_slice(value.as_bytes());
        self
    }

    pub(crate) fn id(&mut self, id: Uuid) -> &mut Self {
        self.buffer.extend_from_slice(id.as_bytes());
        self
    }

    pub(crate) fn record(&mut self, record: RecordId) -> &mut Self {
        self.text(record.kind.word()).id(record.id)
    }

    pub(crate) fn centre(&mut self, centre: CentreKey) -> &mut Self {
        self.text(centre.as_str())
    }

    pub(crate) fn day(&mut self, day: Date) -> &mut Self {
        self.buffer
            .extend_from_slice(&day.to_julian_day().to_be_bytes());
        self
    }

    pub(crate) fn instant(&mut self, instant: OffsetDateTime) -> &mut Self {
        self.buffer
            .extend_from_slice(&instant.unix_timestamp_nanos().to_be_bytes());
        self.buffer
            .extend_from_slice(&instant.offset().whole_seconds().to_be_bytes());
        self
    }

    pub(crate) fn code<L: List>(&mut self, code: Code<L>) -> &mut Self {
        self.text(code.as_str())
    }

    pub(crate) fn areas(&mut self, areas: ActionAreaSet) -> &mut Self {
        self.number(areas.len() as u64);
        for area in areas.iter() {
            self.code(area);
        }
        self
    }

    pub(crate) fn sealed(&mut self, commitment: Commitment) -> &mut Self {
        self.buffer.extend_from_slice(&commitment.0);
        self
    }

    pub(crate) fn known(&mut self, known: Known) -> &mut Self {
        self.number(known.from()).option(known.until(), |to, at| {
            to.number(at);
        })
    }

    /// Whether there is a value, then the value.
    pub(crate) fn option<T>(
        &mut self,
        value: Option<T>,
        write: impl FnOnce(&mut Self, T),
    ) -> &mut Self {
        self.buffer.push(u8::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
        self
    }

    /// How many values there are, then the values.
    pub(crate) fn list<T>(
        &mut self,
        values: &[T],
        mut write: impl FnMut(&mut Self, &T),
    ) -> &mut Self {
        self.number(values.len() as u64);
        for value in values {
            write(self, value);
        }
        self
    }
}
