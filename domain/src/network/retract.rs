//! A body should not have been taken into the book.

use super::state::{self, NetworkHistory};
use super::{NetworkEvent, Retracted};
use crate::may::{self, RecordClass};
use crate::references::References;
use crate::{Context, Decision, Event, NetworkId, Query, RecordId, Rejection, Text, check};

/// Retracts a network that has no meetings and agreements and that no consultation is linked to; its
/// memberships go with it. Retracted already: nothing happens.
///
/// One that has ended is closed instead ([`super::CloseNetwork`]).
#[derive(Clone, Debug)]
pub struct RetractNetwork {
    /// Which network.
    pub network: NetworkId,
    /// The records that ever named it, as the view says.
    pub named_by: Vec<RecordId>,
    /// Why.
    pub reason: Text,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

/// What [`RetractNetwork`] reads.
#[derive(Clone, Default, Debug)]
pub struct RetractNetworkFacts {
    network: NetworkHistory,
    references: References,
}

impl Decision for RetractNetwork {
    type Facts = RetractNetworkFacts;

    fn query(&self) -> Query {
        References::query(self.network.record(), &self.named_by)
    }

    fn evolve(facts: &mut RetractNetworkFacts, event: &Event) {
        facts.network.evolve(event);
        facts.references.evolve(event);
    }

    fn decide(
        &self,
        facts: &RetractNetworkFacts,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Meeting, context)?;
        let network = facts.network.require_entered(self.network, context)?;
        if network.retracted {
            return Ok(Vec::new());
        }
        network.trail.expect(self.expected_version)?;
        let subject = self.network.record();
        facts.references.require_unnamed("network", subject)?;
        let retracted = NetworkEvent::Retracted(Retracted {
            network: self.network,
            reason: check::seal_text(context, subject, "reason", &self.reason, Text::NOTE)?,
        });
        Ok(vec![state::event(context, context.today, retracted)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::agreement::samples::{agreement, made, retracted as agreement_retracted};
    use crate::meeting::ScheduleMeeting;
    use crate::meeting::samples::{
        cancelled, held, meeting, retracted as meeting_retracted, scheduled,
    };
    use crate::network::samples::{closed, founded, joined, network, registered, retracted};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, given, other_centre, text};

    const DAY: time::Date = date!(2026 - 11 - 02);

    fn retract() -> RetractNetwork {
        RetractNetwork {
            network: network(),
            named_by: vec![meeting(1).record(), agreement(1).record()],
            reason: text("doppelt angelegt"),
            expected_version: None,
        }
    }

    #[test]
    fn a_body_that_did_nothing_is_retracted_once_with_its_members() {
        given([founded(), registered(), joined(DAY)])
            .when(retract())
            .then([retracted()]);
        given([founded(), closed(DAY)])
            .when(retract())
            .then([retracted()]);
        given([founded(), retracted()])
            .when(retract())
            .then_nothing();
    }

    #[test]
    fn what_it_did_stands_in_the_way_until_that_is_retracted() {
        for (events, kind) in [
            (vec![held(1, DAY)], "Sitzungen"),
            (vec![scheduled(1, DAY), cancelled(1)], "Sitzungen"),
            (vec![made(1)], "Vereinbarungen"),
        ] {
            let message = given([founded()].into_iter().chain(events))
                .when(retract())
                .then_rejected(Code::StateForbids, "network");
            assert!(message.contains(kind), "{message}");
        }
        let history = [
            founded(),
            held(1, DAY),
            meeting_retracted(1, DAY),
            made(1),
            agreement_retracted(1),
        ];
        given(history).when(retract()).then([retracted()]);
    }

    #[test]
    fn nothing_happens_in_it_any_more() {
        let schedule = ScheduleMeeting {
            network: network(),
            date: date!(2026 - 12 - 01),
            plan: crate::meeting::PlanInput::default(),
        };
        let message = given([founded(), retracted()])
            .when(schedule)
            .then_rejected(Code::StateForbids, "network");
        assert!(message.contains("zurückgezogen"), "{message}");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([])
            .when(retract())
            .then_rejected(Code::UnknownId, "network");
        given([founded().in_centre(other_centre())])
            .when(retract())
            .then_rejected(Code::UnknownId, "network");
        given([founded()])
            .acting_as(Role::Auditor)
            .when(retract())
            .then_rejected(Code::NotAllowed, "");
        let stale = RetractNetwork {
            expected_version: Some(3),
            ..retract()
        };
        given([founded()])
            .when(stale)
            .then_rejected(Code::Malformed, "expectedVersion");
    }
}
