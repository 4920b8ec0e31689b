//! Organisations: the register of a centre (migrant organisations, offices, providers …).

mod correct;
mod describe;
mod event;
mod import;
mod link_as_same;
mod merged;
mod register;
mod rename;
mod retract;
#[cfg(test)]
pub(crate) mod samples;
mod set_relation;
mod state;
mod unlink_as_same;

pub use correct::CorrectOrganisation;
pub use describe::{DescribeOrganisation, DescriptionInput};
pub use event::{
    Corrected, Described, Description, LinkedAsSame, OrganisationEvent, Registered, RelationSet,
    Renamed, Retracted, UnlinkedAsSame,
};
pub use import::ImportOrganisation;
pub use link_as_same::LinkAsSame;
pub use register::RegisterOrganisation;
pub use rename::RenameOrganisation;
pub use retract::{RetractFacts, RetractOrganisation};
pub use set_relation::SetRelation;
pub use state::Organisations;
pub use unlink_as_same::UnlinkAsSame;
