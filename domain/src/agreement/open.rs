//! The open agreements of a body, which its next meeting takes up again.

use std::collections::BTreeMap;

use time::Date;

use super::AgreementEvent;
use super::state::KINDS;
use crate::event::Event;
use crate::event_data::EventData;
use crate::id::{AgreementId, MeetingId, NetworkId};
use crate::query::QueryItem;

/// The agreements a decision's query found, and which of them are open.
#[derive(Clone, Default, Debug)]
pub struct OpenAgreements(BTreeMap<AgreementId, Made>);

#[derive(Clone, Copy, Debug)]
struct Made {
    on: Date,
    at: Option<MeetingId>,
    open: bool,
}

impl OpenAgreements {
    /// The query item that finds the agreements of a body.
    pub(crate) fn item(network: NetworkId) -> QueryItem {
        QueryItem::tagged(network.tag()).of(&KINDS)
    }

    /// Folds one event in; events of other records say nothing here.
    pub(crate) fn evolve(&mut self, event: &Event) {
        let EventData::Agreement(data) = &event.data else {
            return;
        };
        match data {
            AgreementEvent::Made(made) => {
                let on = event.occurred_on;
                let at = made.facts.meeting;
                let open = true;
                self.0.insert(made.agreement, Made { on, at, open });
            }
            AgreementEvent::Changed(_) => {}
            AgreementEvent::Corrected(corrected) => {
                if let Some(made) = self.0.get_mut(&corrected.agreement) {
                    made.on = event.occurred_on;
                    made.at = corrected.facts.meeting;
                }
            }
            AgreementEvent::Fulfilled(_)
            | AgreementEvent::Dropped(_)
            | AgreementEvent::Reopened(_) => {
                if let Some(made) = self.0.get_mut(&data.agreement()) {
                    made.open = matches!(data, AgreementEvent::Reopened(_));
                }
            }
            AgreementEvent::Retracted(_) => {
                self.0.remove(&data.agreement());
            }
        }
    }

    /// What a meeting on this day takes up again, sorted: what was agreed until then, but not at
    /// this meeting.
    pub(crate) fn carried_over(&self, meeting: MeetingId, date: Date) -> Vec<AgreementId> {
        self.0
            .iter()
            .filter(|(_, made)| made.open && made.on <= date && made.at != Some(meeting))
            .map(|(agreement, _)| *agreement)
            .collect()
    }
}
