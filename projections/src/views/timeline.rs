//! The timeline of any record: its own events and those that name it, answered from memory.
//!
//! An event costs 32 bytes here, and each record it names 8 more: millions of them have to fit.
//!
//! More than 400 lines: what an event names and what is asked for mirror each other.

use std::collections::HashMap;

use hashbrown::HashTable;
use querschnitt_domain::{
    ActorId, CentreKey, Commitment, EventKind, LetterheadId, RecordId, RecordKind, Recorded, Role,
};
use time::{Date, Duration, OffsetDateTime};

use super::details::{changed_fields, other_records, reason};
use super::scope::Scope;
use super::sentence::sentence;
use crate::digest::{Canonical, Digest};
use crate::facts::mix;

/// One event as a timeline shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimelineEntry<'a> {
    /// Its place in the log.
    pub position: u64,
    /// When the log took it in (UTC, to the microsecond).
    pub recorded_at: OffsetDateTime,
    /// The day it is about.
    pub occurred_on: Date,
    /// What happened.
    pub kind: EventKind,
    /// To which record; in another record's timeline, the one that names it.
    pub record: RecordId,
    /// In whose book.
    pub centre: CentreKey,
    /// Who acted.
    pub actor: ActorId,
    /// In which role.
    pub role: Role,
    /// The fields that changed, as clients name them.
    pub changed: &'a [Box<str>],
    /// Why, sealed; the text belongs to [`TimelineEntry::record`].
    pub reason: Option<Commitment>,
}

impl TimelineEntry<'_> {
    /// What happened, as one German sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        sentence(self.kind, self.changed)
    }
}

/// Which way a timeline is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Reading {
    /// The oldest event first.
    #[default]
    OldestFirst,
    /// The newest event first.
    NewestFirst,
}

/// Every event of the log in brief, and which of them each record is named in.
#[derive(Debug, Default)]
pub struct Timeline {
    /// The event at position n stands at n - 1.
    events: Vec<Brief>,
    reasons: HashMap<u32, Commitment>,
    actors: Interned<ActorId>,
    /// Each list of changed fields once.
    changed: Interned<Box<[Box<str>]>>,
    records: Records,
}

#[derive(Debug)]
struct Brief {
    recorded_at: i64,
    occurred_on: Date,
    record: u32,
    actor: u32,
    changed: u32,
    kind: EventKind,
    role: Role,
    centre: CentreKey,
}

impl Timeline {
    /// Takes an event in. Its position is the one after the last; the state sees to that.
    pub(crate) fn apply(&mut self, recorded: &Recorded) {
        let number = self.next_number();
        let data = &recorded.event.data;
        // An entry of the access log is refused by the log of the book; if one were there, the places of the
        // others would still be right.
        let own = data
            .record()
            .unwrap_or_else(|| LetterheadId::of(recorded.event.centre).record());
        let record = self.records.mention(own, number);
        for other in other_records(data) {
            if other != own {
                self.records.mention(other, number);
            }
        }
        if let Some(reason) = reason(data) {
            self.reasons.insert(number, reason);
        }
        self.events.push(Brief {
            recorded_at: micros(recorded.recorded_at),
            occurred_on: recorded.event.occurred_on,
            record,
            actor: self.actors.number(&recorded.actor),
            changed: self.changed.number(&changed_fields(data)),
            kind: data.kind(),
            role: recorded.role,
            centre: recorded.event.centre,
        });
    }

