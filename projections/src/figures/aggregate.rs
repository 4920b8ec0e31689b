//! How what records contribute becomes the values of a table.

use querschnitt_domain::{OrganisationId, RecordId};

use super::fast_map::FastMap;
use super::place::{Columns, NOT_STATED, Part, Place};
use super::table::FigureValue;
use crate::dimension::Dimension;

/// How a figure adds up what its records contribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Aggregate {
    /// The sum.
    Sum,
    /// The sum of minutes, in hours.
    Hours,
    /// The sum of cents, in euros.
    Euros,
    /// The median of the numbers, by linear interpolation between closest ranks: the sum of the two
    /// in the middle above, 2 below.
    Median,
    /// The share of each value of a dimension in the sum over all of its values.
    ShareWithin(Dimension),
    /// The sum of the upper parts through the sum of the lower parts.
    Ratio,
    /// How many distinct organisations.
    Distinct,
    /// The share of the distinct organisations that were contributed by at least two records.
    Repeated,
}

/// What one record contributes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contribution {
    pub(super) place: Place,
    /// The record behind it.
    pub(super) record: RecordId,
    numerator: u64,
    denominator: u32,
    organisation: Option<OrganisationId>,
}

impl Contribution {
    /// A number that is added.
    pub(super) fn sum(place: Place, record: RecordId, amount: impl Into<u64>) -> Self {
        Self {
            place,
            record,
            numerator: amount.into(),
            denominator: 0,
            organisation: None,
        }
    }

    /// Both parts of a ratio.
    pub(super) fn ratio(place: Place, record: RecordId, numerator: u32, denominator: u32) -> Self {
        Self {
            place,
            record,
            numerator: u64::from(numerator),
            denominator,
            organisation: None,
        }
    }

    /// An organisation; once per record.
    pub(super) const fn of(place: Place, record: RecordId, organisation: OrganisationId) -> Self {
        Self {
            place,
            record,
            numerator: 0,
            denominator: 0,
            organisation: Some(organisation),
        }
    }
}

/// The two numbers behind a value.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Parts {
    numerator: u64,
    denominator: u64,
}

impl Parts {
    fn add(&mut self, numerator: u64, denominator: u64) {
        self.numerator += numerator;
        self.denominator += denominator;
    }
}

/// The cells of a table while records are added.
#[derive(Default)]
pub(super) struct Cells {
    cells: FastMap<u64, Parts>,
    total: Parts,
    /// Organisation → its number.
    organisations: FastMap<u128, u32>,
    /// Cell → its number.
    numbered: FastMap<u64, u32>,
    /// The cells by number.
    cell_of: Vec<u64>,
    /// Number of the cell (upper half) and of the organisation, one for each record: sorting
    /// millions of these is many times faster than a map of them.
    seen: Vec<u64>,
    /// By how many records each organisation was contributed over all cells, by number.
    seen_total: Vec<u32>,
    /// For a median, every number of each cell.
    numbers: Vec<(u64, u64)>,
    /// For a median, every number of the total.
    numbers_total: Vec<u64>,
}

impl Cells {
    pub(super) fn add(&mut self, how: Aggregate, columns: &Columns, contribution: Contribution) {
        if how == Aggregate::Median {
            self.add_number(columns, contribution);
            return;
        }
        let Contribution {
            place,
            record: _,
            numerator,
            denominator,
            organisation,
        } = contribution;
        let number = organisation.map(|organisation| self.number(organisation));
        let denominator = u64::from(denominator);
        if place.part != Part::Cells {
            match number {
                Some(number) => {
                    if let Some(times) = self.seen_total.get_mut(number as usize) {
                        *times += 1;
                    }
                }
                None => self.total.add(numerator, denominator),
            }
        }
        if place.part != Part::Total {
            for cell in columns.cells(place) {
                match number {
                    Some(number) => {
                        let next = count(self.cell_of.len());
                        let cell_number = *self.numbered.entry(cell).or_insert(next);
                        if cell_number == next {
                            self.cell_of.push(cell);
                        }
                        self.seen
                            .push(u64::from(cell_number) << 32 | u64::from(number));
                    }
                    None => self
                        .cells
                        .entry(cell)
                        .or_default()
                        .add(numerator, denominator),
                }
            }
        }
    }

