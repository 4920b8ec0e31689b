//! The binary `querschnitt`: configuration, wiring and the command line.

mod cli;
mod config;
mod exit;
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
