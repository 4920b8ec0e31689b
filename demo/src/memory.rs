//! A history in memory, for tests and benchmarks that need no files.

use std::io;
use std::sync::Arc;

use querschnitt_domain::{Query, Recorded};
use querschnitt_store::{Executor, Keys, Log as _, ManualClock, MemoryLog, Vault};

use crate::desk::InventError;
use crate::history::invent;
use crate::plan::Plan;

/// Records the history of a plan in memory and gives its events in the order of the log.
///
/// # Errors
/// See [`InventError`]; or the system gave no random numbers.
pub async fn in_memory(
    plan: &Plan,
) -> Result<Vec<Recorded>, Box<dyn std::error::Error + Send + Sync>> {
    let clock = Arc::new(ManualClock::at(plan.first().midnight().assume_utc()));
    let log = Arc::new(MemoryLog::with_clock(clock.clone()));
    let vault = Arc::new(Vault::in_memory());
    let keys: Result<Keys, io::Error> = Keys::ephemeral();
    let executor = Executor::new(log.clone(), vault, Arc::new(keys?), clock.clone());
    let outcome: Result<(), InventError> = invent(&executor, clock, plan, &mut |_| {}).await;
    outcome?;
    Ok(log.read(&Query::all(), 0, usize::MAX).await?.events)
}
