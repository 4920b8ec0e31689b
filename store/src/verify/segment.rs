//! Reads one segment file line by line: checksums, header, seals, and what is unfinished at the end.

use std::path::Path;

use querschnitt_domain::{Part, Recorded};
use uuid::Uuid;

use super::order::Order;
use crate::embedded::files::{Control, Extent};
use crate::line::{self, Checked};
use crate::log::LogError;
use crate::tree::{Hash, leaf_hash};

/// A segment file.
pub(super) struct Segment<'a> {
    pub(super) path: &'a Path,
    /// The log it must belong to.
    pub(super) log: Uuid,
    /// The position it must begin with.
    pub(super) first: u64,
    /// Whether it is the newest: only that may have an unfinished end.
    pub(super) newest: bool,
    pub(super) content: &'a [u8],
}

/// An event of a whole command.
pub(super) struct Event {
    pub(super) recorded: Recorded,
    pub(super) leaf: Hash,
    pub(super) line: u64,
}

/// How a segment ends.
pub(super) struct End {
    /// Its last line.
    pub(super) line: u64,
    /// It says that the next segment was begun.
    pub(super) ended: bool,
    /// How many bytes stand after the last whole command.
    pub(super) unfinished: u64,
}

/// Whether the last line of a segment says that the next one was begun.
pub(super) fn says_it_ended(content: &[u8]) -> bool {
    content
        .strip_suffix(b"\n")
        .and_then(|lines| lines.rsplit(|byte| *byte == b'\n').next())
        .and_then(|line| line::check(line).ok())
        .is_some_and(|checked| matches!(Control::parse(checked.text), Some(Control::End(_))))
}

impl Segment<'_> {
    /// What is wrong with a line of this file.
    pub(super) fn damaged(&self, line: u64, position: u64, what: impl Into<String>) -> LogError {
        LogError::Damaged {
            file: self.path.display().to_string(),
            line,
            position,
            what: what.into(),
        }
    }

    /// Reads the file; gives each command, when its last event was read, to `whole`, with the
    /// number of bytes read so far.
    pub(super) fn read<E: From<LogError>>(
        &self,
        order: &mut Order,
        mut whole: impl FnMut(Vec<Event>, usize) -> Result<(), E>,
    ) -> Result<End, E> {
        let mut command = Vec::new();
        let (mut at, mut line) = (0, 0);
        // The byte after the last whole command or control line.
        let mut good = 0;
        let mut ended = false;
        while at < self.content.len() {
            line += 1;
            let position = order.next;
            let damaged = |what: String| self.damaged(line, position, what);
            let rest = &self.content[at..];
            let length = memchr::memchr(b'\n', rest);
            let checked = match length.map(|length| line::check(&rest[..length])) {
                Some(Ok(checked)) => checked,
                broken => {
                    if self.newest && is_unfinished(rest, position) {
                        break;
                    }
                    let what = match broken {
                        Some(Err(what)) => what,
                        Some(Ok(_)) | None => "the line has no end",
                    };
                    return Err(damaged(what.to_owned()).into());
                }
            };
            if ended {
                return Err(damaged("something follows the end of the segment".to_owned()).into());
            }
            at += length.unwrap_or_default() + 1;
            if checked.is_control() {
                if !order.command_is_whole() {
                    return Err(damaged("the command before is not whole".to_owned()).into());
                }
                ended = self.control(checked, line, position).map_err(damaged)?;
                order.control();
                good = at;
                continue;
            }
            if line == 1 {
                return Err(
                    damaged("the segment does not begin with its header".to_owned()).into(),
                );
            }
            let recorded = order.event(checked, damaged)?;
            let Part(k, n) = recorded.part;
            command.push(Event {
                recorded,
                leaf: leaf_hash(checked.text),
                line,
            });
            if k == n {
                whole(std::mem::take(&mut command), at)?;
                good = at;
            }
        }
        let unfinished = (self.content.len() - good) as u64;
        if !self.newest && unfinished > 0 {
            let what = "the last command of the segment is not whole";
            return Err(self.damaged(line, order.next - 1, what).into());
        }
        Ok(End {
            line,
            ended,
            unfinished,
        })
    }

    /// Checks a control line; says whether it is the end of the segment.
    fn control(&self, checked: Checked<'_>, line: u64, next: u64) -> Result<bool, String> {
        let control = Control::parse(checked.text).ok_or("the control line is not understood")?;
        let extent = Extent {
            last: next - 1,
            events: next.saturating_sub(self.first),
        };
        match control {
            Control::Header { log, first } if line == 1 => {
                if log != self.log {
                    Err("the segment belongs to another log".to_owned())
                } else if first != self.first || next != first {
                    Err(format!("the segment begins at {first}, but {next} is next"))
                } else {
                    Ok(false)
                }
            }
            Control::Seal(covered) | Control::End(covered) if line > 1 => {
                if covered == extent {
                    Ok(matches!(control, Control::End(_)))
                } else {
                    Err("the seal covers other events than are there".to_owned())
                }
            }
            Control::Header { .. } | Control::Seal(_) | Control::End(_) => {
                Err("the control line does not belong here".to_owned())
            }
        }
    }
}

/// Whether the end of the newest segment, which begins with a line that is not whole, looks like a
/// write under way or interrupted: the file ends within it, or parts of it are still zero. If a
/// later write can be found behind it, it had been synced whole, and what is wrong is damage.
fn is_unfinished(rest: &[u8], position: u64) -> bool {
    let later = rest.split(|byte| *byte == b'\n').any(|line| {
        line::check(line)
            .is_ok_and(|checked| checked.is_control() || checked.first_of_write > position)
    });
    !later && (memchr::memchr(b'\n', rest).is_none() || rest.contains(&0))
}
