//! Agreements (Vereinbarungen) made in a network.

mod change;
mod correct;
mod drop;
mod event;
mod fulfil;
mod import;
mod make;
mod open;
mod reopen;
mod retract;
#[cfg(test)]
pub(crate) mod samples;
mod state;

pub use change::{ChangeAgreement, ChangeFacts};
pub use correct::{CorrectAgreement, CorrectAgreementFacts};
pub use drop::DropAgreement;
pub use event::{
    AgreementEvent, AgreementFacts, Changed, Corrected, Dropped, Fulfilled, Made, Reopened,
    Retracted,
};
pub use fulfil::FulfilAgreement;
pub use import::{ImportAgreement, ImportFacts};
pub use make::{MakeAgreement, MakeFacts};
pub use open::OpenAgreements;
pub use reopen::ReopenAgreement;
pub use retract::RetractAgreement;
pub use state::AgreementHistory;
