//! Where a record counts: one slot of 16 bits per column, packed so that comparing the packed
//! numbers compares the columns from left to right.

use std::cell::RefCell;

use querschnitt_domain::values::{ActionArea, ActionDomain};
use querschnitt_domain::{CENTRES, NetworkId};
use uuid::Uuid;

use super::fast_map::FastMap;
use crate::ActionAreaSet;
use crate::dimension::{Dimension, DimensionValue};
use crate::period::Pieces;

/// The slot of a record that says nothing about a dimension; sorts last.
pub(super) const NOT_STATED: u16 = u16::MAX;

const BITS: usize = 16;

/// Which parts of the table a contribution belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// Its cells and the total.
    Both,
    /// Its cells only.
    Cells,
    /// The total only.
    Total,
}

/// The cells a record counts in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The slots, but for the column with several values.
    pub(super) slots: u64,
    /// The slots of the column with several values, as bits.
    pub(super) several: u32,
    pub(super) part: Part,
}

/// The columns of a table and how their values become slots and back.
pub(super) struct Columns {
    pub(super) dimensions: Vec<Dimension>,
    /// Shift of the column with several values, and whether it shows domains instead of areas.
    several: Option<(usize, bool)>,
    /// Action area → the slot of its domain.
    domains: Vec<u32>,
    pub(super) pieces: Pieces,
    networks: RefCell<Interner>,
    municipalities: RefCell<Interner>,
}

/// Values that are no list, numbered as they come.
#[derive(Default)]
struct Interner {
    slots: FastMap<u128, u16>,
    values: Vec<u128>,
    overflow: bool,
}

impl Interner {
    fn slot(&mut self, key: u128) -> u16 {
        if let Some(slot) = self.slots.get(&key) {
            return *slot;
        }
        let slot = match u16::try_from(self.values.len()) {
            Ok(slot) if slot != NOT_STATED => slot,
            Ok(_) | Err(_) => {
                self.overflow = true;
                return NOT_STATED;
            }
        };
        self.slots.insert(key, slot);
        self.values.push(key);
        slot
    }
}

impl Columns {
    pub(super) fn new(dimensions: Vec<Dimension>, pieces: Pieces) -> Self {
        let several = dimensions
            .iter()
            .position(|dimension| dimension.is_multi_valued())
            .map(|column| (shift(column), dimensions[column] == Dimension::ActionDomain));
        let domains = ActionArea::all()
            .map(|area| {
                let parent = area.entry().parent.unwrap_or_default();
                ActionDomain::parse(parent).map_or(0, |domain| 1 << domain.index())
            })
            .collect();
        Self {
            dimensions,
            several,
            domains,
            pieces,
            networks: RefCell::default(),
            municipalities: RefCell::default(),
        }
    }

    /// The place of a record, from the slot of each column. Columns of several values are asked
    /// from `areas` instead.
    pub(super) fn place(
        &self,
        part: Part,
        areas: impl FnOnce() -> ActionAreaSet,
        slot: impl Fn(Dimension) -> u16,
    ) -> Place {
        let mut slots = 0;
        for (column, dimension) in self.dimensions.iter().enumerate() {
            if !dimension.is_multi_valued() {
                slots |= u64::from(slot(*dimension)) << shift(column);
            }
        }
        let several = match self.several {
            None => 0,
            Some((_, false)) => areas().bits(),
            Some((_, true)) => areas()
                .iter()
                .filter_map(|area| self.domains.get(usize::from(area.index())))
                .fold(0, |bits, domain| bits | domain),
        };
        Place {
            slots,
            several,
            part,
        }
    }

    /// Every cell of a place.
    pub(super) fn cells(&self, place: Place) -> impl Iterator<Item = u64> {
        let (shift, mut bits) = match self.several {
            Some((shift, _)) => (shift, place.several),
            None => (0, 0),
        };
        let alone = match self.several {
            None => Some(place.slots),
            Some(_) if bits == 0 => Some(place.slots | u64::from(NOT_STATED) << shift),
            Some(_) => None,
        };
        alone.into_iter().chain(std::iter::from_fn(move || {
            let slot = bits.trailing_zeros();
            bits &= bits.checked_sub(1)?;
            Some(place.slots | u64::from(slot) << shift)
        }))
    }

    pub(super) fn network(&self, network: NetworkId) -> u16 {
        self.networks.borrow_mut().slot(network.0.as_u128())
    }

    pub(super) fn municipality(&self, ags: Option<&str>) -> u16 {
        ags.and_then(|ags| ags.parse().ok())
            .map_or(NOT_STATED, |ags: u32| {
                self.municipalities.borrow_mut().slot(u128::from(ags))
            })
    }

