//! Replay of the whole log into typed events, beside decoding the same lines from memory.

use std::time::{Duration, Instant};

use querschnitt_domain::Query;
use querschnitt_store::{EmbeddedLog, Line, Log as _, Options};

use crate::book::Book;
use crate::load::Load;
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::report::{Goal, Report};

/// How many events are read at once, as the projections do.
const PAGE: usize = 10_000;

/// Replays the book as often as the plan says.
pub(crate) async fn measure(plan: &Plan, book: &Book, report: &mut Report) -> Outcome<()> {
    let log = EmbeddedLog::open(&book.folder, Options::default())?;
    let (mut replays, mut alone, mut together) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        replays.push(rate(book.events, replay(&log).await?));
        let (one, two) = decode(&log).await?;
        alone.push(rate(book.events, one));
        together.push(rate(book.events, two));
    }
    let what = "replay into typed events";
    let goal = Some(Goal::AtLeast(0.8));
    report.compare(
        what,
        &replays,
        "decoding from memory, one thread",
        &alone,
        goal,
    );
    report.compare(
        what,
        &replays,
        "decoding from memory, two threads",
        &together,
        goal,
    );
    log.close();
    Ok(())
}

fn rate(events: u64, took: Duration) -> Load {
    Load {
        per_second: events as f64 / took.as_secs_f64(),
        p99: Duration::ZERO,
    }
}

async fn replay(log: &EmbeddedLog) -> Outcome<Duration> {
    let began = Instant::now();
    let mut after = 0;
    loop {
        let page = log.read(&Query::all(), after, PAGE).await?;
        match page.events.last() {
            Some(last) => after = last.position,
            None => return Ok(began.elapsed()),
        }
    }
}

/// The same lines, in memory before the clock runs; on one thread and on two, as the log does.
async fn decode(log: &EmbeddedLog) -> Outcome<(Duration, Duration)> {
    let (mut one, mut two) = (Duration::ZERO, Duration::ZERO);
    let mut after = 0;
    loop {
        let lines = log.lines(after, PAGE).await?;
        let Some(last) = lines.last() else {
            return Ok((one, two));
        };
        after = last.position;
        let began = Instant::now();
        drop(decode_all(&lines)?);
        one += began.elapsed();
        let began = Instant::now();
        let (front, back) = lines.split_at(lines.len() / 2);
        let events = std::thread::scope(|scope| {
            let back = scope.spawn(|| decode_all(back));
            (decode_all(front), back.join())
        });
        events.0?;
        events.1.map_err(|_| "decoding panicked")??;
        two += began.elapsed();
    }
}

fn decode_all(lines: &[Line]) -> Outcome<Vec<querschnitt_domain::Recorded>> {
    let mut events = Vec::with_capacity(lines.len());
    for line in lines {
        events.push(line.decode()?);
    }
    Ok(events)
}
