//! The history itself, day by day: what every office of the plan records, in turn.

use std::sync::Arc;

use querschnitt_domain::working_day::is_working_day;
use querschnitt_store::{Executor, ManualClock};
use time::{Date, Duration, OffsetDateTime, Time};

use crate::desk::{Desk, InventError};
use crate::office::Office;
use crate::plan::Plan;
use crate::seeds::Repeatable;

/// Records the whole history. The log must be empty, or hold the beginning of the history of the same
/// plan: then what is there is found again, and the rest is added. `clock` must be the clock of the
/// executor and of its log; it is set to the days of the history. `on_day` hears how many days are
/// done.
///
/// # Errors
/// See [`InventError`]; what was recorded until then stays.
pub async fn invent(
    executor: &Executor,
    clock: Arc<ManualClock>,
    plan: &Plan,
    on_day: &mut (dyn FnMut(u64) + Send),
) -> Result<(), InventError> {
    let executor = executor.clone().with_seeds(Arc::new(Repeatable));
    let mut desk = Desk::new(executor, clock, plan);
    if !desk.is_ours().await? {
        return Err(InventError::OtherLog);
    }
    let mut offices: Vec<Office> = plan
        .centres()
        .iter()
        .map(|centre| Office::new(*centre, plan))
        .collect();
    let mut begun = false;
    let mut day = plan.first();
    for done in 1..=plan.days() {
        if is_working_day(day) {
            desk.open(day, opening(day));
            for office in &mut offices {
                if !begun {
                    office.begin(&mut desk, day).await?;
                }
                office.work(&mut desk, day).await?;
            }
            begun = true;
        }
        on_day(done);
        day = day.saturating_add(Duration::DAY);
    }
    Ok(())
}

/// Offices open at eight in winter and at nine in summer, so that the night comes late enough.
fn opening(day: Date) -> OffsetDateTime {
    let seven = Time::from_hms(7, 5, 0).unwrap_or(Time::MIDNIGHT);
    day.with_time(seven).assume_utc()
}
