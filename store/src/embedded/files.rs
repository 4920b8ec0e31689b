//! The files of a log: their names, the lines that are no events, and the file that says which log
//! this is and in which format.
//!
//! ```text
//! DATA/lock                               held by the process that writes
//! DATA/format                             {"format":1,"log":"<uuid>","epoch":1}, checksummed
//! DATA/log/00000000000000000001.log …     segments, named by their first position
//! DATA/index/                             sled; may be thrown away at any time
//! ```

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::disk::{Access, Disk, read_all};
use crate::line;
use crate::log::{LogError, LogIdentity};

/// The format this program writes.
pub(crate) const FORMAT: u32 = 1;

/// Where the parts of a log are.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// The data folder.
    pub(crate) root: PathBuf,
    /// The folder of the segments.
    pub(crate) log: PathBuf,
    /// The folder of sled.
    pub(crate) index: PathBuf,
    lock: PathBuf,
    format: PathBuf,
}

impl Places {
    pub(crate) fn of(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            log: root.join("log"),
            index: root.join("index"),
            lock: root.join("lock"),
            format: root.join("format"),
        }
    }

    pub(crate) fn lock(&self) -> &Path {
        &self.lock
    }

    pub(crate) fn format(&self) -> &Path {
        &self.format
    }

    /// The path of the segment that begins at `first`.
    pub(crate) fn segment(&self, first: u64) -> PathBuf {
        self.log.join(format!("{first:020}.log"))
    }
}

/// An error of the file system, with what was tried.
pub(crate) fn storage(what: &str, path: &Path) -> impl FnOnce(io::Error) -> LogError {
    let what = format!("{what} {}", path.display());
    move |source| LogError::Storage { what, source }
}

/// The first positions of the segments, from the names of the files.
///
/// # Errors
/// When a `.log` file has a name that is no position.
pub(crate) fn list_segments(disk: &dyn Disk, places: &Places) -> Result<Vec<u64>, LogError> {
    let names = disk
        .list(&places.log)
        .map_err(storage("cannot list", &places.log))?;
    let mut firsts = Vec::new();
    for name in names {
        let Some(stem) = name.strip_suffix(".log") else {
            continue;
        };
        let first = stem
            .parse::<u64>()
            .ok()
            .filter(|first| stem.len() == 20 && *first > 0);
        firsts.push(first.ok_or_else(|| LogError::Damaged {
            file: places.log.join(&name).display().to_string(),
            line: 0,
            position: 0,
            what: "the name is not the first position of a segment".to_owned(),
        })?);
    }
    firsts.sort_unstable();
    Ok(firsts)
}

/// A line that is no event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Control {
    /// The first line of a segment: of which log, and from which position on.
    Header {
        /// The log.
        log: Uuid,
        /// The first position of the segment.
        first: u64,
    },
    /// What was written so far is whole and was acknowledged.
    Seal(Extent),
    /// The same, and the next segment was begun: nothing follows.
    End(Extent),
}

/// What a seal covers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Extent {
    /// The newest position.
    pub(crate) last: u64,
    /// How many events the segment holds.
    pub(crate) events: u64,
}

impl Control {
    /// Appends the line.
    pub(crate) fn write(self, out: &mut Vec<u8>) {
        let start = out.len();
        let (text, position) = match self {
            Self::Header { log, first } => (format!("# log {log} from {first}"), first),
            Self::Seal(Extent { last, events }) => {
                (format!("# sealed {last} events {events}"), last + 1)
            }
            Self::End(Extent { last, events }) => {
                (format!("# end {last} events {events}"), last + 1)
            }
        };
        out.extend_from_slice(text.as_bytes());
        line::finish(out, start, position);
    }

    /// Reads the text of a control line.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let text = str::from_utf8(text).ok()?;
        let words: Vec<&str> = text.split(' ').collect();
        let extent = |last: &str, events: &str| {
            Some(Extent {
                last: last.parse().ok()?,
                events: events.parse().ok()?,
            })
        };
        match words[..] {
            ["#", "log", log, "from", first] => Some(Self::Header {
                log: Uuid::try_parse(log).ok()?,
                first: first.parse().ok()?,
            }),
            ["#", "sealed", last, "events", events] => Some(Self::Seal(extent(last, events)?)),
            ["#", "end", last, "events", events] => Some(Self::End(extent(last, events)?)),
            _ => None,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct FormatFile {
    format: u32,
    log: Uuid,
    epoch: u32,
}

/// Reads which log this is; `None` when the file is not there.
///
/// # Errors
/// [`LogError::NewerFormat`], [`LogError::Damaged`] or the file system's.
pub(crate) fn read_identity(
    disk: &dyn Disk,
    places: &Places,
) -> Result<Option<LogIdentity>, LogError> {
    #[derive(Deserialize)]
    struct Newer {
        format: u32,
    }
    let path = places.format();
    let file = match disk.open(path, Access::Read) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(storage("cannot open", path)(error)),
    };
    let content = read_all(&*file).map_err(storage("cannot read", path))?;
    let damaged = |what: &str| LogError::Damaged {
        file: path.display().to_string(),
        line: 1,
        position: 0,
        what: what.to_owned(),
    };
    // A newer format may be checked otherwise, so its number is looked at first.
    let json = content.split(|byte| *byte == b'\t').next();
    if let Some(Ok(Newer { format })) = json.map(serde_json::from_slice::<Newer>)
        && format > FORMAT
    {
        return Err(LogError::NewerFormat {
            found: format,
            known: FORMAT,
        });
    }
    let line = content
        .strip_suffix(b"\n")
        .ok_or_else(|| damaged("the file is not whole"))?;
    let checked = line::check(line).map_err(damaged)?;
    let read: FormatFile =
        serde_json::from_slice(checked.text).map_err(|_| damaged("the file is not understood"))?;
    Ok(Some(LogIdentity {
        id: read.log,
        epoch: read.epoch,
    }))
}

/// Writes which log this is, durably.
///
/// # Errors
/// The file system's.
pub(crate) fn write_identity(
    disk: &dyn Disk,
    places: &Places,
    identity: LogIdentity,
) -> Result<(), LogError> {
    let path = places.format();
    let new = places.root.join("format.new");
    let mut content = serde_json::to_vec(&FormatFile {
        format: FORMAT,
        log: identity.id,
        epoch: identity.epoch,
    })
    .map_err(|error| storage("cannot write", path)(error.into()))?;
    line::finish(&mut content, 0, 0);
    let write = || -> io::Result<()> {
        match disk.remove(&new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = disk.open(&new, Access::Create)?;
        file.write_at(&content, 0)?;
        file.sync()?;
        disk.rename(&new, path)?;
        disk.sync_dir(&places.root)
    };
    write().map_err(storage("cannot write", path))
}
