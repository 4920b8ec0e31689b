//! A membership that never was.

use time::Date;

use super::correct_member::no_such_membership;
use super::state::{self, NetworkHistory};
use super::{MemberRetracted, NetworkEvent};
use crate::may::{self, RecordClass};
use crate::{Context, Decision, Event, NetworkId, OrganisationId, Query, Rejection, Text, check};

/// Retracts a membership that should not have been recorded. Retracted already: nothing happens.
///
/// One that has ended is ended instead ([`super::RemoveMember`]).
#[derive(Clone, Debug)]
pub struct RetractMember {
    /// Which network.
    pub network: NetworkId,
    /// Which organisation.
    pub organisation: OrganisationId,
    /// The first day of the membership; without it the latest is meant.
    pub membership: Option<Date>,
    /// Why.
    pub reason: Text,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

impl Decision for RetractMember {
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
        let members = &network.members;
        let Some(member) = members.find(self.organisation, self.membership) else {
            if members.was_retracted(self.organisation, self.membership) {
                return Ok(Vec::new());
            }
            return Err(no_such_membership(members, self.organisation));
        };
        network.trail.expect(self.expected_version)?;
        let subject = self.network.record();
        let retracted = NetworkEvent::MemberRetracted(MemberRetracted {
            network: self.network,
            organisation: self.organisation,
            reason: check::seal_text(context, subject, "reason", &self.reason, Text::NOTE)?,
        });
        Ok(vec![state::event(context, member.joined_on, retracted)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::network::samples::{founded, joined, left, network, organisation};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, event, given, other_centre, sealed, text};

    const JOINED: Date = date!(2026 - 03 - 01);

    fn retract() -> RetractMember {
        RetractMember {
            network: network(),
            organisation: organisation(),
            membership: None,
            reason: text("verwechselt"),
            expected_version: None,
        }
    }

    fn retracted(on: Date) -> Event {
        event(NetworkEvent::MemberRetracted(MemberRetracted {
            network: network(),
            organisation: organisation(),
            reason: sealed("verwechselt"),
        }))
        .on(on)
    }

    #[test]
    fn a_membership_is_retracted_once() {
        let history = [founded(), joined(JOINED)];
        given(history.clone())
            .when(retract())
            .then([retracted(JOINED)]);
        given(history.into_iter().chain([retracted(JOINED)]))
            .when(retract())
            .then_nothing();
    }

    #[test]
    fn one_of_two_is_found_by_its_day() {
        let again = date!(2026 - 08 - 01);
        let history = || {
            vec![
                founded(),
                joined(JOINED),
                left(date!(2026 - 05 - 01)),
                joined(again),
            ]
        };
        given(history()).when(retract()).then([retracted(again)]);
        let first = RetractMember {
            membership: Some(JOINED),
            ..retract()
        };
        given(history())
            .when(first.clone())
            .then([retracted(JOINED)]);
        given(history().into_iter().chain([retracted(JOINED)]))
            .when(first)
            .then_nothing();
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([])
            .when(retract())
            .then_rejected(Code::UnknownId, "network");
        given([founded().in_centre(other_centre()), joined(JOINED)])
            .when(retract())
            .then_rejected(Code::UnknownId, "network");
        given([founded()])
            .when(retract())
            .then_rejected(Code::StateForbids, "organisation");
        given([founded(), joined(JOINED)])
            .acting_as(Role::Auditor)
            .when(retract())
            .then_rejected(Code::NotAllowed, "");
        let stale = RetractMember {
            expected_version: Some(9),
            ..retract()
        };
        given([founded(), joined(JOINED)])
            .when(stale)
            .then_rejected(Code::Malformed, "expectedVersion");
    }
}
