//! Histories of several invented offices (`querschnitt-demo`), each made once for all tests of a process.

use std::sync::LazyLock;

use querschnitt_demo::{Plan, in_memory};
use querschnitt_domain::{CentreKey, Recorded};
use time::Date;
use time::macros::date;

use crate::state::State;
use crate::texts::NoTexts;

/// A history, and the state it leads to.
pub(crate) struct Invented {
    pub(crate) centres: Vec<CentreKey>,
    pub(crate) until: Date,
    pub(crate) events: Vec<Recorded>,
    pub(crate) state: State,
}

/// One of two histories: three centres, about two years.
pub(crate) fn history(which: usize) -> &'static Invented {
    static FIRST: LazyLock<Invented> = LazyLock::new(|| make(11));
    static SECOND: LazyLock<Invented> = LazyLock::new(|| make(12));
    if which == 0 { &FIRST } else { &SECOND }
}

impl Invented {
    /// The position at this share of the history.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "some thousand events, and a share from 0 to 1"
    )]
    pub(crate) fn position_at(&self, share: f64) -> u64 {
        (self.events.len() as f64 * share) as u64
    }
}

fn make(seed: u64) -> Invented {
    let until = date!(2025 - 12 - 15);
    let plan = Plan::new(3, 2, seed, until).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let events = runtime.unwrap().block_on(in_memory(&plan)).unwrap();
    let mut state = State::default();
    for recorded in &events {
        state.apply(recorded, &NoTexts).unwrap();
    }
    Invented {
        centres: plan.centres().to_vec(),
        until,
        events,
        state,
    }
}
