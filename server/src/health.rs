//! What machines ask of a running server: is it alive, is it ready, what does it count.
//!
//! `/healthz` and `/readyz` are open and say nothing about the office's work; `/metrics` does (who
//! sees positions grow reads activity), so behind a proxy it wants a token of the role OPERATOR. Why the server is not
//! ready (paths, disks, clocks) stands in its log, and is told to whoever asks on this machine directly.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use querschnitt_projections::{Runner, Status};
use querschnitt_store::{AccessLog, EmbeddedLog, Executor, Log as _};
use serde_json::{Value, json};

use crate::auth::Auth;
use crate::edge::FromHere;

/// What the answers are made of.
pub(crate) struct Health {
    pub(crate) log: Arc<EmbeddedLog>,
    pub(crate) executor: Executor,
    pub(crate) runner: Arc<Runner>,
    pub(crate) auth: Arc<Auth>,
    /// Who reads what; nobody reads anything while it refuses.
    pub(crate) access_log: Option<Arc<AccessLog>>,
    /// Whether `/metrics` is for the operator only.
    pub(crate) guarded: bool,
    pub(crate) started: Instant,
    pub(crate) requests: Requests,
    /// Why it was not ready when that was last written to the server's own log.
    pub(crate) told: Mutex<Vec<String>>,
}

/// How many HTTP requests were answered, by the class of their status.
#[derive(Default)]
pub(crate) struct Requests([AtomicU64; 5]);

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// The routes of `app`, and these.
pub(crate) fn routes(health: Arc<Health>, app: Router) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .with_state(health)
        .merge(app)
}

/// `app` with its answers counted.
pub(crate) fn counted(health: Arc<Health>, app: Router) -> Router {
    app.layer(axum::middleware::from_fn_with_state(health, count))
}

async fn count(State(health): State<Arc<Health>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let class = usize::from(response.status().as_u16() / 100).clamp(1, 5) - 1;
    health.requests.0[class].fetch_add(1, Ordering::Relaxed);
    response
}

async fn readyz(State(health): State<Arc<Health>>, here: Option<Extension<FromHere>>) -> Response {
    let (ready, reasons) = health.readiness();
    health.tell();
    let body = match here {
        Some(_) => reasons,
        None => json!({ "ready": ready }),
    };
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(body)).into_response()
}

impl Health {
    fn readiness(&self) -> (bool, Value) {
        let (log, vault) = (self.log.refusal(), self.executor.vault().refusal());
        let access_log = self.access_refusal();
        let (follows, projections) = match self.runner.status() {
            Status::Following => (true, json!("following")),
            Status::Replaying { head } => {
                let applied = self.runner.applied();
                let percent = applied.saturating_mul(100) / head.max(1);
                (false, json!({ "replaying": { "percent": percent } }))
            }
            Status::Stopped { reason } => (false, json!({ "stopped": reason })),
        };
        let ready = follows && log.is_none() && vault.is_none() && access_log.is_none();
        let body = json!({
            "ready": ready,
            "log": writable(log),
            "vault": writable(vault),
            "accessLog": writable(access_log),
            "projections": projections,
        });
        (ready, body)
    }

    /// Writes to the server's own log why it is not ready, once each time that changes.
    fn tell(&self) {
        let stopped = match self.runner.status() {
            Status::Following | Status::Replaying { .. } => None,
            Status::Stopped { reason } => Some(reason.to_string()),
        };
        let reasons = [
            ("log", self.log.refusal()),
            ("vault", self.executor.vault().refusal()),
            ("access log", self.access_refusal()),
            ("views", stopped),
        ];
        let reasons = reasons.into_iter();
        let reasons: Vec<String> = reasons
            .filter_map(|(what, reason)| reason.map(|reason| format!("{what}: {reason}")))
            .collect();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if *told != reasons {
            if !reasons.is_empty() {
                tracing::error!(?reasons, "the server is not ready");
            }
            *told = reasons;
        }
    }

    fn access_refusal(&self) -> Option<String> {
        self.access_log.as_ref().and_then(|log| log.refusal())
    }

