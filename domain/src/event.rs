//! What a decision emits and what the log holds.

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

use crate::centre::CentreKey;
use crate::event_data::EventData;
use crate::id::{ActorId, CommandId, EventId, UnitId};
use crate::query::Tag;
use crate::role::Role;

/// A fact as a decision states it, before the log gives it a position and a time.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// The centre whose book this is in.
    pub centre: CentreKey,
    /// The date the fact is about: the day of the consultation, the planned day of a meeting.
    pub occurred_on: Date,
    /// The same as an instant, where the source knows it, with its offset.
    pub occurred_at: Option<OffsetDateTime>,
    /// What happened.
    pub data: EventData,
}

impl Event {
    /// The names under which this event is found; derived from what it says.
    #[must_use]
    pub fn tags(&self) -> Vec<Tag> {
        let mut tags = self.data.tags();
        // Units of a centre are told apart by their names, so a decision about one reads all of them.
        if let EventData::Unit(_) = &self.data {
            tags.push(UnitId::register(self.centre).tag());
        }
        tags
    }
}

/// Which event of a command this is: `[k, n]`, k from 1 to n.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Part(pub u16, pub u16);

/// An event as the log holds it.
#[derive(Clone, PartialEq, Debug)]
pub struct Recorded {
    /// Its place in the one order of the log: 1, 2, 3 … without gaps.
    pub position: u64,
    /// Its own id.
    pub id: EventId,
    /// Which event of its command it is.
    pub part: Part,
    /// When the log took it in (UTC); never earlier than the event before it.
    pub recorded_at: OffsetDateTime,
    /// Who acted.
    pub actor: ActorId,
    /// Who was represented, where a deputy acted (Vertretung); events from before this was recorded never say.
    pub on_behalf_of: Option<ActorId>,
    /// In which role.
    pub role: Role,
    /// By which command.
    pub command: CommandId,
    /// What happened.
    pub event: Event,
}

impl Recorded {
    /// Whose it is: of the person represented, or of whoever acted.
    #[must_use]
    pub fn counts_for(&self) -> ActorId {
        self.on_behalf_of.unwrap_or(self.actor)
    }
}
