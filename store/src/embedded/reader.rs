//! Reads lines of a segment: big steps for a replay, single lines for a look-up. Every checksum and
//! every position is checked; a line that is wrong is damage.
//!
//! More than 400 lines: whatever turns bytes into events and says which line is wrong stands together.

use std::path::PathBuf;
use std::sync::Arc;

use querschnitt_domain::{Query, Recorded};

use uuid::Uuid;

use super::files::{Control, storage};
use super::shared::Found;
use crate::disk::DiskFile;
use crate::line::{self, Checked, Header, Unreadable};
use crate::log::LogError;

/// How much of a file is read at once in a replay.
const STEP: usize = 2 * 1024 * 1024;
/// From here on two threads decode.
const PARALLEL: usize = 256 * 1024;
/// What a line has at most, with room to spare.
const LINE: usize = crate::log::limits::EVENT_BYTES + 64;

/// A file of the log that is open for reading.
#[derive(Clone, Debug)]
pub(crate) struct SegmentFile {
    pub(crate) file: Arc<dyn DiskFile>,
    pub(crate) path: PathBuf,
}

/// What is wrong with a line, before it is known which line of the file that is.
enum Wrong {
    Line {
        at: usize,
        position: u64,
        what: String,
    },
    Other(LogError),
}

impl SegmentFile {
    /// An error that names the line at `offset`.
    pub(crate) fn damaged(&self, offset: u64, position: u64, what: &str) -> LogError {
        LogError::Damaged {
            file: self.path.display().to_string(),
            line: self.line_number(offset),
            position,
            what: what.to_owned(),
        }
    }

    fn line_number(&self, offset: u64) -> u64 {
        let mut buffer = vec![0; STEP];
        let (mut at, mut number) = (0, 1);
        while at < offset {
            let wanted = usize::try_from(offset - at).unwrap_or(STEP).min(STEP);
            match self.file.read_at(&mut buffer[..wanted], at) {
                Ok(read) if read > 0 => {
                    number += memchr::memchr_iter(b'\n', &buffer[..read]).count() as u64;
                    at += read as u64;
                }
                Ok(_) | Err(_) => break,
            }
        }
        number
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize, LogError> {
        self.file
            .read_at(buffer, offset)
            .map_err(storage("cannot read", &self.path))
    }

    pub(crate) fn length(&self) -> Result<u64, LogError> {
        self.file.len().map_err(storage("cannot read", &self.path))
    }

    /// The line at `offset`, which holds `position`. `length` is that of the line without its line
    /// feed, where it is known.
    pub(crate) fn line_at(
        &self,
        offset: u64,
        length: Option<u32>,
        position: u64,
        buffer: &mut Vec<u8>,
    ) -> Result<(), LogError> {
        let mut wanted = length.map_or(1_024, |length| length as usize + 1);
        loop {
            buffer.resize(wanted, 0);
            let read = self.read_at(&mut buffer[..wanted], offset)?;
            if let Some(end) = memchr::memchr(b'\n', &buffer[..read]) {
                buffer.truncate(end);
                break;
            }
            if length.is_some() || read < wanted || wanted > LINE {
                return Err(self.damaged(offset, position, "the line has no end"));
            }
            wanted = LINE + 1;
        }
        let checked = line::check(buffer).map_err(|what| self.damaged(offset, position, what))?;
        if line::leading_position(checked.text) != Some(position) {
            return Err(self.damaged(offset, position, "another position stands here"));
        }
        let end = checked.text.len();
        buffer.truncate(end);
        Ok(())
    }

    /// Whether the segment begins with the header of this log and position.
    pub(crate) fn has_header(&self, first: u64, log: Uuid) -> Result<bool, LogError> {
        let mut wanted = Vec::new();
        Control::Header { log, first }.write(&mut wanted);
        let mut found = vec![0; wanted.len()];
        let read = self.read_at(&mut found, 0)?;
        Ok(read == wanted.len() && found == wanted)
    }

    /// The last position, if the segment says that it ended.
    pub(crate) fn end_mark(&self) -> Result<Option<u64>, LogError> {
        let length = self.length()?;
        let mut tail = [0_u8; 256];
        let from = length.saturating_sub(tail.len() as u64);
        let read = self.read_at(&mut tail, from)?;
        let Some(lines) = tail[..read].strip_suffix(b"\n") else {
            return Ok(None);
        };
        let start = memchr::memrchr(b'\n', lines).map_or(0, |before| before + 1);
        let control = line::check(&lines[start..])
            .ok()
            .and_then(|checked| Control::parse(checked.text));
        Ok(match control {
            Some(Control::End(extent)) => Some(extent.last),
            Some(Control::Seal(_) | Control::Header { .. }) | None => None,
        })
    }

    /// An event from the JSON that [`SegmentFile::line_at`] read.
    pub(crate) fn decode(
        &self,
        json: &[u8],
        offset: u64,
        position: u64,
    ) -> Result<Recorded, LogError> {
        line::decode(json)
            .map_err(|error| error.into_error(|what| self.damaged(offset, position, &what)))
    }

    /// The offset of the line that holds `position`, in a segment that holds it for sure.
    pub(crate) fn locate(&self, position: u64) -> Result<u64, LogError> {
        let mut buffer = vec![0_u8; LINE * 2];
        // The position wanted is in a line that begins in low..high.
        let (mut low, mut high) = (0, self.length()?);
        while high - low > 16 * 1024 {
            let middle = low + (high - low) / 2;
            match self.first_line_from(middle, high, &mut buffer)? {
                Some((offset, found)) if found <= position => low = offset,
                Some(_) | None => high = middle,
            }
        }
        let mut block = vec![0_u8; usize::try_from(high - low).unwrap_or(0) + LINE];
        let read = self.read_at(&mut block, low)?;
        let mut at = 0;
        while at < read {
            if line::leading_position(&block[at..read]) == Some(position) {
                return Ok(low + at as u64);
            }
            match memchr::memchr(b'\n', &block[at..read]) {
                Some(length) => at += length + 1,
                None => break,
            }
        }
        Err(self.damaged(low, position, "the position is not in its segment"))
    }

    /// The first event line that begins after `from` and before `to`, with its position.
    fn first_line_from(
        &self,
        from: u64,
        to: u64,
        buffer: &mut [u8],
    ) -> Result<Option<(u64, u64)>, LogError> {
        let read = self.read_at(buffer, from)?;
        let mut at = 0;
        while let Some(end) = memchr::memchr(b'\n', &buffer[at..read]) {
            at += end + 1;
            let offset = from + at as u64;
            if offset >= to {
                return Ok(None);
            }
            if let Some(position) = line::leading_position(&buffer[at..read]) {
                return Ok(Some((offset, position)));
            }
        }
        Ok(None)
    }
}

/// A stretch of a segment that is read from front to back.
#[derive(Debug)]
pub(crate) struct Stretch {
    pub(crate) segment: SegmentFile,
    /// The next byte, where a line begins.
    pub(crate) from: u64,
    /// The byte after the last line.
    pub(crate) to: u64,
    /// The position that comes next.
    pub(crate) next: u64,
}

impl Stretch {
    /// Puts the next whole lines into `buffer` and says where they begin: `None` at the end. The same
    /// buffer is used for each step, because fresh memory costs more than what is read into it.
    fn step(&mut self, wanted: usize, buffer: &mut Vec<u8>) -> Result<Option<u64>, LogError> {
        let from = self.from;
        let left = usize::try_from(self.to - from).unwrap_or(usize::MAX);
        if left == 0 {
            return Ok(None);
        }
        buffer.resize(wanted.max(2 * LINE).min(left), 0);
        let read = self.segment.read_at(buffer, from)?;
        let Some(end) = memchr::memrchr(b'\n', &buffer[..read]) else {
            return Err(self.segment.damaged(from, self.next, "the line has no end"));
        };
        buffer.truncate(end + 1);
        self.from += buffer.len() as u64;
        Ok(Some(from))
    }

