//! How long a start takes, and how much memory and disk an event takes. The start happens in a
//! process of its own, so that its memory is its own.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use querschnitt_domain::{Commitment, RecordId};
use querschnitt_projections::{Runner, TextSource};
use querschnitt_store::{EmbeddedLog, Keys, Log, Options, Vault};

use crate::book::Book;
use crate::load::median;
use crate::outcome::{OrMissing as _, Outcome};
use crate::plan::Plan;
use crate::report::{Goal, Report};

/// Longer than anybody waits.
const PATIENCE: Duration = Duration::from_secs(600);

/// The vault as the projections see it.
pub(crate) struct Texts(pub(crate) Arc<Vault>);

impl TextSource for Texts {
    fn text(&self, subject: RecordId, commitment: &Commitment) -> Option<Arc<str>> {
        let text = self.0.text(subject, commitment).ok()??;
        Some(text.as_str().into())
    }
}

/// Starts as often as the plan says, and weighs the folder.
pub(crate) fn measure(plan: &Plan, book: &Book, report: &mut Report) -> Outcome<()> {
    let (mut seconds, mut bytes) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        let output = Command::new(std::env::current_exe()?)
            .arg("ready")
            .arg(&book.folder)
            .output()?;
        let text = String::from_utf8(output.stdout)?;
        let mut numbers = text.split_whitespace().map(str::parse::<f64>);
        seconds.push(numbers.next().or_missing(&text)??);
        bytes.push(numbers.next().or_missing(&text)??);
    }
    let events = book.events as f64;
    report.figure(
        "ready after start (log, vault, projections)",
        median(&seconds),
        "s",
        Some(Goal::Below(8.0)),
    );
    report.figure("memory per event", median(&bytes) / events, "bytes", None);
    for (part, what) in [
        ("log", "disk per event: the log"),
        ("index", "disk per event: sled's index"),
        ("vault", "disk per event: the vault"),
    ] {
        report.figure(what, book.bytes(part)? as f64 / events, "bytes", None);
    }
    Ok(())
}

/// What the process of its own does: it starts, and prints seconds and bytes of memory.
pub(crate) async fn start(folder: &Path) -> Outcome<()> {
    let began = Instant::now();
    let keys = Keys::open(&folder.join("keys"))?;
    let log = EmbeddedLog::open(folder, Options::default())?;
    let vault = Vault::open(&folder.join("vault"), keys.vault_key())?;
    let runner = Runner::start(log.clone(), Arc::new(Texts(Arc::new(vault))));
    runner.wait_for(log.head(), PATIENCE).await?;
    let took = began.elapsed();
    println!("{} {}", took.as_secs_f64(), resident("self")?);
    log.close();
    Ok(())
}

/// The memory a process holds, in bytes.
pub(crate) fn resident(process: &str) -> Outcome<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes = line
        .and_then(|line| line.split_whitespace().nth(1))
        .or_missing("VmRSS")?;
    Ok(kilobytes.parse::<u64>()? * 1024)
}
