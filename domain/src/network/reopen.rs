//! A body was closed by mistake.

use super::state::{self, NetworkHistory};
use super::{NetworkEvent, Reopened};
use crate::may::{self, RecordClass};
use crate::{Context, Decision, Event, NetworkId, Query, Rejection, Text, check};

/// Opens a network again, as if it had never been closed. Open: nothing happens. To correct the day it
/// was closed on, reopen it and close it again.
#[derive(Clone, Debug)]
pub struct ReopenNetwork {
    /// Which network.
    pub network: NetworkId,
    /// Why.
    pub reason: Text,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

impl Decision for ReopenNetwork {
    type Facts = NetworkHistory;

    fn query(&self) -> Query {
        Query::none().or(NetworkHistory::item(self.network))
    }

    fn evolve(facts: &mut NetworkHistory, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, facts: &NetworkHistory, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Meeting, context)?;
        let network = facts.require(self.network, context)?;
        if network.closed_on.is_none() {
            return Ok(Vec::new());
        }
        network.trail.expect(self.expected_version)?;
        let subject = self.network.record();
        let reopened = NetworkEvent::Reopened(Reopened {
            network: self.network,
            reason: check::seal_text(context, subject, "reason", &self.reason, Text::NOTE)?,
        });
        Ok(vec![state::event(context, context.today, reopened)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::network::AddMember;
    use crate::network::samples::{closed, founded, network, organisation, registered, retracted};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, event, given, long_text, other_centre, sealed, text};

    fn reopen() -> ReopenNetwork {
        ReopenNetwork {
            network: network(),
            reason: text("verwechselt"),
            expected_version: None,
        }
    }

    fn reopened() -> Event {
        event(NetworkEvent::Reopened(Reopened {
            network: network(),
            reason: sealed("verwechselt"),
        }))
    }

    #[test]
    fn a_body_goes_on_as_if_it_had_never_ended() {
        let end = closed(date!(2026 - 10 - 01));
        given([founded(), end.clone()])
            .when(reopen())
            .then([reopened()]);
        given([founded(), end.clone(), reopened()])
            .when(reopen())
            .then_nothing();
        given([founded()]).when(reopen()).then_nothing();
        let add = AddMember {
            network: network(),
            organisation: organisation(),
            occurred_on: Some(date!(2026 - 10 - 05)),
            function: None,
            expected_version: None,
        };
        let history = [founded(), registered(), end, reopened()];
        given(history).when(add).0.unwrap();
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let end = || closed(date!(2026 - 10 - 01));
        given([])
            .when(reopen())
            .then_rejected(Code::UnknownId, "network");
        given([founded().in_centre(other_centre()), end()])
            .when(reopen())
            .then_rejected(Code::UnknownId, "network");
        given([founded(), end()])
            .acting_as(Role::Auditor)
            .when(reopen())
            .then_rejected(Code::NotAllowed, "");
        given([founded(), end(), retracted()])
            .when(reopen())
            .then_rejected(Code::StateForbids, "network");
        let long = ReopenNetwork {
            reason: long_text(20_001),
            ..reopen()
        };
        given([founded(), end()])
            .when(long)
            .then_rejected(Code::TextTooLong, "reason");
        let stale = ReopenNetwork {
            expected_version: Some(1),
            ..reopen()
        };
        given([founded(), end()])
            .when(stale)
            .then_rejected(Code::ChangedMeanwhile, "expectedVersion");
    }
}
