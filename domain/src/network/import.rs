//! A body comes from a source (an OParl endpoint, a list).

use std::collections::BTreeMap;

use super::state::{self, NetworkHistory};
use super::{Changed, FoundNetwork, Founded, NetworkEvent, NetworkFacts};
use crate::merge::Merge;
use crate::{
    Commitment, Context, Decision, Event, NetworkId, Query, Rejection, Source, SourceSeen, Text,
    check,
};

/// Founds the network that stands for a source entry, or changes it to what the source says now.
/// The same content again changes nothing, and what the office changed stays.
///
/// Who may import is decided where an import is started, not by role.
#[derive(Clone, Debug)]
pub struct ImportNetwork {
    /// Which entry, and the digest of its content.
    pub source: Source,
    /// The content. `founded_on` counts the first time only.
    pub content: FoundNetwork,
    /// The record's texts, opened from the vault; empty the first time.
    pub known_texts: BTreeMap<Commitment, Text>,
}

impl ImportNetwork {
    /// The record that stands for the entry.
    #[must_use]
    pub fn network(&self) -> NetworkId {
        NetworkId(self.source.record_id(self.content.centre))
    }
}

impl Decision for ImportNetwork {
    type Facts = NetworkHistory;

    fn query(&self) -> Query {
        let network = self.network();
        Query::none()
            .or(NetworkHistory::item(network))
            .or(SourceSeen::item(network.record()))
    }

    fn evolve(facts: &mut NetworkHistory, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, facts: &NetworkHistory, context: &Context) -> Result<Vec<Event>, Rejection> {
        check::own_centre(self.content.centre, context)?;
        let known = facts.get(context);
        let source = Some(self.source.digest);
        if known.is_some_and(|known| {
            known.source == source || known.closed_on.is_some() || known.retracted
        }) {
            return Ok(Vec::new());
        }
        let network = self.network();
        let action_areas = self.content.check(context)?;
        let Some(known) = known else {
            let content = &self.content;
            let facts = NetworkFacts {
                name: context.seal(network.record(), &content.name),
                body_type: content.body_type,
                legal_nature: content.legal_nature,
                ki_role: content.ki_role,
                action_areas,
                note: context.seal_option(network.record(), content.note.as_ref()),
            };
            let founded = NetworkEvent::Founded(Founded {
                network,
                facts,
                source,
            });
            return Ok(vec![state::event(context, content.founded_on, founded)]);
        };
        let mut merge = Merge::new(&self.known_texts, network.record(), context);
        let facts = self.merged(action_areas, known.said(), &known.facts, &mut merge);
        let changed = state::differences(&known.facts, &facts);
        let mut events = Vec::new();
        if !changed.is_empty() {
            let changed = NetworkEvent::Changed(Changed {
                network,
                facts,
                changed,
                reason: None,
                source,
            });
            events.push(state::event(context, context.today, changed));
        }
        let (agreed, stated) = (merge.agreed(), !events.is_empty());
        let digest = self.source.digest;
        events.extend(SourceSeen::event(
            network.record(),
            digest,
            agreed,
            stated,
            context,
        ));
        Ok(events)
    }
}