    /// The event at this position.
    #[must_use]
    pub fn at(&self, position: u64) -> Option<TimelineEntry<'_>> {
        let number = u32::try_from(position.checked_sub(1)?).ok()?;
        self.entry(number)
    }

    /// The events after `after` of the records that exist for the reader, in the order of the log.
    pub fn events_after<'a>(
        &'a self,
        scope: Scope<'a>,
        after: u64,
    ) -> impl Iterator<Item = TimelineEntry<'a>> {
        let skip = usize::try_from(after).unwrap_or(usize::MAX);
        self.events
            .iter()
            .enumerate()
            .skip(skip)
            .filter(move |(_, brief)| scope.centres.contains(brief.centre))
            .filter_map(|(index, _)| self.entry(u32::try_from(index).ok()?))
            .filter(move |entry| scope.contains(entry.centre, entry.record))
    }

    /// The timeline of a record: every event of its own and every one that names it, as far as their
    /// records exist for the reader.
    pub fn of<'a>(
        &'a self,
        record: RecordId,
        scope: Scope<'a>,
        reading: Reading,
    ) -> impl Iterator<Item = TimelineEntry<'a>> {
        let mut numbers: Vec<u32> = self.records.mentions(record).collect();
        match reading {
            Reading::NewestFirst => {}
            Reading::OldestFirst => numbers.reverse(),
        }
        numbers
            .into_iter()
            .filter_map(|number| self.entry(number))
            .filter(move |entry| scope.contains(entry.centre, entry.record))
    }

    /// The records of one kind whose events name this record, each once, in the order in which
    /// they first did. The record itself is not among them.
    #[must_use]
    pub fn naming(&self, record: RecordId, kind: RecordKind) -> Vec<RecordId> {
        let mut numbers: Vec<u32> = self.records.mentions(record).collect();
        numbers.reverse();
        let mut seen = std::collections::HashSet::new();
        numbers
            .into_iter()
            .filter_map(|number| self.events.get(number as usize))
            .filter_map(|brief| self.records.get(brief.record))
            .filter(|found| found.kind == kind && *found != record && seen.insert(*found))
            .collect()
    }

    /// At most `most` records of any kind whose events name this record, each once.
    #[must_use]
    pub fn naming_any(&self, record: RecordId, most: usize) -> Vec<RecordId> {
        let mut seen = std::collections::HashSet::new();
        self.records
            .mentions(record)
            .filter_map(|number| self.events.get(number as usize))
            .filter_map(|brief| self.records.get(brief.record))
            .filter(|found| *found != record && seen.insert(*found))
            .take(most)
            .collect()
    }

    /// The last position recorded at or before this instant; 0 when there is none.
    #[must_use]
    pub fn position_at(&self, instant: OffsetDateTime) -> u64 {
        let instant = micros(instant);
        self.events
            .partition_point(|brief| brief.recorded_at <= instant) as u64
    }

    /// How many events it holds.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.events.len() as u64
    }

    /// Whether it holds none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The digest of every event in brief, of every timeline, and of how they are found.
    pub(crate) fn digest(&self) -> Digest {
        let Self {
            events,
            reasons,
            actors,
            changed,
            records,
        } = self;
        let mut to = Canonical::new();
        to.number(reasons.len() as u64);
        actors.digest(&mut to, |to, actor| {
            to.id(actor.0);
        });
        changed.digest(&mut to, |to, fields| {
            to.list(fields, |to, field| {
                to.text(field);
            });
        });
        records.digest(&mut to);
        to.number(events.len() as u64);
        for (number, brief) in (0_u32..).zip(events) {
            let Brief {
                recorded_at,
                occurred_on,
                record,
                actor,
                changed,
                kind,
                role,
                centre,
            } = brief;
            to.number(recorded_at.cast_unsigned()).day(*occurred_on);
            to.place(*record).place(*actor).place(*changed);
            to.text(kind.wire_name())
                .text(role.as_str())
                .centre(*centre);
            to.option(reasons.get(&number), |to, reason| {
                to.sealed(*reason);
            });
            to.spill();
        }
        to.finish()
    }

    fn entry(&self, number: u32) -> Option<TimelineEntry<'_>> {
        let brief = self.events.get(number as usize)?;
        Some(TimelineEntry {
            position: u64::from(number) + 1,
            recorded_at: OffsetDateTime::UNIX_EPOCH
                .checked_add(Duration::microseconds(brief.recorded_at))?,
            occurred_on: brief.occurred_on,
            kind: brief.kind,
            record: self.records.get(brief.record)?,
            centre: brief.centre,
            actor: *self.actors.get(brief.actor)?,
            role: brief.role,
            changed: self.changed.get(brief.changed)?,
            reason: self.reasons.get(&number).copied(),
        })
    }

    fn next_number(&self) -> u32 {
        // Never cut off: the state refuses positions that do not fit.
        u32::try_from(self.events.len()).unwrap_or(u32::MAX)
    }
}

