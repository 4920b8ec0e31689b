//! Networks: bodies that meet (Gremien, Arbeitskreise, Lenkungsgruppen …) and their members.

mod add_member;
mod change;
mod close;
mod correct;
mod correct_member;
mod event;
mod found;
mod import;
mod input;
mod meeting_days;
mod members;
mod remove_member;
mod reopen;
mod retract;
mod retract_member;
#[cfg(test)]
pub(crate) mod samples;
pub(crate) mod state;
mod steering_group;

pub use add_member::{AddMember, MemberFacts};
pub use change::ChangeNetwork;
pub use close::{CloseFacts, CloseNetwork};
pub use correct::{CorrectNetwork, CorrectNetworkFacts};
pub use correct_member::CorrectMember;
pub use event::{
    Changed, Closed, Corrected, Founded, MemberCorrected, MemberJoined, MemberLeft,
    MemberRetracted, NetworkEvent, NetworkFacts, Reopened, Retracted,
};
pub use found::FoundNetwork;
pub use import::ImportNetwork;
pub use input::NetworkInput;
pub use remove_member::RemoveMember;
pub use reopen::ReopenNetwork;
pub use retract::{RetractNetwork, RetractNetworkFacts};
pub use retract_member::RetractMember;
pub use state::NetworkHistory;
pub use steering_group::is_steering_group;
