//! An organisation should not have been registered.

use super::state::{self, Organisations};
use super::{OrganisationEvent, Retracted};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::{OrganisationId, RecordId};
use crate::may::{self, RecordClass};
use crate::query::Query;
use crate::references::References;
use crate::rejection::Rejection;
use crate::text::Text;

/// Retracts an organisation that no other record names any more. Retracted already: nothing happens.
///
/// One that exists twice is linked as the same instead ([`super::LinkAsSame`]): what names it then
/// counts for the other entry.
#[derive(Clone, Debug)]
pub struct RetractOrganisation {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// The records that ever named it, as the view says.
    pub named_by: Vec<RecordId>,
    /// Why.
    pub reason: Text,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

/// What [`RetractOrganisation`] reads.
#[derive(Clone, Default, Debug)]
pub struct RetractFacts {
    organisations: Organisations,
    references: References,
}

impl Decision for RetractOrganisation {
    type Facts = RetractFacts;

    fn query(&self) -> Query {
        References::query(self.organisation.record(), &self.named_by)
    }

    fn evolve(facts: &mut RetractFacts, event: &Event) {
        facts.organisations.evolve(event);
        facts.references.evolve(event);
    }

    fn decide(&self, facts: &RetractFacts, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Organisation, context)?;
        let (field, id) = ("organisation", self.organisation);
        let known = facts.organisations.require_entered(field, id, context)?;
        if known.retracted {
            return Ok(Vec::new());
        }
        known.trail.expect(self.expected_version)?;
        facts.references.require_unnamed(field, id.record())?;
        let reason = check::seal_text(context, id.record(), "reason", &self.reason, Text::NOTE)?;
        let data = OrganisationEvent::Retracted(Retracted {
            organisation: id,
            reason,
        });
        Ok(vec![state::event(context, context.today, data)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::agreement::samples as agreements;
    use crate::consultation::{self, ConsultationEvent};
    use crate::meeting::{self, MeetingEvent, samples as meetings};
    use crate::network::{self, NetworkEvent, samples as networks};
    use crate::organisation::{LinkedAsSame, samples};
    use crate::rejection::RejectionCode as Code;
    use crate::review::{AdviceAsked, AdviceRetracted, ReviewEvent, samples as reviews};
    use crate::role::Role;
    use crate::testing::{Moved, event, given, other_centre, sealed, text};

    const DAY: time::Date = date!(2026 - 11 - 02);

    fn retract() -> RetractOrganisation {
        RetractOrganisation {
            organisation: networks::organisation(),
            named_by: vec![
                networks::network().record(),
                meetings::meeting(1).record(),
                agreements::agreement(1).record(),
                consultation::samples::id(1).record(),
                reviews::id(1).record(),
            ],
            reason: text("versehentlich angelegt"),
            expected_version: None,
        }
    }

    fn retracted() -> Event {
        event(OrganisationEvent::Retracted(Retracted {
            organisation: networks::organisation(),
            reason: sealed("versehentlich angelegt"),
        }))
    }

    fn attended() -> Event {
        let mut held = meetings::held(1, DAY);
        if let crate::EventData::Meeting(MeetingEvent::Held(held)) = &mut held.data {
            held.facts.attendances = vec![meetings::attendance(1)];
        }
        held
    }

    fn advised() -> Event {
        let mut recorded = consultation::samples::recorded(consultation::samples::id(1));
        if let crate::EventData::Consultation(ConsultationEvent::Recorded(event)) =
            &mut recorded.data
        {
            event.facts.organisations = vec![networks::organisation()];
        }
        recorded
    }

    fn applied() -> Event {
        let mut requested = reviews::requested(reviews::id(1));
        if let crate::EventData::Review(ReviewEvent::Requested(event)) = &mut requested.data {
            event.facts.applicant = Some(networks::organisation());
        }
        requested
    }

    fn asked() -> Event {
        event(ReviewEvent::AdviceAsked(AdviceAsked {
            review: reviews::id(1),
            advice: 1,
            organisation: Some(networks::organisation()),
            unit: None,
            due_on: None,
            question: None,
        }))
    }

    fn given_named(more: impl IntoIterator<Item = Event>) -> crate::testing::Given {
        given([networks::registered()].into_iter().chain(more))
    }

    #[test]
    fn an_entry_that_nothing_names_is_retracted_once() {
        given_named([]).when(retract()).then([retracted()]);
        given_named([retracted()]).when(retract()).then_nothing();
    }

    #[test]
    fn what_names_it_stands_in_the_way() {
        let founded = networks::founded();
        let joined = networks::joined(DAY);
        let linked = event(OrganisationEvent::LinkedAsSame(LinkedAsSame {
            organisation: samples::id(7),
            same_as: networks::organisation(),
            reason: sealed("doppelt"),
        }));
        for (events, kind) in [
            (vec![advised()], "Beratungen"),
            (vec![attended()], "Sitzungen"),
            (vec![agreements::made(1)], "Vereinbarungen"),
            (vec![founded, joined], "Mitgliedschaften"),
            (vec![linked], "verknüpften Organisationen"),
            (vec![applied()], "Stellungnahmen"),
            (
                vec![reviews::requested(reviews::id(1)), asked()],
                "Stellungnahmen",
            ),
        ] {
            let message = given_named(events)
                .when(retract())
                .then_rejected(Code::StateForbids, "organisation");
            assert!(message.contains(kind), "{message}");
        }
    }

    #[test]
    fn what_names_it_no_longer_does_not() {
        let corrected = event(MeetingEvent::Corrected(meeting::Corrected {
            meeting: meetings::meeting(1),
            facts: meetings::facts(meetings::plan()),
            changed: vec!["attendances".into()],
            reason: sealed("andere Organisation"),
            source: None,
        }));
        given_named([attended(), corrected.clone()])
            .when(retract())
            .then([retracted()]);
        given_named([attended(), meetings::retracted(1, DAY)])
            .when(retract())
            .then([retracted()]);
        let withdrawn = event(ConsultationEvent::Retracted(consultation::Retracted {
            consultation: consultation::samples::id(1),
            reason: sealed("doppelt"),
        }));
        given_named([advised(), withdrawn])
            .when(retract())
            .then([retracted()]);
        let never = event(NetworkEvent::MemberRetracted(network::MemberRetracted {
            network: networks::network(),
            organisation: networks::organisation(),
            reason: sealed("nie beigetreten"),
        }))
        .on(DAY);
        given_named([networks::founded(), networks::joined(DAY), never])
            .when(retract())
            .then([retracted()]);
        let not_asked = event(ReviewEvent::AdviceRetracted(AdviceRetracted {
            review: reviews::id(1),
            advice: 1,
            reason: sealed("andere Stelle"),
        }));
        given_named([reviews::requested(reviews::id(1)), asked(), not_asked])
            .when(retract())
            .then([retracted()]);
        // A record the view did not know of counts until it is read whole.
        let unaware = RetractOrganisation {
            named_by: Vec::new(),
            ..retract()
        };
        given_named([attended(), corrected])
            .when(unaware)
            .then_rejected(Code::StateForbids, "organisation");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([])
            .when(retract())
            .then_rejected(Code::UnknownId, "organisation");
        given([networks::registered().in_centre(other_centre())])
            .when(retract())
            .then_rejected(Code::UnknownId, "organisation");
        given_named([])
            .acting_as(Role::Auditor)
            .when(retract())
            .then_rejected(Code::NotAllowed, "");
        let stale = RetractOrganisation {
            expected_version: Some(3),
            ..retract()
        };
        given_named([])
            .when(stale)
            .then_rejected(Code::Malformed, "expectedVersion");
    }

    #[test]
    fn nothing_names_a_retracted_entry_any_more() {
        let make = agreements::make();
        let message = given([networks::founded(), networks::registered(), retracted()])
            .when(make)
            .then_rejected(Code::StateForbids, "responsible");
        assert!(message.contains("zurückgezogen"), "{message}");
    }
}
