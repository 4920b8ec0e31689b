//! Consultations (Beratungen).

mod correct;
mod event;
mod import;
mod link;
mod merged;
mod record;
mod retract;
mod rules;
#[cfg(test)]
pub(crate) mod samples;
mod state;
mod unlink;

pub use correct::{ConsultationPatch, CorrectConsultation};
pub use event::{
    ConsultationEvent, ConsultationFacts, Corrected, Linked, Recorded, Retracted, Unlinked,
};
pub use import::ImportConsultation;
pub use link::LinkConsultation;
pub use record::RecordConsultation;
pub use retract::RetractConsultation;
pub use state::Consultations;
pub use unlink::UnlinkConsultation;
