//! The subscription: everything that happens in the centre, as it happens.

use async_graphql::{Context, Error, Subscription as GraphQLSubscription};
use futures_util::Stream;
use futures_util::stream;
use querschnitt_projections::{CentreSet, Runner, Status};

use crate::objects::Event;
use crate::scalars::Position;
use crate::services::{coded, reader, services};
use crate::viewer::Readable;

/// How many events are read at once; a reader that does not keep up is served page by page.
const PAGE: usize = 100;

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
        let viewer = reader(context, Readable::Organisations)?;
        let services = services(context)?;
        let after = match after {
            Some(token) => services
                .tokens
                .open_position(&token.0)
                .map_err(|error| coded("BAD_POSITION", format!("Die Angabe after {error}.")))?,
            None => services.runner.applied(),
        };
        Ok(follow(
            services.runner.as_ref().clone(),
            viewer.centres(),
            after,
        ))
    }
}

/// Every event in the scope after a position, for ever; ends when the runner stops.
fn follow(runner: Runner, scope: CentreSet, after: u64) -> impl Stream<Item = Event> {
    let pages = stream::unfold((runner, after), move |(runner, after)| async move {
        let mut progress = runner.watch();
        progress
            .wait_for(|now| now.applied > after || matches!(now.status, Status::Stopped { .. }))
            .await
            .ok()?;
        let (events, reached) = page(&runner, scope, after);
        // A stopped runner goes no further.
        (reached > after).then_some((stream::iter(events), (runner, reached)))
    });
    futures_util::StreamExt::flatten(pages)
}

/// The next events, and how far the walk got: over what the viewer does not see, too.
fn page(runner: &Runner, scope: CentreSet, after: u64) -> (Vec<Event>, u64) {
    let state = runner.read();
    let events: Vec<Event> = state
        .timeline()
        .events_after(scope, after)
        .take(PAGE)
        .map(Into::into)
        .collect();
    let reached = match events.last() {
        Some(last) if events.len() == PAGE => last.position,
        Some(_) | None => state.position(),
    };
    (events, reached)
}
