//! `audit verify`: reads the data folder without the engine, from the first byte to the last.

use std::path::Path;

use querschnitt_domain::CentreKey;
use querschnitt_store::{
    CentreCheckpoint, Check, Checkpoint, CheckpointError, Hash, Keys, TreeHead, VerifyError,
    VerifyReport,
};

use super::Verify;
use crate::access_log;
use crate::config::Settings;
use crate::exit::{Failure, german};
use crate::progress::Progress;

/// Checks the data folder, and that it fits a checkpoint that was kept elsewhere.
pub(crate) fn run(
    settings: &Settings,
    wanted: &Verify,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    let data = &settings.data;
    if !data.join("log").is_dir() {
        return Err(no_log(data));
    }
    let keys = Keys::open(&data.join("keys"))?;
    let key = keys.checkpoint_key().verifying_key();
    let against = wanted.against.as_deref();
    let (mut kept, mut kept_of_centre) = (Vec::new(), Vec::new());
    if let Some(file) = against {
        let failed = |what: String| {
            Failure::failed(format!(
                "Der Prüfpunkt in {} ist nicht brauchbar: {what}",
                file.display()
            ))
        };
        let note = std::fs::read(file).map_err(|error| failed(error.to_string()))?;
        match CentreCheckpoint::open(&note, &key) {
            Ok(checkpoint) => kept_of_centre.push(checkpoint),
            // Of the whole log, then, or of nothing.
            Err(CheckpointError::Malformed(_)) => {
                let checkpoint = Checkpoint::open(&note, &key);
                kept.push(checkpoint.map_err(|error| failed(error.to_string()))?);
            }
            Err(error) => return Err(failed(error.to_string())),
        }
    }
    let mut told = false;
    let check = Check {
        key: Some(key),
        against: &kept,
        against_centres: &kept_of_centre,
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
    if let Some(centre) = wanted.centre {
        say_centre(&report, centre, progress);
    }
    access_log::audit(data, progress)
}

fn say(report: &VerifyReport, against: Option<&Path>, progress: &mut dyn Progress) {
    let root = hex(&report.head.root);
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

fn say_centre(report: &VerifyReport, centre: CentreKey, progress: &mut dyn Progress) {
    let found = report.centres.iter().find(|(key, _)| *key == centre);
    let none = TreeHead {
        size: 0,
        root: querschnitt_store::empty_root(),
    };
    let head = found.map_or(none, |(_, head)| *head);
    progress.say(&format!("Ereignisse des Zentrums {centre}: {}", head.size));
    progress.say(&format!(
        "Wurzel des Zentrums {centre}: {}",
        hex(&head.root)
    ));
}

fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
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
