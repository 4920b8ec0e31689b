//! What a figure answers.

use crate::dimension::{Dimension, DimensionValue};

/// A value and how it comes about. Full precision; rounding is for who shows it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FigureValue {
    /// The value; `None` where there is nothing to divide by.
    pub value: Option<f64>,
    /// What was counted, or the upper part of a ratio.
    pub numerator: u64,
    /// The lower part of a ratio; `None` for counts.
    pub denominator: Option<u64>,
}

impl FigureValue {
    /// A number of things.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "no log holds 2^53 records; the exact number stands beside it"
    )]
    pub const fn count(count: u64) -> Self {
        Self {
            value: Some(count as f64),
            numerator: count,
            denominator: None,
        }
    }

    /// A ratio.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "no log holds 2^53 records; the exact numbers stand beside it"
    )]
    pub const fn ratio(numerator: u64, denominator: u64) -> Self {
        Self {
            value: if denominator == 0 {
                None
            } else {
                Some(numerator as f64 / denominator as f64)
            },
            numerator,
            denominator: Some(denominator),
        }
    }
}

/// One row: a value for each column, and the figure's value.
#[derive(Clone, PartialEq, Debug)]
pub struct FigureRow {
    /// One per column of the table.
    pub keys: Vec<DimensionValue>,
    /// The figure.
    pub value: FigureValue,
}

/// The answer to a question.
#[derive(Clone, PartialEq, Debug)]
pub struct FigureTable {
    /// The figure's key.
    pub figure: &'static str,
    /// The version of its definition.
    pub version: u16,
    /// A position of the log at which it is so: the one asked for, or an earlier one from which on
    /// nothing it counts has changed.
    pub position: u64,
    /// The columns.
    pub columns: Vec<Dimension>,
    /// The rows, sorted by the columns; what is not stated comes last. Values that do not occur
    /// have no row, except pieces of time, and centres where no other column stands beside them.
    pub rows: Vec<FigureRow>,
    /// The figure over everything that was asked for; not the sum of the rows.
    pub total: FigureValue,
}
