//! The access log of a running server: opened, kept for its time, and checked by audits.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use querschnitt_domain::Recorded;
use querschnitt_graphql::AccessRecorder;
use querschnitt_projections::Runner;
use querschnitt_store::{
    AccessLog, Check, Clock, LogError, Options, VerifyError, access_folders, verify,
};

use crate::config::AccessLogSettings;
use crate::exit::{Failure, german};
use crate::progress::Progress;

/// How long after the start the first month may be removed: by then a clock that was wrong at the start
/// of the machine is right.
const FIRST_REMOVAL: Duration = Duration::from_secs(3_600);
/// How often it is looked whether the time of a month is over.
const REMOVAL_EVERY: Duration = Duration::from_secs(6 * 3_600);

/// Opens the access log of the data folder; `None` where the settings switch it off.
pub(crate) async fn open(
    data: &Path,
    settings: AccessLogSettings,
    clock: Arc<dyn Clock>,
) -> Result<Option<Arc<AccessLog>>, Failure> {
    if !settings.is_enabled() {
        tracing::warn!("the access log is switched off: nobody can tell who reads what");
        return Ok(None);
    }
    let data = data.to_owned();
    let opened = tokio::task::spawn_blocking(move || {
        let options = Options {
            clock,
            ..Options::default()
        };
        AccessLog::open(&data, options)
    });
    let opened = opened.await.map_err(|error| {
        Failure::failed(format!(
            "Das Zugriffsprotokoll ließ sich nicht öffnen: {error}"
        ))
    })?;
    Ok(Some(opened))
}

/// What writes to it.
pub(crate) fn recorder(
    log: Option<&Arc<AccessLog>>,
    runner: &Arc<Runner>,
    clock: &Arc<dyn Clock>,
) -> AccessRecorder {
    match log {
        Some(log) => AccessRecorder::new(Arc::clone(log), Arc::clone(runner), Arc::clone(clock)),
        None => AccessRecorder::off(),
    }
}

/// Removes months whose time is over, for as long as the server runs.
pub(crate) async fn keep(log: Option<Arc<AccessLog>>, months: u32) {
    let Some(log) = log else { return };
    let first = tokio::time::Instant::now() + FIRST_REMOVAL;
    let mut ticks = tokio::time::interval_at(first, REMOVAL_EVERY);
    loop {
        ticks.tick().await;
        if let Err(error) = log.remove_older_than(months).await {
            tracing::error!(%error, "a month of the access log whose time is over was not removed");
        }
    }
}

/// Writes what waits and gives the folder free.
pub(crate) async fn close(log: Option<Arc<AccessLog>>) {
    let Some(log) = log else { return };
    if let Err(error) = tokio::task::spawn_blocking(move || log.close()).await {
        tracing::error!(%error, "the access log did not close");
    }
}

/// `audit verify`: checks every folder of the access log, and says what is in it. One that is damaged and was
/// continued in another is known to be so, and is named; any other damage ends with 3.
pub(crate) fn audit(data: &Path, progress: &mut dyn Progress) -> Result<(), Failure> {
    let folders = access_folders(data)?;
    for (at, (folder, path)) in folders.iter().enumerate() {
        let mut only_access = |entry: &Recorded| match entry.event.data.kind().is_access() {
            true => Ok(()),
            false => Err("the event belongs in another log".to_owned()),
        };
        let check = Check {
            event: Some(&mut only_access),
            ..Check::default()
        };
        let goes_on = folders
            .get(at + 1)
            .is_some_and(|(next, _)| next.month == folder.month);
        match verify(path, check) {
            Ok(report) => progress.say(&format!(
                "Zugriffsprotokoll {folder}: unversehrt, {} Einträge",
                report.head.size
            )),
            Err(VerifyError::Log(LogError::Damaged { position, what, .. })) if goes_on => {
                progress.say(&format!(
                    "Zugriffsprotokoll {folder}: ab Eintrag {position} beschädigt ({}) und deshalb in einem weiteren Ordner fortgesetzt; was davor steht, ist lesbar",
                    german(&what)
                ));
            }
            Err(VerifyError::NoLog { .. }) => progress.say(&format!(
                "Zugriffsprotokoll {folder}: begonnen, noch ohne Einträge"
            )),
            Err(VerifyError::Log(error)) => {
                let failure = Failure::from(error);
                return Err(Failure {
                    message: format!("Zugriffsprotokoll {folder}: {}", failure.message),
                    ..failure
                });
            }
            Err(error) => {
                return Err(Failure::failed(format!(
                    "Das Zugriffsprotokoll {folder} ließ sich nicht prüfen: {error}"
                )));
            }
        }
    }
    Ok(())
}
