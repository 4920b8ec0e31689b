//! Decides which time goes into the log: never backwards, and no clock that jumped ahead.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use time::OffsetDateTime;

use crate::clock::Clock;
use crate::line;
use crate::log::LogError;

/// Watches the clock against the monotonic one. That one stands still while the machine sleeps: a
/// server that was suspended for longer than the bound has to be started again, and says so.
#[derive(Debug)]
pub(crate) struct TimeGuard {
    clock: Arc<dyn Clock>,
    bound: Duration,
    opened_at: OffsetDateTime,
    opened: Instant,
    newest: Mutex<OffsetDateTime>,
}

impl TimeGuard {
    /// Starts watching; `newest` is the time of the newest event.
    ///
    /// # Errors
    /// [`LogError::FromTheFuture`].
    pub(crate) fn start(
        clock: Arc<dyn Clock>,
        bound: Duration,
        newest: Option<OffsetDateTime>,
    ) -> Result<Self, LogError> {
        let now = clock.now();
        let newest = newest.unwrap_or(OffsetDateTime::UNIX_EPOCH);
        if newest > now + bound {
            let text = |at| String::from_utf8_lossy(&line::format_time(at)).into_owned();
            return Err(LogError::FromTheFuture {
                newest: text(newest),
                now: text(now),
            });
        }
        Ok(Self {
            clock,
            bound,
            opened_at: now,
            opened: Instant::now(),
            newest: Mutex::new(newest),
        })
    }

    /// The time for the next events: the clock's, or that of the newest event if that is later.
    ///
    /// # Errors
    /// See [`TimeGuard::check`].
    pub(crate) fn next(&self) -> Result<OffsetDateTime, String> {
        let time = self.check(self.clock.now())?;
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        *newest = (*newest).max(time);
        Ok(*newest)
    }

    /// Why the clock is not believed now, if so. Once it is right again, it is believed again.
    pub(crate) fn refusal(&self) -> Option<String> {
        self.check(self.clock.now()).err()
    }

    /// The time an event would bear that is recorded now, when the clock says `now`.
    ///
    /// # Errors
    /// The reason, when the clock is not believed.
    pub(crate) fn check(&self, now: OffsetDateTime) -> Result<OffsetDateTime, String> {
        let elapsed = self.opened.elapsed();
        // Clocks are slewed by up to 0.05 %; twice that is no jump.
        let expected = self.opened_at + elapsed + elapsed / 1_000;
        if now > expected + self.bound {
            let ahead = (now - expected).whole_seconds();
            return Err(format!(
                "the clock jumped {ahead} seconds ahead and is not believed; \
                 set it right, or start again if it is right"
            ));
        }
        let now = now.replace_microsecond(now.microsecond()).unwrap_or(now);
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(now.max(*newest))
    }
}