    /// In the text format of Prometheus.
    fn metrics(&self) -> String {
        let (ready, _) = self.readiness();
        let head = self.log.head();
        let applied = self.runner.applied();
        let mut text = String::new();
        let mut gauge = |name: &str, help: &str, value: u64| {
            // Writing to a string never fails.
            let _ = writeln!(
                text,
                "# HELP querschnitt_{name} {help}\n# TYPE querschnitt_{name} gauge\nquerschnitt_{name} {value}"
            );
        };
        gauge("ready", "1 when the server is ready.", u64::from(ready));
        gauge(
            "log_writable",
            "1 when the log takes writes.",
            u64::from(self.log.refusal().is_none()),
        );
        gauge(
            "vault_writable",
            "1 when the vault takes texts.",
            u64::from(self.executor.vault().refusal().is_none()),
        );
        gauge(
            "access_log_writable",
            "1 when the access log takes entries; nothing is shown while it does not.",
            u64::from(self.access_refusal().is_none()),
        );
        gauge("log_head", "Position of the newest durable event.", head);
        gauge(
            "applied",
            "Position of the newest event in the views.",
            applied,
        );
        gauge(
            "lag",
            "Events that are durable but not in the views yet.",
            head.saturating_sub(applied),
        );
        gauge(
            "uptime_seconds",
            "Seconds since the server started.",
            self.started.elapsed().as_secs(),
        );
        self.count_commands(&mut text);
        text.push_str("# HELP querschnitt_http_requests_total HTTP requests answered.\n");
        text.push_str("# TYPE querschnitt_http_requests_total counter\n");
        for (class, count) in CLASSES.iter().zip(&self.requests.0) {
            let _ = writeln!(
                text,
                "querschnitt_http_requests_total{{status=\"{class}\"}} {}",
                count.load(Ordering::Relaxed)
            );
        }
        text
    }

    fn count_commands(&self, text: &mut String) {
        let counts = self.executor.counts();
        text.push_str("# HELP querschnitt_commands_total Commands, by what became of them: refused means that the log or the vault takes no writes.\n");
        text.push_str("# TYPE querschnitt_commands_total counter\n");
        let rejected = counts.rejected();
        for (outcome, count) in [
            ("recorded", counts.recorded()),
            ("unchanged", counts.unchanged()),
            ("repeated", counts.repeated()),
            ("rejected", rejected.values().sum()),
            ("refused", counts.refused()),
            ("failed", counts.failed()),
        ] {
            let _ = writeln!(
                text,
                "querschnitt_commands_total{{outcome=\"{outcome}\"}} {count}"
            );
        }
        text.push_str("# HELP querschnitt_rejections_total Rejected commands, by code.\n");
        text.push_str("# TYPE querschnitt_rejections_total counter\n");
        for (code, count) in rejected {
            let _ = writeln!(
                text,
                "querschnitt_rejections_total{{code=\"{code}\"}} {count}"
            );
        }
    }
}

fn writable(refusal: Option<String>) -> Value {
    refusal.map_or_else(|| json!("writable"), |reason| json!({ "refuses": reason }))
}

async fn metrics(State(health): State<Arc<Health>>, headers: HeaderMap) -> Response {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    if health.guarded && !token.is_some_and(|token| health.auth.is_operator(token)) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let kind = (header::CONTENT_TYPE, "text/plain; version=0.0.4");
    ([kind], health.metrics()).into_response()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use querschnitt_store::{Clock as _, ManualClock, Options, SystemClock};

    use super::*;
    use crate::config::Settings;
    use crate::office::Office;

    #[tokio::test]
    async fn it_is_not_ready_while_the_clock_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            data: folder.path().join("data"),
            ..Settings::default()
        };
        let now = SystemClock.now();
        let clock = Arc::new(ManualClock::at(now));
        let options = Options {
            clock: Arc::clone(&clock) as _,
            ..Options::default()
        };
        let office = Office::open_with(&settings, options, false).await.unwrap();
        let health = Health {
            log: Arc::clone(office.log()),
            executor: office.executor().clone(),
            runner: office.run_projections(),
            auth: Arc::new(crate::auth::tests::auth(&office, &settings).await),
            access_log: None,
            guarded: false,
            started: Instant::now(),
            requests: Requests::default(),
            told: Mutex::default(),
        };
        let says_writable = |writable: bool| {
            let (ready, body) = health.readiness();
            assert_eq!(ready, writable, "{body}");
            assert_eq!(body["log"] == "writable", writable, "{body}");
            let line = format!("\nquerschnitt_log_writable {}\n", u8::from(writable));
            assert!(health.metrics().contains(&line));
        };
        says_writable(true);
        clock.set(now + Duration::from_secs(3_600));
        says_writable(false);
        let (_, body) = health.readiness();
        let reason = body["log"]["refuses"].as_str().unwrap();
        assert!(reason.contains("clock"), "{reason}");
        clock.set(now + Duration::from_secs(1));
        says_writable(true);
    }
}