    fn add_number(&mut self, columns: &Columns, contribution: Contribution) {
        let Contribution {
            place, numerator, ..
        } = contribution;
        if place.part != Part::Cells {
            self.numbers_total.push(numerator);
        }
        if place.part != Part::Total {
            let cells = columns.cells(place);
            self.numbers.extend(cells.map(|cell| (cell, numerator)));
        }
    }

    /// The medians of the cells and of the total.
    fn medians(mut self) -> (FastMap<u64, Parts>, Parts) {
        self.numbers.sort_unstable();
        self.numbers_total.sort_unstable();
        let mut cells = FastMap::default();
        for same in self.numbers.chunk_by(|one, other| one.0 == other.0) {
            if let Some((cell, _)) = same.first() {
                cells.insert(*cell, middle(same.iter().map(|(_, number)| *number)));
            }
        }
        (cells, middle(self.numbers_total.iter().copied()))
    }

    fn number(&mut self, organisation: OrganisationId) -> u32 {
        let next = count(self.seen_total.len());
        let number = *self
            .organisations
            .entry(organisation.0.as_u128())
            .or_insert(next);
        if number == next {
            self.seen_total.push(0);
        }
        number
    }

    /// The parts of every cell that has some, and of the total.
    pub(super) fn finish(mut self, how: Aggregate) -> (FastMap<u64, Parts>, Parts) {
        if how == Aggregate::Median {
            return self.medians();
        }
        // An organisation counts below where it is known and above where it came again.
        let parts = |times: u32| match how {
            Aggregate::Repeated => (u64::from(times >= 2), 1),
            Aggregate::Distinct
            | Aggregate::Sum
            | Aggregate::Hours
            | Aggregate::Euros
            | Aggregate::Median
            | Aggregate::ShareWithin(_)
            | Aggregate::Ratio => (1, 0),
        };
        self.seen.sort_unstable();
        for same in self.seen.chunk_by(|one, other| one == other) {
            let cell = same
                .first()
                .and_then(|seen| usize::try_from(seen >> 32).ok())
                .and_then(|number| self.cell_of.get(number));
            if let Some(cell) = cell {
                let (numerator, denominator) = parts(count(same.len()));
                self.cells
                    .entry(*cell)
                    .or_default()
                    .add(numerator, denominator);
            }
        }
        for times in self.seen_total.iter().filter(|times| **times > 0) {
            let (numerator, denominator) = parts(*times);
            self.total.add(numerator, denominator);
        }
        if let Aggregate::ShareWithin(_) = how {
            self.total.denominator = self.total.numerator;
        }
        (self.cells, self.total)
    }
}

/// The two numbers in the middle of sorted ones; the one in the middle twice. Nothing without any.
fn middle(sorted: impl ExactSizeIterator<Item = u64> + Clone) -> Parts {
    let length = sorted.len();
    let at = |index| sorted.clone().nth(index).unwrap_or_default();
    match length.checked_sub(1) {
        None => Parts::default(),
        Some(last) => Parts {
            numerator: at(last / 2) + at(length / 2),
            denominator: 2,
        },
    }
}

/// A length as a number of 32 bits, which no log reaches.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The lower part of each share: the sum over the cells that differ in this column only.
pub(super) fn share_within(
    cells: &mut FastMap<u64, Parts>,
    columns: &Columns,
    dimension: Dimension,
) {
    let Some(column) = columns.dimensions.iter().position(|one| *one == dimension) else {
        return;
    };
    let whole = |cell: u64| Columns::with_slot(cell, column, NOT_STATED);
    let mut sums: FastMap<u64, u64> = FastMap::default();
    for (cell, parts) in cells.iter() {
        *sums.entry(whole(*cell)).or_default() += parts.numerator;
    }
    for (cell, parts) in cells.iter_mut() {
        parts.denominator = sums.get(&whole(*cell)).copied().unwrap_or_default();
    }
}

impl Aggregate {
    /// The value of a cell.
    pub(super) const fn value(self, parts: Parts) -> FigureValue {
        match self {
            Self::Sum | Self::Distinct => FigureValue::count(parts.numerator),
            Self::Hours => FigureValue::ratio(parts.numerator, 60),
            Self::Euros => FigureValue::ratio(parts.numerator, 100),
            Self::ShareWithin(_) | Self::Ratio | Self::Repeated | Self::Median => {
                FigureValue::ratio(parts.numerator, parts.denominator)
            }
        }
    }
}
