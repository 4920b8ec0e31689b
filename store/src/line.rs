//! One event, one line: how an event is written to the log and read from it (`design.md` 3.1).
//!
//! ```text
//! {"position":7,"id":…,"type":…,"version":…,"part":[k,n],"centre":…,"tags":[…],"recorded_at":…,
//!  "occurred_on":…,"occurred_at"?:…,"actor":…,"on_behalf_of"?:…,"role":…,"command":…,
//!  "fingerprint"?:…,"data":{…}}
//! <TAB><first position of the physical write><SPACE><CRC32C of everything before, hex><LF>
//! ```
//!
//! `fingerprint` (32 hex digits) stands on the first event of a command only: from it the index of
//! commands is rebuilt, so that a repeated command is recognised for ever. `on_behalf_of` names whom a deputy
//! represented.
//!
//! Callers serialise everything but position and `recorded_at` before they queue; the writer only
//! splices those two in ([`Prepared::write_json`]).
//!
//! More than 400 lines: writing and reading of one form stand together, so that they stay the same.

use std::io::Write as _;
use std::ops::Range;

use querschnitt_domain::{
    ActorId, CentreKey, CommandId, Event, EventData, EventId, EventKind, Part, Recorded, Role, Tag,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use time::format_description::well_known::Rfc3339;
use time::{Date, Month, OffsetDateTime, Time};
use uuid::Uuid;

use crate::log::{AppendError, CommandKey, Fingerprint, Holds, LogError, limits};

/// The length of a stored time: `2026-11-22T09:14:03.120431Z`.
pub(crate) const TIME_BYTES: usize = 27;

/// The events of one command, serialised but for their positions and their time.
#[derive(Debug)]
pub(crate) struct Prepared {
    bytes: Vec<u8>,
    /// The events, in their order.
    pub(crate) events: Vec<PreparedEvent>,
}

/// What the index needs of an event, and where its bytes are.
#[derive(Debug)]
pub(crate) struct PreparedEvent {
    before_time: Range<usize>,
    after_time: Range<usize>,
    /// Its id.
    pub(crate) id: EventId,
    /// Its kind.
    pub(crate) kind: EventKind,
    /// The names under which it is found.
    pub(crate) tags: Vec<Tag>,
}

impl Prepared {
    /// Serialises the events of a command and checks them against [`limits`]. `now` goes into the
    /// new events' ids (UUID version 7) only.
    ///
    /// # Errors
    /// [`AppendError::OverLimit`], [`AppendError::OtherLog`], or [`AppendError::Unavailable`] without a
    /// source of randomness.
    pub(crate) fn new(
        command: &CommandKey,
        events: &[Event],
        holds: Holds,
        now: OffsetDateTime,
    ) -> Result<Self, AppendError> {
        let count = events.len();
        let mut kinds = events.iter().map(|event| event.data.kind());
        if let Some(kind) = kinds.find(|kind| kind.is_access() != (holds == Holds::Access)) {
            return Err(AppendError::OtherLog { kind });
        }
        if count == 0 || count > limits::COMMAND_EVENTS {
            return Err(AppendError::OverLimit {
                what: "the number of events of a command",
                found: count,
                max: limits::COMMAND_EVENTS,
            });
        }
        let ids = new_ids(count, now)?;
        let mut bytes = Vec::with_capacity(count * 640);
        let mut prepared = Vec::with_capacity(count);
        for (index, (event, id)) in events.iter().zip(ids).enumerate() {
            let tags = event.tags();
            if let Some(tag) = tags
                .iter()
                .find(|tag| tag.as_str().len() > limits::TAG_BYTES)
            {
                return Err(AppendError::OverLimit {
                    what: "a tag's bytes",
                    found: tag.as_str().len(),
                    max: limits::TAG_BYTES,
                });
            }
            let start = bytes.len();
            let time = write_event(&mut bytes, command, event, id, &tags, index + 1, count)?;
            let length = bytes.len() - start + POSITION_BYTES + TIME_BYTES;
            if length > limits::EVENT_BYTES {
                return Err(AppendError::OverLimit {
                    what: "an event's bytes",
                    found: length,
                    max: limits::EVENT_BYTES,
                });
            }
            prepared.push(PreparedEvent {
                before_time: start..time,
                after_time: time..bytes.len(),
                id,
                kind: event.data.kind(),
                tags,
            });
        }
        Ok(Self {
            bytes,
            events: prepared,
        })
    }

    /// How many bytes the lines will have at most, with what is spliced in and the checksums.
    pub(crate) fn upper_bytes(&self) -> usize {
        self.bytes.len() + self.events.len() * (POSITION_BYTES + TIME_BYTES + TRAILER_BYTES)
    }

    /// Writes the JSON of the event at `index` with its position and time.
    pub(crate) fn write_json(
        &self,
        index: usize,
        position: u64,
        recorded_at: &[u8; TIME_BYTES],
        out: &mut Vec<u8>,
    ) {
        let event = &self.events[index];
        out.extend_from_slice(POSITION_PREFIX);
        push_number(out, position);
        out.extend_from_slice(&self.bytes[event.before_time.clone()]);
        out.extend_from_slice(recorded_at);
        out.extend_from_slice(&self.bytes[event.after_time.clone()]);
    }
}

const POSITION_PREFIX: &[u8] = b"{\"position\":";
/// Room for the prefix and the longest position.
const POSITION_BYTES: usize = POSITION_PREFIX.len() + 20;
/// Room for tab, longest position, space, checksum and line feed.
const TRAILER_BYTES: usize = 1 + 20 + 1 + 8 + 1;

fn new_ids(count: usize, now: OffsetDateTime) -> Result<Vec<EventId>, AppendError> {
    let mut random = vec![0_u8; count * 10];
    getrandom::fill(&mut random).map_err(|error| AppendError::Unavailable {
        reason: format!("no random numbers for event ids: {error}"),
    })?;
    let milliseconds = u64::try_from(now.unix_timestamp_nanos() / 1_000_000).unwrap_or(0);
    Ok(random
        .as_chunks::<10>()
        .0
        .iter()
        .map(|random| {
            EventId(uuid::Builder::from_unix_timestamp_millis(milliseconds, random).into_uuid())
        })
        .collect())
}

/// Writes everything after the position's digits but the time; returns where the time belongs.
fn write_event(
    out: &mut Vec<u8>,
    command: &CommandKey,
    event: &Event,
    id: EventId,
    tags: &[Tag],
    k: usize,
    n: usize,
) -> Result<usize, AppendError> {
    let kind = event.data.kind();
    out.extend_from_slice(b",\"id\":\"");
    push_uuid(out, id.0);
    out.extend_from_slice(b"\",\"type\":\"");
    out.extend_from_slice(kind.wire_name().as_bytes());
    out.extend_from_slice(b"\",\"version\":");
    push_number(out, u64::from(kind.version()));
    out.extend_from_slice(b",\"part\":[");
    push_number(out, k as u64);
    out.push(b',');
    push_number(out, n as u64);
    out.extend_from_slice(b"],\"centre\":\"");
    out.extend_from_slice(event.centre.as_str().as_bytes());
    out.extend_from_slice(b"\",\"tags\":");
    push_json(out, tags)?;
    out.extend_from_slice(b",\"recorded_at\":\"");
    let time = out.len();
    out.extend_from_slice(b"\",\"occurred_on\":\"");
    push_date(out, event.occurred_on)?;
    if let Some(at) = event.occurred_at {
        out.extend_from_slice(b"\",\"occurred_at\":\"");
        let at = at.format(&Rfc3339).map_err(|_| unwritable_date())?;
        out.extend_from_slice(at.as_bytes());
    }
    out.extend_from_slice(b"\",\"actor\":\"");
    push_uuid(out, command.actor.0);
    if let Some(represented) = command.on_behalf_of {
        out.extend_from_slice(b"\",\"on_behalf_of\":\"");
        push_uuid(out, represented.0);
    }
    out.extend_from_slice(b"\",\"role\":\"");
    out.extend_from_slice(command.role.as_str().as_bytes());
    out.extend_from_slice(b"\",\"command\":\"");
    push_uuid(out, command.id.0);
    if k == 1 {
        out.extend_from_slice(b"\",\"fingerprint\":\"");
        let mut digits = [0_u8; 32];
        // Cannot fail: 16 bytes are 32 digits.
        let _ = hex::encode_to_slice(command.fingerprint.0, &mut digits);
        out.extend_from_slice(&digits);
    }
    out.extend_from_slice(b"\",\"data\":");
    push_json(out, &event.data)?;
    out.push(b'}');
    Ok(time)
}

const fn unwritable_date() -> AppendError {
    AppendError::OverLimit {
        what: "the year of a date (or its offset is not in whole minutes)",
        found: 10_000,
        max: 9_999,
    }
}

fn push_json<T: serde::Serialize + ?Sized>(
    out: &mut Vec<u8>,
    value: &T,
) -> Result<(), AppendError> {
    serde_json::to_writer(out, value).map_err(|error| AppendError::Unavailable {
        reason: format!("an event cannot be written as JSON: {error}"),
    })
}

fn push_uuid(out: &mut Vec<u8>, id: Uuid) {
    let mut buffer = [0; uuid::fmt::Hyphenated::LENGTH];
    out.extend_from_slice(id.hyphenated().encode_lower(&mut buffer).as_bytes());
}

fn push_date(out: &mut Vec<u8>, date: Date) -> Result<(), AppendError> {
    let (year, month, day) = date.to_calendar_date();
    if !(0..=9_999).contains(&year) {
        return Err(unwritable_date());
    }
    // Writing to a Vec cannot fail.
    let _ = write!(out, "{year:04}-{:02}-{day:02}", u8::from(month));
    Ok(())
}

fn push_number(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// A time as it is stored: UTC, six decimals. Times are cut to microseconds before they are used,
/// so that what is stored is what was said.
pub(crate) fn format_time(at: OffsetDateTime) -> [u8; TIME_BYTES] {
    let at = at.to_offset(time::UtcOffset::UTC);
    let mut out = *b"0000-00-00T00:00:00.000000Z";
    let year = u32::try_from(at.year().clamp(0, 9_999)).unwrap_or(0);
    let mut put = |from: usize, width: usize, mut number: u32| {
        for at in (from..from + width).rev() {
            out[at] = b'0' + (number % 10) as u8;
            number /= 10;
        }
    };
    put(0, 4, year);
    put(5, 2, u32::from(u8::from(at.month())));
    put(8, 2, u32::from(at.day()));
    put(11, 2, u32::from(at.hour()));
    put(14, 2, u32::from(at.minute()));
    put(17, 2, u32::from(at.second()));
    put(20, 6, at.microsecond());
    out
}

/// Ends the line whose JSON (or control text) begins at `start` of `out`: tab, the first position
/// of the physical write, checksum, line feed.
pub(crate) fn finish(out: &mut Vec<u8>, start: usize, first_of_write: u64) {
    out.push(b'\t');
    push_number(out, first_of_write);
    let checksum = crc32c::crc32c(&out[start..]);
    out.push(b' ');
    for shift in (0..8).rev() {
        let digit = (checksum >> (shift * 4)) & 0xf;
        out.push(b"0123456789abcdef"[digit as usize]);
    }
    out.push(b'\n');
}

/// A whole line whose checksum is right.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Checked<'a> {
    /// The JSON bytes the Merkle leaf is made of, or the text of a control line (begins with `#`).
    pub(crate) text: &'a [u8],
    /// The first position of the physical write the line belongs to.
    pub(crate) first_of_write: u64,
}

impl Checked<'_> {
    /// Whether it is a control line (a header or a seal) and no event.
    pub(crate) fn is_control(&self) -> bool {
        self.text.first() == Some(&b'#')
    }
}

