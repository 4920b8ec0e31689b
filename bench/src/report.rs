//! What a run found, as `docs/benchmarks.md`.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use time::OffsetDateTime;

use crate::load::{Load, median, median_load};
use crate::outcome::Outcome;
use crate::plan::Plan;

/// What a figure has to reach (issue 2, section 8; issue 3, section 5).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal {
    /// A ratio to the peer, or a rate.
    AtLeast(f64),
    /// A time or a size.
    Below(f64),
}

impl Goal {
    fn met(self, value: f64) -> bool {
        match self {
            Self::AtLeast(goal) => value >= goal,
            Self::Below(goal) => value < goal,
        }
    }

    fn verdict(self, value: f64) -> String {
        let (word, goal) = match self {
            Self::AtLeast(goal) => ("≥", goal),
            Self::Below(goal) => ("<", goal),
        };
        if self.met(value) {
            format!("{word} {goal}: met")
        } else {
            let missed = (value / goal - 1.0).abs() * 100.0;
            format!("{word} {goal}: **missed by {missed:.0} %**")
        }
    }
}

/// Collects rows while the run goes on, and says what it is doing.
#[derive(Debug)]
pub(crate) struct Report {
    rows: Vec<[String; 6]>,
    notes: Vec<String>,
    missed: Vec<String>,
}

impl Report {
    pub(crate) const fn new() -> Self {
        Self {
            rows: Vec::new(),
            notes: Vec::new(),
            missed: Vec::new(),
        }
    }

    /// For whoever watches.
    pub(crate) fn progress(&self, text: &str) {
        let now = OffsetDateTime::now_utc();
        eprintln!(
            "{:02}:{:02}:{:02}  {text}",
            now.hour(),
            now.minute(),
            now.second()
        );
    }

    /// A sentence below the table.
    pub(crate) fn note(&mut self, text: String) {
        self.progress(&text);
        self.notes.push(text);
    }

    /// Ours beside a peer's, round by round of the same run. The ratio is the median of the rounds'
    /// ratios, so that what disturbs one round does not count.
    pub(crate) fn compare(
        &mut self,
        what: &str,
        ours: &[Load],
        peer_name: &str,
        peer: &[Load],
        goal: Option<Goal>,
    ) {
        let ratios: Vec<f64> = ours
            .iter()
            .zip(peer)
            .filter(|(_, peer)| peer.per_second > 0.0)
            .map(|(ours, peer)| ours.per_second / peer.per_second)
            .collect();
        if ratios.is_empty() {
            return;
        }
        let ratio = median(&ratios);
        let goal = goal.map_or(String::new(), |goal| {
            self.judge(what, peer_name, goal, ratio)
        });
        self.rows.push([
            what.to_owned(),
            load(median_load(ours)),
            peer_name.to_owned(),
            load(median_load(peer)),
            format!("{ratio:.2}"),
            goal,
        ]);
    }

    /// A load whose slowest answers but one in a hundred have a goal, beside a peer's where there is one.
    pub(crate) fn reads(
        &mut self,
        what: &str,
        ours: &[Load],
        peer: Option<(&str, &[Load])>,
        goal: Duration,
    ) {
        let ours_is = median_load(ours);
        let milliseconds = ours_is.p99.as_secs_f64() * 1e3;
        let goal = Goal::Below(goal.as_secs_f64() * 1e3);
        let goal = format!("p99 in ms {}", self.judge(what, "", goal, milliseconds));
        self.progress(&format!("{what}: {}", load(ours_is)));
        let Some((name, theirs)) = peer else {
            let none = String::new;
            self.rows
                .push([what.to_owned(), load(ours_is), none(), none(), none(), goal]);
            return;
        };
        self.compare(what, ours, name, theirs, None);
        if let Some(row) = self.rows.last_mut() {
            row[5] = goal;
        }
    }

    /// A figure without a peer.
    pub(crate) fn figure(&mut self, what: &str, value: f64, unit: &str, goal: Option<Goal>) {
        let goal = goal.map_or(String::new(), |goal| self.judge(what, "", goal, value));
        let shown = if value < 10.0 {
            format!("{value:.2} {unit}")
        } else {
            format!("{value:.0} {unit}")
        };
        self.progress(&format!("{what}: {shown}"));
        let none = String::new;
        self.rows
            .push([what.to_owned(), shown, none(), none(), none(), goal]);
    }

    fn judge(&mut self, what: &str, peer: &str, goal: Goal, value: f64) -> String {
        let verdict = goal.verdict(value);
        if !goal.met(value) {
            let beside = if peer.is_empty() { "" } else { " beside " };
            self.missed
                .push(format!("{what}{beside}{peer}: {value:.2} ({verdict})"));
        }
        verdict
    }

