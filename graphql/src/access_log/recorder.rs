//! Writes to the access log what was seen: for GraphQL as the witness of every answer, for files and
//! letters when they are asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, ServerError};
use axum::http::{HeaderMap, StatusCode};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use querschnitt_domain::access::{AccessEvent, Operation, OperationKind, Read};
use querschnitt_domain::values::{AccessCell, AccessPurpose};
use querschnitt_domain::{CommandId, Event, EventData, RecordId, Role, berlin};
use querschnitt_policy::Cell;
use querschnitt_projections::Runner;
use querschnitt_store::{AccessLog, AppendError, Clock, CommandKey, Fingerprint, limits};
use uuid::Uuid;

use super::Seen;
use crate::http::problem::Problem;
use crate::http::witness::{self, Fields, Watch, Witness};
use crate::http::{self};
use crate::limits as http_limits;
use crate::viewer::Viewer;

/// How many records one entry names: with their tags they keep it below the longest line.
const RECORDS: usize = 100;
/// How many root fields one entry names. There are not many more in the schema.
const FIELDS: usize = 60;

/// Where what was seen is written.
#[derive(Clone, Debug)]
pub struct AccessRecorder(Option<Arc<Recorder>>);

#[derive(Debug)]
struct Recorder {
    log: Arc<AccessLog>,
    runner: Arc<Runner>,
    clock: Arc<dyn Clock>,
}

/// Nothing may be shown now: it could not be recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AccessRefused;

const REFUSED: &str = "Zurzeit lässt sich nicht protokollieren, wer etwas liest; deshalb wird nichts gezeigt. Bitte in einigen Minuten noch einmal versuchen und sonst die Systembetreuung verständigen.";

/// Who reads, through what, for which purpose.
#[derive(Clone, Debug)]
struct Source {
    viewer: Viewer,
    purpose: AccessPurpose,
    operation: Operation,
}

impl AccessRecorder {
    /// Writes to this log. Of the book it is asked whether somebody has broken the glass.
    #[must_use]
    pub fn new(log: Arc<AccessLog>, runner: Arc<Runner>, clock: Arc<dyn Clock>) -> Self {
        Self(Some(Arc::new(Recorder { log, runner, clock })))
    }

    /// Writes nothing; for benchmarks and tests.
    #[must_use]
    pub const fn off() -> Self {
        Self(None)
    }

    /// The log, if there is one.
    pub(crate) fn log(&self) -> Option<&Arc<AccessLog>> {
        self.0.as_ref().map(|recorder| &recorder.log)
    }

    /// What watches the answers of the GraphQL routes.
    pub(crate) fn witness(&self) -> Option<Arc<dyn Witness>> {
        self.0.clone().map(|recorder| recorder as _)
    }

    /// Records that the viewer is handed a file or letter of a record.
    ///
    /// # Errors
    /// What to answer instead.
    pub(crate) async fn hand_out(
        &self,
        viewer: &Viewer,
        headers: &HeaderMap,
        kind: OperationKind,
        record: RecordId,
        cell: Cell,
    ) -> Result<(), Problem> {
        let Some(recorder) = &self.0 else {
            return Ok(());
        };
        let purpose = witness::purpose(headers);
        let purpose = recorder
            .purpose(viewer, purpose.as_deref())
            .map_err(|what| Problem::other(StatusCode::BAD_REQUEST, "BAD_PURPOSE", what))?;
        let source = Source {
            viewer: *viewer,
            purpose,
            operation: Operation {
                kind,
                fields: Vec::new(),
            },
        };
        let seen = Seen::default();
        seen.note(record, cell);
        let written = recorder.write(&source, &seen.take()).await;
        written.map_err(|AccessRefused| {
            Problem::other(StatusCode::SERVICE_UNAVAILABLE, "ACCESS_LOG", REFUSED)
        })
    }
}

impl Recorder {
    /// The purpose a request names; break-glass has its own, whatever is named.
    ///
    /// # Errors
    /// A German sentence with what is allowed.
    fn purpose(&self, viewer: &Viewer, named: Option<&str>) -> Result<AccessPurpose, String> {
        let code = |code| AccessPurpose::parse(code).map_err(|error| error.to_string());
        let purpose = match named {
            None => code("DUTIES")?,
            Some(named) => AccessPurpose::parse(named).map_err(|_| {
                let all = AccessPurpose::all().map(|one| format!("{one} ({})", one.label()));
                let all: Vec<String> = all.collect();
                format!(
                    "Den Zweck in „{}“ gibt es nicht; erlaubt sind {}.",
                    witness::PURPOSE,
                    all.join(", ")
                )
            })?,
        };
        match self.has_broken_glass(viewer) {
            true => code("BREAK_GLASS"),
            false => Ok(purpose),
        }
    }

