//! Durable appends through the log and through its peers: the same lines, the same callers, the
//! same kind of group commit.

mod executing;
mod floor;
mod logging;
mod postgres;
mod samples;
mod sqlite;

use std::path::Path;

use crate::load::{Caller, Load, closed_loop};
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::report::{Goal, Report};
use samples::Samples;
pub(crate) use samples::command;

/// How many callers append at the same time.
const CALLERS: [usize; 4] = [1, 8, 64, 256];
/// Where the goals are stated.
const GOAL_AT: usize = 64;

/// The measurements of one engine, by number of callers, round by round.
struct Series {
    name: &'static str,
    rounds: Vec<[Load; CALLERS.len()]>,
}

impl Series {
    const fn of(name: &'static str) -> Self {
        Self {
            name,
            rounds: Vec::new(),
        }
    }

    fn at(&self, callers: usize) -> Vec<Load> {
        self.rounds.iter().map(|round| round[callers]).collect()
    }
}

/// Measures everything about appends in folders below `root`.
pub(crate) async fn measure(plan: &Plan, root: &Path, report: &mut Report) -> Outcome<()> {
    let samples = Samples::make().await?;
    report.note(format!(
        "Appended lines have {:.0} bytes on average.",
        samples.mean_bytes()
    ));
    let growing = floor::Floor::start(&root.join("growing"), floor::Way::Growing)?;
    let ring = floor::Floor::start(&root.join("ring"), floor::Way::Overwriting)?;
    let log = logging::Logging::start(&root.join("store"), plan, &samples).await?;
    let executing = executing::Executing::start(&root.join("executor")).await?;
    let sqlite = sqlite::Sqlite::start(&root.join("sqlite"), plan, &samples).await?;
    let postgres = postgres::Postgres::start(root, plan, &samples).await;
    report.note(match &postgres {
        Ok(postgres) => format!("PostgreSQL is {}.", postgres.version()),
        Err(reason) => format!("PostgreSQL was not measured: {reason}"),
    });
    let mut all = [
        "the log",
        "bare file, growing",
        "bare file, preallocated",
        "SQLite",
        "PostgreSQL",
        "execute with a text for the vault",
    ]
    .map(Series::of);
    for round in 0..plan.rounds {
        for series in &mut all {
            series.rounds.push([Load::default(); CALLERS.len()]);
        }
        for (at, callers) in CALLERS.into_iter().enumerate() {
            let loads = [
                run(plan, callers, || log.caller(&samples)).await?,
                run(plan, callers, || growing.caller(&samples)).await?,
                run(plan, callers, || ring.caller(&samples)).await?,
                run(plan, callers, || sqlite.caller(&samples)).await?,
                match &postgres {
                    Ok(postgres) => run(plan, callers, || postgres.caller(&samples)).await?,
                    Err(_) => Load::default(),
                },
                if callers == GOAL_AT {
                    run(plan, callers, || executing.caller()).await?
                } else {
                    Load::default()
                },
            ];
            for (series, load) in all.iter_mut().zip(loads) {
                series.rounds[round][at] = load;
                if load.per_second > 0.0 {
                    report.progress(&format!(
                        "append, round {}, {callers} callers, {}: {:.0}/s, p99 {:.2} ms",
                        round + 1,
                        series.name,
                        load.per_second,
                        load.p99.as_secs_f64() * 1e3
                    ));
                }
            }
        }
    }
    tell(&all, report);
    Ok(())
}

async fn run<C: Caller>(plan: &Plan, callers: usize, make: impl Fn() -> C) -> Outcome<Load> {
    closed_loop((0..callers).map(|_| make()).collect(), plan.time).await
}

fn tell(all: &[Series; 6], report: &mut Report) {
    let [log, growing, ring, sqlite, postgres, executing] = all;
    for (at, callers) in CALLERS.into_iter().enumerate() {
        let faster = if crate::load::median_load(&growing.at(at)).per_second
            >= crate::load::median_load(&ring.at(at)).per_second
        {
            growing
        } else {
            ring
        };
        let goal = |goal| (callers == GOAL_AT).then_some(Goal::AtLeast(goal));
        let what = format!("durable appends, {callers} callers");
        for (peer, goal) in [
            (faster, goal(0.25)),
            (sqlite, goal(1.5)),
            (postgres, goal(1.0)),
        ] {
            report.compare(&what, &log.at(at), peer.name, &peer.at(at), goal);
        }
        if callers == GOAL_AT {
            let what = format!("`{}`, {callers} callers", executing.name);
            report.compare(&what, &executing.at(at), faster.name, &faster.at(at), None);
        }
    }
}