/// Whole microseconds since 1970; the log stores no finer time.
fn micros(instant: OffsetDateTime) -> i64 {
    i64::try_from(instant.unix_timestamp_nanos().div_euclid(1_000)).unwrap_or(i64::MAX)
}

/// Few different values behind small numbers.
#[derive(Debug)]
struct Interned<T> {
    values: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<T: Clone + Eq + std::hash::Hash> Interned<T> {
    fn number(&mut self, value: &T) -> u32 {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(value.clone());
        self.numbers.insert(value.clone(), number);
        number
    }

    fn get(&self, number: u32) -> Option<&T> {
        self.values.get(number as usize)
    }

    fn digest(&self, to: &mut Canonical, write: impl Fn(&mut Canonical, &T)) {
        to.number(self.values.len() as u64);
        for value in &self.values {
            write(to, value);
            to.option(self.numbers.get(value), |to, number| {
                to.place(*number);
            });
            to.spill();
        }
    }
}

/// Every record that is named, and the events that name it as a chain from the newest back.
#[derive(Debug, Default)]
struct Records {
    ids: Vec<RecordId>,
    /// Each record's newest mention.
    newest: Vec<u32>,
    numbers: HashTable<u32>,
    mentions: Vec<Mention>,
}

#[derive(Debug)]
struct Mention {
    event: u32,
    /// The mention before it; its own place when there is none.
    before: u32,
}

impl Records {
    /// Notes that the event names the record; gives the record's number.
    fn mention(&mut self, record: RecordId, event: u32) -> u32 {
        let mention = u32::try_from(self.mentions.len()).unwrap_or(u32::MAX);
        if let Some(number) = self.number(record) {
            if let Some(newest) = self.newest.get_mut(number as usize) {
                let before = std::mem::replace(newest, mention);
                self.mentions.push(Mention { event, before });
            }
            return number;
        }
        let number = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        self.ids.push(record);
        self.newest.push(mention);
        self.mentions.push(Mention {
            event,
            before: mention,
        });
        let ids = &self.ids;
        self.numbers
            .insert_unique(mix(record.id), number, |number| {
                ids.get(*number as usize).map_or(0, |record| mix(record.id))
            });
        number
    }

    /// The events that name the record, the newest first.
    fn mentions(&self, record: RecordId) -> impl Iterator<Item = u32> {
        let newest = self
            .number(record)
            .and_then(|number| self.newest.get(number as usize).copied());
        std::iter::successors(newest, |at| {
            let before = self.mentions.get(*at as usize)?.before;
            (before != *at).then_some(before)
        })
        .filter_map(|at| self.mentions.get(at as usize).map(|mention| mention.event))
    }

    fn number(&self, record: RecordId) -> Option<u32> {
        self.numbers
            .find(mix(record.id), |number| {
                self.ids.get(*number as usize) == Some(&record)
            })
            .copied()
    }

    fn get(&self, number: u32) -> Option<RecordId> {
        self.ids.get(number as usize).copied()
    }

    fn digest(&self, to: &mut Canonical) {
        to.number(self.ids.len() as u64);
        for (record, newest) in self.ids.iter().zip(&self.newest) {
            to.record(*record).place(*newest);
            to.option(self.number(*record), |to, number| {
                to.place(number);
            });
            to.spill();
        }
        to.number(self.mentions.len() as u64);
        for Mention { event, before } in &self.mentions {
            to.place(*event).place(*before).spill();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_stays_small() {
        assert!(size_of::<Brief>() <= 32, "{}", size_of::<Brief>());
    }
}
