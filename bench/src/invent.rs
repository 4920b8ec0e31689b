//! How long it takes to invent a history of all centres, every event of it through its decision.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use querschnitt_demo::{Plan as History, SEED, invent};
use querschnitt_domain::CENTRES;
use querschnitt_store::{EmbeddedLog, Executor, Keys, Log as _, ManualClock, Options, Vault};
use time::{Date, Month};

use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::report::Report;

/// As `querschnitt demo` does it, on a folder of its own.
pub(crate) async fn measure(plan: &Plan, folder: &Path, report: &mut Report) -> Outcome<()> {
    let until = Date::from_calendar_date(2025, Month::December, 31)?;
    let centres = u16::try_from(CENTRES.len())?;
    let history = History::new(centres, plan.years, SEED, until)?;
    let keys = Keys::open(&folder.join("keys"))?;
    let clock = Arc::new(ManualClock::at(history.first().midnight().assume_utc()));
    let options = Options {
        clock: clock.clone(),
        clock_bound: std::time::Duration::MAX,
        ..Options::default()
    };
    let log = EmbeddedLog::open_lazily(folder, options)?;
    let vault = Arc::new(Vault::open_lazily(&folder.join("vault"), keys.vault_key())?);
    let executor = Executor::new(log.clone(), vault, Arc::new(keys), clock.clone());
    let began = Instant::now();
    invent(&executor, clock, &history, &mut |_| {}).await?;
    let took = began.elapsed().as_secs_f64();
    let years = plan.years;
    report.figure(
        &format!("inventing {years} years of 54 offices, one command after the other"),
        log.head() as f64 / took,
        "events/s",
        None,
    );
    report.note(format!(
        "Invented were {} events in {took:.0} s; nothing is synced on the way.",
        log.head()
    ));
    log.close();
    Ok(())
}
