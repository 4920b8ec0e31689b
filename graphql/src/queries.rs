//! What can be asked, one file per topic.

mod access_log;
mod accounts;
mod cooperation;
mod events;
mod figures;
mod flow;
mod lists;
mod log;
mod record;
mod review_board;
mod units;
mod viewer;
mod vocabulary;

pub(crate) use access_log::AccessEntries;
pub(crate) use review_board::ReviewBoardEntry;

use async_graphql::{Context, Error, ID, MergedObject};
use querschnitt_domain::CentreKey;
use querschnitt_projections::CentreSet;

use crate::input;
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
    review_board::ReviewBoardQueries,
    flow::FlowQueries,
    units::UnitQueries,
    vocabulary::VocabularyQueries,
    log::LogQueries,
    access_log::AccessLogQueries,
    viewer::ViewerQueries,
    accounts::AccountQueries,
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

/// The centres asked for. Another centre than the own does not exist for the viewer.
pub(crate) fn asked(keys: Option<&[ID]>, visible: CentreSet) -> Result<CentreSet, Error> {
    let Some(keys) = keys else {
        return Ok(visible);
    };
    if keys.is_empty() {
        return Err(coded_field(
            "BAD_INPUT",
            "centres",
            "Bitte mindestens ein Zentrum angeben oder „centres“ weglassen.",
        ));
    }
    let mut set = Vec::new();
    for (index, key) in keys.iter().enumerate() {
        set.push(asked_one(&format!("centres[{index}]"), key, visible)?);
    }
    Ok(set.into_iter().collect())
}

/// [`asked`] for one centre.
pub(crate) fn asked_one(field: &str, key: &ID, visible: CentreSet) -> Result<CentreKey, Error> {
    let centre = input::centre(field, key)
        .map_err(|error| coded_field("BAD_INPUT", field, error.message))?;
    if visible.contains(centre) {
        return Ok(centre);
    }
    Err(coded_field(
        "NOT_ALLOWED",
        field,
        "Mit dieser Anmeldung sehen Sie nur das eigene Zentrum.",
    ))
}
