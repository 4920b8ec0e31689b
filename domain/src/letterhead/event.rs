//! What can happen to a letterhead.

use serde::{Deserialize, Serialize};

use crate::id::LetterheadId;
use crate::text::Commitment;

/// The events of a letterhead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LetterheadEvent {
    /// Letters that go out from now on look like this.
    Set(Set),
}

/// What stands around the text of a centre's letters. What is missing is left out or taken from the
/// reference data of the centre.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetterheadFacts {
    /// The authority, as it calls itself ("Stadt Bielefeld · Der Oberbürgermeister"), sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<Commitment>,
    /// The name of the office, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<Commitment>,
    /// Its postal address, several lines, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Commitment>,
    /// Its telephone number, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Commitment>,
    /// Its e-mail address, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Commitment>,
    /// Its web address, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web: Option<Commitment>,
    /// What stands under the signature of the head ("Leitung"), sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_function: Option<Commitment>,
    /// The logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<Logo>,
}

/// A logo: a PNG file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logo {
    /// The file, sealed.
    pub content: Commitment,
    /// Its size in bytes.
    pub size: u32,
    /// What it shows, for those who can't see it; sealed.
    pub description: Commitment,
}

/// See [`LetterheadEvent::Set`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Set {
    /// Which letterhead: each centre has one.
    pub letterhead: LetterheadId,
    /// All of what it holds from now on.
    pub facts: LetterheadFacts,
    /// The names of the fields that changed, as clients name them.
    pub changed: Vec<Box<str>>,
}

impl LetterheadEvent {
    /// The letterhead whose record this event belongs to.
    #[must_use]
    pub const fn letterhead(&self) -> LetterheadId {
        match self {
            Self::Set(event) => event.letterhead,
        }
    }
}
