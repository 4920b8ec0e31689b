//! The whole product as a process: every test starts the real binary on a folder of its own and
//! talks to it as offices, auditors and operators do.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod access;
mod access_log;
mod arguments;
mod attachments;
mod attacks;
mod audit;
mod bad_input;
mod corrections;
mod crash;
mod disks;
mod figures;
mod folders;
mod hostile;
mod import;
mod letters;
mod life;
mod lists;
mod lives;
mod log_lines;
mod minutes;
mod oidc;
mod oparl;
mod other_centres;
mod power_loss;
mod records;
mod review_flow;
mod reviews;
mod schema;
mod secrets;
mod sign_in;
mod streams;
mod tables;
mod texts;
mod units;
mod words;
