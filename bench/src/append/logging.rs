//! The log itself: one event per command, each with its own id and the condition that `execute`
//! would set.

use std::path::Path;
use std::sync::Arc;

use querschnitt_domain::Query;
use querschnitt_store::{Condition, EmbeddedLog, Log, Options};

use super::samples::{Samples, command};
use crate::load::Caller;
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::random::Random;

/// How many events one command of the loading brings.
const BULK: u64 = 1_000;

/// The open log.
pub(crate) struct Logging(Arc<EmbeddedLog>);

impl Logging {
    /// Opens a log with as many events in it as the plan says.
    pub(crate) async fn start(folder: &Path, plan: &Plan, samples: &Samples) -> Outcome<Self> {
        let log = EmbeddedLog::open(folder, Options::default())?;
        let mut random = Random::fresh();
        let mut left = plan.events;
        while left > 0 {
            let events = (0..left.min(BULK))
                .map(|_| {
                    let id = random.uuid();
                    samples.pick(&mut random).event(id)
                })
                .collect();
            log.append(command(&mut random), events, None).await?;
            left -= left.min(BULK);
        }
        Ok(Self(log))
    }

    pub(crate) fn caller(&self, samples: &Samples) -> LogCaller {
        LogCaller {
            log: Arc::clone(&self.0),
            samples: samples.clone(),
            random: Random::fresh(),
        }
    }
}

pub(crate) struct LogCaller {
    log: Arc<EmbeddedLog>,
    samples: Samples,
    random: Random,
}

impl Caller for LogCaller {
    async fn call(&mut self) -> Outcome<()> {
        let sample = self.samples.pick(&mut self.random);
        // Only a read says how far a decision has seen; this one finds nothing.
        let seen = self.log.read(&Query::none(), 0, 1).await?;
        let condition = Condition {
            query: sample.guard.clone(),
            complete_to: seen.complete_to,
        };
        let event = sample.event(self.random.uuid());
        self.log
            .append(command(&mut self.random), vec![event], Some(condition))
            .await?;
        Ok(())
    }
}
