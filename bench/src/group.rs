//! Group commit for the peers, as the log does it: callers queue, one thread takes all that waits,
//! makes it durable at once and answers all.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::outcome::Outcome;

/// A queue in front of one writing thread, which lives as long as the process.
pub(crate) struct Group<T> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    waiting: Mutex<Waiting<T>>,
    came: Condvar,
}

struct Waiting<T> {
    items: Vec<T>,
    answers: Vec<oneshot::Sender<()>>,
    sleeps: bool,
}

impl<T: Send + 'static> Group<T> {
    /// Starts the thread; `commit` makes what it is given durable before it returns.
    pub(crate) fn start(
        mut commit: impl FnMut(Vec<T>) -> Outcome<()> + Send + 'static,
    ) -> Outcome<Self> {
        let shared = Arc::new(Shared {
            waiting: Mutex::new(Waiting {
                items: Vec::new(),
                answers: Vec::new(),
                sleeps: false,
            }),
            came: Condvar::new(),
        });
        let queue = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("peer-writer".to_owned())
            .spawn(move || {
                loop {
                    let (items, answers) = queue.take();
                    if let Err(error) = commit(items) {
                        // The callers learn that it failed, whoever runs this learns why.
                        eprintln!("a peer failed: {error}");
                        return;
                    }
                    for answer in answers {
                        let _ = answer.send(());
                    }
                }
            })?;
        Ok(Self { shared })
    }

    /// Answers when the item is durable.
    pub(crate) async fn append(&self, item: T) -> Outcome<()> {
        let (answer, answered) = oneshot::channel();
        let wake = {
            let mut waiting = self.shared.lock();
            waiting.items.push(item);
            waiting.answers.push(answer);
            std::mem::take(&mut waiting.sleeps)
        };
        if wake {
            self.shared.came.notify_one();
        }
        answered
            .await
            .map_err(|_| "the peer's writer has failed".into())
    }
}

impl<T> Shared<T> {
    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting<T>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> (Vec<T>, Vec<oneshot::Sender<()>>) {
        let mut waiting = self.lock();
        while waiting.items.is_empty() {
            waiting.sleeps = true;
            waiting = self
                .came
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
        (
            std::mem::take(&mut waiting.items),
            std::mem::take(&mut waiting.answers),
        )
    }
}
