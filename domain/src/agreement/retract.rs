//! An agreement should not have been recorded.

use super::state::{self, AgreementHistory, Stage};
use super::{AgreementEvent, Retracted};
use crate::may::{self, RecordClass};
use crate::{AgreementId, Context, Decision, Event, Query, Rejection, Text, check};

/// Retracts an agreement, whatever became of it: it counts nowhere from now on, and no meeting takes it
/// up again. Retracted already: nothing happens.
#[derive(Clone, Debug)]
pub struct RetractAgreement {
    /// Which agreement.
    pub agreement: AgreementId,
    /// Why.
    pub reason: Text,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

impl Decision for RetractAgreement {
    type Facts = AgreementHistory;

    fn query(&self) -> Query {
        Query::none().or(AgreementHistory::item(self.agreement))
    }

    fn evolve(facts: &mut AgreementHistory, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, facts: &AgreementHistory, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Meeting, context)?;
        let agreement = facts.require_entered(self.agreement, context)?;
        if agreement.stage == Stage::Retracted {
            return Ok(Vec::new());
        }
        agreement.trail.expect(self.expected_version)?;
        let subject = self.agreement.record();
        let retracted = AgreementEvent::Retracted(Retracted {
            agreement: self.agreement,
            network: agreement.facts.network,
            reason: check::seal_text(context, subject, "reason", &self.reason, Text::NOTE)?,
        });
        // The day of the event stays the day of the agreement it takes out of the book.
        Ok(vec![state::event(context, agreement.made_on, retracted)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::agreement::samples::{agreement, dropped, fulfilled, made, retracted};
    use crate::agreement::{DropAgreement, OpenAgreements};
    use crate::meeting::samples::meeting;
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, given, other_centre, text};

    fn retract() -> RetractAgreement {
        RetractAgreement {
            agreement: agreement(1),
            reason: text("nie vereinbart"),
            expected_version: None,
        }
    }

    #[test]
    fn whatever_became_of_it_it_is_retracted_once() {
        for history in [
            vec![made(1)],
            vec![made(1), fulfilled(1)],
            vec![made(1), dropped(1)],
        ] {
            given(history).when(retract()).then([retracted(1)]);
        }
        given([made(1), retracted(1)])
            .when(retract())
            .then_nothing();
    }

    #[test]
    fn no_meeting_takes_it_up_again_and_nothing_changes_it() {
        let mut open = OpenAgreements::default();
        for event in [made(1), made(2), retracted(1)] {
            open.evolve(&event);
        }
        let day = date!(2026 - 12 - 01);
        assert_eq!(open.carried_over(meeting(1), day), [agreement(2)]);
        let drop = DropAgreement {
            agreement: agreement(1),
            reason: Some(text("kein Geld")),
            expected_version: None,
        };
        given([made(1), retracted(1)])
            .when(drop)
            .then_rejected(Code::StateForbids, "agreement");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([])
            .when(retract())
            .then_rejected(Code::UnknownId, "agreement");
        given([made(1).in_centre(other_centre())])
            .when(retract())
            .then_rejected(Code::UnknownId, "agreement");
        given([made(1)])
            .acting_as(Role::Auditor)
            .when(retract())
            .then_rejected(Code::NotAllowed, "");
        let stale = RetractAgreement {
            expected_version: Some(2),
            ..retract()
        };
        given([made(1)])
            .when(stale)
            .then_rejected(Code::Malformed, "expectedVersion");
    }
}
