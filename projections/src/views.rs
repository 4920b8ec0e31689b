//! Views: what screens show. They hold places in tables, never facts of their own.
//!
//! Every view takes [`Seen`]: what exists for the reader ([`Scope`]), and as of which position. The scope
//! is applied before anything else.

mod accounts;
mod agreements;
mod by_day;
mod by_recorded;
mod consultations;
mod cooperation;
mod details;
mod lists;
mod meetings;
mod names;
mod networks;
mod organisations;
mod page;
mod part;
mod review_board;
mod reviews;
mod scope;
pub mod sentence;
pub mod timeline;

pub use accounts::AccountFilter;
pub use agreements::{AgreementFilter, AgreementOrder};
pub use consultations::{ConsultationFilter, ConsultationOrder};
pub use cooperation::Cooperation;
pub(crate) use lists::Lists;
pub use meetings::{MeetingFilter, MeetingOrder};
pub(crate) use names::Names;
pub use networks::{NetworkFilter, NetworkOrder};
pub use organisations::{OrganisationFilter, OrganisationOrder};
pub use page::{Cursor, Direction, Listed, Page, Seen, Slice, SortKey};
pub(crate) use review_board::asked_units;
pub use review_board::{BoardEntry, ReviewBoard, Urgency, WaitingFor, waiting_for};
pub use reviews::{ReviewFilter, ReviewOrder};
pub use scope::{Kinds, RecordSet, Scope};

#[cfg(test)]
mod tests;
