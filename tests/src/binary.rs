//! Where the binary under test and the real input are.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The binary under test: `QUERSCHNITT_BIN`, or the one cargo built beside this test.
///
/// # Panics
/// When there is none; `make test` builds it first.
#[must_use]
pub fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("QUERSCHNITT_BIN") {
        return path.into();
    }
    let mut folder = std::env::current_exe().unwrap_or_default();
    folder.pop();
    if folder.ends_with("deps") {
        folder.pop();
    }
    let path = folder.join("querschnitt");
    assert!(
        path.exists(),
        "{} is missing: run `cargo build -p querschnitt` first (make test does)",
        path.display()
    );
    path
}

/// The binary, ready for arguments, without settings from outside.
#[must_use]
pub fn command(data: &Path) -> Command {
    let mut command = Command::new(binary());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("QUERSCHNITT_") {
            command.env_remove(name);
        }
    }
    command.current_dir(data);
    command
}

/// The folder of real input: `QUERSCHNITT_REAL_DATA` or `../shared/data` beside the project.
/// `None` where it is absent and `QUERSCHNITT_REQUIRE_REAL_DATA` is not set.
///
/// # Panics
/// When it is absent although it is required.
#[must_use]
pub fn real_data() -> Option<PathBuf> {
    let folder = std::env::var_os("QUERSCHNITT_REAL_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    );
    if folder.exists() {
        return Some(folder);
    }
    assert!(
        std::env::var("QUERSCHNITT_REQUIRE_REAL_DATA").as_deref() != Ok("1"),
        "the real input is required, but {} does not exist",
        folder.display()
    );
    None
}
