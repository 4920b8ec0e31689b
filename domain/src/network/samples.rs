//! Networks, organisations and their events as the tests of this crate use them.

use time::Date;
use time::macros::date;
use uuid::Uuid;

use super::{
    ChangeNetwork, Changed, Closed, FoundNetwork, Founded, MemberJoined, MemberLeft, NetworkEvent,
    NetworkFacts, NetworkInput, Retracted,
};
use crate::organisation::{Description, OrganisationEvent, Registered};
use crate::testing::{Moved, centre, event, sealed, text};
use crate::values::{BodyType, LegalNature, OrganisationKind};
use crate::{Event, NetworkId, OrganisationId};

pub(crate) fn network() -> NetworkId {
    NetworkId(Uuid::from_u128(0x11))
}

pub(crate) fn organisation() -> OrganisationId {
    organisation_number(1)
}

pub(crate) fn organisation_number(number: u32) -> OrganisationId {
    OrganisationId(Uuid::from_u128(0x1000_0000 + u128::from(number)))
}

pub(crate) fn facts() -> NetworkFacts {
    NetworkFacts {
        name: sealed("Arbeitskreis Schule"),
        body_type: BodyType::parse("WORKING_CIRCLE").unwrap(),
        legal_nature: Some(LegalNature::parse("VOLUNTARY").unwrap()),
        ki_role: None,
        action_areas: Vec::new(),
        note: None,
    }
}

/// The command behind [`facts`].
pub(crate) fn found() -> FoundNetwork {
    FoundNetwork {
        centre: centre(),
        founded_on: date!(2020 - 01 - 15),
        name: text("Arbeitskreis Schule"),
        body_type: BodyType::parse("WORKING_CIRCLE").unwrap(),
        legal_nature: Some(LegalNature::parse("VOLUNTARY").unwrap()),
        ki_role: None,
        action_areas: Vec::new(),
        note: None,
    }
}

fn founded_as(facts: NetworkFacts) -> Event {
    event(NetworkEvent::Founded(Founded {
        network: network(),
        facts,
        source: None,
    }))
    .on(date!(2020 - 01 - 15))
}

pub(crate) fn founded() -> Event {
    founded_as(facts())
}

/// The same body as one of the council's, which votes.
pub(crate) fn founded_statutory() -> Event {
    founded_as(NetworkFacts {
        legal_nature: Some(LegalNature::parse("STATUTORY_PUBLIC").unwrap()),
        ..facts()
    })
}

/// A steering group.
pub(crate) fn founded_steering_group() -> Event {
    founded_as(NetworkFacts {
        body_type: BodyType::parse("STEERING_GROUP").unwrap(),
        ..facts()
    })
}

/// It is something else from today on.
pub(crate) fn changed_into(facts: NetworkFacts) -> Event {
    event(NetworkEvent::Changed(Changed {
        network: network(),
        facts,
        changed: vec!["bodyType".into()],
        reason: None,
        source: None,
    }))
}

pub(crate) fn closed(on: Date) -> Event {
    event(NetworkEvent::Closed(Closed {
        network: network(),
        reason: None,
    }))
    .on(on)
}

pub(crate) fn joined(on: Date) -> Event {
    event(NetworkEvent::MemberJoined(MemberJoined {
        network: network(),
        organisation: organisation(),
        function: None,
    }))
    .on(on)
}

pub(crate) fn left(on: Date) -> Event {
    event(NetworkEvent::MemberLeft(MemberLeft {
        network: network(),
        organisation: organisation(),
        reason: None,
    }))
    .on(on)
}

pub(crate) fn registered() -> Event {
    registered_number(1)
}

pub(crate) fn registered_number(number: u32) -> Event {
    event(OrganisationEvent::Registered(Registered {
        organisation: organisation_number(number),
        name: sealed("Elternverein"),
        description: Description {
            kind: OrganisationKind::parse("MIGRANT_ORG").unwrap(),
            legal_areas: Vec::new(),
            municipality: None,
            place: None,
            district: None,
            note: None,
        },
        relation: None,
        source: None,
    }))
}

/// A change that names no field.
pub(crate) fn nothing_changed() -> ChangeNetwork {
    ChangeNetwork {
        network: network(),
        occurred_on: None,
        description: NetworkInput::default(),
        reason: None,
        expected_version: None,
    }
}

/// It should not have been recorded.
pub(crate) fn retracted() -> Event {
    event(NetworkEvent::Retracted(Retracted {
        network: network(),
        reason: sealed("doppelt angelegt"),
    }))
}
