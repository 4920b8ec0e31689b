//! An agreement gets another day, another responsible organisation or other words.

use time::Date;

use super::state::{self, AgreementHistory, Stage};
use super::{AgreementEvent, AgreementFacts, Changed};
use crate::existing::Existing;
use crate::may::{self, RecordClass};
use crate::{
    AgreementId, Change, Context, Decision, Event, OrganisationId, Query, Rejection, Text, check,
};

/// Changes an open agreement. What is not named stays; nothing named changes nothing.
#[derive(Clone, Debug)]
pub struct ChangeAgreement {
    /// Which agreement.
    pub agreement: AgreementId,
    /// What, at most [`Text::TITLE`] characters.
    pub subject: Option<Text>,
    /// Who does it.
    pub responsible: Change<OrganisationId>,
    /// Until when.
    pub due_on: Change<Date>,
    /// Why.
    pub reason: Text,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

/// What [`ChangeAgreement`] reads.
#[derive(Clone, Default, Debug)]
pub struct ChangeFacts {
    agreement: AgreementHistory,
    organisations: Existing,
}

impl Decision for ChangeAgreement {
    type Facts = ChangeFacts;

    fn query(&self) -> Query {
        let query = Query::none().or(AgreementHistory::item(self.agreement));
        match self.responsible.apply(None) {
            Some(responsible) => query.or(Existing::item(responsible.record())),
            None => query,
        }
    }

    fn evolve(facts: &mut ChangeFacts, event: &Event) {
        facts.agreement.evolve(event);
        facts.organisations.evolve(event);
    }

    fn decide(&self, facts: &ChangeFacts, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Meeting, context)?;
        let agreement = facts.agreement.require(self.agreement, context)?;
        agreement.trail.expect(self.expected_version)?;
        if agreement.stage != Stage::Open {
            return Err(agreement.not_open());
        }
        if let Some(responsible) = self.responsible.apply(None) {
            facts
                .organisations
                .require("responsible", responsible.record(), context)?;
        }
        if let Some(subject) = &self.subject {
            check::text("subject", subject.as_str(), Text::TITLE)?;
        }
        state::due(self.due_on.apply(None), agreement.made_on, context)?;
        check::text("reason", self.reason.as_str(), Text::NOTE)?;

        let before = &agreement.facts;
        let subject = self.agreement.record();
        let facts = AgreementFacts {
            subject: self
                .subject
                .as_ref()
                .map_or(before.subject, |text| context.seal(subject, text)),
            responsible: self.responsible.apply(before.responsible),
            due_on: self.due_on.apply(before.due_on),
            ..before.clone()
        };
        let changed = state::differences(before, &facts);
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let changed = AgreementEvent::Changed(Changed {
            agreement: self.agreement,
            facts,
            changed,
            reason: context.seal(subject, &self.reason),
        });
        Ok(vec![state::event(context, context.today, changed)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::agreement::samples::{agreement, dropped, facts, fulfilled, made};
    use crate::network::samples::{organisation_number, registered_number};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, event, given, other_centre, sealed, text};

    fn change() -> ChangeAgreement {
        ChangeAgreement {
            agreement: agreement(1),
            subject: None,
            responsible: Change::Keep,
            due_on: Change::Keep,
            reason: text("Umbau dauert länger"),
            expected_version: None,
        }
    }

    fn later() -> ChangeAgreement {
        ChangeAgreement {
            due_on: Change::Set(date!(2027 - 06 - 30)),
            ..change()
        }
    }

    fn later_event() -> Event {
        event(AgreementEvent::Changed(Changed {
            agreement: agreement(1),
            facts: AgreementFacts {
                due_on: Some(date!(2027 - 06 - 30)),
                ..facts()
            },
            changed: vec!["dueOn".into()],
            reason: sealed("Umbau dauert länger"),
        }))
    }

    #[test]
    fn the_day_moves() {
        given([made(1)]).when(later()).then([later_event()]);
    }

    #[test]
    fn somebody_else_does_something_else() {
        let command = ChangeAgreement {
            subject: Some(text("Raum suchen")),
            responsible: Change::Set(organisation_number(2)),
            due_on: Change::Clear,
            ..change()
        };
        given([made(1), registered_number(2)])
            .when(command)
            .then([event(AgreementEvent::Changed(Changed {
                agreement: agreement(1),
                facts: AgreementFacts {
                    subject: sealed("Raum suchen"),
                    responsible: Some(organisation_number(2)),
                    due_on: None,
                    ..facts()
                },
                changed: vec!["subject".into(), "responsible".into(), "dueOn".into()],
                reason: sealed("Umbau dauert länger"),
            }))]);
    }

    #[test]
    fn what_is_already_so_changes_nothing() {
        given([made(1)]).when(change()).then_nothing();
        given([made(1), later_event()]).when(later()).then_nothing();
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([])
            .when(later())
            .then_rejected(Code::UnknownId, "agreement");
        given([made(1).in_centre(other_centre())])
            .when(later())
            .then_rejected(Code::UnknownId, "agreement");
        given([made(1)])
            .acting_as(Role::Auditor)
            .when(later())
            .then_rejected(Code::NotAllowed, "");
        for end in [fulfilled(1), dropped(1)] {
            given([made(1), end])
                .when(later())
                .then_rejected(Code::StateForbids, "agreement");
        }
        let refused =
            |command, code, field| given([made(1)]).when(command).then_rejected(code, field);
        let unknown = ChangeAgreement {
            responsible: Change::Set(organisation_number(2)),
            ..change()
        };
        refused(unknown, Code::UnknownId, "responsible");
        let due_on = |due_on| ChangeAgreement {
            due_on: Change::Set(due_on),
            ..change()
        };
        refused(
            due_on(date!(2026 - 11 - 01)),
            Code::EndBeforeBeginning,
            "dueOn",
        );
        refused(due_on(date!(2126 - 11 - 01)), Code::DateOutOfRange, "dueOn");
        let long = ChangeAgreement {
            subject: Some(text(&"x".repeat(2_001))),
            ..change()
        };
        refused(long, Code::TextTooLong, "subject");
        let expecting = ChangeAgreement {
            expected_version: Some(1),
            ..later()
        };
        let message = given([made(1), later_event()])
            .when(expecting)
            .then_rejected(Code::ChangedMeanwhile, "expectedVersion");
        assert!(message.contains("(dueOn)"), "{message}");
    }
}
