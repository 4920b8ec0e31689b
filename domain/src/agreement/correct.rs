//! What was recorded of an agreement was wrong.
//!
//! A day that moves or another organisation that takes it on is news ([`super::ChangeAgreement`]); this
//! is for what was never so, also when the agreement is done or dropped by now.

use time::Date;

use super::state::{self, Agreement, AgreementHistory, Stage};
use super::{AgreementEvent, AgreementFacts, Corrected};
use crate::existing::Existing;
use crate::may::{self, RecordClass};
use crate::meeting::MeetingHistory;
use crate::network::NetworkHistory;
use crate::rejection::RejectionCode;
use crate::{
    AgreementId, Change, Context, Decision, Event, MeetingId, NetworkId, OrganisationId, Query,
    Rejection, Text, check,
};

/// Corrects an agreement. What is not named stays; nothing named changes nothing.
#[derive(Clone, Debug)]
pub struct CorrectAgreement {
    /// Which agreement.
    pub agreement: AgreementId,
    /// The body it was made in, as the view of the agreement says.
    pub network: NetworkId,
    /// The meeting it was made at, as the view of the agreement says.
    pub meeting: Option<MeetingId>,
    /// When: past or today, not before the meeting, not after it was done or dropped.
    pub made_on: Option<Date>,
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

/// What [`CorrectAgreement`] reads.
#[derive(Clone, Default, Debug)]
pub struct CorrectAgreementFacts {
    agreement: AgreementHistory,
    network: NetworkHistory,
    meeting: MeetingHistory,
    organisations: Existing,
}

impl Decision for CorrectAgreement {
    type Facts = CorrectAgreementFacts;

    fn query(&self) -> Query {
        let mut query = Query::none()
            .or(AgreementHistory::item(self.agreement))
            .or(NetworkHistory::item(self.network));
        if let Some(meeting) = self.meeting {
            query = query.or(MeetingHistory::item(meeting));
        }
        match self.responsible.apply(None) {
            Some(responsible) => query.or(Existing::item(responsible.record())),
            None => query,
        }
    }

    fn evolve(facts: &mut CorrectAgreementFacts, event: &Event) {
        facts.agreement.evolve(event);
        facts.network.evolve(event);
        facts.meeting.evolve(event);
        facts.organisations.evolve(event);
    }

    fn decide(
        &self,
        facts: &CorrectAgreementFacts,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Meeting, context)?;
        let agreement = facts.agreement.require(self.agreement, context)?;
        agreement.trail.expect(self.expected_version)?;
        if let Some(responsible) = self.responsible.apply(None) {
            facts
                .organisations
                .require("responsible", responsible.record(), context)?;
        }
        if let Some(subject) = &self.subject {
            check::text("subject", subject.as_str(), Text::TITLE)?;
        }
        let made_on = self.made_on.unwrap_or(agreement.made_on);
        if made_on != agreement.made_on {
            self.check_made_on(made_on, agreement, facts, context)?;
        }
        let record = self.agreement.record();
        let before = &agreement.facts;
        let after = AgreementFacts {
            subject: self
                .subject
                .as_ref()
                .map_or(before.subject, |text| context.seal(record, text)),
            responsible: self.responsible.apply(before.responsible),
            due_on: self.due_on.apply(before.due_on),
            ..before.clone()
        };
        check::text("reason", self.reason.as_str(), Text::NOTE)?;
        let mut changed = state::differences(before, &after);
        if made_on != agreement.made_on {
            changed.insert(0, "madeOn".into());
        }
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        state::due(after.due_on, made_on, context)?;
        let corrected = AgreementEvent::Corrected(Corrected {
            agreement: self.agreement,
            facts: after,
            changed,
            reason: context.seal(record, &self.reason),
        });
        Ok(vec![state::event(context, made_on, corrected)])
    }
}

impl CorrectAgreement {
    fn check_made_on(
        &self,
        day: Date,
        agreement: &Agreement,
        facts: &CorrectAgreementFacts,
        context: &Context,
    ) -> Result<(), Rejection> {
        check::past_or_today("madeOn", day, context.today)?;
        facts
            .network
            .require(self.network, context)?
            .require_existing_on("madeOn", day)?;
        if let Some(meeting) = agreement.facts.meeting {
            let met_on = facts.meeting.require(meeting, context)?.content.date;
            check::not_before("madeOn", day, met_on)?;
        }
        let settled_on = match agreement.stage {
            Stage::Fulfilled(on) | Stage::Dropped(on) => on,
            Stage::Open | Stage::Retracted => return Ok(()),
        };
        if day <= settled_on {
            return Ok(());
        }
        Err(Rejection::field(
            RejectionCode::DateOutOfRange,
            "madeOn",
            format!(
                "Am {settled} war die Vereinbarung schon erledigt oder aufgegeben; getroffen wurde sie also spätestens an diesem Tag, nicht am {day}.",
                settled = check::german(settled_on),
                day = check::german(day),
            ),
        ))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::agreement::samples::{agreement, facts, fulfilled, made, made_with, retracted};
    use crate::meeting::samples::{held, meeting};
    use crate::network::samples::{
        closed, founded, network, organisation_number, registered_number,
    };
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, event, given, other_centre, sealed, text};

