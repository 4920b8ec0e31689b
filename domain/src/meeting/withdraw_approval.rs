//! Minutes were taken for approved by mistake.

use super::state::{MeetingHistory, Stage};
use super::{ApprovalWithdrawn, MeetingEvent, parts};
use crate::may::{self, RecordClass};
use crate::{Context, Decision, Event, MeetingId, Query, Rejection, Text, check};

/// Makes the minutes of a meeting ones to be approved again. Not approved: nothing happens. To correct
/// the day they were approved on, withdraw the approval and approve them again.
#[derive(Clone, Debug)]
pub struct WithdrawApproval {
    /// Which meeting.
    pub meeting: MeetingId,
    /// Why.
    pub reason: Text,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

impl Decision for WithdrawApproval {
    type Facts = MeetingHistory;

    fn query(&self) -> Query {
        Query::none().or(MeetingHistory::item(self.meeting))
    }

    fn evolve(facts: &mut MeetingHistory, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, facts: &MeetingHistory, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Meeting, context)?;
        let meeting = facts.require(self.meeting, context)?;
        if meeting.stage == Stage::Retracted {
            return Err(meeting.forbids("ihr Protokoll braucht keine Genehmigung mehr"));
        }
        if meeting.minutes_approved_on.is_none() {
            return Ok(Vec::new());
        }
        meeting.trail.expect(self.expected_version)?;
        let subject = self.meeting.record();
        let withdrawn = MeetingEvent::ApprovalWithdrawn(ApprovalWithdrawn {
            meeting: self.meeting,
            network: meeting.content.network(),
            reason: check::seal_text(context, subject, "reason", &self.reason, Text::NOTE)?,
        });
        Ok(parts::events(context, context.today, None, withdrawn))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::meeting::ApproveMinutes;
    use crate::meeting::samples::{approval_withdrawn, held, meeting, minutes_approved, retracted};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, TODAY, given, other_centre, text};

    const DAY: time::Date = date!(2026 - 11 - 02);

    fn withdraw() -> WithdrawApproval {
        WithdrawApproval {
            meeting: meeting(1),
            reason: text("falsche Sitzung"),
            expected_version: None,
        }
    }

    #[test]
    fn an_approval_is_withdrawn_once_and_given_anew() {
        let history = || vec![held(1, DAY), minutes_approved(1, date!(2026 - 11 - 05))];
        given(history())
            .when(withdraw())
            .then([approval_withdrawn(1)]);
        let without = history().into_iter().chain([approval_withdrawn(1)]);
        given(without.clone()).when(withdraw()).then_nothing();
        let approve = ApproveMinutes {
            meeting: meeting(1),
            occurred_on: None,
            expected_version: None,
        };
        given(without)
            .when(approve)
            .then([minutes_approved(1, TODAY)]);
        given([held(1, DAY)]).when(withdraw()).then_nothing();
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let approved = || minutes_approved(1, DAY);
        given([])
            .when(withdraw())
            .then_rejected(Code::UnknownId, "meeting");
        given([held(1, DAY).in_centre(other_centre()), approved()])
            .when(withdraw())
            .then_rejected(Code::UnknownId, "meeting");
        given([held(1, DAY), approved(), retracted(1, DAY)])
            .when(withdraw())
            .then_rejected(Code::StateForbids, "meeting");
        given([held(1, DAY), approved()])
            .acting_as(Role::Auditor)
            .when(withdraw())
            .then_rejected(Code::NotAllowed, "");
        let stale = WithdrawApproval {
            expected_version: Some(1),
            ..withdraw()
        };
        given([held(1, DAY), approved()])
            .when(stale)
            .then_rejected(Code::ChangedMeanwhile, "expectedVersion");
    }
}