/// Takes a line apart (without its line feed) and checks its checksum.
///
/// # Errors
/// What is wrong with it, as a part of a sentence.
pub(crate) fn check(line: &[u8]) -> Result<Checked<'_>, &'static str> {
    let Some((rest, checksum)) = line
        .len()
        .checked_sub(9)
        .and_then(|at| line.split_at_checked(at))
    else {
        return Err("the line is shorter than its checksum");
    };
    if checksum[0] != b' ' {
        return Err("the line does not end in a checksum");
    }
    let mut stored = 0_u32;
    for digit in &checksum[1..] {
        // Lower case only: a flipped bit must not turn one spelling into another.
        let digit = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return Err("the line does not end in a checksum"),
        };
        stored = stored << 4 | u32::from(digit);
    }
    if stored != crc32c::crc32c(rest) {
        return Err("the checksum does not fit the line");
    }
    // The number before the checksum is short: look for its tab from the end.
    let from = rest.len().saturating_sub(21);
    let tab = rest[from..]
        .iter()
        .rposition(|byte| *byte == b'\t')
        .ok_or("the line does not name its write")?
        + from;
    let first_of_write =
        parse_number(&rest[tab + 1..]).ok_or("the line does not name its write")?;
    Ok(Checked {
        text: &rest[..tab],
        first_of_write,
    })
}

