//! Agreements (Vereinbarungen) made in a network.

mod event;

pub use event::{AgreementEvent, AgreementFacts, Changed, Dropped, Fulfilled, Made};
