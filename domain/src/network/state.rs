//! What a network's own history comes to, and the rules its decisions share.

use time::{Date, Month};

use super::members::Members;
use super::{NetworkEvent, NetworkFacts};
use crate::check;
use crate::context::Context;
use crate::event::Event;
use crate::event_data::{EventData, EventKind};
use crate::existing::{Trail, retracted, unknown};
use crate::id::NetworkId;
use crate::merge;
use crate::query::QueryItem;
use crate::rejection::{Rejection, RejectionCode};
use crate::source::SourceDigest;
use crate::values::{ActionArea, BodyType, LegalNature};
use crate::{CentreKey, Text};

/// No body in the book is older.
pub(crate) const EARLIEST: Date = match Date::from_calendar_date(1945, Month::January, 1) {
    Ok(date) => date,
    Err(_) => Date::MIN,
};

/// The most Handlungsfelder one record names: more than the list has.
const ACTION_AREAS: usize = 50;

const KINDS: [EventKind; 10] = [
    EventKind::NetworkFounded,
    EventKind::NetworkChanged,
    EventKind::NetworkMemberJoined,
    EventKind::NetworkMemberLeft,
    EventKind::NetworkClosed,
    EventKind::NetworkReopened,
    EventKind::NetworkCorrected,
    EventKind::NetworkMemberCorrected,
    EventKind::NetworkMemberRetracted,
    EventKind::NetworkRetracted,
];

/// The network a decision's query found, if it found one.
#[derive(Clone, Default, Debug)]
pub struct NetworkHistory(Option<Network>);

/// One network as it stands.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub(crate) id: NetworkId,
    pub(crate) centre: CentreKey,
    pub(crate) founded_on: Date,
    /// The day of its latest description.
    pub(super) described_on: Date,
    pub(crate) facts: NetworkFacts,
    /// The description as its source gave it last.
    pub(super) imported: Option<NetworkFacts>,
    pub(super) source: Option<SourceDigest>,
    pub(super) members: Members,
    pub(crate) closed_on: Option<Date>,
    /// Whether it counts nowhere any more.
    pub(super) retracted: bool,
    pub(super) trail: Trail,
}

impl NetworkHistory {
    /// The query item that finds a network's own history.
    pub(crate) fn item(network: NetworkId) -> QueryItem {
        QueryItem::tagged(network.tag()).of(&KINDS)
    }

    /// Folds one event in; events of other records say nothing here.
    pub(crate) fn evolve(&mut self, event: &Event) {
        if let (EventData::Seen(seen), Some(network)) = (&event.data, &mut self.0)
            && seen.record == network.id.record()
        {
            let mut said = network.said().clone();
            agree_facts(&mut said, &network.facts, seen);
            network.imported = Some(said);
            network.source = Some(seen.source);
        }
        let EventData::Network(data) = &event.data else {
            return;
        };
        let on = event.occurred_on;
        match (data, &mut self.0) {
            (NetworkEvent::Founded(founded), _) => {
                let mut trail = Trail::default();
                trail.push(FIELDS);
                self.0 = Some(Network {
                    id: founded.network,
                    centre: event.centre,
                    founded_on: on,
                    described_on: on,
                    facts: founded.facts.clone(),
                    imported: founded.source.map(|_| founded.facts.clone()),
                    source: founded.source,
                    members: Members::default(),
                    closed_on: None,
                    retracted: false,
                    trail,
                });
            }
            (_, None) => {}
            (NetworkEvent::Changed(changed), Some(network)) => {
                network.described_on = on;
                if changed.source.is_some() {
                    let said = said_facts(&changed.facts, &network.facts, network.said());
                    network.imported = Some(said);
                    network.source = changed.source;
                }
                network.facts = changed.facts.clone();
                network
                    .trail
                    .push(changed.changed.iter().map(AsRef::as_ref));
            }
            (NetworkEvent::MemberJoined(joined), Some(network)) => {
                network
                    .members
                    .join(joined.organisation, on, joined.function);
                network.trail.push(["members"]);
            }
            (NetworkEvent::MemberLeft(left), Some(network)) => {
                network.members.leave(left.organisation, on);
                network.trail.push(["members"]);
            }
            (NetworkEvent::Closed(_), Some(network)) => {
                network.closed_on = Some(on);
                network.trail.push(["closedOn"]);
            }
            (NetworkEvent::Reopened(_), Some(network)) => {
                network.closed_on = None;
                network.trail.push(["closedOn"]);
            }
            (NetworkEvent::Corrected(corrected), Some(network)) => {
                network.founded_on = on;
                network.facts = corrected.facts.clone();
                network
                    .trail
                    .push(corrected.changed.iter().map(AsRef::as_ref));
            }
            (NetworkEvent::MemberCorrected(corrected), Some(network)) => {
                network.members.correct(corrected, on);
                network.trail.push(["members"]);
            }
            (NetworkEvent::MemberRetracted(retracted), Some(network)) => {
                network.members.retract(retracted.organisation, on);
                network.trail.push(["members"]);
            }
            (NetworkEvent::Retracted(_), Some(network)) => {
                network.retracted = true;
                network.trail.push(["retracted"]);
            }
        }
    }

