//! An organisation joins a body.

use time::Date;

use super::state::{self, NetworkHistory};
use super::{MemberJoined, NetworkEvent};
use crate::existing::Existing;
use crate::may::{self, RecordClass};
use crate::{Context, Decision, Event, NetworkId, OrganisationId, Query, Rejection, Text, check};

/// Makes an organisation a member. If it is one already, nothing happens.
#[derive(Clone, Debug)]
pub struct AddMember {
    /// Which network.
    pub network: NetworkId,
    /// Which organisation.
    pub organisation: OrganisationId,
    /// Since when: today unless an earlier day is said.
    pub occurred_on: Option<Date>,
    /// In which function, at most [`Text::NAME`] characters.
    pub function: Option<Text>,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

/// What [`AddMember`] and [`super::RemoveMember`] read.
#[derive(Clone, Default, Debug)]
pub struct MemberFacts {
    pub(super) network: NetworkHistory,
    pub(super) organisations: Existing,
}

impl MemberFacts {
    pub(super) fn query(network: NetworkId, organisation: OrganisationId) -> Query {
        Query::none()
            .or(NetworkHistory::item(network))
            .or(Existing::item(organisation.record()))
    }

    pub(super) fn evolve(&mut self, event: &Event) {
        self.network.evolve(event);
        self.organisations.evolve(event);
    }
}

impl Decision for AddMember {
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
        state::line("function", self.function.as_ref(), Text::NAME)?;
        if let Some(last) = network.members.find(self.organisation, None) {
            match last.left_on {
                None => return Ok(Vec::new()),
                Some(left_on) => check::not_before("occurredOn", day, left_on)?,
            }
        }
        let joined = NetworkEvent::MemberJoined(MemberJoined {
            network: self.network,
            organisation: self.organisation,
            function: context.seal_option(self.network.record(), self.function.as_ref()),
        });
        Ok(vec![state::event(context, day, joined)])
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
    use crate::testing::{Moved, event, given, other_centre, sealed, text};

    fn add() -> AddMember {
        AddMember {
            network: network(),
            organisation: organisation(),
            occurred_on: Some(date!(2026 - 03 - 01)),
            function: None,
            expected_version: None,
        }
    }

    #[test]
    fn an_organisation_joins() {
        let command = AddMember {
            function: Some(text("Vertretung des Vorstands")),
            ..add()
        };
        given([founded(), registered()])
            .when(command)
            .then([event(NetworkEvent::MemberJoined(MemberJoined {
                network: network(),
                organisation: organisation(),
                function: Some(sealed("Vertretung des Vorstands")),
            }))
            .on(date!(2026 - 03 - 01))]);
    }

    #[test]
    fn a_member_stays_a_member_and_one_that_left_may_come_back() {
        let joined = joined(date!(2026 - 03 - 01));
        given([founded(), registered(), joined.clone()])
            .when(add())
            .then_nothing();
        let left = left(date!(2026 - 05 - 01));
        let history = [founded(), registered(), joined.clone(), left];
        let again = AddMember {
            occurred_on: None,
            ..add()
        };
        given(history.clone())
            .when(again)
            .then([joined.on(crate::testing::TODAY)]);
        given(history)
            .when(add())
            .then_rejected(Code::DateOutOfRange, "occurredOn");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([registered()])
            .when(add())
            .then_rejected(Code::UnknownId, "network");
        given([founded()])
            .when(add())
            .then_rejected(Code::UnknownId, "organisation");
        given([founded(), registered().in_centre(other_centre())])
            .when(add())
            .then_rejected(Code::UnknownId, "organisation");
        given([founded(), registered(), closed(date!(2026 - 10 - 01))])
            .when(add())
            .then_rejected(Code::StateForbids, "network");
        given([founded(), registered()])
            .acting_as(Role::StateLevel)
            .when(add())
            .then_rejected(Code::NotAllowed, "");
        let refused = |command, code, field| {
            given([founded(), registered()])
                .when(command)
                .then_rejected(code, field)
        };
        let on = |day| AddMember {
            occurred_on: Some(day),
            ..add()
        };
        refused(on(date!(2026 - 11 - 21)), Code::DateInFuture, "occurredOn");
        refused(
            on(date!(2020 - 01 - 14)),
            Code::DateOutOfRange,
            "occurredOn",
        );
        let function = AddMember {
            function: Some(text(&"x".repeat(301))),
            ..add()
        };
        refused(function, Code::TextTooLong, "function");
        let expecting = AddMember {
            expected_version: Some(7),
            ..add()
        };
        refused(expecting, Code::Malformed, "expectedVersion");
    }
}
