//! A figure, its values and its breakdown as clients see them.

use std::sync::Arc;

use async_graphql::{Context, Enum, Error, Object, SimpleObject};
use querschnitt_projections::dimension::{Dimension as By, DimensionValue};
use querschnitt_projections::figures::{Figure as Definition, FigureTable, FigureValue};
use querschnitt_projections::period::Period;

use super::Network;
use crate::command::Load;
use crate::page::number;
use crate::scalars::{Date, Position};
use crate::services::services;
use crate::token::global_id;

/// By what a figure can be broken down.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "querschnitt_projections::dimension::Dimension")]
pub(crate) enum Dimension {
    /// Zentrum.
    Centre,
    /// Handlungsfeld; a record counts in each of its areas.
    ActionArea,
    /// Oberbegriff der Handlungsfelder.
    ActionDomain,
    /// Beratungsart.
    ConsultationType,
    /// Zielgruppe.
    TargetGroup,
    /// Form.
    Mode,
    /// Förderprogramm.
    Programme,
    /// Fördersparte.
    FundingLine,
    /// Gemeinde.
    Municipality,
    /// Gremienart.
    BodyType,
    /// Rolle des Zentrums.
    KiRole,
    /// Organisationsart.
    OrganisationKind,
    /// Gremium.
    Network,
    /// Art des Antragstellers.
    ApplicantType,
    /// Votum einer Stellungnahme.
    ReviewOutcome,
    /// Sprache.
    Language,
    /// Ergebnis.
    Outcome,
    /// Aufgabenschwerpunkt.
    TaskType,
    /// Jahr.
    Year,
    /// Halbjahr.
    HalfYear,
    /// Quartal.
    Quarter,
    /// Monat.
    Month,
    /// Schuljahr.
    SchoolYear,
}

/// A value and how it comes about. Full precision; rounding is for who shows it.
#[derive(SimpleObject, Clone, Copy)]
pub(crate) struct FigureNumber {
    /// The value; null where there is nothing to divide by.
    value: Option<f64>,
    /// What was counted, or the upper part of a ratio.
    numerator: i64,
    /// The lower part of a ratio; null for counts.
    denominator: Option<i64>,
}

impl From<FigureValue> for FigureNumber {
    fn from(value: FigureValue) -> Self {
        Self {
            value: value.value,
            numerator: number(value.numerator),
            denominator: value.denominator.map(number),
        }
    }
}

/// The value of one dimension in a row.
pub(crate) struct FigureKey {
    by: By,
    value: DimensionValue,
    at: u64,
}

/// The value of one dimension in a row.
#[Object]
impl FigureKey {
    /// Which dimension.
    async fn dimension(&self) -> Dimension {
        self.by.into()
    }

    /// The code; for a body its id; null where the record says nothing.
    async fn code(&self) -> Option<String> {
        code(&self.value)
    }

    /// What people read.
    async fn label(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        match self.value {
            DimensionValue::Network(network) => {
                match Network::load(context, network.record(), self.at)? {
                    Some(network) => network.plain_name(context),
                    None => Ok(None),
                }
            }
            DimensionValue::Centre(_)
            | DimensionValue::Listed(_)
            | DimensionValue::Municipality(_)
            | DimensionValue::Period(_)
            | DimensionValue::NotStated => Ok(self.value.label().map(Into::into)),
        }
    }
}

/// One row: a value for each dimension, and the figure's value.
pub(crate) struct FigureLine {
    keys: Vec<(By, DimensionValue)>,
    value: FigureValue,
    at: u64,
}

/// One row: a value for each dimension, and the figure's value.
#[Object(name = "FigureRow")]
impl FigureLine {
    /// One per dimension, in the order asked for.
    async fn keys(&self) -> Vec<FigureKey> {
        self.keys
            .iter()
            .map(|(by, value)| FigureKey {
                by: *by,
                value: *value,
                at: self.at,
            })
            .collect()
    }

