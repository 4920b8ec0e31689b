//! Opens a log: lock, identity, segments, recovery of the newest one.
//! A little over 400 lines: what must hold before a log is open is checked in one place.

use std::path::Path;
use std::sync::Arc;

use time::OffsetDateTime;
use uuid::Uuid;

use super::files::{Places, list_segments, read_identity, storage, write_identity};
use super::options::{Cut, Durability, OpenReport, Options};
use super::reader::SegmentFile;
use super::recover::cut_at;
use super::scan::{Scan, scan};
use super::sealed_index::SealedIndex;
use super::shared::Shared;
use super::time_guard::TimeGuard;
use super::view::{IndexState, Sealed, View};
use super::vouched;
use super::writer::{Writer, new_segment};
use crate::disk::{Access, Disk, DiskFile, LockGuard, read_all};
use crate::line;
use crate::log::{LogError, LogIdentity};

/// What an open gives.
pub(crate) struct Opened {
    pub(crate) shared: Arc<Shared>,
    pub(crate) time: Arc<TimeGuard>,
    pub(crate) writer: Writer,
    pub(crate) lock: Box<dyn LockGuard>,
    pub(crate) report: OpenReport,
}

/// The longest segment a place in the index can name, with room for one more write.
const LONGEST_SEGMENT: u64 = 1 << 30;

/// Opens the log in `root`, or creates one there.
///
/// # Errors
/// See [`LogError`].
pub(crate) fn open(
    disk: Arc<dyn Disk>,
    root: &Path,
    mut options: Options,
) -> Result<Opened, LogError> {
    options.segment_bytes = options.segment_bytes.min(LONGEST_SEGMENT);
    let places = Places::of(root);
    disk.create_dir(&places.log)
        .map_err(storage("cannot create", &places.log))?;
    let lock = disk
        .lock(places.lock())
        .map_err(storage("cannot lock", places.lock()))?
        .ok_or_else(|| LogError::InUse {
            place: root.display().to_string(),
        })?;
    let known = read_identity(&*disk, &places)?;
    let identity = match known {
        Some(identity) => identity,
        None if options.look_only => return Err(missing(&places, 1)),
        None => create(&*disk, &places, &options)?,
    };
    let firsts = list_segments(&*disk, &places)?;
    let recovered = recover(&*disk, &places, identity, firsts, &options)?;
    let time = Arc::new(TimeGuard::start(
        Arc::clone(&options.clock),
        options.clock_bound,
        recovered.newest_time,
    )?);
    let (sealed_index, index) = SealedIndex::open(&places, &options, identity, &recovered.sealed);
    let report = OpenReport {
        created: known.is_none(),
        head: recovered.scan.index.next() - 1,
        segments: recovered.sealed.len() + 1,
        cut: recovered.cut,
        sealed: recovered.scan.sealed,
        index,
    };
    let view = View {
        sealed: Arc::new(recovered.sealed),
        newest: recovered.newest.clone(),
        index: recovered.scan.index,
    };
    let shared = Arc::new(Shared::new(
        identity,
        disk,
        places,
        options,
        view,
        sealed_index,
    ));
    if let Some((_, unknown)) = &recovered.scan.unknown {
        // What follows from an event that is not known would be a guess.
        shared.refuse(&unknown.to_string());
    }
    if shared.options.look_only {
        shared.stop_writes("it is only looked at");
    }
    let writer = Writer::new(
        Arc::clone(&shared),
        recovered.newest.file,
        recovered.end,
        recovered.scan.sealed,
        Arc::clone(&time),
    );
    Ok(Opened {
        shared,
        time,
        writer,
        lock,
        report,
    })
}

/// Creates the first segment, then the file that says which log this is: a crash between the two
/// leaves a segment without events, which is made again.
fn create(disk: &dyn Disk, places: &Places, options: &Options) -> Result<LogIdentity, LogError> {
    let identity = LogIdentity {
        id: Uuid::new_v4(),
        epoch: 1,
    };
    let nothing = vouched::Found {
        identity,
        head: 0,
        sealed: &[],
        newest: &[],
    };
    vouched::compare(&options.checkpoints, &nothing)?;
    for first in list_segments(disk, places)? {
        let path = places.segment(first);
        let file = disk
            .open(&path, Access::Read)
            .map_err(storage("cannot open", &path))?;
        let content = read_all(&*file).map_err(storage("cannot read", &path))?;
        let has_events = content
            .split(|byte| *byte == b'\n')
            .any(|line| line.first() == Some(&b'{'));
        if first != 1 || has_events {
            return Err(LogError::Damaged {
                file: places.format().display().to_string(),
                line: 0,
                position: 0,
                what: "the file is missing, but the log has events".to_owned(),
            });
        }
        disk.remove(&path)
            .map_err(storage("cannot remove", &path))?;
    }
    let path = places.segment(1);
    new_segment(disk, places, 1, identity.id).map_err(storage("cannot create", &path))?;
    disk.sync_dir(&places.root)
        .map_err(storage("cannot sync", &places.root))?;
    write_identity(disk, places, identity)?;
    Ok(identity)
}