    /// Reads events that match the query until there are `limit` in `events`, or the stretch ends.
    pub(crate) fn events(
        &mut self,
        query: &Query,
        limit: usize,
        events: &mut Vec<Recorded>,
    ) -> Result<(), LogError> {
        let all = query
            .items
            .iter()
            .any(|item| item.kinds.is_empty() && item.tags.is_empty());
        let filter = (!all).then_some(query);
        let mut chunk = Vec::new();
        while events.len() < limit {
            let wanted = (limit - events.len()).saturating_mul(600);
            let wanted = if all { wanted.min(STEP) } else { STEP };
            let Some(offset) = self.step(wanted, &mut chunk)? else {
                break;
            };
            let decoded = decode_chunk(&chunk, &mut self.next, filter);
            events.extend(decoded.map_err(|wrong| self.name(offset, wrong))?);
        }
        events.truncate(limit);
        Ok(())
    }

    /// Hands the lines on, until `each` has enough and says `false`.
    pub(crate) fn lines(
        &mut self,
        mut each: impl FnMut(u64, &[u8]) -> bool,
    ) -> Result<(), LogError> {
        let mut chunk = Vec::new();
        while let Some(offset) = self.step(STEP / 4, &mut chunk)? {
            let mut next = self.next;
            let mut more = true;
            let walked = walk(&chunk, &mut next, |position, json| {
                more = more && each(position, json);
                Ok(())
            });
            walked.map_err(|wrong| self.name(offset, wrong))?;
            self.next = next;
            if !more {
                break;
            }
        }
        Ok(())
    }

