//! The words of the office: events, commands, decisions and value lists.
//!
//! **Architecture Invariant:** this crate is pure. It knows no clock, no randomness, no file and no
//! network; time, new ids and salts come in with [`Context`].

pub mod access;
pub mod agreement;
pub mod berlin;
mod centre;
mod change;
pub mod check;
mod commitments;
mod context;
mod decision;
mod event;
mod event_data;
pub mod existing;
mod file;
mod id;
pub mod may;
mod merge;
mod parsed;
mod query;
pub mod references;
mod rejection;
mod role;
mod seen;
mod source;
#[cfg(test)]
mod testing;
mod text;
mod value_list;
pub mod values;
pub mod working_day;

pub mod account;
pub mod consultation;
pub mod exception;
pub mod letterhead;
pub mod meeting;
pub mod network;
pub mod organisation;
pub mod review;
pub mod unit;

pub use centre::{CENTRES, Centre, CentreKey, UnknownCentre};
pub use change::Change;
pub use context::{Context, SealedFile, SealedText};
pub use decision::Decision;
pub use event::{Event, Part, Recorded};
pub use event_data::{DecodeError, EventData, EventKind};
pub use file::{FileContent, FileError};
pub use id::{
    ActorId, AgreementId, CommandId, ConsultationId, DeputyId, EventId, GlassId, GrantId,
    LetterheadId, MachineTokenId, MeetingId, NetworkId, OrderId, OrganisationId, OtherKind,
    RecordId, RecordKind, ReviewId, UnitId,
};
pub use query::{Query, QueryItem, Tag};
pub use rejection::{Rejection, RejectionCode};
pub use role::{Role, UnknownRole};
pub use seen::SourceSeen;
pub use source::{Source, SourceDigest};
pub use text::{Commitment, Text, TextError};
pub use value_list::{Code, Entry, List, UnknownCode};