struct Recovered {
    sealed: Vec<Arc<Sealed>>,
    newest: SegmentFile,
    scan: Scan,
    end: u64,
    cut: Option<Cut>,
    newest_time: Option<OffsetDateTime>,
}

fn recover(
    disk: &dyn Disk,
    places: &Places,
    identity: LogIdentity,
    mut firsts: Vec<u64>,
    options: &Options,
) -> Result<Recovered, LogError> {
    check_names(places, &firsts)?;
    let look_only = options.look_only;
    if firsts.len() > 1 && drop_unbegun_segment(disk, places, &firsts, look_only)? {
        firsts.pop();
    }
    // `check_names` saw to it that there is one.
    let Some(&first) = firsts.last() else {
        return Err(missing(places, 1));
    };
    let sealed = open_sealed_segments(disk, places, &firsts, identity.id)?;
    let path = places.segment(first);
    let file = disk
        .open(
            &path,
            if look_only {
                Access::Read
            } else {
                Access::Write
            },
        )
        .map_err(storage("cannot open", &path))?;
    let content = read_all(&*file).map_err(storage("cannot read", &path))?;
    let mut scanned = match scan(&content, &path, first, identity.id) {
        Err(LogError::Damaged { line, .. }) if look_only => {
            scan(before_line(&content, line), &path, first, identity.id)?
        }
        scanned => scanned?,
    };
    let keep_as_it_is = |error| match settle(&*file, &content, scanned.at_risk(options.sync)) {
        Ok(()) => error,
        Err(error) => storage("cannot sync", &path)(error),
    };
    if !scanned.header {
        return Err(LogError::Damaged {
            file: path.display().to_string(),
            line: 1,
            position: first,
            what: scanned
                .broken
                .unwrap_or("the segment does not begin with its header")
                .to_owned(),
        });
    }
    if scanned.ended {
        return Err(missing(places, scanned.index.next()));
    }
    let length = content.len() as u64;
    let cut_at = match options.sync {
        _ if look_only => damaged_at(&scanned, length),
        Durability::EachGroup => cut_at(&content, &scanned, &path)?,
        // What is damaged there may have been acknowledged. A killed process may have left the rest in
        // memory only.
        Durability::Within(_) => match cut_at(&content, &scanned, &path) {
            Ok(None) => None,
            Ok(Some(_)) => return Err(keep_as_it_is(not_as_left(&scanned, &path))),
            Err(error) => return Err(keep_as_it_is(error)),
        },
    };
    let end = cut_at.unwrap_or(length);
    let cut = cut_at.map(|at| {
        if let Some(ordinal) = scanned.unfinished {
            scanned.index.truncate(ordinal);
            let next = scanned.index.next();
            scanned.unknown.take_if(|(position, _)| *position >= next);
        }
        Cut {
            file: path.clone(),
            at,
            bytes: length - at,
            head: scanned.index.next() - 1,
        }
    });
    let found = vouched::Found {
        identity,
        head: scanned.index.next() - 1,
        sealed: &sealed,
        newest: &content,
    };
    vouched::compare(&options.checkpoints, &found)?;
    if let Some(cut) = &cut
        && !look_only
    {
        tracing::warn!(
            file = %path.display(), at = cut.at, bytes = cut.bytes, head = cut.head,
            "cut off what an interrupted write left behind"
        );
        file.truncate(end).map_err(storage("cannot cut", &path))?;
    }
    if !look_only {
        let content = content.get(..to_usize(end)).unwrap_or(&content);
        settle(&*file, content, scanned.at_risk(options.sync))
            .map_err(storage("cannot sync", &path))?;
        if scanned.index.len() == 0
            && let Some(before) = sealed.last()
        {
            settle_end(disk, before)?;
        }
        for dir in [&places.log, &places.root] {
            disk.sync_dir(dir).map_err(storage("cannot sync", dir))?;
        }
    }
    let newest_time = match scanned.newest {
        Some(time) if scanned.index.len() > 0 => Some(time),
        Some(_) | None => sealed
            .last()
            .map(|last| newest_time(last))
            .transpose()?
            .flatten(),
    };
    Ok(Recovered {
        sealed,
        newest: SegmentFile {
            file: Arc::from(file),
            path,
        },
        scan: scanned,
        end,
        cut,
        newest_time,
    })
}

/// Everything before a line, counted from 1.
fn before_line(content: &[u8], line: u64) -> &[u8] {
    let mut ends = memchr::memchr_iter(b'\n', content).map(|at| at + 1);
    let start = match to_usize(line).checked_sub(2) {
        Some(before) => ends.nth(before).unwrap_or(content.len()),
        None => 0,
    };
    &content[..start]
}

/// Where what is shown of a damaged segment ends: with the last whole command before the damage.
fn damaged_at(scanned: &Scan, length: u64) -> Option<u64> {
    match scanned.unfinished {
        Some(ordinal) => scanned
            .index
            .place(scanned.index.first + ordinal)
            .map(|place| u64::from(place.offset)),
        None => (scanned.end < length).then_some(scanned.end),
    }
}

