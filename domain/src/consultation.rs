//! Consultations (Beratungen).

mod event;

pub use event::{
    ConsultationEvent, ConsultationFacts, Corrected, Linked, Recorded, Retracted, Unlinked,
};
