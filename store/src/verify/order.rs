//! Checks each event against all before it: position, time, write, command, ids, tags.

use std::collections::HashSet;

use querschnitt_domain::{CommandId, EventId, Part, Recorded};
use time::OffsetDateTime;

use crate::line::{self, Checked, Header};
use crate::log::LogError;

/// What was read so far, as far as later lines depend on it.
pub(super) struct Order {
    /// The position the next event must have.
    pub(super) next: u64,
    /// The time of the newest event.
    pub(super) newest: Option<OffsetDateTime>,
    /// The first position of the physical write the last line belongs to; `None` after a control
    /// line, which is a write of its own.
    write: Option<u64>,
    last: Option<(CommandId, Part)>,
    commands: HashSet<CommandId>,
    ids: HashSet<EventId>,
}

impl Order {
    pub(super) fn new() -> Self {
        Self {
            next: 1,
            newest: None,
            write: None,
            last: None,
            commands: HashSet::new(),
            ids: HashSet::new(),
        }
    }

    /// Whether the last event was the last of its command.
    pub(super) fn command_is_whole(&self) -> bool {
        self.last.is_none_or(|(_, Part(k, n))| k == n)
    }

    /// A control line stands here.
    pub(super) const fn control(&mut self) {
        self.write = None;
    }

    /// An event stands here, in a line whose checksum is right. `damaged` makes an error of what is
    /// wrong with it.
    pub(super) fn event(
        &mut self,
        line: Checked<'_>,
        damaged: impl Fn(String) -> LogError,
    ) -> Result<Recorded, LogError> {
        let recorded = line::decode(line.text).map_err(|error| error.into_error(&damaged))?;
        let wrong = self
            .wrong_place(&recorded, line.first_of_write)
            .or_else(|| self.wrong_command(&recorded))
            .or_else(|| wrong_header(&recorded, line.text));
        if let Some(what) = wrong {
            return Err(damaged(what));
        }
        self.next += 1;
        self.newest = Some(recorded.recorded_at);
        self.write = Some(line.first_of_write);
        self.last = Some((recorded.command, recorded.part));
        Ok(recorded)
    }

    fn wrong_place(&self, recorded: &Recorded, write: u64) -> Option<String> {
        let Recorded {
            position,
            recorded_at,
            part,
            ..
        } = recorded;
        if *position != self.next {
            return Some(format!(
                "position {position} stands where {} belongs",
                self.next
            ));
        }
        if self.newest.is_some_and(|newest| *recorded_at < newest) {
            return Some("the time goes backwards".to_owned());
        }
        let begins = write == *position && part.0 == 1;
        if !begins && self.write != Some(write) {
            return Some(format!("the line names a write that began at {write}"));
        }
        None
    }

    fn wrong_command(&mut self, recorded: &Recorded) -> Option<String> {
        let Part(k, n) = recorded.part;
        let follows = match self.last {
            Some((command, Part(last, of))) if last < of => {
                command == recorded.command && k == last + 1 && n == of
            }
            Some(_) | None => k == 1 && n >= 1,
        };
        if !follows {
            return Some(format!("part {k} of {n} does not follow what is before it"));
        }
        if k == 1 && !self.commands.insert(recorded.command) {
            return Some("the command was recorded before".to_owned());
        }
        if !self.ids.insert(recorded.id) {
            return Some("another event has the same id".to_owned());
        }
        None
    }
}

/// What stands in the line beside the event itself.
fn wrong_header(recorded: &Recorded, json: &[u8]) -> Option<String> {
    let header = match Header::read(json) {
        Ok(header) => header,
        Err(what) => return Some(what),
    };
    if header.tags != recorded.event.tags() {
        return Some("the tags are not those the event has".to_owned());
    }
    if header.fingerprint().is_some() != (recorded.part.0 == 1) {
        return Some("the fingerprint does not stand on the first event of its command".to_owned());
    }
    None
}
