//! Agreements (Vereinbarungen) made in a network.

mod change;
mod drop;
mod event;
mod fulfil;
mod make;
mod open;
#[cfg(test)]
pub(crate) mod samples;
mod state;

pub use change::{ChangeAgreement, ChangeFacts};
pub use drop::DropAgreement;
pub use event::{AgreementEvent, AgreementFacts, Changed, Dropped, Fulfilled, Made};
pub use fulfil::FulfilAgreement;
pub use make::{MakeAgreement, MakeFacts};
pub use open::OpenAgreements;
pub use state::AgreementHistory;
