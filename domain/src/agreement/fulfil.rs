//! What was agreed is done.

use time::Date;

use super::state::{self, AgreementHistory, Stage};
use super::{AgreementEvent, Fulfilled};
use crate::may::{self, RecordClass};
use crate::{AgreementId, Context, Decision, Event, Query, Rejection, Text, check};

/// Fulfils an agreement. Fulfilled already: nothing happens.
#[derive(Clone, Debug)]
pub struct FulfilAgreement {
    /// Which agreement.
    pub agreement: AgreementId,
    /// When it was done: today unless an earlier day is said, not before it was made.
    pub occurred_on: Option<Date>,
    /// How.
    pub note: Option<Text>,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

impl Decision for FulfilAgreement {
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
            Stage::Fulfilled(_) => return Ok(Vec::new()),
            Stage::Dropped(_) | Stage::Retracted => return Err(agreement.not_open()),
        }
        agreement.trail.expect(self.expected_version)?;
        let day = self.occurred_on.unwrap_or(context.today);
        check::past_or_today("occurredOn", day, context.today)?;
        check::not_before("occurredOn", day, agreement.made_on)?;
        if let Some(note) = &self.note {
            check::text("note", note.as_str(), Text::NOTE)?;
        }
        let fulfilled = AgreementEvent::Fulfilled(Fulfilled {
            agreement: self.agreement,
            network: agreement.facts.network,
            note: context.seal_option(self.agreement.record(), self.note.as_ref()),
        });
        Ok(vec![state::event(context, day, fulfilled)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::agreement::samples::{agreement, dropped, fulfilled, made};
    use crate::network::samples::network;
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, event, given, other_centre, sealed, text};

    fn fulfil() -> FulfilAgreement {
        FulfilAgreement {
            agreement: agreement(1),
            occurred_on: None,
            note: None,
            expected_version: None,
        }
    }

    #[test]
    fn it_is_done() {
        let command = FulfilAgreement {
            occurred_on: Some(date!(2026 - 11 - 10)),
            note: Some(text("Raum in der Bibliothek")),
            ..fulfil()
        };
        given([made(1)])
            .when(command)
            .then([event(AgreementEvent::Fulfilled(Fulfilled {
                agreement: agreement(1),
                network: network(),
                note: Some(sealed("Raum in der Bibliothek")),
            }))
            .on(date!(2026 - 11 - 10))]);
    }

    #[test]
    fn what_is_done_is_done_and_what_was_dropped_is_not() {
        given([made(1), fulfilled(1)]).when(fulfil()).then_nothing();
        let message = given([made(1), dropped(1)])
            .when(fulfil())
            .then_rejected(Code::StateForbids, "agreement");
        assert!(message.contains("aufgegeben"), "{message}");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([])
            .when(fulfil())
            .then_rejected(Code::UnknownId, "agreement");
        given([made(1).in_centre(other_centre())])
            .when(fulfil())
            .then_rejected(Code::UnknownId, "agreement");
        given([made(1)])
            .acting_as(Role::Auditor)
            .when(fulfil())
            .then_rejected(Code::NotAllowed, "");
        let on = |day| FulfilAgreement {
            occurred_on: Some(day),
            ..fulfil()
        };
        given([made(1)])
            .when(on(date!(2026 - 11 - 21)))
            .then_rejected(Code::DateInFuture, "occurredOn");
        given([made(1)])
            .when(on(date!(2026 - 11 - 01)))
            .then_rejected(Code::DateOutOfRange, "occurredOn");
        let expecting = FulfilAgreement {
            expected_version: Some(0),
            ..fulfil()
        };
        given([made(1)])
            .when(expecting)
            .then_rejected(Code::Malformed, "expectedVersion");
    }
}
