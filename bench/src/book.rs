//! A data folder with a whole history in it, made by appending directly: what a server finds.

use std::path::{Path, PathBuf};

use querschnitt_store::{EmbeddedLog, Keys, Log as _, Options, Vault};

use crate::append::command;
use crate::history::History;
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::random::Random;
use crate::report::Report;

/// How many events are appended as one command.
const BATCH: u64 = 500;

/// A data folder, closed.
pub(crate) struct Book {
    pub(crate) folder: PathBuf,
    pub(crate) events: u64,
}

impl Book {
    /// Writes a history of as many events as the plan says, unless the folder holds one already.
    pub(crate) async fn write(folder: &Path, plan: &Plan, report: &Report) -> Outcome<Self> {
        let log = EmbeddedLog::open(folder, Options::default())?;
        if log.head() >= plan.events {
            let events = log.head();
            log.close();
            let folder = folder.to_owned();
            return Ok(Self { folder, events });
        }
        let keys = Keys::open(&folder.join("keys"))?;
        let vault = Vault::open(&folder.join("vault"), keys.vault_key())?;
        let mut history = History::new(7);
        let mut random = Random::new(8);
        let mut left = plan.events;
        while left > 0 {
            let (mut events, mut texts) = (Vec::new(), Vec::new());
            for _ in 0..left.min(BATCH) {
                let mut step = history.step()?;
                events.push(step.event);
                texts.append(&mut step.texts);
            }
            if !texts.is_empty() {
                vault.seal(texts).await?;
            }
            log.append(command(&mut random), events, None).await?;
            left -= left.min(BATCH);
            if left.is_multiple_of(100_000) {
                report.progress(&format!("writing a history: {left} events to go"));
            }
        }
        log.close();
        Ok(Self {
            folder: folder.to_owned(),
            events: plan.events,
        })
    }

    /// The bytes of a part of the folder.
    pub(crate) fn bytes(&self, part: &str) -> Outcome<u64> {
        bytes_below(&self.folder.join(part))
    }
}

fn bytes_below(folder: &Path) -> Outcome<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let known = entry.metadata()?;
        bytes += if known.is_dir() {
            bytes_below(&entry.path())?
        } else {
            known.len()
        };
    }
    Ok(bytes)
}