    /// The whole page. `why` is what people wrote about missed goals (`bench/why.md`).
    pub(crate) fn page(&self, plan: &Plan, why: &str) -> String {
        let mut page = String::from(
            "# Benchmarks\n\nWritten by `make bench`; do not edit. What is said about missed goals stands in `bench/why.md`.\n\n",
        );
        let now = OffsetDateTime::now_utc().date();
        // Writing to a String cannot fail.
        let _ = write!(
            page,
            "- Date: {now}\n- Command: `make bench` (a quick look: `cargo run --release --locked -p querschnitt-bench --features peers -- --quick`)\n- Machine: {}\n- Size: {} events in the log and in each peer; each point {} times {:.0} s after a warm-up, the rounds of all peers in turn; a figure is the median, a ratio the median of the rounds' ratios\n\nSyncs on this machine's disk are fast or slow as they are: read the ratios, not the absolutes.\n\n",
            machine(),
            plan.events,
            plan.rounds,
            plan.time.as_secs_f64()
        );
        page.push_str("| What | Here | Peer | There | Ratio | Goal |\n|---|---|---|---|---|---|\n");
        for row in &self.rows {
            let _ = writeln!(page, "| {} |", row.join(" | "));
        }
        page.push('\n');
        for note in &self.notes {
            let _ = writeln!(page, "- {note}");
        }
        page.push_str("\n## Missed goals\n\n");
        if self.missed.is_empty() {
            page.push_str("None.\n");
        }
        for missed in &self.missed {
            let _ = writeln!(page, "- {missed}");
        }
        page.push('\n');
        page.push_str(why.trim());
        page.push('\n');
        page
    }

    /// Writes the page.
    pub(crate) fn write(&self, plan: &Plan, why: &Path, to: &Path) -> Outcome<()> {
        let why = std::fs::read_to_string(why)?;
        std::fs::write(to, self.page(plan, &why))?;
        self.progress(&format!("written: {}", to.display()));
        Ok(())
    }
}

fn load(load: Load) -> String {
    let milliseconds = load.p99.as_secs_f64() * 1e3;
    format!("{:.0}/s, p99 {milliseconds:.2} ms", load.per_second)
}

fn machine() -> String {
    let processor = std::fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("model name"))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        })
        .unwrap_or_else(|| "unknown processor".to_owned());
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let kernel = output("uname", &["-sr"]);
    let compiler = output("rustc", &["--version"]);
    format!("{processor}, {cores} cores, {kernel}, {compiler}")
}

fn output(program: &str, arguments: &[&str]) -> String {
    Command::new(program)
        .args(arguments)
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(per_second: f64) -> Load {
        Load {
            per_second,
            ..Load::default()
        }
    }

    #[test]
    fn a_missed_goal_is_named_with_its_distance() {
        let mut report = Report::new();
        let goal = Some(Goal::AtLeast(0.5));
        report.compare("reads", &[at(40.0)], "constant", &[at(100.0)], goal);
        report.figure("ready", 4.0, "s", Some(Goal::Below(8.0)));
        let page = report.page(&Plan::quick(), "");
        assert!(
            page.contains("| reads | 40/s, p99 0.00 ms | constant |"),
            "{page}"
        );
        assert!(
            page.contains("| 0.40 | ≥ 0.5: **missed by 20 %** |"),
            "{page}"
        );
        assert!(page.contains("< 8: met"), "{page}");
        assert_eq!(report.missed.len(), 1);
    }

    #[test]
    fn a_goal_for_slow_answers_is_judged_in_milliseconds() {
        let mut report = Report::new();
        let slow = Load {
            per_second: 10.0,
            p99: Duration::from_millis(60),
        };
        let goal = Duration::from_millis(50);
        report.reads("board", &[slow], Some(("constants", &[at(20.0)])), goal);
        report.reads("flow", &[at(20.0)], None, goal);
        let page = report.page(&Plan::quick(), "");
        assert!(
            page.contains("| board | 10/s, p99 60.00 ms | constants | 20/s, p99 0.00 ms | 0.50 | p99 in ms < 50: **missed by 20 %** |"),
            "{page}"
        );
        assert!(page.contains("p99 in ms < 50: met"), "{page}");
        assert_eq!(report.missed.len(), 1);
    }

    #[test]
    fn a_ratio_is_the_median_of_the_rounds() {
        let mut report = Report::new();
        let ours = [at(10.0), at(100.0), at(90.0)];
        let peer = [at(100.0), at(100.0), at(100.0)];
        report.compare("appends", &ours, "file", &peer, None);
        assert_eq!(report.rows[0][4], "0.90");
    }
}
