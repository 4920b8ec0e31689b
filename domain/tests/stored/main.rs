//! What stored events look like: golden samples, names, tags and round trips.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[cfg(test)]
mod commitments;
mod golden;
#[cfg(test)]
mod names;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod sample;
