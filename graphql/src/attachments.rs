//! The files of project reviews over HTTP: too large for a GraphQL body, and read as what they are.
//!
//! | Request | What |
//! |---|---|
//! | `POST /reviews/{id}/attachments?kind=APPLICATION&commandId=…` | adds a file: the body is the file, `Content-Type` its type, `Content-Disposition` has its name, `expectedVersion` may be given |
//! | `GET /reviews/{id}/attachments/{number}` | the file, always as a download |
//!
//! A POST answers like the payload of a mutation: `number`, `position`, `errors`; 201 when the file was
//! taken, 422 when it was refused. The name travels in a header because addresses get into the logs of
//! proxies.

mod arrival;
mod name;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Json, Router};
use querschnitt_domain::access::OperationKind;
use querschnitt_domain::review::{AddAttachment, AttachmentAdded, media_type};
use querschnitt_domain::values::AttachmentType;
use querschnitt_domain::{
    FileContent, FileError, RecordKind, Rejection, RejectionCode, ReviewId, Text, check,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::command::{UserError, execute};
use crate::http::auth::{Credentials, viewer};
use crate::http::problem::Problem;
use crate::http::{Authenticate, PerAccount};
use crate::input;
use crate::rights::check_write;
use crate::services::Services;
use crate::viewer::Viewer;
use arrival::Arrival;
use querschnitt_policy::Cell;

struct Files {
    services: Services,
    auth: Arc<dyn Authenticate>,
    per_account: PerAccount,
    arrival: Arrival,
}

/// The routes of the table above. `auth` and `per_account` are those of the GraphQL routes.
pub fn routes(services: Services, auth: Arc<dyn Authenticate>, per_account: PerAccount) -> Router {
    let files = Files {
        services,
        auth,
        per_account,
        arrival: Arrival::new(),
    };
    Router::new()
        .route("/reviews/{id}/attachments", any(add))
        .route("/reviews/{id}/attachments/{number}", any(read))
        .with_state(Arc::new(files))
}

/// What is said about a file in the address.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Asked {
    command_id: Uuid,
    kind: String,
    expected_version: Option<i32>,
}

/// What adding a file gives back.
#[derive(Serialize)]
struct Added {
    number: Option<u16>,
    position: Option<String>,
    errors: Vec<UserError>,
}

