//! The history of a record, and the stream of everything that happens in the centre.

use async_graphql::connection::Connection;
use async_graphql::{Context, Error, ID, Object};
use querschnitt_domain::EventKind;
use querschnitt_projections::views::timeline::{Reading, TimelineEntry};

use crate::access_log::seen;
use crate::objects::Event;
use crate::page::{PageArguments, stream};
use crate::rights::{Asking, coded};
use crate::scalars::{DateTime, Position};
use crate::services::{Services, coded_field, exists, reach, reader, services, viewer, wait_for};
use crate::token::record_of;
use querschnitt_policy::Cell;

/// Queries of what happened.
#[derive(Default)]
pub(crate) struct EventQueries;

#[Object]
impl EventQueries {
    /// Verlauf: everything that happened to a record, and what names it, the oldest first. A record
    /// that does not exist for the viewer has an empty history.
    async fn history(
        &self,
        context: &Context<'_>,
        record_id: ID,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "1 to 100; one of first and last is required.")] first: Option<i32>,
        before: Option<String>,
        last: Option<i32>,
    ) -> Result<Connection<String, Event>, Error> {
        let walk = PageArguments {
            first,
            after,
            last,
            before,
        }
        .walk()?;
        reader(context, Cell::Organisation)?;
        let services = services(context)?;
        let from = walk
            .from
            .as_deref()
            .map(|token| open(services, walk.cursor(), token))
            .transpose()?;
        let reading = if walk.backward {
            Reading::NewestFirst
        } else {
            Reading::OldestFirst
        };
        let state = services.runner.read();
        let (viewer, reach) = (viewer(context)?, reach(context, &state)?);
        let asking = services.asking(&viewer, &state);
        let entries: Vec<_> = match record_of(record_id.as_str()) {
            Some(record) if exists(context, &state, record)? => state
                .timeline()
                .of(record, reach.scope(), reading)
                .collect(),
            Some(_) | None => Vec::new(),
        };
        let mut rest = entries
            .into_iter()
            .filter(|entry| match (from, walk.backward) {
                (None, _) => true,
                (Some(from), false) => entry.position > from,
                (Some(from), true) => entry.position < from,
            });
        let found: Vec<(String, Event)> = rest
            .by_ref()
            .take(walk.count)
            .inspect(|entry| seen(context, entry.record, coded(entry.record.kind)))
            .map(|entry| place(services, &asking, &entry))
            .collect();
        let more = rest.next().is_some();
        Ok(stream(&walk, found, more))
    }

    /// Ereignisse: everything that happened in the centre, in the order of the log. Take the last
    /// cursor as `after` to go on; it is also good for the subscription.
    async fn events(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Behind this position.")] after: Option<Position>,
        #[graphql(desc = "1 to 100.")] first: i32,
        #[graphql(desc = "Only these types, for example consultation.recorded.")] types: Option<
            Vec<String>,
        >,
        #[graphql(desc = "Only what was recorded from this instant on.")] recorded_from: Option<
            DateTime,
        >,
        #[graphql(desc = "Only what was recorded before this instant.")] recorded_to: Option<
            DateTime,
        >,
    ) -> Result<Connection<String, Event>, Error> {
        let walk = PageArguments {
            first: Some(first),
            after: after.as_ref().map(|token| token.0.clone()),
            last: None,
            before: None,
        }
        .walk()?;
        reader(context, Cell::Organisation)?;
        let services = services(context)?;
        let after = match &after {
            Some(token) => open(services, "after", &token.0)?,
            None => 0,
        };
        let kinds = types.as_deref().map(kinds).transpose()?;
        wait_for(services, after).await?;
        let state = services.runner.read();
        let (viewer, reach) = (viewer(context)?, reach(context, &state)?);
        let asking = services.asking(&viewer, &state);
        let mut events = state
            .timeline()
            .events_after(reach.scope(), after)
            .filter(|entry| {
                kinds
                    .as_ref()
                    .is_none_or(|kinds| kinds.contains(&entry.kind))
            })
            .filter(|entry| recorded_from.is_none_or(|from| entry.recorded_at >= from.0))
            .take_while(|entry| recorded_to.is_none_or(|to| entry.recorded_at < to.0));
        let found: Vec<(String, Event)> = events
            .by_ref()
            .take(walk.count)
            .inspect(|entry| seen(context, entry.record, coded(entry.record.kind)))
            .map(|entry| place(services, &asking, &entry))
            .collect();
        let more = events.next().is_some();
        Ok(stream(&walk, found, more))
    }
}

/// An event with its cursor.
fn place(services: &Services, asking: &Asking<'_>, entry: &TimelineEntry<'_>) -> (String, Event) {
    let cursor = services.tokens.position(entry.position);
    (cursor, Event::shown(entry, asking))
}

fn open(services: &Services, name: &str, token: &str) -> Result<u64, Error> {
    services.tokens.open_position(token).map_err(|error| {
        coded_field(
            "BAD_POSITION",
            name,
            format!("Die Angabe „{name}“ {error}."),
        )
    })
}

fn kinds(names: &[String]) -> Result<Vec<EventKind>, Error> {
    let known = |(index, name): (usize, &String)| {
        EventKind::from_wire_name(name).ok_or_else(|| {
            let all: Vec<&str> = EventKind::ALL.iter().map(|kind| kind.wire_name()).collect();
            coded_field(
                "UNKNOWN_TYPE",
                &format!("types[{index}]"),
                format!(
                    "Diese Ereignisart gibt es nicht; vorhanden sind: {}.",
                    all.join(", ")
                ),
            )
        })
    };
    names.iter().enumerate().map(known).collect()
}
