//! `querschnitt serve`: puts the parts together and serves until it is asked to stop.

mod options;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use querschnitt_graphql::http::{self, ServeOptions};
use querschnitt_graphql::{Rights, Services, Tokens, attachments, letters};
use querschnitt_projections::{Progress, Status};
use querschnitt_store::{
    CheckpointKeeper, IndexReport, KeeperError, Log, OpenReport, TreeFollower,
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::auth::{self, Auth};
use crate::config::Settings;
use crate::directory::Accounts;
use crate::edge::{self, Edge, Kept};
use crate::exit::Failure;
use crate::health::{Health, Requests};
use crate::office::Office;
use crate::sign_ins::SignIns;
use crate::{access_log, demo, health, progress, socket, welcome};

/// How often a checkpoint is stored while events come in.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(300);
/// How many files may be open: more than there may be connections.
const OPEN_FILES: u64 = 65_536;

/// Serves until SIGTERM or SIGINT.
pub(crate) async fn run(settings: &Settings) -> Result<(), Failure> {
    allow_many_connections();
    let stop = stop_signal()?;
    let kept = Kept::load(settings)?;
    let office = Arc::new(open(settings).await?);
    report(office.log().report());
    let outcome = with_office(settings, &office, kept, stop).await;
    office.close().await;
    outcome
}

/// Every connection is an open file. What processes usually begin with, 1,024, is fewer than the
/// clients that may wait here for events.
fn allow_many_connections() {
    let found = getrlimit(Resource::Nofile);
    let most = found.maximum.unwrap_or(OPEN_FILES).min(OPEN_FILES);
    if found.current.is_none_or(|current| current >= most) {
        return;
    }
    let wanted = Rlimit {
        current: Some(most),
        maximum: found.maximum,
    };
    if let Err(error) = setrlimit(Resource::Nofile, wanted) {
        tracing::warn!(%error, "the limit of open files stays low, and with it that of connections");
    }
}

async fn with_office(
    settings: &Settings,
    office: &Arc<Office>,
    kept: Kept,
    stop: impl Future<Output = ()>,
) -> Result<(), Failure> {
    let rights = Rights::load().map_err(|error| {
        Failure::failed(format!(
            "Die Regeln, wer was sehen darf, sind ungültig; der Server startet nicht: {error}"
        ))
    })?;
    let listener = TcpListener::bind(settings.listen).await.map_err(|error| {
        Failure::failed(format!(
            "Auf {} kann der Server nicht hören: {error}. Läuft dort schon etwas? Mit --listen lässt sich eine andere Adresse wählen.",
            settings.listen
        ))
    })?;
    let local = socket::listen(&settings.data).map_err(|error| {
        Failure::failed(format!(
            "Der lokale Socket ließ sich nicht anlegen: {error}"
        ))
    })?;
    let executor = office.executor();
    let log: Arc<dyn Log> = office.log().clone();
    let runner = office.run_projections();
    let tree = Arc::clone(office.tree());
    let keeper = Arc::new(CheckpointKeeper::new(
        &settings.data.join("checkpoints"),
        Arc::clone(&tree),
        executor.keys().checkpoint_key(),
    ));
    // In this order: without the events that a shortened log has lost, their texts look left over.
    if office.may_hold_leftovers() && store_checkpoint(office, &keeper).await.is_ok() {
        office.sweep().await?;
    }
    let rights = Arc::new(rights);
    let access_log = office.access_log().await?;
    let accounts = Accounts::new(
        Arc::clone(&runner),
        executor,
        Arc::clone(&rights),
        access_log.clone(),
    );
    let accounts = Arc::new(accounts);
    let identity = office
        .identity(settings, Arc::clone(&accounts) as _)
        .await?;
    let auth = Auth::new(Arc::clone(&runner), accounts, Arc::clone(&identity));
    let auth = Arc::new(auth);
    let sign_ins = Arc::new(SignIns::of(office, Arc::clone(&identity)));
    office.names().serve(Arc::clone(&sign_ins) as _);
    let access = access_log::recorder(access_log.as_ref(), &runner, executor.clock());
    let health = Arc::new(Health {
        log: Arc::clone(office.log()),
        executor: executor.clone(),
        runner: Arc::clone(&runner),
        auth: Arc::clone(&auth),
        access_log: access_log.clone(),
        guarded: settings.is_reachable(),
        started: Instant::now(),
        requests: Requests::default(),
        told: Mutex::default(),
    });
    let (progress, ready) = (runner.watch(), runner.watch());
    let services = Services {
        executor: executor.clone(),
        runner,
        tree: Arc::clone(&tree),
        figures: Arc::default(),
        flows: Arc::default(),
        tokens: Tokens::new(Arc::clone(executor.keys()), log.identity()),
        rights,
        access,
        names: Arc::clone(office.names()),
    };
    let options = options::of(settings, &kept);
    let per_account = options.per_account.clone();
    let api = querschnitt_graphql::router(
        services.clone(),
        Arc::clone(&auth) as Arc<dyn http::Authenticate>,
        options,
    );
    let api = api
        .merge(attachments::routes(
            services.clone(),
            Arc::clone(&auth) as _,
            per_account.clone(),
        ))
        .merge(letters::routes(services, auth, per_account))
        .merge(auth::sign_in(identity));
    let edge = Arc::new(Edge::new(settings, settings.listen));
    let app = edge.around(health::routes(Arc::clone(&health), api));
    let app = health::counted(health, app);

    let mut background = JoinSet::new();
    background.spawn(local.serve(Arc::clone(office)));
    background.spawn(access_log::keep(access_log, settings.access_log.months()));
    let checkpoints = keep_checkpoints(Arc::clone(office), Arc::clone(&keeper));
    background.spawn(async move {
        // The views need all processors until they are ready; the tree has to read the whole log too.
        caught_up(progress).await;
        tokio::join!(follow(tree), checkpoints);
    });
    background.spawn(async move {
        caught_up(ready).await;
        sign_ins.follow_all().await;
    });
    let hangup = signal(SignalKind::hangup()).map_err(no_signals)?;
    let handshake = kept.handshake();
    background.spawn(kept.keep_up_to_date(hangup));
    let address = listener.local_addr().unwrap_or(settings.listen);
    welcome::address(settings, address);
    background.spawn(welcome::invite(settings.clone(), Arc::clone(office)));
    let options = ServeOptions {
        connections_of: Arc::new(edge::connections_of(settings)),
        handshake,
        ..ServeOptions::default()
    };
    http::serve(listener, app, options, stop).await;
    tracing::info!("stopping");
    background.shutdown().await;
    match store_checkpoint(office, &keeper).await {
        Err(error) if is_damage(&error) => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Opens the data folder; with the setting `sample` an empty one gets the sample history first, and one
/// that was begun is finished.
async fn open(settings: &Settings) -> Result<Office, Failure> {
    if settings.sample {
        let mut progress = progress::to_caller("Tagen");
        demo::sample(settings, progress.as_mut()).await?;
    }
    Office::open(settings).await
}

fn no_signals(error: std::io::Error) -> Failure {
    Failure::failed(format!("Signale lassen sich nicht empfangen: {error}"))
}

/// Done when the process is asked to stop.
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(no_signals)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(no_signals)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Says what was found when the log was opened.
fn report(found: &OpenReport) {
    if let Some(cut) = &found.cut {
        tracing::warn!(
            file = %cut.file.display(), at = cut.at, bytes = cut.bytes, head = cut.head,
            "a write that a crash interrupted was cut off; nothing of it had been acknowledged"
        );
    }
    match &found.index {
        IndexReport::SetAside { reason, place } => tracing::warn!(
            %reason, place = %place.display(), "the index was set aside and is being rebuilt"
        ),
        IndexReport::Unusable { reason } => {
            tracing::warn!(%reason, "the index is unusable; the log serves without it");
        }
        IndexReport::Continued { .. } | IndexReport::Built | IndexReport::Off => {}
    }
    tracing::info!(
        head = found.head,
        segments = found.segments,
        created = found.created,
        "the log is open"
    );
}

/// Done when the views have caught up with the log, or never will.
pub(crate) async fn caught_up(mut progress: watch::Receiver<Progress>) {
    let replayed = |progress: &Progress| !matches!(progress.status, Status::Replaying { .. });
    // An error means that the runner is gone, and the server with it.
    let _ = progress.wait_for(replayed).await;
}

async fn follow(tree: Arc<TreeFollower>) {
    if let Err(error) = tree.follow().await {
        tracing::error!(%error, "the tree does not follow the log any more");
    }
}

async fn keep_checkpoints(office: Arc<Office>, keeper: Arc<CheckpointKeeper>) {
    // At once for the first time: so a large log is held against the newest checkpoint after start.
    let mut ticks = tokio::time::interval(CHECKPOINT_EVERY);
    loop {
        ticks.tick().await;
        // What went wrong is said there.
        let _ = store_checkpoint(&office, &keeper).await;
    }
}

/// A log that contradicts a checkpoint is not written any more, and the server is not ready.
async fn store_checkpoint(office: &Office, keeper: &CheckpointKeeper) -> Result<(), KeeperError> {
    match keeper.store().await {
        Ok(Some(checkpoint)) => tracing::info!(size = checkpoint.head.size, "stored a checkpoint"),
        Ok(None) => {}
        Err(error) => {
            tracing::error!(%error, "no checkpoint was stored");
            if is_damage(&error) {
                office.log().refuse(&error.to_string());
            }
            return Err(error);
        }
    }
    Ok(())
}

const fn is_damage(error: &KeeperError) -> bool {
    match error {
        KeeperError::Inconsistent { .. } | KeeperError::Checkpoint { .. } => true,
        KeeperError::Log(_) | KeeperError::Storage { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use querschnitt_store::{Checkpoint, TreeHead};

    use super::*;
    use crate::office::leftovers::tests::{left_over, register};

    /// A server on a folder that a killed one left behind, with one event and one text left over.
    #[tokio::test]
    async fn left_over_texts_are_removed_only_when_the_log_fits_its_checkpoint() {
        for fits in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let settings = Settings {
                data: folder.path().join("data"),
                listen: "127.0.0.1:0".parse().unwrap(),
                ..Settings::default()
            };
            let office = Office::open(&settings).await.unwrap();
            register(&office).await;
            let left_over = vec![left_over()];
            office.executor().vault().seal(left_over).await.unwrap();
            drop(office);
            let office = Arc::new(Office::open(&settings).await.unwrap());
            // As after the quick check at open of a log that is too large for it.
            if !fits {
                let checkpoint = Checkpoint {
                    log: office.log().identity(),
                    head: TreeHead {
                        size: 1,
                        root: [7; 32],
                    },
                };
                let note = checkpoint.sign(&office.executor().keys().checkpoint_key());
                let checkpoints = settings.data.join("checkpoints");
                std::fs::create_dir(&checkpoints).unwrap();
                std::fs::write(checkpoints.join("1.checkpoint"), note).unwrap();
            }
            let served = with_office(&settings, &office, Kept::default(), async {}).await;
            let texts = office.executor().vault().count();
            assert_eq!(
                (texts, served.is_ok()),
                if fits { (1, true) } else { (2, false) }
            );
            office.close().await;
        }
    }

    #[tokio::test]
    async fn a_log_that_contradicts_a_checkpoint_takes_no_more_writes() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            data: folder.path().join("data"),
            ..Settings::default()
        };
        let office = Office::open(&settings).await.unwrap();
        let key = office.executor().keys().checkpoint_key();
        let checkpoints = settings.data.join("checkpoints");
        let keeper = CheckpointKeeper::new(&checkpoints, office.tree().clone(), key.clone());
        store_checkpoint(&office, &keeper).await.unwrap();
        assert_eq!(office.log().refusal(), None);
        let other = Checkpoint {
            log: office.log().identity(),
            head: TreeHead {
                size: 0,
                root: [7; 32],
            },
        };
        std::fs::create_dir(&checkpoints).unwrap();
        std::fs::write(checkpoints.join("0.checkpoint"), other.sign(&key)).unwrap();
        let failure: Failure = store_checkpoint(&office, &keeper).await.unwrap_err().into();
        assert_eq!(failure.exit.code(), 3);
        assert!(office.log().refusal().is_some());
        office.close().await;
        let failure = Office::open(&settings).await.err().unwrap();
        assert_eq!(failure.exit.code(), 3, "{failure}");
    }
}
