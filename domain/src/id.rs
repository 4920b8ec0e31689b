//! Identifiers. Every record kind has its own type, so that one can't be taken for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use crate::centre::CentreKey;
use crate::query::Tag;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

ids! {
    /// An organisation in the register of a centre.
    OrganisationId,
    /// A consultation (Beratung).
    ConsultationId,
    /// A network: a body that meets (Gremium, Arbeitskreis, Lenkungsgruppe …).
    NetworkId,
    /// One meeting of a network.
    MeetingId,
    /// An agreement made in a network (Vereinbarung).
    AgreementId,
    /// A review of a project (Stellungnahme).
    ReviewId,
    /// The letterhead of a centre (Briefkopf); see [`LetterheadId::of`].
    LetterheadId,
    /// A unit of the authority (Organisationseinheit), in the register of a centre.
    UnitId,
    /// What a client sends with each mutation so that a retry records nothing twice.
    CommandId,
    /// One event in the log.
    EventId,
    /// An account: of a person or a machine. Names live in the vault, never in the log.
    ActorId,
    /// A role that was given to an account.
    GrantId,
    /// That one account represents another (Vertretung).
    DeputyId,
    /// A token of a machine.
    MachineTokenId,
    /// A documented request of a person, or an audit order.
    OrderId,
    /// One use of break-glass (Notzugriff).
    GlassId,
}

/// The kinds of records that have a timeline.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum RecordKind {
    /// See [`OrganisationId`].
    Organisation,
    /// See [`ConsultationId`].
    Consultation,
    /// See [`NetworkId`].
    Network,
    /// See [`MeetingId`].
    Meeting,
    /// See [`AgreementId`].
    Agreement,
    /// See [`ReviewId`].
    Review,
    /// See [`LetterheadId`].
    Letterhead,
    /// See [`ActorId`].
    Account,
    /// See [`OrderId`] and [`GlassId`]: what opens something that is closed otherwise.
    Exception,
    /// See [`UnitId`].
    Unit,
}

impl RecordKind {
    /// All kinds, in the order screens list them.
    pub const ALL: [Self; 10] = [
        Self::Organisation,
        Self::Consultation,
        Self::Network,
        Self::Meeting,
        Self::Agreement,
        Self::Review,
        Self::Letterhead,
        Self::Account,
        Self::Exception,
        Self::Unit,
    ];

    /// The stable word used in tags and stored references.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Consultation => "consultation",
            Self::Network => "network",
            Self::Meeting => "meeting",
            Self::Agreement => "agreement",
            Self::Review => "review",
            Self::Letterhead => "letterhead",
            Self::Account => "account",
            Self::Exception => "exception",
            Self::Unit => "unit",
        }
    }
}

/// A reference to any record; stored as `kind:uuid`, which is also its tag.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct RecordId {
    /// Which kind of record.
    pub kind: RecordKind,
    /// Its id.
    pub id: Uuid,
}

impl RecordId {
    /// The tag under which every event of this record is found.
    #[must_use]
    pub fn tag(self) -> Tag {
        Tag::from_text(RecordText::of(self).as_str())
    }
}

/// The text of a [`RecordId`], `kind:id`, without a heap: it is made a hundred times for each page that is
/// read.
struct RecordText {
    bytes: [u8; Self::BYTES],
    length: usize,
}

impl RecordText {
    /// Room for the longest word, a colon and an id.
    const BYTES: usize = 64;

    fn of(record: RecordId) -> Self {
        let word = record.kind.word().as_bytes();
        let (colon, length) = (word.len(), word.len() + 1 + Hyphenated::LENGTH);
        let mut bytes = [0; Self::BYTES];
        bytes[..colon].copy_from_slice(word);
        bytes[colon] = b':';
        record
            .id
            .hyphenated()
            .encode_lower(&mut bytes[colon + 1..length]);
        Self { bytes, length }
    }

    fn as_str(&self) -> &str {
        // Words and ids are ASCII.
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(RecordText::of(*self).as_str())
    }
}

impl FromStr for RecordId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (word, id) = text
            .split_once(':')
            .ok_or("no colon in a record reference")?;
        let kind = RecordKind::ALL
            .into_iter()
            .find(|kind| kind.word() == word)
            .ok_or_else(|| format!("unknown record kind {word:?}"))?;
        let id = Uuid::try_parse(id).map_err(|error| error.to_string())?;
        Ok(Self { kind, id })
    }
}

impl Serialize for RecordId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(RecordText::of(*self).as_str())
    }
}

impl<'de> Deserialize<'de> for RecordId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::parsed::parsed(deserializer, "a reference to a record", str::parse)
    }
}

/// The reference is to a record of another kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0} is of another kind")]
pub struct OtherKind(pub RecordId);

macro_rules! records {
    ($($name:ident => $kind:ident),+ $(,)?) => {$(
        impl $name {
            /// This id as a reference to any record.
            #[must_use]
            pub const fn record(self) -> RecordId {
                RecordId { kind: RecordKind::$kind, id: self.0 }
            }

            /// The tag under which every event of this record is found.
            #[must_use]
            pub fn tag(self) -> Tag {
                self.record().tag()
            }
        }

        impl From<$name> for RecordId {
            fn from(id: $name) -> Self {
                id.record()
            }
        }

        impl TryFrom<RecordId> for $name {
            type Error = OtherKind;

            fn try_from(record: RecordId) -> Result<Self, OtherKind> {
                if record.kind == RecordKind::$kind {
                    Ok(Self(record.id))
                } else {
                    Err(OtherKind(record))
                }
            }
        }
    )+};
}

records! {
    OrganisationId => Organisation,
    ConsultationId => Consultation,
    NetworkId => Network,
    MeetingId => Meeting,
    AgreementId => Agreement,
    ReviewId => Review,
    LetterheadId => Letterhead,
    ActorId => Account,
    OrderId => Exception,
    GlassId => Exception,
    UnitId => Unit,
}

impl UnitId {
    /// What stands for the register of a centre among its units: every event of every unit carries its tag.
    #[must_use]
    pub fn register(centre: CentreKey) -> Self {
        Self(Uuid::new_v5(
            &Uuid::NAMESPACE_URL,
            format!("querschnitt:units:{centre}").as_bytes(),
        ))
    }
}

impl LetterheadId {
    /// The one letterhead of a centre.
    #[must_use]
    pub fn of(centre: CentreKey) -> Self {
        Self(Uuid::new_v5(
            &Uuid::NAMESPACE_URL,
            format!("querschnitt:letterhead:{centre}").as_bytes(),
        ))
    }
}