    /// The value; null where there is nothing to divide by.
    async fn value(&self) -> Option<f64> {
        self.value.value
    }

    /// What was counted, or the upper part of a ratio.
    async fn numerator(&self) -> i64 {
        number(self.value.numerator)
    }

    /// The lower part of a ratio; null for counts.
    async fn denominator(&self) -> Option<i64> {
        self.value.denominator.map(number)
    }
}

/// Zeitraum: whole days of the calendar in Europe/Berlin.
#[derive(SimpleObject)]
pub(crate) struct FigurePeriod {
    /// The key, for example 2026-Q3.
    key: String,
    /// What people read.
    label: String,
    /// The first day.
    from: Date,
    /// The day after the last.
    to: Date,
}

/// Kennzahl: its definition and its values for one question.
pub(crate) struct Figure {
    pub(crate) definition: &'static Definition,
    pub(crate) table: Arc<FigureTable>,
    pub(crate) period: Period,
    pub(crate) at: u64,
}

/// Kennzahl: its definition and its values for one question.
#[Object]
impl Figure {
    /// The stable key, for example B1.
    async fn key(&self) -> &str {
        self.definition.key
    }

    /// The title.
    async fn title(&self) -> &str {
        self.definition.title
    }

    /// What its values count.
    async fn unit(&self) -> &str {
        self.definition.unit.label()
    }

    /// What exactly is counted, and which date decides.
    async fn definition(&self) -> &str {
        self.definition.definition
    }

    /// Grows by one when the definition changes what is counted.
    async fn version(&self) -> i32 {
        self.definition.version.into()
    }

    /// By what it can be broken down, beside the pieces of time.
    async fn dimensions(&self) -> Vec<Dimension> {
        self.definition
            .dimensions
            .iter()
            .map(|by| (*by).into())
            .collect()
    }

    /// The period asked for.
    async fn period(&self) -> FigurePeriod {
        FigurePeriod {
            key: self.period.to_string(),
            label: self.period.label(),
            from: Date(self.period.from()),
            to: Date(self.period.to()),
        }
    }

    /// The point in the log up to which it was known: the same question `asOf` this point gives the
    /// same answer for ever.
    async fn position(&self, context: &Context<'_>) -> Result<Position, Error> {
        Ok(Position(
            services(context)?.tokens.position(self.table.position),
        ))
    }

    /// The figure over everything that was asked for; not the sum of the rows where a record counts
    /// in several.
    async fn total(&self) -> FigureNumber {
        self.table.total.into()
    }

    /// The rows.
    async fn rows(&self) -> Vec<FigureLine> {
        self.table
            .rows
            .iter()
            .map(|row| FigureLine {
                keys: self
                    .table
                    .columns
                    .iter()
                    .copied()
                    .zip(row.keys.iter().copied())
                    .collect(),
                value: row.value,
                at: self.at,
            })
            .collect()
    }

    /// The rows as one array of arrays: the codes of the dimensions, then value, numerator and
    /// denominator. For large tables: resolving each field costs more than computing it.
    async fn compact(&self) -> async_graphql::Json<Vec<Vec<serde_json::Value>>> {
        async_graphql::Json(
            self.table
                .rows
                .iter()
                .map(|row| {
                    let mut line: Vec<serde_json::Value> =
                        row.keys.iter().map(|key| code(key).into()).collect();
                    line.push(row.value.value.into());
                    line.push(row.value.numerator.into());
                    line.push(row.value.denominator.into());
                    line
                })
                .collect(),
        )
    }
}

/// The code clients see: for a body its id.
pub(crate) fn code(value: &DimensionValue) -> Option<String> {
    match value {
        DimensionValue::Network(network) => Some(global_id(network.record())),
        DimensionValue::Centre(_)
        | DimensionValue::Listed(_)
        | DimensionValue::Municipality(_)
        | DimensionValue::Period(_)
        | DimensionValue::NotStated => value.code().map(Into::into),
    }
}
