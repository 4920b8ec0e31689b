//! Agreements and their events as the tests of this crate use them.

use time::macros::date;
use uuid::Uuid;

use super::{
    AgreementEvent, AgreementFacts, Dropped, Fulfilled, Made, MakeAgreement, Reopened, Retracted,
};
use crate::network::samples::{network, organisation};
use crate::testing::{Moved, event, sealed, text};
use crate::{AgreementId, Event};

pub(crate) fn agreement(number: u32) -> AgreementId {
    AgreementId(Uuid::from_u128(0x3000_0000 + u128::from(number)))
}

pub(crate) fn facts() -> AgreementFacts {
    AgreementFacts {
        network: network(),
        meeting: None,
        subject: sealed("Raum für das Elterncafé finden"),
        responsible: Some(organisation()),
        due_on: Some(date!(2027 - 01 - 31)),
    }
}

/// The command behind [`facts`].
pub(crate) fn make() -> MakeAgreement {
    MakeAgreement {
        network: network(),
        meeting: None,
        made_on: date!(2026 - 11 - 02),
        subject: text("Raum für das Elterncafé finden"),
        responsible: Some(organisation()),
        due_on: Some(date!(2027 - 01 - 31)),
    }
}

pub(crate) fn made_with(number: u32, facts: AgreementFacts) -> Event {
    event(AgreementEvent::Made(Made {
        agreement: agreement(number),
        facts,
    }))
    .on(date!(2026 - 11 - 02))
}

pub(crate) fn made(number: u32) -> Event {
    made_with(number, facts())
}

pub(crate) fn fulfilled(number: u32) -> Event {
    event(AgreementEvent::Fulfilled(Fulfilled {
        agreement: agreement(number),
        network: network(),
        note: None,
    }))
}

pub(crate) fn dropped(number: u32) -> Event {
    event(AgreementEvent::Dropped(Dropped {
        agreement: agreement(number),
        network: network(),
        reason: Some(sealed("kein Geld")),
    }))
}

pub(crate) fn reopened(number: u32) -> Event {
    event(AgreementEvent::Reopened(Reopened {
        agreement: agreement(number),
        network: network(),
        reason: sealed("verwechselt"),
    }))
}

pub(crate) fn retracted(number: u32) -> Event {
    event(AgreementEvent::Retracted(Retracted {
        agreement: agreement(number),
        network: network(),
        reason: sealed("nie vereinbart"),
    }))
    .on(date!(2026 - 11 - 02))
}
