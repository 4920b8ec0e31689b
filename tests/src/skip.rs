//! Tests that need more than every machine has.

use std::io::Write as _;

/// Says why a test did not run, past the capture of the test runner's own output.
pub fn skipped(reason: &str) {
    let name = std::thread::current().name().unwrap_or("a test").to_owned();
    // Where nobody can be told, nobody is.
    writeln!(std::io::stderr(), "{name}: skipped: {reason}").ok();
}
