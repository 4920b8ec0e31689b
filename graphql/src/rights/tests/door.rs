//! The real routes over a world of the tests, in this process. Who knocks is looked up in the views at every request,
//! as the server does it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use querschnitt_domain::ActorId;
use querschnitt_domain::account::Scopes;
use querschnitt_store::berlin_date;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::http::{self, Authenticate, Credentials, GRANT, HttpOptions, PerAccount, Refused};
use crate::services::Services;
use crate::viewer::Viewer;
use crate::{attachments, letters};

/// What somebody brings along: an account and one of its grants, or a machine's token.
#[derive(Clone, Copy, Debug)]
pub(super) enum Badge {
    Person { account: ActorId, grant: Uuid },
    Machine { hash: [u8; 32] },
}

impl Badge {
    /// What this viewer came with; `hash` is that of the token where it is a machine's.
    pub(super) fn of(viewer: &Viewer, hash: Option<[u8; 32]>) -> Option<Self> {
        match (viewer.grant, hash) {
            (Some(grant), _) => Some(Self::Person {
                account: viewer.actor.id,
                grant: grant.0,
            }),
            (None, Some(hash)) => Some(Self::Machine { hash }),
            (None, None) => None,
        }
    }

    fn bearer(&self) -> String {
        match self {
            Self::Person { account, .. } => account.0.to_string(),
            Self::Machine { hash } => hex::encode(hash),
        }
    }
}

/// Looks people and machines up.
struct Keeper(Services);

impl Keeper {
    fn look_up(&self, credentials: &Credentials) -> Option<Viewer> {
        let now = self.0.executor.clock().now();
        let bearer = credentials.bearer.as_deref()?;
        let state = self.0.runner.read();
        let access = state.facts().access();
        if let Some(grant) = &credentials.grant {
            let (account, grant) = (ActorId(bearer.parse().ok()?), Uuid::try_parse(grant).ok()?);
            let held = access.grants_of(account, berlin_date(now));
            let chosen = held
                .iter()
                .find(|acting| acting.grant.is_some_and(|held| held.0 == grant))?;
            return Some(Viewer::of(chosen, account, Scopes::all()));
        }
        let mut hash = [0; 32];
        hex::decode_to_slice(bearer, &mut hash).ok()?;
        let token = access.token(&hash, now)?;
        Some(Viewer::of_token(token))
    }
}

impl Authenticate for Keeper {
    fn authenticate<'a>(
        &'a self,
        credentials: &'a Credentials,
    ) -> BoxFuture<'a, Result<http::Viewer, Refused>> {
        let found = self.look_up(credentials);
        Box::pin(async move { found.map(http::Viewer::new).ok_or(Refused::Unknown) })
    }
}

/// The routes.
#[derive(Clone)]
pub(super) struct Door {
    routes: Router,
    services: Services,
}

impl Door {
    pub(super) fn of(services: &Services) -> Self {
        let keeper: Arc<dyn Authenticate> = Arc::new(Keeper(services.clone()));
        // What a stream says by itself would be in the way of what is told apart here.
        let never = Duration::from_secs(100_000);
        let options = HttpOptions {
            keep_alive: never,
            recheck: never,
            ..HttpOptions::default()
        };
        let routes = crate::router(services.clone(), Arc::clone(&keeper), options)
            .merge(attachments::routes(
                services.clone(),
                Arc::clone(&keeper),
                PerAccount::default(),
            ))
            .merge(letters::routes(
                services.clone(),
                keeper,
                PerAccount::default(),
            ));
        Self {
            routes,
            services: services.clone(),
        }
    }

    async fn send(
        &self,
        badge: &Badge,
        method: Method,
        path: &str,
        accept: &str,
        body: String,
    ) -> Response {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", badge.bearer()))
            .header(header::ACCEPT, accept)
            .header(header::CONTENT_TYPE, "application/json");
        if let Badge::Person { grant, .. } = badge {
            request = request.header(GRANT, grant.to_string());
        }
        let request = request.body(Body::from(body)).unwrap();
        TowerToHyperService::new(self.routes.clone())
            .call(request)
            .await
            .unwrap()
    }

    /// Reads what is no GraphQL: a file, a letter.
    pub(super) async fn get(&self, badge: &Badge, path: &str) -> (StatusCode, Bytes) {
        let response = self
            .send(badge, Method::GET, path, "*/*", String::new())
            .await;
        let status = response.status();
        (
            status,
            axum::body::to_bytes(response.into_body(), usize::MAX)
                .await
                .unwrap(),
        )
    }

    /// Asks by GraphQL.
    pub(super) async fn ask(
        &self,
        badge: &Badge,
        query: &str,
        variables: Value,
    ) -> (StatusCode, Value) {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let accept = "application/graphql-response+json";
        let response = self
            .send(badge, Method::POST, "/graphql", accept, body)
            .await;
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    /// Follows what happens from now on.
    pub(super) async fn follow(&self, badge: &Badge) -> Followed {
        let query = "subscription($after: Position) { events(after: $after) { type recordId } }";
        // Said here, because a stream begins to work when it is read the first time.
        let after = self
            .services
            .tokens
            .position(self.services.runner.applied());
        let body = json!({ "query": query, "variables": { "after": after } }).to_string();
        let response = self
            .send(
                badge,
                Method::POST,
                "/graphql/stream",
                "text/event-stream",
                body,
            )
            .await;
        assert_eq!(response.status(), StatusCode::OK, "{badge:?}");
        let chunks = response.into_body().into_data_stream();
        let mut followed = Followed(chunks.map(|chunk| chunk.unwrap()).boxed());
        assert_eq!(followed.chunk().await.as_deref(), Some(":\n\n"));
        followed
    }
}

/// What arrives of a stream.
pub(super) struct Followed(BoxStream<'static, Bytes>);

impl Followed {
    /// The next piece, a sign of life too; `None` at the end. What never comes fails the test.
    async fn chunk(&mut self) -> Option<String> {
        let chunk = tokio::time::timeout(Duration::from_secs(20), self.0.next());
        let chunk = chunk
            .await
            .unwrap_or_else(|_| panic!("neither an event nor an end"))?;
        Some(String::from_utf8(chunk.to_vec()).unwrap())
    }

    /// The next event: its type and its record. `None` at the end.
    pub(super) async fn event(&mut self) -> Option<(String, String)> {
        let chunk = self.chunk().await?;
        let data = chunk
            .strip_prefix("event: next\ndata: ")
            .unwrap_or_else(|| panic!("{chunk:?}"));
        let answer: Value = serde_json::from_str(data.trim_end()).unwrap();
        let event = &answer["data"]["events"];
        let field = |name: &str| {
            event[name]
                .as_str()
                .unwrap_or_else(|| panic!("{answer}"))
                .to_owned()
        };
        Some((field("type"), field("recordId")))
    }
}
