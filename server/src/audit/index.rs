//! The last step of `audit verify`: whether the index says what the log says. It is derived from the
//! log, so a difference is no damage (exit code 1, not 3).

use querschnitt_store::{IndexCheck, check_index};

use crate::config::Settings;
use crate::exit::{Exit, Failure, german};
use crate::job::Job;
use crate::office::Office;
use crate::progress::Progress;
use crate::socket;

/// Compares the index; the running server does it itself, because it alone can read its index.
pub(crate) async fn compare(
    settings: &Settings,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    let server = match socket::call(&settings.data).await {
        Ok(server) => server,
        Err(failure) => {
            not_compared(&failure.message, progress);
            return Ok(());
        }
    };
    if let Some(server) = server {
        return match server.carry_out(&Job::CompareIndex, progress).await {
            // A server of another version, which does not know how.
            Err(failure) if failure.exit == Exit::Usage => {
                not_compared(&failure.message, progress);
                Ok(())
            }
            outcome => outcome,
        };
    }
    let data = settings.data.clone();
    let found = blocking(move || check_index(&data)).await?;
    let folder = settings.data.join("index");
    say(
        &found,
        &format!(
            "Bitte bei angehaltenem Server den Ordner {} löschen; der nächste Start baut ihn neu auf.",
            folder.display()
        ),
        progress,
    )
}

/// Compares the index within the process that has it open.
pub(crate) async fn compare_open(
    office: &Office,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    let log = office.log().clone();
    let found = blocking(move || log.check_index()).await?;
    let remedy = "Der Server hat ihn beiseitegelegt und baut ihn neu auf; zu tun ist nichts.";
    say(&found, remedy, progress)
}

async fn blocking(
    check: impl FnOnce() -> Result<IndexCheck, querschnitt_store::LogError> + Send + 'static,
) -> Result<IndexCheck, Failure> {
    let checked = tokio::task::spawn_blocking(check).await;
    Ok(checked.map_err(|error| {
        Failure::failed(format!("Der Index ließ sich nicht vergleichen: {error}"))
    })??)
}

fn say(found: &IndexCheck, remedy: &str, progress: &mut dyn Progress) -> Result<(), Failure> {
    match found {
        IndexCheck::Agrees { compared, missing } => {
            let mut line =
                format!("Index: stimmt mit dem Protokoll überein, verglichene Dateien: {compared}");
            if *missing > 0 {
                line.push_str(&format!(", noch nicht darin: {missing}"));
            }
            progress.say(&line);
        }
        IndexCheck::Absent => {
            progress.say("Index: es gibt keinen; der nächste Start baut ihn auf.");
        }
        IndexCheck::NotCompared { reason } => not_compared(&german(reason), progress),
        IndexCheck::Differs { first, what } => {
            let place = first.map_or_else(String::new, |first| {
                format!("bei der Datei ab Position {first}: ")
            });
            return Err(Failure::failed(format!(
                "Das Protokoll ist unversehrt, aber sein Index weicht ab ({place}{}). {remedy}",
                german(what)
            )));
        }
    }
    Ok(())
}

fn not_compared(reason: &str, progress: &mut dyn Progress) {
    progress.say(&format!("Index: nicht verglichen ({reason})"));
}
