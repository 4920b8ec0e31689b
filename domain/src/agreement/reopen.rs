//! An agreement was taken for done or dropped by mistake.

use super::state::{self, AgreementHistory, Stage};
use super::{AgreementEvent, Reopened};
use crate::may::{self, RecordClass};
use crate::{AgreementId, Context, Decision, Event, Query, Rejection, Text, check};

/// Makes an agreement an open one again. Open: nothing happens. To correct the day it was done on,
/// reopen it and fulfil it again.
#[derive(Clone, Debug)]
pub struct ReopenAgreement {
    /// Which agreement.
    pub agreement: AgreementId,
    /// Why.
    pub reason: Text,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

impl Decision for ReopenAgreement {
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
        if agreement.stage == Stage::Open {
            return Ok(Vec::new());
        }
        agreement.trail.expect(self.expected_version)?;
        let subject = self.agreement.record();
        let reopened = AgreementEvent::Reopened(Reopened {
            agreement: self.agreement,
            network: agreement.facts.network,
            reason: check::seal_text(context, subject, "reason", &self.reason, Text::NOTE)?,
        });
        Ok(vec![state::event(context, context.today, reopened)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::agreement::samples::{agreement, dropped, fulfilled, made, reopened, retracted};
    use crate::agreement::{FulfilAgreement, OpenAgreements};
    use crate::meeting::samples::meeting;
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, given, long_text, other_centre, text};

    fn reopen() -> ReopenAgreement {
        ReopenAgreement {
            agreement: agreement(1),
            reason: text("verwechselt"),
            expected_version: None,
        }
    }

    #[test]
    fn what_is_not_done_after_all_is_open_again() {
        for end in [fulfilled(1), dropped(1)] {
            given([made(1), end.clone()])
                .when(reopen())
                .then([reopened(1)]);
            given([made(1), end.clone(), reopened(1)])
                .when(reopen())
                .then_nothing();
            let fulfil = FulfilAgreement {
                agreement: agreement(1),
                occurred_on: None,
                note: None,
                expected_version: None,
            };
            given([made(1), end, reopened(1)])
                .when(fulfil)
                .then([fulfilled(1)]);
        }
        given([made(1)]).when(reopen()).then_nothing();
    }

    #[test]
    fn the_next_meeting_takes_it_up_again() {
        let day = date!(2026 - 12 - 01);
        let mut open = OpenAgreements::default();
        for (event, carried) in [
            (made(1), vec![agreement(1)]),
            (fulfilled(1), vec![]),
            (reopened(1), vec![agreement(1)]),
            (dropped(1), vec![]),
        ] {
            open.evolve(&event);
            assert_eq!(open.carried_over(meeting(1), day), carried);
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([])
            .when(reopen())
            .then_rejected(Code::UnknownId, "agreement");
        given([made(1).in_centre(other_centre()), fulfilled(1)])
            .when(reopen())
            .then_rejected(Code::UnknownId, "agreement");
        given([made(1), fulfilled(1), retracted(1)])
            .when(reopen())
            .then_rejected(Code::StateForbids, "agreement");
        given([made(1), fulfilled(1)])
            .acting_as(Role::Auditor)
            .when(reopen())
            .then_rejected(Code::NotAllowed, "");
        let long = ReopenAgreement {
            reason: long_text(20_001),
            ..reopen()
        };
        given([made(1), fulfilled(1)])
            .when(long)
            .then_rejected(Code::TextTooLong, "reason");
        let stale = ReopenAgreement {
            expected_version: Some(1),
            ..reopen()
        };
        given([made(1), fulfilled(1)])
            .when(stale)
            .then_rejected(Code::ChangedMeanwhile, "expectedVersion");
    }
}
