//! A body agrees that somebody does something until a day.

use time::Date;

use super::state;
use super::{AgreementEvent, AgreementFacts, Made};
use crate::existing::Existing;
use crate::may::{self, RecordClass};
use crate::meeting::MeetingHistory;
use crate::network::NetworkHistory;
use crate::rejection::RejectionCode;
use crate::{
    AgreementId, Context, Decision, Event, MeetingId, NetworkId, OrganisationId, Query, Rejection,
    Text, check,
};

/// Makes an agreement. Always a new record.
#[derive(Clone, Debug)]
pub struct MakeAgreement {
    /// The body it is made in.
    pub network: NetworkId,
    /// The meeting of that body it is made at.
    pub meeting: Option<MeetingId>,
    /// When: past or today, not before the meeting.
    pub made_on: Date,
    /// What, at most [`Text::TITLE`] characters.
    pub subject: Text,
    /// Who does it.
    pub responsible: Option<OrganisationId>,
    /// Until when.
    pub due_on: Option<Date>,
}

/// What [`MakeAgreement`] reads.
#[derive(Clone, Default, Debug)]
pub struct MakeFacts {
    network: NetworkHistory,
    meeting: MeetingHistory,
    organisations: Existing,
}

impl Decision for MakeAgreement {
    type Facts = MakeFacts;

    fn query(&self) -> Query {
        let mut query = Query::none().or(NetworkHistory::item(self.network));
        if let Some(meeting) = self.meeting {
            query = query.or(MeetingHistory::item(meeting));
        }
        if let Some(responsible) = self.responsible {
            query = query.or(Existing::item(responsible.record()));
        }
        query
    }

    fn evolve(facts: &mut MakeFacts, event: &Event) {
        facts.network.evolve(event);
        facts.meeting.evolve(event);
        facts.organisations.evolve(event);
    }

    fn decide(&self, facts: &MakeFacts, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Meeting, context)?;
        let network = facts.network.require(self.network, context)?;
        check::past_or_today("madeOn", self.made_on, context.today)?;
        network.require_existing_on("madeOn", self.made_on)?;
        self.check_meeting(facts, context)?;
        if let Some(responsible) = self.responsible {
            facts
                .organisations
                .require("responsible", responsible.record(), context)?;
        }
        check::text("subject", self.subject.as_str(), Text::TITLE)?;
        state::due(self.due_on, self.made_on, context)?;
        let agreement = AgreementId(context.new_id());
        let made = AgreementEvent::Made(Made {
            agreement,
            facts: AgreementFacts {
                network: self.network,
                meeting: self.meeting,
                subject: context.seal(agreement.record(), &self.subject),
                responsible: self.responsible,
                due_on: self.due_on,
            },
        });
        Ok(vec![state::event(context, self.made_on, made)])
    }
}

impl MakeAgreement {
    fn check_meeting(&self, facts: &MakeFacts, context: &Context) -> Result<(), Rejection> {
        let Some(id) = self.meeting else {
            return Ok(());
        };
        let meeting = facts.meeting.require_of(id, self.network, context)?;
        meeting.require_standing()?;
        let met_on = meeting.content.date;
        if self.made_on >= met_on {
            return Ok(());
        }
        Err(Rejection::field(
            RejectionCode::DateOutOfRange,
            "madeOn",
            format!(
                "Der {} liegt vor der Sitzung, in der die Vereinbarung getroffen wurde; möglich ist frühestens der {}.",
                check::german(self.made_on),
                check::german(met_on)
            ),
        ))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;
    use uuid::Uuid;

    use super::*;
    use crate::agreement::samples::make;
    use crate::meeting::samples::{cancelled, held, meeting, retracted, scheduled};
    use crate::network::samples::{closed, founded, network, organisation, registered};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, event, first_id, given, other_centre, sealed, text};

    #[test]
    fn an_agreement_is_made_at_a_meeting() {
        let command = MakeAgreement {
            meeting: Some(meeting(1)),
            ..make()
        };
        given([founded(), held(1, date!(2026 - 11 - 02)), registered()])
            .when(command)
            .then([event(AgreementEvent::Made(Made {
                agreement: AgreementId(first_id()),
                facts: AgreementFacts {
                    network: network(),
                    meeting: Some(meeting(1)),
                    subject: sealed("Raum für das Elterncafé finden"),
                    responsible: Some(organisation()),
                    due_on: Some(date!(2027 - 01 - 31)),
                },
            }))
            .on(date!(2026 - 11 - 02))]);
    }

    #[test]
    fn it_needs_no_meeting_nobody_responsible_and_no_day() {
        let command = MakeAgreement {
            responsible: None,
            due_on: None,
            ..make()
        };
        let events = given([founded()]).when(command).0.unwrap();
        assert_eq!(events.len(), 1);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let base = || vec![founded(), registered(), held(1, date!(2026 - 11 - 02))];
        let refused = |command, code, field| given(base()).when(command).then_rejected(code, field);
        given([registered()])
            .when(make())
            .then_rejected(Code::UnknownId, "network");
        given([founded()])
            .when(make())
            .then_rejected(Code::UnknownId, "responsible");
        given([founded(), registered().in_centre(other_centre())])
            .when(make())
            .then_rejected(Code::UnknownId, "responsible");
        given(base())
            .acting_as(Role::Auditor)
            .when(make())
            .then_rejected(Code::NotAllowed, "");
        let made_on = |made_on| MakeAgreement { made_on, ..make() };
        refused(made_on(date!(2026 - 11 - 21)), Code::DateInFuture, "madeOn");
        refused(
            made_on(date!(2020 - 01 - 14)),
            Code::DateOutOfRange,
            "madeOn",
        );
        let due_on = |due_on| MakeAgreement {
            due_on: Some(due_on),
            ..make()
        };
        refused(
            due_on(date!(2026 - 11 - 01)),
            Code::EndBeforeBeginning,
            "dueOn",
        );
        refused(due_on(date!(2126 - 11 - 02)), Code::DateOutOfRange, "dueOn");
        let long = MakeAgreement {
            subject: text(&"x".repeat(2_001)),
            ..make()
        };
        refused(long, Code::TextTooLong, "subject");
        let mut ended = base();
        ended.push(closed(date!(2026 - 10 - 31)));
        given(ended)
            .when(make())
            .then_rejected(Code::StateForbids, "madeOn");
    }

    #[test]
    fn the_meeting_is_one_of_the_body_and_stands() {
        let at_meeting = || MakeAgreement {
            meeting: Some(meeting(1)),
            ..make()
        };
        let with = |events: Vec<Event>| {
            let mut history = vec![founded(), registered()];
            history.extend(events);
            given(history).when(at_meeting())
        };
        let day = date!(2026 - 11 - 02);
        with(vec![]).then_rejected(Code::UnknownId, "meeting");
        with(vec![held(1, day).in_centre(other_centre())])
            .then_rejected(Code::UnknownId, "meeting");
        with(vec![scheduled(1, day), cancelled(1)]).then_rejected(Code::StateForbids, "meeting");
        with(vec![held(1, day), retracted(1, day)]).then_rejected(Code::StateForbids, "meeting");
        with(vec![held(1, date!(2026 - 11 - 03))]).then_rejected(Code::DateOutOfRange, "madeOn");
        with(vec![scheduled(1, day)]).0.unwrap();
        let elsewhere = MakeAgreement {
            network: NetworkId(Uuid::from_u128(0x99)),
            ..at_meeting()
        };
        given([founded(), held(1, day)])
            .when(elsewhere)
            .then_rejected(Code::UnknownId, "network");
    }
}