    /// The network, if it is in the actor's centre.
    pub(crate) fn get(&self, context: &Context) -> Option<&Network> {
        self.0
            .as_ref()
            .filter(|network| network.centre == context.centre)
    }

    /// The network, which must exist in the actor's centre and count.
    pub(crate) fn require(&self, id: NetworkId, context: &Context) -> Result<&Network, Rejection> {
        let network = self.require_entered(id, context)?;
        if network.retracted {
            return Err(retracted("network", id.record()));
        }
        Ok(network)
    }

    /// [`NetworkHistory::require`] for one that may have been retracted.
    pub(super) fn require_entered(
        &self,
        id: NetworkId,
        context: &Context,
    ) -> Result<&Network, Rejection> {
        self.get(context)
            .filter(|network| network.id == id)
            .ok_or_else(|| unknown("network", id.record()))
    }
}

impl Network {
    /// What its source said at the last import.
    pub(super) fn said(&self) -> &NetworkFacts {
        self.imported.as_ref().unwrap_or(&self.facts)
    }

    /// The body must not have been closed.
    pub(super) fn require_open(&self) -> Result<(), Rejection> {
        match self.closed_on {
            None => Ok(()),
            Some(closed_on) => Err(Rejection::field(
                RejectionCode::StateForbids,
                "network",
                format!(
                    "Das Gremium ist seit dem {} geschlossen; ändern können Sie nur Gremien, die noch bestehen.",
                    check::german(closed_on)
                ),
            )),
        }
    }

    /// The body must exist on this day. The day on which it was closed still belongs to it: many
    /// bodies are closed by their last meeting.
    pub(crate) fn require_existing_on(&self, field: &str, day: Date) -> Result<(), Rejection> {
        if day < self.founded_on {
            return Err(Rejection::field(
                RejectionCode::DateOutOfRange,
                field,
                format!(
                    "Der {} liegt vor der Gründung des Gremiums; möglich ist frühestens der {}.",
                    check::german(day),
                    check::german(self.founded_on)
                ),
            ));
        }
        self.require_not_closed_on(field, day)
    }