    /// The places of events that match the query, at most `limit`.
    pub(crate) fn find(&mut self, query: &Query, limit: usize) -> Result<Vec<Found>, LogError> {
        let mut places = Vec::new();
        let mut chunk = Vec::new();
        while places.len() < limit {
            let Some(offset) = self.step(STEP, &mut chunk)? else {
                break;
            };
            let walked = walk(&chunk, &mut self.next, |position, json| {
                if matches(json, query)? {
                    // A slice of the chunk: its place in it is its place in the file.
                    let at = json.as_ptr().addr() - chunk.as_ptr().addr();
                    places.push(Found {
                        position,
                        offset: offset + at as u64,
                        length: None,
                    });
                }
                Ok(())
            });
            walked.map_err(|wrong| self.name(offset, wrong))?;
        }
        places.truncate(limit);
        Ok(places)
    }

    fn name(&self, offset: u64, wrong: Wrong) -> LogError {
        match wrong {
            Wrong::Line { at, position, what } => {
                self.segment.damaged(offset + at as u64, position, &what)
            }
            Wrong::Other(error) => error,
        }
    }
}

/// Checks the lines of a chunk and hands on the events' JSON.
fn walk<'a>(
    chunk: &'a [u8],
    next: &mut u64,
    mut each: impl FnMut(u64, &'a [u8]) -> Result<(), Unreadable>,
) -> Result<(), Wrong> {
    let mut at = 0;
    for end in memchr::memchr_iter(b'\n', chunk) {
        let wrong = |position: u64, what: &str| Wrong::Line {
            at,
            position,
            what: what.to_owned(),
        };
        let Checked { text, .. } =
            line::check(&chunk[at..end]).map_err(|what| wrong(*next, what))?;
        if text.first() != Some(&b'#') {
            if line::leading_position(text) != Some(*next) {
                return Err(wrong(*next, "another position stands here"));
            }
            each(*next, text).map_err(|error| match error {
                Unreadable::Unknown(error) => Wrong::Other(error),
                Unreadable::Malformed(what) => wrong(*next, &what),
            })?;
            *next += 1;
        }
        at = end + 1;
    }
    Ok(())
}

fn decode_chunk(
    chunk: &[u8],
    next: &mut u64,
    filter: Option<&Query>,
) -> Result<Vec<Recorded>, Wrong> {
    let middle = memchr::memchr(b'\n', &chunk[chunk.len() / 2..])
        .map_or(chunk.len(), |end| chunk.len() / 2 + end + 1);
    let (front, back) = chunk.split_at(middle);
    if chunk.len() < PARALLEL || back.is_empty() {
        return decode_part(chunk, next, filter);
    }
    // The back part's first position is taken from itself and compared with the front's end.
    let Some(mut back_next) = first_position(back) else {
        return decode_part(chunk, next, filter);
    };
    let back_first = back_next;
    std::thread::scope(|scope| {
        let decoding = scope
            .spawn(|| decode_part(back, &mut back_next, filter).map(|events| (events, back_next)));
        let front = decode_part(front, next, filter);
        let decoded_back = decoding.join();
        let mut events = front?;
        match decoded_back {
            Ok(Ok((mut decoded, after))) if back_first == *next => {
                events.append(&mut decoded);
                *next = after;
                Ok(events)
            }
            // Whatever it is, the sequential way finds it and says where.
            Ok(_) | Err(_) => {
                let expected = *next;
                let mut again = expected;
                let decoded = decode_part(back, &mut again, filter);
                let mut decoded = decoded.map_err(|wrong| shifted(wrong, middle))?;
                events.append(&mut decoded);
                *next = again;
                Ok(events)
            }
        }
    })
}

fn shifted(wrong: Wrong, by: usize) -> Wrong {
    match wrong {
        Wrong::Line { at, position, what } => Wrong::Line {
            at: at + by,
            position,
            what,
        },
        Wrong::Other(error) => Wrong::Other(error),
    }
}

fn first_position(chunk: &[u8]) -> Option<u64> {
    chunk
        .split(|byte| *byte == b'\n')
        .find(|line| line.first() != Some(&b'#'))
        .and_then(line::leading_position)
}

fn decode_part(
    chunk: &[u8],
    next: &mut u64,
    filter: Option<&Query>,
) -> Result<Vec<Recorded>, Wrong> {
    let mut events = Vec::with_capacity(chunk.len() / 400);
    walk(chunk, next, |_, json| {
        if let Some(query) = filter
            && !matches(json, query)?
        {
            return Ok(());
        }
        events.push(line::decode(json)?);
        Ok(())
    })?;
    Ok(events)
}

/// Whether a stored event matches, by the tags stored with it.
pub(crate) fn matches(json: &[u8], query: &Query) -> Result<bool, Unreadable> {
    let header = Header::read(json).map_err(Unreadable::Malformed)?;
    let kind = header.kind().map_err(Unreadable::Unknown)?;
    Ok(query.matches(kind, &header.tags))
}