fn parse_number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 20 {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, digit| {
        let digit = digit.wrapping_sub(b'0');
        (digit < 10)
            .then_some(())
            .and_then(|()| number.checked_mul(10)?.checked_add(u64::from(digit)))
    })
}

/// The position at the start of a line, without looking at the rest of it.
pub(crate) fn leading_position(line: &[u8]) -> Option<u64> {
    let digits = line.strip_prefix(POSITION_PREFIX)?;
    let end = digits.iter().position(|byte| !byte.is_ascii_digit())?;
    parse_number(&digits[..end])
}

/// The centre of a stored line, without looking at the rest of it: what stands before it are numbers, an id and a
/// type, so nothing else there is called so.
pub(crate) fn leading_centre(line: &[u8]) -> Option<CentreKey> {
    const PREFIX: &[u8] = b",\"centre\":\"";
    let commas = line.iter().enumerate().filter(|(_, byte)| **byte == b',');
    let mut rests = commas.filter_map(|(at, _)| line[at..].strip_prefix(PREFIX));
    let rest = rests.next()?;
    let end = rest.iter().position(|byte| *byte == b'"')?;
    str::from_utf8(&rest[..end]).ok()?.parse().ok()
}

/// What an index needs of a stored line.
#[derive(Deserialize, Debug)]
pub(crate) struct Header<'a> {
    /// Its position.
    pub(crate) position: u64,
    /// The event's id.
    pub(crate) id: EventId,
    /// The stored type.
    #[serde(rename = "type", borrow)]
    pub(crate) event_type: &'a str,
    /// The shape of its data.
    version: u16,
    /// Which event of its command it is.
    pub(crate) part: Part,
    /// The stored tags.
    pub(crate) tags: Vec<Tag>,
    /// When it was recorded, as stored.
    #[serde(borrow)]
    pub(crate) recorded_at: &'a str,
    /// By which command.
    pub(crate) command: CommandId,
    /// On the first event of a command: what it asked for.
    #[serde(default, borrow)]
    fingerprint: Option<&'a str>,
}

