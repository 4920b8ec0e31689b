//! The board and the flow of all centres, as the server computes them: callers beside each other on one
//! state that follows the log.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use querschnitt_domain::{CentreKey, ReviewId};
use querschnitt_projections::flow::{FlowMemo, FlowQuery, FlowSubject, flow};
use querschnitt_projections::views::{Seen, Urgency, WaitingFor};
use querschnitt_projections::{CentreSet, Runner, State};
use querschnitt_store::{EmbeddedLog, Keys, Log, Options, Vault};
use time::Date;
use tokio::task::{JoinHandle, block_in_place};

use super::{CALLERS, OF_ALL};
use crate::append::command;
use crate::load::{Caller, Load, closed_loop};
use crate::outcome::{OrMissing as _, Outcome};
use crate::plan::Plan;
use crate::random::Random;
use crate::ready::Texts;
use crate::report::Report;
use crate::reviews::{first_day, last_day, one_more};

/// Longer than anybody waits.
const PATIENCE: Duration = Duration::from_secs(600);

/// What a caller asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Board,
    /// The same flow as everybody else.
    Flow,
    /// A flow over a period that nobody else asks for, computed anew each time.
    OwnFlow,
}

struct Reader {
    runner: Runner,
    flows: Arc<FlowMemo>,
    asked: Asked,
    from: Date,
    to: Date,
}

impl Caller for Reader {
    async fn call(&mut self) -> Outcome<()> {
        block_in_place(|| {
            let state = self.runner.read();
            let found = match self.asked {
                Asked::Board => board(&state, self.to),
                Asked::Flow => self.flows.compute(state.facts(), &self.query()).units.len(),
                Asked::OwnFlow => flow(state.facts(), &self.query()).units.len(),
            };
            (found > 0)
                .then_some(())
                .or_missing("an answer with something in it")
        })
    }
}

impl Reader {
    fn query(&self) -> FlowQuery {
        FlowQuery {
            subject: FlowSubject::Review,
            ..FlowQuery::now(CentreSet::all(), self.from, self.to)
        }
    }
}

/// What the answer to `reviewBoard` holds: the counts, who is waited for, a page of entries.
fn board(state: &State, on: Date) -> usize {
    let board = state.review_board(Seen::now(CentreSet::all()), on);
    let urgencies = [
        Urgency::Overdue,
        Urgency::FifthLeft,
        Urgency::HalfLeft,
        Urgency::InTime,
        Urgency::NoDeadline,
    ];
    let counted: usize = urgencies.map(|urgency| board.count(urgency)).iter().sum();
    let mut waiting: BTreeMap<WaitingFor<'_>, usize> = BTreeMap::new();
    for entry in &board.entries {
        for one in &entry.waiting_for {
            *waiting.entry(*one).or_default() += 1;
        }
    }
    counted + waiting.len() + board.entries.iter().take(50).count()
}

/// Measures each question alone, and each that keeps what it computed while steps are recorded.
pub(super) async fn measure(plan: &Plan, folder: &Path, report: &mut Report) -> Outcome<()> {
    let keys = Keys::open(&folder.join("keys"))?;
    let log = EmbeddedLog::open(folder, Options::default())?;
    let vault = Vault::open(&folder.join("vault"), keys.vault_key())?;
    let runner = Runner::start(log.clone(), Arc::new(Texts(vault)));
    runner.wait_for(log.head(), PATIENCE).await?;
    for (what, asked, written) in [
        ("`reviewBoard`", Asked::Board, false),
        (
            "`reviewBoard`, while steps are recorded",
            Asked::Board,
            true,
        ),
        ("`flow`, kept", Asked::Flow, false),
        ("`flow`, while steps are recorded", Asked::Flow, true),
        (
            "`flow`, nothing kept, a period for each caller",
            Asked::OwnFlow,
            false,
        ),
    ] {
        let mut loads = Vec::new();
        for _ in 0..plan.rounds {
            let writer = written.then(|| record(&log, &runner));
            loads.push(closed_loop(readers(&runner, asked)?, plan.time).await?);
            if let Some(writer) = writer {
                writer.abort();
            }
        }
        one_caller(&runner, asked, what, report).await?;
        let what = format!("{what}, all centres, {CALLERS} callers in one process");
        report.reads(&what, &loads, None, OF_ALL);
    }
    log.close();
    Ok(())
}

/// How long one caller alone waits, for whoever wonders what the processors do.
async fn one_caller(runner: &Runner, asked: Asked, what: &str, report: &Report) -> Outcome<()> {
    let one = readers(runner, asked)?.into_iter().take(1).collect();
    let load: Load = closed_loop(one, Duration::from_millis(400)).await?;
    let milliseconds = 1e3 / load.per_second;
    report.progress(&format!("{what}: one caller alone {milliseconds:.2} ms"));
    Ok(())
}

fn readers(runner: &Runner, asked: Asked) -> Outcome<Vec<Reader>> {
    let flows = Arc::new(FlowMemo::default());
    let (first, last) = (first_day()?, last_day()?);
    (0..CALLERS)
        .map(|number| {
            let own = time::Duration::days(i64::try_from(number)?);
            Ok(Reader {
                runner: runner.clone(),
                flows: Arc::clone(&flows),
                asked,
                from: if asked == Asked::OwnFlow {
                    first + own
                } else {
                    first
                },
                to: last,
            })
        })
        .collect()
}

/// Records steps of open reviews, one after the other, each when the one before it can be read.
fn record(log: &Arc<EmbeddedLog>, runner: &Runner) -> JoinHandle<Outcome<()>> {
    let (log, runner) = (Arc::clone(log), runner.clone());
    tokio::spawn(async move {
        let open: Vec<(ReviewId, CentreKey)> = {
            let state = runner.read();
            let rows = state.facts().reviews().all();
            rows.filter(|row| row.is_open())
                .map(|row| (row.id, row.centre))
                .collect()
        };
        let mut random = Random::fresh();
        let mut step = 1_000;
        loop {
            let (review, centre) = *random.pick(&open).or_missing("an open review")?;
            step += 1;
            let event = one_more(review, centre, step)?;
            let appended = log.append(command(&mut random), vec![event], None).await?;
            runner.wait_for(appended.last, PATIENCE).await?;
        }
    })
}
