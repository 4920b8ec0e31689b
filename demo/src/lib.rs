//! Invented histories of institutional work, made through the real decisions: for a first look, for
//! tests and for benchmarks. Every name and text is invented; no real organisation or person is meant.
//!
//! **What is repeatable.** The same [`Plan`] gives the same commands with the same ids, in the same order and
//! at the same times of the clock, and so the same records, days, texts, salts and commitments. Not the
//! same are the ids of the single events and the fingerprints of the commands: the log makes the first
//! from the system's randomness, the second with the keys of its folder. The history of a centre does
//! not depend on how many others there are; only the minutes at which things are recorded do.

mod calendar;
mod desk;
mod dice;
mod history;
mod memory;
mod office;
mod plan;
mod reviews;
mod seeds;
mod words;

#[cfg(test)]
mod tests;

pub use desk::InventError;
pub use history::invent;
pub use memory::in_memory;
pub use plan::{CENTRE, Plan, PlanError, SEED, YEARS};
pub use seeds::Repeatable;
