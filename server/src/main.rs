//! The binary `querschnitt`: configuration, wiring and the command line.

mod access_log;
mod account;
mod audit;
mod auth;
mod cli;
mod config;
mod demo;
mod directory;
mod edge;
mod exit;
mod health;
mod import;
mod installation;
mod job;
mod office;
mod out;
mod progress;
mod provider;
mod serve;
mod shown;
mod sign_ins;
mod socket;
mod token;
mod usage;
mod welcome;

use std::io::IsTerminal as _;
use std::process::ExitCode;

/// Events, documents and answers are many small pieces that one thread makes and another drops.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    trace();
    let arguments = match usage::parse(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(answer) => return answer.print(),
    };
    match cli::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// What the program does goes to the error output; `RUST_LOG` says how much of it.
fn trace() {
    let wanted = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,querschnitt=info"));
    tracing_subscriber::fmt()
        .with_env_filter(wanted)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}
