//! The days on which a body meets and met, for decisions that must not leave a meeting outside it.

use std::collections::BTreeMap;

use time::Date;

use crate::event::Event;
use crate::event_data::{EventData, EventKind};
use crate::id::{MeetingId, NetworkId};
use crate::meeting::MeetingEvent;
use crate::query::QueryItem;

/// The meetings of a body that stand.
#[derive(Clone, Default, Debug)]
pub(super) struct MeetingDays(BTreeMap<MeetingId, Day>);

#[derive(Clone, Copy, Debug)]
enum Day {
    Scheduled(Date),
    Held(Date),
}

/// The events that say whether and when the body meets.
const KINDS: [EventKind; 7] = [
    EventKind::MeetingScheduled,
    EventKind::MeetingRescheduled,
    EventKind::MeetingHeld,
    EventKind::MeetingCorrected,
    EventKind::MeetingCancelled,
    EventKind::MeetingRetracted,
    EventKind::MeetingReinstated,
];

impl MeetingDays {
    /// The query item that finds them.
    pub(super) fn item(network: NetworkId) -> QueryItem {
        QueryItem::tagged(network.tag()).of(&KINDS)
    }

    /// Folds one event in; events of other records say nothing here.
    pub(super) fn evolve(&mut self, event: &Event) {
        let EventData::Meeting(data) = &event.data else {
            return;
        };
        let id = data.meeting();
        match data {
            MeetingEvent::Scheduled(_)
            | MeetingEvent::Rescheduled(_)
            | MeetingEvent::Reinstated(_) => {
                self.0.insert(id, Day::Scheduled(event.occurred_on));
            }
            MeetingEvent::Held(_) | MeetingEvent::Corrected(_) => {
                self.0.insert(id, Day::Held(event.occurred_on));
            }
            MeetingEvent::Cancelled(_) | MeetingEvent::Retracted(_) => {
                self.0.remove(&id);
            }
            MeetingEvent::MinutesApproved(_)
            | MeetingEvent::ApprovalWithdrawn(_)
            | MeetingEvent::Continued(_) => {}
        }
    }

    /// The days of the meetings planned.
    pub(super) fn scheduled(&self) -> impl Iterator<Item = Date> {
        self.0.values().filter_map(|day| match day {
            Day::Scheduled(day) => Some(*day),
            Day::Held(_) => None,
        })
    }

    /// The days of the meetings held.
    pub(super) fn held(&self) -> impl Iterator<Item = Date> {
        self.0.values().filter_map(|day| match day {
            Day::Held(day) => Some(*day),
            Day::Scheduled(_) => None,
        })
    }
}
