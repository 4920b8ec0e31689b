//! The figures (Kennzahlen).

use async_graphql::{Context, Error, ID, Object, SimpleObject};
use querschnitt_domain::RecordId;
use querschnitt_projections::dimension::{CentreSet, Dimension as By};
use querschnitt_projections::figures::{
    FIGURES, Figure as Definition, FigureError, FigureQuery, figure,
};
use querschnitt_projections::period::Period;

use super::{asked, point};
use crate::http::Deadline;
use crate::limits::rows::Rows;
use crate::objects::{Dimension, Figure, NOW, Node, code, node};
use crate::page::{PageArguments, Records, connection};
use crate::scalars::{AsOf, Position};
use crate::services::{coded_field, exists, reader_of_centre, services, until};
use crate::token::global_id;
use querschnitt_policy::Cell;

/// What a figure is, without values.
#[derive(SimpleObject)]
pub(crate) struct FigureDefinition {
    /// The stable key, for example B1.
    key: &'static str,
    /// The title.
    title: &'static str,
    /// What its values count.
    unit: &'static str,
    /// What exactly is counted, and which date decides.
    definition: &'static str,
    /// Grows by one when the definition changes what is counted.
    version: i32,
    /// By what it can be broken down, beside the pieces of time.
    dimensions: Vec<Dimension>,
}

/// Queries of the figures.
#[derive(Default)]
pub(crate) struct FigureQueries;

#[Object]
impl FigureQueries {
    /// Kennzahlen: the values of some figures for a period, broken down by up to four dimensions,
    /// as known at a point.
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the arguments of the GraphQL field"
    )]
    async fn figures(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Keys such as B1; all figures when absent.")] keys: Option<Vec<String>>,
        #[graphql(
            desc = "2026, 2026-H1, 2026-Q3, 2026-11, 2025/26 (school year) or 2026-01-01/2026-02-15 (first day/day after the last)."
        )]
        period: String,
        #[graphql(desc = "Official keys of centres; the own when absent.")] centres: Option<
            Vec<ID>,
        >,
        #[graphql(desc = "By what the values are broken down.")] by: Option<Vec<Dimension>>,
        #[graphql(desc = "A position or an instant: as the book knew it then.")] as_of: Option<
            AsOf,
        >,
        #[graphql(desc = "Wait for this position first.")] after: Option<Position>,
    ) -> Result<Vec<Figure>, Error> {
        let viewer = reader_of_centre(context, Cell::InstitutionalFigure)?;
        let period: Period = period.parse().map_err(|error| refused("period", &error))?;
        let query = FigureQuery {
            period,
            centres: asked(centres.as_deref(), viewer.centres())?,
            by: by.unwrap_or_default().into_iter().map(Into::into).collect(),
            as_of: None,
        };
        let figures = match &keys {
            Some(keys) => chosen(keys)?,
            None => FIGURES.to_vec(),
        };
        let rows = context.data::<Rows>()?;
        rows.check(figures.len() as u64 * complete_rows(&query))?;
        let at = point(context, as_of.as_ref(), after.as_ref()).await?;
        let compute_one = |definition| {
            Deadline::check(context)?;
            let figure = compute(context, definition, &query, viewer.centres(), at)?;
            rows.take(figure.table.rows.len() as u64)?;
            Ok(figure)
        };
        figures.into_iter().map(compute_one).collect()
    }

    /// Definitionen: what the figures are, without values.
    async fn figure_definitions(
        &self,
        context: &Context<'_>,
    ) -> Result<Vec<FigureDefinition>, Error> {
        reader_of_centre(context, Cell::InstitutionalFigure)?;
        Ok(FIGURES
            .iter()
            .map(|figure| FigureDefinition {
                key: figure.key,
                title: figure.title,
                unit: figure.unit.label(),
                definition: figure.definition,
                version: figure.version.into(),
                dimensions: figure.dimensions.iter().map(|by| (*by).into()).collect(),
            })
            .collect())
    }

    /// Nachweis: the records a figure counts for a period, so that every number can be explained.
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the arguments of the GraphQL field"
    )]
    async fn figure_records(
        &self,
        context: &Context<'_>,
        key: String,
        period: String,
        #[graphql(desc = "Narrowed to rows with these codes, one per dimension.")] cell: Option<
            Vec<CellInput>,
        >,
        as_of: Option<AsOf>,
        after: Option<String>,
        #[graphql(desc = "1 to 100; one of first and last is required.")] first: Option<i32>,
        before: Option<String>,
        last: Option<i32>,
    ) -> Result<Records<Node>, Error> {
        let walk = PageArguments {
            first,
            after,
            last,
            before,
        }
        .walk()?;
        let viewer = reader_of_centre(context, Cell::InstitutionalFigure)?;
        let definition = figure(&key).map_err(|error| refused("key", &error))?;
        let at = point(context, as_of.as_ref(), None).await?;
        let cell = cell.unwrap_or_default();
        let query = FigureQuery {
            period: period.parse().map_err(|error| refused("period", &error))?,
            centres: viewer.centres(),
            by: cell.iter().map(|one| one.dimension.into()).collect(),
            as_of: (at != NOW).then_some(at),
        };
        let codes: Vec<Option<String>> = cell.into_iter().map(|one| one.code).collect();
        let records = tokio::task::block_in_place(|| {
            behind(context, definition, &query, viewer.centres(), &codes)
        })?;
        let total = records.len();
        let position = |token: &str| {
            crate::token::record_of(token)
                .and_then(|record| records.iter().position(|found| *found == record))
                .ok_or_else(|| walk.foreign_cursor())
        };
        let from = walk.from.as_deref().map(position).transpose()?;
        let rest: Vec<RecordId> = match (walk.backward, from) {
            (false, None) => records,
            (false, Some(from)) => records.get(from + 1..).unwrap_or_default().to_vec(),
            (true, from) => records
                .get(..from.unwrap_or(records.len()))
                .unwrap_or_default()
                .iter()
                .rev()
                .copied()
                .collect(),
        };
        let more = rest.len() > walk.count;
        let mut found = Vec::new();
        for record in rest.into_iter().take(walk.count) {
            if let Some(node) = node(context, record, at)? {
                found.push((global_id(record), node));
            }
        }
        Ok(connection(&walk, found, more, total))
    }
}