    /// The second half of [`Network::require_existing_on`].
    pub(crate) fn require_not_closed_on(&self, field: &str, day: Date) -> Result<(), Rejection> {
        match self.closed_on {
            Some(closed_on) if day > closed_on => Err(Rejection::field(
                RejectionCode::StateForbids,
                field,
                format!(
                    "Das Gremium wurde am {} geschlossen; möglich ist spätestens dieser Tag, nicht der {}.",
                    check::german(closed_on),
                    check::german(day)
                ),
            )),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether the body votes by law.
    pub(crate) fn is_statutory(&self) -> bool {
        self.facts.legal_nature.is_some_and(is_statutory)
    }
}

fn is_statutory(nature: LegalNature) -> bool {
    matches!(nature.as_str(), "STATUTORY_PUBLIC" | "STATUTORY_NON_PUBLIC")
}

/// The fields of a network's description, as clients name them.
const FIELDS: [&str; 6] = [
    "name",
    "bodyType",
    "legalNature",
    "kiRole",
    "actionAreas",
    "note",
];

merge::fields!(NetworkFacts {
    "name" => name,
    "bodyType" => body_type,
    "legalNature" => legal_nature,
    "kiRole" => ki_role,
    "actionAreas" => action_areas,
    "note" => note,
});

/// The names of the fields in which two descriptions differ.
pub(super) fn differences(before: &NetworkFacts, after: &NetworkFacts) -> Vec<Box<str>> {
    let [name, body_type, legal_nature, ki_role, action_areas, note] = FIELDS;
    [
        (name, before.name != after.name),
        (body_type, before.body_type != after.body_type),
        (legal_nature, before.legal_nature != after.legal_nature),
        (ki_role, before.ki_role != after.ki_role),
        (action_areas, before.action_areas != after.action_areas),
        (note, before.note != after.note),
    ]
    .into_iter()
    .filter(|(_, differs)| *differs)
    .map(|(field, _)| field.into())
    .collect()
}

/// The kind of a body, which must be valid on the day and one of open networks.
///
/// Case conferences are none: they speak of single people, with a list of consents, attendees who
/// need to know, and a retention of their own. They get their place with the cases.
pub(super) fn body_type(body_type: BodyType, day: Date) -> Result<(), Rejection> {
    check::valid_on("bodyType", body_type, day)?;
    if body_type.as_str() != "CASE_CONFERENCE" {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::ValueNotAllowed,
        "bodyType",
        "Fallkonferenzen werden nicht als Gremium geführt, denn sie betreffen einzelne Menschen und brauchen Einwilligung und eigene Löschfristen; nennen Sie eine andere Gremienart oder halten Sie die Fallkonferenz im Fall fest, sobald das Buch Fälle führt.",
    ))
}

/// Handlungsfelder sorted, each once and valid on the day.
pub(crate) fn action_areas(areas: &[ActionArea], day: Date) -> Result<Vec<ActionArea>, Rejection> {
    check::at_most("actionAreas", areas, ACTION_AREAS)?;
    check::all_valid_on("actionAreas", areas, day)?;
    check::sorted_once("actionAreas", areas)
}

/// A text of one line that may be missing.
pub(crate) fn line(field: &str, text: Option<&Text>, max: usize) -> Result<(), Rejection> {
    text.map_or(Ok(()), |text| {
        check::line(field, text.as_str(), max).map(|_| ())
    })
}

/// A text of several lines that may be missing.
pub(crate) fn note(field: &str, text: Option<&Text>) -> Result<(), Rejection> {
    text.map_or(Ok(()), |text| {
        check::text(field, text.as_str(), Text::NOTE).map(|_| ())
    })
}

/// The day from which something holds: today unless an earlier day is said, and not before the body.
pub(super) fn day(
    occurred_on: Option<Date>,
    network: &Network,
    context: &Context,
) -> Result<Date, Rejection> {
    let day = occurred_on.unwrap_or(context.today);
    check::past_or_today("occurredOn", day, context.today)?;
    network.require_existing_on("occurredOn", day)?;
    Ok(day)
}

/// An event of a network in the actor's centre.
pub(super) fn event(context: &Context, occurred_on: Date, data: NetworkEvent) -> Event {
    Event {
        centre: context.centre,
        occurred_on,
        occurred_at: None,
        data: EventData::Network(data),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_knows_every_kind_of_the_record() {
        let kinds: Vec<EventKind> = EventKind::ALL
            .into_iter()
            .filter(|kind| kind.wire_name().starts_with("network."))
            .collect();
        let mut known = KINDS.to_vec();
        known.sort_unstable();
        assert_eq!(kinds, known);
    }
}