impl Header<'_> {
    /// Reads the header of a line whose checksum was right.
    ///
    /// # Errors
    /// What is wrong with it, as a part of a sentence.
    pub(crate) fn read(json: &[u8]) -> Result<Header<'_>, String> {
        serde_json::from_slice(json).map_err(|error| format!("the line is not an event: {error}"))
    }

    /// What the command asked for; on its first event only.
    pub(crate) fn fingerprint(&self) -> Option<Fingerprint> {
        let mut bytes = [0_u8; 16];
        hex::decode_to_slice(self.fingerprint?, &mut bytes).ok()?;
        Some(Fingerprint(bytes))
    }

    /// The kind of the event.
    ///
    /// # Errors
    /// [`LogError::UnknownEvent`] when this program does not know it, or not in this version.
    pub(crate) fn kind(&self) -> Result<EventKind, LogError> {
        EventKind::from_wire_name(self.event_type)
            .filter(|kind| self.version <= kind.version())
            .ok_or_else(|| LogError::UnknownEvent {
                position: self.position,
                event_type: self.event_type.to_owned(),
                version: self.version,
            })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored<'a> {
    position: u64,
    id: EventId,
    #[serde(rename = "type", borrow)]
    event_type: &'a str,
    version: u16,
    part: Part,
    centre: CentreKey,
    // Found again from the data; stored for those who read the file.
    #[serde(rename = "tags")]
    _tags: serde::de::IgnoredAny,
    #[serde(borrow)]
    recorded_at: &'a str,
    #[serde(borrow)]
    occurred_on: &'a str,
    #[serde(default, borrow)]
    occurred_at: Option<&'a str>,
    actor: ActorId,
    #[serde(default)]
    on_behalf_of: Option<ActorId>,
    role: Role,
    command: CommandId,
    #[serde(default, rename = "fingerprint")]
    _fingerprint: serde::de::IgnoredAny,
    #[serde(borrow, deserialize_with = "raw")]
    data: &'a str,
}

fn raw<'de, D: serde::Deserializer<'de>>(from: D) -> Result<&'de str, D::Error> {
    <&RawValue>::deserialize(from).map(RawValue::get)
}

