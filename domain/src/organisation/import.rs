//! An organisation comes from a source (a table of the office).

use std::collections::BTreeMap;

use super::register::RegisterOrganisation;
use super::state::{self, Organisations, State};
use super::{Described, OrganisationEvent, RelationSet, Renamed, merged};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::OrganisationId;
use crate::merge::Merge;
use crate::query::Query;
use crate::rejection::Rejection;
use crate::seen::SourceSeen;
use crate::source::SourceDigest;
use crate::text::{Commitment, Text};

/// Registers the organisation that stands for a source entry, or brings it to what the source says
/// now. The same again adds nothing; what the office changed stays unless the source changed the
/// same field since.
#[derive(Clone, Debug)]
pub struct ImportOrganisation {
    /// The organisation; has a source.
    pub content: RegisterOrganisation,
    /// The record's texts, opened from the vault; empty the first time.
    pub known_texts: BTreeMap<Commitment, Text>,
}

impl Decision for ImportOrganisation {
    type Facts = Organisations;

    fn query(&self) -> Query {
        self.content.query()
    }

    fn evolve(facts: &mut Organisations, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Organisations, context: &Context) -> Result<Vec<Event>, Rejection> {
        self.content
            .decide_knowing(&self.known_texts, known, context)
    }
}

/// The entry was imported before.
pub(super) fn again(
    command: &RegisterOrganisation,
    digest: SourceDigest,
    (id, known): (OrganisationId, &State),
    texts: &BTreeMap<Commitment, Text>,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    if known.retracted || known.source == Some(digest) {
        return Ok(Vec::new());
    }
    let day = state::day(command.occurred_on, context)?;
    let theirs = command.coded(day)?;
    check::line("name", command.name.as_str(), Text::NAME)?;
    for (field, text) in [("place", &command.place), ("district", &command.district)] {
        if let Some(text) = text {
            check::line(field, text.as_str(), Text::NAME)?;
        }
    }
    if let Some(note) = &command.note {
        check::text("note", note.as_str(), Text::NOTE)?;
    }
    let (base, ours) = (known.said(), known.now());
    let mut merge = Merge::new(texts, id.record(), context);
    let merged = merged::merged(command, theirs, (&base, &ours), &mut merge);
    let changed = state::changed_fields(&ours.description, &merged.description);
    let source = Some(digest);
    let mut data = Vec::new();
    if merged.name != ours.name {
        data.push(OrganisationEvent::Renamed(Renamed {
            organisation: id,
            name: merged.name,
            reason: None,
            source,
        }));
    }
    if !changed.is_empty() {
        data.push(OrganisationEvent::Described(Described {
            organisation: id,
            description: merged.description,
            changed,
            reason: None,
            source,
        }));
    }
    if let Some(relation) = merged.relation
        && merged.relation != ours.relation
    {
        data.push(OrganisationEvent::RelationSet(RelationSet {
            organisation: id,
            relation,
            source,
        }));
    }
    let (agreed, stated) = (merge.agreed(), !data.is_empty());
    // From today on: `occurredOn` says since when it is known at all.
    let today = context.today;
    let events = data
        .into_iter()
        .map(|data| state::event(context, today, data));
    Ok(events
        .chain(SourceSeen::event(
            id.record(),
            digest,
            agreed,
            stated,
            context,
        ))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::samples::{code, description};
    use crate::organisation::{Description, Registered};
    use crate::source::{Source, SourceDigest};
    use crate::testing::{centre, event, given, sealed, seen, text};

    fn import(digest: u8) -> ImportOrganisation {
        ImportOrganisation {
            content: RegisterOrganisation {
                centre: centre(),
                occurred_on: None,
                name: text("Brücke e. V."),
                kind: description().kind,
                legal_areas: description().legal_areas,
                municipality: description().municipality.map(Into::into),
                place: None,
                district: None,
                relation: None,
                note: None,
                source: Some(Source {
                    key: "table:organisations:liste:7".to_owned(),
                    digest: SourceDigest([digest; 16]),
                }),
            },
            known_texts: ["Brücke e. V.", "Ansprechpartner fehlt"]
                .map(|known| (sealed(known), text(known)))
                .into(),
        }
    }

    fn id() -> OrganisationId {
        let content = import(1).content;
        OrganisationId(content.source.unwrap().record_id(content.centre))
    }

    fn registered() -> Event {
        event(OrganisationEvent::Registered(Registered {
            organisation: id(),
            name: sealed("Brücke e. V."),
            description: Description {
                note: None,
                ..description()
            },
            relation: None,
            source: Some(SourceDigest([1; 16])),
        }))
    }

    #[test]
    fn the_first_time_it_is_registered_and_the_same_again_adds_nothing() {
        given([]).when(import(1)).then([registered()]);
        given([registered()]).when(import(1)).then_nothing();
        // Another mapping, the same meaning.
        let noted = seen(id().record(), 2, &[]);
        given([registered()]).when(import(2)).then([noted.clone()]);
        given([registered(), noted]).when(import(2)).then_nothing();
    }

    #[test]
    fn what_the_office_changed_stays_when_something_else_changes() {
        let by_office = [
            event(OrganisationEvent::Renamed(Renamed {
                organisation: id(),
                name: sealed("Die Brücke"),
                reason: None,
                source: None,
            })),
            event(OrganisationEvent::Described(Described {
                organisation: id(),
                description: Description {
                    kind: code("SPORT"),
                    note: Some(sealed("Ansprechpartner fehlt")),
                    ..description()
                },
                changed: vec!["kind".into(), "note".into()],
                reason: None,
                source: None,
            })),
            event(OrganisationEvent::RelationSet(RelationSet {
                organisation: id(),
                relation: code("PARTNER"),
                source: None,
            })),
        ];
        let history: Vec<Event> = [registered()].into_iter().chain(by_office).collect();
        given(history.clone())
            .when(import(2))
            .then([seen(id().record(), 2, &[])]);
        let mut moved = import(2);
        moved.content.municipality = Some("05315000".to_owned());
        let described = event(OrganisationEvent::Described(Described {
            organisation: id(),
            description: Description {
                kind: code("SPORT"),
                municipality: Some("05315000".into()),
                note: Some(sealed("Ansprechpartner fehlt")),
                ..description()
            },
            changed: vec!["municipality".into()],
            reason: None,
            source: Some(SourceDigest([2; 16])),
        }));
        given(history).when(moved).then([described]);
    }

    #[test]
    fn a_relation_is_set_once_and_then_the_offices_to_change() {
        let set = |relation, digest: Option<u8>| {
            event(OrganisationEvent::RelationSet(RelationSet {
                organisation: id(),
                relation: code(relation),
                source: digest.map(|digest| SourceDigest([digest; 16])),
            }))
        };
        let with = |relation, digest| {
            let mut import = import(digest);
            import.content.relation = Some(code(relation));
            import
        };
        let mut history = vec![registered()];
        given(history.clone())
            .when(with("PARTNER", 2))
            .then([set("PARTNER", Some(2))]);
        history.extend([set("PARTNER", Some(2)), set("FORMER", None)]);
        given(history.clone())
            .when(with("PARTNER", 2))
            .then_nothing();
        given(history)
            .when(with("PARTNER", 3))
            .then([seen(id().record(), 3, &[])]);
    }

    #[test]
    fn only_what_changed_counts_as_changed() {
        let mut other = import(2);
        other.content.kind = code("SPORT");
        let described = event(OrganisationEvent::Described(Described {
            organisation: id(),
            description: Description {
                kind: code("SPORT"),
                note: None,
                ..description()
            },
            changed: vec!["kind".into()],
            reason: None,
            source: Some(SourceDigest([2; 16])),
        }));
        given([registered()]).when(other).then([described]);
        let mut named = import(2);
        named.content.name = text("Die Brücke");
        let renamed = event(OrganisationEvent::Renamed(Renamed {
            organisation: id(),
            name: sealed("Die Brücke"),
            reason: None,
            source: Some(SourceDigest([2; 16])),
        }));
        given([registered()]).when(named).then([renamed]);
    }
}
