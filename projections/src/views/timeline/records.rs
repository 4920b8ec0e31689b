//! Every record that is named: its own events, and those of other records that name it, each as a chain from
//! the newest back.

use hashbrown::HashTable;
use querschnitt_domain::RecordId;

use super::steps;
use crate::digest::Canonical;
use crate::facts::mix;

/// Where a chain ends.
pub(super) const NONE: u32 = u32::MAX;

/// See the head of this file. Records are numbered in the order in which they are first named.
#[derive(Debug, Default)]
pub(super) struct Records {
    ids: Vec<RecordId>,
    /// Each record's newest own event.
    newest: Vec<u32>,
    /// Each record's newest mention.
    named: Vec<u32>,
    numbers: HashTable<u32>,
    /// In the order of the events.
    mentions: Vec<Mention>,
}

/// That an event of another record names a record.
#[derive(Debug)]
struct Mention {
    event: u32,
    /// The record that is named.
    record: u32,
    /// The mention of it before this one.
    before: u32,
}

impl Records {
    /// Notes that an event is the record's own; gives the record's number and its own event before.
    pub(super) fn own(&mut self, record: RecordId, event: u32) -> (u32, u32) {
        let number = self.number(record);
        let newest = self.newest.get_mut(number as usize);
        let before = newest.map_or(NONE, |newest| std::mem::replace(newest, event));
        (number, before)
    }

    /// Notes that an event of another record names the record.
    pub(super) fn mention(&mut self, record: RecordId, event: u32) {
        let mention = u32::try_from(self.mentions.len()).unwrap_or(NONE);
        let record = self.number(record);
        let newest = self.named.get_mut(record as usize);
        let before = newest.map_or(NONE, |newest| std::mem::replace(newest, mention));
        self.mentions.push(Mention {
            event,
            record,
            before,
        });
    }

    /// The record's newest own event.
    pub(super) fn newest(&self, number: u32) -> Option<u32> {
        let newest = self.newest.get(number as usize).copied();
        newest.filter(|newest| *newest != NONE)
    }

    /// The events of other records that name the record, the newest first.
    pub(super) fn naming(&self, number: u32) -> impl Iterator<Item = u32> {
        let get = |at: u32| self.mentions.get(at as usize);
        let newest = self.named.get(number as usize).copied().and_then(get);
        std::iter::successors(newest, move |mention| get(mention.before)).map(|mention| {
            steps::count();
            mention.event
        })
    }

    /// Whether an event of another record names the record.
    pub(super) fn names(&self, event: u32, number: u32) -> bool {
        let from = self
            .mentions
            .partition_point(|mention| mention.event < event);
        let of_event = self.mentions[from..].iter();
        of_event
            .take_while(|mention| mention.event == event)
            .any(|mention| mention.record == number)
    }

    /// The number of a record that was named before.
    pub(super) fn find(&self, record: RecordId) -> Option<u32> {
        self.numbers
            .find(mix(record.id), |number| {
                self.ids.get(*number as usize) == Some(&record)
            })
            .copied()
    }

    pub(super) fn get(&self, number: u32) -> Option<RecordId> {
        self.ids.get(number as usize).copied()
    }

    fn number(&mut self, record: RecordId) -> u32 {
        if let Some(number) = self.find(record) {
            return number;
        }
        let number = u32::try_from(self.ids.len()).unwrap_or(NONE);
        self.ids.push(record);
        self.newest.push(NONE);
        self.named.push(NONE);
        let ids = &self.ids;
        self.numbers
            .insert_unique(mix(record.id), number, |number| {
                ids.get(*number as usize).map_or(0, |record| mix(record.id))
            });
        number
    }

    /// The digest of all events that name each record, its own among them, as one chain: what is found, not how
    /// it lies in memory. `owners`: the record of each event.
    pub(super) fn digest(&self, to: &mut Canonical, owners: impl Iterator<Item = u32>) {
        let mut newest = vec![NONE; self.ids.len()];
        let mut chain: Vec<(u32, u32)> = Vec::new();
        let mut others = self.mentions.iter().peekable();
        for (event, owner) in (0_u32..).zip(owners) {
            let mut named = Some(owner);
            while let Some(record) = named {
                let at = u32::try_from(chain.len()).unwrap_or(NONE);
                let last = newest.get_mut(record as usize);
                let before = last.map_or(NONE, |last| std::mem::replace(last, at));
                chain.push((event, if before == NONE { at } else { before }));
                let other = others.next_if(|mention| mention.event == event);
                named = other.map(|mention| mention.record);
            }
        }
        to.number(self.ids.len() as u64);
        for (record, newest) in self.ids.iter().zip(newest) {
            to.record(*record).place(newest);
            to.option(self.find(*record), |to, number| {
                to.place(number);
            });
            to.spill();
        }
        to.number(chain.len() as u64);
        for (event, before) in chain {
            to.place(event).place(before).spill();
        }
    }
}
