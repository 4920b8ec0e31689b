//! GraphQL over HTTP, server-sent events and WebSockets, for any async-graphql schema.
//!
//! async-graphql executes; everything between the socket and the schema is here, because its own integration
//! answers 200 to everything, runs mutations over `GET` and takes any content type. The public audit suite
//! `graphql-http` says what is right. Where the newest draft of the specification moved on, the suite is followed:
//! validation errors are 400, not 422.
//!
//! | Path | What |
//! |---|---|
//! | `/graphql` | `POST`, and `GET` for queries |
//! | `/graphql/stream` | server-sent events, one operation per connection |
//! | `/graphql/ws` | `graphql-transport-ws` |
//! | `/graphql/schema.graphql` | the schema as text |
//! | `/graphiql` | an editor in the browser, in development only |
//!
//! Nothing is readable without a token, the schema included.

mod accept;
mod admit;
mod answer;
pub(crate) mod auth;
mod deadline;
mod engine;
mod graphiql;
mod graphql;
mod nulls;
mod operation;
mod order;
mod outline;
mod params;
mod peer;
pub(crate) mod problem;
mod rates;
mod selection;
mod serve;
mod shown;
mod span;
mod sse;
mod transport;
mod trusted;
mod turns;
pub(crate) mod witness;
mod ws;

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{ObjectType, Schema, SubscriptionType};
use axum::Router;
use axum::routing::any;

pub use auth::{Authenticate, Credentials, GRANT, Refused, To, Viewer};
pub use deadline::Deadline;
pub use peer::{Peer, Protected, neighbourhood};
pub use problem::{refuse, too_many_requests};
pub use rates::{PerAccount, Rate, Rates};
pub use serve::{ServeOptions, serve};
pub(crate) use shown::INTERNAL;
pub use transport::{Handshake, Transport};
pub use trusted::{Trust, Trusted, TrustedDocuments, Untrusted};
pub use witness::{Fields, Watch, Witness};

use crate::limits::{Documents, RoleLimits};
use engine::Engine;

/// How the HTTP layer behaves. `Default` is what a production server wants.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// Limits of one request, by role.
    pub limits: RoleLimits,
    /// How often an account may ask; an operation on a socket counts like a request.
    pub per_account: PerAccount,
    /// Documents that clients name by their hash.
    pub trusted: Trusted,
    /// Introspection queries are answered. The schema as text is served to everyone with a token either way.
    pub introspection: bool,
    /// `/graphiql` is served.
    pub graphiql: bool,
    /// Origins besides the server's own whose pages may open a WebSocket, for example `https://ki.example`.
    pub allowed_origins: Vec<String>,
    /// A query or mutation that takes longer is given up.
    pub time_limit: Duration,
    /// A request body that takes longer to arrive is given up.
    pub body_timeout: Duration,
    /// A WebSocket client that does not say `connection_init` for so long is cut off.
    pub init_timeout: Duration,
    /// A reader that takes nothing for so long is cut off.
    pub write_timeout: Duration,
    /// Idle streams and sockets carry a sign of life this often.
    pub keep_alive: Duration,
    /// The token of an open stream or socket is checked again this often, so that revoking it ends them.
    pub recheck: Duration,
    /// Operations at a time on one WebSocket.
    pub operations_per_socket: usize,
    /// Who is asked before an answer leaves.
    pub witness: Option<Arc<dyn Witness>>,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            limits: RoleLimits::default(),
            per_account: PerAccount::default(),
            trusted: Trusted::default(),
            introspection: false,
            graphiql: false,
            allowed_origins: Vec::new(),
            time_limit: Duration::from_secs(20),
            body_timeout: Duration::from_secs(15),
            init_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(15),
            keep_alive: Duration::from_secs(12),
            recheck: Duration::from_secs(30),
            operations_per_socket: 32,
            witness: None,
        }
    }
}

/// What the handlers share.
struct Api {
    engine: Engine,
    documents: Documents,
    auth: Arc<dyn Authenticate>,
    options: HttpOptions,
}

/// The routes of the table above for `schema`. `auth` turns a token into the viewer the resolvers see.
///
/// Switch `disable_suggestions` on in the schema; its own depth and complexity limits stay unset.
pub fn router<Q, M, S>(
    schema: Schema<Q, M, S>,
    auth: Arc<dyn Authenticate>,
    options: HttpOptions,
) -> Router
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    let graphiql = options.graphiql.then(graphiql::routes);
    let api = Arc::new(Api {
        engine: Engine::new(schema),
        documents: Documents::default(),
        auth,
        options,
    });
    Router::new()
        .route("/graphql", any(graphql::handle))
        .route("/graphql/schema.graphql", any(graphql::schema))
        .route("/graphql/stream", any(sse::handle))
        .route("/graphql/ws", any(ws::handle))
        .with_state(api)
        .merge(graphiql.unwrap_or_default())
}
