//! What was agreed will not be done.

use super::state::{self, AgreementHistory, Stage};
use super::{AgreementEvent, Dropped};
use crate::may::{self, RecordClass};
use crate::{AgreementId, Context, Decision, Event, Query, Rejection, Text};

/// Drops an agreement, from today on. Dropped already: nothing happens.
#[derive(Clone, Debug)]
pub struct DropAgreement {
    /// Which agreement.
    pub agreement: AgreementId,
    /// Why; only roles that write no texts of agreements leave it out.
    pub reason: Option<Text>,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

impl Decision for DropAgreement {
    type Facts = AgreementHistory;

    fn query(&self) -> Query {
        Query::none().or(AgreementHistory::item(self.agreement))
    }

    fn evolve(facts: &mut AgreementHistory, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, facts: &AgreementHistory, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Meeting, context)?;
        let agreement = facts.require(self.agreement, context)?;
        match agreement.stage {
            Stage::Open => {}
            Stage::Fulfilled(_) | Stage::Retracted => return Err(agreement.not_open()),
            Stage::Dropped(_) => return Ok(Vec::new()),
        }
        agreement.trail.expect(self.expected_version)?;
        let reason = may::reason_of_meeting(self.reason.as_ref(), context)?;
        let dropped = AgreementEvent::Dropped(Dropped {
            agreement: self.agreement,
            network: agreement.facts.network,
            reason: context.seal_option(self.agreement.record(), reason),
        });
        Ok(vec![state::event(context, context.today, dropped)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::samples::{agreement, dropped, fulfilled, made};
    use crate::network::samples::network;
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, event, given, other_centre, text};

    fn drop() -> DropAgreement {
        DropAgreement {
            agreement: agreement(1),
            reason: Some(text("kein Geld")),
            expected_version: None,
        }
    }

    #[test]
    fn it_is_dropped() {
        given([made(1)]).when(drop()).then([dropped(1)]);
    }

    #[test]
    fn only_who_writes_no_texts_drops_it_without_a_reason() {
        let without = DropAgreement {
            reason: None,
            ..drop()
        };
        given([made(1)])
            .when(without.clone())
            .then_rejected(Code::Missing, "reason");
        given([made(1)])
            .acting_as(Role::Administration)
            .when(without)
            .then([event(AgreementEvent::Dropped(Dropped {
                agreement: agreement(1),
                network: network(),
                reason: None,
            }))]);
    }

    #[test]
    fn what_is_dropped_is_dropped_and_what_is_done_is_not() {
        given([made(1), dropped(1)]).when(drop()).then_nothing();
        let message = given([made(1), fulfilled(1)])
            .when(drop())
            .then_rejected(Code::StateForbids, "agreement");
        assert!(message.contains("seit dem 20.11.2026 erfüllt"), "{message}");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([])
            .when(drop())
            .then_rejected(Code::UnknownId, "agreement");
        given([made(1).in_centre(other_centre())])
            .when(drop())
            .then_rejected(Code::UnknownId, "agreement");
        given([made(1)])
            .acting_as(Role::Auditor)
            .when(drop())
            .then_rejected(Code::NotAllowed, "");
        let expecting = DropAgreement {
            expected_version: Some(2),
            ..drop()
        };
        given([made(1)])
            .when(expecting)
            .then_rejected(Code::Malformed, "expectedVersion");
    }
}