    fn correct() -> CorrectAgreement {
        CorrectAgreement {
            agreement: agreement(1),
            network: network(),
            meeting: None,
            made_on: None,
            subject: None,
            responsible: Change::Keep,
            due_on: Change::Keep,
            reason: text("Tippfehler"),
            expected_version: None,
        }
    }

    fn made_on(day: Date) -> CorrectAgreement {
        CorrectAgreement {
            made_on: Some(day),
            ..correct()
        }
    }

    fn corrected(facts: AgreementFacts, changed: &[&str], on: Date) -> Event {
        event(AgreementEvent::Corrected(Corrected {
            agreement: agreement(1),
            facts,
            changed: changed.iter().map(|field| (*field).into()).collect(),
            reason: sealed("Tippfehler"),
        }))
        .on(on)
    }

    #[test]
    fn the_day_it_was_made_is_stated_anew() {
        let day = date!(2026 - 10 - 28);
        let event = corrected(facts(), &["madeOn"], day);
        for more in [vec![], vec![fulfilled(1)]] {
            given([founded(), made(1)].into_iter().chain(more))
                .when(made_on(day))
                .then([event.clone()]);
        }
        given([founded(), made(1), event])
            .when(made_on(day))
            .then_nothing();
        given([founded(), made(1)]).when(correct()).then_nothing();
    }

    #[test]
    fn what_was_agreed_is_corrected_also_when_it_is_done() {
        let command = CorrectAgreement {
            subject: Some(text("Raum suchen")),
            responsible: Change::Set(organisation_number(2)),
            due_on: Change::Clear,
            ..correct()
        };
        let after = AgreementFacts {
            subject: sealed("Raum suchen"),
            responsible: Some(organisation_number(2)),
            due_on: None,
            ..facts()
        };
        given([founded(), made(1), fulfilled(1), registered_number(2)])
            .when(command)
            .then([corrected(
                after,
                &["subject", "responsible", "dueOn"],
                date!(2026 - 11 - 02),
            )]);
    }

    #[test]
    fn it_was_not_made_before_its_meeting_nor_after_it_was_done() {
        let at_meeting = AgreementFacts {
            meeting: Some(meeting(1)),
            ..facts()
        };
        let history = [
            founded(),
            held(1, date!(2026 - 11 - 02)),
            made_with(1, at_meeting),
        ];
        let before = CorrectAgreement {
            meeting: Some(meeting(1)),
            ..made_on(date!(2026 - 11 - 01))
        };
        given(history)
            .when(before)
            .then_rejected(Code::DateOutOfRange, "madeOn");
        let done = fulfilled(1).on(date!(2026 - 11 - 10));
        let message = given([founded(), made(1), done])
            .when(made_on(date!(2026 - 11 - 11)))
            .then_rejected(Code::DateOutOfRange, "madeOn");
        assert!(message.contains("10.11.2026"), "{message}");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let earlier = || made_on(date!(2026 - 10 - 28));
        given([founded()])
            .when(earlier())
            .then_rejected(Code::UnknownId, "agreement");
        given([founded(), made(1).in_centre(other_centre())])
            .when(earlier())
            .then_rejected(Code::UnknownId, "agreement");
        given([founded(), made(1), retracted(1)])
            .when(earlier())
            .then_rejected(Code::StateForbids, "agreement");
        given([founded(), made(1)])
            .acting_as(Role::Auditor)
            .when(earlier())
            .then_rejected(Code::NotAllowed, "");
        let refused = |command, code, field| {
            given([founded(), made(1), closed(date!(2026 - 11 - 05))])
                .when(command)
                .then_rejected(code, field)
        };
        refused(made_on(date!(2026 - 11 - 21)), Code::DateInFuture, "madeOn");
        refused(
            made_on(date!(2020 - 01 - 14)),
            Code::DateOutOfRange,
            "madeOn",
        );
        refused(made_on(date!(2026 - 11 - 06)), Code::StateForbids, "madeOn");
        let due = CorrectAgreement {
            due_on: Change::Set(date!(2026 - 11 - 01)),
            ..correct()
        };
        refused(due, Code::EndBeforeBeginning, "dueOn");
        let unknown = CorrectAgreement {
            responsible: Change::Set(organisation_number(2)),
            ..correct()
        };
        refused(unknown, Code::UnknownId, "responsible");
        let stale = CorrectAgreement {
            expected_version: Some(5),
            ..earlier()
        };
        refused(stale, Code::Malformed, "expectedVersion");
    }
}
