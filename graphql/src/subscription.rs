//! The subscription: everything that happens in the centre, as it happens.

use std::sync::Arc;

use async_graphql::{Context, Error, Subscription as GraphQLSubscription};
use futures_util::stream;
use futures_util::{Stream, StreamExt as _};
use querschnitt_policy::Cell;
use querschnitt_projections::Status;

use crate::access_log::Seen;
use crate::objects::Event;
use crate::rights;
use crate::scalars::Position;
use crate::services::{Services, coded, reader, services};
use crate::viewer::Viewer;

/// What can be followed.
#[derive(Default)]
pub struct Subscription;

/// What can be followed as it happens.
#[GraphQLSubscription]
impl Subscription {
    /// Ereignisse: everything that happens in the centre from a position on; without `after` from
    /// now on. Nothing is left out: to resume after a break, send the position of the last event.
    async fn events<'a>(
        &self,
        context: &Context<'a>,
        #[graphql(desc = "Behind this position; without it from now on.")] after: Option<Position>,
    ) -> Result<impl Stream<Item = Event> + 'a, Error> {
        let viewer = reader(context, Cell::Organisation)?;
        let services = services(context)?;
        let after = match after {
            Some(token) => services
                .tokens
                .open_position(&token.0)
                .map_err(|error| coded("BAD_POSITION", format!("Die Angabe after {error}.")))?,
            None => services.runner.applied(),
        };
        let seen = context.data_opt::<Arc<Seen>>().cloned();
        let events = follow(services.clone(), viewer, after);
        Ok(events.inspect(move |event| {
            if let Some(seen) = &seen {
                seen.note(event.of_record(), rights::coded(event.of_record().kind));
            }
        }))
    }
}

/// Every event that exists for the viewer after a position, for ever; ends when the runner stops. What
/// exists is worked out anew for each event: rights may change while the stream is open.
fn follow(services: Services, viewer: Viewer, after: u64) -> impl Stream<Item = Event> {
    let steps = stream::unfold(after, move |after| {
        let services = services.clone();
        async move {
            let mut progress = services.runner.watch();
            progress
                .wait_for(|now| now.applied > after || matches!(now.status, Status::Stopped { .. }))
                .await
                .ok()?;
            let (event, reached) = next(&services, &viewer, after);
            // A stopped runner goes no further.
            (reached > after).then_some((stream::iter(event), reached))
        }
    });
    futures_util::StreamExt::flatten(steps)
}

/// The next event, and how far the walk got: over what the viewer does not see, too.
pub(crate) fn next(services: &Services, viewer: &Viewer, after: u64) -> (Option<Event>, u64) {
    let state = services.runner.read();
    let asking = services.asking(viewer, &state);
    let reach = asking.reach(rights::coded);
    let event = state
        .timeline()
        .events_after(reach.scope(), after)
        .next()
        .map(|entry| Event::shown(&entry, &asking));
    let reached = match &event {
        Some(event) => event.position,
        None => state.position(),
    };
    (event, reached)
}
