//! From a question to its table, and to the records behind a cell of it.

use std::collections::BTreeSet;

use querschnitt_domain::RecordId;

use super::aggregate::{Aggregate, Cells, Parts, share_within};
use super::fast_map::FastMap;
use super::input::Input;
use super::place::{Columns, Part};
use super::{Figure, FigureError, FigureQuery, FigureRow, FigureTable};
use crate::dimension::{CentreSet, Dimension, DimensionValue};
use crate::facts::Facts;
use crate::period::Pieces;
use crate::until::Until;

/// How many rows a table may have.
const MAX_ROWS: usize = 200_000;

impl Figure {
    /// The table that answers the question, over the centres the reader may see.
    ///
    /// # Errors
    /// When the figure can't be broken down that way or the table would be too large.
    pub fn compute(
        &self,
        facts: &Facts,
        query: &FigureQuery,
        visible: CentreSet,
    ) -> Result<FigureTable, FigureError> {
        self.compute_until(facts, query, visible, &Until::whenever())
    }

    /// The same, given up when time is up.
    ///
    /// # Errors
    /// As [`Figure::compute`]; and when it took too long.
    pub fn compute_until(
        &self,
        facts: &Facts,
        query: &FigureQuery,
        visible: CentreSet,
        until: &Until,
    ) -> Result<FigureTable, FigureError> {
        let input = self.input(facts, query, visible, until)?;
        let mut cells = Cells::default();
        (self.source)(&input, &mut |contribution| {
            cells.add(self.aggregate, &input.columns, contribution);
        });
        until.check()?;
        let (mut cells, total) = cells.finish(self.aggregate);
        if input.columns.overflow() {
            return Err(FigureError::TooManyRows(MAX_ROWS));
        }
        complete(&mut cells, &input)?;
        if let Aggregate::ShareWithin(dimension) = self.aggregate {
            share_within(&mut cells, &input.columns, dimension);
        }
        let mut cells: Vec<_> = cells.into_iter().collect();
        cells.sort_by_cached_key(|(cell, _)| input.columns.rank(*cell));
        let rows = cells
            .into_iter()
            .map(|(cell, parts)| FigureRow {
                keys: input.columns.values(cell),
                value: self.aggregate.value(parts),
            })
            .collect();
        Ok(FigureTable {
            figure: self.key,
            version: self.version,
            position: position(facts, query),
            columns: input.columns.dimensions,
            rows,
            total: self.aggregate.value(total),
        })
    }

    /// The records behind a row of the table, sorted: whatever counts above or below in its value.
    /// Without keys: behind the total.
    ///
    /// # Errors
    /// As [`Figure::compute_until`]; and when there can be no row with these keys.
    pub fn records_behind(
        &self,
        facts: &Facts,
        query: &FigureQuery,
        visible: CentreSet,
        keys: &[DimensionValue],
        until: &Until,
    ) -> Result<Vec<RecordId>, FigureError> {
        let input = self.input(facts, query, visible, until)?;
        let wanted = if keys.is_empty() {
            None
        } else {
            Some(input.columns.cell(keys).ok_or(FigureError::NoSuchRow)?)
        };
        let mut records = BTreeSet::new();
        (self.source)(&input, &mut |contribution| {
            let place = contribution.place;
            let counts = match wanted {
                None => place.part != Part::Cells,
                Some(cell) => {
                    place.part != Part::Total && input.columns.cells(place).any(|one| one == cell)
                }
            };
            if counts {
                records.insert(contribution.record);
            }
        });
        until.check()?;
        Ok(records.into_iter().collect())
    }

    fn input<'a>(
        &self,
        facts: &'a Facts,
        query: &FigureQuery,
        visible: CentreSet,
        until: &'a Until,
    ) -> Result<Input<'a>, FigureError> {
        let columns = self.columns(&query.by)?;
        let grain = columns.iter().find_map(|dimension| dimension.grain());
        let columns = Columns::new(columns, Pieces::new(query.period, grain));
        let centres = query.centres.intersection(visible);
        let position = position(facts, query);
        Ok(Input::new(
            facts,
            position,
            centres,
            query.period,
            columns,
            until,
        ))
    }
}

/// The position up to which the answer knows.
fn position(facts: &Facts, query: &FigureQuery) -> u64 {
    query
        .as_of
        .map_or(facts.applied(), |position| position.min(facts.applied()))
}

/// Adds the rows without a record: every piece of time beside what occurs, and every centre where
/// no other column stands beside it. A missing row would look like "not reported".
fn complete(cells: &mut FastMap<u64, Parts>, input: &Input<'_>) -> Result<(), FigureError> {
    let columns = &input.columns;
    let column_of = |wanted: fn(Dimension) -> bool| {
        columns
            .dimensions
            .iter()
            .position(|dimension| wanted(*dimension))
    };
    let time = column_of(|dimension| dimension.grain().is_some());
    let centre = column_of(|dimension| dimension == Dimension::Centre);
    let others =
        columns.dimensions.len() - usize::from(time.is_some()) - usize::from(centre.is_some());
    let mut seeds: Vec<u64> = cells.keys().copied().collect();
    if others == 0 {
        seeds = match centre {
            Some(column) => input
                .centres()
                .iter()
                .filter_map(|centre| u16::try_from(centre.index()).ok())
                .map(|slot| Columns::with_slot(0, column, slot))
                .collect(),
            None => vec![0],
        };
    }
    let pieces = time.map_or(1, |_| columns.pieces.pieces.len());
    if let Some(column) = time {
        for seed in &mut seeds {
            *seed = Columns::with_slot(*seed, column, 0);
        }
        seeds.sort_unstable();
        seeds.dedup();
    }
    if seeds.len().saturating_mul(pieces) > MAX_ROWS {
        return Err(FigureError::TooManyRows(MAX_ROWS));
    }
    for seed in seeds {
        for piece in 0..pieces {
            let slot = u16::try_from(piece).unwrap_or_default();
            let cell = time.map_or(seed, |column| Columns::with_slot(seed, column, slot));
            cells.entry(cell).or_default();
        }
    }
    Ok(())
}
