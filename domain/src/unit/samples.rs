//! Units that the tests of this crate speak of.

use uuid::Uuid;

use super::{Declared, KnownNames, UnitEvent, UnitName};
use crate::event::Event;
use crate::id::UnitId;
use crate::testing::{event, sealed, text};

/// The n-th unit of a test.
pub(crate) fn id(n: u128) -> UnitId {
    UnitId(Uuid::from_u128(0x4000_0000 + n))
}

/// A name.
pub(crate) fn name(name: &str) -> UnitName {
    UnitName::new("name", name).unwrap()
}

/// The n-th unit was declared.
pub(crate) fn declared(n: u128, name: &str) -> Event {
    event(UnitEvent::Declared(Declared {
        unit: id(n),
        name: sealed(name),
    }))
}

/// These names as the vault gives them.
pub(crate) fn known(names: &[&str]) -> KnownNames {
    let names = names.iter();
    names.map(|name| (sealed(name), Some(text(name)))).collect()
}