impl<'a> Stored<'a> {
    /// Takes a line apart whose fields stand as [`write_event`] writes them, which is every line of
    /// ours; `None` when they stand otherwise. Reading a field by its name costs three times as much.
    fn in_order(text: &'a str) -> Option<Self> {
        let mut rest = Rest(text);
        rest.pass("{\"position\":")?;
        let position = rest.number(b',')?;
        rest.pass("\"id\":\"")?;
        let id = EventId(rest.uuid()?);
        rest.pass(",\"type\":\"")?;
        let event_type = rest.until(b'"')?;
        rest.pass(",\"version\":")?;
        let version = u16::try_from(rest.number(b',')?).ok()?;
        rest.pass("\"part\":[")?;
        let k = u16::try_from(rest.number(b',')?).ok()?;
        let part = Part(k, u16::try_from(rest.number(b']')?).ok()?);
        rest.pass(",\"centre\":\"")?;
        let centre = rest.until(b'"')?.parse().ok()?;
        rest.pass(",\"tags\":[")?;
        rest.strings()?;
        rest.pass(",\"recorded_at\":\"")?;
        let recorded_at = rest.until(b'"')?;
        rest.pass(",\"occurred_on\":\"")?;
        let occurred_on = rest.until(b'"')?;
        let occurred_at = match rest.pass(",\"occurred_at\":\"") {
            Some(()) => Some(rest.until(b'"')?),
            None => None,
        };
        rest.pass(",\"actor\":\"")?;
        let actor = ActorId(rest.uuid()?);
        let on_behalf_of = match rest.pass(",\"on_behalf_of\":\"") {
            Some(()) => Some(ActorId(rest.uuid()?)),
            None => None,
        };
        rest.pass(",\"role\":\"")?;
        let role = rest.until(b'"')?.parse().ok()?;
        rest.pass(",\"command\":\"")?;
        let command = CommandId(rest.uuid()?);
        if rest.pass(",\"fingerprint\":\"").is_some() {
            rest.plain()?;
        }
        rest.pass(",\"data\":")?;
        Some(Self {
            position,
            id,
            event_type,
            version,
            part,
            centre,
            _tags: serde::de::IgnoredAny,
            recorded_at,
            occurred_on,
            occurred_at,
            actor,
            on_behalf_of,
            role,
            command,
            _fingerprint: serde::de::IgnoredAny,
            data: rest.0.strip_suffix('}')?,
        })
    }
}

/// What is left of a line while it is taken apart from the front.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn pass(&mut self, literal: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(literal)?;
        Some(())
    }

    /// Everything before the next `end`, which is passed too.
    fn until(&mut self, end: u8) -> Option<&'a str> {
        let at = memchr::memchr(end, self.0.as_bytes())?;
        let (before, rest) = (self.0.get(..at)?, self.0.get(at + 1..)?);
        self.0 = rest;
        Some(before)
    }

    /// A number as JSON has it: no other spelling of it.
    fn number(&mut self, end: u8) -> Option<u64> {
        let digits = self.until(end)?.as_bytes();
        let spelled_longer = digits.len() > 1 && digits[0] == b'0';
        (!spelled_longer).then(|| parse_number(digits)).flatten()
    }

    /// The rest of a string that stands for itself, and its closing quotation mark.
    fn plain(&mut self) -> Option<()> {
        let text = self.until(b'"')?.as_bytes();
        let plain = text.iter().all(|byte| *byte >= b' ' && *byte != b'\\');
        plain.then_some(())
    }

    /// What follows the `[` of a list of such strings, and its `]`.
    fn strings(&mut self) -> Option<()> {
        if self.pass("]").is_some() {
            return Some(());
        }
        loop {
            self.pass("\"")?;
            self.plain()?;
            if self.pass(",").is_none() {
                return self.pass("]");
            }
        }
    }

    /// A UUID and its closing quotation mark.
    fn uuid(&mut self) -> Option<Uuid> {
        Uuid::try_parse(self.until(b'"')?).ok()
    }
}

/// Why a line with the right checksum could not be read.
#[derive(Debug)]
pub(crate) enum Unreadable {
    /// A type or version this program does not know.
    Unknown(LogError),
    /// It is no event of the stored form.
    Malformed(String),
}