impl ImportNetwork {
    fn merged(
        &self,
        action_areas: Vec<crate::values::ActionArea>,
        was: &NetworkFacts,
        is: &NetworkFacts,
        merge: &mut Merge<'_>,
    ) -> NetworkFacts {
        let theirs = &self.content;
        let (nature, role) = (theirs.legal_nature, theirs.ki_role);
        NetworkFacts {
            name: merge
                .text("name", Some(&theirs.name), Some(was.name), Some(is.name))
                .unwrap_or(is.name),
            body_type: merge.value("bodyType", theirs.body_type, &was.body_type, is.body_type),
            legal_nature: merge.value("legalNature", nature, &was.legal_nature, is.legal_nature),
            ki_role: merge.value("kiRole", role, &was.ki_role, is.ki_role),
            action_areas: merge.value(
                "actionAreas",
                action_areas,
                &was.action_areas,
                is.action_areas.clone(),
            ),
            note: merge.text("note", theirs.note.as_ref(), was.note, is.note),
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::network::samples::{facts, found};
    use crate::rejection::RejectionCode as Code;
    use crate::source::SourceDigest;
    use crate::testing::{self, Moved, centre, event, given, other_centre, sealed, text};
    use crate::values::BodyType;

    fn import(digest: u8) -> ImportNetwork {
        ImportNetwork {
            source: Source {
                key: "https://ris.example/organizations/7".into(),
                digest: SourceDigest([digest; 16]),
            },
            content: found(),
            known_texts: known(&["Arbeitskreis Schule"]),
        }
    }

    fn known(texts: &[&str]) -> BTreeMap<Commitment, Text> {
        texts.iter().map(|t| (sealed(t), text(t))).collect()
    }

    fn named(name: &str, digest: u8) -> ImportNetwork {
        ImportNetwork {
            content: FoundNetwork {
                name: text(name),
                ..found()
            },
            ..import(digest)
        }
    }

    #[test]
    fn a_case_conference_is_refused() {
        let mut import = import(1);
        import.content.body_type = BodyType::parse("CASE_CONFERENCE").unwrap();
        given([])
            .when(import)
            .then_rejected(Code::ValueNotAllowed, "bodyType");
    }

    fn founded() -> Event {
        event(NetworkEvent::Founded(Founded {
            network: import(1).network(),
            facts: facts(),
            source: Some(SourceDigest([1; 16])),
        }))
        .on(date!(2020 - 01 - 15))
    }

    fn changed(facts: NetworkFacts, fields: &[&str], source: Option<u8>) -> Event {
        event(NetworkEvent::Changed(Changed {
            network: import(1).network(),
            facts,
            changed: fields.iter().map(|field| (*field).into()).collect(),
            reason: None,
            source: source.map(|digest| SourceDigest([digest; 16])),
        }))
    }

    fn seen(digest: u8, agreed: &[&str]) -> Event {
        testing::seen(import(1).network().record(), digest, agreed)
    }

    fn council() -> BodyType {
        BodyType::parse("INTEGRATION_COUNCIL").unwrap()
    }

    #[test]
    fn the_first_import_founds_and_the_same_again_does_nothing() {
        given([]).when(import(1)).then([founded()]);
        given([founded()]).when(import(1)).then_nothing();
    }

    #[test]
    fn the_record_is_one_of_the_centre() {
        let other = Source::id_of(other_centre(), &import(1).source.key);
        assert_ne!(import(1).network().0, other);
        assert_eq!(
            import(1).network().0,
            Source::id_of(centre(), &import(1).source.key)
        );
    }

    #[test]
    fn another_digest_with_the_same_content_is_only_noted() {
        given([founded()]).when(import(2)).then([seen(2, &[])]);
        given([founded(), seen(2, &[])])
            .when(import(2))
            .then_nothing();
    }

    #[test]
    fn a_new_name_in_the_source_is_taken() {
        let facts = NetworkFacts {
            name: sealed("AK Schule"),
            ..facts()
        };
        given([founded()])
            .when(named("AK Schule", 2))
            .then([changed(facts, &["name"], Some(2))]);
    }

    #[test]
    fn what_the_office_changed_stays_also_at_the_second_change_of_the_source() {
        let ours = NetworkFacts {
            body_type: council(),
            ..facts()
        };
        let by_office = changed(ours.clone(), &["bodyType"], None);
        given([founded(), by_office.clone()])
            .when(import(2))
            .then([seen(2, &[])]);
        let renamed = |name| NetworkFacts {
            name: sealed(name),
            ..ours.clone()
        };
        let second = changed(renamed("AK Schule"), &["name"], Some(2));
        given([founded(), by_office.clone()])
            .when(named("AK Schule", 2))
            .then([second.clone()]);
        let third = changed(renamed("AK Bildung"), &["name"], Some(3));
        given([founded(), by_office, second])
            .when(named("AK Bildung", 3))
            .then([third]);
    }

    #[test]
    fn what_the_source_came_to_agree_with_is_the_offices_to_change() {
        let named_by_office = |name| {
            let facts = NetworkFacts {
                name: sealed(name),
                ..facts()
            };
            changed(facts, &["name"], None)
        };
        let with = |name, digest| ImportNetwork {
            known_texts: known(&["Arbeitskreis Schule", "AK Schule", "AK Bildung"]),
            ..named(name, digest)
        };
        let agreed = [founded(), named_by_office("AK Schule")];
        given(agreed.clone())
            .when(with("AK Schule", 2))
            .then([seen(2, &["name"])]);
        let later = [seen(2, &["name"]), named_by_office("AK Bildung")];
        // Again with another digest, as with a new column: the name is the office's.
        given(agreed.into_iter().chain(later))
            .when(with("AK Schule", 3))
            .then([seen(3, &[])]);
    }

    #[test]
    fn what_both_changed_is_as_the_source_says() {
        let ours = NetworkFacts {
            name: sealed("Unser Arbeitskreis"),
            ..facts()
        };
        let by_office = changed(ours, &["name"], None);
        let theirs = NetworkFacts {
            name: sealed("AK Schule"),
            ..facts()
        };
        given([founded(), by_office])
            .when(named("AK Schule", 2))
            .then([changed(theirs, &["name"], Some(2))]);
    }

    #[test]
    fn a_closed_body_stays_as_it_is() {
        let closed = event(NetworkEvent::Closed(crate::network::Closed {
            network: import(1).network(),
            reason: None,
        }));
        given([founded(), closed])
            .when(named("AK Schule", 2))
            .then_nothing();
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let with = |content| ImportNetwork {
            content,
            ..import(1)
        };
        given([])
            .when(with(FoundNetwork {
                centre: other_centre(),
                ..found()
            }))
            .then_rejected(Code::WrongCentre, "centre");
        given([])
            .when(with(FoundNetwork {
                founded_on: date!(2026 - 11 - 21),
                ..found()
            }))
            .then_rejected(Code::DateInFuture, "foundedOn");
        given([founded()])
            .when(named(&"x".repeat(301), 2))
            .then_rejected(Code::TextTooLong, "name");
    }
}
