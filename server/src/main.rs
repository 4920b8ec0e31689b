//! The binary `querschnitt`: configuration, wiring and the command line.

mod cli;
mod config;
mod demo;
mod exit;
mod import;
mod job;
mod office;
mod out;
mod progress;
mod socket;
mod token;
mod usage;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = match usage::parse(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(answer) => return answer.print(),
    };
    match cli::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
