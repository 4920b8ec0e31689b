//! The register of units.

use async_graphql::{Context, Error, Object};
use querschnitt_policy::Cell;

use crate::limits::rows::Rows;
use crate::objects::Unit;
use crate::queries::point;
use crate::scalars::Position;
use crate::services::{reader_of_centre, services};

/// The query of the register.
#[derive(Default)]
pub(crate) struct UnitQueries;

#[Object]
impl UnitQueries {
    /// Organisationseinheiten: the register of the own centre, by name.
    async fn units(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Wait for this position first.")] after: Option<Position>,
    ) -> Result<Vec<Unit>, Error> {
        let viewer = reader_of_centre(context, Cell::Review)?;
        point(context, None, after.as_ref()).await?;
        let rows: Vec<_> = {
            let state = services(context)?.runner.read();
            let own = state.facts().units().of_centre(viewer.centre());
            own.into_iter().cloned().collect()
        };
        context.data::<Rows>()?.take(rows.len() as u64)?;
        let units = rows.into_iter().map(|row| Unit::of_row(context, row));
        let mut units = units.collect::<Result<Vec<Unit>, Error>>()?;
        units.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        Ok(units)
    }
}
