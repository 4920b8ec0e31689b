//! The GraphQL API: its schema, its limits and its HTTP layer.

pub mod access_log;
pub mod attachments;
mod command;
pub mod http;
mod input;
pub mod letters;
pub mod limits;
pub mod machine_token;
mod mutations;
mod objects;
mod page;
mod queries;
mod rights;
mod scalars;
mod services;
pub mod sign_in_names;
mod subscription;
mod token;
mod viewer;

pub use access_log::{AccessRecorder, AccessRefused};
pub use mutations::Mutation;
pub use queries::Query;
pub use rights::Rights;
pub use services::Services;
pub use sign_in_names::SignInNames;
pub use subscription::Subscription;
pub use token::{TokenError, TokenKind, Tokens, record_of};
pub use viewer::Viewer;

use std::sync::Arc;

use async_graphql::{SDLExportOptions, Schema, SchemaBuilder};
use axum::Router;

use http::{Authenticate, HttpOptions};

/// The schema of this product.
pub type QuerschnittSchema = Schema<Query, Mutation, Subscription>;

/// A builder of the schema without data; the HTTP layer adds its limits, the server its services.
#[must_use]
pub fn schema() -> SchemaBuilder<Query, Mutation, Subscription> {
    page::describe(Schema::build(
        Query::default(),
        Mutation::default(),
        Subscription,
    ))
}

/// The routes of this product's schema. Not generic, so that all resolvers are compiled here, once.
pub fn router(services: Services, auth: Arc<dyn Authenticate>, options: HttpOptions) -> Router {
    let options = HttpOptions {
        witness: services.access.witness(),
        ..options
    };
    let schema = schema().disable_suggestions().data(services).finish();
    http::router(schema, auth, options)
}

/// The schema in its definition language, in a stable order; `graphql/schema.graphql` is this text.
#[must_use]
pub fn sdl() -> String {
    schema().finish().sdl_with_options(sdl_options())
}

/// How the schema is written, in the repository and at `/graphql/schema.graphql`.
fn sdl_options() -> SDLExportOptions {
    SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by()
}
