//! The index of one segment in memory: where each event is, and under which names.

use std::collections::HashMap;

use querschnitt_domain::{CommandId, EventId, EventKind, Query, QueryItem, Tag};

use crate::log::FoundCommand;

/// Where a line is in its file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    /// Its first byte.
    pub(crate) offset: u32,
    /// Its length without the line feed.
    pub(crate) length: u32,
}

/// The index of one segment. Ordinals count the events of the segment from 0.
#[derive(Debug)]
pub(crate) struct SegmentIndex {
    /// The position of ordinal 0.
    pub(crate) first: u64,
    pub(crate) places: Vec<Place>,
    /// `None` for one this program does not know; only the newest segment may hold one.
    pub(crate) kinds: Vec<Option<EventKind>>,
    pub(crate) tags: HashMap<Tag, Postings>,
    pub(crate) commands: HashMap<CommandId, FoundCommand>,
    pub(crate) events: HashMap<EventId, u32>,
}

/// The ordinals of the events with one tag, ascending. Most tags have one event per segment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Postings {
    /// One event.
    One([u32; 1]),
    /// Several.
    Many(Vec<u32>),
}

impl Postings {
    pub(crate) fn as_slice(&self) -> &[u32] {
        match self {
            Self::One(one) => one,
            Self::Many(many) => many,
        }
    }

    fn push(&mut self, ordinal: u32) {
        match self {
            Self::One([one]) => *self = Self::Many(vec![*one, ordinal]),
            Self::Many(many) => many.push(ordinal),
        }
    }
}

impl SegmentIndex {
    pub(crate) fn new(first: u64) -> Self {
        Self {
            first,
            places: Vec::new(),
            kinds: Vec::new(),
            tags: HashMap::new(),
            commands: HashMap::new(),
            events: HashMap::new(),
        }
    }

    /// How many events it holds.
    pub(crate) fn len(&self) -> u64 {
        self.places.len() as u64
    }

    /// The position after its last event.
    pub(crate) fn next(&self) -> u64 {
        self.first + self.len()
    }

    /// Adds the next event; its tags follow with [`SegmentIndex::push_tags`].
    pub(crate) fn push_event(&mut self, place: Place, kind: Option<EventKind>, id: EventId) {
        let ordinal = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        self.places.push(place);
        self.kinds.push(kind);
        self.events.insert(id, ordinal);
    }

    /// Adds the names of the event at `position`; events come in their order.
    pub(crate) fn push_tags(&mut self, position: u64, tags: Vec<Tag>) {
        let ordinal = u32::try_from(position - self.first).unwrap_or(u32::MAX);
        for tag in tags {
            self.tags
                .entry(tag)
                .and_modify(|postings| postings.push(ordinal))
                .or_insert(Postings::One([ordinal]));
        }
    }

    /// Takes the events from `keep` on out again; only what a recovery cuts off.
    pub(crate) fn truncate(&mut self, keep: u64) {
        let keep_u32 = u32::try_from(keep).unwrap_or(u32::MAX);
        self.places.truncate(keep_u32 as usize);
        self.kinds.truncate(keep_u32 as usize);
        self.events.retain(|_, ordinal| *ordinal < keep_u32);
        let next = self.next();
        self.commands.retain(|_, command| command.last < next);
        self.tags.retain(|_, postings| {
            if let Postings::Many(many) = postings {
                many.retain(|ordinal| *ordinal < keep_u32);
            }
            postings
                .as_slice()
                .first()
                .is_some_and(|ordinal| *ordinal < keep_u32)
        });
    }

    /// Where the event at `position` is.
    pub(crate) fn place(&self, position: u64) -> Option<Place> {
        let ordinal = usize::try_from(position.checked_sub(self.first)?).ok()?;
        self.places.get(ordinal).copied()
    }

    /// The first `limit` positions after `after` and up to `to` whose events match the query,
    /// ascending.
    pub(crate) fn matching(&self, query: &Query, after: u64, to: u64, limit: usize) -> Vec<u64> {
        let from = (after + 1).saturating_sub(self.first);
        let until = (to + 1).saturating_sub(self.first).min(self.len());
        if from >= until {
            return Vec::new();
        }
        // Both are bounded by the number of events, which fits.
        let (from, until) = (from as u32, until as u32);
        let mut found: Vec<u32> = Vec::new();
        for item in &query.items {
            self.item_matching(item, from, until, limit, &mut found);
        }
        if query.items.len() > 1 {
            found.sort_unstable();
            found.dedup();
        }
        found.truncate(limit);
        found
            .into_iter()
            .map(|ordinal| self.first + u64::from(ordinal))
            .collect()
    }

    fn item_matching(
        &self,
        item: &QueryItem,
        from: u32,
        until: u32,
        limit: usize,
        found: &mut Vec<u32>,
    ) {
        let of_kind = |ordinal: &u32| {
            let kind = self.kinds[*ordinal as usize];
            item.kinds.is_empty() || kind.is_some_and(|kind| item.kinds.contains(&kind))
        };
        if item.tags.is_empty() {
            found.extend((from..until).filter(of_kind).take(limit));
            return;
        }
        let mut lists = Vec::with_capacity(item.tags.len());
        for tag in &item.tags {
            let Some(postings) = self.tags.get(tag) else {
                return;
            };
            lists.push(postings.as_slice());
        }
        lists.sort_unstable_by_key(|list| list.len());
        let (shortest, others) = (lists[0], &lists[1..]);
        let start = shortest.partition_point(|ordinal| *ordinal < from);
        found.extend(
            shortest[start..]
                .iter()
                .take_while(|ordinal| **ordinal < until)
                .filter(|ordinal| {
                    others
                        .iter()
                        .all(|list| list.binary_search(ordinal).is_ok())
                })
                .filter(|ordinal| of_kind(ordinal))
                .take(limit)
                .copied(),
        );
    }
}