    /// Whether there were more values than slots.
    pub(super) fn overflow(&self) -> bool {
        self.networks.borrow().overflow || self.municipalities.borrow().overflow
    }

    /// The slot of one column.
    pub(super) fn slot_of(cell: u64, column: usize) -> u16 {
        u16::try_from(cell >> shift(column) & u64::from(NOT_STATED)).unwrap_or(NOT_STATED)
    }

    /// The cell with another slot in one column.
    pub(super) fn with_slot(cell: u64, column: usize, slot: u16) -> u64 {
        cell & !(u64::from(NOT_STATED) << shift(column)) | u64::from(slot) << shift(column)
    }

    /// The values of a cell.
    pub(super) fn values(&self, cell: u64) -> Vec<DimensionValue> {
        self.dimensions
            .iter()
            .enumerate()
            .map(|(column, dimension)| self.value(*dimension, Self::slot_of(cell, column)))
            .collect()
    }

    fn value(&self, dimension: Dimension, slot: u16) -> DimensionValue {
        let index = usize::from(slot);
        if slot == NOT_STATED {
            return DimensionValue::NotStated;
        }
        let value = match dimension {
            Dimension::Centre => CENTRES
                .get(index)
                .map(|centre| DimensionValue::Centre(centre.key)),
            Dimension::Network => self
                .networks
                .borrow()
                .values
                .get(index)
                .map(|id| DimensionValue::Network(NetworkId(Uuid::from_u128(*id)))),
            Dimension::Municipality => self
                .municipalities
                .borrow()
                .values
                .get(index)
                .and_then(|ags| u32::try_from(*ags).ok())
                .map(DimensionValue::Municipality),
            Dimension::Year
            | Dimension::HalfYear
            | Dimension::Quarter
            | Dimension::Month
            | Dimension::SchoolYear => self
                .pieces
                .pieces
                .get(index)
                .map(|piece| DimensionValue::Period(*piece)),
            Dimension::ActionArea
            | Dimension::ActionDomain
            | Dimension::ConsultationType
            | Dimension::TargetGroup
            | Dimension::Mode
            | Dimension::Programme
            | Dimension::FundingLine
            | Dimension::Language
            | Dimension::Outcome
            | Dimension::TaskType
            | Dimension::BodyType
            | Dimension::KiRole
            | Dimension::OrganisationKind
            | Dimension::ApplicantType
            | Dimension::ReviewOutcome => {
                dimension.entries().get(index).map(DimensionValue::Listed)
            }
        };
        value.unwrap_or(DimensionValue::NotStated)
    }

    /// By what rows are sorted: lists in their order, bodies and municipalities by their keys.
    pub(super) fn rank(&self, cell: u64) -> [u128; super::MAX_DIMENSIONS] {
        let mut rank = [0; super::MAX_DIMENSIONS];
        for (column, (rank, dimension)) in rank.iter_mut().zip(&self.dimensions).enumerate() {
            let slot = Self::slot_of(cell, column);
            *rank = match self.value(*dimension, slot) {
                DimensionValue::Network(network) => network.0.as_u128(),
                DimensionValue::Municipality(ags) => u128::from(ags),
                DimensionValue::NotStated => u128::MAX,
                DimensionValue::Centre(_)
                | DimensionValue::Listed(_)
                | DimensionValue::Period(_) => u128::from(slot),
            };
        }
        rank
    }

    /// The cell with these values, one per column; `None` when a value can't stand in its column.
    pub(super) fn cell(&self, values: &[DimensionValue]) -> Option<u64> {
        if values.len() != self.dimensions.len() {
            return None;
        }
        let mut cell = 0;
        for (column, (value, dimension)) in values.iter().zip(&self.dimensions).enumerate() {
            let slot = match value {
                DimensionValue::NotStated => NOT_STATED,
                DimensionValue::Centre(centre) => u16::try_from(centre.index()).ok()?,
                DimensionValue::Network(network) => self.network(*network),
                DimensionValue::Municipality(ags) => {
                    self.municipalities.borrow_mut().slot(u128::from(*ags))
                }
                DimensionValue::Period(period) => {
                    let at = self.pieces.pieces.iter().position(|piece| piece == period);
                    u16::try_from(at?).ok()?
                }
                DimensionValue::Listed(entry) => {
                    let at = dimension.entries().iter().position(|one| one == *entry);
                    u16::try_from(at?).ok()?
                }
            };
            if self.value(*dimension, slot) != *value {
                return None;
            }
            cell |= u64::from(slot) << shift(column);
        }
        Some(cell)
    }
}

const fn shift(column: usize) -> usize {
    (super::MAX_DIMENSIONS - 1 - column) * BITS
}
