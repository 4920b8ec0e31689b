//! `/graphql`: queries and mutations, one request, one answer.

use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::accept::Media;
use super::auth::Credentials;
use super::params::{Params, check_content};
use super::problem::Problem;
use super::{Api, Viewer, answer, auth, witness};

pub(super) async fn handle(State(api): State<Arc<Api>>, request: Request) -> Response {
    match answer(&api, request).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn answer(api: &Api, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    if !matches!(parts.method, Method::GET | Method::POST) {
        return Err(Problem::method("GET, POST"));
    }
    let offer = "application/json or application/graphql-response+json";
    let media = Media::negotiate(&parts.headers).ok_or_else(|| Problem::not_acceptable(offer))?;
    let credentials = Credentials::of(&parts.method, &parts.headers);
    let viewer = auth::viewer(api.auth.as_ref(), &credentials).await?;
    api.admit_request(&viewer)?;
    let params = read(api, &parts, body, &viewer).await?;

    let purpose = witness::purpose(&parts.headers);
    let operation = match api.prepare(params, &viewer, purpose.as_deref()) {
        Ok(operation) => operation,
        Err(error) => return Ok(refused(media, *error)),
    };
    if parts.method == Method::GET && !answer::is_safe(operation.kind) {
        return Err(Problem::mutation_over_get());
    }
    if operation.kind == OperationType::Subscription {
        return Ok(refused(media, answer::subscription_elsewhere()));
    }
    let cost = operation.cost;
    let (status, body) = api
        .run(operation, |response| {
            (status_of(&response, media), answer::body(response, cost))
        })
        .await;
    Ok(respond(media, status, body))
}

fn status_of(response: &async_graphql::Response, media: Media) -> StatusCode {
    match answer::server_fault(response) {
        Some(status) => StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        None if answer::is_request_error(response) => request_error_status(media),
        None => StatusCode::OK,
    }
}

/// The parameters of a `GET` or `POST`.
pub(super) async fn read(
    api: &Api,
    parts: &Parts,
    body: Body,
    viewer: &Viewer,
) -> Result<Params, Problem> {
    let limit = api.limits(viewer).body_bytes;
    if parts.method == Method::GET {
        let query = parts.uri.query();
        if query.is_some_and(|query| query.len() > limit) {
            return Err(Problem::too_large(limit));
        }
        return Params::from_query_string(query);
    }
    check_content(&parts.headers)?;
    Params::from_body(&read_body(api, body, limit).await?)
}

async fn read_body(api: &Api, body: Body, limit: usize) -> Result<Bytes, Problem> {
    match tokio::time::timeout(api.options.body_timeout, to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(Problem::too_large(limit)),
        Err(_) => Err(Problem::body_timeout()),
    }
}

/// With the older media type a well-formed request gets 200 whatever its document is.
fn request_error_status(media: Media) -> StatusCode {
    match media {
        Media::Json => StatusCode::OK,
        Media::GraphQlResponse => StatusCode::BAD_REQUEST,
    }
}

fn refused(media: Media, error: async_graphql::ServerError) -> Response {
    respond(media, request_error_status(media), answer::refusal(error))
}

fn respond(media: Media, status: StatusCode, body: String) -> Response {
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(media.content_type()),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::VARY,
        HeaderValue::from_static("accept, authorization, cookie, querschnitt-grant"),
    );
    response
}

/// `/graphql/schema.graphql`: the schema as text, for everyone with a token.
pub(super) async fn schema(State(api): State<Arc<Api>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match schema_for(&api, &parts).await {
        Ok(sdl) => (
            [(header::CONTENT_TYPE, "application/graphql; charset=utf-8")],
            sdl,
        )
            .into_response(),
        Err(problem) => problem.into_response(),
    }
}

async fn schema_for(api: &Api, parts: &Parts) -> Result<String, Problem> {
    if parts.method != Method::GET {
        return Err(Problem::method("GET"));
    }
    let credentials = Credentials::of(&parts.method, &parts.headers);
    let viewer = auth::viewer(api.auth.as_ref(), &credentials).await?;
    api.admit_request(&viewer)?;
    Ok(api.engine.sdl.clone())
}
