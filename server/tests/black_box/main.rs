//! The binary from outside: what it prints, how it ends, what is in the log afterwards.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail the test, too"
)]

mod audit;
mod cli;
mod demo;
mod edge;
mod import;
mod oparl_server;
mod real_data;
mod serve;
mod support;
mod table_files;
mod tables;
mod tls;
mod tokens;
mod xlsx;
