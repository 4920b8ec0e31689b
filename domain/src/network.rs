//! Networks: bodies that meet (Gremien, Arbeitskreise, Lenkungsgruppen …) and their members.

mod add_member;
mod change;
mod close;
mod event;
mod found;
mod import;
mod remove_member;
#[cfg(test)]
pub(crate) mod samples;
pub(crate) mod state;

pub use add_member::{AddMember, MemberFacts};
pub use change::ChangeNetwork;
pub use close::{CloseFacts, CloseNetwork};
pub use event::{Changed, Closed, Founded, MemberJoined, MemberLeft, NetworkEvent, NetworkFacts};
pub use found::FoundNetwork;
pub use import::ImportNetwork;
pub use remove_member::RemoveMember;
pub use state::NetworkHistory;
