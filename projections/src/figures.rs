//! The figures (Kennzahlen): what each one says, by what it can be broken down, and its values.
//!
//! A figure is one file in `figures/` and one line in [`FIGURES`]. Everything outside reads this
//! list; nothing else computes a number.

mod b1_consultations;
mod b2_organisations_advised;
mod b3_effort;
mod b4_types;
mod b5_follow_up;
mod n1_meetings;
mod n2_organisations_attending;
mod n3_attendances;
mod n4_agreements;
mod n5_fulfilment;
mod n6_legal_areas;
mod n7_continuity;
mod s1_requested;
mod s2_issued;
mod s3_outcomes;
mod s4_in_time;
mod s5_duration;
mod s6_volume;
mod s7_agreement;

mod aggregate;
mod compute;
mod document;
mod fast_map;
mod input;
mod memo;
mod place;
mod query;
mod table;

pub use document::figures_document;
pub use memo::FigureMemo;
pub use query::{FigureError, FigureQuery, MAX_DIMENSIONS};
pub use table::{FigureRow, FigureTable, FigureValue};

use querschnitt_domain::RecordKind;

use crate::dimension::Dimension;
use aggregate::{Aggregate, Contribution};
use input::Input;

/// Every figure, in the order people list them.
pub static FIGURES: &[&Figure] = &[
    &b1_consultations::FIGURE,
    &b2_organisations_advised::FIGURE,
    &b3_effort::FIGURE,
    &b4_types::FIGURE,
    &b5_follow_up::FIGURE,
    &n1_meetings::FIGURE,
    &n2_organisations_attending::FIGURE,
    &n3_attendances::FIGURE,
    &n4_agreements::FIGURE,
    &n5_fulfilment::FIGURE,
    &n6_legal_areas::FIGURE,
    &n7_continuity::FIGURE,
    &s1_requested::FIGURE,
    &s2_issued::FIGURE,
    &s3_outcomes::FIGURE,
    &s4_in_time::FIGURE,
    &s5_duration::CALENDAR_DAYS,
    &s5_duration::WORKING_DAYS,
    &s6_volume::FIGURE,
    &s7_agreement::FIGURE,
];

/// The figure with this key ("B1").
///
/// # Errors
/// When there is none.
pub fn figure(key: &str) -> Result<&'static Figure, FigureError> {
    FIGURES
        .iter()
        .find(|figure| figure.key == key)
        .copied()
        .ok_or_else(|| FigureError::UnknownFigure(key.chars().take(40).collect()))
}

/// What a value counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unit {
    /// A number of things.
    Count,
    /// Hours; numerator in minutes, denominator 60.
    Hours,
    /// A share between 0 and 1; shown as a percentage.
    Share,
    /// A mean.
    Mean,
    /// Euros; numerator in cents, denominator 100.
    Euros,
    /// Days; a median has the sum of the two numbers in the middle as numerator, denominator 2.
    Days,
}

impl Unit {
    /// The German word.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Count => "Anzahl",
            Self::Hours => "Stunden",
            Self::Share => "Anteil (0 bis 1)",
            Self::Mean => "Mittelwert",
            Self::Euros => "Euro",
            Self::Days => "Tage",
        }
    }
}

/// The definition of a figure. The texts are shown as they are, everywhere.
#[derive(Debug)]
pub struct Figure {
    /// The stable key: "B1".
    pub key: &'static str,
    /// The German title.
    pub title: &'static str,
    /// What its values count.
    pub unit: Unit,
    /// What exactly is counted, in German.
    pub definition: &'static str,
    /// Grows by one when the definition changes what is counted.
    pub version: u16,
    /// By what it can be broken down, beside the grains of time, which every figure allows.
    pub dimensions: &'static [Dimension],
    /// By what it is always broken down, also when the question does not say so.
    pub always_by: Option<Dimension>,
    /// The kinds of records its values depend on.
    reads: &'static [RecordKind],
    /// How its values come about from what `source` says.
    aggregate: Aggregate,
    /// Calls back for each record that counts.
    source: fn(&Input<'_>, &mut dyn FnMut(Contribution)),
}

impl Figure {
    /// Whether it can be broken down by this.
    #[must_use]
    pub fn allows(&self, dimension: Dimension) -> bool {
        dimension.grain().is_some() || self.dimensions.contains(&dimension)
    }
}

#[cfg(test)]
mod tests;
