//! Properties of drawn worlds: which ones are drawn is new in every run. `QUERSCHNITT_WORLD_SEED` draws the ones of
//! an earlier run again, `QUERSCHNITT_CAMPAIGN` draws many.

use std::fmt::Debug;
use std::future::Future;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use tokio::runtime::Builder;
use uuid::Uuid;

/// The numbers of an earlier run.
const SEED: &str = "QUERSCHNITT_WORLD_SEED";

/// Holds a property on so many drawn values, and on many more in a campaign. What fails is made smaller, and said
/// with the number that draws it again.
pub(super) fn hold<S, F>(cases: u32, strategy: S, property: impl Fn(S::Value) -> F)
where
    S: Strategy<Value: Debug>,
    F: Future<Output = ()>,
{
    let given = std::env::var(SEED).ok();
    let seed = match &given {
        Some(seed) => seed
            .parse()
            .unwrap_or_else(|_| panic!("{SEED} is a number, not {seed}")),
        None => Uuid::new_v4().as_u64_pair().0,
    };
    let campaign = std::env::var_os("QUERSCHNITT_CAMPAIGN").is_some();
    let config = Config {
        cases: if campaign { cases * 20 } else { cases },
        // Each try makes a world.
        max_shrink_iters: 60,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed),
        ..Config::default()
    };
    let held = TestRunner::new(config).run(&strategy, |value| {
        let mut threads = Builder::new_multi_thread();
        let runtime = threads.worker_threads(2).enable_all().build();
        runtime.unwrap().block_on(property(value));
        Ok::<(), TestCaseError>(())
    });
    if let Err(error) = held {
        panic!("{error}\n{SEED}={seed} draws this again");
    }
}
