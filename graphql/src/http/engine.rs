//! Any schema behind one type, so that the handlers are not generic.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_graphql::registry::Registry;
use async_graphql::{ObjectType, Request, Response, Schema, SubscriptionType};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, StreamExt};

use super::shown;

type Execute = dyn Fn(Request) -> BoxFuture<'static, Response> + Send + Sync;
type Subscribe = dyn Fn(Request) -> BoxStream<'static, Response> + Send + Sync;

pub(super) struct Engine {
    execute: Arc<Execute>,
    subscribe: Arc<Subscribe>,
    /// The types of the schema; async-graphql shows its own copy only to extensions.
    pub(super) registry: Registry,
    pub(super) sdl: String,
}

impl Engine {
    pub(super) fn new<Q, M, S>(schema: Schema<Q, M, S>) -> Self
    where
        Q: ObjectType + 'static,
        M: ObjectType + 'static,
        S: SubscriptionType + 'static,
    {
        let mut registry = Registry::default();
        Q::create_type_info(&mut registry);
        M::create_type_info(&mut registry);
        S::create_type_info(&mut registry);
        registry.query_type = Q::type_name().into_owned();
        registry.mutation_type = Some(M::type_name().into_owned());
        registry.subscription_type = Some(S::type_name().into_owned());
        let sdl = schema.sdl_with_options(crate::sdl_options());
        let streams = schema.clone();
        Self {
            execute: Arc::new(move |request| {
                let schema = schema.clone();
                async move { schema.execute(request).await }.boxed()
            }),
            subscribe: Arc::new(move |request| streams.execute_stream(request)),
            registry,
            sdl,
        }
    }

    /// Runs a query or mutation. A resolver that panics is an error like any other for the caller.
    pub(super) async fn execute(&self, request: Request) -> Response {
        let running = AssertUnwindSafe((self.execute)(request)).catch_unwind();
        running.await.unwrap_or_else(|_| panicked())
    }

    /// Runs any operation; the stream of a query or mutation has one item.
    pub(super) fn stream(&self, request: Request) -> BoxStream<'static, Response> {
        let stream = AssertUnwindSafe((self.subscribe)(request)).catch_unwind();
        stream
            .map(|next| next.unwrap_or_else(|_| panicked()))
            .boxed()
    }
}

fn panicked() -> Response {
    tracing::error!("a resolver panicked");
    Response::from_errors(vec![shown::internal()])
}

#[cfg(test)]
mod tests {
    use async_graphql::Variables;

    use super::*;
    use crate::limits::{Documents, Limits, check};

    #[test]
    fn the_limits_know_the_types_of_the_real_schema() {
        let engine = Engine::new(crate::schema().finish());
        let code = |query: &str| {
            let limits = Limits {
                cost: 60,
                ..Limits::default()
            };
            let parsed = Documents::default().parse(query, &limits).ok()?;
            let refused = check(
                parsed,
                None,
                &Variables::default(),
                &engine.registry,
                &limits,
                true,
            )
            .err()?;
            Some(refused.extensions?.get("code")?.to_string())
        };
        assert_eq!(
            code("{ events { edges { cursor } } }").as_deref(),
            Some("\"PAGE_SIZE\"")
        );
        assert_eq!(
            code("{ events(first: 101) { edges { cursor } } }").as_deref(),
            Some("\"PAGE_SIZE\"")
        );
        assert_eq!(code("{ events(first: 10) { edges { cursor } } }"), None);
        assert_eq!(
            code("{ events(first: 100) { edges { cursor } } }").as_deref(),
            Some("\"TOO_EXPENSIVE\"")
        );
        let mutation = "mutation($i: RegisterOrganisationInput!) { registerOrganisation(input: $i) { position } }";
        assert_eq!(code(mutation).as_deref(), Some("\"BAD_ARGUMENT\""));
        assert!(matches!(
            engine.registry.types.get("RegisterOrganisationInput"),
            Some(async_graphql::registry::MetaType::InputObject { .. })
        ));
    }
}
