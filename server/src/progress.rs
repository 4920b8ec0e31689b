//! What long work says while it runs: on a terminal with rate and time left, otherwise in lines.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::out;

/// Where long work reports to.
pub(crate) trait Progress: Send {
    /// So many steps in all.
    fn total(&mut self, total: u64);
    /// So many steps are done.
    fn done(&mut self, done: u64);
    /// A line of the result, for the standard output.
    fn say(&mut self, line: &str);
    /// A remark on the side, for the error output.
    fn note(&mut self, line: &str);
}

/// Reports to whoever called this process.
pub(crate) fn to_caller(unit: &'static str) -> Box<dyn Progress> {
    if std::io::stderr().is_terminal() {
        let style = ProgressStyle::with_template(
            "{bar:30} {human_pos} von {human_len} {msg}  {per_sec}, noch {eta}",
        )
        .unwrap_or_else(|_| ProgressStyle::default_bar());
        Box::new(Terminal(
            ProgressBar::new(0).with_style(style).with_message(unit),
        ))
    } else {
        Box::new(Lines {
            unit,
            total: None,
            last: Instant::now(),
        })
    }
}

struct Terminal(ProgressBar);

impl Progress for Terminal {
    fn total(&mut self, total: u64) {
        self.0.set_length(total);
    }

    fn done(&mut self, done: u64) {
        self.0.set_position(done);
    }

    fn say(&mut self, line: &str) {
        self.0.suspend(|| out::line(line));
    }

    fn note(&mut self, line: &str) {
        self.0.suspend(|| eprintln!("{line}"));
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// How often a line about the progress is written.
const EVERY: Duration = Duration::from_secs(5);

struct Lines {
    unit: &'static str,
    total: Option<u64>,
    last: Instant,
}

impl Progress for Lines {
    fn total(&mut self, total: u64) {
        self.total = Some(total);
    }

    fn done(&mut self, done: u64) {
        if self.last.elapsed() < EVERY {
            return;
        }
        self.last = Instant::now();
        match self.total {
            Some(total) => eprintln!("{done} von {total} {}", self.unit),
            None => eprintln!("{done} {}", self.unit),
        }
    }

    fn say(&mut self, line: &str) {
        out::line(line);
    }

    fn note(&mut self, line: &str) {
        eprintln!("{line}");
    }
}
