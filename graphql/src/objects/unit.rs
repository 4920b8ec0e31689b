//! A unit of a centre's authority, with its name from the vault.

use async_graphql::{Context, Error, ID, Object};
use querschnitt_domain::{RecordId, RecordKind, UnitId};
use querschnitt_policy::Cell;
use querschnitt_projections::facts::{Facts, UnitRow, Units};

use super::{NOW, load};
use crate::access_log::seen;
use crate::command::Load;
use crate::services::{internal, services};
use crate::token::global_id;

/// Organisationseinheit: a unit of the authority.
#[derive(Clone)]
pub(crate) struct Unit {
    id: UnitId,
    name: String,
    /// Its row in the register; absent where only old lines name it.
    row: Option<UnitRow>,
}

impl Load for Unit {
    const KIND: RecordKind = RecordKind::Unit;

    fn load(context: &Context<'_>, record: RecordId, at: u64) -> Result<Option<Self>, Error> {
        let row = load(context, Cell::Review, record, at, |facts: &Facts| {
            facts.units().rows()
        })?;
        row.map(|row| Self::of_row(context, row)).transpose()
    }
}

impl Unit {
    /// The unit that something names which the viewer sees, as it was called at a position.
    pub(crate) fn named(context: &Context<'_>, id: UnitId, at: u64) -> Result<Self, Error> {
        let state = services(context)?.runner.read();
        let units: &Units = state.facts().units();
        let row = if at == NOW {
            units.rows().current(id)
        } else {
            units.rows().at(id, at).or_else(|| units.rows().current(id))
        };
        match (row.cloned(), units.label(id)) {
            (Some(row), _) => {
                drop(state);
                Self::of_row(context, row)
            }
            (None, label) => Ok(Self {
                id,
                name: label
                    .unwrap_or("Unbekannte Organisationseinheit")
                    .to_owned(),
                row: None,
            }),
        }
    }

    /// [`Unit::named`] where one may be missing.
    pub(crate) fn named_option(
        context: &Context<'_>,
        id: Option<UnitId>,
        at: u64,
    ) -> Result<Option<Self>, Error> {
        id.map(|id| Self::named(context, id, at)).transpose()
    }

    /// One of a register.
    pub(crate) fn of_row(context: &Context<'_>, row: UnitRow) -> Result<Self, Error> {
        seen(context, row.id.record(), Cell::Review);
        let vault = services(context)?.executor.vault();
        let name = vault.text(row.id.record(), &row.name);
        let name = name.map_err(|error| internal(&error))?;
        Ok(Self {
            id: row.id,
            name: match name {
                Some(name) => name.as_str().to_owned(),
                // It stays the same unit, also without its name.
                None => format!("Organisationseinheit {}", row.number),
            },
            row: Some(row),
        })
    }

    /// What it is called.
    pub(crate) fn as_str(&self) -> &str {
        &self.name
    }
}

/// Organisationseinheit: a unit of the authority that does steps, is asked for advice, or is in charge. Its
/// name lies in the vault and can be erased; what was counted by it stays.
#[Object]
impl Unit {
    /// The global id, opaque.
    pub(crate) async fn id(&self) -> ID {
        global_id(self.id.record()).into()
    }

    /// What it is called; „Organisationseinheit“ with its number in the register where the name was erased.
    async fn name(&self) -> &str {
        &self.name
    }

    /// Whether it stands in the register (`units`); only such units are taken. False for what old records call
    /// a unit.
    async fn declared(&self) -> bool {
        self.row.is_some()
    }

    /// How many events of its own the record has had; send it as `expectedVersion` to learn when
    /// somebody else changed the record meanwhile. 0 for one that does not stand in the register.
    async fn version(&self) -> i64 {
        self.row.as_ref().map_or(0, |row| row.version).into()
    }
}
