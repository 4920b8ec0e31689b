//! An organisation leaves a body.

use time::Date;

use super::add_member::MemberFacts;
use super::state;
use super::{MemberLeft, NetworkEvent};
use crate::may::{self, RecordClass};
use crate::rejection::RejectionCode;
use crate::{Context, Decision, Event, NetworkId, OrganisationId, Query, Rejection, Text, check};

/// Ends a membership. If it has ended already, nothing happens.
#[derive(Clone, Debug)]
pub struct RemoveMember {
    /// Which network.
    pub network: NetworkId,
    /// Which organisation.
    pub organisation: OrganisationId,
    /// Since when it does not belong to it: today unless an earlier day is said.
    pub occurred_on: Option<Date>,
    /// Why.
    pub reason: Option<Text>,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

impl Decision for RemoveMember {
    type Facts = MemberFacts;

    fn query(&self) -> Query {
        MemberFacts::query(self.network, self.organisation)
    }

    fn evolve(facts: &mut MemberFacts, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, facts: &MemberFacts, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Meeting, context)?;
        let network = facts.network.require(self.network, context)?;
        facts
            .organisations
            .require("organisation", self.organisation.record(), context)?;
        network.trail.expect(self.expected_version)?;
        network.require_open()?;
        let day = state::day(self.occurred_on, network, context)?;
        state::note("reason", self.reason.as_ref())?;
        match network.members.find(self.organisation, None) {
            Some(last) if last.left_on.is_some() => return Ok(Vec::new()),
            Some(last) => check::end_not_before("occurredOn", day, last.joined_on)?,
            None => {
                return Err(Rejection::field(
                    RejectionCode::StateForbids,
                    "organisation",
                    "Diese Organisation gehört dem Gremium nicht an; austreten kann nur ein Mitglied.",
                ));
            }
        }
        let left = NetworkEvent::MemberLeft(MemberLeft {
            network: self.network,
            organisation: self.organisation,
            reason: context.seal_option(self.network.record(), self.reason.as_ref()),
        });
        Ok(vec![state::event(context, day, left)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::network::samples::{
        closed, founded, joined, left, network, organisation, registered,
    };
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{event, given, sealed, text};

    fn remove() -> RemoveMember {
        RemoveMember {
            network: network(),
            organisation: organisation(),
            occurred_on: None,
            reason: Some(text("Verein aufgelöst")),
            expected_version: None,
        }
    }

    fn history() -> Vec<Event> {
        vec![founded(), registered(), joined(date!(2026 - 03 - 01))]
    }

    #[test]
    fn a_member_leaves() {
        given(history())
            .when(remove())
            .then([event(NetworkEvent::MemberLeft(MemberLeft {
                network: network(),
                organisation: organisation(),
                reason: Some(sealed("Verein aufgelöst")),
            }))]);
    }

    #[test]
    fn who_left_has_left() {
        let mut history = history();
        history.push(left(date!(2026 - 05 - 01)));
        given(history).when(remove()).then_nothing();
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([registered()])
            .when(remove())
            .then_rejected(Code::UnknownId, "network");
        given([founded()])
            .when(remove())
            .then_rejected(Code::UnknownId, "organisation");
        given([founded(), registered()])
            .when(remove())
            .then_rejected(Code::StateForbids, "organisation");
        let mut with_end = history();
        with_end.push(closed(date!(2026 - 10 - 01)));
        given(with_end)
            .when(remove())
            .then_rejected(Code::StateForbids, "network");
        given(history())
            .acting_as(Role::Auditor)
            .when(remove())
            .then_rejected(Code::NotAllowed, "");
        let refused =
            |command, code, field| given(history()).when(command).then_rejected(code, field);
        let on = |day| RemoveMember {
            occurred_on: Some(day),
            ..remove()
        };
        refused(on(date!(2026 - 11 - 21)), Code::DateInFuture, "occurredOn");
        refused(
            on(date!(2026 - 02 - 28)),
            Code::EndBeforeBeginning,
            "occurredOn",
        );
        let expecting = RemoveMember {
            expected_version: Some(1),
            ..remove()
        };
        let message = refused(expecting, Code::ChangedMeanwhile, "expectedVersion");
        assert!(message.contains("(members)"), "{message}");
        let long = RemoveMember {
            reason: Some(text(&"x".repeat(20_000))),
            ..remove()
        };
        given(history()).when(long).0.unwrap();
    }
}
