//! `audit verify`: reads the data folder without the engine, from the first byte to the last.

use std::path::Path;

use querschnitt_store::{Check, Checkpoint, Keys, VerifyError, VerifyReport};

use crate::access_log;
use crate::config::Settings;
use crate::exit::{Failure, german};
use crate::progress::Progress;

/// Checks the data folder, and that it fits a checkpoint that was kept elsewhere.
pub(crate) fn run(
    settings: &Settings,
    against: Option<&Path>,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    let data = &settings.data;
    if !data.join("log").is_dir() {
        return Err(no_log(data));
    }
    let keys = Keys::open(&data.join("keys"))?;
    let key = keys.checkpoint_key().verifying_key();
    let kept = match against {
        None => Vec::new(),
        Some(file) => {
            let failed = |what: String| {
                Failure::failed(format!(
                    "Der Prüfpunkt in {} ist nicht brauchbar: {what}",
                    file.display()
                ))
            };
            let note = std::fs::read(file).map_err(|error| failed(error.to_string()))?;
            vec![Checkpoint::open(&note, &key).map_err(|error| failed(error.to_string()))?]
        }
    };
    let mut told = false;
    let check = Check {
        key: Some(key),
        against: &kept,
        progress: Some(&mut |step| {
            if !told {
                progress.total(step.total);
                told = true;
            }
            progress.done(step.done);
        }),
        event: None,
    };
    let report = querschnitt_store::verify(data, check).map_err(|error| wrong(data, error))?;
    say(&report, against, progress);
    access_log::audit(data, progress)
}

fn say(report: &VerifyReport, against: Option<&Path>, progress: &mut dyn Progress) {
    let root: String = report
        .head
        .root
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    progress.say("Das Protokoll ist unversehrt.");
    progress.say(&format!(
        "Protokoll: {}, Fassung {}",
        report.log.id, report.log.epoch
    ));
    progress.say(&format!(
        "Ereignisse: {} in {} Dateien",
        report.head.size, report.segments
    ));
    progress.say(&format!("Wurzel: {root}"));
    if let Some(newest) = report.newest {
        progress.say(&format!("Neuestes Ereignis: {newest}"));
    }
    progress.say(&format!("Geprüfte Prüfpunkte: {}", report.checkpoints));
    if let Some(file) = against {
        progress.say(&format!(
            "Das Protokoll setzt den Stand aus {} fort.",
            file.display()
        ));
    }
    progress.say(&format!(
        "Texte: {}, davon nicht mehr im Tresor: {}",
        report.texts, report.missing_texts
    ));
    if report.unfinished > 0 {
        progress.say(&format!(
            "Am Ende stehen {} Bytes eines Schreibvorgangs, der läuft oder unterbrochen wurde; darin ist nichts Bestätigtes.",
            report.unfinished
        ));
    }
}

fn no_log(data: &Path) -> Failure {
    Failure::failed(format!("In {} liegt kein Protokoll.", data.display()))
}

fn wrong(data: &Path, error: VerifyError) -> Failure {
    match error {
        VerifyError::NoLog { .. } => no_log(data),
        VerifyError::Log(error) => error.into(),
        VerifyError::Vault(error) => error.into(),
        VerifyError::Contradicted { checkpoint, what } => Failure::damaged(format!(
            "Das Protokoll passt nicht zum Prüfpunkt {checkpoint}: {}. Es wurde verändert oder ist ein anderes.",
            german(&what)
        )),
        VerifyError::Checkpoint(error) => error.into(),
    }
}