/// A log whose writes may wait to become durable is never cut.
fn not_as_left(scanned: &Scan, path: &Path) -> LogError {
    LogError::Damaged {
        file: path.display().to_string(),
        line: scanned.lines + 1,
        position: scanned.index.next(),
        what: scanned
            .broken
            .unwrap_or("the last command is not whole")
            .to_owned(),
    }
}

/// Makes what is there durable before any of it is shown: a killed process may have left it in
/// memory only, and after a failed sync the system may take for written what is not. So the last
/// write, and what follows it, is written once more. The same bytes in the same place: a crash
/// meanwhile changes nothing.
fn settle(file: &dyn DiskFile, content: &[u8], last_write_at: u64) -> std::io::Result<()> {
    let last_write = content.get(to_usize(last_write_at)..).unwrap_or_default();
    file.write_at(last_write, last_write_at)?;
    file.sync()
}

/// The same for the end of the segment before one that has no events yet.
fn settle_end(disk: &dyn Disk, segment: &Sealed) -> Result<(), LogError> {
    let path = &segment.segment.path;
    let write = || {
        let file = disk.open(path, Access::Write)?;
        let content = read_all(&*file)?;
        let lines = content.strip_suffix(b"\n").unwrap_or(&content);
        let at = memchr::memrchr(b'\n', lines).map_or(0, |before| before + 1);
        settle(&*file, &content, at as u64)
    };
    write().map_err(storage("cannot sync", path))
}

fn to_usize(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

fn check_names(places: &Places, firsts: &[u64]) -> Result<(), LogError> {
    match firsts.first() {
        Some(1) => Ok(()),
        Some(_) | None => Err(missing(places, 1)),
    }
}

fn missing(places: &Places, first: u64) -> LogError {
    LogError::Damaged {
        file: places.segment(first).display().to_string(),
        line: 0,
        position: first,
        what: "the segment is missing".to_owned(),
    }
}

/// A crash while a segment was begun leaves one without events after one that does not say that it
/// ended. Takes it away, so that it is begun again when it is needed.
fn drop_unbegun_segment(
    disk: &dyn Disk,
    places: &Places,
    firsts: &[u64],
    look_only: bool,
) -> Result<bool, LogError> {
    let [.., before, newest] = *firsts else {
        return Ok(false);
    };
    let path = places.segment(newest);
    let content = {
        let file = disk
            .open(&path, Access::Read)
            .map_err(storage("cannot open", &path))?;
        read_all(&*file).map_err(storage("cannot read", &path))?
    };
    let lines = memchr::memchr_iter(b'\n', &content).count();
    if lines > 1 || ends(disk, places, before)?.is_some() {
        return Ok(false);
    }
    if look_only {
        return Ok(true);
    }
    disk.remove(&path)
        .map_err(storage("cannot remove", &path))?;
    disk.sync_dir(&places.log)
        .map_err(storage("cannot sync", &places.log))?;
    tracing::warn!(file = %path.display(), "removed a segment that was never begun");
    Ok(true)
}

/// The last position of a segment, if it says that it ended.
fn ends(disk: &dyn Disk, places: &Places, first: u64) -> Result<Option<u64>, LogError> {
    let path = places.segment(first);
    let file = disk
        .open(&path, Access::Read)
        .map_err(storage("cannot open", &path))?;
    let segment = SegmentFile {
        file: Arc::from(file),
        path,
    };
    segment.end_mark()
}

/// Opens all but the newest of the segments that begin at these positions.
pub(super) fn open_sealed_segments(
    disk: &dyn Disk,
    places: &Places,
    firsts: &[u64],
    log: Uuid,
) -> Result<Vec<Arc<Sealed>>, LogError> {
    firsts
        .windows(2)
        .map(|pair| open_sealed(disk, places, pair[0], pair[1] - 1, log))
        .collect()
}

/// Opens a segment that is not written any more. Its header and its end are checked now, the rest
/// when it is read.
fn open_sealed(
    disk: &dyn Disk,
    places: &Places,
    first: u64,
    last: u64,
    log: Uuid,
) -> Result<Arc<Sealed>, LogError> {
    let path = places.segment(first);
    let file = disk
        .open(&path, Access::Read)
        .map_err(storage("cannot open", &path))?;
    let segment = SegmentFile {
        file: Arc::from(file),
        path,
    };
    let whole = segment.has_header(first, log)? && segment.end_mark()? == Some(last);
    let sealed = Sealed::new(first, last, segment, IndexState::Missing);
    if !whole {
        // Reading all of it finds what is wrong and where; that it finds nothing cannot be.
        let index = sealed.build(log)?;
        sealed.set_state(IndexState::Memory(Arc::new(index)));
    }
    Ok(Arc::new(sealed))
}

fn newest_time(segment: &Sealed) -> Result<Option<OffsetDateTime>, LogError> {
    let offset = segment.segment.locate(segment.last)?;
    let mut json = Vec::new();
    segment
        .segment
        .line_at(offset, None, segment.last, &mut json)?;
    let header = line::Header::read(&json)
        .map_err(|what| segment.segment.damaged(offset, segment.last, &what))?;
    Ok(line::parse_time(header.recorded_at))
}
