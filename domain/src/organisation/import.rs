//! An organisation comes from a source (a table of the office).

use std::collections::BTreeMap;

use super::register::RegisterOrganisation;
use super::state::Organisations;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::OrganisationId;
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::{Commitment, Text};

/// Registers the organisation that stands for a source entry, or brings it to what the source says
/// now. A text that is the same keeps its commitment, so that it does not count as changed.
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
        let source = self.content.source.as_ref();
        let id = source.map(|source| OrganisationId(source.record_id(self.content.centre)));
        let Some(before) = id.and_then(|id| known.find(id)) else {
            return self.content.decide(known, context);
        };
        let changed = |text: &Option<Text>, sealed: Option<Commitment>| {
            let same = sealed.and_then(|sealed| self.known_texts.get(&sealed));
            text.clone().filter(|text| same != Some(text))
        };
        let known_as = &before.description;
        // A text that is left out stays as it is.
        let content = RegisterOrganisation {
            place: changed(&self.content.place, known_as.place),
            district: changed(&self.content.district, known_as.district),
            note: changed(&self.content.note, known_as.note),
            ..self.content.clone()
        };
        let is_same_name = self.known_texts.get(&before.name) == Some(&content.name);
        content.decide_knowing(is_same_name, known, context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::samples::{code, description};
    use crate::organisation::{Described, Description, OrganisationEvent, Registered, Renamed};
    use crate::source::{Source, SourceDigest};
    use crate::testing::{centre, event, given, sealed, text};

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
            known_texts: [(sealed("Brücke e. V."), text("Brücke e. V."))].into(),
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
        given([registered()]).when(import(2)).then_nothing();
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
