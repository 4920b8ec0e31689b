//! Organisations: the register of a centre (migrant organisations, offices, providers …).

mod event;

pub use event::{
    Described, Description, LinkedAsSame, OrganisationEvent, Registered, RelationSet, Renamed,
    UnlinkedAsSame,
};