async fn add(
    State(files): State<Arc<Files>>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    match files.add(&id, request).await {
        Ok(added) => {
            let status = match added.errors.is_empty() {
                true => StatusCode::CREATED,
                false => StatusCode::UNPROCESSABLE_ENTITY,
            };
            (status, [NOT_STORED], Json(added)).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

async fn read(
    State(files): State<Arc<Files>>,
    Path((id, number)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    match files.read(&id, &number, &parts).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

const NOT_STORED: (HeaderName, HeaderValue) =
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));

impl Files {
    async fn add(&self, id: &str, request: Request) -> Result<Added, Problem> {
        let (parts, body) = request.into_parts();
        if parts.method != Method::POST {
            return Err(Problem::method("POST"));
        }
        let viewer = self.viewer(&parts).await?;
        self.per_account.take(&viewer).map_err(Problem::too_many)?;
        let Query(asked) = Query::<Asked>::try_from_uri(&parts.uri).map_err(|_| {
            Problem::bad_request(
                "Die Adresse braucht „commandId“ (eine UUID) und „kind“ (APPLICATION oder STATEMENT); „expectedVersion“ darf dazukommen, sonst nichts.",
            )
        })?;
        let file_type = file_type(&parts.headers)?;
        let name = name::given(&parts.headers)?;
        // Before the file takes a place, and once more when it is there, up to two minutes later.
        if let Err(rejection) = self.permitted(&viewer) {
            arrival::throw_away(&parts.headers, body).await;
            return Ok(refused(rejection));
        }
        let content = self.arrival.content(&parts.headers, body).await?;
        self.still(&parts, &viewer).await?;
        let decision = || {
            Ok(AddAttachment {
                review: input::id("id", &id.into())?,
                expected_version: input::version(asked.expected_version)?,
                kind: check::code("kind", &asked.kind)?,
                media_type: file_type,
                name: input::line("name", name.as_ref(), Text::NAME)?,
                content: FileContent::new(content.clone()).map_err(unfit)?,
            })
        };
        let decision: AddAttachment = match self.permitted(&viewer).and_then(|()| decision()) {
            Ok(decision) => decision,
            Err(rejection) => return Ok(refused(rejection)),
        };
        let asked_for = (
            "POST attachments",
            id,
            decision.kind.as_str(),
            decision.media_type.as_str(),
            &name,
            asked.expected_version,
        );
        let mut canonical = serde_json::to_vec(&asked_for).map_err(|_| fault())?;
        canonical.extend_from_slice(&content);
        let executed = execute(
            &self.services,
            &viewer.actor,
            asked.command_id,
            &canonical,
            &decision,
        );
        match executed.await.map_err(|_| unavailable())? {
            Err(rejection) => Ok(refused(rejection)),
            Ok(executed) => Ok(Added {
                number: self.newest(decision.review, executed.position),
                position: Some(self.services.tokens.position(executed.position)),
                errors: Vec::new(),
            }),
        }
    }

    /// Whether the viewer may add files, which are texts of reviews.
    fn permitted(&self, viewer: &Viewer) -> Result<(), Rejection> {
        let state = self.services.runner.read();
        let asking = self.services.asking(viewer, &state);
        let file = serde_json::json!({ "text": "" });
        check_write(&asking, RecordKind::Review, None, "addAttachment", &file)
    }

    /// The number of the file that was added by the event at a position.
    fn newest(&self, review: ReviewId, position: u64) -> Option<u16> {
        let state = self.services.runner.read();
        let row = state.facts().reviews().at(review, position)?;
        row.details.attachments.last().map(|added| added.attachment)
    }

    async fn read(&self, id: &str, number: &str, parts: &Parts) -> Result<Response, Problem> {
        if !matches!(parts.method, Method::GET | Method::HEAD) {
            return Err(Problem::method("GET, HEAD"));
        }
        let viewer = self.viewer(parts).await?;
        self.per_account.take(&viewer).map_err(Problem::too_many)?;
        if !self
            .services
            .rights
            .may_read_some(&viewer, Cell::ReviewText)
        {
            return Err(Problem::other(
                StatusCode::FORBIDDEN,
                "NOT_ALLOWED",
                "Das dürfen Sie mit Ihrer Anmeldung nicht lesen.",
            ));
        }
        let added = self.find(&viewer, id, number).ok_or_else(unknown)?;
        let vault = self.services.executor.vault();
        let subject = added.review.record();
        let found = tokio::task::block_in_place(|| {
            let file = vault.file(subject, &added.content)?;
            let name = added.name.as_ref();
            let name = name.map(|name| vault.text(subject, name)).transpose()?;
            Ok((file, name.flatten()))
        });
        let (file, name) = found.map_err(|error: querschnitt_store::VaultError| {
            tracing::error!(%error, "a file can't be read");
            fault()
        })?;
        let file = file.ok_or_else(unknown)?;
        let access = &self.services.access;
        access
            .hand_out(
                &viewer,
                &parts.headers,
                OperationKind::Attachment,
                subject,
                Cell::ReviewText,
            )
            .await?;
        let shown = name::shown(name.as_ref().map(Text::as_str), &added);
        let mut response = Response::new(Body::from(file.bytes().to_vec()));
        let headers = response.headers_mut();
        let (no_store, value) = NOT_STORED;
        headers.insert(no_store, value);
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(media_type(added.media_type)),
        );
        headers.insert(header::CONTENT_DISPOSITION, shown);
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox"),
        );
        Ok(response)
    }

    /// The file, if the viewer reads the texts of its review. A retracted review keeps its files.
    fn find(&self, viewer: &Viewer, id: &str, number: &str) -> Option<AttachmentAdded> {
        let review: ReviewId = input::id("id", &id.into()).ok()?;
        let number: u16 = number.parse().ok()?;
        let state = self.services.runner.read();
        let asking = self.services.asking(viewer, &state);
        if !asking.reads_record(Cell::ReviewText, review.record()) {
            return None;
        }
        let row = state.facts().reviews().newest(review)?;
        let mut files = row.details.attachments.iter();
        files.find(|file| file.attachment == number).cloned()
    }

    /// Whether who began to send a file may still act in the same role.
    async fn still(&self, parts: &Parts, before: &Viewer) -> Result<(), Problem> {
        match self.viewer(parts).await? == *before {
            true => Ok(()),
            false => Err(Problem::other(
                StatusCode::FORBIDDEN,
                "NO_GRANT",
                "Während die Datei unterwegs war, hat sich geändert, in welcher Rolle Sie handeln. Die Datei ist nicht gespeichert; bitte noch einmal absenden.",
            )),
        }
    }

    async fn viewer(&self, parts: &Parts) -> Result<Viewer, Problem> {
        let credentials = Credentials::of(&parts.method, &parts.headers);
        let viewer = viewer(self.auth.as_ref(), &credentials).await?;
        viewer
            .get::<Viewer>()
            .copied()
            .ok_or_else(Problem::unauthenticated)
    }
}

/// The type of the file, by its media type; parameters such as `charset` are not looked at.
fn file_type(headers: &HeaderMap) -> Result<AttachmentType, Problem> {
    let given = headers.get(header::CONTENT_TYPE);
    let given = given.and_then(|given| given.to_str().ok()).unwrap_or("");
    let wanted = given.split(';').next().unwrap_or("").trim();
    AttachmentType::all()
        .find(|of| media_type(*of).eq_ignore_ascii_case(wanted))
        .ok_or_else(|| {
            let allowed: Vec<&str> = AttachmentType::all().map(AttachmentType::label).collect();
            Problem::content_type(format!(
                "Dateien dieser Art (Content-Type) werden nicht angenommen; möglich sind: {}.",
                allowed.join(", ")
            ))
        })
}

fn unfit(error: FileError) -> Rejection {
    let (code, hint) = match error {
        FileError::Empty => (
            RejectionCode::Missing,
            "; ihr Inhalt ist der Körper der Anfrage",
        ),
        FileError::TooLarge(_) => (RejectionCode::TooMany, ""),
    };
    Rejection::field(code, "content", format!("Die Datei {error}{hint}."))
}

fn refused(rejection: Rejection) -> Added {
    let mut error = UserError::from(rejection);
    if error.field.as_deref() == Some("review") {
        error.field = Some("id".to_owned());
    }
    Added {
        number: None,
        position: None,
        errors: vec![error],
    }
}

fn unknown() -> Problem {
    Problem::other(
        StatusCode::NOT_FOUND,
        "UNKNOWN_ID",
        "Diese Anlage gibt es in Ihrem Zentrum nicht; prüfen Sie Kennung und Nummer.",
    )
}

fn unavailable() -> Problem {
    Problem::other(
        StatusCode::SERVICE_UNAVAILABLE,
        "UNAVAILABLE",
        "Zurzeit kann nichts gespeichert werden. Bitte dieselbe Datei später noch einmal absenden (mit gleicher „commandId“).",
    )
}

fn fault() -> Problem {
    Problem::other(
        StatusCode::INTERNAL_SERVER_ERROR,
        "INTERNAL",
        crate::http::INTERNAL,
    )
}
