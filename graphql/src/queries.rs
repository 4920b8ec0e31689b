//! What can be asked, one file per topic.

mod cooperation;
mod events;
mod figures;
mod lists;
mod log;
mod record;
mod vocabulary;

use async_graphql::{Context, Error, MergedObject};

use crate::objects::NOW;
use crate::scalars::{AsOf, Position, parse_instant};
use crate::services::{coded_field, services, wait_for};

/// All queries.
#[derive(MergedObject, Default)]
pub struct Query(
    record::RecordQueries,
    lists::ListQueries,
    cooperation::CooperationQueries,
    events::EventQueries,
    figures::FigureQueries,
    vocabulary::VocabularyQueries,
    log::LogQueries,
);

/// The position a query is answered at: after waiting for `after`, `asOf` or now.
pub(crate) async fn point(
    context: &Context<'_>,
    as_of: Option<&AsOf>,
    after: Option<&Position>,
) -> Result<u64, Error> {
    let services = services(context)?;
    if let Some(after) = after {
        let position = services.tokens.open_position(&after.0).map_err(|error| {
            coded_field(
                "BAD_POSITION",
                "after",
                format!("Die Angabe „after“ {error}."),
            )
        })?;
        wait_for(services, position).await?;
    }
    let Some(as_of) = as_of else { return Ok(NOW) };
    if let Some(instant) = parse_instant(&as_of.0) {
        if instant > services.executor.clock().now() {
            return Err(coded_field(
                "BAD_AS_OF",
                "asOf",
                "Die Angabe „asOf“ liegt in der Zukunft; erlaubt ist jeder Zeitpunkt bis jetzt.",
            ));
        }
        return Ok(services.runner.position_at(instant));
    }
    let position = services
        .tokens
        .open_position(&as_of.0)
        .map_err(|error| coded_field("BAD_AS_OF", "asOf", format!("Die Angabe „asOf“ {error}.")))?;
    wait_for(services, position).await?;
    Ok(position)
}
