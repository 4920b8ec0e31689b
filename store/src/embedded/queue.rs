//! The queue in front of the writer: bounded, so that a slow disk slows the callers down.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};

use crate::line::Prepared;
use crate::log::{AppendError, Appended, CommandKey, Condition};

/// One append on its way to the writer.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) command: CommandKey,
    pub(crate) prepared: Prepared,
    pub(crate) condition: Option<Condition>,
    /// In how many sealed segments the caller looked for the command.
    pub(crate) looked_in: usize,
    /// How many places it takes in the queue.
    pub(crate) places: u32,
    pub(crate) answer: oneshot::Sender<Result<Appended, AppendError>>,
}

/// What the writer finds when it looks.
#[derive(Debug)]
pub(crate) enum Taken {
    /// Appends, in the order they came.
    Requests(Vec<Request>),
    /// Nothing came for the time given.
    Idle,
    /// The log is closing and nothing waits any more.
    Closed,
}

/// Wakes the writer when it goes, also with a caller that is dropped: what is queued is written, whoever
/// still waits for it, and its places come back.
struct Wake<'a>(&'a Queue);

impl Drop for Wake<'_> {
    fn drop(&mut self) {
        self.0.wake_writer();
    }
}

/// The queue.
#[derive(Debug)]
pub(crate) struct Queue {
    places: Semaphore,
    size: u32,
    waiting: Mutex<Waiting>,
    came: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    requests: Vec<Request>,
    closed: bool,
    writer_sleeps: bool,
}

impl Queue {
    /// A queue for so many events.
    pub(crate) fn new(events: u32) -> Self {
        let size = events.max(1);
        Self {
            places: Semaphore::new(size as usize),
            size,
            waiting: Mutex::default(),
            came: Condvar::new(),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues an append, waiting for a place; `false` when the log is closing.
    pub(crate) async fn push(&self, mut request: Request) -> bool {
        // A command of many events takes many places, so that the queue bounds the memory too.
        request.places = u32::try_from(request.prepared.events.len())
            .unwrap_or(u32::MAX)
            .min(self.size);
        let Ok(place) = self.places.acquire_many(request.places).await else {
            return false;
        };
        {
            let mut waiting = self.waiting();
            if waiting.closed {
                return false;
            }
            waiting.requests.push(request);
        }
        // The writer gives the place back when it takes the request.
        place.forget();
        // Whoever else is ready on this thread comes first, so that the writer is woken once for all of them:
        // waking it costs more than what it then does for one.
        let _wake = Wake(self);
        tokio::task::yield_now().await;
        true
    }

    fn wake_writer(&self) {
        let wake = {
            let mut waiting = self.waiting();
            !waiting.requests.is_empty() && std::mem::take(&mut waiting.writer_sleeps)
        };
        if wake {
            self.came.notify_one();
        }
    }

    /// Takes no more requests; the writer gets what waits, then [`Taken::Closed`].
    pub(crate) fn close(&self) {
        self.waiting().closed = true;
        self.places.close();
        self.came.notify_one();
    }

    /// Closes and lets go of what waits: there is no writer any more.
    pub(crate) fn abandon(&self) {
        self.close();
        self.waiting().requests.clear();
    }

    /// Everything that waits; sleeps for at most `patience` when nothing does (`None`: for ever).
    pub(crate) fn take(&self, patience: Option<Duration>) -> Taken {
        let mut waiting = self.waiting();
        loop {
            if !waiting.requests.is_empty() {
                let requests = std::mem::take(&mut waiting.requests);
                drop(waiting);
                let places = requests.iter().map(|request| request.places as usize).sum();
                self.places.add_permits(places);
                return Taken::Requests(requests);
            }
            if waiting.closed {
                return Taken::Closed;
            }
            waiting.writer_sleeps = true;
            match patience {
                None => {
                    waiting = self
                        .came
                        .wait(waiting)
                        .unwrap_or_else(PoisonError::into_inner);
                }
                Some(patience) => {
                    let (woken, timeout) = self
                        .came
                        .wait_timeout(waiting, patience)
                        .unwrap_or_else(PoisonError::into_inner);
                    waiting = woken;
                    if timeout.timed_out() && waiting.requests.is_empty() && !waiting.closed {
                        waiting.writer_sleeps = false;
                        return Taken::Idle;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future as _;
    use std::pin::pin;
    use std::sync::{Arc, mpsc};
    use std::task::{Context, Waker};

    use time::OffsetDateTime;

    use super::*;
    use crate::contract::{command, retracted};
    use crate::log::Holds;

    fn request() -> Request {
        let command = command();
        let now = OffsetDateTime::UNIX_EPOCH;
        Request {
            command,
            prepared: Prepared::new(&command, &[retracted(1)], Holds::Book, now).unwrap(),
            condition: None,
            looked_in: 0,
            places: 0,
            answer: oneshot::channel().0,
        }
    }

    /// A client that closes its connection drops its append wherever that stands. What it queued is taken all
    /// the same and its places come back: else a few of them would stop the log.
    #[test]
    fn what_was_queued_is_taken_without_whoever_waited() {
        let queue = Arc::new(Queue::new(2));
        for _ in 0..5 {
            let (sent, taken) = mpsc::channel();
            let writer = Arc::clone(&queue);
            std::thread::spawn(move || sent.send(writer.take(None)));
            while !queue.waiting().writer_sleeps {
                std::thread::yield_now();
            }
            {
                let mut push = pin!(queue.push(request()));
                let once = push.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                assert!(once.is_pending());
            }
            let taken = taken.recv_timeout(Duration::from_secs(60));
            assert!(matches!(taken, Ok(Taken::Requests(taken)) if taken.len() == 1));
            assert_eq!(queue.places.available_permits(), 2);
        }
    }
}
