//! The letters of project reviews over HTTP, made anew from the log for each request.
//!
//! | Request | What |
//! |---|---|
//! | `GET /reviews/{id}/letters/{number}` | the letter of the statement with this number: a PDF, the same bytes each time |
//! | `GET /reviews/{id}/letters/draft` | what the letter would be if the draft went out now, marked as a draft |
//!
//! Letters are for those who may read the texts of the review. They are set one at a time, because setting
//! one keeps a core busy.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use querschnitt_domain::ReviewId;
use querschnitt_domain::access::OperationKind;
use querschnitt_exports::letter::{LetterError, Sealed, statements};
use tokio::sync::Semaphore;

use crate::http::auth::{Credentials, viewer};
use crate::http::problem::Problem;
use crate::http::{Authenticate, PerAccount};
use crate::input;
use crate::services::Services;
use crate::viewer::Viewer;
use querschnitt_policy::Cell;

/// How many requests may wait for their letter; more are sent away.
const WAITING: usize = 32;
/// How long one waits at most.
const WAIT: Duration = Duration::from_secs(20);

struct Letters {
    services: Services,
    auth: Arc<dyn Authenticate>,
    per_account: PerAccount,
    waiting: Semaphore,
    setting: Arc<Semaphore>,
}

/// The routes of the table above. `auth` and `per_account` are those of the GraphQL routes.
pub fn routes(services: Services, auth: Arc<dyn Authenticate>, per_account: PerAccount) -> Router {
    let letters = Letters {
        services,
        auth,
        per_account,
        waiting: Semaphore::new(WAITING),
        setting: Arc::new(Semaphore::new(1)),
    };
    Router::new()
        .route("/reviews/{id}/letters/{which}", any(read))
        .with_state(Arc::new(letters))
}

async fn read(
    State(letters): State<Arc<Letters>>,
    Path((id, which)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    match letters.read(&id, &which, &parts).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

impl Letters {
    async fn read(&self, id: &str, which: &str, parts: &Parts) -> Result<Response, Problem> {
        if !matches!(parts.method, Method::GET | Method::HEAD) {
            return Err(Problem::method("GET, HEAD"));
        }
        let viewer = self.viewer(parts).await?;
        self.per_account.take(&viewer).map_err(Problem::too_many)?;
        let rights = &self.services.rights;
        // A letter has the head of the centre and names who signs: who is asked for advice reads the text
        // of a draft, and not that.
        let reads = [Cell::ReviewText, Cell::Letterhead]
            .into_iter()
            .all(|cell| rights.may_read_some(&viewer, cell));
        if !reads {
            return Err(Problem::other(
                StatusCode::FORBIDDEN,
                "NOT_ALLOWED",
                "Das dürfen Sie mit Ihrer Anmeldung nicht lesen.",
            ));
        }
        let review: ReviewId = input::id("id", &id.into()).map_err(|_| unknown())?;
        let sealed = self.find(&viewer, review, which)?;
        let pdf = self.set(sealed).await?;
        let (access, record) = (&self.services.access, review.record());
        access
            .hand_out(
                &viewer,
                &parts.headers,
                OperationKind::Letter,
                record,
                Cell::ReviewText,
            )
            .await?;
        Ok(answer(pdf, which))
    }

    /// What the log says about the letter, if the viewer reads the texts of its review. A retracted review
    /// keeps its letters.
    fn find(&self, viewer: &Viewer, review: ReviewId, which: &str) -> Result<Sealed, Problem> {
        let state = self.services.runner.read();
        let asking = self.services.asking(viewer, &state);
        if !asking.reads_record(Cell::ReviewText, review.record()) {
            return Err(unknown());
        }
        if which == "draft" {
            return Sealed::draft(&state, review).ok_or_else(no_draft);
        }
        let number: u32 = which.parse().map_err(|_| unknown())?;
        let statement = statements(&state, review)
            .into_iter()
            .find(|statement| statement.number == number)
            .ok_or_else(unknown)?;
        if !statement.signed_here {
            return Err(elsewhere());
        }
        Sealed::issued(&state, review, statement).ok_or_else(unknown)
    }

    /// Opens and sets it on a thread of its own. It goes on to the end also when the client goes away, and
    /// the next one waits for that.
    async fn set(&self, sealed: Sealed) -> Result<Vec<u8>, Problem> {
        let _waiting = self.waiting.try_acquire().map_err(|_| busy())?;
        let turn = Arc::clone(&self.setting).acquire_owned();
        let turn = tokio::time::timeout(WAIT, turn).await.map_err(|_| busy())?;
        let turn = turn.map_err(|_| fault())?;
        let vault = Arc::clone(self.services.executor.vault());
        let set = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            sealed.open(&vault)?.render()
        });
        let set = set.await.map_err(|error| {
            tracing::error!(%error, "setting a letter ended early");
            fault()
        })?;
        set.map_err(|error| match error {
            LetterError::Erased => erased(),
            LetterError::Vault(_) | LetterError::Typesetting(_) => {
                tracing::error!(%error, "a letter can't be made");
                fault()
            }
        })
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

fn answer(pdf: Vec<u8>, which: &str) -> Response {
    let name = match which {
        "draft" => "inline; filename=\"Stellungnahme-Entwurf.pdf\"",
        _ => "inline; filename=\"Stellungnahme.pdf\"",
    };
    let mut response = Response::new(Body::from(pdf));
    let headers = response.headers_mut();
    for (header, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, name),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ),
    ] {
        headers.insert(header, HeaderValue::from_static(value));
    }
    response
}

fn unknown() -> Problem {
    Problem::other(
        StatusCode::NOT_FOUND,
        "UNKNOWN_ID",
        "Dieses Schreiben gibt es in Ihrem Zentrum nicht; prüfen Sie Kennung und Nummer. Ein Schreiben gibt es, sobald die Stellungnahme abgegeben ist.",
    )
}

fn no_draft() -> Problem {
    Problem::other(
        StatusCode::NOT_FOUND,
        "UNKNOWN_ID",
        "Zu dieser Stellungnahme liegt zurzeit kein Entwurf vor.",
    )
}

fn elsewhere() -> Problem {
    Problem::other(
        StatusCode::NOT_FOUND,
        "NOT_MADE_HERE",
        "Diese Stellungnahme wurde aus einer anderen Quelle übernommen; ihr Schreiben liegt dort.",
    )
}

fn erased() -> Problem {
    Problem::other(
        StatusCode::GONE,
        "ERASED",
        "Texte dieses Schreibens wurden gelöscht; es lässt sich nicht mehr erzeugen.",
    )
}

fn busy() -> Problem {
    Problem::other(
        StatusCode::SERVICE_UNAVAILABLE,
        "UNAVAILABLE",
        "Zurzeit werden viele Schreiben erzeugt. Bitte in einigen Sekunden noch einmal versuchen.",
    )
}

fn fault() -> Problem {
    Problem::other(
        StatusCode::INTERNAL_SERVER_ERROR,
        "INTERNAL",
        crate::http::INTERNAL,
    )
}
