//! A consultation comes from a source (a table of the office).

use std::collections::BTreeMap;

use super::record::RecordConsultation;
use super::state::Consultations;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ConsultationId;
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::{Commitment, Text};

/// Records the consultation that stands for a source entry, or corrects it to what the source says
/// now. A text that is the same keeps its commitment, so that it does not count as changed.
#[derive(Clone, Debug)]
pub struct ImportConsultation {
    /// The consultation; has a source.
    pub content: RecordConsultation,
    /// The record's texts, opened from the vault; empty the first time.
    pub known_texts: BTreeMap<Commitment, Text>,
}

impl Decision for ImportConsultation {
    type Facts = Consultations;

    fn query(&self) -> Query {
        self.content.query()
    }

    fn evolve(facts: &mut Consultations, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Consultations, context: &Context) -> Result<Vec<Event>, Rejection> {
        let source = self.content.source.as_ref();
        let id = source.map(|source| ConsultationId(source.record_id(self.content.centre)));
        let Some(before) = id.and_then(|id| known.find(id)) else {
            return self.content.decide(known, context);
        };
        let changed = |text: &Option<Text>, sealed: Option<Commitment>| {
            let same = sealed.and_then(|sealed| self.known_texts.get(&sealed));
            text.clone().filter(|text| same != Some(text))
        };
        // A text that is left out stays as it is.
        let content = RecordConsultation {
            subject: changed(&self.content.subject, before.facts.subject),
            note: changed(&self.content.note, before.facts.note),
            ..self.content.clone()
        };
        content.decide(known, context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consultation::samples::{command, facts};
    use crate::consultation::{ConsultationEvent, ConsultationFacts, Corrected, Recorded};
    use crate::source::{Source, SourceDigest};
    use crate::testing::{event, given, sealed, text};

    fn import(digest: u8) -> ImportConsultation {
        let known = ["Nachfrage im Januar", "Neu"];
        ImportConsultation {
            content: RecordConsultation {
                source: Some(Source {
                    key: "table:consultations:liste:7".to_owned(),
                    digest: SourceDigest([digest; 16]),
                }),
                ..command()
            },
            known_texts: known.map(|known| (sealed(known), text(known))).into(),
        }
    }

    fn id() -> ConsultationId {
        let content = import(1).content;
        ConsultationId(content.source.unwrap().record_id(content.centre))
    }

    fn recorded() -> Event {
        event(ConsultationEvent::Recorded(Recorded {
            consultation: id(),
            facts: facts(),
            source: Some(SourceDigest([1; 16])),
        }))
    }

    fn corrected(facts: ConsultationFacts, changed: &[&str], digest: u8) -> Event {
        event(ConsultationEvent::Corrected(Corrected {
            consultation: id(),
            facts,
            changed: changed.iter().map(|field| (*field).into()).collect(),
            reason: sealed("Die Quelle hat den Eintrag geändert."),
            source: Some(SourceDigest([digest; 16])),
        }))
    }

    #[test]
    fn the_first_time_it_is_recorded_and_the_same_again_adds_nothing() {
        given([]).when(import(1)).then([recorded()]);
        given([recorded()]).when(import(1)).then_nothing();
        // Another mapping, the same meaning.
        given([recorded()]).when(import(2)).then_nothing();
    }

    #[test]
    fn only_what_changed_counts_as_changed() {
        let mut longer = import(2);
        longer.content.duration_minutes = 60;
        let sixty = ConsultationFacts {
            duration_minutes: 60,
            ..facts()
        };
        given([recorded()])
            .when(longer)
            .then([corrected(sixty, &["durationMinutes"], 2)]);
        let mut noted = import(2);
        noted.content.note = Some(text("Neu"));
        let new = ConsultationFacts {
            note: Some(sealed("Neu")),
            ..facts()
        };
        let change = corrected(new, &["note"], 2);
        given([recorded()]).when(noted).then([change.clone()]);
        // And back, to a text that was known before.
        given([recorded(), change])
            .when(import(3))
            .then([corrected(facts(), &["note"], 3)]);
    }
}
