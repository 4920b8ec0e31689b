//! The board and the flow of all centres, as the server computes them: callers beside each other on one
//! state that follows the log.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use querschnitt_domain::{CentreKey, ReviewId};
use querschnitt_projections::flow::{FlowMemo, FlowQuery, FlowSubject, flow};
use querschnitt_projections::views::{Seen, Urgency, WaitingFor};
use querschnitt_projections::{CentreSet, Runner, State, Until};
use querschnitt_store::{EmbeddedLog, Keys, Log, Options, Vault};
use time::Date;
use tokio::task::{JoinSet, block_in_place};

use super::{CALLERS, ENTRIES, OF_ALL};
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
            let until = Until::whenever();
            let found = match self.asked {
                Asked::Board => board(&state, self.to)?,
                Asked::Flow => {
                    let flow = self.flows.compute(state.facts(), &self.query(), &until)?;
                    flow.units.len()
                }
                Asked::OwnFlow => flow(state.facts(), &self.query(), &until)?.units.len(),
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
fn board(state: &State, on: Date) -> Outcome<usize> {
    let until = Until::whenever();
    let board = state.review_board(Seen::now(CentreSet::all()), on, &until)?;
    let urgencies = [
        Urgency::Overdue,
        Urgency::FifthLeft,
        Urgency::HalfLeft,
        Urgency::InTime,
        Urgency::NoDeadline,
    ];
    let counted: usize = urgencies.map(|urgency| board.count(urgency)).iter().sum();
    let mut waiting: BTreeMap<WaitingFor, usize> = BTreeMap::new();
    for entry in &board.entries {
        for one in &entry.waiting_for {
            *waiting.entry(*one).or_default() += 1;
        }
    }
    Ok(counted + waiting.len() + board.entries.iter().take(ENTRIES).count())
}

/// Measures each question while nothing is recorded, and each that keeps what it computed when a step was
/// recorded before every answer.
pub(super) async fn measure(plan: &Plan, folder: &Path, report: &mut Report) -> Outcome<()> {
    let keys = Keys::open(&folder.join("keys"))?;
    let log = EmbeddedLog::open(folder, Options::default())?;
    let vault = Vault::open(&folder.join("vault"), keys.vault_key())?;
    let runner = Runner::start(log.clone(), Arc::new(Texts(Arc::new(vault))));
    runner.wait_for(log.head(), PATIENCE).await?;
    let mut writer = Writer::new(&log, &runner);
    for (what, asked, written) in [
        ("`reviewBoard`", Asked::Board, false),
        ("`flow`, kept", Asked::Flow, false),
        ("`flow`, a step recorded before each", Asked::Flow, true),
        (
            "`flow`, nothing kept, a period for each caller",
            Asked::OwnFlow,
            false,
        ),
    ] {
        one_caller(&runner, asked, what, report).await?;
        let mut loads = Vec::new();
        for _ in 0..plan.rounds {
            let readers = readers(&runner, asked)?;
            loads.push(if written {
                after_each_step(&mut writer, readers, plan.time).await?
            } else {
                closed_loop(readers, plan.time).await?
            });
        }
        let what = format!("{what}, all centres, {CALLERS} callers in one process");
        report.reads(&what, &loads, None, OF_ALL);
    }
    log.close();
    Ok(())
}

/// Again and again: a step is recorded, then all callers ask once, at the same time.
async fn after_each_step(
    writer: &mut Writer,
    mut readers: Vec<Reader>,
    time: Duration,
) -> Outcome<Load> {
    let began = Instant::now();
    let mut took = Vec::new();
    while began.elapsed() < time {
        writer.record().await?;
        let mut asked = JoinSet::new();
        for mut reader in readers.drain(..) {
            asked.spawn(async move {
                let from = Instant::now();
                reader.call().await?;
                Outcome::Ok((reader, from.elapsed()))
            });
        }
        while let Some(answered) = asked.join_next().await {
            let (reader, time) = answered??;
            readers.push(reader);
            took.push(time);
        }
    }
    Ok(Load::of(&took, began.elapsed()))
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

/// Records steps of open reviews, one after the other.
struct Writer {
    log: Arc<EmbeddedLog>,
    runner: Runner,
    open: Vec<(ReviewId, CentreKey)>,
    random: Random,
    step: u32,
}

impl Writer {
    fn new(log: &Arc<EmbeddedLog>, runner: &Runner) -> Self {
        let state = runner.read();
        let open = state.facts().reviews().all().filter(|row| row.is_open());
        Self {
            log: Arc::clone(log),
            runner: runner.clone(),
            open: open.map(|row| (row.id, row.centre)).collect(),
            random: Random::fresh(),
            step: 1_000,
        }
    }

    /// One more, which can be read when this returns.
    async fn record(&mut self) -> Outcome<()> {
        let (review, centre) = *self.random.pick(&self.open).or_missing("an open review")?;
        self.step += 1;
        let event = one_more(review, centre, self.step)?;
        let command = command(&mut self.random);
        let appended = self.log.append(command, vec![event], None).await?;
        self.runner.wait_for(appended.last, PATIENCE).await?;
        Ok(())
    }
}