impl Unreadable {
    /// As an error of the log; `place` names file and line where the line is malformed.
    pub(crate) fn into_error(self, place: impl FnOnce(String) -> LogError) -> LogError {
        match self {
            Self::Unknown(error) => error,
            Self::Malformed(what) => place(what),
        }
    }
}

/// Reads an event from its JSON bytes; the checksum was checked before.
///
/// # Errors
/// See [`Unreadable`].
pub(crate) fn decode(json: &[u8]) -> Result<Recorded, Unreadable> {
    // Checked once for the whole line, so that it is not checked for each of its strings.
    let text = str::from_utf8(json)
        .map_err(|error| Unreadable::Malformed(format!("the line is no text: {error}")))?;
    let stored = Stored::in_order(text).map_or_else(
        || {
            serde_json::from_str(text).map_err(|error| {
                // Other fields may have changed with the type: an unknown type is named as such
                // first.
                unknown_type(json).map_or_else(
                    || Unreadable::Malformed(format!("the line is not an event: {error}")),
                    Unreadable::Unknown,
                )
            })
        },
        Ok,
    )?;
    let unknown = || {
        Unreadable::Unknown(LogError::UnknownEvent {
            position: stored.position,
            event_type: stored.event_type.to_owned(),
            version: stored.version,
        })
    };
    let kind = EventKind::from_wire_name(stored.event_type).ok_or_else(unknown)?;
    if stored.version > kind.version() {
        return Err(unknown());
    }
    let data = EventData::decode(kind, stored.version, stored.data)
        .map_err(|error| Unreadable::Malformed(error.to_string()))?;
    let malformed = |what: &str| Unreadable::Malformed(format!("{what} is not a time"));
    Ok(Recorded {
        position: stored.position,
        id: stored.id,
        part: stored.part,
        recorded_at: parse_time(stored.recorded_at).ok_or_else(|| malformed("recorded_at"))?,
        actor: stored.actor,
        on_behalf_of: stored.on_behalf_of,
        role: stored.role,
        command: stored.command,
        event: Event {
            centre: stored.centre,
            occurred_on: parse_date(stored.occurred_on.as_bytes())
                .ok_or_else(|| malformed("occurred_on"))?,
            occurred_at: stored
                .occurred_at
                .map(|at| OffsetDateTime::parse(at, &Rfc3339))
                .transpose()
                .map_err(|_| malformed("occurred_at"))?,
            data,
        },
    })
}

fn unknown_type(json: &[u8]) -> Option<LogError> {
    #[derive(Deserialize)]
    struct Named<'a> {
        position: u64,
        #[serde(rename = "type")]
        event_type: &'a str,
        version: u16,
    }
    let named: Named<'_> = serde_json::from_slice(json).ok()?;
    let known = EventKind::from_wire_name(named.event_type)
        .is_some_and(|kind| named.version <= kind.version());
    (!known).then(|| LogError::UnknownEvent {
        position: named.position,
        event_type: named.event_type.to_owned(),
        version: named.version,
    })
}

/// Reads a time as [`format_time`] writes it.
pub(crate) fn parse_time(text: &str) -> Option<OffsetDateTime> {
    let text = text.as_bytes();
    if text.len() != TIME_BYTES {
        return None;
    }
    let shape = text[10] == b'T'
        && text[13] == b':'
        && text[16] == b':'
        && text[19] == b'.'
        && text[26] == b'Z';
    let small = |range: Range<usize>| two_digits(&text[range]);
    let time = Time::from_hms_micro(
        small(11..13)?,
        small(14..16)?,
        small(17..19)?,
        u32::try_from(parse_number(&text[20..26])?).ok()?,
    )
    .ok()?;
    shape
        .then(|| parse_date(&text[..10]))
        .flatten()
        .map(|date| OffsetDateTime::new_utc(date, time))
}

fn parse_date(text: &[u8]) -> Option<Date> {
    if text.len() != 10 || text[4] != b'-' || text[7] != b'-' {
        return None;
    }
    let year = i32::try_from(parse_number(&text[..4])?).ok()?;
    let month = Month::try_from(two_digits(&text[5..7])?).ok()?;
    Date::from_calendar_date(year, month, two_digits(&text[8..])?).ok()
}

fn two_digits(text: &[u8]) -> Option<u8> {
    u8::try_from(parse_number(text)?).ok()
}

#[cfg(test)]
#[path = "line_tests.rs"]
mod tests;
