//! Reads a segment from its first byte to its last: checks every line, builds the index.

use std::path::Path;

use querschnitt_domain::{CommandId, Part};
use time::OffsetDateTime;
use uuid::Uuid;

use super::files::{Control, Extent};
use super::options::Durability;
use super::segment_index::{Place, SegmentIndex};
use crate::line::{self, Header};
use crate::log::{FoundCommand, LogError};

/// What a segment holds up to the first line that is not whole.
#[derive(Debug)]
pub(crate) struct Scan {
    /// The index of the whole lines.
    pub(crate) index: SegmentIndex,
    /// The byte after the last whole line.
    pub(crate) end: u64,
    /// How many whole lines there are, the control lines included.
    pub(crate) lines: u64,
    /// Whether the header was whole.
    pub(crate) header: bool,
    /// Whether the last whole line is a seal, or the header.
    pub(crate) sealed: bool,
    /// Whether the segment says that the next one was begun.
    pub(crate) ended: bool,
    /// The first position of the physical write the last event belongs to.
    pub(crate) last_write: u64,
    /// Where that write begins; the header when there is no event.
    pub(crate) last_write_at: u64,
    /// Where what is not covered by a control line begins.
    pub(crate) unsealed_at: u64,
    /// The time of the last event.
    pub(crate) newest: Option<OffsetDateTime>,
    /// The ordinal of the first event of a command whose last event is missing.
    pub(crate) unfinished: Option<u64>,
    /// The position of the first event this program does not know, and the error that says so.
    pub(crate) unknown: Option<(u64, LogError)>,
    /// What is wrong with the first line that is not whole, if there is one.
    pub(crate) broken: Option<&'static str>,
}

impl Scan {
    /// From where on the segment may not be durable yet: the last write, or all that no control line
    /// vouches for.
    pub(crate) fn at_risk(&self, sync: Durability) -> u64 {
        match sync {
            Durability::EachGroup => self.last_write_at,
            Durability::Within(_) => self.unsealed_at.min(self.last_write_at),
        }
    }
}

/// Scans the content of a segment.
///
/// A line that is whole but does not belong where it stands is damage. A line that is not whole
/// ends the scan; whether it is damage or what a crash left is decided by the caller.
///
/// # Errors
/// [`LogError::Damaged`].
pub(crate) fn scan(content: &[u8], path: &Path, first: u64, log: Uuid) -> Result<Scan, LogError> {
    let mut scan = Scan {
        index: SegmentIndex::new(first),
        end: 0,
        lines: 0,
        header: false,
        sealed: false,
        ended: false,
        last_write: 0,
        last_write_at: 0,
        unsealed_at: 0,
        newest: None,
        unfinished: None,
        unknown: None,
        broken: None,
    };
    let mut last_time = [0_u8; line::TIME_BYTES];
    let mut command: Option<(CommandId, Part)> = None;
    let mut at = 0;
    while at < content.len() {
        let Some(length) = memchr::memchr(b'\n', &content[at..]) else {
            scan.broken = Some("the line has no end");
            break;
        };
        let checked = match line::check(&content[at..at + length]) {
            Ok(checked) => checked,
            Err(what) => {
                scan.broken = Some(what);
                break;
            }
        };
        let position = scan.index.next();
        let damaged = |what: &str| LogError::Damaged {
            file: path.display().to_string(),
            line: scan.lines + 1,
            position,
            what: what.to_owned(),
        };
        if scan.ended {
            return Err(damaged("something follows the end of the segment"));
        }
        if checked.is_control() {
            let extent = Extent {
                last: position - 1,
                events: scan.index.len(),
            };
            let control = Control::parse(checked.text)
                .ok_or_else(|| damaged("the control line is not understood"))?;
            match control {
                Control::Header { log: of, first } if at == 0 => {
                    if of != log {
                        return Err(damaged("the segment belongs to another log"));
                    }
                    if first != position {
                        return Err(damaged("the segment begins at another position"));
                    }
                    scan.header = true;
                }
                Control::Seal(sealed) | Control::End(sealed) if scan.header => {
                    if sealed != extent {
                        return Err(damaged("the seal covers other events than are there"));
                    }
                    if scan.unfinished.is_some() {
                        return Err(damaged("the command before the seal is not whole"));
                    }
                    scan.ended = matches!(control, Control::End(_));
                }
                Control::Header { .. } | Control::Seal(_) | Control::End(_) => {
                    return Err(damaged("the control line does not belong here"));
                }
            }
            scan.sealed = true;
            scan.unsealed_at = (at + length + 1) as u64;
        } else {
            if !scan.header {
                return Err(damaged("the segment does not begin with its header"));
            }
            let header = Header::read(checked.text).map_err(|what| damaged(&what))?;
            if header.position != position {
                return Err(damaged(&format!(
                    "position {} stands where {position} belongs",
                    header.position
                )));
            }
            let begins = checked.first_of_write == position;
            let continues = checked.first_of_write == scan.last_write && !scan.sealed;
            if !begins && !continues {
                return Err(damaged("the line belongs to another write"));
            }
            if !follows(command, &header, begins) {
                return Err(damaged(
                    "the event does not belong to the command before it",
                ));
            }
            let time = header.recorded_at.as_bytes();
            if time < &last_time[..] || time.len() != last_time.len() {
                return Err(damaged("the time goes backwards"));
            }
            last_time.copy_from_slice(time);
            let kind = header
                .kind()
                .map_err(|error| scan.unknown.get_or_insert((position, error)))
                .ok();
            let Part(k, n) = header.part;
            if k == 1 {
                let fingerprint = header
                    .fingerprint()
                    .ok_or_else(|| damaged("the command has no fingerprint"))?;
                let found = FoundCommand {
                    fingerprint,
                    first: position,
                    last: position + u64::from(n) - 1,
                };
                if scan.index.commands.insert(header.command, found).is_some() {
                    return Err(damaged("the command was recorded twice"));
                }
                scan.unfinished = Some(scan.index.len());
            }
            if k == n {
                scan.unfinished = None;
            }
            command = Some((header.command, header.part));
            if begins {
                scan.last_write_at = at as u64;
            }
            scan.last_write = checked.first_of_write;
            scan.sealed = false;
            let place = Place {
                offset: u32::try_from(at).map_err(|_| damaged("the segment is too long"))?,
                length: u32::try_from(length).map_err(|_| damaged("the line is too long"))?,
            };
            scan.index.push_event(place, kind, header.id);
            scan.index.push_tags(position, header.tags);
        }
        at += length + 1;
        scan.end = at as u64;
        scan.lines += 1;
    }
    scan.newest = str::from_utf8(&last_time).ok().and_then(line::parse_time);
    Ok(scan)
}

/// Whether an event may follow the one before it: the next of the same command, or the first of a
/// command after the last of another. A write begins with a command's first event.
fn follows(before: Option<(CommandId, Part)>, header: &Header<'_>, begins_write: bool) -> bool {
    let Part(k, n) = header.part;
    if k == 0 || k > n || (begins_write && k != 1) {
        return false;
    }
    match before {
        Some((command, Part(before_k, before_n))) if before_k < before_n => {
            command == header.command && k == before_k + 1 && n == before_n
        }
        Some(_) | None => k == 1,
    }
}
