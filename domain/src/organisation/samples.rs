//! Organisations that the tests of this folder speak of.

use super::{Description, OrganisationEvent, Registered, Retracted};
use crate::event::Event;
use crate::id::OrganisationId;
use crate::testing::{event, sealed};
use crate::value_list::{Code, List};

/// The value with this code.
pub(crate) fn code<L: List>(code: &str) -> Code<L> {
    Code::parse(code).unwrap()
}

/// The n-th organisation of a test.
pub(crate) fn id(n: u128) -> OrganisationId {
    OrganisationId(uuid::Uuid::from_u128(0x0198_0000 + n))
}

/// What the organisations of the tests are.
pub(crate) fn description() -> Description {
    Description {
        kind: code("MIGRANT_ORG"),
        legal_areas: vec![code("SGB_II")],
        municipality: Some("05711000".into()),
        place: None,
        district: None,
        note: None,
    }
}

/// It is in the register.
pub(crate) fn registered(organisation: OrganisationId) -> Event {
    event(OrganisationEvent::Registered(Registered {
        organisation,
        name: sealed("Verein für Vielfalt"),
        description: description(),
        relation: None,
        source: None,
    }))
}

/// It should not have been.
pub(crate) fn retracted(organisation: OrganisationId) -> Event {
    event(OrganisationEvent::Retracted(Retracted {
        organisation,
        reason: sealed("versehentlich angelegt"),
    }))
}
