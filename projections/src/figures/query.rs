//! What a figure is asked.

use crate::dimension::{CentreSet, Dimension};
use crate::period::Period;
use crate::until::TimeUp;

use super::{FIGURES, Figure};

/// By how many dimensions a figure can be broken down at once.
pub const MAX_DIMENSIONS: usize = 4;

/// A question to a figure.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct FigureQuery {
    /// Over which days.
    pub period: Period,
    /// For which centres; what the reader may not see is left out in any case.
    pub centres: CentreSet,
    /// Broken down by what, in the order of the columns.
    pub by: Vec<Dimension>,
    /// As it was known once this position of the log was applied; `None`: as it is known now.
    pub as_of: Option<u64>,
}

/// Why a figure can't be computed. The text is for the person who asked.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FigureError {
    /// No figure has this key.
    #[error("die Kennzahl „{key}“ gibt es nicht; es gibt {keys}", key = .0.escape_debug(), keys = keys())]
    UnknownFigure(String),
    /// The figure can't be broken down by this.
    #[error(
        "die Kennzahl {figure} lässt sich nicht nach {dimension} aufgliedern; möglich sind {allowed}, YEAR, HALF_YEAR, QUARTER, MONTH und SCHOOL_YEAR"
    )]
    DimensionNotAllowed {
        /// The figure's key.
        figure: &'static str,
        /// What was asked for.
        dimension: Dimension,
        /// What is possible beside the grains of time.
        allowed: String,
    },
    /// The same dimension twice.
    #[error("die Aufgliederung nach {0} ist doppelt angegeben")]
    Twice(Dimension),
    /// Two grains of time.
    #[error("nach der Zeit lässt sich nur einmal aufgliedern, nicht nach {0} und {1} zugleich")]
    TwoGrains(Dimension, Dimension),
    /// A dimension and its own parent.
    #[error(
        "ACTION_DOMAIN ist der Oberbegriff von ACTION_AREA; bitte nur nach einem von beiden aufgliedern"
    )]
    AreaAndDomain,
    /// Too many dimensions.
    #[error(
        "eine Kennzahl lässt sich nach höchstens {MAX_DIMENSIONS} Merkmalen zugleich aufgliedern"
    )]
    TooManyDimensions,
    /// The table would be too large.
    #[error(
        "die Tabelle hätte mehr als {0} Zeilen; bitte einen kürzeren Zeitraum oder weniger Merkmale wählen"
    )]
    TooManyRows(usize),
    /// It took too long.
    #[error(transparent)]
    TimeUp(#[from] TimeUp),
    /// No row of the table can have these keys.
    #[error("eine Zeile mit diesen Merkmalen kann es in dieser Tabelle nicht geben")]
    NoSuchRow,
}

fn keys() -> String {
    let keys: Vec<_> = FIGURES.iter().map(|figure| figure.key).collect();
    keys.join(", ")
}

impl Figure {
    /// The columns of the table that answers a question broken down by these.
    ///
    /// # Errors
    /// When the figure does not allow them.
    pub fn columns(&self, by: &[Dimension]) -> Result<Vec<Dimension>, FigureError> {
        let mut columns: Vec<Dimension> = Vec::with_capacity(MAX_DIMENSIONS);
        for dimension in by.iter().copied() {
            if !self.allows(dimension) {
                let allowed: Vec<_> = self.dimensions.iter().map(|one| one.name()).collect();
                return Err(FigureError::DimensionNotAllowed {
                    figure: self.key,
                    dimension,
                    allowed: allowed.join(", "),
                });
            }
            if columns.contains(&dimension) {
                return Err(FigureError::Twice(dimension));
            }
            let grain = columns.iter().find(|other| other.grain().is_some());
            if let (Some(other), Some(_)) = (grain, dimension.grain()) {
                return Err(FigureError::TwoGrains(*other, dimension));
            }
            columns.push(dimension);
        }
        if columns.contains(&Dimension::ActionArea) && columns.contains(&Dimension::ActionDomain) {
            return Err(FigureError::AreaAndDomain);
        }
        if let Some(always) = self.always_by
            && !columns.contains(&always)
        {
            columns.push(always);
        }
        if columns.len() > MAX_DIMENSIONS {
            return Err(FigureError::TooManyDimensions);
        }
        Ok(columns)
    }
}
