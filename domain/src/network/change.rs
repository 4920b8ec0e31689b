//! A body gets another name, kind or description.

use time::Date;

use super::input::NetworkInput;
use super::state::{self, NetworkHistory};
use super::{Changed, NetworkEvent};
use crate::may::{self, RecordClass};
use crate::{Context, Decision, Event, NetworkId, Query, Rejection, Text, check};

/// Changes what a network is. What is not named stays; nothing named changes nothing.
#[derive(Clone, Debug)]
pub struct ChangeNetwork {
    /// Which network.
    pub network: NetworkId,
    /// Since when: today unless an earlier day is said, not before its last change.
    pub occurred_on: Option<Date>,
    /// What changes.
    pub description: NetworkInput,
    /// Why.
    pub reason: Option<Text>,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

impl Decision for ChangeNetwork {
    type Facts = NetworkHistory;

    fn query(&self) -> Query {
        Query::none().or(NetworkHistory::item(self.network))
    }

    fn evolve(facts: &mut NetworkHistory, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, facts: &NetworkHistory, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Meeting, context)?;
        let network = facts.require(self.network, context)?;
        network.trail.expect(self.expected_version)?;
        network.require_open()?;
        let day = state::day(self.occurred_on, network, context)?;
        check::not_before("occurredOn", day, network.described_on)?;
        let before = &network.facts;
        let facts = self.description.over(before, self.network, day, context)?;
        state::note("reason", self.reason.as_ref())?;
        let changed = state::differences(before, &facts);
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let changed = NetworkEvent::Changed(Changed {
            network: self.network,
            facts,
            changed,
            reason: context.seal_option(self.network.record(), self.reason.as_ref()),
            source: None,
        });
        Ok(vec![state::event(context, day, changed)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::Change;
    use crate::network::NetworkFacts;
    use crate::network::samples::{closed, facts, founded, network, nothing_changed};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, event, given, other_centre, sealed, text};
    use crate::values::{ActionArea, BodyType, KiRole};

    fn renamed() -> ChangeNetwork {
        with(NetworkInput {
            name: Some(text("Arbeitskreis Sprache und Schule")),
            ..NetworkInput::default()
        })
    }

    fn with(description: NetworkInput) -> ChangeNetwork {
        ChangeNetwork {
            description,
            ..nothing_changed()
        }
    }

    fn renamed_event() -> Event {
        event(NetworkEvent::Changed(Changed {
            network: network(),
            facts: NetworkFacts {
                name: sealed("Arbeitskreis Sprache und Schule"),
                ..facts()
            },
            changed: vec!["name".into()],
            reason: None,
            source: None,
        }))
    }

    #[test]
    fn a_new_name_changes_nothing_else() {
        given([founded()]).when(renamed()).then([renamed_event()]);
    }

    #[test]
    fn optional_fields_are_set_and_cleared() {
        let command = ChangeNetwork {
            occurred_on: Some(date!(2026 - 01 - 01)),
            reason: Some(text("Beschluss vom Dezember")),
            ..with(NetworkInput {
                legal_nature: Change::Clear,
                ki_role: Change::Set(KiRole::parse("HOST").unwrap()),
                note: Change::Set(text("neu")),
                ..NetworkInput::default()
            })
        };
        given([founded()])
            .when(command)
            .then([event(NetworkEvent::Changed(Changed {
                network: network(),
                facts: NetworkFacts {
                    legal_nature: None,
                    ki_role: Some(KiRole::parse("HOST").unwrap()),
                    note: Some(sealed("neu")),
                    ..facts()
                },
                changed: vec!["legalNature".into(), "kiRole".into(), "note".into()],
                reason: Some(sealed("Beschluss vom Dezember")),
                source: None,
            }))
            .on(date!(2026 - 01 - 01))]);
    }

    #[test]
    fn what_is_already_so_changes_nothing() {
        given([founded()]).when(nothing_changed()).then_nothing();
        let command = with(NetworkInput {
            body_type: Some(facts().body_type),
            ki_role: Change::Clear,
            ..NetworkInput::default()
        });
        given([founded()]).when(command).then_nothing();
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([])
            .when(renamed())
            .then_rejected(Code::UnknownId, "network");
        given([founded().in_centre(other_centre())])
            .when(renamed())
            .then_rejected(Code::UnknownId, "network");
        given([founded(), closed(date!(2026 - 10 - 01))])
            .when(renamed())
            .then_rejected(Code::StateForbids, "network");
        given([founded()])
            .acting_as(Role::PartnerOffice)
            .when(renamed())
            .then_rejected(Code::NotAllowed, "");
        let on = |day| ChangeNetwork {
            occurred_on: Some(day),
            ..renamed()
        };
        let refused = |command, code, field| {
            given([founded(), renamed_event().on(date!(2026 - 05 - 01))])
                .when(command)
                .then_rejected(code, field)
        };
        refused(on(date!(2026 - 11 - 21)), Code::DateInFuture, "occurredOn");
        refused(
            on(date!(2020 - 01 - 14)),
            Code::DateOutOfRange,
            "occurredOn",
        );
        refused(
            on(date!(2026 - 04 - 30)),
            Code::DateOutOfRange,
            "occurredOn",
        );
        let name = with(NetworkInput {
            name: Some(text(&"x".repeat(301))),
            ..NetworkInput::default()
        });
        refused(name, Code::TextTooLong, "name");
        let case_conference = with(NetworkInput {
            body_type: Some(BodyType::parse("CASE_CONFERENCE").unwrap()),
            ..NetworkInput::default()
        });
        refused(case_conference, Code::ValueNotAllowed, "bodyType");
        let sport = ActionArea::parse("X_SPORT").unwrap();
        let areas = with(NetworkInput {
            action_areas: Some(vec![sport, sport]),
            ..NetworkInput::default()
        });
        refused(areas, Code::Duplicate, "actionAreas[1]");
    }

    #[test]
    fn who_read_an_old_version_learns_what_changed() {
        let expecting = |version| ChangeNetwork {
            expected_version: Some(version),
            ..renamed()
        };
        let history = [founded(), renamed_event()];
        let message = given(history.clone())
            .when(expecting(1))
            .then_rejected(Code::ChangedMeanwhile, "expectedVersion");
        assert!(message.contains("(name)"), "{message}");
        given(history).when(expecting(2)).then([renamed_event()]);
    }
}
