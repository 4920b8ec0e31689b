//! The timeline of any record: its own events and those that name it, answered from memory.
//!
//! An event costs 36 bytes here, and each other record it names 12 more: millions of them have to fit.
//!
//! What is asked costs as much as what the reader sees. Whoever sees single records only walks over their events
//! and no others: how long an answer takes must not tell how much is hidden.

mod interned;
mod records;
pub(crate) mod steps;
mod streams;

use std::collections::{HashMap, HashSet};

use querschnitt_domain::{
    ActorId, CentreKey, Commitment, EventKind, LetterheadId, RecordId, RecordKind, Recorded, Role,
};
use time::{Date, Duration, OffsetDateTime};

use super::details::{changed_fields, other_records, reason};
use super::scope::{Kinds, Scope};
use super::sentence::sentence;
use crate::digest::{Canonical, Digest};
use interned::Interned;
use records::{NONE, Records};
use streams::Streams;

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
    /// Who was represented, where a deputy acted.
    pub on_behalf_of: Option<ActorId>,
    /// In which role.
    pub role: Role,
    /// The fields that changed, as clients name them.
    pub changed: &'a [Box<str>],
    /// Why, sealed; the text belongs to [`TimelineEntry::record`].
    pub reason: Option<Commitment>,
}

impl TimelineEntry<'_> {
    /// Whose it is: of the person represented, or of whoever acted.
    #[must_use]
    pub fn counts_for(&self) -> ActorId {
        self.on_behalf_of.unwrap_or(self.actor)
    }

    /// What happened, as one German sentence that names these of the fields that changed.
    #[must_use]
    pub fn sentence(&self, changed: &[&str]) -> String {
        sentence(self.kind, changed)
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
    /// Who acted, and who was represented.
    actors: Interned<(ActorId, Option<ActorId>)>,
    /// Each list of changed fields once.
    changed: Interned<Box<[Box<str>]>>,
    records: Records,
    streams: Streams,
}

#[derive(Debug)]
struct Brief {
    recorded_at: i64,
    occurred_on: Date,
    record: u32,
    /// The event of the same record before it.
    before: u32,
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
        let (record, before) = self.records.own(own, number);
        self.streams.push(recorded.event.centre, own.kind, number);
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
            before,
            actor: self.actors.number(&(recorded.actor, recorded.on_behalf_of)),
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
        // The event at position n stands at n - 1.
        let first = u32::try_from(after).unwrap_or(NONE);
        let mut singles: Vec<u32> = self
            .singles(scope)
            .flat_map(|record| self.own(record).take_while(|event| *event >= first))
            .collect();
        singles.sort_unstable();
        self.streams
            .from(first, scope, singles)
            .filter_map(|event| self.entry(event))
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
        let number = self.records.find(record);
        let mut events: Vec<u32> = number.map_or_else(Vec::new, |number| {
            let own = self.own(number);
            own.chain(self.naming_seen(number, scope)).collect()
        });
        events.sort_unstable();
        if reading == Reading::NewestFirst {
            events.reverse();
        }
        events
            .into_iter()
            .filter_map(|event| self.entry(event))
            .filter(move |entry| scope.contains(entry.centre, entry.record))
    }

    /// The events of other records that name this one; those of records that exist for the reader are among
    /// them.
    fn naming_seen(&self, record: u32, scope: Scope<'_>) -> Vec<u32> {
        if scope.kinds != Kinds::default() {
            return self.records.naming(record).collect();
        }
        self.singles(scope)
            .filter(|single| *single != record)
            .flat_map(|single| self.own(single))
            .filter(|event| self.records.names(*event, record))
            .collect()
    }

    /// The records that exist one by one for the reader.
    fn singles<'a>(&'a self, scope: Scope<'a>) -> impl Iterator<Item = u32> + 'a {
        let single = scope.single.into_iter().flatten();
        single
            .filter(move |record| !scope.kinds.has(record.kind))
            .filter_map(|record| self.records.find(*record))
    }

    /// The own events of a record, the newest first.
    fn own(&self, record: u32) -> impl Iterator<Item = u32> {
        let before = |event: &u32| {
            let before = self.events.get(*event as usize)?.before;
            (before != NONE).then_some(before)
        };
        std::iter::successors(self.records.newest(record), before).inspect(|_| steps::count())
    }

    /// The records of one kind whose events name this record, each once, in the order in which
    /// they first did. The record itself is not among them.
    #[must_use]
    pub fn naming(&self, record: RecordId, kind: RecordKind) -> Vec<RecordId> {
        let number = self.records.find(record);
        let mut events: Vec<u32> =
            number.map_or_else(Vec::new, |number| self.records.naming(number).collect());
        events.reverse();
        let mut seen = HashSet::new();
        events
            .into_iter()
            .filter_map(|event| self.events.get(event as usize))
            .filter_map(|brief| self.records.get(brief.record))
            .filter(|found| found.kind == kind && seen.insert(*found))
            .collect()
    }

    /// At most `most` records of any kind whose events name this record, each once.
    #[must_use]
    pub fn naming_any(&self, record: RecordId, most: usize) -> Vec<RecordId> {
        let mut seen = HashSet::new();
        let number = self.records.find(record);
        number
            .into_iter()
            .flat_map(|number| self.records.naming(number))
            .filter_map(|event| self.events.get(event as usize))
            .filter_map(|brief| self.records.get(brief.record))
            .filter(|found| seen.insert(*found))
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
            // They follow from the events.
            streams: _,
        } = self;
        let mut to = Canonical::new();
        to.number(reasons.len() as u64);
        actors.digest(&mut to, |to, (actor, represented)| {
            to.id(actor.0);
            // A log without deputies keeps its digest.
            if let Some(represented) = represented {
                to.text("on_behalf_of").id(represented.0);
            }
        });
        changed.digest(&mut to, |to, fields| {
            to.list(fields, |to, field| {
                to.text(field);
            });
        });
        records.digest(&mut to, events.iter().map(|brief| brief.record));
        to.number(events.len() as u64);
        for (number, brief) in (0_u32..).zip(events) {
            let Brief {
                recorded_at,
                occurred_on,
                record,
                // Follows from the records of the events.
                before: _,
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
        steps::count();
        let (actor, on_behalf_of) = *self.actors.get(brief.actor)?;
        Some(TimelineEntry {
            position: u64::from(number) + 1,
            recorded_at: OffsetDateTime::UNIX_EPOCH
                .checked_add(Duration::microseconds(brief.recorded_at))?,
            occurred_on: brief.occurred_on,
            kind: brief.kind,
            record: self.records.get(brief.record)?,
            centre: brief.centre,
            actor,
            on_behalf_of,
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

#[cfg(test)]
mod tests;