/// One value of one dimension.
#[derive(async_graphql::InputObject)]
struct CellInput {
    /// Which dimension.
    dimension: Dimension,
    /// Its code as a row gave it; null for records that say nothing about it.
    code: Option<String>,
}

fn refused(field: &str, error: &dyn std::fmt::Display) -> Error {
    coded_field(
        "BAD_INPUT",
        field,
        format!("Die Angabe „{field}“ geht so nicht: {error}."),
    )
}

/// [`refused`], unless it was the time that ended.
fn not_computed(field: &str, error: &FigureError) -> Error {
    match error {
        FigureError::TimeUp(_) => Deadline::error(),
        FigureError::UnknownFigure(_)
        | FigureError::DimensionNotAllowed { .. }
        | FigureError::Twice(_)
        | FigureError::TwoGrains(..)
        | FigureError::AreaAndDomain
        | FigureError::TooManyDimensions
        | FigureError::TooManyRows(_)
        | FigureError::NoSuchRow => refused(field, error),
    }
}

/// The figures with these keys, each once.
fn chosen(keys: &[String]) -> Result<Vec<&'static Definition>, Error> {
    let mut chosen: Vec<&'static Definition> = Vec::new();
    for (index, key) in keys.iter().enumerate() {
        let field = format!("keys[{index}]");
        let definition = figure(key).map_err(|error| refused(&field, &error))?;
        if chosen.iter().any(|other| other.key == definition.key) {
            let twice = format!("die Kennzahl {} ist schon genannt", definition.key);
            return Err(refused(&field, &twice));
        }
        chosen.push(definition);
    }
    Ok(chosen)
}

/// The rows every table of this question has at least, also those without a record: one for each
/// piece of time and each centre.
fn complete_rows(query: &FigureQuery) -> u64 {
    let grain = query.by.iter().find_map(|by| by.grain());
    let pieces = grain.map_or(1, |grain| query.period.split(grain).len());
    let centres = match query.by.contains(&By::Centre) {
        true => query.centres.iter().count(),
        false => 1,
    };
    pieces as u64 * centres as u64
}

fn compute(
    context: &Context<'_>,
    definition: &'static Definition,
    query: &FigureQuery,
    visible: CentreSet,
    at: u64,
) -> Result<Figure, Error> {
    let query = FigureQuery {
        as_of: (at != NOW).then_some(at),
        ..query.clone()
    };
    let services = services(context)?;
    let kept = services
        .figures
        .get(services.runner.read().facts(), definition, &query, visible);
    let table = match kept {
        Some(table) => table,
        // A scan over millions of rows: other requests go on meanwhile on other threads.
        None => tokio::task::block_in_place(|| {
            let state = services.runner.read();
            services
                .figures
                .compute(state.facts(), definition, &query, visible, &until(context))
        })
        .map_err(|error| not_computed("by", &error))?,
    };
    Ok(Figure {
        definition,
        table,
        period: query.period,
        at,
    })
}

/// The records behind the row with these codes, or behind the total.
fn behind(
    context: &Context<'_>,
    definition: &'static Definition,
    query: &FigureQuery,
    visible: CentreSet,
    codes: &[Option<String>],
) -> Result<Vec<RecordId>, Error> {
    let state = services(context)?.runner.read();
    let until = until(context);
    let keys = if codes.is_empty() {
        Vec::new()
    } else {
        let table = definition
            .compute_until(state.facts(), query, visible, &until)
            .map_err(|error| not_computed("cell", &error))?;
        let row = table.rows.into_iter().find(|row| {
            row.keys.len() == codes.len()
                && row
                    .keys
                    .iter()
                    .zip(codes)
                    .all(|(key, wanted)| code(key) == *wanted)
        });
        match row {
            Some(row) => row.keys,
            None => return Ok(Vec::new()),
        }
    };
    let mut records = definition
        .records_behind(state.facts(), query, visible, &keys, &until)
        .map_err(|error| not_computed("cell", &error))?;
    let kept: Result<Vec<bool>, Error> = records
        .iter()
        .map(|record| exists(context, &state, *record))
        .collect();
    let mut kept = kept?.into_iter();
    records.retain(|_| kept.next().unwrap_or_default());
    Ok(records)
}
