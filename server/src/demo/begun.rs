//! The note in a data folder that an invented history is begun and not finished.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use time::Date;

use crate::exit::Failure;

/// The file in the data folder.
const FILE: &str = "demo.json";

/// What was asked for when it was begun.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Begun {
    pub(super) centres: u16,
    pub(super) years: u16,
    pub(super) seed: u64,
    pub(super) until: Date,
    /// Since which start of the machine it is written: what was written before another one may be lost.
    pub(super) boot: String,
}

impl Begun {
    /// What is noted in a data folder.
    pub(super) fn read(data: &Path) -> Result<Option<Self>, Failure> {
        let file = file(data);
        let text = match fs::read(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(&file, &error)),
        };
        serde_json::from_slice(&text).map(Some).map_err(|error| {
            Failure::failed(format!(
                "{} ist nicht lesbar ({error}). Die Datei sagt, welche Beispielgeschichte hier begonnen ist; nehmen Sie einen neuen Datenordner.",
                file.display()
            ))
        })
    }

    /// Notes it, durably, before anything is recorded.
    pub(super) fn write(&self, data: &Path) -> Result<(), Failure> {
        let (file, new) = (file(data), data.join("demo.json.new"));
        let write = || -> io::Result<()> {
            let mut options = OpenOptions::new();
            let options = options.write(true).create(true).truncate(true).mode(0o600);
            let mut written = options.open(&new)?;
            serde_json::to_writer(&mut written, self)?;
            written.write_all(b"\n")?;
            written.sync_all()?;
            fs::rename(&new, &file)?;
            File::open(data)?.sync_all()
        };
        write().map_err(|error| failed(&file, &error))
    }
}

/// The start of the machine, as the kernel names it; the same always where there is no such name.
pub(super) fn boot() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .map(|id| id.trim().to_owned())
        .unwrap_or_default()
}

/// It is finished.
pub(super) fn remove(data: &Path) -> Result<(), Failure> {
    let file = file(data);
    let remove = || fs::remove_file(&file).and_then(|()| File::open(data)?.sync_all());
    remove().map_err(|error| failed(&file, &error))
}

/// Nothing real may come into a book whose invented history is not finished: what is invented later
/// would be recorded behind it.
pub(crate) fn refuse_unfinished(data: &Path) -> Result<(), Failure> {
    if Begun::read(data)?.is_none() {
        return Ok(());
    }
    Err(Failure::failed(format!(
        "In {} liegt eine Beispielgeschichte, die nicht fertig ist. „querschnitt demo“ setzt sie fort; für etwas anderes nehmen Sie einen neuen Datenordner.",
        data.display()
    )))
}

fn file(data: &Path) -> PathBuf {
    data.join(FILE)
}

fn failed(file: &Path, error: &io::Error) -> Failure {
    Failure::failed(format!("Mit {} ging etwas nicht: {error}", file.display()))
}
