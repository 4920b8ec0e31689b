//! A closed loop: so many callers, each sends its next call when the one before was answered.

use std::future::Future;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::outcome::Outcome;

/// Someone who calls again and again.
pub(crate) trait Caller: Send + 'static {
    /// One call, from its making to its answer.
    fn call(&mut self) -> impl Future<Output = Outcome<()>> + Send;
}

/// What came out of one loop.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Load {
    /// Answers per second.
    pub(crate) per_second: f64,
    /// 99 of 100 calls were answered in this time.
    pub(crate) p99: Duration,
}

impl Load {
    /// What came out of calls that took so long, in so much time together.
    pub(crate) fn of(took: &[Duration], time: Duration) -> Self {
        let mut all: Vec<u32> = took.iter().copied().map(nanoseconds).collect();
        Self {
            per_second: all.len() as f64 / time.as_secs_f64(),
            p99: Duration::from_nanos(u64::from(percentile(&mut all, 99))),
        }
    }
}

/// Lets the callers call for `time`, after a warm-up of a quarter of it that does not count.
pub(crate) async fn closed_loop<C: Caller>(callers: Vec<C>, time: Duration) -> Outcome<Load> {
    let from = Instant::now() + time / 4;
    let until = from + time;
    let mut tasks = JoinSet::new();
    for mut caller in callers {
        tasks.spawn(async move {
            let mut took = Vec::with_capacity(64 * 1024);
            let mut began = Instant::now();
            loop {
                caller.call().await?;
                let ended = Instant::now();
                if ended >= until {
                    return Ok::<_, Box<dyn std::error::Error + Send + Sync>>(took);
                }
                if ended >= from {
                    took.push(nanoseconds(ended - began));
                }
                began = ended;
            }
        });
    }
    let mut all = Vec::new();
    while let Some(joined) = tasks.join_next().await {
        all.append(&mut joined??);
    }
    Ok(Load {
        per_second: all.len() as f64 / time.as_secs_f64(),
        p99: Duration::from_nanos(u64::from(percentile(&mut all, 99))),
    })
}

fn nanoseconds(took: Duration) -> u32 {
    u32::try_from(took.as_nanos()).unwrap_or(u32::MAX)
}

/// The smallest value that `percent` of 100 do not exceed; 0 of none.
fn percentile(values: &mut [u32], percent: usize) -> u32 {
    if values.is_empty() {
        return 0;
    }
    let at = (values.len() * percent).div_ceil(100).saturating_sub(1);
    *values.select_nth_unstable(at).1
}

/// The middle one of an odd number of values, the lower middle one of an even number.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
        .get(sorted.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or(f64::NAN)
}

/// The loop in the middle of several, by its answers per second.
pub(crate) fn median_load(loads: &[Load]) -> Load {
    let per_second: Vec<f64> = loads.iter().map(|load| load.per_second).collect();
    let middle = median(&per_second);
    loads
        .iter()
        .find(|load| load.per_second.total_cmp(&middle).is_eq())
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_value_that_occurred() {
        let mut values: Vec<u32> = (1..=1_000).rev().collect();
        assert_eq!(percentile(&mut values, 99), 990);
        assert_eq!(percentile(&mut [7], 99), 7);
        assert_eq!(percentile(&mut [], 99), 0);
    }

    #[test]
    fn a_median_ignores_the_outlier() {
        assert_eq!(median(&[3.0, 100.0, 2.0]), 3.0);
        assert_eq!(median(&[4.0, 1.0]), 1.0);
    }

    struct Sleeper;

    impl Caller for Sleeper {
        async fn call(&mut self) -> Outcome<()> {
            tokio::time::sleep(Duration::from_millis(10)).await;
            Ok(())
        }
    }

    #[tokio::test]
    async fn two_callers_of_ten_milliseconds_make_two_hundred_calls_a_second() {
        let load = closed_loop(vec![Sleeper, Sleeper], Duration::from_millis(500))
            .await
            .unwrap();
        assert!((120.0..=201.0).contains(&load.per_second), "{load:?}");
        assert!(load.p99 >= Duration::from_millis(10), "{load:?}");
    }
}
