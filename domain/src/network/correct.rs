//! What was recorded of a body was wrong.
//!
//! A new name or kind that came about is news ([`super::ChangeNetwork`]); this is for what was never so,
//! and says why. Closed bodies are corrected too.

use time::Date;

use super::input::NetworkInput;
use super::meeting_days::MeetingDays;
use super::state::{self, EARLIEST, Network, NetworkHistory};
use super::{Corrected, NetworkEvent};
use crate::may::{self, RecordClass};
use crate::rejection::RejectionCode;
use crate::{Context, Decision, Event, NetworkId, Query, Rejection, Text, check};

/// Corrects what a network is and since when. What is not named stays; nothing named changes nothing.
#[derive(Clone, Debug)]
pub struct CorrectNetwork {
    /// Which network.
    pub network: NetworkId,
    /// Since when it exists: not before 1945, not after its first meeting, member or its end.
    pub founded_on: Option<Date>,
    /// What else was otherwise.
    pub description: NetworkInput,
    /// Why.
    pub reason: Text,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

/// What [`CorrectNetwork`] reads.
#[derive(Clone, Default, Debug)]
pub struct CorrectNetworkFacts {
    network: NetworkHistory,
    meetings: MeetingDays,
}

impl Decision for CorrectNetwork {
    type Facts = CorrectNetworkFacts;

    fn query(&self) -> Query {
        Query::none()
            .or(NetworkHistory::item(self.network))
            .or(MeetingDays::item(self.network))
    }

    fn evolve(facts: &mut CorrectNetworkFacts, event: &Event) {
        facts.network.evolve(event);
        facts.meetings.evolve(event);
    }

    fn decide(
        &self,
        facts: &CorrectNetworkFacts,
        context: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Meeting, context)?;
        let network = facts.network.require(self.network, context)?;
        network.trail.expect(self.expected_version)?;
        let founded_on = self.founded_on.unwrap_or(network.founded_on);
        if founded_on != network.founded_on {
            facts.founding(founded_on, network, context)?;
        }
        let before = &network.facts;
        let after = self
            .description
            .over(before, self.network, founded_on, context)?;
        let subject = self.network.record();
        check::text("reason", self.reason.as_str(), Text::NOTE)?;
        let mut changed = state::differences(before, &after);
        if founded_on != network.founded_on {
            changed.insert(0, "foundedOn".into());
        }
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let corrected = NetworkEvent::Corrected(Corrected {
            network: self.network,
            facts: after,
            changed,
            reason: context.seal(subject, &self.reason),
        });
        Ok(vec![state::event(context, founded_on, corrected)])
    }
}

impl CorrectNetworkFacts {
    /// A body exists before anything happens in it.
    fn founding(&self, day: Date, network: &Network, context: &Context) -> Result<(), Rejection> {
        check::past_or_today("foundedOn", day, context.today)?;
        check::not_before("foundedOn", day, EARLIEST)?;
        let first = self
            .meetings
            .held()
            .chain(self.meetings.scheduled())
            .chain(network.members.first_days())
            .chain(network.closed_on)
            .min();
        match first.filter(|first| *first < day) {
            None => Ok(()),
            Some(first) => Err(Rejection::field(
                RejectionCode::DateOutOfRange,
                "foundedOn",
                format!(
                    "Am {first} hatte das Gremium schon eine Sitzung oder ein Mitglied, oder es wurde geschlossen; gegründet wurde es also spätestens an diesem Tag, nicht am {day}.",
                    first = check::german(first),
                    day = check::german(day),
                ),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::meeting::samples::{cancelled, held, scheduled};
    use crate::network::NetworkFacts;
    use crate::network::samples::{closed, facts, founded, joined, network, retracted};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, event, given, other_centre, sealed, text};
    use crate::values::BodyType;

    fn correct() -> CorrectNetwork {
        CorrectNetwork {
            network: network(),
            founded_on: None,
            description: NetworkInput::default(),
            reason: text("Tippfehler"),
            expected_version: None,
        }
    }

    fn founded_on(founded_on: Date) -> CorrectNetwork {
        CorrectNetwork {
            founded_on: Some(founded_on),
            ..correct()
        }
    }

    fn corrected(facts: NetworkFacts, changed: &[&str], on: Date) -> Event {
        event(NetworkEvent::Corrected(Corrected {
            network: network(),
            facts,
            changed: changed.iter().map(|field| (*field).into()).collect(),
            reason: sealed("Tippfehler"),
        }))
        .on(on)
    }

    #[test]
    fn the_day_it_was_founded_and_what_it_is_are_stated_anew() {
        let both = CorrectNetwork {
            description: NetworkInput {
                name: Some(text("AK Schule")),
                ..NetworkInput::default()
            },
            ..founded_on(date!(2019 - 09 - 01))
        };
        let named = NetworkFacts {
            name: sealed("AK Schule"),
            ..facts()
        };
        let event = corrected(named, &["foundedOn", "name"], date!(2019 - 09 - 01));
        given([founded()]).when(both).then([event.clone()]);
        given([founded(), event])
            .when(founded_on(date!(2019 - 09 - 01)))
            .then_nothing();
        given([founded()]).when(correct()).then_nothing();
        // Also of a body that has ended.
        given([founded(), closed(date!(2026 - 10 - 01))])
            .when(founded_on(date!(2020 - 02 - 01)))
            .then([corrected(facts(), &["foundedOn"], date!(2020 - 02 - 01))]);
    }

    #[test]
    fn nothing_may_have_happened_before() {
        let day = date!(2026 - 03 - 01);
        for first in [held(1, day), scheduled(1, day), joined(day), closed(day)] {
            given([founded(), first.clone()])
                .when(founded_on(day))
                .then([corrected(facts(), &["foundedOn"], day)]);
            let message = given([founded(), first])
                .when(founded_on(date!(2026 - 03 - 02)))
                .then_rejected(Code::DateOutOfRange, "foundedOn");
            assert!(message.contains("01.03.2026"), "{message}");
        }
        given([founded(), scheduled(1, day), cancelled(1)])
            .when(founded_on(date!(2026 - 04 - 01)))
            .0
            .unwrap();
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let earlier = || founded_on(date!(2019 - 09 - 01));
        given([])
            .when(earlier())
            .then_rejected(Code::UnknownId, "network");
        given([founded().in_centre(other_centre())])
            .when(earlier())
            .then_rejected(Code::UnknownId, "network");
        given([founded(), retracted()])
            .when(earlier())
            .then_rejected(Code::StateForbids, "network");
        given([founded()])
            .acting_as(Role::Auditor)
            .when(earlier())
            .then_rejected(Code::NotAllowed, "");
        let refused =
            |command, code, field| given([founded()]).when(command).then_rejected(code, field);
        let ahead = founded_on(date!(2026 - 11 - 21));
        refused(ahead, Code::DateInFuture, "foundedOn");
        let old = founded_on(date!(1944 - 12 - 31));
        refused(old, Code::DateOutOfRange, "foundedOn");
        let case_conference = CorrectNetwork {
            description: NetworkInput {
                body_type: Some(BodyType::parse("CASE_CONFERENCE").unwrap()),
                ..NetworkInput::default()
            },
            ..correct()
        };
        refused(case_conference, Code::ValueNotAllowed, "bodyType");
        let stale = CorrectNetwork {
            expected_version: Some(4),
            ..earlier()
        };
        refused(stale, Code::Malformed, "expectedVersion");
    }
}
