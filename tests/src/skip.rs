//! Tests that need more than every machine has.

use std::io::Write as _;

use crate::ScratchDisk;

/// What a test needs a file system of its own for, or nothing where none can be had: then the test is
/// skipped. With `QUERSCHNITT_REQUIRE_DISKS=1`, as CI and the campaign set it where a loop device can
/// be mounted at all (`tests/disks.sh`), it fails instead: faults that nobody tried are not survived.
///
/// # Panics
/// When one is required and there is none.
#[must_use]
pub fn or_skip(disk: Result<ScratchDisk, String>) -> Option<ScratchDisk> {
    match disk {
        Ok(disk) => Some(disk),
        Err(reason) if is_set("QUERSCHNITT_REQUIRE_DISKS") => {
            panic!("a disk of the test's own is required, and there is none: {reason}")
        }
        Err(reason) => {
            skipped(&reason);
            None
        }
    }
}

/// Whether a setting of the environment is there and not 0.
fn is_set(name: &str) -> bool {
    std::env::var(name).is_ok_and(|value| !value.is_empty() && value != "0")
}

/// Says why a test did not run, past the capture of the test runner's own output.
pub fn skipped(reason: &str) {
    let name = std::thread::current().name().unwrap_or("a test").to_owned();
    // Where nobody can be told, nobody is.
    writeln!(std::io::stderr(), "{name}: skipped: {reason}").ok();
}
