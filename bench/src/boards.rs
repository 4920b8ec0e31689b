//! The board and the flow of reviews, with a whole history of them: of one centre over HTTP, of all
//! centres below it.
//!
//! A token sees its own centre only, so nobody can ask for all centres over HTTP yet: what is measured
//! of all is what the server would compute, by as many callers at a time, in this process.

mod all;
mod one;

pub(crate) use one::ENTRIES;

use std::path::Path;
use std::time::Duration;

use querschnitt_store::{EmbeddedLog, Keys, Log as _, Options, Vault};

use crate::append::command;
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::random::Random;
use crate::report::Report;
use crate::reviews::Reviews;

/// How many ask at the same time.
const CALLERS: usize = 16;
/// The goals (issue 3, section 5).
const OF_ONE: Duration = Duration::from_millis(50);
const OF_ALL: Duration = Duration::from_millis(300);
/// How many events are appended as one command.
const BATCH: usize = 500;

/// Measures both.
pub(crate) async fn measure(plan: &Plan, folder: &Path, report: &mut Report) -> Outcome<()> {
    write(plan, folder, report).await?;
    all::measure(plan, folder, report).await?;
    one::measure(plan, folder, report).await
}

/// Writes a history of as many reviews as the plan says, unless the folder holds one already.
async fn write(plan: &Plan, folder: &Path, report: &mut Report) -> Outcome<()> {
    let log = EmbeddedLog::open(folder, Options::default())?;
    if log.head() < plan.reviews {
        let keys = Keys::open(&folder.join("keys"))?;
        let vault = Vault::open(&folder.join("vault"), keys.vault_key())?;
        let mut reviews = Reviews::new(7, plan.reviews)?;
        let mut random = Random::new(9);
        let mut left = true;
        while left {
            let (mut events, mut texts) = (Vec::new(), Vec::new());
            while events.len() < BATCH && left {
                match reviews.step()? {
                    Some(mut step) => {
                        events.push(step.event);
                        texts.append(&mut step.texts);
                    }
                    None => left = false,
                }
            }
            if !texts.is_empty() {
                vault.seal(texts).await?;
            }
            if !events.is_empty() {
                log.append(command(&mut random), events, None).await?;
            }
        }
    }
    report.note(format!(
        "The board and the flow are asked over {} reviews in {} events; one in ten is open.",
        plan.reviews,
        log.head()
    ));
    log.close();
    Ok(())
}
