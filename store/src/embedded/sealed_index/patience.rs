//! Calls into sled that end, whatever sled does: sled holds locks of the whole process while it
//! writes, and a call that waits for one of them for ever must not take an answer of the log with it.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a comparison of one segment may take.
pub(super) const COMPARISON: Duration = Duration::from_secs(120);
/// How long a small batch may take to be written. Writing may wait for a slow disk.
pub(super) const BATCH: Duration = Duration::from_secs(60);
/// How long sled may take to open: it reads what it wrote since its last snapshot.
pub(super) const OPENING: Duration = Duration::from_secs(120);
/// How long sled, and whoever works with it, may take to end.
pub(super) const CLOSING: Duration = Duration::from_secs(20);

/// How many questions are asked at the same time.
const THREADS: usize = 2;

type Question = Box<dyn FnOnce() + Send>;

/// Threads that ask sled in place of those that must not wait for it without end.
#[derive(Debug)]
pub(super) struct Askers {
    questions: Sender<Question>,
    /// Says that all threads have ended, by being disconnected.
    ended: Mutex<Receiver<()>>,
}

impl Askers {
    /// Starts the threads.
    pub(super) fn start() -> std::io::Result<Self> {
        let (questions, waiting) = channel::<Question>();
        let waiting = Arc::new(Mutex::new(waiting));
        let (alive, ended) = channel();
        for number in 0..THREADS {
            let (waiting, alive) = (Arc::clone(&waiting), alive.clone());
            std::thread::Builder::new()
                .name(format!("log-index-{number}"))
                .spawn(move || {
                    let _alive = alive;
                    loop {
                        let question = {
                            let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
                            waiting.recv()
                        };
                        match question {
                            Ok(question) => question(),
                            Err(_) => return,
                        }
                    }
                })?;
        }
        Ok(Self {
            questions,
            ended: Mutex::new(ended),
        })
    }

    /// The answer, or `None` when it does not come in time. What was asked may then still go on.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        patience: Duration,
        question: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let (answer, answered) = channel();
        let question = Box::new(move || {
            // Whoever asked may have lost patience.
            let _ = answer.send(question());
        });
        self.questions.send(question).ok()?;
        answered.recv_timeout(patience).ok()
    }

    /// Lets the threads answer what was asked, and end; `false` when they do not in time.
    pub(super) fn end(self) -> bool {
        let Self { questions, ended } = self;
        drop(questions);
        has_ended(
            &ended.into_inner().unwrap_or_else(PoisonError::into_inner),
            CLOSING,
        )
    }
}

/// Waits until everyone who held the other end has let go of it.
pub(super) fn has_ended(other: &Receiver<()>, patience: Duration) -> bool {
    matches!(
        other.recv_timeout(patience),
        Err(RecvTimeoutError::Disconnected)
    )
}

/// Runs something on a thread of its own; `None` when it does not end in time: it is left alone then.
pub(super) fn within<T: Send + 'static>(
    patience: Duration,
    run: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (answer, answered) = channel();
    let started = std::thread::Builder::new()
        .name("log-index-once".to_owned())
        .spawn(move || {
            let _ = answer.send(run());
        });
    started.ok()?;
    answered.recv_timeout(patience).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: Duration = Duration::from_secs(30);

    #[test]
    fn an_answer_that_does_not_come_is_not_waited_for() {
        let askers = Askers::start().unwrap();
        assert_eq!(askers.ask(ANSWER, || 7), Some(7));
        let (go_on, waits) = channel::<()>();
        let stuck = askers.ask(Duration::from_millis(10), move || waits.recv().is_ok());
        assert_eq!(stuck, None);
        assert_eq!(askers.ask(ANSWER, || 8), Some(8), "another thread answers");
        go_on.send(()).unwrap();
        assert!(askers.end());
    }

    #[test]
    fn what_does_not_end_is_left_alone() {
        let (_go_on, waits) = channel::<()>();
        let stuck = within(Duration::from_millis(10), move || waits.recv().is_ok());
        assert_eq!(stuck, None);
        assert_eq!(within(ANSWER, || 7), Some(7));
    }
}