    fn has_broken_glass(&self, viewer: &Viewer) -> bool {
        // Only the head can.
        viewer.actor.role == Role::KiHead && {
            let state = self.runner.read();
            let access = state.facts().access();
            let glass = access.glass(viewer.actor.id, viewer.centre(), self.clock.now());
            glass.is_some()
        }
    }

    /// Writes what was seen. It is there when this process ends, whatever ends it.
    async fn write(
        &self,
        source: &Source,
        seen: &BTreeMap<u32, Vec<RecordId>>,
    ) -> Result<(), AccessRefused> {
        let entries: Vec<(u32, &[RecordId])> = seen
            .iter()
            .flat_map(|(cells, records)| {
                // Of a search there is one entry that names no record.
                let search = records.is_empty().then_some((*cells, &records[..]));
                let shown = records.chunks(RECORDS).map(|some| (*cells, some));
                search.into_iter().chain(shown)
            })
            .collect();
        let today = berlin::day(self.clock.now());
        for entries in entries.chunks(limits::COMMAND_EVENTS) {
            let key = CommandKey {
                id: CommandId(Uuid::now_v7()),
                fingerprint: Fingerprint([0; 16]),
                actor: source.viewer.actor.id,
                // An entry says itself who was represented.
                on_behalf_of: None,
                role: source.viewer.actor.role,
            };
            let event = |(cells, records): &(u32, &[RecordId])| Event {
                centre: source.viewer.centre(),
                occurred_on: today,
                occurred_at: None,
                data: EventData::Access(AccessEvent::Read(Read {
                    operation: source.operation.clone(),
                    purpose: source.purpose,
                    deputy_for: source.viewer.actor.on_behalf_of,
                    token: source.viewer.token,
                    cells: cells_of(*cells),
                    records: records.to_vec(),
                })),
            };
            let entries: Vec<Event> = entries.iter().map(event).collect();
            self.log.append(key, &entries).await.map_err(refused)?;
        }
        Ok(())
    }
}

fn refused(error: AppendError) -> AccessRefused {
    tracing::error!(%error, "the access log takes no entries, so something was not shown");
    AccessRefused
}

fn cells_of(bits: u32) -> Vec<AccessCell> {
    (0..u32::BITS)
        .filter(|bit| bits & (1 << bit) != 0)
        .filter_map(|bit| AccessCell::at(u16::try_from(bit).ok()?))
        .collect()
}

impl Witness for Recorder {
    fn watch(
        self: Arc<Self>,
        viewer: &http::Viewer,
        purpose: Option<&str>,
    ) -> Result<Option<Arc<dyn Watch>>, ServerError> {
        // A schema whose viewers are of another kind has no records of ours.
        let Some(viewer) = viewer.get::<Viewer>() else {
            return Ok(None);
        };
        let purpose = self
            .purpose(viewer, purpose)
            .map_err(|what| http_limits::error("BAD_PURPOSE", what, None))?;
        Ok(Some(Arc::new(Watching {
            recorder: self,
            viewer: *viewer,
            purpose,
            seen: Arc::default(),
        })))
    }
}

/// One operation under way.
struct Watching {
    recorder: Arc<Recorder>,
    viewer: Viewer,
    purpose: AccessPurpose,
    seen: Arc<Seen>,
}

impl Watch for Watching {
    fn attach(&self, request: Request) -> Request {
        request.data(Arc::clone(&self.seen))
    }

    fn seal<'a>(
        &'a self,
        kind: OperationType,
        fields: Fields<'a>,
    ) -> BoxFuture<'a, Result<(), ServerError>> {
        async move {
            let seen = self.seen.take();
            if seen.is_empty() {
                return Ok(());
            }
            let kind = match kind {
                OperationType::Query => OperationKind::Query,
                OperationType::Mutation => OperationKind::Mutation,
                OperationType::Subscription => OperationKind::Subscription,
            };
            let mut fields = fields();
            fields.truncate(FIELDS);
            let source = Source {
                viewer: self.viewer,
                purpose: self.purpose,
                operation: Operation { kind, fields },
            };
            let written = self.recorder.write(&source, &seen).await;
            written.map_err(|AccessRefused| http_limits::error("ACCESS_LOG", REFUSED, None))
        }
        .boxed()
    }
}
