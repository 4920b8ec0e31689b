//! What the log means: facts (flat rows), views (what screens show) and figures (what counts).
//!
//! **Architecture Invariant:** everything here is derived from the log and lives in memory; it may
//! be thrown away and rebuilt at any time. Only the vault knows what a text says, and no text is
//! part of a digest.

// An event has to be given its meaning by name wherever it gets one.
#![warn(clippy::wildcard_enum_match_arm)]

mod action_area_set;
mod digest;
pub mod dimension;
pub mod facts;
pub mod figures;
pub mod flow;
#[cfg(test)]
mod frozen;
mod known;
pub mod period;
mod runner;
pub mod search_form;
mod state;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod texts;
mod until;
pub mod views;

pub use action_area_set::ActionAreaSet;
pub use digest::{DIGEST_VERSION, Digest};
pub use dimension::{CentreSet, Dimension, DimensionValue};
pub use facts::Facts;
pub use figures::{FIGURES, Figure, FigureQuery};
pub use known::Known;
pub use period::{Grain, Period};
pub use runner::{NotApplied, Progress, Runner, Status};
pub use state::{ApplyError, RebuildError, State};
pub use texts::{NoTexts, TextSource};
pub use until::{TimeUp, Until};
