//! An import read a record's source again, and what it read has to be remembered although it changes
//! nothing in the record.

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::event::Event;
use crate::event_data::{EventData, EventKind};
use crate::id::RecordId;
use crate::query::QueryItem;
use crate::source::SourceDigest;

/// The source of a record has other content than at the last import, and the record stays as it is.
/// Without this the next import would compare with what the source said long ago.
///
/// It is no version of the record: nothing changed in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSeen {
    /// Which record.
    pub record: RecordId,
    /// The content the source had.
    pub source: SourceDigest,
    /// The fields in which the source came to say what the record says already, as clients name
    /// them. In all others it says what it said before, or what the event before this one took
    /// over from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreed: Vec<Box<str>>,
}

impl SourceSeen {
    /// The query item that finds what imports saw of a record.
    pub(crate) fn item(record: RecordId) -> QueryItem {
        QueryItem::tagged(record.tag()).of(&[EventKind::SourceSeen])
    }

    /// Whether the source came to agree in this field.
    pub(crate) fn agrees(&self, field: &str) -> bool {
        self.agreed.iter().any(|agreed| **agreed == *field)
    }

    /// What an import adds to the events it led to, if those do not say all of what it saw.
    /// `stated`: whether one of them names the digest.
    pub(crate) fn event(
        record: RecordId,
        source: SourceDigest,
        agreed: Vec<Box<str>>,
        stated: bool,
        context: &Context,
    ) -> Option<Event> {
        (!stated || !agreed.is_empty()).then_some(Event {
            centre: context.centre,
            occurred_on: context.today,
            occurred_at: None,
            data: EventData::Seen(Self {
                record,
                source,
                agreed,
            }),
        })
    }
}
