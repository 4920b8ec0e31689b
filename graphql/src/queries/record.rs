//! One record by its id.

use async_graphql::{Context, Error, ID, Object};

use super::point;
use crate::command::Load;
use crate::objects::{
    Agreement, Consultation, Meeting, Network, Node, Organisation, ProjectReview, node,
};
use crate::scalars::{AsOf, Position};
use crate::token::record_of;

/// Reads one record; an id that is none, or of another kind, is a record that does not exist.
async fn one<T: Load>(
    context: &Context<'_>,
    id: &ID,
    as_of: Option<&AsOf>,
    after: Option<&Position>,
) -> Result<Option<T>, Error> {
    let at = point(context, as_of, after).await?;
    match record_of(id.as_str()) {
        Some(record) => T::load(context, record, at),
        None => Ok(None),
    }
}

/// Queries of single records. `asOf` shows what the book knew then; `after` waits until the point a
/// mutation gave back has arrived.
#[derive(Default)]
pub(crate) struct RecordQueries;

#[Object]
impl RecordQueries {
    /// Any record by its id.
    async fn node(&self, context: &Context<'_>, id: ID) -> Result<Option<Node>, Error> {
        let at = point(context, None, None).await?;
        match record_of(id.as_str()) {
            Some(record) => node(context, record, at),
            None => Ok(None),
        }
    }

    /// Organisation.
    async fn organisation(
        &self,
        context: &Context<'_>,
        id: ID,
        as_of: Option<AsOf>,
        after: Option<Position>,
    ) -> Result<Option<Organisation>, Error> {
        one(context, &id, as_of.as_ref(), after.as_ref()).await
    }

    /// Beratung.
    async fn consultation(
        &self,
        context: &Context<'_>,
        id: ID,
        as_of: Option<AsOf>,
        after: Option<Position>,
    ) -> Result<Option<Consultation>, Error> {
        one(context, &id, as_of.as_ref(), after.as_ref()).await
    }

    /// Gremium.
    async fn network(
        &self,
        context: &Context<'_>,
        id: ID,
        as_of: Option<AsOf>,
        after: Option<Position>,
    ) -> Result<Option<Network>, Error> {
        one(context, &id, as_of.as_ref(), after.as_ref()).await
    }

    /// Sitzung.
    async fn network_meeting(
        &self,
        context: &Context<'_>,
        id: ID,
        as_of: Option<AsOf>,
        after: Option<Position>,
    ) -> Result<Option<Meeting>, Error> {
        one(context, &id, as_of.as_ref(), after.as_ref()).await
    }

    /// Vereinbarung.
    async fn agreement(
        &self,
        context: &Context<'_>,
        id: ID,
        as_of: Option<AsOf>,
        after: Option<Position>,
    ) -> Result<Option<Agreement>, Error> {
        one(context, &id, as_of.as_ref(), after.as_ref()).await
    }

    /// Stellungnahme.
    async fn project_review(
        &self,
        context: &Context<'_>,
        id: ID,
        as_of: Option<AsOf>,
        after: Option<Position>,
    ) -> Result<Option<ProjectReview>, Error> {
        one(context, &id, as_of.as_ref(), after.as_ref()).await
    }
}
