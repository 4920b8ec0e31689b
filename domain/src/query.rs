//! Tags and queries: which slice of history a decision or a reader names.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::event_data::EventKind;

/// A name under which an event is found: `kind:id`, at most [`Tag::MAX_BYTES`] bytes.
///
/// Tags name records, organisations and units, never persons.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tag(Box<str>);

impl Tag {
    /// The longest tag the log accepts, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 200;

    /// A tag from its text as stored; the log checks its length when an event is appended.
    #[must_use]
    pub fn from_text(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A set of event types (any of; empty means every type) and a set of tags (all of).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct QueryItem {
    /// Any of these kinds; empty: every kind.
    pub kinds: Vec<EventKind>,
    /// All of these tags; empty: no tag needed.
    pub tags: Vec<Tag>,
}

impl QueryItem {
    /// Every event that carries this tag.
    #[must_use]
    pub fn tagged(tag: Tag) -> Self {
        Self {
            kinds: Vec::new(),
            tags: vec![tag],
        }
    }

    /// Narrowed to these kinds.
    #[must_use]
    pub fn of(mut self, kinds: &[EventKind]) -> Self {
        self.kinds = kinds.to_vec();
        self
    }

    /// Whether an event of this kind with these tags matches.
    #[must_use]
    pub fn matches(&self, kind: EventKind, tags: &[Tag]) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&kind))
            && self.tags.iter().all(|tag| tags.contains(tag))
    }
}

/// A list of items; an event matches the query if it matches one item.
///
/// A query without items matches nothing; [`Query::all`] matches every event.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Query {
    /// The items, any of which may match.
    pub items: Vec<QueryItem>,
}

impl Query {
    /// Every event of the log.
    #[must_use]
    pub fn all() -> Self {
        Self {
            items: vec![QueryItem::default()],
        }
    }

    /// Every event of one record and every event that names it.
    #[must_use]
    pub fn tagged(tag: Tag) -> Self {
        Self {
            items: vec![QueryItem::tagged(tag)],
        }
    }

    /// No event at all.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// With one more item.
    #[must_use]
    pub fn or(mut self, item: QueryItem) -> Self {
        self.items.push(item);
        self
    }

    /// Whether an event of this kind with these tags matches.
    #[must_use]
    pub fn matches(&self, kind: EventKind, tags: &[Tag]) -> bool {
        self.items.iter().any(|item| item.matches(kind, tags))
    }

    /// Whether this event matches.
    #[must_use]
    pub fn matches_event(&self, event: &Event) -> bool {
        self.matches(event.data.kind(), &event.tags())
    }
}
