//! Organisations: the register of a centre (migrant organisations, offices, providers …).

mod describe;
mod event;
mod import;
mod link_as_same;
mod register;
mod rename;
#[cfg(test)]
pub(crate) mod samples;
mod set_relation;
mod state;
mod unlink_as_same;

pub use describe::DescribeOrganisation;
pub use event::{
    Described, Description, LinkedAsSame, OrganisationEvent, Registered, RelationSet, Renamed,
    UnlinkedAsSame,
};
pub use import::ImportOrganisation;
pub use link_as_same::LinkAsSame;
pub use register::RegisterOrganisation;
pub use rename::RenameOrganisation;
pub use set_relation::SetRelation;
pub use state::Organisations;
pub use unlink_as_same::UnlinkAsSame;
